"""Sending back: to whom, who gets it, what stays, what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from processes import instances, rebuild, user_tasks
from processes.actors import Actor
from processes.approval import send_back_preview, sending_back
from processes.audit import replay
from processes.audit.verify import verify
from processes.db import db, transaction
from processes.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from processes.models import Person
from processes.queries import inbox
from tests.engine.drawing import draw, end, flow, many, node, start, user
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows

pytestmark = pytest.mark.usefixtures("database")

SPLIT = draw(
    start()
    + user("apply", name="填报", camunda_assignee="${starter}")
    + user("check", name="核对", camunda_candidateGroups="财政局")
    + user("sign", name="签批", camunda_candidateGroups="镇长")
    + user("other", name="会办", camunda_assignee="wang")
    + user("file", name="归档", camunda_assignee="ops")
    + node("parallelGateway", "split")
    + node("parallelGateway", "join")
    + end()
    + flow("s", "apply", "split", "check", "sign", "join", "file", "e")
    + flow("split", "other", "join"),
    key="split_flow",
)


def ruled(**properties: str) -> bytes:
    """Review, then approval; what the process says of sending the approval back."""
    told = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    inner = f"<extensionElements><camunda:properties>{told}</camunda:properties></extensionElements>"
    return draw(
        start("begin")
        + user("review", name="审核", camunda_candidateGroups="财政局")
        + user("check", name="复核", camunda_candidateGroups="财政局")
        + node("userTask", "approve", inner, name="批准", camunda_candidateGroups="镇长")
        + end("done")
        + flow("begin", "review", "check", "approve", "done"),
        key="review_flow",
    )


def complete(case: str, element: str, actor: Actor, **variables: Any) -> None:
    user_tasks.complete(open_tasks(case)[element], variables=variables, actor=actor)


def sound(case: str) -> None:
    """The case replays, its chain holds, and its projections are what its log gives."""
    before = [rows(table, instance_id=case) for table in ("user_task", "job", "subscription", "incident")]
    assert replay.replay(case).same
    assert verify(case).unbroken
    rebuild.rebuild_case(case)
    assert [rows(table, instance_id=case) for table in ("user_task", "job", "subscription", "incident")] == before


@pytest.fixture
def case() -> str:
    """A case that waits for the approval; li has reviewed it."""
    deploy(REVIEW)
    started = instances.start(key="review_flow", variables={}, actor=ZHANG)
    complete(started, "review", LI)
    return started


def test_the_one_who_did_it_gets_it_back_and_is_told_why(case: str) -> None:
    task = open_tasks(case)["approve"]
    assert sending_back.send_back(task, to_element_id="review", reason="  金额不对 ", actor=ZHAO) == (task, case)
    again = open_tasks(case)
    assert list(again) == ["review"]
    assert [one["id"] for one in inbox.page(LI)["items"]] == [again["review"]]
    assert inbox.page(WANG)["items"] == []
    (notice,) = rows("notice", login="li")
    assert (notice["kind"], notice["user_task_id"], "金额不对" in notice["text"]) == ("sent_back", again["review"], True)
    user_tasks.unclaim(again["review"], actor=LI)
    complete(case, "review", WANG)
    complete(case, "approve", ZHAO)
    assert rows("process_instance", id=case)[0]["state"] == "completed"
    sound(case)


def test_without_a_name_it_goes_to_the_applicant_with_the_start_form(case: str) -> None:
    sending_back.send_back(open_tasks(case)["approve"], reason="补附件", actor=ZHAO)
    again = open_tasks(case)
    assert list(again) == ["begin"]
    (mine,) = inbox.page(ZHANG)["items"]
    assert (mine["id"], mine["name"], mine["assignee"]) == (again["begin"], "修改后重新提交", "zhang")
    complete(case, "begin", ZHANG)
    assert list(open_tasks(case)) == ["review"]
    sound(case)


def test_straight_back_to_the_one_who_returned_it(case: str) -> None:
    sending_back.send_back(open_tasks(case)["approve"], reason="补附件", resubmit="straight_back", actor=ZHAO)
    complete(case, "begin", ZHANG)
    again = open_tasks(case)
    assert list(again) == ["approve"]
    assert rows("user_task", id=again["approve"])[0]["assignee"] == "zhao"
    complete(case, "approve", ZHAO)
    assert rows("process_instance", id=case)[0]["state"] == "completed"
    sound(case)


def test_where_the_applicant_filled_in_the_first_task_that_is_the_one() -> None:
    deploy(SPLIT)
    case = instances.start(key="split_flow", variables={}, actor=ZHANG)
    complete(case, "apply", ZHANG)
    complete(case, "check", LI)
    complete(case, "other", WANG)
    sending_back.send_back(open_tasks(case)["sign"], reason="重填", actor=ZHAO)
    assert list(open_tasks(case)) == ["apply"]
    sound(case)


def test_the_preview_says_what_is_redone_what_stays_and_who_gets_it() -> None:
    deploy(SPLIT)
    case = instances.start(key="split_flow", variables={}, actor=ZHANG)
    complete(case, "apply", ZHANG)
    complete(case, "check", LI)
    complete(case, "other", WANG)
    task, steps = open_tasks(case)["sign"], len(rows("step"))
    seen = send_back_preview.preview(task, to_element_id="check", actor=ZHAO)
    assert [(one.element_id, one.by, one.applicant, one.previous) for one in seen.targets] == [
        ("check", "li", False, True),
        ("apply", "zhang", True, False),
    ]
    assert [(part.element_id, part.people) for part in seen.redone] == [("check", ["li"]), ("sign", ["zhao"])]
    assert [(part.element_id, part.people, part.state) for part in seen.kept] == [
        ("apply", ["zhang"], "completed"),
        ("other", ["wang"], "completed"),
    ]
    assert [(part.name, part.people) for part in seen.opened] == [("核对", ["li"])]
    assert (seen.may_choose, seen.straight_back) == (True, True)
    usual = send_back_preview.preview(task, actor=ZHAO)
    assert usual.target is not None
    assert usual.target.element_id == "apply"
    assert {part.element_id for part in usual.redone} == {"apply", "check", "sign", "other"}
    assert len(rows("step")) == steps
    assert list(open_tasks(case)) == ["sign"]


@pytest.mark.parametrize(
    ("rule", "offered"),
    [
        ({}, ["check", "review", "begin"]),
        ({"send_back": "any"}, ["check", "review", "begin"]),
        ({"send_back": "previous"}, ["check"]),
        ({"send_back": "applicant"}, ["begin"]),
    ],
)
def test_the_process_says_to_whom(rule: dict[str, str], offered: list[str]) -> None:
    deploy(ruled(**rule))
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    complete(case, "review", LI)
    complete(case, "check", WANG)
    task = open_tasks(case)["approve"]
    assert [one.element_id for one in send_back_preview.preview(task, actor=ZHAO).targets] == offered
    for target in ("check", "review", "begin"):
        if target not in offered:
            refused(
                "send_back_target_forbidden",
                lambda target=target: sending_back.send_back(task, to_element_id=target, reason="x", actor=ZHAO),
            )
    sending_back.send_back(task, to_element_id=offered[0], reason="x", actor=ZHAO)
    assert list(open_tasks(case)) == [offered[0]]


def test_the_process_may_forbid_it() -> None:
    deploy(ruled(send_back="none"))
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    complete(case, "review", LI)
    complete(case, "check", LI)
    task = open_tasks(case)["approve"]
    refused("send_back_forbidden", lambda: sending_back.send_back(task, reason="x", actor=ZHAO))
    refused("send_back_forbidden", lambda: send_back_preview.preview(task, actor=ZHAO))


def test_the_process_says_how_it_goes_on() -> None:
    deploy(ruled(resubmit="straight_back"))
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    complete(case, "review", LI)
    complete(case, "check", LI)
    task = open_tasks(case)["approve"]
    refused("resubmit_is_drawn", lambda: sending_back.send_back(task, reason="x", resubmit="rerun", actor=ZHAO))
    sending_back.send_back(task, to_element_id="review", reason="x", actor=ZHAO)
    complete(case, "review", LI)
    assert list(open_tasks(case)) == ["approve"]


def refused(code: str, work: Callable[[], object]) -> None:
    """The command is refused with this code, and nothing is written."""
    before = len(rows("step"))
    with pytest.raises(Refused) as raised:
        work()
    assert raised.value.code == code
    assert len(rows("step")) == before


def test_who_may_not_complete_the_task_may_not_send_it_back(case: str) -> None:
    task = open_tasks(case)["approve"]
    with pytest.raises(NotAllowed):
        sending_back.send_back(task, reason="x", actor=LI)
    with pytest.raises(NotFound):
        sending_back.send_back(task, reason="x", actor=Actor("su", "苏", frozenset({"clerk"})))
    user_tasks.claim(task, actor=ZHAO)


def test_wrong_input_is_answered_field_by_field(case: str) -> None:
    task = open_tasks(case)["approve"]
    for given, field in (
        ({"reason": "  "}, "reason"),
        ({"reason": None}, "reason"),
        ({"reason": "x", "resubmit": "later"}, "resubmit"),
        ({"reason": "x", "revision": "1"}, "revision"),
        ({"reason": "x" * 5000}, "reason"),
    ):
        with pytest.raises(Invalid) as raised:
            sending_back.send_back(task, **{"actor": ZHAO, **given})
        assert field in raised.value.fields
    refused("send_back_target_unknown", lambda: sending_back.send_back(task, reason="x", to_element_id="nowhere", actor=ZHAO))
    refused("send_back_target_unknown", lambda: sending_back.send_back(task, reason="x", to_element_id="approve", actor=ZHAO))


def test_stale_suspended_ended_and_taken_cases_refuse(case: str) -> None:
    task = open_tasks(case)["approve"]
    refused("stale_revision", lambda: sending_back.send_back(task, reason="x", revision=1, actor=ZHAO))
    instances.suspend(case, "核实", actor=OPERATOR)
    refused("process_instance_suspended", lambda: sending_back.send_back(task, reason="x", actor=ZHAO))
    instances.resume(case, "", actor=OPERATOR)
    instances.cancel(case, "作废", actor=OPERATOR)
    refused("user_task_not_open", lambda: sending_back.send_back(task, reason="x", actor=ZHAO))


def test_what_does_not_lead_here_is_no_target() -> None:
    deploy(SPLIT)
    case = instances.start(key="split_flow", variables={}, actor=ZHANG)
    complete(case, "apply", ZHANG)
    complete(case, "other", WANG)
    task = open_tasks(case)["check"]
    assert [one.element_id for one in send_back_preview.preview(task, actor=LI).targets] == ["apply"]
    refused(
        "move_not_before",
        lambda: sending_back.send_back(task, to_element_id="other", reason="x", actor=LI),
    )


def test_whoever_left_gets_nothing_back_it_goes_as_drawn(case: str) -> None:
    with transaction():
        db.session.execute(update(Person).where(Person.login == "li").values(active=False))
    sending_back.send_back(open_tasks(case)["approve"], to_element_id="review", reason="x", actor=ZHAO)
    (task,) = rows("user_task", instance_id=case, state="open")
    assert (task["assignee"], task["candidate_groups"]) == (None, ["财政局"])


def test_other_systems_send_back_and_get_it_straight_back_as_drawn(case: str) -> None:
    sending_back.send_back(open_tasks(case)["approve"], reason="x", to_element_id="review", resubmit="straight_back", actor=ROBOT)
    complete(case, "review", LI)
    assert list(open_tasks(case)) == ["approve"]
    sound(case)


def test_from_one_of_several_straight_back_keeps_the_others() -> None:
    deploy(
        draw(
            start()
            + user("a", camunda_assignee="li")
            + node("userTask", "v", many(), name="会签", camunda_assignee="${item}")
            + end()
            + flow("s", "a", "v", "e")
        )
    )
    case = instances.start(key="p", variables={"items": ["li", "wang", "zhao"]}, actor=ROBOT)
    complete(case, "a", LI)
    votes = {row["assignee"]: row["id"] for row in rows("user_task", instance_id=case, element_id="v")}
    user_tasks.complete(votes["li"], variables={}, outcome="agree", actor=LI)
    sending_back.send_back(votes["wang"], to_element_id="a", reason="x", resubmit="straight_back", actor=WANG)
    complete(case, "a", LI)
    mine = [row for row in rows("user_task", instance_id=case, element_id="v", state="open")]
    assert sorted((row["assignee"], row["path"]) for row in mine) == [("wang", [1]), ("zhao", [2])]
    for row in mine:
        user_tasks.complete(row["id"], variables={}, actor={"wang": WANG, "zhao": ZHAO}[row["assignee"]])
    assert rows("process_instance", id=case)[0]["state"] == "completed"
    sound(case)


def test_after_a_newer_version_went_live_the_case_stays_on_its_own(case: str) -> None:
    deploy(REVIEW.replace("批准".encode(), "审批".encode()))
    sending_back.send_back(open_tasks(case)["approve"], to_element_id="review", reason="x", actor=ZHAO)
    complete(case, "review", LI)
    assert rows("user_task", instance_id=case, element_id="approve", state="open")[0]["name"] == "批准"
    sound(case)


def test_a_case_that_nobody_started_has_no_applicant() -> None:
    deploy(draw(start() + user("a", camunda_assignee="li") + end() + flow("s", "a", "e")))
    case = instances.start(key="p", variables={}, actor=ROBOT)
    task = open_tasks(case)["a"]
    sending_back.send_back(task, reason="x", actor=LI)
    assert rows("user_task", instance_id=case, state="open")[0]["assignee"] == "robot"
    with pytest.raises(Conflict):
        sending_back.send_back(task, reason="x", actor=LI)


def test_what_another_one_has_claimed_is_not_sent_back() -> None:
    deploy(REVIEW)
    started = instances.start(key="review_flow", variables={}, actor=ZHANG)
    task = open_tasks(started)["review"]
    user_tasks.claim(task, actor=WANG)
    refused("user_task_claimed_by_another", lambda: sending_back.send_back(task, reason="x", actor=LI))
    sending_back.send_back(task, reason="x", actor=WANG)
    sound(started)
