"""Circulation: receipts and comments that block nobody, passing on, and reminders to those who have not read."""

from datetime import timedelta
from typing import Any

import pytest

from processes import clock, idempotency, instances, notices, user_tasks
from processes.actors import Actor
from processes.approval import circulating, copying
from processes.db import db, transaction
from processes.errors import Conflict, Invalid, NotAllowed, NotFound, TooOften
from processes.models import Person
from processes.queries import cases, deliveries, inbox
from tests.processes.approval.checks import check_log_gives_all
from tests.processes.approval.places import PLACES
from tests.processes.cases import LI, OPERATOR, REVIEW, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")
OPS = Actor("ops", "运维", frozenset({"clerk"}))


@pytest.fixture
def case() -> str:
    """A case of Zhang's that waits for the finance bureau."""
    deploy(REVIEW)
    return instances.start(key="review_flow", variables={}, title="路灯更换", actor=ZHANG)


def _readers(case: str, number: int = 0) -> dict[str, tuple[Any, str | None]]:
    return {one["login"]: (one["read_at"], one["comment"]) for one in deliveries.circulations(case)[number]["readers"]}


@pytest.mark.parametrize("place", PLACES)
def test_a_case_goes_round_wherever_its_tasks_stand(place: str) -> None:
    where = PLACES[place]()
    made = circulating.circulate(where.case, ["zhao", "ops"], "请传阅", actor=LI)
    assert (made.new, made.already) == (["zhao", "ops"], [])
    circulating.acknowledge(made.id, "没有意见", actor=ZHAO)
    assert _readers(where.case) == {"zhao": (NOW, "没有意见"), "ops": (None, None)}
    user_tasks.complete(where.task, variables={}, outcome="agree", actor=LI)
    check_log_gives_all()


def test_it_blocks_nobody_and_lets_its_readers_know_the_case(case: str) -> None:
    made = circulating.circulate(case, ["zhao"], "请传阅", actor=ZHANG)
    assert cases.get(case, ZHAO)["id"] == case
    assert inbox.page(ZHAO)["items"] == []
    assert [one.text for one in notices.page(ZHAO).items] == ["张三请您传阅“路灯更换”：请传阅"]
    user_tasks.complete(open_tasks(case)["review"], variables={}, actor=LI)
    user_tasks.complete(open_tasks(case)["approve"], variables={}, actor=ZHAO)
    assert rows("process_instance", id=case)[0]["state"] == "completed"
    circulating.acknowledge(made.id, actor=ZHAO)
    assert _readers(case) == {"zhao": (NOW, None)}
    check_log_gives_all()


def test_a_second_receipt_adds_a_comment_and_keeps_the_first_moment(case: str) -> None:
    made = circulating.circulate(case, ["zhao"], actor=ZHANG)
    assert circulating.acknowledge(made.id, actor=ZHAO) == case
    steps = len(rows("step"))
    circulating.acknowledge(made.id, actor=ZHAO)
    assert len(rows("step")) == steps
    with clock.at(NOW + timedelta(hours=1)):
        circulating.acknowledge(made.id, "补充：注意工期", actor=ZHAO)
        circulating.acknowledge(made.id, "补充：注意工期", actor=ZHAO)
    assert _readers(case) == {"zhao": (NOW, "补充：注意工期")}
    assert len(rows("step")) == steps + 1
    check_log_gives_all()


def test_who_got_it_passes_it_on_so_many_times(case: str) -> None:
    more = [Actor(login, login, frozenset({"clerk"})) for login in ("p1", "p2", "p3")]
    _people("p1", "p2", "p3")
    circulating.circulate(case, ["zhao"], actor=ZHANG)
    circulating.circulate(case, ["ops"], actor=ZHAO)
    circulating.circulate(case, ["p1"], actor=OPS)
    circulating.circulate(case, ["p2"], actor=more[0])
    with pytest.raises(Conflict) as refusal:
        circulating.circulate(case, ["p3"], actor=more[1])
    assert refusal.value.code == "circulated_too_far"
    assert [one["depth"] for one in deliveries.circulations(case)] == [0, 1, 2, 3]
    check_log_gives_all()


def _people(*logins: str) -> None:
    with transaction():
        for login in logins:
            db.session.add(Person(login=login, name=login, created_at=NOW))


def test_who_only_got_a_copy_does_not_pass_it_on(case: str) -> None:
    copying.copy_case(case, ["zhao"], actor=ZHANG)
    with pytest.raises(NotAllowed) as refusal:
        circulating.circulate(case, ["ops"], actor=ZHAO)
    assert refusal.value.code == "may_not_circulate"


def test_who_has_it_and_has_not_read_it_does_not_get_it_again(case: str) -> None:
    first = circulating.circulate(case, ["zhao"], actor=ZHANG)
    again = circulating.circulate(case, ["zhao", "ops"], actor=LI)
    assert (again.new, again.already) == (["ops"], ["zhao"])
    with pytest.raises(Conflict) as refusal:
        circulating.circulate(case, ["zhao"], actor=LI)
    assert refusal.value.code == "circulated_already"
    circulating.acknowledge(first.id, actor=ZHAO)
    assert circulating.circulate(case, ["zhao"], "改过了，请再看", actor=LI).new == ["zhao"]


def test_those_who_have_not_read_are_reminded_by_who_let_it_go_round(case: str) -> None:
    made = circulating.circulate(case, ["zhao", "ops"], actor=LI)
    circulating.acknowledge(made.id, actor=ZHAO)
    assert circulating.remind(made.id, actor=LI) == ["ops"]
    assert "李四请您尽快阅“路灯更换”。" in [one.text for one in notices.page(OPS).items]
    with pytest.raises(NotAllowed):
        circulating.remind(made.id, actor=ZHANG)
    with pytest.raises(NotFound):
        circulating.remind(made.id, actor=Actor("stranger", "x"))
    assert circulating.remind(made.id, actor=OPERATOR) == ["ops"]
    circulating.remind(made.id, actor=LI)
    with pytest.raises(TooOften):
        circulating.remind(made.id, actor=LI)
    circulating.acknowledge(made.id, actor=OPS)
    with pytest.raises(Conflict) as refusal:
        circulating.remind(made.id, actor=LI)
    assert refusal.value.code == "nobody_to_remind"
    check_log_gives_all()


def test_circulation_that_is_refused(case: str) -> None:
    with pytest.raises(NotFound):
        circulating.circulate(case, ["li"], actor=ZHAO)
    with pytest.raises(NotFound):
        circulating.circulate("nothing", ["li"], actor=ZHANG)
    with pytest.raises(NotAllowed):
        circulating.circulate(case, ["li"], actor=Actor("audit", "审计", frozenset({"auditor"})))
    made = circulating.circulate(case, ["zhao"], actor=ZHANG)
    for circulation, actor in ((made.id, WANG), (made.id, ZHANG), ("nothing", ZHAO), ("nothing-1", ZHAO), (f"{case}-999", ZHAO)):
        with pytest.raises(NotFound):
            circulating.acknowledge(circulation, actor=actor)
    for comment in ("x" * 2001, 7, "\x00"):
        with pytest.raises(Invalid):
            circulating.acknowledge(made.id, comment, actor=ZHAO)
    instances.suspend(case, "核实", actor=OPERATOR)
    for attempt in (lambda: circulating.circulate(case, ["ops"], actor=ZHANG), lambda: circulating.remind(made.id, actor=ZHANG)):
        with pytest.raises(Conflict) as refusal:
            attempt()
        assert refusal.value.code == "process_instance_suspended"
    circulating.acknowledge(made.id, "暂停时也能阅", actor=ZHAO)
    assert _readers(case) == {"zhao": (NOW, "暂停时也能阅")}
    check_log_gives_all()


@pytest.mark.parametrize("users", [None, [], ["nobody"], ["zhang"]])
def test_readers_that_cannot_be_are_refused(case: str, users: Any) -> None:
    with pytest.raises(Invalid):
        circulating.circulate(case, users, actor=ZHANG)


def test_the_box_shows_it_unread_until_the_receipt(case: str) -> None:
    made = circulating.circulate(case, ["zhao"], actor=ZHANG)
    assert deliveries.unread("zhao") == 1
    (item,) = deliveries.page(ZHAO, {"kind": "circulation", "unread": True})["items"]
    copying.open_one(item["id"], actor=ZHAO)
    copying.mark_read(actor=ZHAO)
    assert deliveries.unread("zhao") == 1
    circulating.acknowledge(made.id, actor=ZHAO)
    assert deliveries.unread("zhao") == 0


def test_the_same_requests_have_one_effect(case: str) -> None:
    made = []
    for _ in range(2):
        try:
            idempotency.begin("zhang", "/", "k", "d")
            made.append(circulating.circulate(case, ["zhao"], actor=ZHANG))
        finally:
            idempotency.end()
    assert made[0] == made[1]
    assert len(rows("delivery")) == 1
