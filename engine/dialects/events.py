"""What an event, a receive task or a sending task waits for or throws."""

from dataclasses import dataclass, field
from typing import Any

from engine.dialects.names import (
    ACTIVITI,
    EVENT_KINDS,
    FLOWABLE,
    Entry,
    Node,
    attribute,
    bpmn,
    bpmn_children,
    bpmn_text,
    is_element,
    is_true,
    word,
)

_DEFINITIONS = {f"{kind}EventDefinition": kind for kind in EVENT_KINDS}
_TIMES = {"timeDuration": "duration", "timeDate": "date", "timeCycle": "cycle"}
_CODES = {"error": "errorCode", "escalation": "escalationCode"}


@dataclass(frozen=True)
class Declared:
    """The messages, signals, errors and escalations of one file, by kind and id."""

    nodes: dict[tuple[str, str], Node] = field(default_factory=dict)
    #: Activiti and Flowable take a reference to no declared error or escalation for the code itself
    references_are_codes: bool = False

    @classmethod
    def of(cls, root: Node) -> "Declared":
        """Collect them from the definitions."""
        found = bpmn_children(root, "message", "signal", "error", "escalation")
        uris = set(root.nsmap.values())
        return cls({(word(node), node.get("id")): node for node in found if node.get("id")}, bool(uris & {ACTIVITI, FLOWABLE}))

    def find(self, kind: str, reference: str | None) -> Node | None:
        """The declared element; a reference may carry a namespace prefix."""
        if not reference:
            return None
        found = self.nodes.get((kind, reference))
        return found if found is not None else self.nodes.get((kind, reference.rpartition(":")[2]))


def event_of(node: Node, declared: Declared) -> Entry:
    """`{kind, ref, name, code, time, condition, ...}` of the first event definition; kind "none" without one."""
    definitions = definitions_of(node)
    if not definitions:
        return _blank("none")
    return _read(definitions[0], declared)


def definitions_of(node: Node) -> list[Node]:
    """The event definitions inside an event."""
    return [child for child in node if is_element(child) and word(child) in _DEFINITIONS]


def message_of(node: Node, declared: Declared) -> Entry | None:
    """What a receive task waits for, or a send task without an implementation throws; None without a message."""
    reference = node.get("messageRef")
    if not reference:
        return None
    event = _blank("message")
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
        elif kind in _CODES and declared.references_are_codes:
            event["code"] = event["ref"]
        event["code_variable"] = attribute(definition, f"{kind}CodeVariable")
        event["message_variable"] = attribute(definition, f"{kind}MessageVariable")
    elif kind == "timer":
        event["time"] = _time(definition)
    elif kind == "conditional":
        event["condition"] = bpmn_text(definition, "condition")
    elif kind == "link":
        event["name"] = definition.get("name")
    elif kind == "compensate":
        event["ref"] = definition.get("activityRef")
        event["wait"] = definition.get("waitForCompletion") is None or is_true(definition.get("waitForCompletion"))
    return event


def _name(found: Node | None) -> str | None:
    return None if found is None else (found.get("name") or found.get("id"))


def _time(definition: Node) -> dict[str, str] | None:
    for child_name, kind in _TIMES.items():
        text = bpmn_text(definition, child_name)
        if text:
            return {"kind": kind, "text": text}
    return None


def time_kinds(node: Node) -> list[str]:
    """Which of duration, date and cycle a timer event gives a text for."""
    found = node.find(bpmn("timerEventDefinition"))
    return [] if found is None else [kind for child, kind in _TIMES.items() if bpmn_text(found, child)]
