"""User tasks: what is told about them, and how they are decided."""

import pytest

from engine.errors import NotWaiting
from engine.triggers import Cancel, CompleteUserTask
from tests.engine.drawing import Driven, draw, end, flow, node, start, user

PROPERTIES = (
    '<extensionElements><camunda:properties><camunda:property name="list" value="待审核"/></camunda:properties></extensionElements>'
)


def one(**attributes: str) -> bytes:
    """A process with one user task."""
    return draw(start() + node("userTask", "u", PROPERTIES, **attributes) + end() + flow("s", "u", "e"))


def test_everything_that_is_drawn_is_told() -> None:
    drawn = one(
        name="审核 ${what}",
        camunda_assignee="${leader}",
        camunda_candidateUsers="li, ${deputy}",
        camunda_candidateGroups="财政局,${groups}",
        camunda_formKey="review",
        camunda_dueDate="${workdays(5)}",
        camunda_followUpDate="P1D",
        camunda_priority="70",
    )
    case = Driven(drawn, {"what": "采购", "leader": "zhang", "deputy": "wu", "groups": ["镇长", "党政办,财政局"]})
    assert case.tasks[0].details == {
        "name": "审核 采购",
        "assignee": "zhang",
        "candidate_users": ["li", "wu"],
        "candidate_groups": ["财政局", "镇长", "党政办"],
        "form_key": "review",
        "due_at": "2026-03-09T09:30:00Z",
        "follow_up_at": "2026-03-03T09:00:00Z",
        "priority": 70,
        "properties": {"list": "待审核"},
        "local": {},
        "documentation": None,
    }


def test_nobody_named_is_nobody() -> None:
    case = Driven(one(camunda_assignee="${leader}", camunda_candidateUsers="${others}"), {"leader": None, "others": []})
    assert (case.tasks[0].details["assignee"], case.tasks[0].details["candidate_users"]) == (None, [])


def test_a_decision_sets_outcome_and_opinion() -> None:
    case = Driven(one()).complete("u", outcome="agree", opinion="同意", note="x")
    assert case.variables == {"note": "x", "outcome_u": "agree", "opinion_u": "同意"}
    told = next(e.details for e in case.outcome.events if e.type == "user_task_completed")
    assert told == {"outcome": "agree", "opinion": "同意", "variables": {"note": "x"}}


def test_a_decision_without_outcome_sets_none() -> None:
    assert Driven(one()).complete("u").variables == {}


def test_the_outcome_may_have_a_variable_of_its_own() -> None:
    named = PROPERTIES.replace('name="list" value="待审核"', 'name="outcome_variable" value="result"')
    case = Driven(draw(start() + node("userTask", "u", named) + end() + flow("s", "u", "e"))).complete("u", outcome="agree")
    assert case.variables == {"result": "agree"}


def test_changes_are_told_with_old_and_new() -> None:
    case = Driven(one(), {"a": 1, "b": 2, "c": 1}).complete("u", a=1, b=3, c=True, d=None)
    changes = [e.details for e in case.outcome.events if e.type == "variables_changed"]
    assert changes == [
        {"changes": {"b": {"old": 2, "new": 3}, "c": {"old": 1, "new": True}, "d": {"old": None, "new": None}}, "scope": None}
    ]


def test_a_user_task_is_completed_only_while_it_is_open() -> None:
    body = start() + node("parallelGateway", "g") + user("u", "v") + end() + flow("s", "g", "u", "e") + flow("g", "v", "e")
    case = Driven(draw(body))
    number = case.tasks[0].number
    before = case.state
    for wrong in (CompleteUserTask(number, "other"), CompleteUserTask(number + 50, "u"), CompleteUserTask(1, "Start")):
        with pytest.raises(NotWaiting):
            case.take(wrong)
    assert case.state == before
    case.take(CompleteUserTask(number, "u"))
    with pytest.raises(NotWaiting):
        case.take(CompleteUserTask(number, "u"))
    assert case.open == ["v"]


def test_nothing_can_be_done_in_a_case_that_has_ended() -> None:
    case = Driven(one())
    number = case.tasks[0].number
    case.complete("u")
    for trigger in (CompleteUserTask(number, "u"), Cancel("x")):
        with pytest.raises(NotWaiting):
            case.take(trigger)
