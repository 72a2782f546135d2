"""History says where tokens were: every element that was entered is left, in order, and nothing that was open stays behind."""

import pytest

from engine.elements import WORDS
from tests.engine.drawing import Driven
from tests.engine.reference.diagrams import GROUPS, Diagram
from tests.engine.reference.playing import CountedTask, OracleScript, play
from tests.engine.test_determinism import random_case


def balance(case: Driven) -> dict[int, int]:
    """Which tokens are in an element: 1 after it was entered, 0 after it was left; never anything else."""
    found: dict[int, int] = {}
    for event in case.events:
        if event.type in ("element_entered", "element_left"):
            number = event.number or 0
            found[number] = found.get(number, 0) + (1 if event.type == "element_entered" else -1)
            assert found[number] in (0, 1), event
    return found


def test_what_is_entered_is_left_once() -> None:
    cases = [random_case(seed)[0] for seed in range(10)]
    finished = [case for case in cases if case.status == "completed"]
    assert finished
    for case in finished:
        assert not any(balance(case).values())


def test_nothing_stays_open_when_a_case_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORDS, "scriptTask", OracleScript)
    monkeypatch.setitem(WORDS, "userTask", CountedTask)
    finished = []
    for seed in range(40):
        found, case = play(Diagram(seed, 10, GROUPS["all"]))
        assert found is None
        if case.status == "completed":
            finished.append(case)
    assert len(finished) > 20
    for case in finished:
        assert not [*case.tasks, *case.timers, *case.subscriptions]
        assert not any(balance(case).values())
