"""What people do with user tasks, to be killed in the middle."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from processes import instances, user_tasks
from processes.approval import (
    batch,
    circulating,
    copying,
    delegating,
    handover,
    reassigning,
    reminding,
    sending_back,
    signing,
    substitution,
    withdrawing,
)
from processes.calendar import office
from processes.people import directory
from tests.engine.drawing import draw, end, flow, many, node, start
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, ZHAO, open_tasks, rows
from tests.processes.doomed import Command, one_step, review, steps_of

VOTING = draw(
    start()
    + node(
        "userTask",
        "u",
        '<extensionElements><camunda:properties><camunda:property name="decide" value="ratio"/>'
        '<camunda:property name="votes_needed" value="2"/></camunda:properties></extensionElements>' + many("people"),
        camunda_assignee="${item}",
    )
    + end()
    + flow("s", "u", "e"),
    key="voting",
)


def _claim() -> Command:
    case, task = review()
    return one_step(case, "claim", lambda: user_tasks.claim(task, actor=LI))


def _unclaim() -> Command:
    case, task = review()
    user_tasks.claim(task, actor=LI)
    return one_step(case, "unclaim", lambda: user_tasks.unclaim(task, actor=LI))


def _reassign() -> Command:
    case, task = review()
    return one_step(case, "reassign", lambda: reassigning.reassign(task, to="zhao", reason="出差", actor=LI))


def _delegate() -> Command:
    """With the claim that comes with it."""
    case, task = review()
    return one_step(case, "delegate", lambda: delegating.delegate(task, to="zhao", actor=LI))


def _asked() -> tuple[str, str]:
    case, task = review()
    delegating.delegate(task, to="zhao", actor=LI)
    return case, task


def _resolve() -> Command:
    case, task = _asked()
    return one_step(case, "resolve", lambda: delegating.resolve(task, opinion="可以", actor=ZHAO))


def _recall() -> Command:
    case, task = _asked()
    return one_step(case, "recall", lambda: delegating.recall(task, actor=LI))


def _complete_for_another() -> Command:
    case, task = review()
    if not rows("substitution"):
        substitution.give("li", "zhao", valid_from=office.today(), valid_until=office.today(), actor=LI)
    deputy = directory.actor("zhao")
    return one_step(case, "complete_user_task", lambda: user_tasks.complete(task, variables={}, actor=deputy))


def _substitution() -> Command:
    before, day = len(rows("substitution")), office.today()
    given = {"valid_from": day, "valid_until": day + timedelta(days=before + 1)}
    give = partial(substitution.give, "wang", "zhao", **given, actor=WANG)
    return Command(give, lambda: len(rows("substitution")) - before)


def _handed_over() -> Command:
    case, task = review()
    user_tasks.claim(task, actor=LI)
    handover.begin("li", "zhao", actor=OPERATOR)
    # asked again it finds nothing left to move, without a key
    return Command(lambda: handover.move_some("li", actor=OPERATOR), lambda: steps_of(case, "hand_over"), keyed=False)


def _complete() -> Command:
    case, task = review()
    return one_step(case, "complete_user_task", lambda: user_tasks.complete(task, variables={}, opinion="同意", actor=WANG))


def _remind() -> Command:
    case, task = review()
    return one_step(case, "remind", lambda: reminding.remind(task, "请尽快", actor=ZHANG))


def _signed() -> Command:
    case, task = review()
    return one_step(case, "add_signers", lambda: signing.add(task, ["zhao", "ops"], "before", actor=LI))


def _unsigned() -> Command:
    """The last signer is taken off a task whose holder has decided: the step goes on with it."""
    case, task = review()
    signing.add(task, ["ops"], "parallel", actor=LI)
    user_tasks.complete(task, variables={}, outcome="agree", actor=LI)
    return one_step(case, "remove_signer", lambda: signing.remove(task, "ops", actor=LI))


def _voted() -> Command:
    """The vote that makes the result certain takes the others' tasks back."""
    case = instances.start(key="voting", variables={"people": ["li", "wang", "zhao"]}, actor=ROBOT)
    tasks = {row["assignee"]: row["id"] for row in rows("user_task", instance_id=case)}
    user_tasks.complete(tasks["li"], variables={}, outcome="agree", actor=LI)
    before = steps_of(case, "complete_user_task")
    vote = partial(user_tasks.complete, tasks["wang"], variables={}, outcome="agree", actor=WANG)

    def effect() -> int:
        taken = steps_of(case, "complete_user_task") - before
        states = {row["state"] for row in rows("vote", instance_id=case)}
        assert (states, taken) in (({"open"}, 0), ({"closed"}, 1))
        return taken

    return Command(vote, effect)


def _copy() -> Command:
    case, task = review()
    return one_step(case, "copy", lambda: copying.copy_task(task, ["zhao", "ops"], "请知悉", actor=LI))


def _circulate() -> Command:
    case, _ = review()
    return one_step(case, "circulate", lambda: circulating.circulate(case, ["zhao", "ops"], actor=ZHANG))


def _acknowledge() -> Command:
    case, _ = review()
    made = circulating.circulate(case, ["zhao"], actor=ZHANG)
    return one_step(case, "read_circulation", lambda: circulating.acknowledge(made.id, "同意", actor=ZHAO))


def _batch() -> Command:
    pairs = [review() for _ in range(2)]
    items = [batch.Item(task, None) for _, task in pairs]
    return Command(lambda: batch.complete(items, actor=LI), lambda: sum(steps_of(case, "complete_user_task") for case, _ in pairs), whole=2)


def _send_back() -> Command:
    case, task = review()
    user_tasks.complete(task, variables={}, actor=LI)
    approve = open_tasks(case)["approve"]
    return one_step(case, "send_back", lambda: sending_back.send_back(approve, reason="请补充", to_element_id="review", actor=ZHAO))


def _send_straight_back() -> Command:
    """The applicant's revision, and the task that is held until then."""
    case, task = review()
    return one_step(case, "send_back", lambda: sending_back.send_back(task, reason="请补充", resubmit="straight_back", actor=LI))


def _withdraw() -> Command:
    case, task = review()
    user_tasks.complete(task, variables={}, opinion="同意", actor=LI)
    return one_step(case, "withdraw", lambda: withdrawing.withdraw(task, reason="看错", actor=LI))


#: name -> the models that it needs, and what makes a case for it
APPROVAL: dict[str, tuple[tuple[bytes, ...], Callable[[], Command]]] = {
    "claim": ((REVIEW,), _claim),
    "unclaim": ((REVIEW,), _unclaim),
    "reassign": ((REVIEW,), _reassign),
    "delegate": ((REVIEW,), _delegate),
    "resolve": ((REVIEW,), _resolve),
    "recall": ((REVIEW,), _recall),
    "complete for another": ((REVIEW,), _complete_for_another),
    "handed over": ((REVIEW,), _handed_over),
    "substitution": ((), _substitution),
    "complete": ((REVIEW,), _complete),
    "remind": ((REVIEW,), _remind),
    "batch": ((REVIEW,), _batch),
    "copy": ((REVIEW,), _copy),
    "circulate": ((REVIEW,), _circulate),
    "acknowledge": ((REVIEW,), _acknowledge),
    "sign": ((REVIEW,), _signed),
    "unsign": ((REVIEW,), _unsigned),
    "vote": ((VOTING,), _voted),
    "send back": ((REVIEW,), _send_back),
    "straight back": ((REVIEW,), _send_straight_back),
    "withdraw": ((REVIEW,), _withdraw),
}
