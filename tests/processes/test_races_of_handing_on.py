"""Handing a task on at the same moment as somebody else decides it, hands it on, or takes it back: one gets it, the other is told."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from processes import instances, user_tasks
from processes.actors import Actor
from processes.approval import delegating, handover, reassigning, substitution
from processes.audit import replay
from processes.audit.verify import verify
from processes.calendar import office
from processes.errors import Refused
from processes.people import directory
from tests.processes.cases import LI, OPERATOR, REVIEW, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.forked import race

pytestmark = pytest.mark.usefixtures("database")

ROUNDS = 4
Row = dict[str, Any]


@pytest.fixture(autouse=True)
def _quiet(capfd: pytest.CaptureFixture[str]) -> None:
    """The losers' traces are expected."""


def _rounds(one: Callable[[str], object], other: Callable[[str], object], before: Callable[[str], object] | None = None) -> Iterator[Row]:
    """So many races of two for a new task each, which `before` makes ready; gives the task's row after each."""
    deploy(REVIEW)
    for _ in range(ROUNDS):
        task = open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]
        if before is not None:
            before(task)
        _one_wins(task, lambda task=task: one(task), lambda task=task: other(task))
        (row,) = rows("user_task", id=task)
        yield row


def _one_wins(task: str, one: Callable[[], object], other: Callable[[], object]) -> None:
    """One of both writes its step and the other is refused."""

    def attempt(work: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            except Refused:
                raise SystemExit from None

        return run

    before = len(rows("step"))
    ended = sorted(race(attempt(one), attempt(other)))
    assert ended == [0, 1]
    assert len(rows("step")) - before == ended.count(0)
    assert len(rows("inbox_entry", user_task_id=task)) <= 1
    assert replay.replay(task.rpartition("-")[0]).same
    assert verify().unbroken


def _completed_by(actor: Actor) -> Callable[[str], object]:
    return lambda task: user_tasks.complete(task, variables={}, actor=actor)


def test_reassigned_and_completed() -> None:
    for row in _rounds(lambda task: reassigning.reassign(task, to="zhao", actor=LI), _completed_by(WANG)):
        assert (row["state"], row["assignee"]) in (("open", "zhao"), ("completed", "wang"))


def test_delegated_and_completed() -> None:
    for row in _rounds(lambda task: delegating.delegate(task, to="zhao", actor=LI), _completed_by(WANG)):
        assert (row["state"], row["assignee"], row["delegated_by"]) in (("open", "zhao", "li"), ("completed", "wang", None))


def test_reassigned_to_two() -> None:
    to_zhao, to_ops = (partial(reassigning.reassign, to=to, actor=actor) for to, actor in (("zhao", LI), ("ops", WANG)))
    for row in _rounds(to_zhao, to_ops):
        assert row["assignee"] in ("zhao", "ops")


def test_two_operators_reassign_what_one_page_showed() -> None:
    to_zhao, to_li = (partial(reassigning.reassign, to=to, revision=1, actor=OPERATOR) for to in ("zhao", "li"))
    for row in _rounds(to_zhao, to_li):
        assert row["assignee"] in ("zhao", "li")


def test_answered_and_taken_back() -> None:
    answer, recall = partial(delegating.resolve, opinion="可以", actor=ZHAO), partial(delegating.recall, actor=LI)
    for row in _rounds(answer, recall, before=partial(delegating.delegate, to="zhao", actor=LI)):
        assert (row["assignee"], row["delegated_by"]) == ("li", None)


def test_the_principal_and_the_substitute_complete() -> None:
    substitution.give("li", "zhao", valid_from=office.today(), valid_until=office.today(), actor=LI)
    for row in _rounds(_completed_by(LI), _completed_by(directory.actor("zhao"))):
        assert (row["assignee"], row["completed_by"]) in (("li", "li"), ("li", "zhao"))


def test_handed_over_and_completed() -> None:
    handover.begin("li", "zhao", actor=OPERATOR)
    claim = partial(user_tasks.claim, actor=LI)
    for row in _rounds(_completed_by(LI), lambda task: handover.move(task, "li", actor=OPERATOR), before=claim):
        assert (row["state"], row["assignee"]) in (("completed", "li"), ("open", "zhao"))
