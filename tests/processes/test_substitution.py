"""Substitutes (代理): what waits for the principal is found and done by either, within days, processes and amounts."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from processes import clock, instances, user_tasks
from processes.actors import SYSTEM, Actor
from processes.approval import delegating, reassigning, substitution
from processes.errors import Invalid, NotAllowed, NotFound, Refused
from processes.people import accounts, directory, editing
from processes.queries import cases, counters, inbox
from tests.engine.drawing import draw, end, flow, start, user
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.conftest import NOW
from tests.processes.test_handing_on import asked, done, refused, review, sound, todo

pytestmark = pytest.mark.usefixtures("database")

DAY = date(2026, 11, 24)


def give(principal: Actor = LI, substitute: str = "zhao", *, days: int = 7, **more: Any) -> str:
    """A rule from today on."""
    given = {"valid_from": DAY, "valid_until": DAY + timedelta(days=days), **more}
    return substitution.give(principal.login, substitute, actor=principal, **given)


def now(login: str) -> Actor:
    """Somebody as the next request finds them."""
    return directory.actor(login)


def test_what_waits_already_is_found_by_both_and_done_by_either() -> None:
    task = asked()
    assert todo(now("zhao")) == []
    give()
    zhao = now("zhao")
    assert (todo(now("li")), todo(zhao)) == ([task], [task])
    (shown,) = inbox.page(zhao)["items"]
    assert (shown["assignee"], shown["candidate_users"]) == ("li", ["li", "zhao"])
    assert inbox.for_whom([shown], zhao) == {task: "li"}
    assert inbox.for_whom([shown], now("li")) == {}
    assert inbox.may_work_on(task, zhao)
    assert counters.of(zhao)["todo"] == 1
    assert cases.get(task.rpartition("-")[0], zhao)["id"]
    user_tasks.complete(task, variables={}, opinion="同意", actor=zhao)
    (row,) = rows("user_task", id=task)
    assert (row["assignee"], row["completed_by"]) == ("li", "zhao")
    step = rows("step", instance_id=row["instance_id"])[-1]
    assert (step["actor"], step["on_behalf_of"]) == ("zhao", "li")
    assert done(zhao) == [(task, None)]
    assert done(now("li")) == [(task, "represented")]
    refused("user_task_not_open", user_tasks.complete, task, variables={}, actor=LI)
    sound()


def test_tasks_of_a_group_are_done_for_a_member() -> None:
    give()
    task = review()
    zhao = now("zhao")
    assert todo(zhao) == [task]
    assert inbox.get(task, zhao)["candidate_users"] == ["li", "wang", "zhao"]
    user_tasks.claim(task, actor=zhao)
    assert rows("user_task", id=task)[0]["assignee"] == "li"
    assert (todo(now("li")), todo(zhao), todo(WANG)) == ([task], [task], [])
    user_tasks.unclaim(task, actor=zhao)
    assert todo(WANG) == [task]
    user_tasks.complete(task, variables={}, actor=zhao)
    assert rows("user_task", id=task)[0]["assignee"] == "li"
    sound()


def test_own_tasks_are_done_in_ones_own_name() -> None:
    deploy(REVIEW)
    give(substitute="wang")
    task = open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]
    wang = now("wang")
    assert inbox.for_whom(inbox.page(wang)["items"], wang) == {}
    assert counters.of(wang)["todo"] == 1
    user_tasks.complete(task, variables={}, actor=wang)
    assert rows("step", instance_id=task.rpartition("-")[0])[-1]["on_behalf_of"] is None


def test_the_principal_can_be_named_where_there_are_several() -> None:
    deploy(REVIEW)
    give(LI)
    give(WANG)
    zhao = now("zhao")
    task = open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]
    refused("only_integrators_act_on_behalf", user_tasks.complete, task, variables={}, on_behalf_of="ops", actor=zhao)
    user_tasks.complete(task, variables={}, on_behalf_of="wang", actor=zhao)
    assert rows("user_task", id=task)[0]["assignee"] == "wang"
    refused("only_integrators_act_on_behalf", user_tasks.complete, asked("zhao"), variables={}, on_behalf_of="li", actor=zhao)


def test_never_for_ones_own_application() -> None:
    deploy(REVIEW)
    give()
    own = instances.start(key="review_flow", variables={}, actor=ZHAO)
    task = open_tasks(own)["review"]
    zhao = now("zhao")
    assert todo(zhao) == []
    assert counters.of(zhao)["todo"] == 0
    assert inbox.get(task, zhao)["candidate_users"] == ["li", "wang"]
    refused("not_a_candidate", user_tasks.complete, task, variables={}, actor=zhao)
    refused("not_a_candidate", user_tasks.claim, task, actor=zhao)
    represented = instances.start(key="review_flow", variables={}, on_behalf_of="zhao", actor=ROBOT)
    refused("not_a_candidate", user_tasks.complete, open_tasks(represented)["review"], variables={}, actor=zhao)


def test_no_approval_by_proxy_of_what_the_principal_applied_for() -> None:
    deploy(REVIEW)
    give(WANG)
    task = open_tasks(instances.start(key="review_flow", variables={}, actor=WANG))["review"]
    assert todo(now("zhao")) == []
    with pytest.raises(NotFound):
        user_tasks.complete(task, variables={}, actor=now("zhao"))
    user_tasks.claim(task, actor=WANG)
    assert todo(now("zhao")) == []


def test_what_the_diagram_asks_the_applicant_the_substitute_may_do() -> None:
    deploy(draw(start() + user("u", camunda_assignee="${starter}") + end() + flow("s", "u", "e")))
    give(WANG)
    task = open_tasks(instances.start(key="p", variables={}, actor=WANG))["u"]
    assert todo(now("zhao")) == [task]
    user_tasks.complete(task, variables={}, actor=now("zhao"))


def test_no_chains() -> None:
    task = asked()
    give(LI, "zhao")
    substitution.give("zhao", "wang", valid_from=DAY, valid_until=DAY, actor=ZHAO)
    assert todo(now("wang")) == []
    assert inbox.get(task, LI)["candidate_users"] == ["li", "zhao"]
    with pytest.raises(NotFound):
        user_tasks.complete(task, variables={}, actor=now("wang"))


def test_dates_are_days_of_the_office() -> None:
    task = asked()
    give(valid_from=DAY + timedelta(days=1), valid_until=DAY + timedelta(days=2))
    assert todo(now("zhao")) == []
    evening = NOW.replace(hour=16, minute=0)
    with clock.at(evening):
        assert todo(now("zhao")) == [task]
    with clock.at(NOW + timedelta(days=2)):
        assert todo(now("zhao")) == [task]
    with clock.at(NOW + timedelta(days=3)):
        assert todo(now("zhao")) == []
        refused("user_task_not_found", user_tasks.complete, task, variables={}, actor=now("zhao"))


def test_an_ended_rule_stops_at_once_and_stands_in_the_acts() -> None:
    task = asked()
    rule = give()
    zhao = now("zhao")
    assert todo(zhao) == [task]
    substitution.end(rule, actor=LI)
    assert todo(now("zhao")) == []
    with pytest.raises(Refused):
        substitution.end(rule, actor=LI)
    assert [row["kind"] for row in rows("act") if "substitution" in row["kind"]] == ["substitution_given", "substitution_ended"]
    assert len(rows("notice", login="zhao")) == 2
    assert [one.state for one in substitution.of("li")] == ["ended"]


def test_only_in_these_processes() -> None:
    deploy(REVIEW)
    task = asked()
    give(processes=["review_flow"])
    assert todo(now("zhao")) == []
    group = open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]
    assert todo(now("zhao")) == [group]
    assert inbox.get(task, LI)["candidate_users"] == ["li"]
    with pytest.raises(NotFound):
        user_tasks.complete(task, variables={}, actor=now("zhao"))


@pytest.mark.parametrize(
    ("amount", "reached"),
    [("5000.00", True), ("5000.01", False), (Decimal("4999.999"), True), ("x", False), (None, False), (True, False), (-1, True)],
)
def test_only_up_to_an_amount(amount: Any, reached: bool) -> None:
    deploy(
        draw(start() + user("u", camunda_assignee="li") + user("v", camunda_assignee="li") + end() + flow("s", "u", "v", "e")),
        process__toml=b'amount = "budget"\n',
    )
    give(up_to="5000")
    variables = {} if amount is None else {"budget": amount}
    task = open_tasks(instances.start(key="p", variables=variables, actor=ROBOT))["u"]
    zhao = now("zhao")
    assert todo(zhao) == ([task] if reached else [])
    assert inbox.get(task, OPERATOR)["candidate_users"] == (["li", "zhao"] if reached else ["li"])
    if reached:
        user_tasks.complete(task, variables={}, actor=zhao)
    else:
        with pytest.raises(Refused):
            user_tasks.complete(task, variables={}, actor=zhao)
    user_tasks.complete(
        open_tasks(task.rpartition("-")[0]).get("u", open_tasks(task.rpartition("-")[0]).get("v", "")), variables={}, actor=LI
    )
    sound()


def test_a_process_without_an_amount_is_not_reached_by_a_rule_with_one() -> None:
    asked()
    give(up_to=100)
    assert todo(now("zhao")) == []


def test_account_roles_are_never_lent() -> None:
    accounts.create("boss", "管理员", ["security_admin", "operator"], actor=SYSTEM)
    boss = Actor("boss", "管理员", frozenset({"clerk", "security_admin", "operator"}))
    give(boss)
    zhao = now("zhao")
    assert zhao.roles == {"clerk"}
    deploy(draw(start() + user("u") + end() + flow("s", "u", "e")))
    instances.start(key="p", variables={}, actor=ROBOT)
    assert todo(zhao) == []


def test_who_has_left_neither_stands_in_nor_is_stood_in_for() -> None:
    accounts.create("admin", "管理员", ["system_admin"], actor=SYSTEM)
    task = asked()
    give()
    editing.set_active("li", False, actor=SYSTEM)
    assert todo(now("zhao")) == []
    editing.set_active("li", True, actor=SYSTEM)
    editing.set_active("zhao", False, actor=SYSTEM)
    assert inbox.get(task, LI)["candidate_users"] == ["li"]


def test_a_substitute_hands_on_for_the_principal() -> None:
    task = asked()
    give()
    zhao = now("zhao")
    refused("applicant_may_not_decide", reassigning.reassign, task, to="zhang", actor=zhao)
    reassigning.reassign(task, to="wang", reason="归口", actor=zhao)
    assert done(now("li")) == [(task, "reassigned")]
    assert rows("step")[-1]["on_behalf_of"] == "li"
    task = asked()
    delegating.delegate(task, to="wang", actor=zhao)
    assert rows("user_task", id=task)[0]["delegated_by"] == "li"
    sound()


def test_advice_is_given_in_person() -> None:
    task = asked("wang")
    give()
    delegating.delegate(task, to="li", actor=WANG)
    assert todo(now("zhao")) == []
    with pytest.raises(Refused):
        delegating.resolve(task, opinion="可以", actor=now("zhao"))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"substitute": "li"}, "not_to_oneself"),
        ({"substitute": "nobody"}, "person_not_active"),
        ({"substitute": None}, "field_required"),
        ({"valid_until": None}, "field_required"),
        ({"valid_until": DAY - timedelta(days=1)}, "field_invalid"),
        ({"valid_from": DAY - timedelta(days=3), "valid_until": DAY - timedelta(days=1)}, "period_is_past"),
        ({"valid_until": DAY + timedelta(days=400)}, "period_too_long"),
        ({"processes": ["none"]}, "process_definition_not_found"),
        ({"processes": "p"}, "process_definition_not_found"),
        ({"up_to": "much"}, "amount_refused"),
        ({"up_to": 0}, "amount_refused"),
        ({"reason": "x" * 301}, "too_long"),
    ],
)
def test_rules_that_cannot_be_given(wrong: dict[str, Any], code: str) -> None:
    given = {"substitute": "zhao", "valid_from": DAY, "valid_until": DAY, **wrong}
    refused(code, substitution.give, "li", given.pop("substitute"), **given, actor=LI)
    assert rows("substitution") == []


def test_it_is_said_which_of_the_two_is_nobody() -> None:
    for principal, substitute, field in (("nobody", "zhao", "principal"), ("li", "nobody", "substitute")):
        with pytest.raises(Invalid) as refusal:
            substitution.give(principal, substitute, valid_from=DAY, valid_until=DAY, actor=OPERATOR)
        assert list(refusal.value.fields) == [field]


def test_who_may_arrange() -> None:
    with pytest.raises(NotAllowed):
        substitution.give("li", "zhao", valid_from=DAY, valid_until=DAY, actor=WANG)
    assert [row["kind"] for row in rows("act") if not row["allowed"]] == ["substitution_given"]
    rule = substitution.give("li", "zhao", valid_from=DAY, valid_until=DAY, reason="病假", actor=OPERATOR)
    assert len(rows("notice")) == 2
    refused("substitution_exists", substitution.give, "li", "zhao", valid_from=DAY, valid_until=DAY, actor=LI)
    with pytest.raises(NotFound):
        substitution.end(rule, actor=WANG)
    substitution.end(rule, actor=ZHAO)
    assert [one.id for one in substitution.all_rules(over=True)] == [rule]
    assert substitution.all_rules() == []
