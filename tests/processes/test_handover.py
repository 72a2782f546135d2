"""Handover of who leaves: every open task by a step of its own, and what names the login later."""

from datetime import date, timedelta

import pytest

from processes import clock, instances, user_tasks
from processes.actors import SYSTEM, Actor
from processes.approval import delegating, handover, substitution
from processes.errors import NotAllowed, NotFound, Refused
from processes.people import accounts, directory, editing
from processes.queries import inbox, naming
from tests.engine.drawing import draw, end, flow, start, user
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, deploy, open_tasks, rows
from tests.processes.conftest import NOW
from tests.processes.test_handing_on import asked, refused, sound, todo
from tests.processes.test_handing_on_everywhere import joint

pytestmark = pytest.mark.usefixtures("database")

ALONE = draw(start() + user("u", camunda_candidateUsers="li") + end() + flow("s", "u", "e"), key="alone")


def hand_over(to: str = "zhao") -> list[handover.Moved]:
    handover.begin("li", to, reason="退休", actor=OPERATOR)
    return handover.move_some("li", actor=OPERATOR)


def leave(login: str = "li") -> None:
    if not rows("person", login="admin"):
        accounts.create("admin", "管理员", ["system_admin"], actor=SYSTEM)
    editing.set_active(login, False, actor=SYSTEM)


def test_what_only_the_leaver_can_do_goes_to_the_successor() -> None:
    deploy(REVIEW)
    deploy(ALONE)
    named = asked()
    alone = open_tasks(instances.start(key="alone", variables={}, actor=ZHANG))["u"]
    shared = open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]
    claimed = open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]
    user_tasks.claim(claimed, actor=LI)
    assert handover.by_process("li") == {"alone": 1, "p": 1, "review_flow": 1}
    found = hand_over()
    assert {one.task.id for one in found} == {named, alone, claimed}
    assert [one.refusal for one in found] == [None] * 3
    zhao = directory.actor("zhao")
    assert set(todo(zhao)) == {named, alone, claimed}
    assert handover.by_process("li") == {}
    assert shared in todo(WANG)
    assert [row["trigger"]["kind"] for row in rows("step") if row["seq"] > 1].count("hand_over") == 3
    assert handover.move_some("li", actor=OPERATOR) == []
    assert [row["kind"] for row in rows("act") if row["kind"].startswith("handover")] == ["handover_begun"]
    sound()


def test_a_handover_that_was_broken_off_goes_on() -> None:
    deploy(draw(start() + user("u", camunda_assignee="li") + end() + flow("s", "u", "e")))
    tasks = [open_tasks(instances.start(key="p", variables={}, actor=ZHANG))["u"] for _ in range(5)]
    handover.begin("li", "zhao", actor=OPERATOR)
    handover.move(tasks[3], "li", actor=OPERATOR)
    assert len(handover.waiting("li")) == 4
    refused("task_waits_for_others", handover.move, tasks[3], "li", actor=OPERATOR)
    assert [one.task.id for one in handover.move_some("li", actor=OPERATOR)] == [one for one in tasks if one != tasks[3]]


def test_what_cannot_be_moved_does_not_stand_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "AT_ONCE", 2)
    deploy(draw(start() + user("u", camunda_assignee="li") + end() + flow("s", "u", "e")))
    own = [open_tasks(instances.start(key="p", variables={}, on_behalf_of="zhao", actor=ROBOT))["u"] for _ in range(3)]
    others = [open_tasks(instances.start(key="p", variables={}, actor=ZHANG))["u"] for _ in range(3)]
    found = hand_over()
    assert [one.task.id for one in found if one.refusal is None] == others[:2]
    assert {one.refusal.code for one in found if one.refusal} == {"applicant_may_not_decide"}
    found = handover.move_some("li", actor=OPERATOR)
    assert [one.task.id for one in found if one.refusal is None] == others[2:]
    assert [task.id for task in handover.waiting("li", 10)] == own


def test_nobody_decides_twice_through_a_handover() -> None:
    deploy(joint(""))
    instances.start(key="p", variables={"people": ["li", "zhao"]}, actor=ROBOT)
    (one,) = hand_over()
    assert one.refusal is not None
    assert one.refusal.code == "already_signer"


def test_advice_that_was_asked_goes_back_and_asked_for_is_the_successors() -> None:
    of_wang, of_li = asked("wang"), asked("li")
    delegating.delegate(of_wang, to="li", actor=WANG)
    delegating.delegate(of_li, to="wang", actor=LI)
    hand_over()
    (back,), (gone,) = rows("user_task", id=of_wang), rows("user_task", id=of_li)
    assert (back["assignee"], back["delegated_by"]) == ("wang", None)
    assert (gone["assignee"], gone["delegated_by"]) == ("zhao", None)
    sound()


def test_suspended_cases_are_handed_over_too() -> None:
    task = asked()
    instances.suspend(task.rpartition("-")[0], "核实", actor=OPERATOR)
    (one,) = hand_over()
    assert one.refusal is None
    assert rows("user_task", id=task)[0]["assignee"] == "zhao"
    sound()


def test_what_names_the_login_later_is_the_successors() -> None:
    handover.begin("li", "zhao", actor=OPERATOR)
    task = asked()
    assert todo(directory.actor("zhao")) == []
    leave()
    zhao = directory.actor("zhao")
    (shown,) = inbox.page(zhao)["items"]
    assert (shown["assignee"], shown["candidate_users"], shown["nobody"]) == ("li", ["zhao"], False)
    user_tasks.complete(task, variables={}, actor=zhao)
    step = rows("step", instance_id=task.rpartition("-")[0])[-1]
    assert (step["actor"], step["on_behalf_of"]) == ("zhao", None)
    assert "user_task_represented" in [event["type"] for event in step["events"]]
    sound()


def test_a_succession_begins_on_its_day_and_may_be_handed_on() -> None:
    handover.begin("li", "zhao", valid_from=date(2026, 11, 26), actor=OPERATOR)
    task = asked()
    leave()
    assert todo(directory.actor("zhao")) == []
    with clock.at(NOW + timedelta(days=2)):
        assert todo(directory.actor("zhao")) == [task]
        handover.begin("zhao", "wang", actor=OPERATOR)
        leave("zhao")
        assert todo(directory.actor("wang")) == [task]
        assert inbox.get(task, OPERATOR)["candidate_users"] == ["wang"]


def test_successors_in_a_circle_are_nobody() -> None:
    handover.begin("li", "zhao", actor=OPERATOR)
    handover.begin("zhao", "li", actor=OPERATOR)
    task = asked()
    leave("li")
    leave("zhao")
    assert inbox.get(task, OPERATOR)["candidate_users"] == []


def test_groups_of_the_leaver_are_not_inherited() -> None:
    deploy(REVIEW)
    instances.start(key="review_flow", variables={}, actor=ZHANG)
    handover.begin("li", "zhao", actor=OPERATOR)
    leave()
    assert todo(directory.actor("zhao")) == []


def test_who_may_hand_over_and_to_whom() -> None:
    task = asked()
    with pytest.raises(NotAllowed):
        handover.begin("li", "zhao", actor=WANG)
    with pytest.raises(NotAllowed):
        handover.move(task, "li", actor=WANG)
    refused("no_successor", handover.move, task, "li", actor=OPERATOR)
    refused("person_not_active", handover.begin, "li", "nobody", actor=OPERATOR)
    refused("not_to_oneself", handover.begin, "li", "li", actor=OPERATOR)
    refused("field_required", handover.begin, "li", "", actor=OPERATOR)
    with pytest.raises(NotFound):
        handover.begin("nobody", "zhao", actor=OPERATOR)
    handover.begin("li", "zhao", actor=OPERATOR)
    limited = Actor("ops", "运维", frozenset({"operator"}), scope=("other",), via="token")
    with pytest.raises(Refused):
        handover.move(task, "li", actor=limited)


def test_what_else_names_the_leaver() -> None:
    asked()
    substitution.give("li", "zhao", valid_from=date(2026, 11, 24), valid_until=date(2026, 11, 30), actor=LI)
    found = naming.of("li")
    assert found["roles"] == ["财政局"]
    assert found["substitutions"] == ["zhao"]
    assert found["diagrams"] == ["p：审核"]
    leave()
    assert handover.left_behind() == {"li": 1}
