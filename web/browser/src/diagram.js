// A diagram in a panel of a page: drawn once, scrolled by its panel, marked with what is done and where the case stands.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./diagram.css";
import Viewer from "bpmn-js/lib/Viewer";
import { getDi, is } from "bpmn-js/lib/util/ModelUtil";
import { t } from "./page.js";
import { translate } from "./words.js";

const STROKE = "#7d8896";
const DONE = "#1f5496";
const PAD = 24;
const SMALLEST = 0.72;
const LARGEST = 1.15;

/** Draws `xml` into the panel; answers a Diagram, or null with a sentence in the panel when the file holds no drawing. */
export async function open(panel, xml) {
  const viewer = new Viewer({
    container: panel,
    bpmnRenderer: { defaultFillColor: "#fff", defaultStrokeColor: STROKE, defaultLabelColor: "#4d5866" },
    additionalModules: [{ translate: ["value", translate] }],
  });
  try {
    await viewer.importXML(xml);
    panel.querySelector(".bp-room")?.remove();
  } catch {
    panel.replaceChildren(sentence(t("这份流程文件里没有图形，请看下面的步骤列表。")));
    return null;
  }
  return new Diagram(panel, viewer);
}

function sentence(text) {
  const p = document.createElement("p");
  p.className = "bpmn-none";
  p.textContent = text;
  return p;
}

class Diagram {
  constructor(panel, viewer) {
    this.panel = panel;
    this.canvas = viewer.get("canvas");
    this.registry = viewer.get("elementRegistry");
    this.overlays = viewer.get("overlays");
    this.graphics = viewer.get("graphicsFactory");
    this.scroller = panel.querySelector(".djs-container");
    this.marked = [];
    this.fit();
    viewer.on("root.set", () => this.fit());
    viewer.on("element.click", ({ element }) => this.select(element.labelTarget?.id ?? element.id));
    new ResizeObserver(() => this.#resized()).observe(panel);
    addEventListener("beforeprint", () => this.fit(true));
    addEventListener("afterprint", () => this.fit());
  }

  /** Sizes the drawing: as wide as the panel where that stays legible, else scrolled inside it. */
  fit(whole = false) {
    const inner = this.canvas.viewbox().inner;
    // a panel that is not laid out has no size to fit into
    if (!this.panel.clientWidth || !this.panel.clientHeight || !inner.width) return;
    const width = (this.width = this.panel.clientWidth);
    const fitting = (width - 2 * PAD) / inner.width;
    const scale = whole ? Math.min(1, fitting) : Math.min(LARGEST, Math.max(SMALLEST, fitting));
    const size = { width: Math.max(width, inner.width * scale + 2 * PAD), height: inner.height * scale + 2 * PAD };
    this.panel.style.height = `${Math.min(size.height, Math.max(220, innerHeight * 0.8)) + (size.width > width ? 12 : 0)}px`;
    this.canvas.resized();
    const outer = this.canvas.getSize();
    const left = Math.max(PAD, (width - inner.width * scale) / 2);
    this.canvas.viewbox({ x: inner.x - left / scale, y: inner.y - PAD / scale, width: outer.width / scale, height: outer.height / scale });
    const svg = this.scroller.querySelector("svg");
    svg.style.width = `${size.width}px`;
    svg.style.height = `${size.height}px`;
    svg.style.minWidth = svg.style.minHeight = "100%";
  }

  #resized() {
    if (this.panel.clientWidth !== this.width) this.fit();
  }

  /** Marks elements: {done, now, late, gone, add, chg: [ids], choices: [sequence flows that are taken on a condition],
   * chosen: [those of them that were], counts, notes: {id: text}, signers: {id: [{name, done}]}}. */
  mark({ done = [], now = [], late = [], gone = [], add = [], chg = [], choices = [], chosen = [], counts = {}, notes = {}, signers = {} }) {
    this.clear();
    const standing = new Set(now);
    const passed = new Set(done);
    const reached = new Set([...passed, ...standing, ...gone, ...late]);
    const missed = new Set(choices.filter((id) => !chosen.includes(id)));
    for (const id of new Set([...done, ...now, ...this.#taken(passed, reached).filter((id) => !missed.has(id))])) {
      if (!standing.has(id)) this.#done(id);
    }
    for (const id of standing) this.#now(id);
    for (const [marker, ids] of Object.entries({ late, gone, add, chg })) for (const id of ids) this.#marker(id, marker);
    for (const [id, text] of Object.entries(counts)) this.#chip(id, "chip-count", String(text), { top: -9, right: 14 });
    for (const [id, text] of Object.entries(notes)) this.#chip(id, "chip-note", text, { bottom: -3, left: 0 });
    for (const [id, boxes] of Object.entries(signers)) this.#signers(id, boxes);
  }

  /** Takes every mark away. */
  clear() {
    for (const [id, marker] of this.marked) {
      this.canvas.removeMarker(id, marker);
      if (marker === "done") this.#colour(this.registry.get(id), undefined);
    }
    this.marked = [];
    this.overlays.clear();
  }

  /** Scrolls to the first of the elements, as far as the panel scrolls. */
  show(ids) {
    const gfx = ids.map((id) => this.registry.getGraphics(id)).find(Boolean);
    if (!gfx) return;
    const at = gfx.getBoundingClientRect();
    const box = this.scroller.getBoundingClientRect();
    this.scroller.scrollBy(at.left - box.left - box.width / 3, at.top - box.top - box.height / 3);
  }

  /** Points out an element, and the entries of the page that name it by `data-element-id`. */
  select(id) {
    for (const here of this.panel.querySelectorAll(".djs-element.here")) here.classList.remove("here");
    this.registry.getGraphics(id)?.classList.add("here");
    const entries = [...document.querySelectorAll(`[data-element-id="${CSS.escape(id)}"]`)].filter((entry) => !this.panel.contains(entry));
    for (const entry of document.querySelectorAll("[data-element-id].pointed")) entry.classList.remove("pointed");
    for (const entry of entries) entry.classList.add("pointed");
    entries[0]?.scrollIntoView({ block: "nearest" });
    this.panel.dispatchEvent(new CustomEvent("banjie:element", { bubbles: true, detail: { id } }));
  }

  #taken(passed, reached) {
    const flows = this.registry.filter((element) => is(element, "bpmn:SequenceFlow") && element.waypoints);
    return flows.filter(({ source, target }) => source && target && passed.has(source.id) && reached.has(target.id)).map(({ id }) => id);
  }

  #done(id) {
    const element = this.registry.get(id);
    if (!element) return;
    this.#marker(id, "done");
    this.#colour(element, DONE);
    if (is(element, "bpmn:Activity")) this.#chip(id, "", "✓", { top: -9, right: 9 });
  }

  #now(id) {
    const element = this.registry.get(id);
    if (!element) return;
    this.#marker(id, "now");
    if (element.children?.length && element.width > 120) this.#marker(id, "around");
    else if (is(element, "bpmn:Activity")) this.#chip(id, "chip-now", "●", { top: -9, right: 9 });
  }

  #marker(id, marker) {
    if (!this.registry.get(id)) return;
    this.canvas.addMarker(id, marker);
    this.marked.push([id, marker]);
  }

  // arrow heads are drawn per colour, so a connection is drawn anew in its colour
  #colour(element, stroke) {
    if (!element) return;
    getDi(element).set("bioc:stroke", stroke);
    this.graphics.update(element.waypoints ? "connection" : "shape", element, this.registry.getGraphics(element));
  }

  // who was asked to sign at an element: a dotted box each, above it, where no boundary event stands
  #signers(id, boxes) {
    if (!this.registry.get(id)) return;
    const list = document.createElement("div");
    list.className = "signer-boxes";
    for (const { name, done } of boxes) {
      const box = document.createElement("div");
      box.className = done ? "signer-box done" : "signer-box";
      box.textContent = done ? `✓ ${name}` : name;
      list.append(box);
    }
    this.overlays.add(id, { position: { top: -4, left: 0 }, html: list, show: { minZoom: 0.2 } });
  }

  #chip(id, kind, text, position) {
    if (!this.registry.get(id)) return;
    const chip = document.createElement("div");
    chip.className = `chip ${kind}`;
    chip.textContent = text;
    this.overlays.add(id, { position, html: chip, show: { minZoom: 0.2 } });
  }
}

/** The JSON document in `<script type="application/json" id="...">`. */
export function documentOf(id) {
  return JSON.parse(document.getElementById(id).textContent);
}
