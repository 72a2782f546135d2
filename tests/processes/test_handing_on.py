"""Handing a task on: reassigned to somebody else (转办), or to somebody for advice and back (委派)."""

from typing import Any

import pytest

from processes import instances, rebuild, user_tasks
from processes.actors import SYSTEM, Actor
from processes.approval import delegating, reassigning
from processes.audit import replay
from processes.audit.verify import verify
from processes.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from processes.people import accounts, editing
from processes.queries import forms_for, inbox
from tests.engine.drawing import draw, end, flow, node, start, user
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows

pytestmark = pytest.mark.usefixtures("database")

FORM = b"""{"schema": 1, "id": "note", "title": "x", "components": [
 {"type": "textfield", "key": "remark", "label": "\xe5\xa4\x87\xe6\xb3\xa8", "validate": {"required": true}},
 {"type": "number", "key": "days", "label": "\xe5\xa4\xa9\xe6\x95\xb0"}]}"""


def asked(login: str = "li", **drawn: Any) -> str:
    """The task of a case that asks one person, started by zhang."""
    deploy(draw(start() + user("u", name="审核", camunda_assignee=login, **drawn) + end() + flow("s", "u", "e")))
    return open_tasks(instances.start(key="p", variables={}, actor=ZHANG))["u"]


def review() -> str:
    """The task of a case that asks a group of two."""
    deploy(REVIEW)
    return open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]


def ruled(**properties: str) -> bytes:
    """A diagram whose task has properties, of the group of two."""
    told = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    inner = f"<extensionElements><camunda:properties>{told}</camunda:properties></extensionElements>"
    return draw(start() + node("userTask", "u", inner, camunda_candidateGroups="财政局") + end() + flow("s", "u", "e"))


def refused(code: str, work: Any, *given: Any, **named: Any) -> None:
    """The command is refused with this code, and nothing is written."""
    before = len(rows("step"))
    with pytest.raises(Refused) as raised:
        work(*given, **named)
    assert raised.value.code == code
    assert len(rows("step")) == before


def todo(actor: Actor) -> list[str]:
    return [one["id"] for one in inbox.page(actor)["items"]]


def done(actor: Actor) -> list[tuple[str, Any]]:
    return [(one["id"], one["handed_on"] and one["handed_on"]["verb"]) for one in inbox.page(actor, "done")["items"]]


def sound() -> None:
    """The log gives the same rows and states again."""
    tables = ("user_task", "inbox_entry", "handed_on", "process_instance")
    before = {table: rows(table) for table in tables}
    rebuild.rebuild()
    assert {table: rows(table) for table in tables} == before
    assert all(one.same for one in replay.replay_all())
    assert verify().unbroken


def notices(login: str) -> list[str]:
    return [row["text"] for row in rows("notice", login=login)]


# --- 转办 ---


def test_a_holder_gives_the_task_to_somebody_else() -> None:
    task = asked()
    reassigning.reassign(task, to="wang", reason="出差", actor=LI)
    assert (todo(LI), todo(WANG)) == ([], [task])
    assert done(LI) == [(task, "reassigned")]
    (row,) = rows("user_task", id=task)
    assert (row["assignee"], row["reassigned_by"], row["revision"]) == ("wang", "li", 2)
    assert "出差" in notices("wang")[0]
    assert inbox.get(task, LI)["assignee"] == "wang"
    sound()
    user_tasks.complete(task, variables={}, actor=WANG)
    assert rows("user_task", id=task)[0]["completed_by"] == "wang"
    assert done(WANG) == [(task, None)]
    sound()


def test_a_candidate_hands_on_what_nobody_has_claimed() -> None:
    task = review()
    reassigning.reassign(task, to="zhao", actor=LI)
    assert (todo(LI), todo(WANG), todo(ZHAO)) == ([], [], [task])
    assert done(LI) == [(task, "reassigned")]
    refused("user_task_was_reassigned", user_tasks.unclaim, task, actor=ZHAO)
    reassigning.reassign(task, to="li", reason="不归我管", actor=ZHAO)
    assert todo(LI) == [task]
    assert done(LI) == []
    assert done(ZHAO) == [(task, "reassigned")]
    sound()


def test_operators_reassign_any_open_task_of_their_processes() -> None:
    task = asked()
    reassigning.reassign(task, to="wang", actor=OPERATOR)
    assert todo(WANG) == [task]
    assert done(LI) == [(task, "reassigned")]
    assert done(OPERATOR) == []
    assert len(notices("li")) == 1
    elsewhere = Actor("ops", "运维", frozenset({"clerk", "operator"}), scope=("other",), via="token")
    with pytest.raises(NotFound):
        reassigning.reassign(task, to="zhao", actor=elsewhere)


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("nobody", "person_not_active"),
        ("", "field_required"),
        (7, "not_text"),
        (["wang"], "not_text"),
        ("x" * 101, "too_long"),
        ("li", "already_holder"),
        ("zhang", "applicant_may_not_decide"),
        ("财政局", "person_not_active"),
        ("robot", "person_not_active"),
    ],
)
def test_to_whom_it_cannot_go(to: Any, code: str) -> None:
    accounts.create("robot", "接口", ["integrator"], actor=SYSTEM)
    task = asked()
    refused(code, reassigning.reassign, task, to=to, actor=LI)
    refused(code, delegating.delegate, task, to=to, actor=LI)


def test_nobody_hands_on_to_oneself_or_to_who_left() -> None:
    task = review()
    refused("not_to_oneself", reassigning.reassign, task, to="li", actor=LI)
    refused("not_to_oneself", reassigning.reassign, task, to="ops", actor=OPERATOR)
    accounts.create("admin", "管理员", ["system_admin"], actor=SYSTEM)
    editing.set_active("zhao", False, actor=SYSTEM)
    refused("person_not_active", reassigning.reassign, task, to="zhao", actor=LI)


def test_the_applicant_gets_it_where_the_diagrams_own_rule_names_the_applicant() -> None:
    task = review()
    case = task.rpartition("-")[0]
    refused("applicant_may_not_decide", reassigning.reassign, task, to="zhang", actor=LI)
    own = open_tasks(instances.start(key="review_flow", variables={}, actor=WANG))["review"]
    reassigning.reassign(own, to="wang", actor=LI)
    assert rows("user_task", id=own)[0]["assignee"] == "wang"
    assert rows("user_task", id=open_tasks(case)["review"])[0]["assignee"] is None


def test_who_may_not_hand_on() -> None:
    task = asked()
    with pytest.raises(NotFound):
        reassigning.reassign(task, to="wang", actor=ZHAO)
    refused("not_a_candidate", reassigning.reassign, task, to="wang", actor=ZHANG)
    refused("user_task_not_found", reassigning.reassign, "01J-1", to="wang", actor=LI)
    group = review()
    user_tasks.claim(group, actor=LI)
    refused("user_task_claimed_by_another", reassigning.reassign, group, to="zhao", actor=WANG)
    refused("stale_revision", reassigning.reassign, group, to="zhao", revision=1, actor=LI)
    refused("revision_not_a_number", reassigning.reassign, group, to="zhao", revision="x", actor=LI)
    instances.suspend(group.rpartition("-")[0], "核实", actor=OPERATOR)
    refused("process_instance_suspended", reassigning.reassign, group, to="zhao", actor=LI)
    instances.cancel(group.rpartition("-")[0], "作废", actor=OPERATOR)
    refused("user_task_not_open", reassigning.reassign, group, to="zhao", actor=LI)
    refused("user_task_not_open", reassigning.reassign, group, to="zhao", actor=OPERATOR)


def test_what_the_process_says_of_handing_on() -> None:
    deploy(ruled(reassign="forbidden", delegate="forbidden"))
    task = open_tasks(instances.start(key="p", variables={}, actor=ZHANG))["u"]
    refused("reassign_forbidden", reassigning.reassign, task, to="zhao", actor=LI)
    refused("delegate_forbidden", delegating.delegate, task, to="zhao", actor=LI)
    refused("reason_required", reassigning.reassign, task, to="zhao", actor=OPERATOR)
    reassigning.reassign(task, to="zhao", reason="本人长期病假", actor=OPERATOR)
    deploy(ruled(reassign="reason", delegate="reason"))
    task = open_tasks(instances.start(key="p", variables={}, actor=ZHANG))["u"]
    refused("reason_required", reassigning.reassign, task, to="zhao", reason=" ", actor=LI)
    refused("reason_required", delegating.delegate, task, to="zhao", actor=LI)
    reassigning.reassign(task, to="zhao", reason="出差", actor=LI)


def test_nobody_decides_twice_in_one_joint_decision() -> None:
    joint = draw(
        start()
        + node(
            "userTask",
            "u",
            '<multiInstanceLoopCharacteristics camunda:collection="${people}" camunda:elementVariable="one"/>',
            camunda_assignee="${one}",
        )
        + end()
        + flow("s", "u", "e")
    )
    deploy(joint)
    case = instances.start(key="p", variables={"people": ["li", "wang"]}, actor=ROBOT)
    tasks = {row["assignee"]: row["id"] for row in rows("user_task", instance_id=case)}
    refused("already_signer", reassigning.reassign, tasks["li"], to="wang", actor=LI)
    refused("already_signer", delegating.delegate, tasks["li"], to="wang", actor=LI)
    user_tasks.complete(tasks["wang"], variables={}, actor=WANG)
    refused("already_signer", reassigning.reassign, tasks["li"], to="wang", actor=LI)
    reassigning.reassign(tasks["li"], to="zhao", actor=LI)
    user_tasks.complete(tasks["li"], variables={}, actor=ZHAO)
    assert rows("process_instance", id=case)[0]["state"] == "completed"
    sound()


# --- 委派 ---


def with_form() -> str:
    deploy(
        draw(start() + user("u", name="审核", camunda_assignee="li", camunda_formKey="note") + end() + flow("s", "u", "e")), note__form=FORM
    )
    return open_tasks(instances.start(key="p", variables={}, actor=ZHANG))["u"]


def test_advice_is_asked_given_and_back_with_what_was_filled_in() -> None:
    task = with_form()
    delegating.delegate(task, to="wang", reason="请核对天数", actor=LI)
    assert (todo(LI), todo(WANG)) == ([], [task])
    assert done(LI) == [(task, "delegated")]
    refused("adviser_may_not_decide", user_tasks.complete, task, variables={"remark": "x"}, actor=WANG)
    refused("user_task_delegated", user_tasks.complete, task, variables={"remark": "x"}, actor=LI)
    refused("adviser_may_not_hand_on", delegating.delegate, task, to="zhao", actor=WANG)
    refused("adviser_may_not_hand_on", reassigning.reassign, task, to="zhao", actor=WANG)
    refused("user_task_delegated", user_tasks.unclaim, task, actor=WANG)
    refused("advice_empty", delegating.resolve, task, actor=WANG)
    refused("form_invalid", delegating.resolve, task, variables={"days": "many"}, actor=WANG)
    refused("form_invalid", delegating.resolve, task, variables={"other": 1}, actor=WANG)
    refused("user_task_delegated", delegating.resolve, task, opinion="我来", actor=LI)
    delegating.resolve(task, variables={"days": 7}, opinion="应为七天", actor=WANG)
    assert (todo(LI), todo(WANG)) == ([task], [])
    assert (done(LI), done(WANG)) == ([], [(task, "resolved")])
    view = forms_for.task_form(task, LI)
    assert view["values"]["days"] == 7
    assert inbox.get(task, LI)["advice"] == {"by": "wang", "opinion": "应为七天", "variables": {"days": 7}}
    assert "应为七天" in notices("li")[0]
    assert "days" not in rows("process_instance")[0]["variables"]
    refused("user_task_not_delegated", delegating.resolve, task, opinion="又", actor=LI)
    sound()
    user_tasks.complete(task, variables={"remark": "同意", "days": 7}, actor=LI)
    sound()


def test_who_was_asked_for_advice_decides_only_as_a_candidate() -> None:
    task = review()
    delegating.delegate(task, to="wang", actor=LI)
    (row,) = rows("user_task", id=task)
    assert (row["assignee"], row["delegated_by"]) == ("wang", "li")
    user_tasks.complete(task, variables={}, actor=WANG)
    assert rows("user_task", id=task)[0]["completed_by"] == "wang"
    sound()


def test_the_owner_takes_it_back_at_any_time() -> None:
    task = asked()
    refused("user_task_not_delegated", delegating.recall, task, actor=LI)
    delegating.delegate(task, to="wang", actor=LI)
    refused("only_the_owner_recalls", delegating.recall, task, actor=WANG)
    with pytest.raises(NotFound):
        delegating.recall(task, actor=ZHAO)
    delegating.recall(task, reason="我自己办", actor=LI)
    assert (todo(LI), todo(WANG), done(LI), done(WANG)) == ([task], [], [], [])
    assert len(notices("wang")) == 2
    assert inbox.get(task, WANG)["assignee"] == "li"
    with pytest.raises((Conflict, NotAllowed)):
        delegating.resolve(task, opinion="迟了", actor=WANG)
    delegating.delegate(task, to="zhao", actor=LI)
    delegating.recall(task, actor=OPERATOR)
    user_tasks.complete(task, variables={}, actor=LI)
    sound()


def test_an_operator_reassigns_what_waits_for_advice() -> None:
    task = asked()
    delegating.delegate(task, to="wang", actor=LI)
    reassigning.reassign(task, to="zhao", actor=OPERATOR)
    (row,) = rows("user_task", id=task)
    assert (row["assignee"], row["delegated_by"]) == ("zhao", None)
    assert done(LI) == [(task, "reassigned")]
    assert len(notices("wang")) == 2
    sound()


def test_advice_after_a_claim_goes_back_to_the_claim() -> None:
    task = review()
    user_tasks.claim(task, actor=LI)
    delegating.delegate(task, to="zhao", actor=LI)
    delegating.resolve(task, opinion="可以", actor=ZHAO)
    user_tasks.unclaim(task, actor=LI)
    assert todo(WANG) == [task]
    sound()


def test_an_invalid_delegation_writes_nothing() -> None:
    task = asked()
    with pytest.raises(Invalid):
        delegating.delegate(task, to=None, actor=LI)
    with pytest.raises(Conflict):
        delegating.delegate(task, to="wang", revision=0, actor=LI)
