"""Parallel joins that can never fire, because their branches are never taken together.

Two places (flows, or activities at work) are concurrent when a reachable marking may hold a token on both. The relation computed here
holds at least all such pairs (Kovalyov and Esparza); a join with two inputs that are not in it waits for ever, whatever is decided.
"""

from collections.abc import Iterator

from engine.dialects.names import ACTIVITIES, Entry
from engine.gate.findings import Findings
from engine.gate.graph import Graph, is_link
from engine.gate.structure import entries

#: beyond this many nodes and flows in a scope the check, which is more than quadratic, is left out
MAX_NODES = 200
MAX_FLOWS = 400
#: places that lose a token, and places that get one
Transition = tuple[list[str], list[str]]


def check(graph: Graph, findings: Findings) -> set[str]:
    """Warn of every parallel join that certainly waits for ever; gives their ids."""
    told: set[str] = set()
    for nodes in graph.scopes.values():
        joins = [identity for identity, entry in nodes.items() if entry["type"] == "parallelGateway" and len(entry["incoming"]) > 1]
        if not joins or not is_comparable(nodes):
            continue
        relation = Relation(list(transitions(nodes, graph)))
        for identity in joins:
            pair = relation.first_apart(nodes[identity]["incoming"])
            if pair and any(map(relation.is_marked, nodes[identity]["incoming"])):
                told.add(identity)
                findings.warning("join_waits_for_ever", (identity, nodes[identity]), first=pair[0], second=pair[1])
    return told


def is_comparable(nodes: dict[str, Entry]) -> bool:
    """Whether a scope is small enough for the relation."""
    return len(nodes) <= MAX_NODES and sum(len(entry["outgoing"]) for entry in nodes.values()) <= MAX_FLOWS


class Relation:
    """The concurrency relation of a scope; the partners of each place are the bits of one integer."""

    def __init__(self, transitions: list[Transition]) -> None:
        places = {place for inputs, outputs in transitions for place in (*inputs, *outputs)}
        self._names = sorted(places)
        self._bit = {place: 1 << number for number, place in enumerate(self._names)}
        self._partners = dict.fromkeys(places, 0)
        self._marked: set[str] = set()
        changed = True
        while changed:
            changed = any([self._apply(inputs, outputs) for inputs, outputs in transitions])

    def are_together(self, first: str, second: str) -> bool:
        """Whether two places may hold tokens at the same time."""
        return bool(self._partners.get(first, 0) & self._bit.get(second, 0))

    def is_marked(self, place: str) -> bool:
        """Whether a place may hold a token at all."""
        return place in self._marked

    def first_apart(self, places: list[str]) -> tuple[str, str] | None:
        """Two of the places that never hold tokens together."""
        together = sum(self._bit[place] for place in places)
        for first in places:
            missing = together & ~self._bit[first] & ~self._partners[first]
            if missing:
                return first, next(place for place in places if missing & self._bit[place])
        return None

    def _apply(self, inputs: list[str], outputs: list[str]) -> bool:
        """Tokens on all inputs move to all outputs; what was concurrent with all inputs is so with each output."""
        if not self._marked.issuperset(inputs) or self.first_apart(inputs) is not None:
            return False
        beside = -1 if inputs else 0
        for place in inputs:
            beside &= self._partners[place]
        changed = not self._marked.issuperset(outputs)
        self._marked.update(outputs)
        for output in outputs:
            others = beside
            for other in outputs:
                others |= self._bit[other] if other != output else 0
            changed |= self._join(output, others)
        return changed

    def _join(self, place: str, others: int) -> bool:
        new = others & ~self._partners[place]
        self._partners[place] |= new
        for other in self._names if new else ():
            if new & self._bit[other]:
                self._partners[other] |= self._bit[place]
        return new != 0


def transitions(nodes: dict[str, Entry], graph: Graph, *, join_inclusive: bool = False) -> Iterator[Transition]:
    """How tokens move in a scope; `join_inclusive`: inclusive gateways wait for all of their flows, as at the end of a block."""
    starts = [identity for identity, entry in nodes.items() if entry["type"] == "startEvent"]
    if not starts:
        yield [], [f">{identity}" for identity in entries(nodes)]
    for identity, entry in nodes.items():
        arrivals = [*entry["incoming"], *([] if starts else [f">{identity}"] if identity in entries(nodes) else [])]
        if entry["type"] == "startEvent":
            yield [], entry["outgoing"]
        elif entry["type"] in ACTIVITIES:
            yield from _activity(identity, entry, arrivals, graph)
        elif entry["type"] == "parallelGateway" or (join_inclusive and entry["type"] == "inclusiveGateway"):
            yield arrivals, entry["outgoing"]
        elif entry["type"] in ("exclusiveGateway", "eventBasedGateway"):
            yield from (([arrival], [f"@{identity}"]) for arrival in arrivals)
            yield from (([f"@{identity}"], [flow]) for flow in entry["outgoing"])
        elif entry["type"] != "boundaryEvent":
            yield from (([arrival], _leaving(entry, graph)) for arrival in arrivals)


def _activity(identity: str, entry: Entry, arrivals: list[str], graph: Graph) -> Iterator[Transition]:
    at_work = f"@{identity}"
    yield from (([arrival], [at_work]) for arrival in arrivals)
    yield [at_work], entry["outgoing"]
    for boundary in graph.boundaries.get(identity, ()):
        event = graph.nodes[boundary]
        yield [at_work], event["outgoing"] if event["cancel_activity"] else [at_work, *event["outgoing"]]


def _leaving(entry: Entry, graph: Graph) -> list[str]:
    if is_link(entry, "intermediateThrowEvent"):
        return [flow for target in graph.link_targets(entry) for flow in graph.nodes[target]["outgoing"]]
    return list(entry["outgoing"])
