// What the gate found: counted, listed, marked on the elements; pressing one shows its element.

/** Keeps the list in `place` and the marks on the canvas. */
export class Findings {
  constructor(place, modeler) {
    this.place = place;
    this.canvas = modeler.get("canvas");
    this.registry = modeler.get("elementRegistry");
    this.overlays = modeler.get("overlays");
    this.selection = modeler.get("selection");
    this.marked = [];
    this.list = place.querySelector("[data-findings=list]");
    this.list.addEventListener("click", (event) => {
      const entry = event.target.closest("button[data-element]");
      if (entry) this.go(entry.dataset.element);
    });
  }

  /** Shows findings of the contract's shape; `sentence` stands beside the counts. */
  show(findings, sentence = "") {
    this.#clear();
    const errors = findings.filter(({ severity }) => severity === "error").length;
    this.#text("errors", `${errors} 错误`, errors ? "v-no" : "v-yes");
    this.#text("warnings", `${findings.length - errors} 提醒`, findings.length > errors ? "due due-soon" : "soft");
    this.#text("sentence", sentence, "soft");
    this.list.replaceChildren(...findings.map((finding) => this.#entry(finding)));
    for (const finding of findings) this.#mark(finding);
  }

  /** Selects an element and brings it into view. */
  go(id) {
    const element = this.registry.get(id);
    if (!element) return;
    this.selection.select(element);
    this.canvas.scrollToElement(element, 120);
  }

  #text(name, text, className) {
    const place = this.place.querySelector(`[data-findings=${name}]`);
    place.textContent = text;
    place.className = className;
  }

  #entry({ severity, message, hint, element_id: id, element_name: name, line }) {
    const entry = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = severity === "error" ? "finding v-no" : "finding";
    if (id) button.dataset.element = id;
    button.textContent = [name || id, message].filter(Boolean).join("：");
    entry.append(button);
    const note = [hint, line ? `第 ${line} 行` : ""].filter(Boolean).join("　");
    if (note) {
      const small = document.createElement("small");
      small.textContent = note;
      entry.append(" ", small);
    }
    return entry;
  }

  #mark({ severity, element_id: id, message }) {
    if (!id || !this.registry.get(id)) return;
    const marker = severity === "error" ? "finding-error" : "finding-warning";
    this.canvas.addMarker(id, marker);
    this.marked.push([id, marker]);
    if (this.registry.get(id).waypoints) return;
    const mark = document.createElement("div");
    mark.className = `finding-mark ${marker}`;
    mark.textContent = "!";
    mark.title = message;
    this.overlays.add(id, "finding", { position: { bottom: 8, left: -6 }, html: mark });
  }

  #clear() {
    for (const [id, marker] of this.marked) if (this.registry.get(id)) this.canvas.removeMarker(id, marker);
    this.marked = [];
    this.overlays.remove({ type: "finding" });
  }
}
