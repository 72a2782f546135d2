"""The step log gives everything again: the projections by a rebuild, the state and the events by a replay."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from processes import clock, connectors, external_jobs, incidents, instances, jobs, messages, rebuild, user_tasks
from processes.audit import replay
from processes.connectors import Call, ConnectorFailed
from processes.db import db, transaction
from processes.models import ProcessInstance, UserTask
from tests.engine.drawing import boundary, draw, end, event, flow, many, node, script, start, user
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")

TABLES = ("user_task", "inbox_entry", "job", "subscription", "incident", "register_row", "process_instance")


def _everything() -> dict[str, list[dict[str, Any]]]:
    return {table: rows(table) for table in TABLES}


def _check() -> None:
    """A rebuild gives the rows that are there, and a replay the steps."""
    before = _everything()
    rebuild.rebuild()
    after = _everything()
    for table in TABLES:
        assert after[table] == before[table], table
    assert [one for one in replay.replay_all() if not one.same] == []


def _record(register: str) -> str:
    properties = f'<camunda:properties><camunda:property name="record" value="{register}"/></camunda:properties>'
    return node("serviceTask", "file", f"<extensionElements>{properties}</extensionElements>")


JOINT = draw(
    start()
    + script("count", "total = len(items)")
    + node("userTask", "vote", many("items", until="${nrOfCompletedInstances >= 2}"), camunda_assignee="${item}")
    + boundary("late", "vote", event("cycle", "R3/PT1H"), interrupting=False)
    + user("chase", camunda_candidateGroups="镇长")
    + end("e2")
    + _record("filing")
    + end()
    + flow("s", "count", "vote", "file", "e")
    + flow("late", "chase", "e2")
)
CALLS = draw(
    start()
    + node("serviceTask", "ours", camunda_type="external", camunda_topic="errand")
    + node("serviceTask", "theirs", camunda_type="external", camunda_topic="bank")
    + node("receiveTask", "wait", messageRef="M1")
    + end()
    + flow("s", "ours", "theirs", "wait", "e"),
    key="calls",
)


def _joint() -> None:
    deploy(JOINT)
    case = instances.start(key="p", variables={"items": ["li", "wang", "zhao"]}, actor=ROBOT)
    with clock.at(NOW + timedelta(hours=1)):
        for job_id in jobs.due_ids(9):
            jobs.run(job_id)
        votes = {row["assignee"]: row["id"] for row in rows("user_task", element_id="vote")}
        user_tasks.complete(votes["li"], variables={}, outcome="agree", actor=LI)
        chase = open_tasks(case)["chase"]
        user_tasks.claim(chase, actor=ZHAO)
        _check()
        user_tasks.unclaim(chase, actor=ZHAO)
        user_tasks.complete(votes["wang"], variables={}, opinion="同意", actor=WANG)
    assert [row["state"] for row in rows("user_task", element_id="vote")].count("cancelled") == 1
    assert len(rows("register_row")) == 1


def _suspended() -> None:
    deploy(JOINT)
    case = instances.start(key="p", variables={"items": ["li"]}, actor=ROBOT)
    instances.suspend(case, "核实", actor=OPERATOR)
    _check()
    instances.resume(case, "", actor=OPERATOR)


def _failing() -> None:
    answers: list[Any] = [ConnectorFailed("忙"), ConnectorFailed("坏", permanent=True), ConnectorFailed("再坏", permanent=True), {"x": 1}]

    def run(call: Call) -> dict[str, Any]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    connectors.TOPICS["errand"] = run
    try:
        deploy(CALLS)
        instances.start(key="calls", variables={}, business_key="K-1", actor=ROBOT)
        for day in range(4):
            with clock.at(NOW + timedelta(days=day)):
                for job_id in jobs.due_ids(9):
                    jobs.run(job_id)
                _check()
                for incident in rows("incident", state="open"):
                    incidents.resolve(incident["id"], actor=OPERATOR)
                _check()
    finally:
        del connectors.TOPICS["errand"]
    with clock.at(NOW + timedelta(days=5)):
        (job,) = external_jobs.fetch(worker="w", topics=["bank"], actor=ROBOT)
        external_jobs.complete(job["id"], worker="w", variables={"paid": True}, actor=ROBOT)
        _check()
        messages.deliver(name="m1", business_key="K-1", variables={"note": "到"}, actor=ROBOT)


def _cancelled() -> None:
    deploy(REVIEW)
    instances.cancel(instances.start(key="review_flow", variables={}, actor=ZHANG), "撤回", actor=ZHANG)


@pytest.mark.parametrize("happen", [_joint, _suspended, _failing, _cancelled])
def test_the_log_gives_projections_and_states_again(happen: Callable[[], None]) -> None:
    happen()
    _check()


def test_a_rebuild_repairs_what_somebody_has_changed() -> None:
    deploy(REVIEW)
    instances.start(key="review_flow", variables={}, actor=ZHANG)
    before = _everything()
    with transaction():
        db.session.execute(update(UserTask).values(assignee="mallory", name="x"))
        db.session.execute(update(ProcessInstance).values(title="x", state="completed"))
    rebuild.rebuild()
    assert _everything() == before


def test_a_replay_names_the_first_step_that_differs() -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    user_tasks.complete(open_tasks(case)["review"], variables={}, actor=LI)
    with transaction():
        db.session.execute(update(ProcessInstance).values(engine_state=b"other"))
    found = replay.replay(case)
    assert (found.same, found.differs_at) == (False, None)
    assert "state" in (found.difference or "")
