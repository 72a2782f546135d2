"""The sweep proves that every case waits for something that exists, and names those that do not."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from processes import clock, instances, rebuild, stuck, sweep
from processes.db import db, transaction
from processes.models import InboxEntry, Job, Subscription, UserTask
from tests.engine.drawing import draw, end, event, flow, node, script, start
from tests.processes.cases import OPERATOR, REVIEW, ROBOT, ZHANG, deploy
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")


def _waiting(element: str) -> bytes:
    return draw(start() + element + end() + flow("s", "w", "e"))


TIMER = _waiting(node("intermediateCatchEvent", "w", event("timer", "PT1H")))
CALL = _waiting(node("serviceTask", "w", camunda_type="external", camunda_topic="bank"))
MESSAGE = _waiting(node("receiveTask", "w", messageRef="M1"))
FAILING = _waiting(script("w", "total = amount + 1"))


@pytest.mark.parametrize("model", [TIMER, CALL, MESSAGE, FAILING])
def test_a_case_that_waits_for_anything_that_exists_is_sound(model: bytes) -> None:
    deploy(model)
    instances.start(key="p", variables={}, actor=ROBOT)
    assert stuck.look() == stuck.Looked(1)


def test_an_ended_case_waits_for_nothing_and_a_suspended_one_for_its_operator() -> None:
    deploy(REVIEW)
    instances.cancel(instances.start(key="review_flow", variables={}, actor=ZHANG), "作废", actor=OPERATOR)
    instances.suspend(instances.start(key="review_flow", variables={}, actor=ZHANG), "核实", actor=OPERATOR)
    assert stuck.look() == stuck.Looked(1)


@pytest.mark.parametrize(("model", "table"), [(TIMER, Job), (MESSAGE, Subscription)])
def test_a_case_that_has_lost_what_it_waits_for_is_named_and_a_rebuild_mends_it(model: bytes, table: type[Job]) -> None:
    deploy(model)
    case, other = (instances.start(key="p", variables={}, actor=ROBOT) for _ in range(2))
    with transaction():
        db.session.execute(delete(table).where(table.instance_id == case))
    assert stuck.look() == stuck.Looked(2, 1, [case])
    assert other != case
    rebuild.rebuild_case(case)
    assert stuck.look().sound


def test_a_task_that_is_open_in_an_ended_case_is_named() -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    instances.cancel(case, "作废", actor=OPERATOR)
    with transaction():
        db.session.execute(delete(InboxEntry))
        db.session.execute(update(UserTask).values(state="open"))
    assert stuck.look() == stuck.Looked(0, haunted=1, named_haunted=[case])


def test_the_sweep_says_each_hour_how_many_it_looked_at(caplog: pytest.LogCaptureFixture) -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    with clock.at(NOW + timedelta(days=400)), caplog.at_level(logging.INFO, "processes.stuck"):
        sweep.sweep_once()
        sweep.sweep_once()
        assert caplog.messages == ["1 cases looked at: each waits for something that exists"]
    with transaction():
        db.session.execute(delete(InboxEntry))
        db.session.execute(delete(UserTask))
    with clock.at(NOW + timedelta(days=400, hours=1)), caplog.at_level(logging.INFO, "processes.stuck"):
        sweep.sweep_once()
    assert f"1 wait for nothing: {case}" in caplog.messages[-1]
