"""The variables of a case that has ended are packed in its row; nobody who reads them sees a difference."""

from typing import Any

import pytest
from sqlalchemy import text

from processes import instances, user_tasks
from processes.audit import replay
from processes.audit.verify import verify
from processes.db import db, transaction
from processes.models import ProcessInstance
from processes.queries import cases
from processes.rebuild import rebuild
from tests.engine.drawing import draw, end, flow, start
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, ZHANG, ZHAO, deploy, open_tasks, rows

pytestmark = pytest.mark.usefixtures("database")
FILLED: dict[str, Any] = {"reason": "屋面渗漏，需要重新铺设防水层", "parts": [{"name": "三元乙丙", "count": 12}]}


def _stored(case: str) -> tuple[str, bytes | None]:
    found = db.session.execute(text("SELECT variables, packed_variables FROM process_instance WHERE id = :case"), {"case": case}).one()
    db.session.rollback()
    return found.variables, found.packed_variables


def _finish(case: str) -> str:
    user_tasks.complete(open_tasks(case)["review"], variables={}, outcome="agree", actor=LI)
    user_tasks.complete(open_tasks(case)["approve"], variables={}, actor=ZHAO)
    return case


@pytest.fixture
def running() -> str:
    deploy(REVIEW)
    return instances.start(key="review_flow", variables=FILLED, actor=ROBOT)


def test_they_are_packed_when_the_case_ends_and_not_before(running: str) -> None:
    assert _stored(running)[1] is None
    before = cases.get(running, OPERATOR)["variables"]
    plain, packed = _stored(_finish(running))
    assert plain == "{}"
    assert packed is not None
    shown = cases.get(running, OPERATOR)
    assert "packed_variables" not in shown
    assert shown["variables"].items() >= before.items() >= FILLED.items()
    assert cases.page(OPERATOR, {})["items"][0]["variables"] == shown["variables"]


def test_a_case_that_is_cancelled_keeps_them_packed(running: str) -> None:
    instances.cancel(running, reason="重复", actor=OPERATOR)
    assert _stored(running)[0] == "{}"
    assert cases.get(running, OPERATOR)["variables"] == FILLED
    assert replay.replay(running).same


def test_a_case_that_ends_as_it_begins_has_them_packed_at_once() -> None:
    deploy(draw(start() + end() + flow("s", "e"), key="short"))
    case = instances.start(key="short", variables=FILLED, actor=ROBOT)
    assert _stored(case)[0] == "{}"
    assert cases.get(case, OPERATOR)["variables"] == FILLED


def test_a_case_without_any_has_nothing_packed() -> None:
    deploy(REVIEW)
    case = _finish(instances.start(key="review_flow", variables={}, actor=ZHANG))
    assert cases.get(case, OPERATOR)["variables"].keys() <= {"outcome_review", "outcome_approve"}
    instances.cancel(empty := instances.start(key="review_flow", variables={}, actor=ZHANG), reason="重复", actor=OPERATOR)
    assert _stored(empty) == ("{}", None)


def test_replay_and_rebuild_know_them_and_cases_that_ended_before(running: str) -> None:
    _finish(running)
    before = rows("process_instance")
    with transaction():
        db.session.execute(db.update(ProcessInstance).values(variables=before[0]["variables"], packed_variables=None))
    assert rows("process_instance") == before
    assert cases.get(running, OPERATOR)["variables"] == before[0]["variables"]
    assert replay.replay(running).same
    rebuild()
    assert _stored(running)[0] == "{}"
    assert rows("process_instance") == before
    assert replay.replay(running).same
    assert verify().unbroken


def test_other_variables_in_the_row_are_found_by_replay(running: str) -> None:
    _finish(running)
    with transaction():
        db.session.execute(db.update(ProcessInstance).values(packed_variables={"reason": "另一"}))
    assert replay.replay(running).difference == "the stored variables are not what the steps give"


def test_bytes_that_cannot_be_unpacked_are_said_by_replay_and_made_again_by_a_rebuild(running: str) -> None:
    _finish(running)
    with transaction():
        db.session.execute(text("UPDATE process_instance SET packed_variables = :wrong"), {"wrong": b"\xff\xff"})
    assert replay.replay(running).difference == "what is stored cannot be read"
    rebuild()
    assert replay.replay(running).same
