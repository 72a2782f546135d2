"""Starting, steering and reading cases."""

import pytest

from processes import instances, user_tasks
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.queries import cases, history, inbox
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows

pytestmark = pytest.mark.usefixtures("database")


def test_a_case_goes_from_its_start_to_its_end() -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    for element_id, actor in (("review", LI), ("approve", ZHAO)):
        user_tasks.complete(open_tasks(case)[element_id], variables={}, outcome="agree", actor=actor)
    ended = cases.get(case, ZHANG)
    assert (ended["state"], ended["end_events"], ended["started_by"]) == ("completed", ["done"], "zhang")
    assert ended["variables"] == {"outcome_review": "agree", "outcome_approve": "agree"}


def test_one_command_is_one_step() -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    user_tasks.complete(open_tasks(case)["review"], variables={}, actor=LI)
    assert [(row["seq"], row["actor"], row["trigger"]["kind"]) for row in rows("step")] == [
        (1, "zhang", "start"),
        (2, "li", "complete_user_task"),
    ]


def test_history_tells_everything_in_the_shape_of_the_contract() -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    items = history.items(case, ZHANG)["items"]
    assert [item["type"] for item in items] == [
        "instance_started",
        "instance_registered",
        "element_entered",
        "element_left",
        "element_entered",
        "user_task_created",
    ]
    wanted = {"seq", "at", "type", "element_id", "element_name", "actor", "on_behalf_of", "details", "hash"}
    assert all(wanted <= item.keys() for item in items)


def test_history_is_read_page_by_page_without_gap_or_repetition() -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    user_tasks.complete(open_tasks(case)["review"], variables={}, actor=LI)
    whole = history.items(case, ZHANG, limit=200)["items"]
    read, cursor = [], None
    while True:
        page = history.items(case, ZHANG, limit=2, cursor=cursor)
        read += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert read == whole


def test_a_stranger_does_not_learn_of_a_case() -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    with pytest.raises(NotFound):
        cases.get(case, ZHAO)
    with pytest.raises(NotFound):
        history.items(case, ZHAO)
    assert cases.page(ZHAO, {})["items"] == []


def test_who_is_asked_and_who_was_asked_may_know_the_case() -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    assert cases.get(case, LI)["id"] == case
    user_tasks.complete(open_tasks(case)["review"], variables={}, actor=LI)
    assert cases.get(case, LI)["id"] == cases.get(case, WANG)["id"] == case


def test_an_unknown_process_cannot_be_started() -> None:
    with pytest.raises(NotFound):
        instances.start(key="nothing", variables={}, actor=ZHANG)


def test_only_the_groups_of_process_toml_may_start() -> None:
    deploy(REVIEW, process__toml='starters = ["财政局"]'.encode())
    with pytest.raises(NotAllowed):
        instances.start(key="review_flow", variables={}, actor=ZHANG)
    assert instances.start(key="review_flow", variables={}, actor=LI)


def test_an_integrator_starts_only_within_its_scope() -> None:
    deploy(REVIEW)
    for scope in (None, ("other",)):
        with pytest.raises(NotAllowed):
            instances.start(key="review_flow", variables={}, actor=_robot(scope))
    case = instances.start(key="review_flow", variables={"amount": 5}, on_behalf_of="外单位", actor=_robot(("review_flow",)))
    assert cases.get(case, OPERATOR)["on_behalf_of"] == "外单位"
    assert rows("step")[0]["on_behalf_of"] == "外单位"


def _robot(scope: tuple[str, ...] | None) -> object:
    return type(ROBOT)(ROBOT.login, ROBOT.name, ROBOT.roles, scope=scope, via="token")


def test_people_do_not_act_on_behalf_of_others() -> None:
    deploy(REVIEW)
    with pytest.raises(NotAllowed):
        instances.start(key="review_flow", variables={}, on_behalf_of="li", actor=ZHANG)


@pytest.mark.parametrize("variables", [{"_x": 1}, {"a": {"b": "\x00"}}, {"x": "\ud800"}, {"": 1}, [1], "x"])
def test_variables_that_nothing_can_keep_are_refused(variables: object) -> None:
    deploy(REVIEW)
    with pytest.raises(Invalid):
        instances.start(key="review_flow", variables=variables, actor=ROBOT)
    assert rows("process_instance") == []


def test_a_person_cannot_send_variables_where_there_is_no_form() -> None:
    deploy(REVIEW)
    with pytest.raises(Invalid) as refusal:
        instances.start(key="review_flow", variables={"amount": 1}, actor=ZHANG)
    assert list(refusal.value.fields) == ["amount"]


def test_the_starter_cancels_and_open_tasks_are_taken_back() -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    with pytest.raises(NotAllowed):
        instances.cancel(case, "不办了", actor=LI)
    instances.cancel(case, "不办了", actor=ZHANG)
    assert cases.get(case, ZHANG)["state"] == "cancelled"
    assert [row["state"] for row in rows("user_task")] == ["cancelled"]
    assert rows("inbox_entry") == []
    with pytest.raises(Conflict):
        instances.cancel(case, "再一次", actor=ZHANG)


def test_a_suspended_case_takes_no_decision_until_it_is_resumed() -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    instances.suspend(case, "核实", actor=OPERATOR)
    assert cases.get(case, ZHANG)["state"] == "suspended"
    task = open_tasks(case)["review"]
    with pytest.raises(Conflict):
        user_tasks.complete(task, variables={}, actor=LI)
    with pytest.raises(Conflict):
        instances.suspend(case, "再一次", actor=OPERATOR)
    instances.resume(case, "核实完毕", actor=OPERATOR)
    user_tasks.complete(task, variables={}, actor=LI)
    assert open_tasks(case).keys() == {"approve"}


def test_a_new_case_may_revise_an_ended_one_of_the_same_starter() -> None:
    deploy(REVIEW)
    old = instances.start(key="review_flow", variables={}, actor=ZHANG)
    with pytest.raises(Conflict):
        instances.start(key="review_flow", variables={}, revises=old, actor=ZHANG)
    instances.cancel(old, "改", actor=ZHANG)
    with pytest.raises(NotAllowed):
        instances.start(key="review_flow", variables={}, revises=old, actor=LI)
    with pytest.raises(NotFound):
        instances.start(key="review_flow", variables={}, revises=old, actor=ZHAO)
    new = instances.start(key="review_flow", variables={}, revises=old, actor=ZHANG)
    assert cases.get(new, ZHANG)["revises"] == old
    assert [case["id"] for case in cases.revisions(old, ZHANG)] == [new]


def test_title_and_deadline_come_from_process_toml() -> None:
    settings = 'title_pattern = "采购：${name}"\ntime_limit = "workdays(3)"'
    deploy(REVIEW, process__toml=settings.encode())
    case = instances.start(key="review_flow", variables={"name": "桌椅"}, actor=ROBOT)
    started = cases.get(case, OPERATOR)
    assert started["title"] == "采购：桌椅"
    assert started["due_at"] is not None
    assert inbox.page(LI)["items"][0]["title"] == "采购：桌椅"


def test_lists_of_cases_are_read_page_by_page_newest_first() -> None:
    deploy(REVIEW)
    started = [instances.start(key="review_flow", variables={}, actor=ZHANG) for _ in range(5)]
    first = cases.page(ZHANG, {"definition_key": "review_flow"}, limit=3)
    second = cases.page(ZHANG, {"definition_key": "review_flow"}, limit=3, cursor=first["next"])
    assert [case["id"] for case in first["items"] + second["items"]] == started[::-1]
    assert second["next"] is None
    with pytest.raises(Invalid):
        cases.page(ZHANG, {}, cursor="abc")
