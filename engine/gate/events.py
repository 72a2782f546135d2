"""Which event may stand where, alone or together with others in one element."""

from engine.dialects.events import definition_references, events_in
from engine.dialects.names import BPMN, EVENTS, Entry, Node
from engine.elements import refused
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located, event_kind
from engine.outline import Source

_START_KINDS = frozenset({"none", "message", "signal", "timer"})
_EVENT_SUBPROCESS_KINDS = frozenset({"message", "signal", "timer", "error", "escalation", "conditional", "compensate"})
_KINDS = {
    "intermediateCatchEvent": frozenset({"message", "signal", "timer", "conditional", "link"}),
    "intermediateThrowEvent": frozenset({"none", "message", "signal", "escalation", "link", "compensate"}),
    "endEvent": frozenset({"none", "message", "signal", "error", "escalation", "compensate", "terminate", "cancel"}),
    "boundaryEvent": frozenset({"message", "signal", "timer", "error", "escalation", "conditional", "compensate", "cancel"}),
}
_THROWING = ("intermediateThrowEvent", "endEvent")
#: what may be thrown beside others; at most one of those that end the scope
_TOGETHER = frozenset({"message", "signal", "escalation"})
_LAST = frozenset({"error", "terminate"})
#: what may be one of several events that a token waits for, and what may be one that all are needed of
_ANY = frozenset({"message", "signal", "timer", "conditional", "error", "escalation", "cancel"})
_ALL = frozenset({"message", "signal", "timer", "conditional"})


def check(graph: Graph, process: Node, source: Source, findings: Findings) -> None:
    """The kind of every event, and what stands together."""
    for identity, entry in graph.nodes.items():
        located = (identity, entry)
        if entry["type"] == "startEvent":
            _check_start(located, graph, findings)
        else:
            _check_kind(located, findings)
        _check_complete(located, findings)
        if event_kind(entry) == "multiple":
            _check_several(located, graph, findings)
    for node in process.iter(*(f"{{{BPMN}}}{kind}" for kind in EVENTS)):
        for reference in definition_references(node):
            if reference not in source.declared.definitions:
                findings.error("reference_undefined", node, kind="eventDefinition", reference=reference)


def _check_complete(node: Located, findings: Findings) -> None:
    """What a thrown message and a conditional event have to say."""
    if (node[1].get("event") or {}).get("unnamed"):
        findings.warning("message_to_nobody", node)
    if any(event["kind"] == "conditional" and not event["condition"] for event in events_in(node[1])):
        findings.error("conditional_without_condition", node)


def _check_kind(node: Located, findings: Findings) -> None:
    allowed = _KINDS.get(node[1]["type"])
    if allowed is None:
        return
    for kind in [event["kind"] for event in events_in(node[1])] or ["none"]:
        if kind not in allowed:
            findings.error("event_without_definition" if kind == "none" else "event_kind", node, kind=kind, type=node[1]["type"])


def _check_start(start: Located, graph: Graph, findings: Findings) -> None:
    entry = start[1]
    kinds = [event["kind"] for event in events_in(entry)] or ["none"]
    if graph.is_event_subprocess(entry["parent"]):
        for kind in kinds:
            if kind not in _EVENT_SUBPROCESS_KINDS:
                findings.error("event_subprocess_start_kind", start, kind=kind)
        if "error" in kinds and not entry["interrupting"]:
            findings.warning("error_interrupts", start)
        return
    allowed, code = (_START_KINDS, "start_kind") if entry["parent"] == graph.key else ({"none"}, "subprocess_start_kind")
    for kind in kinds:
        if kind not in allowed and (code != "start_kind" or refused(entry) is None):
            findings.error(code, start, kind=kind)


def _check_several(node: Located, graph: Graph, findings: Findings) -> None:
    """Several events in one element, where their order and their end is clear."""
    entry = node[1]
    kinds = [event["kind"] for event in events_in(entry)]
    if entry["type"] in _THROWING:
        clear = set(kinds) <= _TOGETHER | _LAST and sum(kind in _LAST for kind in kinds) <= 1
    elif entry["event"]["all"]:
        clear = set(kinds) <= _ALL and not _starts_process(entry, graph) and not _comes_again(entry, kinds)
    else:
        clear = set(kinds) <= _ANY
    if not clear:
        findings.error("several_event_definitions", node, count=len(kinds))


def _starts_process(entry: Entry, graph: Graph) -> bool:
    return bool(entry["type"] == "startEvent" and entry["parent"] == graph.key)


def _comes_again(entry: Entry, kinds: list[str]) -> bool:
    """Whether it would have to wait a second time for a timer that comes once."""
    again = not entry.get("cancel_activity", True) or not entry.get("interrupting", True)
    return again and "timer" in kinds
