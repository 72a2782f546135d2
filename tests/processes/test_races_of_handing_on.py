"""Handing a task on at the same moment as somebody else decides it, hands it on, or takes it back: one gets it, the other is told."""

from collections.abc import Callable

import pytest

from processes import instances, user_tasks
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


@pytest.fixture(autouse=True)
def _quiet(capfd: pytest.CaptureFixture[str]) -> None:
    """The losers' traces are expected."""


def _task() -> str:
    return open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]


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


def test_reassigned_and_completed() -> None:
    deploy(REVIEW)
    for _ in range(ROUNDS):
        task = _task()
        _one_wins(
            task,
            lambda task=task: reassigning.reassign(task, to="zhao", actor=LI),
            lambda task=task: user_tasks.complete(task, variables={}, actor=WANG),
        )
        (row,) = rows("user_task", id=task)
        assert (row["state"], row["assignee"]) in (("open", "zhao"), ("completed", "wang"))


def test_delegated_and_completed() -> None:
    deploy(REVIEW)
    for _ in range(ROUNDS):
        task = _task()
        _one_wins(
            task,
            lambda task=task: delegating.delegate(task, to="zhao", actor=LI),
            lambda task=task: user_tasks.complete(task, variables={}, actor=WANG),
        )
        (row,) = rows("user_task", id=task)
        assert (row["state"], row["assignee"], row["delegated_by"]) in (("open", "zhao", "li"), ("completed", "wang", None))


def test_reassigned_to_two() -> None:
    deploy(REVIEW)
    for _ in range(ROUNDS):
        task = _task()
        _one_wins(
            task,
            lambda task=task: reassigning.reassign(task, to="zhao", actor=LI),
            lambda task=task: reassigning.reassign(task, to="ops", actor=WANG),
        )
        (row,) = rows("user_task", id=task)
        assert row["assignee"] in ("zhao", "ops")


def test_two_operators_reassign_what_one_page_showed() -> None:
    deploy(REVIEW)
    for _ in range(ROUNDS):
        task = _task()
        _one_wins(
            task,
            lambda task=task: reassigning.reassign(task, to="zhao", revision=1, actor=OPERATOR),
            lambda task=task: reassigning.reassign(task, to="li", revision=1, actor=OPERATOR),
        )


def test_answered_and_taken_back() -> None:
    deploy(REVIEW)
    for _ in range(ROUNDS):
        task = _task()
        delegating.delegate(task, to="zhao", actor=LI)
        _one_wins(
            task,
            lambda task=task: delegating.resolve(task, opinion="可以", actor=ZHAO),
            lambda task=task: delegating.recall(task, actor=LI),
        )
        (row,) = rows("user_task", id=task)
        assert (row["assignee"], row["delegated_by"]) == ("li", None)


def test_the_principal_and_the_substitute_complete() -> None:
    deploy(REVIEW)
    substitution.give("li", "zhao", valid_from=office.today(), valid_until=office.today(), actor=LI)
    deputy = directory.actor("zhao")
    for _ in range(ROUNDS):
        task = _task()
        _one_wins(
            task,
            lambda task=task: user_tasks.complete(task, variables={}, actor=LI),
            lambda task=task: user_tasks.complete(task, variables={}, actor=deputy),
        )
        (row,) = rows("user_task", id=task)
        assert (row["assignee"], row["completed_by"]) in (("li", "li"), ("li", "zhao"))


def test_handed_over_and_completed() -> None:
    deploy(REVIEW)
    handover.begin("li", "zhao", actor=OPERATOR)
    for _ in range(ROUNDS):
        task = _task()
        user_tasks.claim(task, actor=LI)
        _one_wins(
            task,
            lambda task=task: user_tasks.complete(task, variables={}, actor=LI),
            lambda task=task: handover.move(task, "li", actor=OPERATOR),
        )
