"""Withdrawing: a decision is taken back with what followed from it, and its variables are as they were."""

import pytest

from engine.errors import MoveRefused
from engine.triggers import CompleteUserTask
from tests.engine.drawing import Driven, boundary, draw, end, event, flow, many, node, script, start, user
from tests.engine.taking_back import send_back, task, told, withdraw
from tests.engine.test_moving import COUNTERSIGN, LINE, SPLIT, SUB, calling, finish


def test_the_task_opens_again_for_whoever_had_completed_it() -> None:
    case = Driven(LINE).complete("a").complete("b")
    withdraw(case, "b", by="wang")
    assert case.open == ["b"]
    assert task(case, "b").details["assignee"] == "wang"
    assert told(case, "user_task_cancelled") == {"reason": "withdrawn"}
    assert told(case, "withdrawn")["reason"] == "想错了"
    assert finish(case) == ["b", "c"]


def test_variables_are_as_they_were() -> None:
    body = start() + user("a", "b") + script("sum", "total = amount * 2") + end() + flow("s", "a", "sum", "b", "e")
    case = Driven(draw(body), {"amount": 1})
    case.complete("a", outcome="agree", opinion="同意", amount=3, fresh=1)
    assert case.variables == {"amount": 3, "fresh": 1, "total": 6, "outcome_a": "agree", "opinion_a": "同意"}
    withdraw(case, "a")
    assert case.variables == {"amount": 1}
    case.complete("a", amount=4)
    assert case.variables == {"amount": 4, "total": 8}


def test_what_somebody_has_changed_since_stays() -> None:
    case = Driven(LINE, {"amount": 1}).complete("a", amount=2, note="x").set(amount=9)
    withdraw(case, "a")
    assert case.variables == {"amount": 9}


def test_the_last_of_a_branch_is_taken_back_from_the_join() -> None:
    case = Driven(SPLIT).complete("a").complete("l1").complete("l2")
    withdraw(case, "l2")
    assert case.open == ["l2", "r"]
    assert sorted(finish(case)) == ["l2", "r", "z"]


def test_what_the_other_branch_has_signed_stays_when_the_join_has_been_passed() -> None:
    case = Driven(SPLIT).complete("a").complete("l1").complete("l2").complete("r")
    assert case.open == ["z"]
    withdraw(case, "l2")
    assert case.open == ["l2"]
    assert finish(case) == ["l2", "z"]


def test_a_branch_that_has_ended() -> None:
    body = start() + user("a", "b") + node("parallelGateway", "sp") + end() + end("e2") + flow("s", "sp", "a", "e") + flow("sp", "b", "e2")
    case = Driven(draw(body)).complete("a")
    withdraw(case, "a")
    assert case.open == ["a", "b"]
    assert sorted(finish(case)) == ["a", "b"]


def test_the_last_task_of_a_sub_process_opens_it_again() -> None:
    case = Driven(SUB).complete("a").complete("x").complete("y")
    withdraw(case, "y")
    assert (case.open, len(case.timers)) == (["y"], 1)
    assert finish(case) == ["y", "z"]


def test_the_last_task_of_a_called_process_opens_it_again() -> None:
    case = calling().complete("a").complete("x").complete("y", amount=3)
    withdraw(case, "y")
    assert case.open == ["y"]
    assert finish(case) == ["y", "z"]


def test_the_first_task_before_a_sub_process_takes_it_up() -> None:
    case = Driven(SUB).complete("a")
    withdraw(case, "a")
    assert (case.open, case.timers) == (["a"], [])
    assert finish(case) == ["a", "x", "y", "z"]


VOTES = draw(start() + node("userTask", "v", many(out="votes")) + user("z") + end() + flow("s", "v", "z", "e"))


def test_a_vote_is_not_counted_any_more() -> None:
    case = Driven(VOTES, {"items": ["p", "q", "r"]})
    case.complete("v", (0,), vote="yes").complete("v", (1,), vote="no")
    assert case.variables["votes"] == ["yes", "no"]
    withdraw(case, "v", (0,))
    assert [one.path for one in case.tasks] == [(2,), (0,)]
    assert case.variables["votes"] == ["no"]
    case.complete("v", (0,), vote="no").complete("v", (2,), vote="no")
    assert case.variables["votes"] == ["no", "no", "no"]
    assert case.open == ["z"]


def test_a_vote_that_was_withdrawn_before_does_not_count_for_the_place() -> None:
    case = Driven(VOTES, {"items": ["p", "q", "r"]})
    case.complete("v", (0,), vote="a").complete("v", (1,), vote="b")
    withdraw(case, "v", (0,))
    case.complete("v", (0,), vote="c")
    withdraw(case, "v", (1,))
    assert case.variables["votes"] == ["c"]


def test_one_after_the_other_the_next_one_is_not_asked_any_more() -> None:
    body = start() + node("userTask", "v", many(sequential=True)) + end() + flow("s", "v", "e")
    case = Driven(draw(body), {"items": ["p", "q", "r"]}).complete("v")
    withdraw(case, "v", (0,))
    assert [(one.path, one.details["local"]["item"]) for one in case.tasks] == [((0,), "p")]
    assert finish(case) == ["v", "v", "v"]


def test_a_loop_goes_back_one_round() -> None:
    loop = '<standardLoopCharacteristics loopMaximum="3"/>'
    case = Driven(draw(start() + node("userTask", "v", loop) + end() + flow("s", "v", "e"))).complete("v").complete("v")
    withdraw(case, "v", (1,))
    assert [one.path for one in case.tasks] == [(1,)]
    assert finish(case) == ["v", "v"]


def test_a_joint_decision_that_is_over_is_not_opened_again() -> None:
    case = Driven(COUNTERSIGN, {"items": ["p", "q"]}).complete("a").complete("v").complete("v")
    with pytest.raises(MoveRefused, match="withdraw_decided"):
        withdraw(case, "v", (1,))


def test_an_earlier_round_is_not_opened_again() -> None:
    body = start() + node("exclusiveGateway", "m") + node("userTask", "v", many()) + node("exclusiveGateway", "x", default="out") + end()
    body += flow("s", "m", "v", "x") + flow("x", "m", when="again") + flow("x", "e", id="out")
    case = Driven(draw(body), {"items": ["p"], "again": True}).complete("v")
    with pytest.raises(MoveRefused, match="withdraw_decided"):
        withdraw(case, "v", (0,))


def test_a_completion_that_led_to_an_incident_is_taken_back_with_it() -> None:
    case = Driven(draw(start() + user("a") + script("bad", "x = nobody") + end() + flow("s", "a", "bad", "e"))).complete("a")
    assert len(case.outcome.incidents) == 1
    withdraw(case, "a")
    assert (case.open, case.outcome.incidents) == (["a"], ())


def test_what_went_straight_back_is_held_once_more() -> None:
    case = Driven(LINE).complete("a").complete("b")
    send_back(case, "c", "a", "straight_back", by="zhao")
    case.complete("a")
    withdraw(case, "a")
    assert case.open == ["a"]
    case.complete("a")
    assert (case.open, task(case, "c").details["assignee"]) == (["c"], "zhao")
    assert finish(case) == ["c"]


def test_the_start_form_that_was_filled_in_once_more() -> None:
    case = Driven(LINE).complete("a")
    send_back(case, "b", "s", assignee="wang")
    case.complete("s", amount=2)
    withdraw(case, "s", by="wang")
    assert case.open == ["s"]
    assert finish(case) == ["s", "a", "b", "c"]


def test_timers_that_have_begun_since_are_gone() -> None:
    body = start() + user("a", "b", "h") + boundary("late", "b", event("timer", "PT1H")) + end() + end("e2")
    case = Driven(draw(body + flow("s", "a", "b", "e") + flow("late", "h", "e2"))).complete("a")
    withdraw(case, "a")
    assert (case.open, case.timers) == (["a"], [])


def test_which_of_several_at_once_is_meant_must_be_certain() -> None:
    listening = node(
        "subProcess",
        "esp",
        start("es", event("message", "M1"), isInterrupting="false") + user("h", "i") + end("ee") + flow("es", "h", "i", "ee"),
        triggeredByEvent="true",
    )
    case = Driven(draw(start() + user("a") + end() + flow("s", "a", "e") + listening)).message("m1").message("m1")
    first = case.tasks[1]
    case.take(CompleteUserTask(first.number or 0, "h"))
    before = case.state
    with pytest.raises(MoveRefused, match="move_ambiguous"):
        withdraw(case, "h")
    with pytest.raises(MoveRefused, match="move_ambiguous"):
        send_back(case, "i", "h")
    assert case.state == before
    case.complete("i")
    with pytest.raises(MoveRefused, match="move_ambiguous"):
        withdraw(case, "i")
