"""Sending back from, and taking back in, a joint decision whose votes are counted; and tasks that others sign."""

import pytest

from engine.errors import MoveRefused
from engine.triggers import AddSigners
from tests.engine.drawing import Driven, draw, end, flow, many, node, start, user
from tests.engine.taking_back import send_back, task, told, withdraw
from tests.engine.test_joint_decisions import vote
from tests.engine.test_moving import LINE, finish


def joint(sequential: bool = False, **properties: str) -> Driven:
    """`a`, then people decide `u` together, then `z`."""
    inner = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    inner = f"<extensionElements><camunda:properties>{inner}</camunda:properties></extensionElements>"
    together = node("userTask", "u", inner + many("people", sequential=sequential), camunda_assignee="${item}")
    drawn = draw(start() + user("a") + together + user("z") + end() + flow("s", "a", "u", "z", "e"))
    return Driven(drawn, {"people": ["li", "wang", "zhao"]}).complete("a")


def test_a_vote_that_is_taken_back_counts_no_more() -> None:
    case = vote(joint(decide="ratio", ratio="2/3", wait_for_all="true"), "li", "agree")
    withdraw(case, "u", (0,), by="li")
    assert told(case, "votes_counted")["tally"]["voted"] == 0
    vote(case, "wang", "agree")
    assert "u" in case.open
    vote(case, "li", "disagree")
    vote(case, "zhao", "agree")
    assert (case.open, case.variables["outcome_u"], case.variables["votes_u"]["yes"]) == (["z"], "agree", 2)
    assert [one["login"] for one in case.variables["votes_u"]["people"]] == ["wang", "li", "zhao"]


def test_a_vote_that_has_decided_is_not_taken_back() -> None:
    case = vote(joint(decide="any"), "li", "agree")
    with pytest.raises(MoveRefused, match="withdraw_decided"):
        withdraw(case, "u", (0,), by="li")


def test_one_after_the_other_the_vote_of_the_one_before() -> None:
    case = vote(joint(sequential=True, decide="all"), "li", "agree")
    withdraw(case, "u", (0,), by="li")
    assert [one.details["assignee"] for one in case.tasks] == ["li"]
    for who in ("li", "wang", "zhao"):
        vote(case, who, "agree")
    assert (case.open, case.variables["outcome_u"]) == (["z"], "agree")


def test_sent_back_by_one_of_them_the_vote_is_closed_and_begins_anew() -> None:
    case = vote(joint(decide="all"), "li", "agree")
    send_back(case, "u", "a", path=(1,))
    assert case.open == ["a"]
    assert told(case, "vote_closed")["outcome"] is None
    case.complete("a")
    for who in ("li", "wang", "zhao"):
        vote(case, who, "agree")
    assert case.open == ["z"]


def test_straight_back_the_votes_of_the_others_count_on() -> None:
    case = vote(joint(decide="all"), "li", "agree")
    send_back(case, "u", "a", "straight_back", path=(1,), by="wang")
    vote(case, "zhao", "agree")
    assert case.open == ["a"]
    case.complete("a")
    vote(case, "wang", "agree")
    assert (case.open, case.variables["votes_u"]["yes"]) == (["z"], 3)


def test_what_is_decided_meanwhile_needs_the_other_task_no_more() -> None:
    case = joint(decide="all")
    send_back(case, "u", "a", "straight_back", path=(1,), by="wang")
    vote(case, "li", "disagree")
    assert (case.open, case.variables["outcome_u"]) == (["z"], "disagree")


@pytest.mark.parametrize("how", ["rerun", "straight_back"])
def test_those_who_sign_are_asked_no_more_when_the_holder_sends_back(how: str) -> None:
    case = Driven(LINE).complete("a")
    held = task(case, "b")
    case.take(AddSigners(held.number or 0, "b", (), ["wang", "zhao"], "parallel", "li"))
    assert len(case.tasks) == 3
    send_back(case, "b", "a", how)
    assert case.open == ["a"]
    assert finish(case) == ["a", "b", "c"]


def test_who_signs_for_another_does_not_send_back() -> None:
    case = Driven(LINE).complete("a")
    held = task(case, "b")
    case.take(AddSigners(held.number or 0, "b", (), ["wang"], "parallel", "li"))
    signer = next(one for one in case.tasks if one.number != held.number)
    case.events.remove(held)
    with pytest.raises(MoveRefused, match="move_from_handler"):
        send_back(case, "b", "a")
    assert signer in case.tasks
