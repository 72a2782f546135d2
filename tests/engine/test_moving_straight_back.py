"""Straight back: the task is held, and opens again for the same person when the other one is done; nothing else is redone."""

import pytest

from engine import sleeping
from engine.errors import MoveRefused
from engine.triggers import Cancel
from tests.engine.drawing import Driven, boundary, draw, end, event, event_subprocess, flow, many, node, start, user
from tests.engine.taking_back import send_back, task, told
from tests.engine.test_moving import COUNTERSIGN, LINE, SPLIT, SUB, calling, finish

STRAIGHT = "straight_back"


def test_the_case_comes_straight_back_to_the_same_person() -> None:
    case = Driven(LINE).complete("a").complete("b")
    held = task(case, "c").number
    send_back(case, "c", "a", STRAIGHT, by="li")
    assert case.open == ["a"]
    assert told(case, "user_task_cancelled") == {"reason": "sent_back"}
    case.complete("a")
    assert case.open == ["c"]
    assert task(case, "c").details["assignee"] == "li"
    assert task(case, "c").number != held
    assert finish(case) == ["c"]


def test_what_else_is_open_stays_and_can_be_done_meanwhile() -> None:
    case = Driven(SPLIT).complete("a")
    send_back(case, "l1", "a", STRAIGHT)
    assert case.open == ["a", "r"]
    case.complete("r")
    assert case.open == ["a"]
    case.complete("a")
    assert case.open == ["l1"]
    assert finish(case) == ["l1", "l2", "z"]


def test_twice_in_a_row_it_comes_back_over_both() -> None:
    case = Driven(LINE).complete("a").complete("b")
    send_back(case, "c", "b", STRAIGHT, by="li")
    send_back(case, "b", "a", STRAIGHT, by="wang")
    case.complete("a")
    assert (case.open, task(case, "b").details["assignee"]) == (["b"], "wang")
    case.complete("b")
    assert (case.open, task(case, "c").details["assignee"]) == (["c"], "li")
    assert finish(case) == ["c"]


def test_again_and_again_from_the_same_task() -> None:
    case = Driven(LINE).complete("a").complete("b")
    for _ in range(3):
        send_back(case, "c", "a", STRAIGHT)
        case.complete("a")
        assert case.open == ["c"]
    assert finish(case) == ["c"]


def test_sent_further_back_meanwhile_everything_is_done_once_more() -> None:
    case = Driven(LINE).complete("a").complete("b")
    send_back(case, "c", "b", STRAIGHT)
    send_back(case, "b", "a")
    assert case.open == ["a"]
    assert finish(case) == ["a", "b", "c"]


def test_two_send_the_same_back_and_both_get_it() -> None:
    case = Driven(SPLIT).complete("a")
    send_back(case, "l1", "a", STRAIGHT, by="li")
    send_back(case, "r", "a", STRAIGHT, by="wang")
    assert case.open == ["a"]
    case.complete("a")
    assert case.open == ["l1", "r"]
    assert [task(case, one).details["assignee"] for one in ("l1", "r")] == ["li", "wang"]
    assert sorted(finish(case)) == ["l1", "l2", "r", "z"]


def test_another_branch_that_starts_all_again_takes_the_held_task_along() -> None:
    case = Driven(SPLIT).complete("a")
    send_back(case, "l1", "a", STRAIGHT)
    send_back(case, "r", "a")
    assert case.open == ["a"]
    assert sorted(finish(case)) == ["a", "l1", "l2", "r", "z"]


@pytest.mark.parametrize("asleep", [1, sleeping.MANY])
def test_one_of_several_keeps_its_place_and_the_votes_of_the_others(monkeypatch: pytest.MonkeyPatch, asleep: int) -> None:
    monkeypatch.setattr(sleeping, "MANY", asleep)
    case = Driven(COUNTERSIGN, {"items": ["p", "q", "r"]}).complete("a").complete("v", (1,))
    send_back(case, "v", "a", STRAIGHT, path=(2,), by="r")
    assert [(event.element_id, event.path) for event in case.tasks] == [("v", (0,)), ("a", ())]
    case.complete("v", (0,))
    case.complete("a")
    assert [(event.element_id, event.path, event.details["assignee"]) for event in case.tasks] == [("v", (2,), "r")]
    assert case.tasks[0].details["local"]["item"] == "r"
    assert finish(case) == ["v", "z"]


def test_a_joint_task_that_is_decided_meanwhile_needs_the_other_task_no_more() -> None:
    body = start() + user("a", "z") + node("userTask", "v", many(until="nrOfCompletedInstances == 1")) + end()
    case = Driven(draw(body + flow("s", "a", "v", "z", "e")), {"items": ["p", "q"]}).complete("a")
    send_back(case, "v", "a", STRAIGHT, path=(0,))
    case.complete("v", (1,))
    assert case.open == ["z"]
    assert told(case, "user_task_cancelled") == {"reason": "not_needed"}


def test_to_a_joint_task_all_of_them_decide_again_first() -> None:
    case = Driven(COUNTERSIGN, {"items": ["p", "q"]}).complete("a").complete("v").complete("v")
    send_back(case, "z", "v", STRAIGHT)
    assert case.complete("v").open == ["v"]
    assert case.complete("v").open == ["z"]
    assert finish(case) == ["z"]


def test_out_of_a_sub_process_which_stays_as_it_is() -> None:
    case = Driven(SUB).complete("a").complete("x")
    send_back(case, "y", "a", STRAIGHT)
    assert (case.open, len(case.timers)) == (["a"], 1)
    case.complete("a")
    assert case.open == ["y"]
    assert finish(case) == ["y", "z"]


def test_out_of_a_sub_process_that_is_interrupted_meanwhile() -> None:
    case = Driven(SUB).complete("a").complete("x")
    send_back(case, "y", "a", STRAIGHT)
    case.later(hours=6)
    assert case.open == ["h"]
    assert finish(case) == ["h"]


def test_into_a_finished_sub_process_that_could_be_interrupted_is_refused() -> None:
    case = Driven(SUB).complete("a").complete("x").complete("y")
    with pytest.raises(MoveRefused, match="move_may_be_interrupted"):
        send_back(case, "z", "x", STRAIGHT)


def test_out_of_a_called_process_and_back() -> None:
    case = calling().complete("a").complete("x")
    send_back(case, "y", "a", STRAIGHT)
    case.complete("a", amount=4)
    assert case.open == ["y"]
    assert finish(case) == ["y", "z"]


def test_into_a_called_process_only_the_one_task_and_what_it_sets() -> None:
    case = calling().complete("a").complete("x").complete("y")
    send_back(case, "z", "x", STRAIGHT)
    assert case.open == ["x"]
    case.complete("x", amount=7)
    assert case.open == ["z"]
    assert case.variables["amount"] == 7
    assert finish(case) == ["z"]


def test_the_timers_of_a_held_task_are_gone_and_begin_anew() -> None:
    body = start() + user("a", "b", "h") + boundary("late", "b", event("timer", "PT1H")) + end() + end("e2")
    case = Driven(draw(body + flow("s", "a", "b", "e") + flow("late", "h", "e2"))).complete("a").later(minutes=30)
    send_back(case, "b", "a", STRAIGHT)
    assert case.timers == []
    case.later(hours=5).complete("a")
    assert case.open == ["b"]
    assert len(case.timers) == 1
    case.later(hours=1)
    assert case.open == ["h"]


def test_an_interruption_of_the_target_would_leave_the_held_task_alone_and_is_refused() -> None:
    body = start() + user("a", "b", "h") + boundary("late", "a", event("timer", "PT1H")) + end() + end("e2")
    case = Driven(draw(body + flow("s", "a", "b", "e") + flow("late", "h", "e2"))).complete("a")
    with pytest.raises(MoveRefused, match="move_may_be_interrupted"):
        send_back(case, "b", "a", STRAIGHT)


def test_an_event_sub_process_that_ends_the_other_task_ends_both() -> None:
    body = start() + user("a", "b") + end() + flow("s", "a", "b", "e") + event_subprocess(event("message", "M1"), interrupting=True)
    case = Driven(draw(body)).complete("a")
    send_back(case, "b", "a", STRAIGHT)
    case.message("m1")
    assert case.open == ["h"]
    assert finish(case) == ["h"]


def test_a_cancelled_case_holds_nothing() -> None:
    case = Driven(LINE).complete("a")
    send_back(case, "b", "a", STRAIGHT)
    case.take(Cancel("作废"))
    assert (case.open, case.status) == ([], "cancelled")


def test_what_cannot_open_again_is_an_incident_and_opens_with_the_retry() -> None:
    body = start() + user("a") + node("userTask", "b", camunda_assignee="${who}") + end()
    case = Driven(draw(body + flow("s", "a", "b", "e")), {"who": "li"}).complete("a")
    send_back(case, "b", "a", STRAIGHT, by="li")
    case.complete("a")
    assert task(case, "b").details["assignee"] == "li"


LOOPED = draw(
    start()
    + node("exclusiveGateway", "m")
    + user("a", "b")
    + node("exclusiveGateway", "x", default="out")
    + end()
    + flow("s", "m", "a", "b", "x")
    + flow("x", "m", when="again")
    + flow("x", "e", id="out")
)


def test_what_waits_for_this_very_task_gets_the_case_by_completing_it() -> None:
    case = Driven(LOOPED, {"again": True}).complete("a").complete("b").complete("a")
    send_back(case, "b", "a", STRAIGHT)
    before = case.state
    with pytest.raises(MoveRefused, match="move_waits_for_this"):
        send_back(case, "a", "b", STRAIGHT)
    assert case.state == before
    case.complete("a")
    assert case.open == ["b"]


def test_done_anew_instead_the_held_task_is_not_there_twice() -> None:
    case = Driven(LOOPED, {"again": True}).complete("a").complete("b").complete("a")
    send_back(case, "b", "a", STRAIGHT)
    send_back(case, "a", "b")
    assert case.open == ["b"]
    assert finish(case.set(again=False)) == ["b"]


def test_a_longer_circle_is_seen_too() -> None:
    case = Driven(LINE).complete("a").complete("b")
    send_back(case, "c", "b", STRAIGHT)
    send_back(case, "b", "a", STRAIGHT)
    with pytest.raises(MoveRefused):
        send_back(case, "a", "c", STRAIGHT)
    case.complete("a").complete("b")
    assert finish(case) == ["c"]


def test_to_a_task_that_is_held_itself_it_is_not_opened_twice() -> None:
    body = start() + user("a", "b", "l", "r") + node("parallelGateway", "sp") + end() + end("e2")
    case = Driven(draw(body + flow("s", "a", "b", "sp", "l", "e") + flow("sp", "r", "e2"))).complete("a").complete("b")
    send_back(case, "l", "b", STRAIGHT, by="li")
    send_back(case, "b", "a", STRAIGHT, by="wang")
    send_back(case, "r", "b", STRAIGHT, by="zhao")
    assert case.open == ["a"]
    assert case.complete("a").open == ["b"]
    assert case.complete("b").open == ["l", "r"]
    assert sorted(finish(case)) == ["l", "r"]
