"""The outline of a process: what the diagram says, in one inner form whoever drew it, as JSON.

It is stored with the definition. Texts that may hold expressions stay as drawn; the gate has checked them.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.dialects import foreign_forms
from engine.dialects.calls import call_of
from engine.dialects.data import data_of, stores_written
from engine.dialects.events import Declared, event_of, events_in, message_of
from engine.dialects.messages import correlation_of
from engine.dialects.names import (
    ACTIVITIES,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    SCOPES,
    WORK,
    Entry,
    Node,
    attribute,
    bpmn,
    bpmn_children,
    bpmn_text,
    content,
    is_true,
    word,
)
from engine.dialects.parameters import parameters_of, properties_of, thrown_parameters_of, throws_all
from engine.dialects.people import people_of, starters_of
from engine.dialects.repeats import ad_hoc_of, repeats_of
from engine.dialects.scripts import condition_of, script_of, scripts_around
from engine.dialects.work import case_of, foreign_work, work_of


@dataclass(frozen=True)
class Source:
    """A parsed BPMN file: its name, its definitions and what they declare."""

    file: str
    root: Node
    declared: Declared

    @classmethod
    def of(cls, file: str, root: Node) -> "Source":
        """Prepare a parsed file for its outlines."""
        return cls(file, root, Declared.of(root))

    @cached_property
    def ids(self) -> dict[str, Node]:
        """The elements of the file by id."""
        return {node.get("id"): node for node in self.root.iter() if node.get("id")}


def outline_of(process: Node, source: Source) -> dict[str, Any]:
    """The outline of one process of a file; malformed parts stay as drawn, the gate judges them."""
    key = process.get("id") or ""
    elements: dict[str, Entry] = {}
    _read_scope(process, key, source, elements)
    _read_lanes(process, elements)
    _connect(elements)
    _read_handlers(process, elements)
    return {
        "key": key,
        "name": process.get("name") or key,
        "version_tag": attribute(process, "versionTag"),
        "retention": _retention(process),
        "documentation": _documentation(process),
        "file": source.file,
        "line": process.sourceline,
        "properties": properties_of(process),
        "starters": starters_of(process),
        "data": data_of(process),
        "elements": elements,
        "lanes": _lanes(elements),
        "called": _called(elements),
        "external_decisions": [],
        "start": _start(elements, key),
        "starts": _starts(elements, key),
        "correlation": correlation_of(process, source.root),
        "messages": sorted({event["name"] for entry in elements.values() for event in events_in(entry) if _is_named_message(event)}),
    }


def _read_scope(scope: Node, scope_id: str, source: Source, elements: dict[str, Entry]) -> None:
    for node in scope:
        kind = word(node)
        if kind not in FLOW_NODES and kind != "sequenceFlow":
            continue
        entry = _entry(node, kind, scope_id, source)
        identity = node.get("id") or f"?{len(elements)}"
        elements[identity] = entry
        if kind in SCOPES:
            _read_scope(node, identity, source, elements)


def _entry(node: Node, kind: str, scope_id: str, source: Source) -> Entry:
    entry: Entry = {
        "type": kind,
        "name": node.get("name") or "",
        "parent": scope_id,
        "line": node.sourceline,
        "documentation": _documentation(node),
    }
    if kind == "sequenceFlow":
        return {**entry, **_flow(node)}
    written = stores_written(node, source.ids)
    if written:
        entry["writes"] = written
    entry.update(lane=None, incoming=[], outgoing=[], default=node.get("default"), properties=properties_of(node), **scripts_around(node))
    if kind in EVENTS:
        entry.update(_event(node, kind, source.declared))
    elif kind in GATEWAYS:
        entry.update(_gateway(node, kind))
    else:
        entry.update(_activity(node, kind, entry["properties"], source.declared))
    return entry


def _flow(node: Node) -> Entry:
    return {"source": node.get("sourceRef"), "target": node.get("targetRef"), "condition": condition_of(node, "conditionExpression")}


def _event(node: Node, kind: str, declared: Declared) -> Entry:
    entry: Entry = {"event": event_of(node, declared)}
    if kind == "boundaryEvent":
        entry["attached_to"] = node.get("attachedToRef")
        entry["handler"] = None
        entry["cancel_activity"] = not node.get("cancelActivity") or is_true(node.get("cancelActivity"))
    elif kind == "startEvent":
        entry["interrupting"] = not node.get("isInterrupting") or is_true(node.get("isInterrupting"))
        entry["initiator"] = attribute(node, "initiator")
        entry["form_key"] = foreign_forms.form_key_of(node)
    if kind in ("startEvent", "boundaryEvent", "intermediateCatchEvent"):
        entry["inputs"], entry["outputs"] = parameters_of(node)
    elif kind in ("endEvent", "intermediateThrowEvent"):
        entry["inputs"], entry["outputs"] = thrown_parameters_of(node)
        entry["throws_all"] = throws_all(node)
        entry["work"] = _thrown(node) if entry["event"]["kind"] == "message" else None
    return entry


def _thrown(node: Node) -> Entry | None:
    """The outgoing work that a vendor hangs on a throwing message event; None: the message is thrown as BPMN says."""
    definition = next(iter(bpmn_children(node, "messageEventDefinition")), None)
    if definition is None:
        return None
    if foreign_work(definition) or attribute(definition, "expression"):
        return work_of(definition, {})
    return None


def _gateway(node: Node, kind: str) -> Entry:
    if kind == "complexGateway":
        return {"activation_condition": bpmn_text(node, "activationCondition")}
    if kind == "eventBasedGateway":
        return {"instantiate": is_true(node.get("instantiate")), "kind": node.get("eventGatewayType") or "Exclusive"}
    return {}


def _activity(node: Node, kind: str, properties: dict[str, str], declared: Declared) -> Entry:
    inputs, outputs = parameters_of(node)
    entry: Entry = {
        "inputs": inputs,
        "outputs": outputs,
        "skip": attribute(node, "skipExpression"),
        "for_compensation": is_true(node.get("isForCompensation")),
        **repeats_of(node),
    }
    if kind == "userTask":
        entry.update(people_of(node), form_key=foreign_forms.form_key_of(node))
    elif kind in WORK:
        entry.update(_work(node, properties, declared))
    elif kind == "receiveTask":
        entry.update(event=message_of(node, declared), instantiate=is_true(node.get("instantiate")))
    elif kind == "scriptTask":
        entry.update(script_of(node))
    elif kind == "callActivity":
        entry.update(call_of(node), work=case_of(node))
    elif kind in SCOPES:
        entry.update(event_subprocess=is_true(node.get("triggeredByEvent")), data=data_of(node))
    return {**entry, "ad_hoc": ad_hoc_of(node)} if kind == "adHocSubProcess" else entry


def _work(node: Node, properties: dict[str, str], declared: Declared) -> Entry:
    work = {**work_of(node, properties), "event": message_of(node, declared)}
    if work["implementation"] == "unmapped" and work["event"] and not foreign_work(node):
        work["implementation"] = "message"
    return work


def _retention(process: Node) -> str | None:
    """How long the diagram wants its cases to be kept, as an ISO duration: Camunda writes one, or a number of days."""
    drawn = attribute(process, "historyTimeToLive")
    return f"P{drawn}D" if drawn is not None and drawn.isascii() and drawn.isdecimal() else drawn


def _documentation(node: Node) -> str | None:
    texts = [content(child) for child in bpmn_children(node, "documentation")]
    return "\n".join(text for text in texts if text) or None


def _read_lanes(process: Node, elements: dict[str, Entry]) -> None:
    """Give every element its innermost lane, or that of its sub-process; user tasks that name nobody get the lane as their group."""
    for lane in process.iter(bpmn("lane")):
        name = (lane.get("name") or "").strip()
        for reference in bpmn_children(lane, "flowNodeRef"):
            entry = elements.get(content(reference) or "", {})
            if "lane" in entry and name:
                entry["lane"] = name
    for entry in elements.values():
        if "lane" not in entry:
            continue
        entry["lane"] = entry["lane"] or elements.get(entry["parent"], {}).get("lane")
        if (
            entry["type"] == "userTask"
            and entry["lane"]
            and not (entry["assignee"] or entry["candidate_users"] or entry["candidate_groups"])
        ):
            entry["candidate_groups"] = [entry["lane"]]


def _connect(elements: dict[str, Entry]) -> None:
    for identity, entry in elements.items():
        if entry["type"] == "sequenceFlow":
            for end, side in (("source", "outgoing"), ("target", "incoming")):
                node = elements.get(entry[end] or "")
                if node is not None and node["type"] != "sequenceFlow":
                    node[side].append(identity)


def _read_handlers(process: Node, elements: dict[str, Entry]) -> None:
    """Give every compensation boundary event the activity at the other end of its association, whichever way it was drawn, as `handler`."""
    for association in process.iter(bpmn("association")):
        ends = [association.get("sourceRef") or "", association.get("targetRef") or ""]
        for one, other in (ends, reversed(ends)):
            boundary, handler = elements.get(one), elements.get(other)
            if boundary is not None and handler is not None and _is_compensation(boundary) and handler["type"] in ACTIVITIES:
                boundary["handler"] = other
                handler["for_compensation"] = True


def _is_compensation(entry: Entry) -> bool:
    return bool(entry["type"] == "boundaryEvent" and entry["event"]["kind"] == "compensate")


def _lanes(elements: dict[str, Entry]) -> dict[str, list[str]]:
    lanes: dict[str, list[str]] = {}
    for identity, entry in elements.items():
        if entry.get("lane"):
            lanes.setdefault(entry["lane"], []).append(identity)
    return lanes


def _called(elements: dict[str, Entry]) -> list[str]:
    calls = [entry for entry in elements.values() if entry["type"] == "callActivity"]
    fixed = [entry["called_element"] for entry in calls if entry["called_element"] and entry["binding"] == "latest"]
    return sorted({key for key in fixed if "{" not in key})


def _is_named_message(event: Entry) -> bool:
    return bool(event["kind"] == "message" and event["name"])


def _top_starts(elements: dict[str, Entry], key: str) -> list[tuple[str, Entry]]:
    return [(identity, entry) for identity, entry in elements.items() if entry["type"] == "startEvent" and entry["parent"] == key]


def _start(elements: dict[str, Entry], key: str) -> dict[str, Any] | None:
    """The start event that a person starts; None where only messages, signals or timers start the process."""
    for identity, entry in _top_starts(elements, key):
        if entry["event"]["kind"] == "none":
            rule = entry["properties"].get("fields")
            return {"element_id": identity, "form_key": entry["form_key"], "initiator": entry["initiator"], "fields": rule}
    return None


def _instantiating(elements: dict[str, Entry], key: str) -> list[tuple[str, Entry]]:
    """The receive tasks that start the process, and the events behind event-based gateways that do."""
    nodes = [(identity, entry) for identity, entry in elements.items() if entry.get("instantiate") and entry["parent"] == key]
    targets = [elements[flow]["target"] for _, entry in nodes if entry["type"] == "eventBasedGateway" for flow in entry["outgoing"]]
    return [*(node for node in nodes if node[1]["type"] == "receiveTask"), *((one, elements[one]) for one in targets if one in elements)]


def _starts(elements: dict[str, Entry], key: str) -> list[dict[str, Any]]:
    """What starts the process: one row for each event; further ones of the same element have a number behind its id."""
    found = []
    for identity, entry in [*_top_starts(elements, key), *_instantiating(elements, key)]:
        for number, event in enumerate(events_in(entry) or ([entry["event"]] if entry["type"] == "startEvent" else []), 1):
            name = identity if number == 1 else f"{identity} [{number}]"
            found.append({"element_id": name, "kind": event["kind"], "name": event["name"], "time": event["time"]})
    return found
