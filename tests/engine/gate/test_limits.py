"""Rows 5, 7, 19 and 28: sizes and repetitions."""

import time

import pytest

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
        ("0", "multi_instance_none"),
        ("-1", "multi_instance_none"),
        ("1.5", "multi_instance_none"),
        ("${-5}", "multi_instance_none"),
    ],
)
def test_constant_numbers_of_instances_are_checked(text: str, code: str) -> None:
    assert finding(_times(text), code).element_id == "it"


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
    assert codes(_chain(500)) == {"many_nodes"}
    began = time.monotonic()
    assert finding(_chain(20_000), "too_many_nodes").severity == "error"
    assert time.monotonic() - began < 20


def test_subprocesses_are_not_nested_without_end() -> None:
    def nested(depth: int) -> bytes:
        inside = '<bpmn:task id="t"/>'
        for n in range(depth):
            inside = f'<bpmn:subProcess id="s{n}">{inside}</bpmn:subProcess>'
        return around(inside, identity=f"s{depth - 1}")

    assert reading(nested(20)).findings == []
    assert "nested_too_deep" in codes(nested(120).replace(b"it", b"it"))
