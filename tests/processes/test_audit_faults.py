"""Several sweeps, several requests, and processes that die anywhere: one head a day, no attempt lost, a case whole or sealed."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest

from processes import acts, clock, refusals, retention
from processes.actors import SYSTEM
from processes.audit import heads
from processes.audit.verify import verify
from processes.errors import NotAllowed
from tests.processes.cases import REVIEW, ZHANG, deploy, rows
from tests.processes.conftest import NOW
from tests.processes.forked import killed_at, race
from tests.processes.test_retention import SECRET, _finished

pytestmark = pytest.mark.usefixtures("database")

MOST_POINTS = 400


def test_of_many_sweeps_one_makes_the_head_of_a_day() -> None:
    for day in range(5):
        with clock.at(NOW + timedelta(days=day)):
            assert race(*[lambda: _ignored(heads.seal(only_if_due=True))] * 4) == [0] * 4
    assert [head["day"] for head in heads.newest(9)] == [f"2026-11-{28 - number}" for number in range(5)]
    assert verify().unbroken


def test_attempts_at_the_same_moment_are_all_counted() -> None:
    def attempt() -> None:
        for _ in range(refusals.FULL):
            acts.record_refused(ZHANG, "looked", "all", NotAllowed("operators_only"))

    assert race(attempt, attempt, attempt) == [0, 0, 0]
    assert len([act for act in rows("act") if act["kind"] == "looked"]) == refusals.FULL
    assert rows("refusal_window")[0]["counted"] == {"looked": 2 * refusals.FULL}
    assert verify().unbroken


@pytest.mark.slow
def test_a_head_is_made_whole_or_not_at_all_wherever_its_process_dies() -> None:
    deploy(REVIEW)
    _finished()
    for moment in _moments(lambda: _ignored(heads.seal())):
        assert verify().unbroken, moment
    heads.seal()
    assert verify().unbroken


@pytest.mark.slow
def test_a_case_is_whole_or_sealed_wherever_a_run_of_retention_dies() -> None:
    deploy(REVIEW, process__toml=b'retention = "P1Y"')
    case = _finished()
    with clock.at(NOW + timedelta(days=400)):
        for moment in _moments(lambda: _ignored(retention.run(actor=SYSTEM))):
            sealed, steps = rows("retention_seal"), rows("step", instance_id=case)
            assert (len(sealed), len(steps)) in ((0, 3), (1, 0)), moment
            assert (SECRET in str(rows("process_instance", id=case))) == bool(steps)
            assert verify(files=not sealed).unbroken, moment
        retention.run(actor=SYSTEM)
    assert rows("step") == []
    assert verify(files=True).unbroken


def _ignored(_: object) -> None:
    """Whatever it gave."""


def _moments(work: Callable[[], None]) -> Iterator[int]:
    """Let `work` die at each of its points in turn, until it gets to its end."""
    for moment in count(1):
        assert moment < MOST_POINTS
        if not killed_at(moment, work):
            return
        yield moment
