"""What an event, a receive task or a sending task waits for or throws."""

from dataclasses import dataclass, field
from typing import Any

from engine.dialects.messages import names_by_flow
from engine.dialects.names import (
    ACTIVITI,
    CAMUNDA,
    EVENT_KINDS,
    FLOWABLE,
    FOX,
    VENDORS,
    Entry,
    Node,
    attribute,
    bpmn_children,
    bpmn_text,
    content,
    is_element,
    is_true,
    word,
)
from engine.dialects.scripts import condition_of
from engine.dialects.work import foreign_work

_DEFINITIONS = {f"{kind}EventDefinition": kind for kind in EVENT_KINDS}
_TIMES = {"timeDuration": "duration", "timeDate": "date", "timeCycle": "cycle"}
_CODES = {"error": "errorCode", "escalation": "escalationCode"}


@dataclass(frozen=True)
class Declared:
    """The messages, signals, errors and escalations of one file, by kind and id."""

    nodes: dict[tuple[str, str], Node] = field(default_factory=dict)
    #: event definitions that stand beside the processes, by id
    definitions: dict[str, Node] = field(default_factory=dict)
    #: names of messages by the element that a message flow connects
    flow_names: dict[str, str] = field(default_factory=dict)
    #: kinds of which the engine that the file is for takes a reference to nothing declared for the code itself
    references_are_codes: frozenset[str] = frozenset()
    #: whether that engine releases receive tasks by their id, takes a duration for a date, and lets a message to nobody pass
    vendor: bool = False

    @classmethod
    def of(cls, root: Node) -> "Declared":
        """Collect them from the definitions."""
        found = bpmn_children(root, "message", "signal", "error", "escalation")
        uris = set(root.nsmap.values())
        codes = _CODES if uris & {ACTIVITI, FLOWABLE} else {"error"} if uris & {CAMUNDA, FOX} else ()
        named = {(word(node), node.get("id")): node for node in found if node.get("id")}
        shared = {node.get("id"): node for node in bpmn_children(root, *_DEFINITIONS) if node.get("id")}
        return cls(named, shared, names_by_flow(root), frozenset(codes), bool(uris & set(VENDORS)))

    def find(self, kind: str, reference: str | None) -> Node | None:
        """The declared element; a reference may carry a namespace prefix."""
        if not reference:
            return None
        found = self.nodes.get((kind, reference))
        return found if found is not None else self.nodes.get((kind, reference.rpartition(":")[2]))


def event_of(node: Node, declared: Declared) -> Entry:
    """`{kind, ref, name, code, time, condition, ...}` of the event; kind "none" without a definition.

    Several definitions are of kind "multiple": each stands in `events`, and `all` says whether it takes all of them.
    """
    events = [
        _drawn(_by_flow(_read(definition, declared), node, declared), node, declared) for definition in definitions_of(node, declared)
    ]
    if len(events) > 1:
        return {**_blank("multiple"), "all": is_true(node.get("parallelMultiple")), "events": events}
    return events[0] if events else _blank("none")


def _by_flow(event: Entry, node: Node, declared: Declared) -> Entry:
    """A message that only a message flow names."""
    name = declared.flow_names.get(node.get("id") or "")
    return {**event, "name": name, "by_flow": True} if event["kind"] == "message" and not event["ref"] and name else event


def _drawn(event: Entry, node: Node, declared: Declared) -> Entry:
    """Camunda, Flowable and Activiti pass a throwing message event that names no message: `unnamed` says so."""
    throws = word(node) in ("endEvent", "intermediateThrowEvent")
    if event["kind"] != "message" or not (throws and declared.vendor) or event["ref"] or event["name"]:
        return event
    definitions = bpmn_children(node, "messageEventDefinition")
    does_work = any(foreign_work(definition) or attribute(definition, "expression") for definition in definitions)
    return event if does_work else {**_blank("none"), "unnamed": True}


def events_in(entry: Entry) -> list[Entry]:
    """The single events of an element of the outline; none for what has no event."""
    event = entry.get("event")
    if not event or event["kind"] == "none":
        return []
    return list(event["events"]) if event["kind"] == "multiple" else [event]


def definitions_of(node: Node, declared: Declared) -> list[Node]:
    """The event definitions inside an event, and those that it refers to."""
    shared = (declared.definitions.get(reference) for reference in definition_references(node))
    own = [child for child in node if is_element(child) and word(child) in _DEFINITIONS]
    return [*own, *(definition for definition in shared if definition is not None)]


def definition_references(node: Node) -> list[str]:
    """The ids of event definitions that stand elsewhere."""
    return [(content(child) or "").rpartition(":")[2] for child in bpmn_children(node, "eventDefinitionRef")]


def message_of(node: Node, declared: Declared) -> Entry | None:
    """What a receive task waits for, or a send task without an implementation throws; None without a message."""
    reference = node.get("messageRef")
    event = _blank("message")
    if not reference and (node.get("id") or "") in declared.flow_names and word(node) in ("receiveTask", "sendTask"):
        return _by_flow(event, node, declared)
    if not reference:
        released_by_id = declared.vendor and word(node) == "receiveTask"
        return {**event, "name": node.get("id"), "assumed": True} if released_by_id else None
    event["ref"] = reference
    found = declared.find("message", reference)
    event["name"] = _name(found)
    return event


def _blank(kind: str) -> dict[str, Any]:
    return {"kind": kind, "ref": None, "name": None, "code": None, "time": None, "condition": None}


def _read(definition: Node, declared: Declared) -> Entry:
    kind = _DEFINITIONS[word(definition)]
    event = _blank(kind)
    if kind in ("message", "signal", "error", "escalation"):
        event["ref"] = definition.get(f"{kind}Ref")
        found = declared.find(kind, event["ref"])
        event["name"] = _name(found)
        if kind in _CODES and found is not None:
            event["code"] = found.get(_CODES[kind]) or found.get("id")
            event["any"] = not found.get(_CODES[kind])
            event["message"] = attribute(found, "errorMessage")
        elif kind in declared.references_are_codes:
            event["code"] = event["ref"]
        event["code_variable"] = attribute(definition, f"{kind}CodeVariable")
        event["message_variable"] = attribute(definition, f"{kind}MessageVariable")
    elif kind == "timer":
        event["time"] = _time(definition, declared)
    elif kind == "conditional":
        event["condition"] = condition_of(definition, "condition")
        event["variable"] = attribute(definition, "variableName")
        event["changes"] = [change.strip() for change in (attribute(definition, "variableEvents") or "").split(",") if change.strip()]
    elif kind == "link":
        event["name"] = definition.get("name")
    elif kind == "compensate":
        event["ref"] = definition.get("activityRef")
        event["wait"] = definition.get("waitForCompletion") is None or is_true(definition.get("waitForCompletion"))
    return event


def _name(found: Node | None) -> str | None:
    return None if found is None else (found.get("name") or found.get("id"))


def _time(definition: Node, declared: Declared) -> dict[str, str] | None:
    """The time as drawn; the engines of the vendors take a duration where a date is asked for, too."""
    for child_name, kind in _TIMES.items():
        text = bpmn_text(definition, child_name)
        if text:
            return {"kind": "moment" if kind == "date" and declared.vendor else kind, "text": text}
    return None


def time_kinds(definition: Node) -> list[str]:
    """Which of duration, date and cycle a timer event definition gives a text for."""
    return [kind for child, kind in _TIMES.items() if bpmn_text(definition, child)]
