"""Compensation: handlers, and what cannot be taken back exactly."""

from collections.abc import Iterator

from engine.dialects.names import ACTIVITIES, SCOPES, Entry
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located, event_kind


def check(graph: Graph, findings: Findings) -> None:
    """Every compensation boundary event has its handler, every throw something to take back, every scope one handler from inside."""
    for identity, entry in graph.nodes.items():
        if event_kind(entry) != "compensate":
            continue
        if entry["type"] == "boundaryEvent":
            _check_boundary((identity, entry), graph, findings)
        elif entry["type"] in ("intermediateThrowEvent", "endEvent"):
            _check_throw((identity, entry), graph, findings)
        elif entry["type"] == "startEvent" and graph.is_event_subprocess(entry["parent"]):
            _check_start((identity, entry), graph, findings)


def _check_boundary(boundary: Located, graph: Graph, findings: Findings) -> None:
    entry = boundary[1]
    handler = graph.nodes.get(entry["handler"] or "")
    if handler is None or handler["type"] not in ACTIVITIES or handler["parent"] != entry["parent"]:
        findings.error("compensation_without_handler", boundary)


def _check_throw(throw: Located, graph: Graph, findings: Findings) -> None:
    reference = throw[1]["event"]["ref"]
    if not reference:
        return
    activity = graph.nodes.get(reference)
    if activity is not None and activity["parent"] not in _scopes(throw[1]["parent"], graph):
        findings.error("compensation_of_subprocess", throw, reference=reference)
    elif reference not in {one["attached_to"] for one in _boundaries(graph)} and not _undone_from_inside(reference, graph):
        findings.error("compensation_of_nothing", throw, reference=reference)


def _scopes(scope: str, graph: Graph) -> Iterator[str]:
    """The scope of a throw; in an event sub-process also the scope around it."""
    yield scope
    while graph.is_event_subprocess(scope):
        scope = graph.nodes[scope]["parent"]
        yield scope


def _check_start(start: Located, graph: Graph, findings: Findings) -> None:
    """A sub-process is taken back from inside by one event sub-process; nobody takes the process itself back."""
    around = graph.nodes[start[1]["parent"]]["parent"]
    if around == graph.key:
        findings.error("compensation_start", start)
    elif len(handlers := _inner_handlers(around, graph)) > 1 and handlers[0] != start[1]["parent"]:
        findings.error("several_compensations", start, other=handlers[0])


def _inner_handlers(scope: str, graph: Graph) -> list[str]:
    """The event sub-processes of a scope that compensation starts."""
    starts = [entry for _, entry in graph.located("startEvent") if event_kind(entry) == "compensate"]
    return [one["parent"] for one in starts if graph.nodes.get(one["parent"], {}).get("parent") == scope]


def _boundaries(graph: Graph) -> list[Entry]:
    return [entry for _, entry in graph.located("boundaryEvent") if event_kind(entry) == "compensate"]


def _undone_from_inside(scope: str, graph: Graph) -> bool:
    """Whether something inside a sub-process can be taken back."""
    if _inner_handlers(scope, graph) or any(entry["parent"] == scope for entry in _boundaries(graph)):
        return True
    inner = [identity for identity, entry in graph.scopes.get(scope, {}).items() if entry["type"] in SCOPES]
    return any(_undone_from_inside(identity, graph) for identity in inner)
