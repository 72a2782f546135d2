// The panel beside the canvas: the fields of what is selected, in Chinese.
import { kindOf } from "../words.js";
import { groupsOf } from "./fields.js";
import { Model } from "./model.js";

function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== false) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Fills `place` with the fields of the selection; `lists` gives suggestions: {groups, people, forms, decisions, processes: [[value, words]]}. */
export class Panel {
  constructor(place, modeler, lists) {
    this.place = place;
    this.modeler = modeler;
    this.model = new Model(modeler);
    this.closed = new Set();
    for (const [name, entries] of Object.entries(lists)) place.before(this.#suggestions(name, entries));
    modeler.on("selection.changed", ({ newSelection }) => this.show(newSelection.length === 1 ? newSelection[0] : this.#root()));
    modeler.on("root.set", ({ element }) => this.show(element));
    modeler.on("commandStack.changed", () => this.#refresh());
  }

  /** Shows the fields of an element. */
  show(element) {
    // before a file is read, the canvas has a root of its own that is no element of BPMN
    if (!element.businessObject) return;
    this.element = element.labelTarget ?? element;
    const groups = groupsOf(this.element).map(([title, fields]) => this.#group(title, fields.map((field) => this.#field(field))));
    this.place.replaceChildren(this.#head(), ...groups, this.#documentation(), this.#properties());
  }

  #head() {
    const object = this.model.carrier(this.element);
    const kind = kindOf(object);
    const name = make("strong", {}, object.get("name") || kind);
    return make("header", {}, name, " ", make("span", { class: "b" }, kind), make("div", { class: "mono soft" }, object.id ?? ""));
  }

  #root() {
    return this.modeler.get("canvas").getRootElement();
  }

  #refresh() {
    const gone = this.element && this.element !== this.#root() && !this.modeler.get("elementRegistry").get(this.element.id);
    if (gone || !this.element) this.show(this.#root());
    // what was just typed here stands here already, and the cursor is on its way to the next field
    else if (this.writing) this.place.querySelector("header").replaceWith(this.#head());
    else this.show(this.element);
  }

  #write(change) {
    this.writing = true;
    change();
    this.writing = false;
  }

  #suggestions(name, entries) {
    const options = entries.map(([value, words]) => make("option", { value, label: words === value ? undefined : words }));
    return make("datalist", { id: `list-${name}` }, ...options);
  }

  #group(title, children) {
    const group = make("details", { open: this.closed.has(title) ? false : "" }, make("summary", {}, title), make("div", { class: "form" }, ...children));
    group.addEventListener("toggle", () => (group.open ? this.closed.delete(title) : this.closed.add(title)));
    return group;
  }

  #field(field) {
    const element = this.element;
    const id = `field-${field.name.replace(/\W/g, "-")}`;
    const value = field.get(this.model, element);
    const control = this.#control(field, id, value);
    const error = make("p", { class: "err", role: "alert", hidden: "" });
    control.addEventListener("change", () => {
      const typed = field.kind === "check" ? (control.checked ? "yes" : "") : control.value.trim();
      const wrong = this.#wrong(field, element, typed);
      error.hidden = !wrong;
      error.textContent = wrong;
      control.toggleAttribute("aria-invalid", Boolean(wrong));
      if (!wrong) this.#write(() => field.set(this.model, element, typed));
    });
    const hint = field.hint ? make("p", { class: "hint", id: `${id}-hint` }, field.hint) : null;
    if (field.kind === "check") return make("div", { class: "f" }, make("label", { for: id }, control, " ", field.label), hint);
    return make("div", { class: "f" }, make("label", { for: id }, field.label), control, hint, error);
  }

  #wrong(field, element, typed) {
    if (field.name !== "id") return "";
    if (!field.check(typed)) return "请用字母开头，只用字母、数字和下划线";
    const other = this.modeler.get("elementRegistry").get(typed);
    return other && other !== element ? "这个标识已经有了" : "";
  }

  #control(field, id, value) {
    const common = { id, class: field.mono ? "in mono" : "in", "aria-describedby": field.hint ? `${id}-hint` : undefined };
    if (field.kind === "check") return make("input", { id, type: "checkbox", checked: value === "yes" ? "" : undefined });
    if (field.kind === "select") {
      const known = field.options.some(([option]) => option === value) ? field.options : [...field.options, [value, value]];
      return make("select", common, ...known.map(([option, words]) => make("option", { value: option, selected: option === value ? "" : undefined }, words)));
    }
    if (field.kind === "area") return make("textarea", { ...common, rows: Math.min(8, 2 + value.split("\n").length) }, value);
    return make("input", { ...common, value, list: field.list ? `list-${field.list}` : undefined, autocomplete: "off", spellcheck: "false" });
  }

  #documentation() {
    const field = {
      name: "documentation", label: "说明与依据", kind: "area",
      get: (model, element) => model.documentation(element), set: (model, element, value) => model.setDocumentation(element, value),
    };
    return this.#group("说明与依据", [this.#field(field)]);
  }

  #properties() {
    const element = this.element;
    const shown = [...this.model.properties(element), { name: "", value: "" }];
    const body = make("div", { class: "pairs" });
    const write = () => {
      const pairs = [...body.children].map((line) => [...line.querySelectorAll("input")].map((input) => input.value.trim()));
      const rows = pairs.filter(([name]) => name).map(([name, value]) => ({ name, value }));
      this.#write(() => this.model.setProperties(element, rows));
      if (pairs.at(-1)[0]) body.append(line({ name: "", value: "" }));
    };
    const line = ({ name, value }) => {
      const made = make("div", { class: "pair" },
        make("input", { class: "in mono", value: name, "aria-label": "属性名称", placeholder: "名称" }),
        make("input", { class: "in mono", value, "aria-label": "属性的值", placeholder: "值" }));
      made.addEventListener("change", write);
      return made;
    };
    body.append(...shown.map(line));
    return this.#group("扩展属性", [body]);
  }
}
