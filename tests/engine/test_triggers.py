"""Starting, cancelling, suspending, variables from outside; triggers as documents."""

import pytest

from engine.errors import NotWaiting, UnknownDefinition
from engine.triggers import (
    BroadcastSignal,
    Cancel,
    CompleteJob,
    CompleteUserTask,
    DeliverMessage,
    FailJob,
    FireTimer,
    Resume,
    Retry,
    SetVariables,
    Start,
    Suspend,
    from_document,
)
from tests.engine.drawing import Driven, Shelf, boundary, draw, end, event, flow, many, node, start, user

EVERYTHING = draw(
    start()
    + node("parallelGateway", "g")
    + user("u")
    + boundary("t", "u", event("timer", "PT1H"))
    + node("userTask", "v", many())
    + node("serviceTask", "w", camunda_type="external", camunda_topic="mail")
    + node("intermediateCatchEvent", "m", event("message", "M1"))
    + node("subProcess", "sp", start("ss") + user("x") + end("se") + flow("ss", "x", "se"))
    + end()
    + flow("s", "g", "u", "e")
    + flow("g", "v", "e")
    + flow("g", "w", "e")
    + flow("g", "m", "e")
    + flow("g", "sp", "e")
    + flow("t", "e")
)


def test_a_case_begins_with_its_variables() -> None:
    case = Driven(EVERYTHING, {"items": ["a", "b"]}, starter="zhang")
    first = case.outcome.events[0]
    assert (first.type, first.definition) == ("instance_started", "p:1")
    assert first.details == {"definition_key": "p", "version": 1, "starter": "zhang", "variables": {"items": ["a", "b"]}}
    assert case.open == ["u", "v", "v", "w", "x"]


def test_a_cancelled_case_takes_everything_back() -> None:
    case = Driven(EVERYTHING, {"items": ["a", "b"]})
    numbers = {e.number for e in [*case.tasks, *case.timers, *case.jobs, *case.subscriptions]}
    case.take(Cancel("withdrawn"))
    taken_back = ("user_task_cancelled", "timer_cancelled", "job_cancelled", "subscription_cancelled")
    assert {e.number for e in case.outcome.events if e.type in taken_back} == numbers
    assert case.status == "cancelled"
    assert case.outcome.events[-1].details == {"reason": "withdrawn"}
    assert not [*case.tasks, *case.timers, *case.jobs, *case.subscriptions]
    with pytest.raises(NotWaiting):
        case.set(a=1)


def test_a_suspended_case_takes_only_what_is_allowed() -> None:
    case = Driven(EVERYTHING, {"items": []}).take(Suspend("check"))
    assert case.outcome.events[-1].type == "instance_suspended"
    with pytest.raises(NotWaiting) as refused:
        case.complete("u")
    assert refused.value.code == "suspended"
    with pytest.raises(NotWaiting):
        case.take(Suspend("again"))
    case.set(a=1).take(Resume("fine"))
    with pytest.raises(NotWaiting):
        case.take(Resume("again"))
    case.complete("u")
    assert Driven(EVERYTHING, {"items": []}).take(Suspend("x")).take(Cancel("y")).status == "cancelled"


def test_variables_from_outside() -> None:
    case = Driven(EVERYTHING, {"items": [], "a": 1}).set(a=2, b=3)
    assert [(e.type, e.details) for e in case.outcome.events] == [
        ("variables_changed", {"changes": {"a": {"old": 1, "new": 2}, "b": {"old": None, "new": 3}}, "scope": None})
    ]
    assert case.set(a=2).outcome.events == ()


def test_a_case_may_begin_at_another_start_event() -> None:
    body = start() + start("sm", event("message", "M1")) + user("a", "b") + end() + flow("s", "a", "e") + flow("sm", "b", "e")
    shelf = Shelf()
    shelf.deploy(draw(body))
    case = Driven(shelf)
    assert case.open == ["a"]
    assert case.take(Start("p", 1, {"x": 1}, None, None, "sm")).open == ["a", "b"]
    with pytest.raises(NotWaiting):
        case.take(Start("p", 1, {}, None, None, "nothing"))
    with pytest.raises(NotWaiting):
        case.take(Start("p", 1, {}, None, None, "a"))


def test_an_unknown_version_is_said() -> None:
    with pytest.raises(UnknownDefinition):
        Driven(EVERYTHING, {"items": []}).take(Start("p", 9))


def test_a_trigger_without_a_case_is_refused() -> None:
    case = Driven(EVERYTHING, {"items": []})
    case.state = None
    with pytest.raises(NotWaiting):
        case.take(SetVariables({}))


@pytest.mark.parametrize(
    "trigger",
    [
        Start("p", 1, {"a": 1}, "wang", "B-1", "s"),
        CompleteUserTask(3, "u", (1, 2), {"a": [1]}, "agree", "ok"),
        CompleteJob(4, "w", (), {"x": None}),
        FailJob(4, "w", (0,), "e1", "no", {}),
        FireTimer(5, "t", ()),
        DeliverMessage("m1", {"x": 1}, 7),
        BroadcastSignal("s1", {}),
        SetVariables({"a": 1}),
        Retry(9, {"b": 2}),
        Cancel("r"),
        Suspend("r"),
        Resume("r"),
    ],
)
def test_a_trigger_comes_back_from_its_document(trigger: Start) -> None:
    assert from_document(trigger.to_document()) == trigger
    assert trigger.to_document()["kind"] == type(trigger).kind
