"""Sending back and taking back against whatever else happens at the same moment: the order decides, never a mix of both."""

from typing import Any

import pytest

from processes import instances, user_tasks
from processes.approval import sending_back, withdrawing
from tests.figures import tell
from tests.processes.cases import LI, REVIEW, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.racers import ROUNDS, racing
from tests.processes.test_sending_back import sound

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]
WORKS: dict[str, Any] = {
    "send_back": lambda task: sending_back.send_back(task, reason="补", actor=ZHAO),
    "withdraw": lambda task: withdrawing.withdraw(task, actor=LI),
    "complete": lambda task: user_tasks.complete(task, variables={}, actor=ZHAO),
    "claim": lambda task: user_tasks.claim(task, actor=ZHAO),
}


def _decided() -> tuple[str, str, str]:
    """A case whose review li has completed: its id, the completed task, and the one that waits for zhao."""
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    review = open_tasks(case)["review"]
    user_tasks.complete(review, variables={}, actor=LI)
    return case, review, open_tasks(case)["approve"]


@pytest.mark.parametrize("other", ["complete", "send_back", "claim"])
def test_taking_back_against_whoever_comes_next(other: str) -> None:
    """One of both happens: whoever came next was asked, or was not."""
    deploy(REVIEW)
    won = 0
    with racing(2, WORKS) as racers:
        for _ in range(ROUNDS):
            case, review, approve = _decided()
            taken, acted = racers.round(("withdraw", {"task": review}), (other, {"task": approve}))
            assert [taken.done, acted.done].count(True) == 1
            assert taken.code in (None, "withdraw_acted", "process_instance_ended")
            assert (list(open_tasks(case)) == ["review"]) == taken.done
            won += taken.done
            sound(case)
    tell(f"races withdraw/{other}: {ROUNDS} rounds, {won} taken back")


@pytest.mark.parametrize("other", ["complete", "send_back"])
def test_sending_back_against_deciding_or_itself(other: str) -> None:
    deploy(REVIEW)
    with racing(2, WORKS) as racers:
        for _ in range(ROUNDS):
            case, _review, approve = _decided()
            ends = racers.round(("send_back", {"task": approve}), (other, {"task": approve}))
            assert [one.done for one in ends].count(True) == 1
            assert [one.code for one in ends if not one.done] in (["user_task_not_open"], ["user_task_not_found"])
            assert len(rows("user_task", instance_id=case, state="open")) == (1 if other == "send_back" or ends[0].done else 0)
            sound(case)


def test_taking_back_twice_opens_one_task() -> None:
    deploy(REVIEW)
    with racing(2, WORKS) as racers:
        for _ in range(ROUNDS):
            case, review, _approve = _decided()
            ends = racers.round(("withdraw", {"task": review}), ("withdraw", {"task": review}))
            assert [one.done for one in ends].count(True) == 1
            assert len(rows("user_task", instance_id=case, state="open")) == 1
            sound(case)
