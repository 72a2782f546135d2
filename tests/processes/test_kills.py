"""Whatever moment a process is killed at, a command has happened as a whole or not at all."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from processes import clock, connectors, instances, jobs, rebuild, user_tasks
from processes.audit import replay
from processes.audit.verify import verify
from processes.db import db, reading
from processes.models import ProcessInstance, Step
from tests.engine.drawing import boundary, draw, end, event, flow, node, start, user
from tests.processes.cases import LI, ROBOT, ZHANG, deploy, open_tasks, rows
from tests.processes.conftest import NOW
from tests.processes.forked import killed_at

pytestmark = pytest.mark.usefixtures("database")

FLOW = draw(
    start()
    + user("first", camunda_candidateGroups="财政局")
    + boundary("late", "first", event("timer", "PT1H"), interrupting=False)
    + user("chase", camunda_assignee="li")
    + end("e2")
    + node("parallelGateway", "split")
    + user("left", camunda_assignee="li")
    + user("right", camunda_candidateGroups="镇长")
    + node("parallelGateway", "join")
    + end()
    + flow("s", "first", "split", "left", "join", "e")
    + flow("split", "right", "join")
    + flow("late", "chase", "e2")
)
NUMBERED = 'business_key = {series = "采购", pattern = "采〔{year}〕{number:04d}号"}'.encode()


def _survives(prepare: Callable[[], Callable[[], None]]) -> int:
    """Kill at every point in turn; after each, the log is whole and tells of all or of nothing. Gives the number of points."""
    for moment in count(1):
        work = prepare()
        before = _steps()
        died = killed_at(moment, work)
        steps = _steps() - before
        assert steps in (0, 1)
        _check_youngest()
        if not steps:
            work()
            assert _steps() == before + 1
        if not died:
            assert verify().unbroken
            return moment - 1
    raise AssertionError


def _steps() -> int:
    with reading():
        return db.session.scalar(select(func.count()).select_from(Step)) or 0


def _check_youngest() -> None:
    """The youngest case has an unbroken log that gives its state and its rows."""
    with reading():
        case = db.session.scalar(select(func.max(ProcessInstance.id)))
    if case is None:
        return
    assert verify(case).unbroken
    assert replay.replay(case).same
    before = _rows_of(case)
    rebuild.rebuild_case(case)
    assert _rows_of(case) == before


def _rows_of(case: str) -> list[list[dict[str, Any]]]:
    tasks = [row["id"] for row in rows("user_task", instance_id=case)]
    entries = [row for task in tasks for row in rows("inbox_entry", user_task_id=task)]
    return [rows("user_task", instance_id=case), rows("job", instance_id=case), rows("process_instance", id=case), entries]


def test_a_killed_completion_is_whole_or_nothing() -> None:
    deploy(FLOW)

    def prepare() -> Callable[[], None]:
        task = open_tasks(instances.start(key="p", variables={}, actor=ZHANG))["first"]
        return lambda: user_tasks.complete(task, variables={}, outcome="agree", opinion="同意", actor=LI) and None

    assert _survives(prepare) > 15


def test_a_killed_start_is_whole_or_nothing_and_leaves_no_gap_in_the_numbers() -> None:
    deploy(FLOW, process__toml=NUMBERED)
    assert _survives(lambda: lambda: instances.start(key="p", variables={"x": 1}, actor=ROBOT) and None) > 10
    numbers = sorted(row["business_key"] for row in rows("process_instance"))
    assert numbers == [f"采〔2026〕{number:04d}号" for number in range(1, len(numbers) + 1)]


def test_a_killed_timer_fires_once() -> None:
    deploy(FLOW)

    def prepare() -> Callable[[], None]:
        case = instances.start(key="p", variables={}, actor=ZHANG)
        (job,) = rows("job", instance_id=case)

        def fire() -> None:
            with clock.at(NOW + timedelta(hours=1)):
                jobs.run(job["id"])

        return fire

    assert _survives(prepare) > 10
    assert len(rows("user_task", element_id="chase")) == len(rows("process_instance"))


def test_a_killed_worker_loses_no_outgoing_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connectors.TOPICS, "errand", lambda call: {"x": 1})
    deploy(draw(start() + node("serviceTask", "call", camunda_type="external", camunda_topic="errand") + end() + flow("s", "call", "e")))
    for moment in count(1):
        case = instances.start(key="p", variables={}, actor=ROBOT)
        (job,) = rows("job", instance_id=case)
        died = killed_at(moment, lambda job_id=job["id"]: jobs.run(job_id) and None)
        for hours in (2, 4):
            with clock.at(NOW + timedelta(hours=hours)):
                for job_id in jobs.due_ids(9):
                    jobs.run(job_id)
        assert rows("process_instance", id=case)[0]["state"] == "completed"
        if not died:
            break
    assert verify().unbroken
    assert moment > 20
