"""Loops of automatic elements that nothing ends: without a way out, or with conditions that the loop never changes."""

from engine import expressions
from engine.dialects.names import SCOPES, WORK, Entry
from engine.expressions.reading import read
from engine.gate.findings import Findings
from engine.gate.graph import Graph, is_link
from engine.gate.sources import is_known_work, is_readable
from engine.gate.writers import all_set

_WAITING = frozenset({"userTask", "receiveTask", "eventBasedGateway"})
#: what a step of the case computes anew
_OF_THE_MOMENT = frozenset({"now", "today", "dateTime", "workdays", "workhours", "workdays_between", "is_working_day"})


def check(graph: Graph, findings: Findings) -> None:
    """A circle of automatic elements runs within one step of a case: it must come to an end by what it does itself."""
    for component in components(graph):
        if len(component) == 1 and component[0] not in graph.successors(component[0]):
            continue
        if any(waits(identity, graph) or _gathers(graph.nodes[identity]) for identity in component):
            continue
        inside = set(component)
        where = min(component, key=lambda identity: graph.nodes[identity]["line"] or 0)
        exits = [identity for identity in component if _may_leave(identity, inside, graph)]
        if not exits and not any(_ends_around(one) for one in graph.scopes[graph.nodes[where]["parent"]].values()):
            findings.error("endless_loop", (where, graph.nodes[where]), elements=component)
        elif exits and (conditions := _unchanged(component, graph)) is not None:
            findings.warning("loop_never_ends", (exits[0], graph.nodes[exits[0]]), conditions=conditions)


def waits(identity: str, graph: Graph) -> bool:
    """Whether a token may have to wait at an element, or inside of it."""
    entry = graph.nodes[identity]
    if entry["type"] in SCOPES:
        return any(waits(inner, graph) for inner in graph.scopes.get(identity, ())) or entry["type"] == "adHocSubProcess"
    if entry["type"] == "intermediateCatchEvent":
        return not is_link(entry, "intermediateCatchEvent")
    work = entry if entry["type"] in WORK else entry.get("work")
    if work is not None:
        return work["implementation"] in ("external", "unmapped")
    return entry["type"] in _WAITING or entry["type"] == "callActivity"


def _gathers(entry: Entry) -> bool:
    """Whether a join may hold a token back for good; what a complex gateway does is not foreseen."""
    if entry["type"] == "complexGateway":
        return True
    return entry["type"] in ("parallelGateway", "inclusiveGateway") and len(entry["incoming"]) > 1


def _may_leave(identity: str, inside: set[str], graph: Graph) -> bool:
    """Whether a token may go out of the loop instead of round: by a choice, an event, or where a scope ends."""
    entry = graph.nodes[identity]
    if entry["type"] in SCOPES and any(_ends_around(inner) for inner in graph.scopes.get(identity, {}).values()):
        return True
    if not (_chooses(entry, graph) or identity in graph.boundaries):
        return False
    return any(successor not in inside for successor in graph.successors(identity))


def _ends_around(entry: Entry) -> bool:
    """Whether it ends more than its own token: a terminate, error, escalation, cancel or compensation end."""
    event = entry.get("event")
    return entry["type"] == "endEvent" and event is not None and event["kind"] not in ("none", "message", "signal")


def _chooses(entry: Entry, graph: Graph) -> bool:
    if entry["type"] == "parallelGateway" or len(entry["outgoing"]) < 2:
        return False
    onward = [graph.flows[flow]["condition"] for flow in entry["outgoing"]]
    return entry["type"] == "exclusiveGateway" or all(onward[:-1]) or entry["default"] is not None


def _unchanged(component: list[str], graph: Graph) -> list[str] | None:
    """The conditions of the loop, where nothing inside changes what they read; None where something may."""
    if any(identity in graph.boundaries or not _is_foreseen(graph.nodes[identity]) for identity in component):
        return None
    changed = frozenset().union(*(all_set(identity, graph) for identity in component))
    found: list[str] = []
    for entry in (graph.nodes[identity] for identity in component if len(graph.nodes[identity]["outgoing"]) > 1):
        for condition in (graph.flows[flow]["condition"] for flow in entry["outgoing"]):
            if condition and _may_change(condition, changed):
                return None
            found += [condition] if condition and condition not in found else []
    return found or None


def _is_foreseen(entry: Entry) -> bool:
    """Whether all that an element sets is known."""
    if entry["type"] in SCOPES or "multi_instance" in entry or (entry["type"] == "scriptTask" and not is_readable(entry)):
        return False
    work = entry if entry["type"] in WORK else entry.get("work")
    return work is None or is_known_work(work)


def _may_change(condition: str, changed: frozenset[str]) -> bool:
    try:
        found = read(condition)
    except expressions.ExpressionRefused:
        return True
    return bool(found.names & changed) or any(name in _OF_THE_MOMENT for name, _ in found.calls)


def components(graph: Graph) -> list[list[str]]:
    """The strongly connected parts of the graph (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    found: list[list[str]] = []
    for root in graph.nodes:
        if root in index:
            continue
        work = [(root, iter(graph.successors(root)))]
        index[root] = low[root] = len(index)
        open_nodes.append(root)
        while work:
            identity, successors = work[-1]
            following = next((one for one in successors), None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[identity])
                if low[identity] == index[identity]:
                    found.append(_pop_component(identity, open_nodes, index))
            elif following not in index:
                index[following] = low[following] = len(index)
                open_nodes.append(following)
                work.append((following, iter(graph.successors(following))))
            else:
                low[identity] = min(low[identity], index[following])
    return found


def _pop_component(root: str, open_nodes: list[str], index: dict[str, int]) -> list[str]:
    position = open_nodes.index(root)
    component = open_nodes[position:]
    del open_nodes[position:]
    for identity in component:
        index[identity] = 1 << 60
    return component
