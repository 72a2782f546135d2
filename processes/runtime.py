"""The one door: every change to a case takes this path, inside the transaction of the command that asks for it.

    instance = lock_instance(id)          the row first, then decisions
    outcome = advance(instance, trigger)  the engine's turn: one step, its projections, the case's row
    record(instance, document, events)    the same without the engine: a claim, a failed attempt

A new case comes through `open_instance`. What is due at once is rung for after the commit.
"""

import logging
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.exc import SQLAlchemyError

from engine import state as engine_state
from engine.context import Context
from engine.errors import LimitReached, MoveRefused, NewerState, NotWaiting
from engine.outcome import Outcome
from engine.triggers import Start, Trigger
from processes import changes as projected
from processes import clock, contexts, doorbell, log_context, measures, projections, step_log
from processes.actors import Actor
from processes.approval import delivered
from processes.changes import Changes
from processes.db import after_commit, connection, db
from processes.errors import Conflict, Refused, Unavailable
from processes.locking import LockedInstance, lock, to_row
from processes.models import Job, ProcessInstance
from processes.prepared import Prepared
from processes.projections.work import Event

logger = logging.getLogger(__name__)
lock_instance = lock

#: events that the engine does not know: written by commands, and left aside by a replay
OWN_EVENTS = frozenset(
    {
        "instance_registered",
        "attachments_kept",
        "signature_stamped",
        "user_task_claimed",
        "user_task_unclaimed",
        "user_task_reassigned",
        "user_task_delegated",
        "user_task_resolved",
        "user_task_recalled",
        "user_task_represented",
        "job_attempt_failed",
        "job_retried",
        "message_delivered",
        "user_task_reminded",
        "case_copied",
        "case_circulated",
        "circulation_read",
        "circulation_reminded",
    }
)

_insert_instance = Prepared(insert(ProcessInstance))


@measures.STEP_SECONDS.time()
def open_instance(
    instance: LockedInstance,
    trigger: Start,
    *,
    register: Callable[[], Event],
    files: Sequence[Event] = (),
    actor: Actor,
    on_behalf_of: str | None = None,
) -> Outcome:
    """Start a new case. `register` is called after the engine's turn, last before writing: it takes the case number; `files`: see
    `form_input.files_events`."""
    built = contexts.build(instance.definition_id, instance.id, trigger.business_key, applicant=on_behalf_of)
    outcome, context, document = _engines_turn(None, trigger, *built)
    instance.started_at = context.now
    started, *rest = [event.to_document() for event in outcome.events]
    events = [started, register(), *files, *rest]
    step = step_log.Step(instance.id, 1, context.now, actor.login, on_behalf_of, trigger.to_document(), document, events)
    instance.engine_state = outcome.state
    _write(instance, step, actor, new=True)
    return outcome


@measures.STEP_SECONDS.time()
def advance(
    instance: LockedInstance, trigger: Trigger, *, actor: Actor, on_behalf_of: str | None = None, before: Sequence[Event] = ()
) -> Outcome:
    """Let the engine take its turn and write the step; `before` are events of the command itself, in the same step.

    Raises Conflict when the element no longer waits for this, or the case would grow beyond all limits.
    """
    built = contexts.build(instance.definition_id, instance.id, instance.business_key, instance.calendar_version, instance.started_for)
    outcome, context, document = _engines_turn(instance.engine_state, trigger, *built)
    events = [*before, *(event.to_document() for event in outcome.events)]
    number = instance.last_seq + 1
    step = step_log.Step(instance.id, number, context.now, actor.login, on_behalf_of, trigger.to_document(), document, events)
    instance.engine_state = outcome.state
    _write(instance, step, actor)
    return outcome


def rehearse(instance: LockedInstance, trigger: Trigger) -> Outcome:
    """What `advance` would give now; nothing is written. Raises what it raises."""
    built = contexts.build(instance.definition_id, instance.id, instance.business_key, instance.calendar_version, instance.started_for)
    return _engines_turn(instance.engine_state, trigger, *built)[0]


def _engines_turn(
    state: bytes | None, trigger: Trigger, context: Context, document: contexts.Document
) -> tuple[Outcome, Context, contexts.Document]:
    """The engine's step, and the context that it was taken in with the record of it."""
    try:
        return contexts.advance(state, trigger, context, document)
    except NewerState as refusal:
        raise Unavailable("unavailable", reason=refusal.code) from refusal
    except NotWaiting as refusal:
        raise Conflict("not_waiting", reason=refusal.code) from refusal
    except MoveRefused as refusal:
        raise Conflict(refusal.code, **refusal.values) from refusal
    except LimitReached as refusal:
        raise Conflict("limit_reached", reason=refusal.code, **refusal.values) from refusal
    except (Refused, SQLAlchemyError):
        raise
    except Exception as problem:
        # A fault of ours: the case stays as it was, the log says what happened, nobody gets a stack trace.
        logger.exception("the engine failed at %s", trigger.kind)
        raise Conflict("engine_failed", reason=type(problem).__name__) from problem


def require_readable(instance: LockedInstance) -> None:
    """Before something is done outside for a case: raises Unavailable where a newer release has stepped it on, which then does it."""
    try:
        engine_state.check(instance.engine_state)
    except NewerState as refusal:
        raise Unavailable("unavailable", reason=refusal.code) from refusal


def record(
    instance: LockedInstance,
    trigger: dict[str, Any],
    events: list[Event],
    *,
    actor: Actor,
    on_behalf_of: str | None = None,
) -> None:
    """Write a step in which the engine has no part."""
    step = step_log.Step(instance.id, instance.last_seq + 1, clock.now(), actor.login, on_behalf_of, trigger, {}, events)
    _write(instance, step, actor)


def _write(instance: LockedInstance, step: step_log.Step, actor: Actor, *, new: bool = False) -> None:
    log_context.note(case=instance.id, step=step.seq)
    gathered = Changes()
    projections.apply(instance, step, gathered)
    row = step_log.next_row(instance, step, actor)
    connected = connection()
    if new:
        _insert_instance.write(connected, to_row(instance))
    step_log.append(row)
    projected.write(connected, gathered)
    if gathered.deliveries.new:
        delivered.tell(instance, gathered.deliveries.new.values(), actor)
    if gathered.jobs_of_instance is not None:
        _move_jobs(instance.id, gathered.jobs_of_instance)
    if not new:
        changed = instance.changed()
        _update_instance(tuple(changed)).write(
            connected, {"row_id": instance.id, **{f"new_{name}": value for name, value in changed.items()}}
        )
    _ring_for(gathered, step)


@cache
def _update_instance(columns: tuple[str, ...]) -> Prepared:
    """What a step has changed and no more: SQLite writes every index anew whose columns are named."""
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    return Prepared(update(ProcessInstance).where(ProcessInstance.id == bindparam("row_id")).values(new))


def _move_jobs(instance_id: str, state: str) -> None:
    """Put the jobs of a suspended case aside, or back in the queue."""
    old = "waiting" if state == "suspended" else "suspended"
    db.session.execute(update(Job).where(Job.instance_id == instance_id, Job.state == old).values(state=state))


def _ring_for(gathered: Changes, step: step_log.Step) -> None:
    due = [
        (row["kind"], row["id"])
        for row in gathered.jobs.new.values()
        if row["kind"] in ("connector", "message") and row["state"] == "waiting" and row["due_at"] <= step.at
    ]
    if due:
        after_commit(lambda: _ring(due))


def _ring(due: list[tuple[str, str]]) -> None:
    doorbell.ring(due)
