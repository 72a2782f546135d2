"""Timers and outgoing work: taken once, tried again, and an incident in the end; operators let it run again."""

from datetime import timedelta
from typing import Any

import pytest

from processes import clock, connectors, idempotency, incidents, instances, jobs, sweep, user_tasks
from processes.connectors import Call, ConnectorFailed
from processes.errors import Conflict, NotAllowed, NotFound
from processes.queries import cases, work
from tests.engine.drawing import boundary, draw, end, event, flow, node, start, user
from tests.processes.cases import LI, OPERATOR, ROBOT, ZHANG, deploy, open_tasks, rows
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")

REMINDED = draw(
    start()
    + user("u", camunda_assignee="li")
    + boundary("late", "u", event("timer", "PT1H"), interrupting=False)
    + user("chase", camunda_assignee="zhao")
    + end()
    + end("e2")
    + flow("s", "u", "e")
    + flow("late", "chase", "e2")
)


def _calls(topic: str) -> bytes:
    return draw(start() + node("serviceTask", "call", camunda_type="external", camunda_topic=topic) + end() + flow("s", "call", "e"))


def _due(after: timedelta = timedelta()) -> list[str]:
    with clock.at(NOW + after):
        return jobs.due_ids(100)


def _run_due(after: timedelta = timedelta()) -> list[bool]:
    with clock.at(NOW + after):
        return [jobs.run(job_id) for job_id in jobs.due_ids(100)]


def test_a_timer_fires_once_when_it_is_due() -> None:
    deploy(REMINDED)
    case = instances.start(key="p", variables={}, actor=ZHANG)
    (job,) = rows("job")
    assert job["due_at"] == NOW + timedelta(hours=1)
    assert jobs.run(job["id"]) is False
    assert _run_due(timedelta(minutes=59)) == []
    with clock.at(NOW + timedelta(hours=1)):
        assert (jobs.run(job["id"]), jobs.run(job["id"])) == (True, False)
    assert open_tasks(case).keys() == {"u", "chase"}
    assert rows("step")[-1]["actor"] == "system"


def test_the_ring_of_a_timer_that_is_no_longer_needed_does_nothing() -> None:
    deploy(REMINDED)
    case = instances.start(key="p", variables={}, actor=ZHANG)
    (job,) = rows("job")
    user_tasks.complete(open_tasks(case)["u"], variables={}, actor=LI)
    assert rows("job")[0]["state"] == "cancelled"
    before = rows("step")
    with clock.at(NOW + timedelta(hours=2)):
        assert jobs.run(job["id"]) is False
        assert jobs.run("01m8640jc8c2x43vgb5cvrcn4g-9") is False
    assert rows("step") == before


def test_the_sweep_rings_for_what_is_due_and_reads_no_other_case() -> None:
    deploy(REMINDED)
    for _ in range(3):
        instances.start(key="p", variables={}, actor=ZHANG)
    with clock.at(NOW + timedelta(minutes=30)):
        instances.start(key="p", variables={}, actor=ZHANG)
    with clock.at(NOW + timedelta(minutes=61)):
        assert sweep.sweep_once() == 3
        assert sweep.sweep_once() == 0
    with clock.at(NOW + timedelta(minutes=62)):
        assert sweep.sweep_once() == 3


def test_timers_of_a_suspended_case_wait_until_it_is_resumed() -> None:
    deploy(REMINDED)
    case = instances.start(key="p", variables={}, actor=ZHANG)
    instances.suspend(case, "", actor=OPERATOR)
    assert _due(timedelta(hours=2)) == []
    instances.resume(case, "", actor=OPERATOR)
    assert _run_due(timedelta(hours=2)) == [True]


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A connector of our own; what it gives, or raises, next is put into the list."""
    results: list[Any] = []

    def run(call: Call) -> dict[str, Any]:
        result = results.pop(0)
        if isinstance(result, Exception):
            raise result
        return {**result, "job": call.job_id}

    monkeypatch.setitem(connectors.TOPICS, "errand", run)
    return results


def test_a_connectors_answer_goes_to_the_case(topic: list[Any]) -> None:
    topic.append({"answer": 42})
    deploy(_calls("errand"))
    case = instances.start(key="p", variables={}, actor=ROBOT)
    (job,) = rows("job")
    assert (job["kind"], job["state"]) == ("connector", "waiting")
    assert _run_due() == [True]
    ended = cases.get(case, OPERATOR)
    assert (ended["state"], ended["variables"]["answer"], ended["variables"]["job"]) == ("completed", 42, job["id"])


def test_a_failing_connector_is_tried_again_later_and_then_an_incident(topic: list[Any]) -> None:
    topic += [ConnectorFailed("线路不通"), RuntimeError("?"), ConnectorFailed("还是不通")]
    deploy(_calls("errand"))
    case = instances.start(key="p", variables={}, actor=ROBOT)
    assert _run_due() == [True]
    (job,) = rows("job")
    assert (job["state"], job["retries"], job["attempts"], job["last_error"]) == ("waiting", 2, 1, "线路不通")
    assert job["due_at"] > NOW
    assert _due() == []
    assert _run_due(timedelta(days=1)) == [True]
    assert _run_due(timedelta(days=2)) == [True]
    (job,) = rows("job")
    assert (job["state"], job["retries"]) == ("failed", 0)
    assert cases.get(case, OPERATOR)["state"] == "incident"
    (incident,) = work.incidents(OPERATOR)["items"]
    assert (incident["code"], incident["job_id"], incident["element_id"]) == ("job", job["id"], "call")
    assert (incident["attempts"], incident["input"]) == (3, job["payload"]["variables"])
    assert work.incident(incident["id"], OPERATOR)["attempts"] == 3
    assert "还是不通" in incident["message"]
    assert _due(timedelta(days=9)) == []


def test_an_incident_is_resolved_only_by_a_run_that_succeeds(topic: list[Any]) -> None:
    topic += [ConnectorFailed("坏了", permanent=True), ConnectorFailed("又坏了", permanent=True), {"answer": 1}]
    deploy(_calls("errand"))
    case = instances.start(key="p", variables={}, actor=ROBOT)
    _run_due()
    (incident,) = rows("incident")
    for message in ("又坏了",):
        incidents.resolve(incident["id"], actor=OPERATOR)
        assert rows("incident")[0]["state"] == "open"
        with pytest.raises(Conflict) as refusal:
            incidents.resolve(incident["id"], actor=OPERATOR)
        assert refusal.value.code == "retry_under_way"
        _run_due()
        (now,) = rows("incident")
        assert (now["id"], now["state"]) == (incident["id"], "open")
        assert message in now["message"]
    failed = next(row for row in rows("job") if row["state"] == "failed" and row["id"] == now["job_id"])
    jobs.retry(failed["id"], actor=OPERATOR)
    assert cases.get(case, OPERATOR)["state"] == "incident"
    _run_due()
    assert [row["state"] for row in rows("incident")] == ["resolved"]
    assert cases.get(case, OPERATOR)["state"] == "completed"
    with pytest.raises(Conflict):
        incidents.resolve(incident["id"], actor=OPERATOR)


def test_a_worker_that_died_in_the_middle_counts_as_a_failed_run(topic: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    deploy(_calls("errand"))
    instances.start(key="p", variables={}, actor=ROBOT)

    class Killed(BaseException):
        pass

    def die(call: Call) -> dict[str, Any]:
        raise Killed

    monkeypatch.setitem(connectors.TOPICS, "errand", die)
    with pytest.raises(Killed):
        jobs.run(rows("job")[0]["id"])
    (job,) = rows("job")
    assert job["worker"] is not None
    assert _due() == []
    assert _run_due(timedelta(hours=2)) == [True]
    (job,) = rows("job")
    assert (job["retries"], job["worker"], job["state"]) == (2, None, "waiting")


def test_retrying_what_has_not_failed_is_a_conflict_and_only_operators_may() -> None:
    deploy(REMINDED)
    instances.start(key="p", variables={}, actor=ZHANG)
    (job,) = rows("job")
    with pytest.raises(Conflict):
        jobs.retry(job["id"], actor=OPERATOR)
    with pytest.raises(NotFound):
        jobs.retry(job["id"], actor=LI)
    with pytest.raises(NotAllowed):
        work.jobs(LI)


NO_PATH = draw(
    start()
    + user("u", camunda_assignee="li")
    + node("exclusiveGateway", "x")
    + end()
    + end("e2")
    + flow("s", "u", "x")
    + flow("x", "e", when="${amount > 10}")
    + flow("x", "e2", when="${amount < 5}")
)


def test_an_automatic_part_that_fails_keeps_the_decision_and_raises_an_incident() -> None:
    deploy(NO_PATH)
    case = instances.start(key="p", variables={"amount": 7}, actor=ROBOT)
    user_tasks.complete(open_tasks(case)["u"], variables={}, opinion="好", actor=LI)
    assert cases.get(case, OPERATOR)["state"] == "incident"
    assert rows("user_task")[0]["state"] == "completed"
    (incident,) = work.incidents(OPERATOR)["items"]
    assert (incident["code"], incident["element_id"], incident["state"]) == ("no_path", "x", "open")
    with pytest.raises(NotAllowed):
        incidents.resolve(incident["id"], actor=LI)
    incidents.resolve(incident["id"], actor=OPERATOR)
    assert work.incident(incident["id"], OPERATOR)["state"] == "open"
    assert [row["id"] for row in rows("incident")] == [incident["id"]]
    incidents.resolve(incident["id"], variables={"amount": 3}, actor=OPERATOR)
    assert work.incident(incident["id"], OPERATOR)["state"] == "resolved"
    ended = cases.get(case, OPERATOR)
    assert (ended["state"], ended["end_events"]) == ("completed", ["e2"])


def test_cancelling_a_case_closes_its_incidents() -> None:
    deploy(NO_PATH)
    case = instances.start(key="p", variables={"amount": 7}, actor=ROBOT)
    user_tasks.complete(open_tasks(case)["u"], variables={}, actor=LI)
    instances.cancel(case, "作废", actor=OPERATOR)
    assert [row["state"] for row in rows("incident")] == ["resolved"]
    assert cases.get(case, OPERATOR)["state"] == "cancelled"


def test_a_notice_reaches_the_holders_of_a_group_once() -> None:
    inputs = (
        '<extensionElements><camunda:inputOutput><camunda:inputParameter name="to">财政局</camunda:inputParameter>'
        '<camunda:inputParameter name="text">${"请办理" + name}</camunda:inputParameter></camunda:inputOutput></extensionElements>'
    )
    tell = node("serviceTask", "tell", inputs, camunda_type="external", camunda_topic="notify")
    deploy(draw(start() + tell + end() + flow("s", "tell", "e")))
    case = instances.start(key="p", variables={"name": "采购"}, actor=ROBOT)
    assert _run_due() == [True]
    assert cases.get(case, OPERATOR)["state"] == "completed"
    assert [(row["login"], row["text"], row["instance_id"]) for row in rows("notice")] == [
        ("li", "请办理采购", case),
        ("wang", "请办理采购", case),
    ]


def test_a_notice_to_nobody_is_an_incident_that_says_so() -> None:
    tell = node("serviceTask", "tell", camunda_type="external", camunda_topic="notify")
    deploy(draw(start() + tell + end() + flow("s", "tell", "e")))
    instances.start(key="p", variables={"to": "空岗", "text": "请办理"}, actor=ROBOT)
    _run_due()
    (incident,) = rows("incident")
    assert "空岗" in incident["message"]


def test_many_incidents_run_again_each_by_itself_and_a_repeated_request_goes_on() -> None:
    deploy(NO_PATH)
    cases_ = [instances.start(key="p", variables={"amount": 7}, actor=ROBOT) for _ in range(3)]
    for case in cases_:
        user_tasks.complete(open_tasks(case)["u"], variables={}, actor=LI)
    ids = [rows("incident", instance_id=case)[0]["id"] for case in cases_]
    incidents.resolve(ids[0], variables={"amount": 3}, actor=OPERATOR)
    wanted = {ids[0]: "incident_not_open", "nothing-9": "incident_not_found", ids[1]: None, ids[2]: None}
    for _ in range(2):
        try:
            assert idempotency.begin("ops", "/", "k", "d") is None
            assert incidents.resolve_many([*wanted], variables={"amount": 3}, actor=OPERATOR) == wanted
        finally:
            idempotency.end()
    assert {row["state"] for row in rows("incident")} == {"resolved"}
    assert {row["state"] for row in rows("process_instance")} == {"completed"}
