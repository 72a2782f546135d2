"""Forecasts of small diagrams: what is certain, and on what the rest depends."""

from typing import Any

import pytest

from engine.values import dumps
from processes import instances
from processes.db import reading, transaction
from processes.deployed import startable
from processes.errors import NotAllowed, NotFound
from processes.foresight.findings import Forecast, Foreseen
from processes.people import directory
from processes.queries import forecast
from tests.engine.drawing import boundary, draw, end, event, flow, many, node, script, start, user
from tests.processes.cases import OPERATOR, ROBOT, ZHANG, deploy, rows
from tests.processes.test_edges_of_who_is_asked import APPLICANT, OTHER, office, posts
from tests.processes.test_who_is_asked import AGREE, properties

__all__ = ["office"]
FORM: dict[str, Any] = {
    "schema": 1,
    "id": "ask",
    "title": "申请",
    "components": [
        {"type": "number", "key": "amount", "label": "金额", "validate": {"required": True}},
        {"type": "textfield", "key": "note", "label": "说明"},
    ],
}


def asked(*ids: str) -> str:
    """Tasks of li's at which people agree or refuse."""
    return "".join(node("userTask", id, properties(**AGREE), camunda_assignee=OTHER) for id in ids)


def ahead(body: str, **variables: Any) -> Forecast:
    """The forecast of a start with a form."""
    deploy(draw(start(camunda_formKey="ask") + body), ask__json=dumps(FORM))
    with reading():
        definition = startable("p", None)
    return forecast.after_start(definition.id, directory.actor(APPLICANT), variables)


def told(foreseen: Forecast) -> dict[str | None, str]:
    """Elements, and on what they depend."""
    return {step.element_id: "certain" if step.depends is None else step.depends.kind for step in foreseen.steps}


def step(foreseen: Forecast, element_id: str) -> Foreseen:
    """A step."""
    return next(one for one in foreseen.steps if one.element_id == element_id)


def choice(name: str, to: str, other: str, when: str) -> str:
    """An exclusive gateway."""
    return node("exclusiveGateway", name, name=f"{name}？", default=f"f_{name}_{other}") + flow(name, to, when=when) + flow(name, other)


#: one of two tasks by the amount
BY_AMOUNT = (
    choice("x", "a", "b", "${amount > 10}") + asked("a", "b") + end() + end("e2") + flow("s", "x") + flow("a", "e") + flow("b", "e2")
)


@pytest.mark.usefixtures("office")
def test_agreeing_is_followed_however_the_buttons_are_written() -> None:
    task = node("userTask", "a", properties(outcomes="return:退回&#10;agree"), camunda_assignee=OTHER)
    body = task + choice("x", "b", "c", "${outcome_a == 'agree'}") + asked("b", "c") + end() + flow("s", "a", "x") + flow("b", "e")
    assert [one.element_id for one in ahead(body + flow("c", "e"), amount=1).steps if not one.other_way] == ["a", "b", "e"]


@pytest.mark.usefixtures("office")
def test_what_a_task_that_was_only_tried_has_written_is_not_there() -> None:
    tasks = "".join(node("userTask", id, properties(**AGREE), camunda_assignee=OTHER, camunda_formKey="more") for id in ("a", "b"))
    named = node("userTask", "c", properties(**AGREE), name="${code}", camunda_assignee=OTHER) + end("e2")
    body = node("parallelGateway", "f") + tasks + choice("x", "d", "e", "${code == 'k'}") + asked("d") + named + end()
    form = {**FORM, "id": "more", "components": [{"type": "textfield", "key": "code", "label": "代码"}]}
    ways = flow("s", "f", "a", "x") + flow("d", "e") + flow("f", "b", "c", "e2")
    deploy(draw(start(camunda_formKey="ask") + body + ways), ask__json=dumps(FORM), more__json=dumps(form))
    with reading():
        definition = startable("p", None)
    foreseen = forecast.after_start(definition.id, directory.actor(APPLICANT), {"amount": 1})
    assert (told(foreseen)["c"], step(foreseen, "c").name) == ("certain", "c")


@pytest.mark.usefixtures("office")
class TestCertain:
    """What does not depend on anything unknown comes in any case."""

    def test_one_after_the_other(self) -> None:
        foreseen = ahead(asked("a", "b") + end() + flow("s", "a", "b", "e"), amount=1)
        assert (told(foreseen), foreseen.complete) == ({"a": "certain", "b": "certain", "e": "certain"}, True)
        assert step(foreseen, "b").people == (OTHER,)

    def test_a_branch_by_what_is_filled_in(self) -> None:
        assert told(ahead(BY_AMOUNT, amount=11)) == {"a": "certain", "e": "certain"}
        assert told(ahead(BY_AMOUNT, amount=9)) == {"b": "certain", "e2": "certain"}

    def test_a_branch_later_by_what_is_filled_in(self) -> None:
        body = asked("a", "b", "c") + choice("x", "b", "c", "${big}") + script("k", "big = amount > 10") + end() + end("e2")
        body += flow("s", "a", "k", "x") + flow("b", "e") + flow("c", "e2")
        assert told(ahead(body, amount=11)) == {"a": "certain", "b": "certain", "e": "certain"}

    def test_all_instances_are_one_step(self) -> None:
        task = node("userTask", "a", many("${['li', 'wang']}"), camunda_assignee="${item}")
        found = step(ahead(task + asked("b") + end() + flow("s", "a", "b", "e"), amount=1), "a")
        assert (found.people, found.instances, found.certain) == (("li", "wang"), 2, True)

    def test_who_would_be_passed_by(self) -> None:
        with_edge = node("userTask", "a", properties(**AGREE, when_applicant="skip"), camunda_assignee=APPLICANT)
        foreseen = ahead(with_edge + asked("b") + end() + flow("s", "a", "b", "e"), amount=1)
        skipped = step(foreseen, "a").skipped
        assert skipped is not None
        assert (skipped["why"], step(foreseen, "b").certain) == ("applicant", True)


@pytest.mark.usefixtures("office")
class TestUncertain:
    """What depends on something that is not known yet says on what."""

    def test_on_a_decision(self) -> None:
        body = (
            asked("a", "b") + choice("x", "b", "e2", "${outcome_a == 'agree'}") + end() + end("e2") + flow("s", "a", "x") + flow("b", "e")
        )
        foreseen = ahead(body, amount=1)
        assert told(foreseen) == {"a": "certain", "b": "condition", "e": "condition", "e2": "condition"}
        depends = step(foreseen, "b").depends
        assert depends is not None
        assert (depends.element_name, depends.flow_id, depends.names) == ("x？", "f_x_b", ("outcome_a",))
        assert [one.element_id for one in foreseen.steps if one.other_way] == ["e2"]

    def test_on_a_field_that_is_still_empty(self) -> None:
        foreseen = ahead(BY_AMOUNT)
        assert foreseen.unfilled == ("amount",)
        assert set(told(foreseen).values()) == {"condition"}
        assert {"a", "b"} <= told(foreseen).keys()

    def test_on_a_field_that_is_wrong(self) -> None:
        assert "certain" not in told(ahead(BY_AMOUNT, amount="viel")).values()

    def test_on_what_is_computed_from_a_decision(self) -> None:
        body = asked("a", "b", "c") + script("k", "ok = outcome_a == 'agree'") + choice("x", "b", "c", "${ok}") + end() + end("e2")
        body += flow("s", "a", "k", "x") + flow("b", "e") + flow("c", "e2")
        assert told(ahead(body, amount=1)) == {"a": "certain", "b": "condition", "e": "condition", "c": "condition"}

    def test_people_on_a_field_that_somebody_fills_in_later(self) -> None:
        form = {**FORM, "id": "later", "components": [{"type": "textfield", "key": "leader", "label": "领导"}]}
        first = node("userTask", "a", camunda_assignee=OTHER, camunda_formKey="later")
        body = draw(start() + first + user("b", camunda_assignee="${leader}") + end() + flow("s", "a", "b", "e"))
        deploy(body, later__json=dumps(form))
        with reading():
            definition = startable("p", None)
        found = step(forecast.after_start(definition.id, directory.actor(APPLICANT)), "b")
        assert found.certain
        assert found.people_depend is not None
        assert found.people_depend.names == ("leader",)

    def test_on_somebody_beside_who_may_end_everything(self) -> None:
        inner = start("is") + node("parallelGateway", "split") + asked("a", "b", "a2") + node("endEvent", "no", event("error", "E1"))
        inner += choice("x", "ie", "no", "${outcome_b == 'agree'}") + end("ie") + end("ie2")
        inner += flow("is", "split", "a", "a2", "ie2") + flow("split", "b", "x")
        body = node("subProcess", "sub", inner) + boundary("caught", "sub", event("error", "E1")) + end() + end("e2")
        foreseen = told(ahead(body + flow("s", "sub", "e") + flow("caught", "e2"), amount=1))
        assert (foreseen["a"], foreseen["b"]) == ("certain", "certain")
        assert foreseen["a2"] != "certain"

    def test_on_the_time_that_somebody_takes(self) -> None:
        body = (
            asked("a", "b")
            + boundary("late", "a", event("timer", "PT1H"))
            + end()
            + end("e2")
            + flow("s", "a", "b", "e")
            + flow("late", "e2")
        )
        assert told(ahead(body, amount=1))["b"] == "interrupted"

    def test_on_who_agrees_before(self) -> None:
        last = node("userTask", "b", properties(**AGREE, when_approved="skip"), camunda_assignee=OTHER)
        assert told(ahead(asked("a") + last + end() + flow("s", "a", "b", "e"), amount=1))["b"] == "approved"

    def test_on_outside_work(self) -> None:
        work = node("serviceTask", "w", camunda_type="external", camunda_topic="elsewhere")
        foreseen = ahead(asked("a") + work + asked("b") + end() + flow("s", "a", "w", "b", "e"), amount=1)
        assert ([one.kind for one in foreseen.steps], foreseen.complete) == (["user_task", "work"], False)


@pytest.mark.usefixtures("office")
class TestNothingHappens:
    """A forecast stores nothing, and stops nobody."""

    def test_nothing_is_stored(self) -> None:
        ahead(asked("a") + end() + flow("s", "a", "e"), amount=1)
        assert [rows(table) for table in ("process_instance", "step", "user_task", "job")] == [[], [], [], []]

    def test_an_endless_loop_ends(self) -> None:
        body = asked("a") + choice("x", "a", "e", "${outcome_a == 'agree'}") + end() + flow("s", "a", "x")
        assert not ahead(body, amount=1).complete

    def test_a_thousand_instances_end(self) -> None:
        task = node("userTask", "a", many("${range(0, 999)}"), camunda_assignee="${item}")
        assert step(ahead(task + end() + flow("s", "a", "e"), amount=1), "a").instances == 999

    def test_a_failing_expression_ends(self) -> None:
        body = node("userTask", "a", name="${1 / 0}", camunda_assignee="li") + end() + flow("s", "a", "e")
        assert [one.kind for one in ahead(body, amount=1).steps] == ["stuck"]

    def test_a_fault_of_ours_is_logged_and_nothing_is_foreseen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: Any) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("processes.foresight.dry_run.contexts.advance", broken)
        assert ahead(asked("a") + end() + flow("s", "a", "e"), amount=1).steps == ()

    def test_only_who_may_know_it_foresees(self) -> None:
        deploy(draw(start() + asked("a") + end() + flow("s", "a", "e")))
        case = instances.start(key="p", variables={}, actor=ROBOT)
        (task,) = rows("user_task", instance_id=case)
        with pytest.raises(NotFound):
            forecast.after_decision(task["id"], ZHANG)
        assert told(forecast.after_decision(task["id"], OPERATOR, {}, "agree")) == {"e": "certain"}
        deploy(draw(start() + asked("a") + end() + flow("s", "a", "e")), process__toml='starters = ["镇长"]'.encode())
        with pytest.raises(NotAllowed):
            forecast.after_start("p:2", ZHANG)


@pytest.mark.usefixtures("office")
def test_whom_one_chooses_is_foreseen() -> None:

    first = node("userTask", "a", properties(**AGREE, choose="b: li, wang"), camunda_assignee=OTHER)
    deploy(draw(start() + first + user("b", camunda_assignee="上一步选定()") + end() + flow("s", "a", "b", "e")))
    case = instances.start(key="p", variables={}, actor=ROBOT)
    (task,) = rows("user_task", instance_id=case)
    actor = directory.actor(OTHER)
    assert step(forecast.after_decision(task["id"], actor, {"chosen_b": ["wang"]}, "agree"), "b").people == ("wang",)
    found = step(forecast.after_decision(task["id"], actor, {}, "agree"), "b")
    assert found.people_depend is not None
    assert (found.people, found.people_depend.names) == ((), ("chosen_b",))


@pytest.mark.usefixtures("office")
def test_rules_find_people_ahead() -> None:
    deploy(draw(start() + asked("a") + user("b", camunda_assignee="负责人(申请人)") + end() + flow("s", "a", "b", "e")))
    with transaction():
        posts("works")(["wang"])
    with reading():
        definition = startable("p", None)
    found = step(forecast.after_start(definition.id, directory.actor(APPLICANT)), "b")
    assert (found.people, found.certain, found.found_by[0]["kind"]) == (("wang",), True, "head")
