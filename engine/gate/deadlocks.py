"""Parallel joins that wait for ever when the choices before them fall in a certain way: a token game at deployment.

One token moves at a time and every choice is tried. That finds every marking in which nothing moves any more (tokens of different
branches do not take each other's way), and a diagram in blocks has few of them. A scope with too many, and what the game does not
know (complex gateways, ad-hoc sub-processes), is left out; so is one in which two gateways ask for the same thing.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from engine.dialects.names import ACTIVITIES, Entry
from engine.gate.findings import Findings
from engine.gate.graph import Graph, event_kind, is_link
from engine.gate.structure import entries
from engine.graph import reachable

MAX_NODES = 400
MAX_MARKINGS = 3_000
MAX_TOKENS = 40
MAX_SHOWN = 4
_KINDS = ("exclusiveGateway", "inclusiveGateway")
#: places with their tokens; a place is a flow, `@` an activity at work, `>` a beginning
Marking = tuple[tuple[str, int], ...]
#: what a token does: places that get one, and the flow that was chosen
Move = tuple[list[str], str | None]


class _TooMany(Exception):
    """The scope has more markings, or more tokens, than are looked at."""


@dataclass(frozen=True)
class _Seen:
    """A marking, the one before it, and the flow that was chosen between them."""

    marking: Marking
    before: "_Seen | None"
    chosen: str | None

    def choices(self) -> list[str]:
        """The flows that were chosen on the way, the last ones at most."""
        found: list[str] = []
        seen: _Seen | None = self
        while seen is not None:
            if seen.chosen is not None and seen.chosen not in found:
                found.append(seen.chosen)
            seen = seen.before
        return found[:MAX_SHOWN][::-1]


def check(graph: Graph, findings: Findings, told: set[str]) -> None:
    """Warn of every join that may wait for ever, but of those that have been `told` of."""
    for scope, nodes in graph.scopes.items():
        joins = [one for one, entry in nodes.items() if entry["type"] == "parallelGateway" and len(entry["incoming"]) > 1]
        if set(joins) - told and len(nodes) <= MAX_NODES and _is_known(scope, nodes, graph):
            for join, missing, choices in _Game(nodes, graph).dead():
                if join not in told:
                    told.add(join)
                    values = {"choices": [_shown(flow, graph) for flow in choices], "missing": _shown(missing, graph)}
                    findings.warning("join_may_wait", (join, graph.nodes[join]), **values)


def _shown(flow: str, graph: Graph) -> str:
    """A flow as people see it: its name, else where it comes from and leads to."""
    entry = graph.flows[flow]
    ends = [graph.nodes[entry[end]]["name"] or entry[end] for end in ("source", "target")]
    return entry["name"] or " → ".join(ends)


def _is_known(scope: str, nodes: dict[str, Entry], graph: Graph) -> bool:
    if graph.nodes.get(scope, {}).get("type") == "adHocSubProcess":
        return False
    if any(entry["type"] == "complexGateway" or entry.get("instantiate") for entry in nodes.values()):
        return False
    asked = [
        {(graph.flows[flow]["condition"] or "").strip() for flow in entry["outgoing"]} - {""}
        for entry in nodes.values()
        if len(entry["outgoing"]) > 1
    ]
    return sum(map(len, asked)) == len(set().union(*asked))


class _Game:
    """The tokens of one scope."""

    def __init__(self, nodes: dict[str, Entry], graph: Graph) -> None:
        self._nodes, self._graph = nodes, graph
        self._begins = set() if any(entry["type"] == "startEvent" for entry in nodes.values()) else set(entries(nodes))
        self._reach: dict[tuple[str, str], set[str]] = {}

    def dead(self) -> list[tuple[str, str, list[str]]]:
        """Joins that hold a token when nothing moves any more: the join, a flow that brings none, and the choices that led there."""
        try:
            return list(self._dead())
        except _TooMany:
            return []

    def _dead(self) -> Iterator[tuple[str, str, list[str]]]:
        stack = [_Seen(marking, None, None) for marking in self._first()]
        known = {seen.marking for seen in stack}
        while stack:
            seen = stack.pop()
            moves = list(self._moves(Counter(dict(seen.marking))))
            if not moves:
                yield from self._held(seen)
            for marking, chosen in moves:
                if marking not in known:
                    known.add(marking)
                    if len(known) > MAX_MARKINGS or sum(count for _, count in marking) > MAX_TOKENS:
                        raise _TooMany
                    stack.append(_Seen(marking, seen, chosen))

    def _held(self, seen: _Seen) -> Iterator[tuple[str, str, list[str]]]:
        places = dict(seen.marking)
        for place in places:
            join = self._graph.flows[place]["target"] if place in self._graph.flows else None
            if join in self._nodes and self._nodes[join]["type"] == "parallelGateway":
                missing = next(flow for flow in self._nodes[join]["incoming"] if flow not in places)
                yield join, missing, seen.choices()

    def _first(self) -> list[Marking]:
        """A case begins at one of its start events, or at everything that no flow leads to."""
        if self._begins:
            return [_frozen(Counter(f">{one}" for one in self._begins))]
        starts = [entry["outgoing"] for entry in self._nodes.values() if entry["type"] == "startEvent"]
        return [_frozen(Counter(flows)) for flows in starts]

    def _moves(self, tokens: Counter[str]) -> Iterator[tuple[Marking, str | None]]:
        """All that the first token may do that can move; joins of all kinds wait until nothing else does."""
        for place in tokens:
            node = place[1:] if place[0] in "@>" else self._graph.flows[place]["target"]
            if not place.startswith("@") and self._is_join(node):
                continue
            yield from self._taken(tokens, [place], self._acts(place, node))
            return
        for node in dict.fromkeys(self._graph.flows[place]["target"] for place in tokens if place in self._graph.flows):
            filled = [flow for flow in self._nodes[node]["incoming"] if tokens[flow]]
            if self._may_join(node, filled, tokens):
                yield from self._taken(tokens, filled, self._leaves(self._nodes[node]))
                return

    def _is_join(self, node: str) -> bool:
        entry = self._nodes[node]
        return entry["type"] in ("parallelGateway", "inclusiveGateway") and len(entry["incoming"]) > 1

    def _may_join(self, node: str, filled: list[str], tokens: Counter[str]) -> bool:
        incoming = self._nodes[node]["incoming"]
        if self._nodes[node]["type"] == "parallelGateway":
            return len(filled) == len(incoming)
        others = [place for place in tokens if place not in incoming]
        return not any(self._brings(place, node, set(incoming) - set(filled), set(filled)) for place in others)

    def _brings(self, place: str, join: str, empty: set[str], filled: set[str]) -> bool:
        """Whether a token may still come by an empty flow, and by none that is filled already."""
        start = self._graph.flows[place]["target"] if place in self._graph.flows else place[1:]
        if (start, join) not in self._reach:
            seen = reachable(start, join, self._graph.successors)
            self._reach[(start, join)] = {flow for one in seen for flow in self._nodes[one]["outgoing"]}
        ways = self._reach[(start, join)]
        return bool(ways & empty) and not ways & filled

    def _taken(self, tokens: Counter[str], places: list[str], moves: Iterator[Move] | None) -> Iterator[tuple[Marking, str | None]]:
        if moves is None:
            yield (), None
            return
        for gets, chosen in moves:
            left = tokens - Counter(places)
            yield _frozen(left + Counter(gets)), chosen

    def _acts(self, place: str, node: str) -> Iterator[Move] | None:
        """What a token does next; None where it ends everything in the scope."""
        entry = self._nodes[node]
        if place.startswith("@"):
            return self._ends(node, entry)
        if entry["type"] in ACTIVITIES:
            return iter([([f"@{node}"], None)])
        if entry["type"] == "endEvent" and event_kind(entry) in ("terminate", "error", "cancel"):
            return None
        if is_link(entry, "intermediateThrowEvent"):
            return iter([([flow for one in self._graph.link_targets(entry) for flow in self._nodes[one]["outgoing"]], None)])
        return self._leaves(entry)

    def _ends(self, node: str, entry: Entry) -> Iterator[Move]:
        """An activity is done, perhaps after an event that did not interrupt it; or one that interrupts it happens."""
        yield from self._leaves(entry)
        for boundary in self._graph.boundaries.get(node, ()):
            event = self._graph.nodes[boundary]
            chosen = next(iter(event["outgoing"]), None)
            if event_kind(event) == "compensate":
                continue
            if event["cancel_activity"]:
                yield event["outgoing"], chosen
            else:
                yield from (([*gets, *event["outgoing"]], chosen) for gets, _ in self._leaves(entry))

    def _leaves(self, entry: Entry) -> Iterator[Move]:
        """The flows that a token leaves along; of several conditions one or all are true."""
        outgoing: list[str] = entry["outgoing"]
        if entry["type"] in ("exclusiveGateway", "eventBasedGateway"):
            yield from (([flow], flow if len(outgoing) > 1 else None) for flow in outgoing)
            if not outgoing:
                yield [], None
            return
        asked = [flow for flow in outgoing if self._graph.flows[flow]["condition"] and flow != entry["default"]]
        always = [flow for flow in outgoing if flow not in asked and flow != entry["default"]]
        if not asked or entry["type"] == "parallelGateway":
            yield outgoing, None
            return
        yield from (([*always, flow], flow) for flow in asked)
        if len(asked) > 1:
            yield [*always, *asked], None
        if entry["default"]:
            yield [*always, entry["default"]], entry["default"]
        elif always:
            yield always, always[0]


def _frozen(tokens: Counter[str]) -> Marking:
    return tuple(sorted((+tokens).items()))
