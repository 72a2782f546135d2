"""Outside workers fetch, hold, finish and fail jobs."""

from datetime import timedelta
from typing import Any

import pytest

from processes import clock, external_jobs, instances, jobs, rebuild
from processes.actors import Actor
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.queries import cases, history
from tests.engine.drawing import boundary, draw, end, event, flow, node, start, user
from tests.processes.cases import LI, OPERATOR, ROBOT, ZHANG, deploy, open_tasks, rows
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")

CALLS = draw(
    start()
    + node("serviceTask", "call", camunda_type="external", camunda_topic="bank")
    + boundary("refused", "call", event("error", "E1"))
    + end()
    + user("repair", camunda_assignee="li")
    + end("e2")
    + flow("s", "call", "e")
    + flow("refused", "repair", "e2")
)


@pytest.fixture
def case() -> str:
    """A case that waits for the bank."""
    deploy(CALLS)
    return instances.start(key="p", variables={"amount": 5}, actor=ROBOT)


def _fetch(worker: str = "w1", topics: tuple[str, ...] = ("bank",), actor: Actor = ROBOT, **more: Any) -> list[dict[str, Any]]:
    return external_jobs.fetch(worker=worker, topics=topics, actor=actor, **more)


def test_a_job_is_fetched_by_one_worker_and_finished(case: str) -> None:
    (job,) = _fetch(lock_seconds=30)
    assert (job["topic"], job["process_instance_id"], job["element_id"]) == ("bank", case, "call")
    assert (job["variables"], job["locked_until"]) == ({"amount": 5}, NOW + timedelta(seconds=30))
    assert _fetch("w2") == _fetch("w2", ("*",)) == []
    done = external_jobs.complete(job["id"], worker="w1", variables={"paid": True}, actor=ROBOT)
    assert done["state"] == "done"
    ended = cases.get(case, OPERATOR)
    assert (ended["state"], ended["variables"]["paid"]) == ("completed", True)


def test_another_topic_is_left_alone(case: str) -> None:
    assert _fetch(topics=("post",)) == []
    assert len(_fetch(topics=("post", "*"))) == 1


def test_a_lock_that_ran_out_is_lost(case: str) -> None:
    (job,) = _fetch(lock_seconds=10)
    with clock.at(NOW + timedelta(seconds=10)):
        with pytest.raises(Conflict) as refusal:
            external_jobs.complete(job["id"], worker="w1", actor=ROBOT)
        assert refusal.value.code == "lock_lost"
        (again,) = _fetch("w2")
        assert again["id"] == job["id"]
        with pytest.raises(Conflict):
            external_jobs.fail(job["id"], worker="w1", message="zu spät", actor=ROBOT)


def test_a_lock_can_be_held_longer(case: str) -> None:
    (job,) = _fetch(lock_seconds=10)
    assert external_jobs.extend_lock(job["id"], worker="w1", lock_seconds=60, actor=ROBOT)["locked_until"] == NOW + timedelta(seconds=60)
    with clock.at(NOW + timedelta(seconds=30)):
        external_jobs.complete(job["id"], worker="w1", actor=ROBOT)


def test_finishing_twice_is_a_conflict(case: str) -> None:
    (job,) = _fetch()
    external_jobs.complete(job["id"], worker="w1", actor=ROBOT)
    with pytest.raises(Conflict):
        external_jobs.complete(job["id"], worker="w1", actor=ROBOT)


def test_a_failure_waits_as_long_as_the_worker_says(case: str) -> None:
    (job,) = _fetch()
    failed = external_jobs.fail(job["id"], worker="w1", message="忙", retries=5, retry_seconds=60, actor=ROBOT)
    assert (failed["state"], failed["retries"]) == ("waiting", 5)
    assert _fetch("w2") == []
    with clock.at(NOW + timedelta(seconds=60)):
        assert len(_fetch("w2")) == 1


def test_no_retries_left_is_an_incident(case: str) -> None:
    (job,) = _fetch()
    failed = external_jobs.fail(job["id"], worker="w1", message="银行拒绝连接", retries=0, actor=ROBOT)
    assert failed["state"] == "failed"
    assert cases.get(case, OPERATOR)["state"] == "incident"
    assert "银行拒绝连接" in rows("incident")[0]["message"]


def test_an_error_that_the_diagram_catches_goes_its_way(case: str) -> None:
    (job,) = _fetch()
    external_jobs.bpmn_error(job["id"], worker="w1", code="e1", message="余额不足", variables={"why": "余额"}, actor=ROBOT)
    assert open_tasks(case).keys() == {"repair"}
    assert cases.get(case, OPERATOR)["variables"]["why"] == "余额"
    assert rows("job")[0]["state"] == "done"


def test_an_error_that_nobody_catches_is_an_incident(case: str) -> None:
    (job,) = _fetch()
    external_jobs.bpmn_error(job["id"], worker="w1", code="unheard", actor=ROBOT)
    assert cases.get(case, OPERATOR)["state"] == "incident"
    assert rows("incident")[0]["code"] == "uncaught_error"


def test_scope_and_role_limit_who_works(case: str) -> None:
    narrow = Actor("robot", "接口", frozenset({"integrator"}), scope=("other",), via="token")
    without = Actor("robot", "接口", frozenset({"integrator"}), scope=None, via="token")
    assert _fetch(actor=narrow) == _fetch(actor=without) == []
    with pytest.raises(NotAllowed):
        _fetch(actor=LI)
    (job,) = _fetch()
    with pytest.raises(NotFound):
        external_jobs.complete(job["id"], worker="w1", actor=narrow)
    with pytest.raises(NotFound):
        external_jobs.complete("01m8640jc8c2x43vgb5cvrcn4g-9", worker="w1", actor=ROBOT)


@pytest.mark.parametrize(
    "wrong", [{"max": 0}, {"max": True}, {"max": 201}, {"lock_seconds": 0}, {"worker": ""}, {"worker": "x" * 101}, {"lock_seconds": "5"}]
)
def test_wrong_requests_are_refused(case: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        _fetch(**wrong)


def test_a_suspended_case_gives_no_work_and_takes_no_answer(case: str) -> None:
    (job,) = _fetch()
    instances.suspend(case, "", actor=OPERATOR)
    with pytest.raises(Conflict):
        external_jobs.complete(job["id"], worker="w1", actor=ROBOT)
    instances.resume(case, "", actor=OPERATOR)
    external_jobs.complete(job["id"], worker="w1", actor=ROBOT)
    assert "job_completed" in [item["type"] for item in history.items(case, OPERATOR, limit=200)["items"]]


def test_a_clerk_starts_what_the_robot_finishes() -> None:
    deploy(CALLS)
    case = instances.start(key="p", variables={}, actor=ZHANG)
    (job,) = _fetch()
    external_jobs.complete(job["id"], worker="w1", actor=ROBOT)
    assert cases.get(case, ZHANG)["state"] == "completed"


def test_a_failed_job_that_is_retried_gives_the_job_that_runs_and_is_failed_no_more(case: str) -> None:
    (job,) = _fetch()
    external_jobs.fail(job["id"], worker="w1", message="停机", retries=0, actor=ROBOT)
    running = jobs.retry(job["id"], actor=OPERATOR)
    assert running != job["id"]
    assert {row["id"]: row["state"] for row in rows("job", instance_id=case)} == {job["id"]: "retried", running: "waiting"}
    with pytest.raises(Conflict) as refusal:
        jobs.retry(job["id"], actor=OPERATOR)
    assert (refusal.value.code, refusal.value.values) == ("job_has_not_failed", {"state": "retried"})
    (incident,) = rows("incident")
    assert (incident["state"], incident["job_id"]) == ("open", running)
    rebuild.rebuild()
    assert {row["id"]: row["state"] for row in rows("job", instance_id=case)} == {job["id"]: "retried", running: "waiting"}
    (again,) = _fetch()
    assert again["id"] == running
    external_jobs.complete(running, worker="w1", actor=ROBOT)
    assert [row["state"] for row in rows("incident")] == ["resolved"]
