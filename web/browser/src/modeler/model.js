// Reading and writing what stands in an element; every write is one command, so that one press of 撤销 takes it back.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

/** Access to the elements of one modeler. */
export class Model {
  constructor(modeler) {
    this.modeling = modeler.get("modeling");
    this.factory = modeler.get("bpmnFactory");
    this.modeler = modeler;
  }

  /** The object that carries the element's own attributes: of a participant, its process. */
  carrier(element) {
    const object = getBusinessObject(element);
    return is(object, "bpmn:Participant") && object.processRef ? object.processRef : object;
  }

  attribute(element, name) {
    return this.carrier(element).get(name) ?? "";
  }

  setAttribute(element, name, value) {
    const carrier = this.carrier(element);
    const change = { [name]: value === "" ? undefined : value };
    if (carrier === getBusinessObject(element)) this.modeling.updateProperties(element, change);
    else this.modeling.updateModdleProperties(element, carrier, change);
  }

  documentation(element) {
    return this.carrier(element).get("documentation")[0]?.text ?? "";
  }

  setDocumentation(element, text) {
    const carrier = this.carrier(element);
    const documentation = text ? [this.#make("bpmn:Documentation", { text }, carrier)] : [];
    this.modeling.updateModdleProperties(element, carrier, { documentation });
  }

  /** The body of an expression in `name`: conditionExpression, timeDuration, loopCardinality … */
  expression(object, name) {
    return object?.get(name)?.body ?? "";
  }

  setExpression(element, object, name, body) {
    const value = body === "" ? undefined : this.#make("bpmn:FormalExpression", { body }, object);
    this.modeling.updateModdleProperties(element, object, { [name]: value });
  }

  /** The first event definition of an event. */
  eventDefinition(element) {
    return getBusinessObject(element).get("eventDefinitions")?.[0];
  }

  /** Leaves exactly one of the three texts of a timer. */
  setTimer(element, kind, body) {
    const definition = this.eventDefinition(element);
    const change = { timeDuration: undefined, timeDate: undefined, timeCycle: undefined };
    if (body !== "") change[kind] = this.#make("bpmn:FormalExpression", { body }, definition);
    this.modeling.updateModdleProperties(element, definition, change);
  }

  /** The name of what an event refers to: messageRef, signalRef, errorRef, escalationRef. */
  referred(object, reference, property = "name") {
    return object?.get(reference)?.get(property) ?? "";
  }

  /** Refers to the message (signal …) of that name, made beside the process when there is none. */
  refer(element, object, reference, type, name, property = "name") {
    const definitions = this.modeler.getDefinitions();
    let found = definitions.get("rootElements").find((root) => is(root, type) && root.get(property) === name);
    if (!found && name !== "") {
      found = this.#make(type, { [property]: name, ...(property === "name" ? {} : { name }) }, definitions);
      this.modeling.updateModdleProperties(element, definitions, { rootElements: [...definitions.get("rootElements"), found] });
    }
    this.modeling.updateModdleProperties(element, object, { [reference]: name === "" ? undefined : found });
  }

  /** The rows of camunda:properties. */
  properties(element) {
    return (this.#properties(element)?.get("values") ?? []).map(({ name, value }) => ({ name: name ?? "", value: value ?? "" }));
  }

  property(element, name) {
    return this.properties(element).find((row) => row.name === name)?.value ?? "";
  }

  setProperty(element, name, value) {
    const rows = this.properties(element);
    const at = rows.findIndex((row) => row.name === name);
    const others = rows.filter((row) => row.name !== name);
    if (value !== "") others.splice(at === -1 ? others.length : at, 0, { name, value });
    this.setProperties(element, others);
  }

  setProperties(element, rows) {
    const carrier = this.carrier(element);
    const there = this.#properties(element);
    if (there) {
      const values = rows.map((row) => this.#make("camunda:Property", row, there));
      this.modeling.updateModdleProperties(element, there, { values });
      return;
    }
    const extensions = carrier.get("extensionElements") ?? this.#make("bpmn:ExtensionElements", { values: [] }, carrier);
    const made = this.#make("camunda:Properties", {}, extensions);
    made.values = rows.map((row) => this.#make("camunda:Property", row, made));
    const values = [...extensions.get("values"), made];
    if (carrier.get("extensionElements")) this.modeling.updateModdleProperties(element, extensions, { values });
    else this.modeling.updateModdleProperties(element, carrier, { extensionElements: this.#filled(extensions, values) });
  }

  #filled(extensions, values) {
    extensions.values = values;
    return extensions;
  }

  #properties(element) {
    const values = this.carrier(element).get("extensionElements")?.get("values") ?? [];
    return values.find((value) => is(value, "camunda:Properties"));
  }

  #make(type, attributes, parent) {
    const made = this.factory.create(type, attributes);
    made.$parent = parent;
    return made;
  }
}
