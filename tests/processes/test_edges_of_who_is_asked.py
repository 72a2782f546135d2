"""Rule by edge (docs/who-is-asked.md): nobody found, the applicant found, everybody found has agreed already."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, update

from processes import instances, user_tasks
from processes.db import db, transaction
from processes.ids import new_id
from processes.models import Department, Holding, Person, Post, ResponsibilityLine
from processes.people import directory
from processes.queries import inbox
from tests.engine.dmn import document, table
from tests.engine.drawing import draw, end, flow, node, start
from tests.processes.cases import OPERATOR, ROBOT, deploy, rows
from tests.processes.test_who_is_asked import AGREE, properties, proven

APPLICANT, OTHER, BOSS = "zhang", "li", "zhao"
Arrange = Callable[[list[str]], Any]


@pytest.fixture
def office(database: str) -> None:
    """An office below a town that zhao heads; zhang and li are in it, and nobody heads it or is in charge of it."""
    with transaction():
        db.session.add(Department(code="town", name="柳溪镇"))
        db.session.flush()
        db.session.add(Department(code="works", name="建设办", parent="town"))
        db.session.flush()
        db.session.execute(update(Person).where(Person.login.in_([APPLICANT, OTHER])).values(department="works"))
        db.session.execute(delete(Holding))


def hold(role: str, *, unit: str | None = None) -> Arrange:
    """People hold a role."""
    return lambda logins: db.session.add_all([Holding(id=new_id(), login=login, role=role, department=unit) for login in logins])


def posts(unit: str) -> Arrange:
    """People head a unit."""
    return lambda logins: db.session.add_all(
        [Post(id=new_id(), name="负责人", department=unit, login=login, head=True) for login in logins]
    )


def in_charge(**of: str) -> Arrange:
    """People are in charge."""
    return lambda logins: db.session.add_all([ResponsibilityLine(id=new_id(), leader=login, **of) for login in logins])


def members(logins: list[str]) -> None:
    """People are in a unit of their own."""
    db.session.add(Department(code="room", name="资料室", parent="town"))
    db.session.flush()
    db.session.execute(update(Person).where(Person.login.in_(logins)).values(department="room"))


def nothing(logins: list[str]) -> None:
    """The variables say who."""


#: rule: (field, text, how it comes to find people)
RULES: dict[str, tuple[str, str, Arrange]] = {
    "person": ("candidateUsers", "${who}", nothing),
    "assignee": ("assignee", "${who[0]}", nothing),
    "role": ("candidateGroups", "镇长", hold("mayor")),
    "role in a department": ("candidateGroups", "角色(镇长, 申请人)", hold("mayor", unit="works")),
    "head of the applicant's department": ("assignee", "负责人(申请人)", posts("works")),
    "head of a chosen department": ("assignee", "负责人(${unit})", posts("works")),
    "leader in charge of a department": ("assignee", "分管领导(申请人)", in_charge(department="works")),
    "leader in charge of a line": ("assignee", "条线领导(采购)", in_charge(line="采购")),
    "everybody in a department": ("candidateUsers", "部门人员(room)", members),
    "chosen by the step before": ("candidateUsers", "上一步选定()", nothing),
    "decision table": ("candidateGroups", "决策表(who_decides)", nothing),
    "expression": ("candidateUsers", "${people('条线领导', '采购')}", in_charge(line="采购")),
}
DECISION = document(("who_decides", table([("unit", "string")], [("people", "Any")], [(["-"], ["who"])]), []))
#: rules that find one person at most
ALONE = {"assignee"}


def begin(rule: str, found: list[str], before: tuple[str, ...] = (), **edges: str) -> str:
    """A case of zhang's that has come to a task `u` whose rule finds these people, after others have agreed one after the other."""
    field, text, arrange = RULES[rule]
    with transaction():
        arrange(found)
    first = [node("userTask", f"t{number}", properties(**AGREE), camunda_assignee=login) for number, login in enumerate(before)]
    task = node("userTask", "u", properties(**AGREE, **edges), **{f"camunda_{field}": text})
    way = ["s", *(f"t{number}" for number in range(len(before))), "u", "e"]
    choose = properties(choose=f"u: {APPLICANT}, {OTHER}, wang: optional") if "选定" in text else ""
    deploy(draw(start(inner=choose) + "".join(first) + task + end() + flow(*way)), who__dmn=DECISION)
    chosen: dict[str, Any] = {"who": found or [None], "unit": "works", "chosen_u": found}
    case = instances.start(key="p", variables=chosen, on_behalf_of=APPLICANT, actor=ROBOT)
    for number, login in enumerate(before):
        task_id = next(row["id"] for row in rows("user_task", instance_id=case) if row["element_id"] == f"t{number}")
        user_tasks.complete(task_id, variables={}, outcome="agree", actor=directory.actor(login))
    return case


def state_of(case: str) -> str:
    """The state of a case."""
    return str(rows("process_instance", id=case)[0]["state"])


def who(case: str) -> list[str] | None:
    """Who may act on the task of a case now; None when it is done, or has never been made."""
    tasks = rows("user_task", instance_id=case, element_id="u", state="open")
    return inbox.get(tasks[0]["id"], OPERATOR)["candidate_users"] if tasks else None


def skipped(case: str) -> str | None:
    """The outcome of a task that was passed by."""
    tasks = rows("user_task", instance_id=case, element_id="u", state="completed", completed_by="system")
    return tasks[0]["outcome"] if tasks else None


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("rule", RULES)
class TestNobody:
    """No person is found."""

    def test_operators_do_it_unless_drawn(self, rule: str) -> None:
        case = begin(rule, [])
        (task,) = rows("user_task", instance_id=case)
        assert (task["state"], who(case)) == ("open", [])
        user_tasks.complete(task["id"], variables={}, outcome="agree", actor=OPERATOR)
        proven(case)

    def test_it_is_passed_by(self, rule: str) -> None:
        case = begin(rule, [], when_nobody="skip")
        assert (skipped(case), state_of(case)) == ("agree", "completed")
        proven(case)

    def test_the_case_stops(self, rule: str) -> None:
        case = begin(rule, [], when_nobody="refuse")
        assert (who(case), state_of(case)) == (None, "incident")
        assert RULES[rule][1] in rows("incident", instance_id=case)[0]["message"]
        proven(case)

    def test_somebody_named_does_it(self, rule: str) -> None:
        case = begin(rule, [], when_nobody="wang")
        assert who(case) == ["wang"]
        proven(case)


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("rule", RULES)
class TestApplicant:
    """The applicant is found."""

    def test_the_applicant_decides_unless_drawn(self, rule: str) -> None:
        assert who(begin(rule, [APPLICANT])) == [APPLICANT]

    def test_it_is_passed_by(self, rule: str) -> None:
        case = begin(rule, [APPLICANT], when_applicant="skip")
        assert (skipped(case), state_of(case)) == ("agree", "completed")
        proven(case)

    def test_the_superior_decides(self, rule: str) -> None:
        with transaction():
            posts("town")([BOSS])
        case = begin(rule, [APPLICANT], when_applicant="superior")
        assert who(case) == [BOSS]
        proven(case)

    def test_a_superior_who_is_not_there_is_nobody(self, rule: str) -> None:
        case = begin(rule, [APPLICANT], when_applicant="superior", when_nobody="refuse")
        assert state_of(case) == "incident"

    @pytest.mark.parametrize("edge", ["skip", "superior"])
    def test_the_others_decide(self, rule: str, edge: str) -> None:
        people = [OTHER] if rule in ALONE else [APPLICANT, OTHER]
        case = begin(rule, people, when_applicant=edge)
        assert who(case) == [OTHER]
        proven(case)


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("rule", RULES)
class TestAgreed:
    """Everybody found has agreed already."""

    def test_they_are_asked_again_unless_drawn(self, rule: str) -> None:
        assert who(begin(rule, [OTHER], (OTHER,))) == [OTHER]

    def test_it_is_passed_by(self, rule: str) -> None:
        case = begin(rule, [OTHER], (OTHER, "wang"), when_approved="skip")
        assert (skipped(case), state_of(case)) == ("agree", "completed")
        proven(case)

    def test_it_is_passed_by_where_they_agreed_last(self, rule: str) -> None:
        case = begin(rule, [OTHER], ("wang", OTHER), when_approved="skip_consecutive")
        assert (skipped(case), state_of(case)) == ("agree", "completed")

    def test_they_are_asked_where_somebody_else_agreed_last(self, rule: str) -> None:
        assert who(begin(rule, [OTHER], (OTHER, "wang"), when_approved="skip_consecutive")) == [OTHER]

    def test_somebody_new_is_asked(self, rule: str) -> None:
        people = ["wang"] if rule in ALONE else [OTHER, "wang"]
        assert who(begin(rule, people, (OTHER,), when_approved="skip")) == people


@pytest.mark.usefixtures("office")
class TestTheApplicantIsMeant:
    """A rule that asks just the applicant is not looked at for it."""

    @pytest.mark.parametrize("text", ["申请人()", "${starter}"])
    @pytest.mark.parametrize("edge", ["decide", "skip", "superior"])
    def test_the_applicant_is_asked(self, text: str, edge: str) -> None:
        task = node("userTask", "u", properties(**AGREE, when_applicant=edge), camunda_assignee=text)
        deploy(draw(start() + task + end() + flow("s", "u", "e")))
        case = instances.start(key="p", variables={}, actor=directory.actor(APPLICANT))
        assert who(case) == [APPLICANT]
