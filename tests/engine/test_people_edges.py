"""What is set for all user tasks, and what the engine asks and remembers: without any organisation, by answers that are handed in."""

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.context import Context
from engine.execution import advance
from engine.people_rules import Edges
from engine.triggers import CompleteUserTask, Trigger
from engine.workdays import WorkCalendar
from tests.engine.drawing import Driven, draw, end, flow, node, start

AGREE = '<camunda:property name="outcomes" value="agree:同意; disagree:不同意"/>'


class Answered(Driven):
    """A case whose questions about people are answered; everybody else is only a login."""

    def __init__(
        self, xml: bytes, answers: dict[tuple[Any, ...], Any], edges: Edges | None = None, *, remembers: bool = True, **more: Any
    ) -> None:
        self.answers = {json.dumps(list(question), ensure_ascii=False): answer for question, answer in answers.items()}
        self.edges, self.remembers = edges or Edges(), remembers
        self.asked: list[str] = []
        super().__init__(xml, **more)

    def take(self, trigger: Trigger) -> "Driven":
        context = Context(self.now, WorkCalendar(), dict(self.shelf.latest), edges=self.edges, remembers=self.remembers)
        self.outcome = advance(self.shelf.library, self.state, trigger, context)
        while wanted := [question for kind, question in sorted(self.outcome.wanted) if kind == "people"]:
            self.asked += wanted
            context = replace(context, people={**context.people, **{question: self._answer(question) for question in wanted}})
            self.outcome = advance(self.shelf.library, self.state, trigger, context)
        self.state = self.outcome.state
        self.events.extend(self.outcome.events)
        return self

    def agree(self, element_id: str, by: str = "li") -> "Answered":
        """Somebody agrees."""
        found = next(event for event in self.tasks if event.element_id == element_id)
        self.take(CompleteUserTask(found.number, element_id, found.path, {}, "agree", None, by))
        return self

    def _answer(self, question: str) -> dict[str, Any]:
        kind, *rest = json.loads(question)
        found = self.answers.get(question, [rest[0]] if kind == "login" else [])
        return {"people": found}


def task(id: str, *properties: str, **drawn: str) -> str:
    """A user task at which people agree or refuse."""
    inside = f"<extensionElements><camunda:properties>{AGREE}{''.join(properties)}</camunda:properties></extensionElements>"
    return node("userTask", id, inside, **drawn)


def one(*properties: str, **drawn: str) -> bytes:
    """A process with one such task."""
    return draw(start() + task("u", *properties, **drawn) + end() + flow("s", "u", "e"))


def copies(to: str) -> bytes:
    """A process that sends copies to whom an input parameter names."""
    inside = f'<camunda:inputOutput><camunda:inputParameter name="to">{to}</camunda:inputParameter></camunda:inputOutput>'
    service = node("serviceTask", "c", f"<extensionElements>{inside}</extensionElements>", camunda_type="external", camunda_topic="copy")
    return draw(start() + service + end() + flow("s", "c", "e"))


def test_names_without_rules_ask_nothing_and_say_nothing() -> None:
    case = Answered(one(camunda_candidateGroups="财政局"), {})
    assert (case.asked, "found_by" in case.tasks[0].details) == ([], False)


def test_what_is_set_counts_where_a_task_draws_nothing() -> None:
    case = Answered(one(camunda_candidateGroups="财政局"), {}, Edges(nobody="skip"))
    assert (case.status, case.variables["outcome_u"]) == ("completed", "agree")
    drawn = '<camunda:property name="when_nobody" value="administrator"/>'
    assert Answered(one(drawn, camunda_candidateGroups="财政局"), {}, Edges(nobody="skip")).open == ["u"]


@pytest.mark.parametrize("edges", [Edges(nobody="skip"), Edges(nobody="refuse"), Edges(applicant="skip"), Edges(approved="skip")])
def test_a_task_that_names_nobody_waits_whatever_is_set(edges: Edges) -> None:
    case = Answered(one(), {}, edges)
    assert (case.open, case.incidents) == (["u"], [])


def test_what_is_set_passes_by_only_where_people_agree_or_refuse() -> None:
    plain = draw(start() + node("userTask", "u", camunda_assignee="wang") + end() + flow("s", "u", "e"))
    assert Answered(plain, {}, Edges(applicant="skip")).open == ["u"]
    assert Answered(one(camunda_assignee="wang"), {}, Edges(applicant="skip")).status == "completed"


@pytest.mark.parametrize("outcomes", ["agree; disagree", "return:退回&#10;agree:同意", "return；agree", "return:退回；agree：同意"])
def test_people_agree_however_the_buttons_are_written(outcomes: str) -> None:
    drawn = one(camunda_assignee="wang").replace("agree:同意; disagree:不同意".encode(), outcomes.encode())
    assert Answered(drawn, {}, Edges(applicant="skip")).status == "completed"


def test_equal_answers_give_equal_bytes() -> None:
    answers = {("head", ("person", "wang")): ["li"]}
    cases = [Answered(one(camunda_assignee="负责人(申请人)"), answers) for _ in range(2)]
    assert cases[0].state == cases[1].state
    assert [event.to_document() for event in cases[0].events] == [event.to_document() for event in cases[1].events]
    assert cases[0].tasks[0].details["assignee"] == "li"


def test_who_agreed_is_kept_once_a_person_however_long_the_loop() -> None:
    body = start() + task("a", camunda_assignee="li") + node("exclusiveGateway", "x", default="f_x_a") + end()
    body += flow("s", "a", "x", "a") + flow("x", "e", when="${defined('over')}")
    case = Answered(draw(body), {})
    sizes = []
    for _ in range(40):
        case.agree("a")
        assert case.state is not None
        sizes.append(len(case.state))
    assert max(sizes[5:]) - min(sizes[5:]) < 20


def test_steps_of_older_releases_remember_nothing() -> None:
    two = draw(start() + task("a", camunda_assignee="li") + task("b", camunda_assignee="li") + end() + flow("s", "a", "b", "e"))
    old, new = Answered(two, {}, remembers=False), Answered(two, {})
    for case in (old, new):
        case.agree("a")
    assert old.state is not None
    assert new.state is not None
    assert len(new.state) > len(old.state)


def test_a_question_in_a_rule_of_a_rule_ends() -> None:
    case = Answered(one(camunda_candidateUsers="${people('负责人', '负责人(申请人)')}"), {})
    assert case.open == ["u"]


def test_steps_of_older_releases_know_no_rules() -> None:
    drawn = one('<camunda:property name="when_nobody" value="skip"/>', camunda_candidateGroups="负责人(财务)")
    case = Answered(drawn, {}, remembers=False)
    assert (case.asked, case.tasks[0].details["candidate_groups"]) == ([], ["负责人(财务)"])
    assert "found_by" not in case.tasks[0].details


def test_a_rule_that_is_set_wrongly_stops_the_step_and_nothing_else() -> None:
    case = Answered(one(camunda_candidateGroups="财政局"), {}, Edges(nobody="负责人()"))
    assert [(one["code"], one["values"]) for one in case.incidents] == [("people_rule", {"rule": "负责人()"})]


@pytest.mark.parametrize("to", ["负责人()", "上级(申请人, 99)", "财政局, 角色(镇长)"])
def test_a_rule_that_a_variable_gives_wrongly_stops_the_copies_and_nothing_else(to: str) -> None:
    case = Answered(copies("${to}"), {}, variables={"to": to})
    assert [one["code"] for one in case.incidents] == ["people_rule"]


@pytest.mark.parametrize(
    "to", ["负责人(${secret})", "${secret}", "上级(=secret, 1)", "=secret", "决策表(secret)", "角色(#{secret}, 申请人)"]
)
def test_what_a_variable_says_is_not_computed(to: str) -> None:
    """Whoever fills in whom to tell would read variables that they do not see."""
    case = Answered(copies("${to}"), {}, variables={"to": to, "secret": "s3"})
    assert (case.status, [text for text in case.asked if "s3" in text]) == ("completed", [])


def test_a_variable_names_people_by_rules() -> None:
    case = Answered(copies("${to}"), {("head", ("person", "wang")): ["li"]}, variables={"to": "负责人(申请人), 决策表(x)"})
    assert next(event for event in case.events if event.type == "copies_sent").details["to"] == ["li"]


@pytest.mark.parametrize("levels", ["0", "21", "x", "1" * 5000, 21, True, None])
def test_levels_that_a_variable_gives_wrongly_stop_the_step(levels: Any) -> None:
    case = Answered(one(camunda_assignee="上级(申请人, ${levels})"), {}, variables={"levels": levels})
    assert [one["code"] for one in case.incidents] == ["people_levels"]
