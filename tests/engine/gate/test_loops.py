"""Loops that nobody and nothing ends."""

import pytest

from tests.engine.gate.drawing import END, START, codes, diagram, finding, flow
from tests.engine.gate.test_flow import gateway

TOLD = {"endless_loop", "loop_never_ends"}
BACK = "${n < 5}"


def script(text: str, identity: str = "a") -> str:
    return f'<bpmn:scriptTask id="{identity}"><bpmn:script>{text}</bpmn:script></bpmn:scriptTask>'


def loop(inside: str, back: str = BACK, *more: str, leave: str = "") -> bytes:
    """start -> first -> a -> g, and back from g to a."""
    flows = flow("f1", "start", "first") + flow("f2", "first", "a") + flow("f3", "a", "g")
    flows += flow("back", "g", "a", back) + flow("leave", "g", "end", leave)
    return diagram(
        START, script("n = 0", "first"), inside, gateway("exclusive", "g", 'default="leave"' if not leave else ""), END, flows, *more
    )


@pytest.mark.parametrize(
    "inside",
    [
        script("m = 1"),
        '<bpmn:task id="a"/>',
        '<bpmn:serviceTask id="a" camunda:expression="${1}" camunda:resultVariable="m"/>',
        '<bpmn:manualTask id="a"/>',
        '<bpmn:subProcess id="a"><bpmn:task id="t"/></bpmn:subProcess>',
    ],
)
def test_a_loop_that_does_not_change_its_condition_is_told(inside: str) -> None:
    if "subProcess" in inside:
        assert not codes(loop(inside)) & TOLD
        return
    found = finding(loop(inside), "loop_never_ends")
    assert (found.severity, found.element_id, found.values["conditions"]) == ("warning", "g", [BACK])


@pytest.mark.parametrize(
    "inside",
    [
        script("n = n + 1"),
        '<bpmn:userTask id="a" camunda:assignee="x"/>',
        '<bpmn:serviceTask id="a" camunda:type="external" camunda:topic="t"/>',
        '<bpmn:serviceTask id="a" camunda:expression="${1}" camunda:resultVariable="n"/>',
        '<bpmn:callActivity id="a" calledElement="q"/>',
        '<bpmn:subProcess id="a"><bpmn:userTask id="t" camunda:assignee="x"/></bpmn:subProcess>',
        '<bpmn:intermediateCatchEvent id="a"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration>'
        "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>",
    ],
)
def test_a_loop_that_waits_or_counts_is_right(inside: str) -> None:
    assert not codes(loop(inside), known_processes=frozenset({"q"})) & TOLD


def test_the_moment_and_what_cannot_be_read_are_believed() -> None:
    assert not codes(loop(script("m = 1"), "${today() > '2026-01-01'}")) & TOLD
    assert not codes(loop('<bpmn:businessRuleTask id="a" camunda:decisionRef="d"/>'), known_decisions=frozenset({"d"})) & TOLD


def test_a_condition_without_variables_never_changes() -> None:
    assert finding(loop(script("n = n + 1"), "${1 == 1}"), "loop_never_ends").values["conditions"] == ["${1 == 1}"]


def test_tokens_that_go_both_ways_do_not_end_a_loop() -> None:
    content = diagram(
        START, '<bpmn:task id="a"/>', gateway("parallel", "g"), END,
        flow("f1", "start", "a"), flow("f2", "a", "g"), flow("f3", "g", "a"), flow("f4", "g", "end"),
    )  # fmt: skip
    assert finding(content, "endless_loop").severity == "error"
    stops = content.replace(b'<bpmn:endEvent id="end"/>', b'<bpmn:endEvent id="end"><bpmn:terminateEventDefinition/></bpmn:endEvent>')
    assert not codes(stops) & TOLD


def test_loops_of_tasks_that_are_automatic_here_and_through_links_are_refused() -> None:
    for task in ('<bpmn:serviceTask id="a" camunda:expression="${1}"/>', '<bpmn:subProcess id="a"><bpmn:task id="t"/></bpmn:subProcess>'):
        content = diagram(START, task, '<bpmn:task id="b"/>', flow("f1", "start", "a"), flow("f2", "a", "b"), flow("f3", "b", "a"))
        assert "endless_loop" in codes(content)
    link = '<bpmn:linkEventDefinition name="on"/>'
    throw = f'<bpmn:intermediateThrowEvent id="t">{link}</bpmn:intermediateThrowEvent>'
    catch = f'<bpmn:intermediateCatchEvent id="c">{link}</bpmn:intermediateCatchEvent>'
    linked = diagram(START, throw, catch, '<bpmn:task id="a"/>', flow("f1", "start", "a"), flow("f2", "a", "t"), flow("f3", "c", "a"))
    assert "endless_loop" in codes(linked)
