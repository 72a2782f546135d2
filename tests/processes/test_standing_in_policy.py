"""Who may stand in for whom, as pure facts."""

from typing import Any

import pytest

from processes.actors import Actor, StandIn
from processes.policy import ApplicationFacts, TaskFacts, stand_in

LI = StandIn("rule", "li", frozenset({"财政局"}))
OF_GROUP = TaskFacts("p", "open", None, (), ("财政局",))
OF_LI = TaskFacts("p", "open", "li", (), (), by_name=True)
CLAIMED = TaskFacts("p", "open", "li", (), ("财政局",))
CASE = ApplicationFacts("zhang", None, 500_000)


def zhao(*rules: StandIn, **more: Any) -> Actor:
    return Actor("zhao", "赵六", frozenset({"clerk"}), stands_in=rules, **more)


@pytest.mark.parametrize(
    "task", [OF_GROUP, OF_LI, CLAIMED, TaskFacts("p", "open", None, ("li",), ()), TaskFacts("p", "open", None, (), ("li",))]
)
def test_what_waits_for_the_principal(task: TaskFacts) -> None:
    assert stand_in(zhao(LI), task, CASE) == LI
    assert stand_in(zhao(LI), task, CASE, "li") == LI
    assert stand_in(zhao(LI), task, CASE, "wang") is None
    assert stand_in(zhao(), task, CASE) is None


@pytest.mark.parametrize(
    "task",
    [
        TaskFacts("p", "completed", "li", (), ()),
        TaskFacts("p", "cancelled", "li", (), ()),
        TaskFacts("p", "open", "wang", ("li",), ("财政局",)),
        TaskFacts("p", "open", None, ("wang",), ("镇长",)),
        TaskFacts("p", "open", "li", (), (), delegated_by="wang"),
        TaskFacts("p", "open", None, (), ()),
    ],
)
def test_what_does_not_wait_for_the_principal(task: TaskFacts) -> None:
    assert stand_in(zhao(LI), task, CASE) is None


@pytest.mark.parametrize(
    ("case", "task", "allowed"),
    [
        (ApplicationFacts("zhao", None, None), OF_GROUP, False),
        (ApplicationFacts("robot", "zhao", None), OF_LI, False),
        (ApplicationFacts("li", None, None), OF_GROUP, False),
        (ApplicationFacts("robot", "li", None), OF_GROUP, False),
        (ApplicationFacts("li", None, None), CLAIMED, False),
        (ApplicationFacts("li", None, None), OF_LI, True),
    ],
)
def test_nobody_approves_by_proxy(case: ApplicationFacts, task: TaskFacts, allowed: bool) -> None:
    assert (stand_in(zhao(LI), task, case) is not None) == allowed


def test_limits_of_process_amount_and_token() -> None:
    limited = StandIn("rule", "li", frozenset({"财政局"}), frozenset({"q"}), 500_000)
    assert stand_in(zhao(limited), OF_LI, CASE) is None
    fitting = StandIn("rule", "li", frozenset(), frozenset({"p"}), 500_000)
    assert stand_in(zhao(fitting), OF_LI, CASE) == fitting
    assert stand_in(zhao(fitting), OF_LI, ApplicationFacts("zhang", None, 500_001)) is None
    assert stand_in(zhao(fitting), OF_LI, ApplicationFacts("zhang", None, None)) is None
    assert stand_in(zhao(LI, scope=("q",), via="token"), OF_LI, CASE) is None


def test_the_first_rule_that_reaches_counts() -> None:
    narrow = StandIn("narrow", "li", frozenset(), frozenset({"q"}))
    assert stand_in(zhao(narrow, LI), OF_LI, CASE) == LI
