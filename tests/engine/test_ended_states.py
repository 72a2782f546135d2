"""The state of a case that has ended holds nothing of what it was; it still says so, and states of before are known again."""

import pytest
import zstandard

from engine import state, values
from engine.errors import NotWaiting
from engine.triggers import Cancel, SetVariables
from tests.engine.drawing import Driven, draw, end, flow, start, user

ONE_TASK = draw(start() + user("u") + end() + flow("s", "u", "e"))


def _document(packed: bytes) -> dict[str, object]:
    document: dict[str, object] = values.loads(zstandard.decompress(packed))
    return document


def _ended(how: str) -> Driven:
    case = Driven(ONE_TASK, {"reason": "屋面渗漏" * 200})
    return case.complete("u") if how == "completed" else case.take(Cancel())


@pytest.mark.parametrize("how", ["completed", "cancelled"])
def test_the_state_of_an_ended_case_keeps_only_that_it_ended(how: str) -> None:
    case = _ended(how)
    assert _document(case.outcome.state).keys() == {"format", "counter", "clock", "definition", "status"}
    assert len(case.outcome.state) < 120
    assert case.outcome.variables == {"reason": "屋面渗漏" * 200}


@pytest.mark.parametrize("how", ["completed", "cancelled"])
def test_nothing_happens_in_an_ended_case_any_more(how: str) -> None:
    case = _ended(how)
    for again in (Cancel(), SetVariables({"a": 1})):
        with pytest.raises(NotWaiting, match="ended"):
            case.take(again)


def _as_before(packed: bytes, **changes: object) -> bytes:
    """An ended state as it was written when it kept the variables."""
    rest = {"starter": "zhang", "business_key": None, "variables": {"a": 1}, "suspended": False, "stuck": None, "main": {"tokens": []}}
    return zstandard.compress(values.dumps({**rest, "inner": [], **_document(packed), **changes}))


def test_a_state_of_before_is_the_same_unless_it_ended_otherwise() -> None:
    played = _ended("completed").outcome.state
    assert state.same(played, played)
    assert state.same(_as_before(played), played)
    for changes in ({"status": "cancelled"}, {"counter": 0}, {"clock": 0}, {"definition": ["other", 1]}):
        assert not state.same(_as_before(played, **changes), played)
    for broken in (b"", b"x", zstandard.compress(b"[]"), zstandard.compress(b"{}"), zstandard.compress(b"{")):
        assert not state.same(broken, played)


def test_of_a_case_that_runs_only_equal_bytes_are_the_same() -> None:
    case = Driven(ONE_TASK, {"a": 1})
    running = case.outcome.state
    assert state.same(running, running)
    assert not state.same(zstandard.compress(values.dumps(_document(running)), 19), case.set(a=2).outcome.state)
