"""Signers (加签, 减签) over the database: who may ask whom, races, what the log gives again."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from processes import instances, rebuild, settings, user_tasks
from processes.actors import SYSTEM, Actor
from processes.approval import reassigning, signing
from processes.audit import replay
from processes.audit.verify import verify
from processes.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from processes.people import accounts
from processes.queries import inbox
from tests.engine.drawing import draw, end, flow, many, node, start, user
from tests.processes.cases import LI, OPERATOR, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.forked import race

pytestmark = pytest.mark.usefixtures("database")

OUTCOMES = (
    '<extensionElements><camunda:properties><camunda:property name="outcomes" value="agree:同意; disagree:不同意"/>'
    "</camunda:properties></extensionElements>"
)
ONE = draw(
    start() + node("userTask", "u", OUTCOMES, name="审核", camunda_candidateGroups="财政局") + user("z") + end() + flow("s", "u", "z", "e")
)


@pytest.fixture
def case() -> str:
    deploy(ONE)
    return instances.start(key="p", variables={}, actor=ZHANG)


def holders_task(case: str) -> str:
    (found,) = [row["id"] for row in rows("user_task", instance_id=case, element_id="u") if "of" not in (row["signing"] or {})]
    return str(found)


def signers_task(case: str, login: str) -> str:
    (found,) = rows("user_task", instance_id=case, element_id="u", assignee=login, state="open")
    assert found["signing"]["of"]
    return str(found["id"])


def decide(task: str, actor: Actor, outcome: str = "agree", opinion: str | None = None) -> None:
    user_tasks.complete(task, variables={}, outcome=outcome, opinion=opinion, actor=actor)


def add(case: str, actor: Actor = LI, *users: str, position: str = "before", task: str | None = None) -> str:
    return signing.add(task or holders_task(case), list(users), position, actor=actor)


def outcome_of(case: str) -> Any:
    (row,) = rows("process_instance", id=case)
    return row["variables"].get("outcome_u")


def test_adding_signers_takes_the_task_and_holds_it_back(case: str) -> None:
    task = add(case, LI, "zhao")
    (row,) = rows("user_task", id=task)
    assert (row["assignee"], row["signing"]["waits"]) == ("li", 1)
    assert [one["id"] for one in inbox.page(ZHAO)["items"]] == [signers_task(case, "zhao")]
    assert rows("notice", login="zhao")
    with pytest.raises(Conflict, match="user_task_waits_for_signers"):
        decide(task, LI)
    decide(signers_task(case, "zhao"), ZHAO, "disagree", "造价偏高")
    (row,) = rows("user_task", id=task)
    assert (row["signing"]["waits"], row["signing"]["signers"][0]["state"]) == (0, "decided")
    decide(task, LI)
    assert outcome_of(case) == "agree"


def test_after_and_parallel_decide_the_step(case: str) -> None:
    task = add(case, LI, "zhao", position="after")
    add(case, LI, "wang", position="parallel", task=task)
    decide(task, LI)
    assert outcome_of(case) is None
    decide(signers_task(case, "wang"), WANG)
    decide(signers_task(case, "zhao"), ZHAO, "disagree", "不行")
    assert outcome_of(case) == "disagree"
    assert list(open_tasks(case)) == ["z"]


@pytest.mark.parametrize(
    ("users", "code"),
    [
        ([], "signers_required"),
        ("zhao", "signers_required"),
        ([7], "signers_required"),
        (["nobody"], "person_not_active"),
        (["robot"], "person_not_active"),
        ([f"p{k}" for k in range(21)], "too_many_signers"),
        (["li"], "signer_is_holder"),
        (["zhang"], "applicant_may_not_sign"),
    ],
)
def test_who_cannot_sign(case: str, users: Any, code: str) -> None:
    accounts.create("robot", "接口", ["integrator"], actor=SYSTEM)
    with pytest.raises(Refused) as refusal:
        signing.add(holders_task(case), users, "before", actor=LI)
    assert refusal.value.code == code
    assert len(rows("step", instance_id=case)) == 1


def test_a_person_signs_once_at_any_depth(case: str) -> None:
    task = add(case, LI, "zhao", position="parallel")
    below = signers_task(case, "zhao")
    for place, login, actor in ((task, "zhao", LI), (below, "li", ZHAO)):
        with pytest.raises(Conflict, match="signs_already"):
            signing.add(place, [login], "before", actor=actor)
    with pytest.raises(Conflict, match="signer_is_holder"):
        signing.add(below, ["zhao"], "before", actor=ZHAO)
    signing.add(below, ["wang"], "before", actor=ZHAO)
    with pytest.raises(Conflict, match="signs_already"):
        signing.add(task, ["wang"], "after", actor=LI)
    with pytest.raises(Conflict):
        reassigning.reassign(task, to="wang", actor=LI)


def test_the_depth_and_the_applicant_are_settings(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    present = settings.current()
    approval = replace(present.approval, signer_depth=1, applicant_signs=True)
    monkeypatch.setattr(settings, "current", lambda: replace(present, approval=approval))
    add(case, LI, "zhang", position="parallel")
    with pytest.raises(Conflict, match="signers_too_deep"):
        signing.add(signers_task(case, "zhang"), ["zhao"], "before", actor=ZHANG)


def test_a_signer_does_not_decide_what_was_given_back(case: str) -> None:
    task = add(case, LI, "wang", position="parallel")
    user_tasks.unclaim(task, actor=LI)
    for verb in (user_tasks.claim, decide):
        with pytest.raises(Conflict, match="signer_may_not_decide"):
            verb(task, actor=WANG)  # type: ignore[operator]
    decide(signers_task(case, "wang"), WANG)
    with pytest.raises(Conflict, match="signer_may_not_decide"):
        decide(task, WANG)
    decide(task, LI)
    assert outcome_of(case) == "agree"


def test_only_who_may_decide_asks_others(case: str) -> None:
    task = holders_task(case)
    with pytest.raises(NotFound):
        signing.add(task, ["li"], "before", actor=ZHAO)
    with pytest.raises(NotAllowed):
        signing.add(task, ["li"], "before", actor=ZHANG)
    with pytest.raises(Invalid, match="signer_position"):
        signing.add(task, ["zhao"], "beside", actor=LI)
    with pytest.raises(Conflict, match="stale_revision"):
        signing.add(task, ["zhao"], "before", revision=9, actor=LI)
    instances.suspend(case, "核实", actor=OPERATOR)
    with pytest.raises(Conflict, match="process_instance_suspended"):
        signing.add(task, ["zhao"], "before", actor=LI)
    with pytest.raises(NotFound):
        signing.add(f"{case}-999", ["zhao"], "before", actor=LI)


def test_taking_off(case: str) -> None:
    task = add(case, LI, "zhao", "wang", position="parallel")
    for actor, login, kind in (
        (WANG, "zhao", NotAllowed),
        (Actor("x", "x", frozenset({"clerk"})), "zhao", NotFound),
        (LI, "ops", Invalid),
        (LI, None, Invalid),
    ):
        with pytest.raises(kind):
            signing.remove(task, login, actor=actor)
    decide(signers_task(case, "wang"), WANG)
    with pytest.raises(Conflict, match="signer_has_decided"):
        signing.remove(task, "wang", actor=LI)
    decide(task, LI)
    signing.remove(task, "zhao", actor=LI)
    assert outcome_of(case) == "agree"
    assert [row["state"] for row in rows("user_task", assignee="zhao")] == ["cancelled"]
    with pytest.raises(Conflict):
        signing.remove(task, "zhao", actor=LI)


def test_an_operator_takes_off_and_a_system_asks(case: str) -> None:
    task = holders_task(case)
    signing.add(task, ["zhao"], "before", actor=ROBOT)
    (row,) = rows("user_task", id=task)
    assert row["assignee"] is None
    signing.remove(task, "zhao", actor=OPERATOR)
    decide(task, LI)
    assert outcome_of(case) == "agree"


def test_the_log_gives_all_of_it_again(case: str) -> None:
    task = add(case, LI, "zhao", position="after")
    add(case, LI, "wang", position="before", task=task)
    signing.add(signers_task(case, "wang"), ["ops"], "parallel", actor=WANG)
    _same(case)
    signing.remove(signers_task(case, "wang"), "ops", actor=WANG)
    decide(signers_task(case, "wang"), WANG)
    decide(task, LI)
    _same(case)
    decide(signers_task(case, "zhao"), ZHAO, "disagree", "不同意")
    _same(case)
    assert verify(case).unbroken


def _same(case: str) -> None:
    before = rows("user_task"), rows("inbox_entry")
    rebuild.rebuild_case(case)
    assert (rows("user_task"), rows("inbox_entry")) == before
    assert replay.replay(case).same


def test_cancelling_the_case_takes_all_of_it_back(case: str) -> None:
    add(case, LI, "zhao", "wang", position="before")
    instances.cancel(case, "作废", actor=OPERATOR)
    assert {row["state"] for row in rows("user_task", instance_id=case)} == {"cancelled"}
    assert rows("inbox_entry") == []


def _try(work: Callable[[], Any]) -> None:
    try:
        work()
    except Conflict:
        raise SystemExit(1) from None


def test_a_signer_and_the_holder_at_once() -> None:
    deploy(ONE)
    for _ in range(5):
        case = instances.start(key="p", variables={}, actor=ZHANG)
        task = add(case, LI, "zhao", position="parallel")
        other = signers_task(case, "zhao")
        assert race(partial(_try, partial(decide, task, LI)), partial(_try, partial(decide, other, ZHAO))) == [0, 0]
        assert outcome_of(case) == "agree"
        assert replay.replay(case).same


def test_taking_off_and_deciding_at_once() -> None:
    deploy(ONE)
    for _ in range(5):
        case = instances.start(key="p", variables={}, actor=ZHANG)
        task = add(case, LI, "zhao", position="parallel")
        other = signers_task(case, "zhao")
        remove = partial(signing.remove, task, "zhao", actor=LI)
        assert sorted(race(partial(_try, remove), partial(_try, partial(decide, other, ZHAO)))) == [0, 1]
        decide(task, LI)
        assert outcome_of(case) == "agree"
        assert replay.replay(case).same


def test_the_signers_of_one_who_votes() -> None:
    inner = OUTCOMES.replace("<camunda:properties>", '<camunda:properties><camunda:property name="decide" value="all"/>') + many("people")
    deploy(draw(start() + node("userTask", "u", inner, camunda_assignee="${item}") + user("z") + end() + flow("s", "u", "z", "e")))
    case = instances.start(key="p", variables={"people": ["li", "wang"]}, actor=ROBOT)
    (task,) = [row["id"] for row in rows("user_task", assignee="li")]
    add(case, LI, "zhao", position="after", task=task)
    with pytest.raises(Conflict, match="signs_already"):
        add(case, LI, "zhao", task=task)
    decide(task, LI)
    decide(signers_task(case, "zhao"), ZHAO, "disagree", "不同意")
    assert (outcome_of(case), list(open_tasks(case))) == ("disagree", ["z"])
