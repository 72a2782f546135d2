"""Whoever starts or decides chooses whom a following task asks, from a list that is enforced."""

from typing import Any

import pytest

from processes import instances, user_tasks
from processes.db import transaction
from processes.errors import Invalid
from processes.people import directory
from processes.queries import definitions, forms_for
from tests.engine.drawing import draw, end, flow, many, node, start
from tests.processes.cases import OPERATOR, ROBOT, deploy, rows
from tests.processes.test_edges_of_who_is_asked import APPLICANT, BOSS, OTHER, in_charge, office, posts, state_of, who
from tests.processes.test_who_is_asked import AGREE, properties, proven
from tests.processes.test_who_is_asked_together import agree, open_for

__all__ = ["office"]


@pytest.fixture
def line(office: None) -> None:
    """li and wang are in charge of a line, zhao heads the town."""
    with transaction():
        in_charge(line="采购")([OTHER, "wang"])
        posts("town")([BOSS])


def begin(choose: str, target: str = "上一步选定()", *, inside: str = "", variables: dict[str, Any] | None = None) -> str:
    """A case of zhang's at a task `a` of wang's, whose person chooses for `u`."""
    first = node("userTask", "a", properties(**AGREE, choose=choose), camunda_assignee="wang")
    task = node("userTask", "u", properties(**AGREE) + inside, name="审批", camunda_assignee=target)
    deploy(draw(start() + first + task + end() + flow("s", "a", "u", "e")))
    return instances.start(key="p", variables=variables or {}, on_behalf_of=APPLICANT, actor=ROBOT)


def task_of(case: str, element_id: str = "a") -> str:
    """The id of a task."""
    return str(rows("user_task", instance_id=case, element_id=element_id)[0]["id"])


def decide(case: str, outcome: str = "agree", **variables: Any) -> None:
    """wang decides."""
    user_tasks.complete(task_of(case), variables=variables, outcome=outcome, actor=directory.actor("wang"))


def refused(case: str, outcome: str = "agree", **variables: Any) -> str:
    """What is said of the choice."""
    with pytest.raises(Invalid) as refusal:
        decide(case, outcome, **variables)
    assert list(refusal.value.fields) == ["chosen_u"]
    return refusal.value.fields["chosen_u"][0]


@pytest.mark.usefixtures("line")
class TestChoosing:
    """At a task."""

    def test_the_form_has_a_field_for_the_choice(self) -> None:
        view = forms_for.task_form(task_of(begin("u: 条线领导(采购), zhao")), directory.actor("wang"))
        (field,) = view["form"]["components"]
        assert (field["type"], field["key"], field["label"]) == ("checklist", "chosen_u", "“审批”由谁办理")
        assert [one["value"] for one in field["values"]] == [OTHER, "wang", "zhao"]
        assert (view["permissions"], view["values"]) == ({"chosen_u": "edit"}, {})

    def test_who_was_chosen_is_asked(self) -> None:
        case = begin("u: 条线领导(采购)")
        decide(case, chosen_u=[OTHER])
        assert who(case) == [OTHER]
        proven(case)

    def test_several_who_were_chosen_may_act(self) -> None:
        case = begin("u: 条线领导(采购)")
        decide(case, chosen_u=[OTHER, "wang"])
        assert who(case) == [OTHER, "wang"]

    def test_one_may_be_named_without_a_list(self) -> None:
        case = begin("u: 条线领导(采购): one")
        decide(case, chosen_u=OTHER)
        assert who(case) == [OTHER]

    def test_others_than_those_on_the_list_are_refused(self) -> None:
        assert "zhang" in refused(begin("u: 条线领导(采购)"), chosen_u=[OTHER, "zhang"])

    def test_more_than_one_is_refused_where_one_is_wanted(self) -> None:
        assert refused(begin("u: 条线领导(采购): one"), chosen_u=[OTHER, "wang"]) == "只能选一个人。"

    @pytest.mark.parametrize("value", [7, [7], {"a": 1}, [None]])
    def test_what_names_nobody_is_refused(self, value: Any) -> None:
        assert refused(begin("u: 条线领导(采购)"), chosen_u=value) == "请用登录名的列表。"

    def test_somebody_has_to_be_chosen_unless_it_is_refused(self) -> None:
        assert "审批" in refused(begin("u: 条线领导(采购)"))
        case = begin("u: 条线领导(采购)")
        decide(case, "disagree")
        assert who(case) == []

    def test_nobody_has_to_be_chosen_where_it_is_optional_or_the_list_is_empty(self) -> None:
        for choose in ("u: 条线领导(采购): optional", "u: 条线领导(没有)"):
            case = begin(choose)
            decide(case)
            assert who(case) == []

    def test_the_list_depends_on_variables_of_the_case(self) -> None:
        case = begin("u: 负责人(${unit})", variables={"unit": "town"})
        assert refused(case, chosen_u=[OTHER])
        decide(case, chosen_u=[BOSS])
        assert who(case) == [BOSS]

    def test_everybody_chosen_decides_in_a_task_for_several(self) -> None:
        case = begin("u: 条线领导(采购)", "${item}", inside=many("${chosen_u}"))
        decide(case, chosen_u=[OTHER, "wang"])
        assert open_for(case) == [OTHER, "wang"]
        agree(case, OTHER)
        agree(case, "wang")
        assert state_of(case) == "completed"
        proven(case)

    def test_whoever_chose_nobody_before_chooses_anew_after_a_way_back(self) -> None:
        case = begin("u: 条线领导(采购)")
        decide(case, chosen_u=[OTHER])
        assert forms_for.task_form(task_of(case), OPERATOR)["values"] == {"chosen_u": [OTHER]}


@pytest.mark.usefixtures("line")
class TestAtTheStart:
    """Chosen by whoever starts."""

    def draw(self) -> str:
        task = node("userTask", "u", camunda_candidateUsers="上一步选定()")
        return deploy(draw(start(inner=properties(choose="u: 条线领导(采购)")) + task + end() + flow("s", "u", "e")))[0]

    def test_the_start_form_has_the_field(self) -> None:
        view = forms_for.start_form(self.draw(), directory.actor(APPLICANT))
        assert [one["key"] for one in view["form"]["components"]] == ["chosen_u"]
        assert definitions.page(OPERATOR)["items"]

    def test_the_list_is_enforced(self) -> None:
        self.draw()
        with pytest.raises(Invalid):
            instances.start(key="p", variables={}, actor=directory.actor(APPLICANT))
        with pytest.raises(Invalid):
            instances.start(key="p", variables={"chosen_u": ["zhao"]}, actor=directory.actor(APPLICANT))
        case = instances.start(key="p", variables={"chosen_u": [OTHER]}, actor=directory.actor(APPLICANT))
        assert who(case) == [OTHER]
        proven(case)
