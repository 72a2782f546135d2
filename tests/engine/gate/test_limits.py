"""Rows 5, 7, 19 and 28: sizes and repetitions."""

import time

import pytest

from engine.limits import Limits
from tests.engine.drawing import Driven
from tests.engine.gate.drawing import END, START, around, codes, diagram, finding, flow, reading


def _many(inside: str) -> bytes:
    many = f"<bpmn:multiInstanceLoopCharacteristics>{inside}</bpmn:multiInstanceLoopCharacteristics>"
    return around(f'<bpmn:userTask id="it" camunda:assignee="a">{many}</bpmn:userTask>')


def _times(text: str) -> bytes:
    return _many(f"<bpmn:loopCardinality>{text}</bpmn:loopCardinality>")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("100000000", "multi_instance_too_many"),
        ("${100000000}", "multi_instance_too_many"),
        ("1001", "multi_instance_too_many"),
        ("9" * 400, "multi_instance_too_many"),
        ("-1", "multi_instance_none"),
        ("1.5", "multi_instance_none"),
        ("${-5}", "multi_instance_none"),
    ],
)
def test_constant_numbers_of_instances_are_checked(text: str, code: str) -> None:
    assert finding(_times(text), code).element_id == "it"


@pytest.mark.parametrize("text", ["0", "${0}"])
def test_no_instances_at_all_are_passed_with_a_warning(text: str) -> None:
    assert finding(_times(text), "multi_instance_zero").severity == "warning"


@pytest.mark.parametrize("text", ["1", "1000", "${n}", "n"])
def test_reasonable_and_computed_numbers_are_accepted(text: str) -> None:
    assert reading(_times(text)).findings == []


def test_multi_instance_says_how_many() -> None:
    assert "multi_instance_without_number" in codes(_many(""))


@pytest.mark.parametrize(
    ("loop", "code"),
    [
        ("<bpmn:standardLoopCharacteristics/>", "loop_without_end"),
        ('<bpmn:standardLoopCharacteristics loopMaximum="0"/>', "loop_maximum"),
        ('<bpmn:standardLoopCharacteristics loopMaximum="100000000"/>', "loop_maximum"),
        ('<bpmn:standardLoopCharacteristics loopMaximum="n"/>', "loop_maximum"),
    ],
)
def test_loops_come_to_an_end(loop: str, code: str) -> None:
    assert code in codes(around(f'<bpmn:userTask id="it" camunda:assignee="a">{loop}</bpmn:userTask>'))


def _chain(count: int) -> bytes:
    tasks = [f'<bpmn:task id="t{n}"/>' for n in range(count)]
    flows = [flow(f"f{n}", f"t{n}", f"t{n + 1}") for n in range(count - 1)]
    return diagram(START, END, *tasks, *flows, flow("a", "start", "t0"), flow("z", f"t{count - 1}", "end"))


def test_a_large_process_is_warned_about_and_a_huge_one_refused() -> None:
    assert codes(_chain(410)) == {"many_nodes"}
    began = time.monotonic()
    assert finding(_chain(20_000), "too_many_nodes").severity == "error"
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("count", [40, 48, 50, 60])
def test_a_row_that_no_step_can_run_is_told_where_it_cannot(count: int) -> None:
    limits = Limits(steps=50)
    told = "too_many_steps" in codes(_chain(count), limits=limits)
    case = Driven(_chain(count), limits=limits)
    assert told <= bool(case.incidents)
    assert told == (count >= 50)


def test_a_row_is_counted_from_what_waits() -> None:
    elements = [f'<bpmn:task id="t{n}"/>' for n in range(60)]
    elements[30] = '<bpmn:userTask id="t30" camunda:assignee="a"/>'
    flows = [flow(f"f{n}", f"t{n}", f"t{n + 1}") for n in range(59)]
    content = diagram(START, END, *elements, *flows, flow("a", "start", "t0"), flow("z", "t59", "end"))
    assert codes(content, limits=Limits(steps=35)) == set()
    found = finding(content, "too_many_steps", limits=Limits(steps=25))
    assert (found.severity, found.element_id) == ("warning", "t25")


def test_the_limits_are_those_that_are_set() -> None:
    assert "multi_instance_too_many" in codes(_times("300"), limits=Limits(instances=200))
    assert reading(_times("3000"), limits=Limits(instances=5_000)).findings == []


def test_instances_within_instances_are_multiplied() -> None:
    def nested(outer: str, inner: str, sequential: str = "false") -> bytes:
        many = '<bpmn:multiInstanceLoopCharacteristics isSequential="{1}">'
        many += "<bpmn:loopCardinality>{0}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
        task = f'<bpmn:userTask id="t" camunda:assignee="a">{many.format(inner, "false")}</bpmn:userTask>'
        return around(f'<bpmn:subProcess id="it">{many.format(outer, sequential)}{task}</bpmn:subProcess>')

    assert finding(nested("1000", "1000"), "multi_instance_too_many").element_id == "t"
    assert reading(nested("100", "90")).findings == []
    assert reading(nested("1000", "1000", "true")).findings == []


def test_calls_within_calls_beyond_the_limit_are_told() -> None:
    call = around('<bpmn:callActivity id="it" calledElement="q0"/>')
    known = {f"q{n}": frozenset({f"q{n + 1}"}) for n in range(9)}
    keys = frozenset({*known, "q9"})
    assert "calls_too_deep" not in codes(call, known_processes=keys, known_calls=known)
    known["q9"] = frozenset({"q10"})
    found = finding(call, "calls_too_deep", known_processes=keys | {"q10"}, known_calls=known)
    assert (found.severity, found.element_id, found.values["count"]) == ("warning", "it", 11)


def test_subprocesses_are_not_nested_without_end() -> None:
    def nested(depth: int) -> bytes:
        inside = '<bpmn:task id="t"/>'
        for n in range(depth):
            inside = f'<bpmn:subProcess id="s{n}">{inside}</bpmn:subProcess>'
        return around(inside, identity=f"s{depth - 1}")

    assert reading(nested(20)).findings == []
    assert "nested_too_deep" in codes(nested(120).replace(b"it", b"it"))
