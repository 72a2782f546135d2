// A diagram on a page.
//   <div class="bp" data-diagram="bpmn-data" tabindex="0" role="group" aria-label="流程图，可左右滚动"></div>
//   <script type="application/json" id="bpmn-data">{"xml": "…", "done": [ids], "now": [ids], …}</script>
// The document is what Diagram.mark takes, with `xml`. Entries with data-element-id="ID" are pointed out when the element is pressed.
import { documentOf, open } from "./diagram.js";

for (const panel of document.querySelectorAll("[data-diagram]")) {
  const shown = documentOf(panel.dataset.diagram);
  open(panel, shown.xml).then((diagram) => {
    diagram?.mark(shown);
    diagram?.show([...(shown.now ?? []), ...(shown.chg ?? []), ...(shown.add ?? [])]);
    panel.dataset.ready = diagram ? "drawn" : "none";
  });
}
