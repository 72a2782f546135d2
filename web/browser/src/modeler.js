// The modeler: draw, fill in, check at the gate, deploy as the next version.
//   <div class="model" data-check-url="…" data-deploy-url="…" data-done-url="…">
//     <header class="bar-top"> … <button data-action="undo|redo|fit|download|check|deploy"> <span data-part="state" role="status"></span></header>
//     <main class="canvas" data-part="canvas" tabindex="0" aria-label="画布"></main>
//     <aside class="props" data-part="panel" aria-label="属性"></aside>
//     <footer class="lint" data-part="findings" role="status"><b data-findings="errors"></b><b data-findings="warnings"></b>
//       <span data-findings="sentence"></span><ul data-findings="list"></ul></footer></div>
//   <script type="application/json" id="bpmn-data">{"xml", "file_name", "name", "findings": [], "lists": {"groups": [[value, words]],
//     "people", "forms", "decisions", "processes"}}</script>
// Both addresses take a multipart form with `files` (the .bpmn) and `name`, and the header X-CSRFToken. They answer JSON: check 200
// {"findings"}; deploy 200 or 201 {"definitions": [{key, version}], "findings"}, 422 {"findings"}. The server adds the other files of
// the version that is edited. After a deployment the page goes to data-done-url when that is given.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "./modeler/modeler.css";
import Modeler from "bpmn-js/lib/Modeler";
import camunda from "camunda-bpmn-moddle/resources/camunda.json";
import { documentOf } from "./diagram.js";
import { Findings } from "./modeler/findings.js";
import Palette from "./modeler/palette.js";
import { Panel } from "./modeler/panel.js";
import { post } from "./request.js";
import { translate } from "./words.js";

const page = document.querySelector(".model");
const given = documentOf("bpmn-data");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const button = (action) => page.querySelector(`[data-action="${action}"]`);

const modeler = new Modeler({
  container: part("canvas"),
  additionalModules: [{ translate: ["value", translate], paletteProvider: ["type", Palette] }],
  moddleExtensions: { camunda },
  bpmnRenderer: { defaultFillColor: "#fff", defaultStrokeColor: "#465264", defaultLabelColor: "#1a2330" },
});
const canvas = modeler.get("canvas");
const findings = new Findings(part("findings"), modeler);
new Panel(part("panel"), modeler, given.lists ?? {});
let changed = false;

function say(text) {
  part("state").textContent = text;
}

function fit() {
  const { inner, outer } = canvas.viewbox();
  if (!inner.width) return;
  const left = 80;
  const scale = Math.min(1, (outer.width - left - 24) / inner.width, (outer.height - 48) / inner.height);
  const width = outer.width / scale;
  const height = outer.height / scale;
  canvas.viewbox({ x: inner.x - left / scale, y: inner.y - (height - inner.height) / 2, width, height });
}

async function file() {
  const { xml } = await modeler.saveXML({ format: true });
  return new File([xml], given.file_name ?? "process.bpmn", { type: "application/xml" });
}

async function send(address) {
  const form = new FormData();
  form.append("name", given.name ?? "");
  form.append("files", await file());
  page.setAttribute("aria-busy", "true");
  const answer = await post(address, form);
  page.removeAttribute("aria-busy");
  return answer;
}

async function check() {
  const { ok, body, sentence } = await send(page.dataset.checkUrl);
  if (body.findings) findings.show(body.findings, body.findings.length ? "" : "检查通过，可以部署");
  if (!ok && !body.findings) say(sentence);
}

async function deploy() {
  button("deploy").disabled = true;
  const { ok, status, body, sentence } = await send(page.dataset.deployUrl);
  button("deploy").disabled = false;
  if (body.findings) findings.show(body.findings);
  if (!ok) {
    const errors = (body.findings ?? []).filter(({ severity }) => severity === "error").length;
    say(errors ? `没有部署：${errors} 处要改，列在下面。` : `没有部署：${sentence}`);
    return;
  }
  changed = false;
  const versions = (body.definitions ?? []).map(({ version }) => `第 ${version} 版`).join("、");
  say(status === 200 ? `与 ${versions} 完全相同，没有产生新版。` : `已部署为 ${versions}，新办件按它走，在办的不变。`);
  if (status === 201 && page.dataset.doneUrl) location.assign(page.dataset.doneUrl);
}

async function download() {
  const link = document.createElement("a");
  const bytes = await file();
  link.href = URL.createObjectURL(bytes);
  link.download = bytes.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const stack = modeler.get("commandStack");
const actions = { undo: () => stack.undo(), redo: () => stack.redo(), fit, check, deploy, download };
page.addEventListener("click", (event) => actions[event.target.closest("[data-action]")?.dataset.action]?.());

modeler.on("commandStack.changed", () => {
  changed = stack.canUndo();
  if (button("undo")) button("undo").disabled = !stack.canUndo();
  if (button("redo")) button("redo").disabled = !stack.canRedo();
  if (changed) say("有改动，还没有部署");
});
modeler.get("keyboard").addListener(({ keyEvent }) => {
  if (keyEvent.key !== "l" || keyEvent.ctrlKey || keyEvent.metaKey) return undefined;
  modeler.get("globalConnect").toggle(keyEvent);
  return true;
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
  event.preventDefault();
  document.activeElement?.blur();
  check();
});
addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

modeler.importXML(given.xml).then(({ warnings }) => {
  fit();
  findings.show(given.findings ?? []);
  if (warnings.length) say(`读入时有 ${warnings.length} 处没有看懂，部署前请先检查。`);
  else if (given.laid_out) say("文件里没有（或缺少）图形，已自动排版；部署为新版后随文件保存。");
  page.dataset.ready = "drawn";
}, (problem) => {
  say(`打不开这份文件：${problem.message}`);
  page.dataset.ready = "none";
});
