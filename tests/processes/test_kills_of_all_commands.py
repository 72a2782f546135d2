"""Killed before and after every statement of every command: all of it has happened or nothing, and a client that asks again with its
key gets one effect. The number of statements is told, so that a new statement is seen."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
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
)
from processes.audit import replay
from processes.audit.verify import verify
from tests.engine.drawing import draw, end, event, flow, node, script, start, user
from tests.figures import tell
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, deploy, rows
from tests.processes.doomed import Command, one_step, review, steps_of
from tests.processes.doomed_approval import APPROVAL
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
TIMED = draw(start(inner=event("cycle", "R99/2026-11-24T12:00:00/PT1H")) + user("u", camunda_assignee="li") + end() + flow("s", "u", "e"))


def _suspend() -> Command:
    case, _ = review()
    return one_step(case, "suspend", lambda: instances.suspend(case, "核实", actor=OPERATOR))


def _resume() -> Command:
    case, _ = review()
    instances.suspend(case, "核实", actor=OPERATOR)
    return one_step(case, "resume", lambda: instances.resume(case, "", actor=OPERATOR))


def _cancel() -> Command:
    case, _ = review()
    return one_step(case, "cancel", lambda: instances.cancel(case, "作废", actor=OPERATOR))


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
    return one_step(case, "complete_job", lambda: external_jobs.complete(job, worker="w", variables={"paid": True}, actor=ROBOT))


def _job_failed() -> Command:
    case, job = _fetched()
    return one_step(case, "job_attempt_failed", lambda: external_jobs.fail(job, worker="w", message="忙", actor=ROBOT))


def _job_gave_up() -> Command:
    case, job = _fetched()
    return one_step(case, "fail_job", lambda: external_jobs.fail(job, worker="w", message="坏", retries=0, actor=ROBOT))


def _job_retried() -> Command:
    case, job = _fetched()
    external_jobs.fail(job, worker="w", message="坏", retries=0, actor=ROBOT)
    return one_step(case, "retry", lambda: jobs.retry(job, actor=OPERATOR))


def _incident() -> Command:
    case = instances.start(key="p", variables={}, actor=ROBOT)
    (incident,) = rows("incident", instance_id=case)
    return one_step(case, "retry", lambda: incidents.resolve(incident["id"], variables={"amount": 2}, actor=OPERATOR))


def _message() -> Command:
    cases = [instances.start(key="waiting", variables={}, actor=ROBOT) for _ in range(2)]
    deliver = lambda: messages.deliver(name="m1", variables={"x": 1}, actor=ROBOT)  # noqa: E731
    return Command(deliver, lambda: sum(steps_of(case, "deliver_message") for case in cases), whole=2)


def _signal() -> Command:
    cases = [instances.start(key="hearing", variables={}, actor=ROBOT) for _ in range(3)]
    broadcast = lambda: signals.broadcast("s1", {"x": 1}, actor=ROBOT)  # noqa: E731
    return Command(broadcast, lambda: sum(steps_of(case, "broadcast_signal") for case in cases), whole=3)


def _thrown() -> Command:
    """The thrower learns of it in the transaction in which the receiver takes it; a worker asks again, without a key."""
    receiver = instances.start(key="waiting", variables={}, actor=ROBOT)
    sender = instances.start(key="p", variables={}, actor=ROBOT)
    (job,) = rows("job", instance_id=sender)
    both = lambda: steps_of(receiver, "deliver_message") + steps_of(sender, "message_delivered")  # noqa: E731
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
    **APPROVAL,
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
