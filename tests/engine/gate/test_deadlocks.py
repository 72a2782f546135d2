"""Parallel joins that may wait for ever: told where a token game played to its end finds one, and nowhere else."""

from itertools import product

import pytest
from lxml import etree

from engine.dialects.names import BPMN
from engine.gate import deadlocks, joins
from engine.gate.findings import Findings
from engine.gate.graph import Graph
from engine.outline import Source, outline_of
from tests.engine.gate.drawing import END, START, codes, diagram, finding, flow, reading
from tests.engine.gate.test_flow import gateway, split_and_join, task
from tests.engine.reference.diagrams import Diagram
from tests.engine.reference.nets import Endless, Marking, Net

TOLD = {"join_may_wait", "join_waits_for_ever"}
TIMER = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"


def forked(*more: str) -> bytes:
    """A fork into `a` and `b` that are joined at `z`; `more` is drawn beside."""
    flows = [("f1", "start", "f"), ("f2", "f", "a"), ("f3", "f", "b"), ("f4", "a", "z"), ("f5", "b", "z"), ("f6", "z", "end")]
    return diagram(
        START, gateway("parallel", "f"), task("a"), task("b"), gateway("parallel", "z"), END, *(flow(*one) for one in flows), *more
    )


def test_a_branch_that_may_end_before_the_join_is_told_with_the_choice() -> None:
    content = diagram(
        START, gateway("parallel", "f"), gateway("exclusive", "g"), task("c"), gateway("parallel", "z"), END, '<bpmn:endEvent id="stop"/>',
        flow("f1", "start", "f"), flow("f2", "f", "g"), flow("f3", "f", "c"), flow("f4", "g", "z", "${ok}"),
        flow("f5", "g", "stop").replace("f5", 'f5" name="不同意'), flow("f6", "c", "z"), flow("f7", "z", "end"),
    )  # fmt: skip
    found = finding(content, "join_may_wait")
    assert (found.element_id, found.severity, found.values["choices"]) == ("z", "warning", ["不同意"])
    assert "join_waits_for_ever" not in codes(content)


def test_an_inclusive_split_before_a_parallel_join_is_told() -> None:
    content = split_and_join("inclusive", "parallel")
    assert codes(content) == set()
    for one in ("b", "c"):
        content = content.replace(
            f'targetRef="{one}">'.encode(), f'targetRef="{one}"><bpmn:conditionExpression>${{{one}}}</bpmn:conditionExpression>'.encode()
        )
    assert finding(content, "join_may_wait").element_id == "z"


def test_an_interrupting_event_that_leads_elsewhere_is_told() -> None:
    late = f'<bpmn:boundaryEvent id="e" attachedToRef="a">{TIMER}</bpmn:boundaryEvent><bpmn:endEvent id="late"/>'
    assert finding(forked(late, flow("x", "e", "late")), "join_may_wait").values["choices"] == ["e → late"]


def test_an_event_that_ends_the_case_is_right() -> None:
    stop = '<bpmn:endEvent id="late"><bpmn:terminateEventDefinition/></bpmn:endEvent>'
    late = f'<bpmn:boundaryEvent id="e" attachedToRef="a">{TIMER}</bpmn:boundaryEvent>{stop}'
    assert not codes(forked(late, flow("x", "e", "late"))) & TOLD


def test_gateways_that_ask_for_the_same_thing_are_believed() -> None:
    def content(second: str) -> bytes:
        return diagram(
            START, gateway("parallel", "f"), gateway("exclusive", "g"), gateway("exclusive", "h"), gateway("parallel", "y"),
            gateway("parallel", "z"), END, flow("f1", "start", "f"), flow("f2", "f", "g"), flow("f3", "f", "h"),
            flow("f4", "g", "y", "${x > 1}"), flow("f5", "g", "z"), flow("f6", "h", "y", second), flow("f7", "h", "z"),
            flow("f8", "y", "end"), flow("f9", "z", "end"),
        )  # fmt: skip

    assert not codes(content("${x > 1}")) & TOLD
    assert codes(content("${y > 1}")) & TOLD


@pytest.mark.parametrize("seed", range(60))
def test_diagrams_in_blocks_are_right(seed: int) -> None:
    root = etree.fromstring(Diagram(seed, 14).bpmn)
    for process in root.iter(f"{{{BPMN}}}process"):
        graph, findings = Graph(outline_of(process, Source.of("a.bpmn", root))), Findings("a.bpmn")
        deadlocks.check(graph, findings, joins.check(graph, findings))
        assert not findings.ordered()


def _forward(seed: int) -> Net:
    """A random graph in which everything is reached, without ways back: of a loop without user task nobody knows the end."""
    net = Net.random(seed, size=8)
    net.flows = {key: ends for key, ends in net.flows.items() if "s" in ends or "e" in ends or ends[0] < ends[1]}
    reached = net.reach("n0", "") | {"s", "e"}
    net.flows = {key: ends for key, ends in net.flows.items() if reached.issuperset(ends)}
    net.kinds = {name: kind for name, kind in net.kinds.items() if name in reached}
    return net


def _dead_joins(net: Net) -> set[str] | None:
    """The parallel joins that hold a token when nobody has anything to do, over all choices; None where that is too much or open."""
    gateways = [name for name, kind in net.kinds.items() if kind in ("xor", "or") and len(net.out(name)) > 1]
    if len(gateways) > 4:
        return None
    choices = [dict.fromkeys(net.kinds, 0) | dict(zip(gateways, bits, strict=True)) for bits in product(range(4), repeat=len(gateways))]
    found: set[str] = set()
    stack: list[tuple[Marking, str | None]] = [(Marking(net), None)]
    known: set[str] = set()
    while stack:
        marking, name = stack.pop()
        for bits in choices:
            try:
                after = marking.after(name, bits, True)
            except Endless:
                return None
            key = f"{sorted(after.users.items())} {sorted(after.held.items())}"
            if key in known:
                continue
            known.add(key)
            if len(known) > 400:
                return None
            if not after.users:
                found |= {net.flows[flow][1] for flow in after.held if net.kinds[net.flows[flow][1]] == "and"}
            stack += [(after, user) for user in after.users]
    return found


def test_the_gate_tells_what_the_token_game_finds() -> None:
    told = missed = compared = 0
    for seed in range(400):
        net = _forward(seed)
        dead = _dead_joins(net)
        content = reading(net.bpmn())
        if dead is None or content.refused:
            continue
        compared += 1
        named = {one.element_id for one in content.findings if one.code in TOLD}
        assert named <= dead, (seed, named, dead)
        told, missed = told + len(named), missed + len(dead - named)
    assert compared > 60
    assert told > 15
    assert missed <= told // 10
