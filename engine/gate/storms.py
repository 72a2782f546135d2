"""Signals and messages that start the process that throws them, again and again, without anybody in between."""

from collections.abc import Iterator
from typing import Any

from engine.dialects.events import events_in
from engine.dialects.names import SCOPES
from engine.gate.findings import Findings
from engine.gate.graph import Graph

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
            throws.setdefault(name, set()).update(thrown for _, thrown in _thrown_from(start, graph))
    for graph, findings in graphs:
        for name, start in _starts(graph):
            for identity, thrown in _thrown_from(start, graph):
                if name in _led_to(thrown, throws):
                    findings.error("starts_itself", (identity, graph.nodes[identity]), thrown=thrown[1])


def _starts(graph: Graph) -> Iterator[tuple[Name, str]]:
    for start in graph.outline["starts"]:
        if start["kind"] in _NAMED and start["name"]:
            yield (start["kind"], start["name"]), start["element_id"].partition(" [")[0]


def _thrown_from(start: str, graph: Graph) -> list[tuple[str, Name]]:
    """The throwing events that a token from `start` reaches whatever happens, and what they throw."""
    found: list[tuple[str, Name]] = []
    seen: set[str] = set()
    stack = [start]
    while stack:
        identity = stack.pop()
        entry = graph.nodes[identity]
        if identity in seen or entry["type"] in _STOPS:
            continue
        seen.add(identity)
        if entry["type"] in ("intermediateThrowEvent", "endEvent") and not entry.get("work"):
            found += [(identity, (event["kind"], event["name"] or "")) for event in events_in(entry) if event["kind"] in _NAMED]
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
