"""Signals and messages that start the process that throws them, again and again, without anybody in between."""

from collections.abc import Iterator
from typing import Any

from engine.dialects.names import SCOPES
from engine.gate.findings import Findings
from engine.gate.graph import Graph, event_kind

#: what lets time pass or lets somebody choose, so that a storm is not certain
_STOPS = frozenset(
    {
        "userTask",
        "receiveTask",
        "serviceTask",
        "sendTask",
        "businessRuleTask",
        "callActivity",
        "intermediateCatchEvent",
        "exclusiveGateway",
        "inclusiveGateway",
        "complexGateway",
        "eventBasedGateway",
    }
)
_NAMED = ("signal", "message")
#: kind and name of what starts a process or is thrown
Name = tuple[str, str]


def check(outlines: list[tuple[dict[str, Any], Findings]]) -> None:
    """Refuse every throw that certainly comes back to itself through the start events of this deployment."""
    graphs = [(Graph(outline), findings) for outline, findings in outlines]
    throws: dict[Name, set[Name]] = {}
    for graph, _ in graphs:
        for name, start in _starts(graph):
            throws.setdefault(name, set()).update(_name(graph, identity) for identity in _thrown_from(start, graph))
    for graph, findings in graphs:
        for name, start in _starts(graph):
            for identity in _thrown_from(start, graph):
                if name in _led_to(_name(graph, identity), throws):
                    findings.error("starts_itself", (identity, graph.nodes[identity]), thrown=_name(graph, identity)[1])


def _starts(graph: Graph) -> Iterator[tuple[Name, str]]:
    for start in graph.outline["starts"]:
        if start["kind"] in _NAMED and start["name"]:
            yield (start["kind"], start["name"]), start["element_id"]


def _name(graph: Graph, identity: str) -> Name:
    event = graph.nodes[identity]["event"]
    return event["kind"], event["name"] or ""


def _thrown_from(start: str, graph: Graph) -> list[str]:
    """The throwing events that a token from `start` reaches whatever happens."""
    found: list[str] = []
    seen: set[str] = set()
    stack = [start]
    while stack:
        identity = stack.pop()
        entry = graph.nodes[identity]
        if identity in seen or entry["type"] in _STOPS:
            continue
        seen.add(identity)
        if entry["type"] in ("intermediateThrowEvent", "endEvent") and event_kind(entry) in _NAMED and not entry.get("work"):
            found.append(identity)
        if entry["type"] in SCOPES:
            stack.extend(inner for inner, one in graph.scopes.get(identity, {}).items() if one["type"] == "startEvent")
        elif "multi_instance" not in entry and "loop" not in entry:
            stack.extend(flow["target"] for _, flow in graph.outgoing(identity) if flow["target"] in graph.nodes and not flow["condition"])
    return found


def _led_to(first: Name, throws: dict[Name, set[Name]]) -> set[Name]:
    """What is thrown because of `first`, itself included."""
    found: set[Name] = set()
    stack = [first]
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            stack.extend(throws.get(name, ()))
    return found
