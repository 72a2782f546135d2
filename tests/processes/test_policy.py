"""Who may do what, as pure rules over facts."""

import pytest

from processes import policy
from processes.actors import Actor
from processes.errors import Conflict, NotAllowed, NotFound
from processes.policy import CaseFacts, TaskFacts

CLERK = Actor("li", "李四", frozenset({"clerk"}), frozenset({"财政局"}))
STRANGER = Actor("zhao", "赵六", frozenset({"clerk"}))
OPERATOR = Actor("ops", "运维", frozenset({"clerk", "operator"}))
AUDITOR = Actor("aud", "审计", frozenset({"auditor"}))
ANALYST = Actor("ana", "分析", frozenset({"analyst"}))


def _robot(*scope: str) -> Actor:
    return Actor("robot", "接口", frozenset({"integrator"}), scope=scope or None, via="token")


def _task(**facts: object) -> TaskFacts:
    known = {"definition_key": "p", "state": "open", "assignee": None, "candidate_users": [], "candidate_groups": ["财政局"], **facts}
    return TaskFacts(**known)  # type: ignore[arg-type]


CASE = CaseFacts("p", "zhang", None, takes_part=False)


@pytest.mark.parametrize(
    ("actor", "sees"),
    [
        (CLERK, False),
        (Actor("zhang", "张三"), True),
        (OPERATOR, True),
        (AUDITOR, True),
        (ANALYST, False),
        (_robot("p"), True),
        (_robot("*"), True),
        (_robot("q"), False),
        (_robot(), False),
    ],
)
def test_who_may_know_a_case(actor: Actor, sees: bool) -> None:
    assert policy.may_see_instance(actor, CASE) is sees


def test_who_takes_part_or_is_represented_may_know_a_case() -> None:
    assert policy.may_see_instance(CLERK, CaseFacts("p", "x", None, takes_part=True))
    assert policy.may_see_instance(CLERK, CaseFacts("p", "x", "li", takes_part=False))


def test_a_token_for_other_processes_hides_what_its_account_may_know() -> None:
    narrow = Actor("ops", "运维", frozenset({"operator"}), scope=("q",), via="token")
    assert not policy.may_see_instance(narrow, CASE)
    assert not policy.may_work_on(narrow, _task(candidate_groups=[]))


@pytest.mark.parametrize(
    ("actor", "task", "may"),
    [
        (CLERK, _task(), True),
        (CLERK, _task(candidate_groups=[], candidate_users=["li"]), True),
        (CLERK, _task(candidate_groups=["li"]), True),
        (CLERK, _task(assignee="li", candidate_groups=[]), True),
        (CLERK, _task(assignee="wang"), False),
        (STRANGER, _task(), False),
        (OPERATOR, _task(), False),
        (OPERATOR, _task(candidate_groups=[]), True),
        (CLERK, _task(candidate_groups=[]), False),
        (_robot("p"), _task(assignee="wang"), True),
        (_robot("q"), _task(), False),
        (_robot(), _task(), False),
    ],
)
def test_who_may_work_on_a_task(actor: Actor, task: TaskFacts, may: bool) -> None:
    assert policy.may_work_on(actor, task) is may


def test_operators_do_what_nobody_can() -> None:
    assert policy.may_work_on(OPERATOR, _task(candidate_groups=["空岗"]), nobody=True)


@pytest.mark.parametrize(
    ("actor", "task", "knows", "refusal"),
    [
        (STRANGER, _task(), False, NotFound),
        (STRANGER, _task(), True, NotAllowed),
        (CLERK, _task(assignee="wang"), False, Conflict),
        (CLERK, _task(state="completed"), False, Conflict),
        (STRANGER, _task(state="completed"), False, NotFound),
        (STRANGER, _task(state="cancelled"), True, Conflict),
        (_robot("q"), _task(), True, NotFound),
    ],
)
def test_how_work_is_refused(actor: Actor, task: TaskFacts, knows: bool, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        policy.check_may_work_on(actor, task, knows_case=knows)


@pytest.mark.parametrize(
    ("actor", "starters", "may"),
    [
        (CLERK, [], True),
        (CLERK, ["财政局"], True),
        (CLERK, ["li"], True),
        (STRANGER, ["财政局"], False),
        (OPERATOR, ["财政局"], False),
        (_robot("p"), ["财政局"], True),
        (_robot("q"), [], False),
        (_robot(), [], False),
    ],
)
def test_who_may_start(actor: Actor, starters: list[str], may: bool) -> None:
    assert policy.may_start(actor, "p", starters) is may


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (ANALYST, True),
        (OPERATOR, True),
        (CLERK, False),
        (AUDITOR, False),
        (_robot("*"), False),
        (Actor("ana", "分析", frozenset({"analyst"}), scope=("p",), via="token"), False),
    ],
)
def test_who_may_deploy(actor: Actor, may: bool) -> None:
    assert policy.may_deploy(actor) is may


@pytest.mark.parametrize(
    ("actor", "may"), [(Actor("zhang", "张三"), True), (CLERK, False), (OPERATOR, True), (_robot("p"), True), (_robot("q"), False)]
)
def test_who_may_cancel(actor: Actor, may: bool) -> None:
    assert policy.may_cancel(actor, CASE) is may
