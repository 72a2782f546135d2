"""Rules about people where several decide, where the organisation changes or is wrong, and after a case was sent back."""

from typing import Any

import pytest
from sqlalchemy import update

from processes import clock, instances, user_tasks
from processes.approval import sending_back
from processes.db import db, transaction
from processes.ids import new_id
from processes.models import Department, Holding, Person, Post
from processes.people import answers, directory
from processes.queries import history
from tests.engine.drawing import draw, end, flow, many, node, start
from tests.processes.cases import OPERATOR, ROBOT, deploy, rows
from tests.processes.conftest import NOW
from tests.processes.test_edges_of_who_is_asked import APPLICANT, BOSS, OTHER, in_charge, office, posts, skipped, state_of, who
from tests.processes.test_who_is_asked import AGREE, asks, begin, found, properties, proven

__all__ = ["office"]
LINE = "${people('条线领导', '采购')}"


def together(people: list[str], collection: str = LINE, *, sequential: bool = False, decide: str | None = None, **edges: str) -> str:
    """A case of zhang's at a task that everybody in charge of the line decides."""
    with transaction():
        in_charge(line="采购")(people)
    drawn = {**AGREE, **edges, **({"decide": decide} if decide else {})}
    task = node("userTask", "u", properties(**drawn) + many(collection, sequential=sequential), camunda_assignee="${item}")
    deploy(draw(start() + task + end() + flow("s", "u", "e")))
    return instances.start(key="p", variables={}, on_behalf_of=APPLICANT, actor=ROBOT)


def open_for(case: str) -> list[str]:
    """Who has an open task of the case."""
    return sorted(row["assignee"] or "" for row in rows("user_task", instance_id=case, state="open"))


def agree(case: str, login: str, outcome: str = "agree") -> None:
    """A person decides the open task."""
    task = next(row for row in rows("user_task", instance_id=case, state="open") if login in (row["assignee"], *row["candidate_users"]))
    user_tasks.complete(task["id"], variables={}, outcome=outcome, actor=directory.actor(login))


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("sequential", [False, True])
class TestTogether:
    """A task for several people, at once or one after the other."""

    def test_a_list_without_anybody_is_one_task_for_operators(self, sequential: bool) -> None:
        case = together([], sequential=sequential)
        assert (open_for(case), state_of(case)) == ([""], "running")
        (task,) = rows("user_task", instance_id=case)
        user_tasks.complete(task["id"], variables={}, outcome="agree", actor=OPERATOR)
        assert state_of(case) == "completed"
        proven(case)

    def test_a_list_without_anybody_is_passed_by_where_drawn(self, sequential: bool) -> None:
        case = together([], sequential=sequential, when_nobody="skip")
        assert (skipped(case), state_of(case)) == ("agree", "completed")
        proven(case)

    def test_a_list_without_anybody_stops_the_case_where_drawn(self, sequential: bool) -> None:
        case = together([], sequential=sequential, when_nobody="refuse")
        assert (open_for(case), state_of(case)) == ([], "incident")
        proven(case)

    def test_somebody_named_stands_in_for_a_list_without_anybody(self, sequential: bool) -> None:
        case = together([], sequential=sequential, when_nobody="wang")
        agree(case, "wang")
        assert state_of(case) == "completed"

    def test_the_applicant_among_several_is_passed_by(self, sequential: bool) -> None:
        case = together([APPLICANT, OTHER], sequential=sequential, when_applicant="skip")
        for login in open_for(case):
            agree(case, login)
        assert [row["completed_by"] for row in rows("user_task", instance_id=case)].count("system") == 1
        assert (skipped(case), state_of(case)) == ("agree", "completed")
        proven(case)

    def test_the_superior_decides_beside_the_others(self, sequential: bool) -> None:
        with transaction():
            posts("town")([BOSS])
        case = together([APPLICANT, OTHER], sequential=sequential, when_applicant="superior")
        while asked := open_for(case):
            agree(case, asked[0])
        assert sorted(row["completed_by"] for row in rows("user_task", instance_id=case)) == sorted([BOSS, OTHER])
        proven(case)

    def test_where_all_are_passed_by_the_case_goes_on(self, sequential: bool) -> None:
        case = together([APPLICANT], sequential=sequential, when_applicant="skip")
        assert (open_for(case), state_of(case)) == ([], "completed")
        proven(case)

    def test_who_is_passed_by_counts_as_agreeing_in_a_joint_decision(self, sequential: bool) -> None:
        case = together([APPLICANT, OTHER], sequential=sequential, decide="all", when_applicant="skip")
        for login in open_for(case):
            agree(case, login)
        assert state_of(case) == "completed"
        assert instances_variables(case)["outcome_u"] == "agree"
        proven(case)

    @pytest.mark.parametrize(
        ("edge", "state"), [("administrator", "running"), ("skip", "completed"), ("refuse", "incident"), ("wang", "running")]
    )
    def test_a_joint_decision_without_anybody_follows_the_same_edges(self, sequential: bool, edge: str, state: str) -> None:
        case = together([], sequential=sequential, decide="all", when_nobody=edge)
        assert state_of(case) == state
        if edge == "wang":
            agree(case, "wang")
            assert (state_of(case), instances_variables(case)["outcome_u"]) == ("completed", "agree")
        proven(case)


def instances_variables(case: str) -> dict[str, Any]:
    """The variables of a case."""
    found: dict[str, Any] = rows("process_instance", id=case)[0]["variables"]
    return found


@pytest.mark.usefixtures("office")
class TestSuperiors:
    """Who is above whom."""

    def test_all_superiors_decide_one_after_the_other(self) -> None:
        with transaction():
            posts("works")([OTHER])
            posts("town")([BOSS])
        case = together([], "${people('逐级上级(申请人, 3)')}", sequential=True)
        assert open_for(case) == [OTHER]
        agree(case, OTHER)
        assert open_for(case) == [BOSS]
        agree(case, BOSS)
        assert state_of(case) == "completed"
        proven(case)

    def test_a_circle_of_units_ends(self) -> None:
        with transaction():
            posts("works")([APPLICANT])
            db.session.execute(update(Department).where(Department.code == "town").values(parent="works"))
        for rule in ("上级(申请人)", "逐级上级(申请人, 20)"):
            assert who(begin(asks(rule), APPLICANT)) == []
        assert found(begin(asks("负责人(town)"), APPLICANT)) == (APPLICANT, [], [])

    def test_a_unit_above_itself_ends(self) -> None:
        with transaction():
            db.session.execute(update(Department).where(Department.code == "works").values(parent="works"))
        assert who(begin(asks("负责人(申请人)"), APPLICANT)) == []

    def test_a_unit_without_head_is_answered_for_by_the_one_above(self) -> None:
        with transaction():
            posts("town")([BOSS])
        case = begin(asks("负责人(申请人)"), APPLICANT)
        assert found(case) == (BOSS, [], [])
        assert told(case)["units"] == ["柳溪镇"]

    def test_a_disabled_unit_has_no_head(self) -> None:
        with transaction():
            posts("works")([OTHER])
            posts("town")([BOSS])
            db.session.execute(update(Department).where(Department.code == "works").values(active=False))
        assert found(begin(asks("负责人(申请人)"), APPLICANT)) == (BOSS, [], [])


def told(case: str) -> dict[str, Any]:
    """The first rule of the newest task, as the record tells it."""
    made = [event for step in history.steps(case, OPERATOR) for event in step["events"] if event["type"] == "user_task_created"]
    rule: dict[str, Any] = made[-1]["details"]["found_by"][0]
    return rule


@pytest.mark.usefixtures("office")
class TestTime:
    """The organisation changes while a case runs."""

    def test_whoever_has_left_between_start_and_task_is_not_asked(self) -> None:
        with transaction():
            posts("works")([OTHER, "wang"])
        first = node("userTask", "a", camunda_assignee=APPLICANT)
        task = node("userTask", "u", camunda_candidateUsers="负责人(申请人)")
        deploy(draw(start() + first + task + end() + flow("s", "a", "u", "e")))
        case = instances.start(key="p", variables={}, actor=directory.actor(APPLICANT))
        with transaction():
            db.session.execute(update(Person).where(Person.login == OTHER).values(active=False))
        user_tasks.complete(rows("user_task", instance_id=case)[0]["id"], variables={}, actor=directory.actor(APPLICANT))
        assert found(case) == (None, ["wang"], [])
        assert told(case)["skipped"] == [{"login": OTHER, "why": "inactive"}]
        proven(case)

    def test_a_new_head_changes_nothing_for_a_task_that_is_there(self) -> None:
        with transaction():
            posts("works")([OTHER])
        case = begin(asks("负责人(申请人)"), APPLICANT)
        with transaction():
            db.session.execute(update(Post).values(login="wang"))
        assert who(case) == [OTHER]

    def test_whoever_takes_the_role_tomorrow_finds_the_task(self) -> None:
        with transaction():
            db.session.add(Holding(id=new_id(), login=OTHER, role="mayor", department="works"))
        case = begin(asks("角色(镇长, 申请人)", "candidateGroups", when_nobody="refuse"), APPLICANT)
        assert (found(case), who(case)) == ((None, [], ["镇长@works"]), [OTHER])
        with transaction():
            db.session.add(Holding(id=new_id(), login="wang", role="mayor", department="works"))
        assert who(case) == [OTHER, "wang"]

    def test_who_headed_a_unit_on_a_day_can_be_answered(self) -> None:
        today = NOW.date()
        with transaction():
            db.session.add(Post(id="p1", name="负责人", department="works", login=OTHER, head=True, valid_until=today))
            db.session.add(
                Post(id="p2", name="负责人", department="works", login="wang", head=True, valid_from=today.replace(day=today.day + 1))
            )
        question = '["head", ["unit", "works"]]'
        assert answers.answers([question], today)[question]["people"] == [OTHER]
        assert answers.answers([question], today.replace(day=today.day + 1))[question]["people"] == ["wang"]
        assert found(begin(asks("负责人(申请人)"), APPLICANT)) == (OTHER, [], [])
        with clock.at(NOW.replace(day=NOW.day + 1)):
            assert found(begin(asks("负责人(申请人)"), APPLICANT)) == ("wang", [], [])


@pytest.mark.usefixtures("office")
class TestArguments:
    """What rules are asked with."""

    def test_an_empty_field_finds_nobody(self) -> None:
        for value in (None, "", []):
            case = begin(asks("负责人(${unit})"), APPLICANT, unit=value, x=1)
            assert (who(case), told(case)["empty"]) == ([], True)

    def test_a_field_that_names_no_unit_finds_nobody_and_says_so(self) -> None:
        case = begin(asks("负责人(${unit})"), APPLICANT, unit="没有的单位")
        assert (who(case), told(case)["unknown"]) == ([], ["没有的单位"])

    def test_several_units_have_several_heads(self) -> None:
        with transaction():
            posts("works")([OTHER])
            posts("town")([BOSS])
        assert who(begin(asks("负责人(${units})", "candidateUsers"), APPLICANT, units=["works", "柳溪镇"])) == sorted([OTHER, BOSS])

    def test_a_person_who_is_found_twice_is_asked_once(self) -> None:
        with transaction():
            posts("works")([OTHER])
            in_charge(department="works")([OTHER])
        case = begin(asks("负责人(申请人), 分管领导(申请人)", "candidateUsers"), APPLICANT)
        assert found(case) == (None, [OTHER], [])

    def test_levels_that_are_no_number_stop_the_case(self) -> None:
        case = begin(asks("上级(申请人, ${n})"), APPLICANT, n="许多")
        assert state_of(case) == "incident"
        assert "级数" in rows("incident", instance_id=case)[0]["message"]

    def test_an_applicant_without_department_has_no_superior(self) -> None:
        assert who(begin(asks("上级(申请人)"), "ops")) == []


@pytest.mark.usefixtures("office")
class TestSentBack:
    """Whoever agreed before the case was sent back is asked again."""

    def test_a_drawn_return_begins_anew(self) -> None:
        first = node("userTask", "a", properties(**AGREE), camunda_assignee=OTHER)
        second = node("userTask", "b", properties(outcomes="agree:同意; return:退回"), camunda_assignee="wang")
        third = node("userTask", "u", properties(**AGREE, when_approved="skip"), camunda_assignee="${third}")
        body = (
            start() + first + second + node("exclusiveGateway", "x", default="f_x_u") + third + end() + flow("s", "a", "b", "x", "u", "e")
        )
        deploy(draw(body + flow("x", "a", when="${outcome_b == 'return'}")))
        case = instances.start(key="p", variables={"third": OTHER}, actor=ROBOT)
        agree(case, OTHER)
        agree(case, "wang", "return")
        assert open_for(case) == [OTHER]
        agree(case, OTHER)
        agree(case, "wang")
        assert (skipped(case), state_of(case)) == ("agree", "completed")
        proven(case)

    def test_agreement_before_the_return_does_not_count(self) -> None:
        first = node("userTask", "a", properties(**AGREE), camunda_assignee=OTHER)
        second = node("userTask", "b", properties(outcomes="agree:同意; return:退回"), camunda_assignee="wang")
        third = node("userTask", "u", properties(**AGREE, when_approved="skip"), camunda_assignee=OTHER)
        deploy(draw(start() + first + second + third + end() + flow("s", "a", "b", "u", "e")))
        case = instances.start(key="p", variables={}, actor=ROBOT)
        agree(case, OTHER)
        agree(case, "wang", "return")
        assert who(case) == [OTHER]
        proven(case)

    def test_agreement_from_before_a_send_back_does_not_count(self) -> None:
        steps = [node("userTask", id, properties(**AGREE), camunda_assignee=who) for id, who in (("a", OTHER), ("c", BOSS), ("b", "wang"))]
        third = node("userTask", "u", properties(**AGREE, when_approved="skip"), camunda_assignee=OTHER)
        deploy(draw(start() + "".join(steps) + third + end() + flow("s", "a", "c", "b", "u", "e")))
        case = instances.start(key="p", variables={}, actor=ROBOT)
        agree(case, OTHER)
        agree(case, BOSS)
        (back,) = rows("user_task", instance_id=case, element_id="b", state="open")
        sending_back.send_back(back["id"], reason="再看看", to_element_id="c", actor=directory.actor("wang"))
        agree(case, BOSS)
        agree(case, "wang")
        assert who(case) == [OTHER]
        proven(case)
