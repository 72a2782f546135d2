"""Compensation: handlers, and what cannot be taken back exactly."""

from engine.dialects.names import ACTIVITIES, SCOPES, Entry
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located, event_kind

_REPEATS = ("multi_instance", "loop")


def check(graph: Graph, findings: Findings) -> None:
    """Every compensation boundary event has its handler, and every throw compensates in its own scope."""
    for identity, entry in graph.nodes.items():
        if event_kind(entry) != "compensate":
            continue
        if entry["type"] == "boundaryEvent":
            _check_boundary((identity, entry), graph, findings)
        elif entry["type"] in ("intermediateThrowEvent", "endEvent"):
            _check_throw((identity, entry), graph, findings)


def _check_boundary(boundary: Located, graph: Graph, findings: Findings) -> None:
    entry = boundary[1]
    handler = graph.nodes.get(entry["handler"] or "")
    activity = graph.nodes.get(entry["attached_to"] or "")
    if handler is None or handler["type"] not in ACTIVITIES or handler["parent"] != entry["parent"]:
        findings.error("compensation_without_handler", boundary)
        return
    if activity is not None and any(repeat in one for one in (activity, handler) for repeat in _REPEATS):
        findings.error("compensation_of_instances", boundary)


def _check_throw(throw: Located, graph: Graph, findings: Findings) -> None:
    entry = throw[1]
    reference = entry["event"]["ref"]
    if reference and reference not in {one["attached_to"] for one in _boundaries(entry["parent"], graph)}:
        findings.error(
            "compensation_of_subprocess" if _holds_boundaries(reference, graph) else "compensation_of_nothing", throw, reference=reference
        )
    elif graph.is_event_subprocess(entry["parent"]) or (not reference and _has_deeper_boundaries(entry["parent"], graph)):
        findings.error("compensation_of_subprocess", throw, reference=reference or "")


def _boundaries(scope: str, graph: Graph) -> list[Entry]:
    nodes = graph.scopes.get(scope, {}).values()
    return [entry for entry in nodes if entry["type"] == "boundaryEvent" and event_kind(entry) == "compensate"]


def _holds_boundaries(scope: str, graph: Graph) -> bool:
    return bool(_boundaries(scope, graph)) or _has_deeper_boundaries(scope, graph)


def _has_deeper_boundaries(scope: str, graph: Graph) -> bool:
    inner = [identity for identity, entry in graph.scopes.get(scope, {}).items() if entry["type"] in SCOPES]
    return any(_holds_boundaries(identity, graph) for identity in inner)
