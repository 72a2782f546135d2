"""Two processes want the same thing at the same moment: one gets it, the other is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from processes import clock, deployments, external_jobs, instances, jobs, user_tasks
from processes.audit.verify import verify
from processes.errors import Conflict
from tests.engine.drawing import draw, end, flow, node, start, user
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, deploy, interrupted, open_tasks, rows
from tests.processes.conftest import NOW
from tests.processes.forked import race

pytestmark = pytest.mark.usefixtures("database")

ROUNDS = 5


def _one_wins(one: Callable[[], object], other: Callable[[], object]) -> None:
    def attempt(work: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            except Conflict:
                raise SystemExit from None

        return run

    assert sorted(race(attempt(one), attempt(other))) == [0, 1]


@pytest.fixture(autouse=True)
def _quiet(capfd: pytest.CaptureFixture[str]) -> None:
    """The losers' traces are expected."""


def test_two_clerks_complete_one_task() -> None:
    deploy(REVIEW)
    for _ in range(ROUNDS):
        case = instances.start(key="review_flow", variables={}, actor=ZHANG)
        task = open_tasks(case)["review"]
        _one_wins(
            lambda task=task: user_tasks.complete(task, variables={}, actor=LI),
            lambda task=task: user_tasks.complete(task, variables={}, actor=WANG),
        )
        assert len(rows("step", instance_id=case)) == 2
    assert verify().unbroken


def test_two_clerks_claim_one_task() -> None:
    deploy(REVIEW)
    for _ in range(ROUNDS):
        task = open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]
        _one_wins(lambda task=task: user_tasks.claim(task, actor=LI), lambda task=task: user_tasks.claim(task, actor=WANG))
        (row,) = rows("user_task", id=task)
        assert row["assignee"] in ("li", "wang")
        assert len(rows("inbox_entry", user_task_id=task)) == 1


INTERRUPTED = interrupted(camunda_assignee="li")


def test_a_timer_and_a_clerk_never_both_and_never_neither() -> None:
    deploy(INTERRUPTED)
    for _ in range(ROUNDS):
        case = instances.start(key="p", variables={}, actor=ZHANG)
        (job,) = rows("job", instance_id=case)
        task = open_tasks(case)["u"]

        def complete(task: str = task) -> None:
            user_tasks.complete(task, variables={}, actor=LI)

        def fire(job_id: str = job["id"]) -> None:
            with clock.at(NOW + timedelta(hours=1)):
                if not jobs.run(job_id):
                    raise Conflict("late")

        _one_wins(complete, fire)
        (row,) = rows("process_instance", id=case)
        assert (row["state"] == "completed") != ("escalated" in open_tasks(case))


def test_three_workers_fire_one_timer_once() -> None:
    deploy(INTERRUPTED)
    for _ in range(ROUNDS):
        case = instances.start(key="p", variables={}, actor=ZHANG)
        (job,) = rows("job", instance_id=case)

        def fire(job_id: str = job["id"]) -> None:
            with clock.at(NOW + timedelta(hours=1)):
                if not jobs.run(job_id):
                    raise SystemExit

        assert sorted(race(fire, fire, fire)) == [0, 1, 1]
        assert len(rows("step", instance_id=case)) == 2


def test_both_branches_of_a_join_are_kept() -> None:
    joined = draw(
        start()
        + node("parallelGateway", "split")
        + user("a", camunda_assignee="li")
        + user("b", camunda_assignee="wang")
        + node("parallelGateway", "join")
        + end()
        + flow("s", "split", "a", "join", "e")
        + flow("split", "b", "join")
    )
    deploy(joined)
    for _ in range(ROUNDS):
        case = instances.start(key="p", variables={}, actor=ZHANG)
        tasks = open_tasks(case)
        statuses = race(
            lambda task=tasks["a"]: user_tasks.complete(task, variables={}, opinion="甲", actor=LI) and None,
            lambda task=tasks["b"]: user_tasks.complete(task, variables={}, opinion="乙", actor=WANG) and None,
        )
        assert statuses == [0, 0]
        (row,) = rows("process_instance", id=case)
        assert (row["state"], row["variables"]) == ("completed", {"opinion_a": "甲", "opinion_b": "乙"})


def test_numbers_have_no_gap_and_no_double() -> None:
    deploy(REVIEW, process__toml='business_key = {series = "办"}'.encode())

    def several() -> None:
        for _ in range(5):
            instances.start(key="review_flow", variables={}, actor=ZHANG)

    assert race(several, several, several) == [0, 0, 0]
    assert sorted(row["business_key"] for row in rows("process_instance")) == [f"2026-{number:04d}" for number in range(1, 16)]


def test_two_workers_never_hold_one_external_job() -> None:
    deploy(draw(start() + node("serviceTask", "call", camunda_type="external", camunda_topic="bank") + end() + flow("s", "call", "e")))
    for _ in range(20):
        instances.start(key="p", variables={}, actor=ROBOT)

    def work(worker: str) -> Callable[[], None]:
        def run() -> None:
            while found := external_jobs.fetch(worker=worker, topics=["bank"], max=3, actor=ROBOT):
                for job in found:
                    external_jobs.complete(job["id"], worker=worker, actor=ROBOT)

        return run

    assert race(work("w1"), work("w2")) == [0, 0]
    assert {row["state"] for row in rows("process_instance")} == {"completed"}
    assert len(rows("step")) == 40


def test_two_equal_deployments_make_one_version() -> None:
    def put() -> None:
        deployments.deploy("x", {"r.bpmn": REVIEW}, actor=OPERATOR)

    assert race(put, put) == [0, 0]
    assert [row["id"] for row in rows("process_definition")] == ["review_flow:1"]
