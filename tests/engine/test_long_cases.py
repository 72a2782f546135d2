"""Long and wide cases stay cheap: what is past costs nothing, and a thousand instances cost a thousand times one."""

import sys
from types import FrameType
from typing import Any

import pytest

from engine import values
from engine.context import Context
from engine.execution import advance
from engine.outcome import Outcome
from engine.state import _codec
from engine.triggers import CompleteUserTask, Start
from engine.workdays import WorkCalendar
from tests.engine.drawing import T0, Shelf, boundary, draw, end, event, flow, many, node, start, user

CONTEXT = Context(T0, WorkCalendar(), {"p": 1})
WAY_BACK = node("exclusiveGateway", "m") + node("exclusiveGateway", "x", default="fd") + end()
AGAIN = flow("x", "m", when="${again}") + flow("x", "e", id="fd")


def looping(inside: str, *names: str) -> bytes:
    """A loop around elements."""
    return draw(start() + WAY_BACK + inside + flow("s", "m", *names, "x") + AGAIN)


LOOPS = {
    "user task": looping(user("u"), "u"),
    "sub-process": looping(node("subProcess", "p1", start("ss") + user("u") + end("se") + flow("ss", "u", "se")), "p1"),
    "boundary timer": looping(user("u", "h") + boundary("b", "u", event("timer", "PT1H")) + flow("b", "h", "x"), "u"),
    "multi-instance": looping(node("userTask", "u", many(count="2")), "u"),
    "beside an open branch": draw(
        start() + node("parallelGateway", "g") + user("v") + WAY_BACK + user("u") + flow("s", "g", "m", "u", "x") + flow("g", "v") + AGAIN
    ),
}


class Played:
    """A case without a history."""

    def __init__(self, xml: bytes, variables: dict[str, Any]) -> None:
        shelf = Shelf()
        shelf.deploy(xml)
        self.library = shelf.library
        self.outcome: Outcome = advance(self.library, None, Start("p", 1, variables), CONTEXT)
        self.open: list[Any] = []
        self.note()

    def note(self) -> None:
        """Which user tasks have come, and which have gone."""
        gone = {event.number for event in self.outcome.events if event.type in ("user_task_completed", "user_task_cancelled")}
        self.open = [one for one in self.open if one.number not in gone]
        self.open += [event for event in self.outcome.events if event.type == "user_task_created"]

    def complete(self, element_id: str) -> None:
        """Complete the oldest task of this element."""
        found = next(one for one in self.open if one.element_id == element_id)
        trigger = CompleteUserTask(found.number, found.element_id, found.path)
        self.outcome = advance(self.library, self.outcome.state, trigger, CONTEXT)
        self.note()

    @property
    def size(self) -> int:
        """Bytes of the state before compression."""
        return len(_codec.decompressor.decompress(self.outcome.state))


@pytest.mark.parametrize(("name", "rounds"), [("user task", 5_000), *((name, 500) for name in LOOPS if name != "user task")])
def test_a_late_round_takes_no_more_than_an_early_one(name: str, rounds: int) -> None:
    case = Played(LOOPS[name], {"again": True})
    sizes = []
    for count in range(rounds):
        for _ in range(2 if name == "multi-instance" else 1):
            case.complete("u")
        if count in (10, rounds - 1):
            sizes.append((case.size, len(case.outcome.state)))
    (early, pressed_early), (late, pressed_late) = sizes
    assert late <= 1.2 * early
    assert pressed_late <= 1.2 * pressed_early


def calls_for(xml: bytes, count: int) -> float:
    """How many functions are called for one instance, when all of them are completed one after the other."""
    case = Played(xml, {"items": list(range(count))})
    assert len(case.open) == count
    calls = 0

    def note(frame: FrameType, kind: str, argument: object) -> None:
        nonlocal calls
        calls += kind == "call"

    sys.setprofile(note)
    try:
        for task in case.open:
            trigger = CompleteUserTask(task.number, task.element_id, task.path)
            case.outcome = advance(case.library, case.outcome.state, trigger, CONTEXT)
    finally:
        sys.setprofile(None)
    assert case.outcome.status == "completed"
    return calls / count


TIMER = boundary("b", "u", event("timer", "PT1H"))
WIDE = {
    "user task": node("userTask", "a", many()),
    "sub-process": node("subProcess", "a", start("ss") + user("u") + end("se") + flow("ss", "u", "se") + many()),
    "sub-process with a timer": node("subProcess", "a", start("ss") + user("u", "h") + TIMER + flow("ss", "u") + flow("b", "h") + many()),
}


@pytest.mark.parametrize("name", WIDE)
def test_a_thousand_instances_are_completed_in_linear_work(name: str) -> None:
    xml = draw(start() + WIDE[name] + end() + flow("s", "a", "e"))
    few, most = calls_for(xml, 100), calls_for(xml, 1_000)
    assert most <= 1.2 * few


def test_an_instance_that_was_touched_sleeps_again() -> None:
    xml = draw(
        start() + node("subProcess", "a", start("ss") + user("u", "v") + end("se") + flow("ss", "u", "v", "se") + many()) + flow("s", "a")
    )
    case = Played(xml, {"items": list(range(40))})
    before = values.loads(_codec.decompressor.decompress(case.outcome.state))
    assert before["inner"] == []
    case.complete("u")
    after = values.loads(_codec.decompressor.decompress(case.outcome.state))
    assert after["inner"] == []
    case.complete("v")
    assert [one.element_id for one in case.open] == ["u"] * 39
