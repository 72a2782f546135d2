"""Killed before and after every statement of every command: all of it has happened or nothing, and a client that asks again with its
key gets one effect. The number of statements is told, so that a new statement is seen."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest

from processes import (
    attachments,
    clock,
    deployments,
    external_jobs,
    idempotency,
    incidents,
    instances,
    jobs,
    messages,
    rebuild,
    signals,
    start_timers,
    stuck,
    user_tasks,
)
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
from processes.audit import replay
from processes.audit.verify import verify
from processes.calendar import office
from processes.people import directory
from tests.engine.drawing import draw, end, event, flow, many, node, script, start, user
from tests.figures import tell
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.forked import killed_at

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]

CALL = draw(
    start() + node("serviceTask", "call", camunda_type="external", camunda_topic="bank") + user("u") + end() + flow("s", "call", "u", "e")
)
FAILING = draw(start() + script("sum", "total = amount + 1") + user("u", camunda_assignee="li") + end() + flow("s", "sum", "u", "e"))
WAITING = draw(start() + node("receiveTask", "wait", messageRef="M1") + end() + flow("s", "wait", "e"), key="waiting")
HEARING = draw(start() + node("intermediateCatchEvent", "hear", event("signal", "S1")) + end() + flow("s", "hear", "e"), key="hearing")
THROWING = draw(
    start() + node("intermediateThrowEvent", "throw", event("message", "M1")) + user("u") + end() + flow("s", "throw", "u", "e")
)
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
TIMED = draw(start(inner=event("cycle", "R99/2026-11-24T12:00:00/PT1H")) + user("u", camunda_assignee="li") + end() + flow("s", "u", "e"))


@dataclass(frozen=True)
class Command:
    """One command over a case made for it: what it does, and how much of its effect is there."""

    work: Callable[[], object]
    effect: Callable[[], int]
    whole: int = 1
    #: whether a client asks, with a key, and not one of our own workers
    keyed: bool = True


def _steps_of(case: str, kind: str) -> int:
    return sum(row["trigger"]["kind"] == kind for row in rows("step", instance_id=case))


def _one_step(case: str, kind: str, work: Callable[[], object]) -> Command:
    return Command(work, lambda: _steps_of(case, kind))


def _review() -> tuple[str, str]:
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    return case, open_tasks(case)["review"]


def _claim() -> Command:
    case, task = _review()
    return _one_step(case, "claim", lambda: user_tasks.claim(task, actor=LI))


def _unclaim() -> Command:
    case, task = _review()
    user_tasks.claim(task, actor=LI)
    return _one_step(case, "unclaim", lambda: user_tasks.unclaim(task, actor=LI))


def _reassign() -> Command:
    case, task = _review()
    return _one_step(case, "reassign", lambda: reassigning.reassign(task, to="zhao", reason="出差", actor=LI))


def _delegate() -> Command:
    """With the claim that comes with it."""
    case, task = _review()
    return _one_step(case, "delegate", lambda: delegating.delegate(task, to="zhao", actor=LI))


def _asked() -> tuple[str, str]:
    case, task = _review()
    delegating.delegate(task, to="zhao", actor=LI)
    return case, task


def _resolve() -> Command:
    case, task = _asked()
    return _one_step(case, "resolve", lambda: delegating.resolve(task, opinion="可以", actor=ZHAO))


def _recall() -> Command:
    case, task = _asked()
    return _one_step(case, "recall", lambda: delegating.recall(task, actor=LI))


def _complete_for_another() -> Command:
    case, task = _review()
    if not rows("substitution"):
        substitution.give("li", "zhao", valid_from=office.today(), valid_until=office.today(), actor=LI)
    deputy = directory.actor("zhao")
    return _one_step(case, "complete_user_task", lambda: user_tasks.complete(task, variables={}, actor=deputy))


def _substitution() -> Command:
    before, day = len(rows("substitution")), office.today()
    given = {"valid_from": day, "valid_until": day + timedelta(days=before + 1)}
    give = lambda: substitution.give("wang", "zhao", **given, actor=WANG)  # noqa: E731
    return Command(give, lambda: len(rows("substitution")) - before)


def _handed_over() -> Command:
    case, task = _review()
    user_tasks.claim(task, actor=LI)
    handover.begin("li", "zhao", actor=OPERATOR)
    # asked again it finds nothing left to move, without a key
    return Command(lambda: handover.move_some("li", actor=OPERATOR), lambda: _steps_of(case, "hand_over"), keyed=False)


def _complete() -> Command:
    case, task = _review()
    return _one_step(case, "complete_user_task", lambda: user_tasks.complete(task, variables={}, opinion="同意", actor=WANG))


def _remind() -> Command:
    case, task = _review()
    return _one_step(case, "remind", lambda: reminding.remind(task, "请尽快", actor=ZHANG))


def _signed() -> Command:
    case, task = _review()
    return _one_step(case, "add_signers", lambda: signing.add(task, ["zhao", "ops"], "before", actor=LI))


def _unsigned() -> Command:
    """The last signer is taken off a task whose holder has decided: the step goes on with it."""
    case, task = _review()
    signing.add(task, ["ops"], "parallel", actor=LI)
    user_tasks.complete(task, variables={}, outcome="agree", actor=LI)
    return _one_step(case, "remove_signer", lambda: signing.remove(task, "ops", actor=LI))


def _voted() -> Command:
    """The vote that makes the result certain takes the others' tasks back."""
    case = instances.start(key="voting", variables={"people": ["li", "wang", "zhao"]}, actor=ROBOT)
    tasks = {row["assignee"]: row["id"] for row in rows("user_task", instance_id=case)}
    user_tasks.complete(tasks["li"], variables={}, outcome="agree", actor=LI)
    before = _steps_of(case, "complete_user_task")
    vote = lambda: user_tasks.complete(tasks["wang"], variables={}, outcome="agree", actor=WANG)  # noqa: E731

    def effect() -> int:
        taken = _steps_of(case, "complete_user_task") - before
        states = {row["state"] for row in rows("vote", instance_id=case)}
        assert (states, taken) in (({"open"}, 0), ({"closed"}, 1))
        return taken

    return Command(vote, effect)


def _copy() -> Command:
    case, task = _review()
    return _one_step(case, "copy", lambda: copying.copy_task(task, ["zhao", "ops"], "请知悉", actor=LI))


def _circulate() -> Command:
    case, _ = _review()
    return _one_step(case, "circulate", lambda: circulating.circulate(case, ["zhao", "ops"], actor=ZHANG))


def _acknowledge() -> Command:
    case, _ = _review()
    made = circulating.circulate(case, ["zhao"], actor=ZHANG)
    return _one_step(case, "read_circulation", lambda: circulating.acknowledge(made.id, "同意", actor=ZHAO))


def _batch() -> Command:
    pairs = [_review() for _ in range(2)]
    items = [batch.Item(task, None) for _, task in pairs]
    done = lambda: sum(_steps_of(case, "complete_user_task") for case, _ in pairs)  # noqa: E731
    return Command(lambda: batch.complete(items, actor=LI), done, whole=2)


def _send_back() -> Command:
    case, task = _review()
    user_tasks.complete(task, variables={}, actor=LI)
    approve = open_tasks(case)["approve"]
    return _one_step(case, "send_back", lambda: sending_back.send_back(approve, reason="请补充", to_element_id="review", actor=ZHAO))


def _send_straight_back() -> Command:
    """The applicant's revision, and the task that is held until then."""
    case, task = _review()
    return _one_step(case, "send_back", lambda: sending_back.send_back(task, reason="请补充", resubmit="straight_back", actor=LI))


def _withdraw() -> Command:
    case, task = _review()
    user_tasks.complete(task, variables={}, opinion="同意", actor=LI)
    return _one_step(case, "withdraw", lambda: withdrawing.withdraw(task, reason="看错", actor=LI))


def _suspend() -> Command:
    case, _ = _review()
    return _one_step(case, "suspend", lambda: instances.suspend(case, "核实", actor=OPERATOR))


def _resume() -> Command:
    case, _ = _review()
    instances.suspend(case, "核实", actor=OPERATOR)
    return _one_step(case, "resume", lambda: instances.resume(case, "", actor=OPERATOR))


def _cancel() -> Command:
    case, _ = _review()
    return _one_step(case, "cancel", lambda: instances.cancel(case, "作废", actor=OPERATOR))


def _fetched() -> tuple[str, str]:
    case = instances.start(key="p", variables={}, actor=ROBOT)
    (job,) = external_jobs.fetch(worker="w", topics=["bank"], actor=ROBOT)
    return case, str(job["id"])


def _fetch() -> Command:
    case = instances.start(key="p", variables={}, actor=ROBOT)
    fetch = lambda: external_jobs.fetch(worker="w", topics=["bank"], actor=ROBOT)  # noqa: E731
    return Command(fetch, lambda: sum(row["worker"] == "w" for row in rows("job", instance_id=case)))


def _job_done() -> Command:
    case, job = _fetched()
    return _one_step(case, "complete_job", lambda: external_jobs.complete(job, worker="w", variables={"paid": True}, actor=ROBOT))


def _job_failed() -> Command:
    case, job = _fetched()
    return _one_step(case, "job_attempt_failed", lambda: external_jobs.fail(job, worker="w", message="忙", actor=ROBOT))


def _job_gave_up() -> Command:
    case, job = _fetched()
    return _one_step(case, "fail_job", lambda: external_jobs.fail(job, worker="w", message="坏", retries=0, actor=ROBOT))


def _job_retried() -> Command:
    case, job = _fetched()
    external_jobs.fail(job, worker="w", message="坏", retries=0, actor=ROBOT)
    return _one_step(case, "retry", lambda: jobs.retry(job, actor=OPERATOR))


def _incident() -> Command:
    case = instances.start(key="p", variables={}, actor=ROBOT)
    (incident,) = rows("incident", instance_id=case)
    return _one_step(case, "retry", lambda: incidents.resolve(incident["id"], variables={"amount": 2}, actor=OPERATOR))


def _message() -> Command:
    cases = [instances.start(key="waiting", variables={}, actor=ROBOT) for _ in range(2)]
    deliver = lambda: messages.deliver(name="m1", variables={"x": 1}, actor=ROBOT)  # noqa: E731
    return Command(deliver, lambda: sum(_steps_of(case, "deliver_message") for case in cases), whole=2)


def _signal() -> Command:
    cases = [instances.start(key="hearing", variables={}, actor=ROBOT) for _ in range(3)]
    broadcast = lambda: signals.broadcast("s1", {"x": 1}, actor=ROBOT)  # noqa: E731
    return Command(broadcast, lambda: sum(_steps_of(case, "broadcast_signal") for case in cases), whole=3)


def _thrown() -> Command:
    """The thrower learns of it in the transaction in which the receiver takes it; a worker asks again, without a key."""
    receiver = instances.start(key="waiting", variables={}, actor=ROBOT)
    sender = instances.start(key="p", variables={}, actor=ROBOT)
    (job,) = rows("job", instance_id=sender)
    both = lambda: _steps_of(receiver, "deliver_message") + _steps_of(sender, "message_delivered")  # noqa: E731
    return Command(lambda: jobs.run(job["id"]), lambda: both() // 2 if both() != 1 else -1, keyed=False)


_numbers = count(1)


def _deployed() -> Command:
    number = next(_numbers)
    model = REVIEW.replace("批准".encode(), f"批准{number}".encode())
    before = len(rows("process_definition"))

    def effect() -> int:
        made = len(rows("process_definition")) - before
        assert len({row["deployment_id"] for row in rows("process_definition")}) == before + made == len(rows("deployment"))
        return made

    return Command(lambda: deployments.deploy("x", {"flow0.bpmn": model}, actor=OPERATOR), effect)


def _started_by_time() -> Command:
    before = len(rows("process_instance"))
    (due,) = {row["due_at"] for row in rows("start_subscription")}

    def run() -> None:
        with clock.at(due):
            start_timers.run_due()

    return Command(run, lambda: len(rows("process_instance")) - before, keyed=False)


def _uploaded() -> Command:
    before = len(rows("attachment"))
    content = b"%PDF-1.7 " + str(next(_numbers)).encode()

    def effect() -> int:
        found = rows("attachment")
        for row in found:
            assert attachments.path_of(row["sha256"]).is_file()
        return len(found) - before

    return Command(lambda: attachments.store(io.BytesIO(content), "合同.pdf", "application/pdf", actor=LI), effect)


ALL: dict[str, tuple[tuple[bytes, ...], Callable[[], Command]]] = {
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
    "suspend": ((REVIEW,), _suspend),
    "resume": ((REVIEW,), _resume),
    "cancel": ((REVIEW,), _cancel),
    "fetch": ((CALL,), _fetch),
    "job done": ((CALL,), _job_done),
    "job failed": ((CALL,), _job_failed),
    "job gave up": ((CALL,), _job_gave_up),
    "job retried": ((CALL,), _job_retried),
    "incident": ((FAILING,), _incident),
    "message": ((WAITING,), _message),
    "signal": ((HEARING,), _signal),
    "thrown message": ((THROWING, WAITING), _thrown),
    "deployment": ((REVIEW,), _deployed),
    "start timer": ((TIMED,), _started_by_time),
    "upload": ((), _uploaded),
}


@contextmanager
def _key(key: str) -> Iterator[None]:
    """As a request with an Idempotency-Key whose answer never reaches the client."""
    try:
        idempotency.begin("somebody", "/", key, "digest")
        yield
    finally:
        idempotency.end()


@pytest.mark.parametrize("name", ALL)
def test_killed_at_any_statement_and_asked_again_there_is_one_effect(name: str) -> None:
    models, prepare = ALL[name]
    if models:
        deploy(*models)
    halves = 0
    for moment in count(1):
        command = prepare()

        def work(command: Command = command, key: str = f"k{moment}") -> None:
            with _key(key) if command.keyed else nullcontext():
                command.work()

        died = killed_at(moment, work)
        effect = command.effect()
        assert effect in range(command.whole + 1)
        halves += died and 0 < effect < command.whole
        _sound()
        if died:
            work()
            assert command.effect() == command.whole, moment
            work()
            assert command.effect() == command.whole
        _gives_the_same_again()
        for row in rows("process_instance", ended_at=None):
            instances.cancel(row["id"], "完", actor=OPERATOR)
        if not died:
            break
    assert moment > 6
    assert (halves > 0) == (command.whole > 1)
    assert verify().unbroken
    tell(f"killed at each of {moment - 1} points of {name}")


def _sound() -> None:
    """Nothing stands still; the youngest cases replay, and their chains hold."""
    assert stuck.look().sound
    for case in _youngest():
        assert verify(case).unbroken
        assert replay.replay(case).same


def _youngest() -> list[str]:
    return sorted(row["id"] for row in rows("process_instance"))[-3:]


def _gives_the_same_again() -> None:
    """Their projections are what the log gives; a rebuild lets go of locks, so it comes last."""
    for case in _youngest():
        before = [rows(table, instance_id=case) for table in ("user_task", "subscription", "incident")]
        rebuild.rebuild_case(case)
        assert [rows(table, instance_id=case) for table in ("user_task", "subscription", "incident")] == before


def test_files_that_a_killed_upload_left_are_swept_after_a_day() -> None:
    for moment in count(1):
        content = b"%PDF-1.7 " + str(moment).encode()
        if not killed_at(moment, lambda content=content: attachments.store(io.BytesIO(content), "x.pdf", actor=LI) and None):
            break
    with clock.at(clock.now() + timedelta(days=30)):
        attachments.sweep_orphans()
    left = [path for path in (attachments.path_of("0" * 64).parents[1]).rglob("*") if path.is_file()]
    assert len(rows("attachment")) == len(left) == 0
