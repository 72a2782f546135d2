"""Retention: when its time is over, a finished case's content goes; a sealed summary stays, proved by an act.

What goes: steps, state, variables, title, tasks, jobs, incidents, notices, drafts, attachments. What stays: number, process, dates,
end, the first and last seq, the last hash, digests of the attachments, who decided; the rows of registers, which outlive a case; the
daily heads. An open case, one under a hold, or one whose chain is broken is never touched.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, exists, func, select, text, update

from processes import acts, attachments, clock, inputs, locking, search_text
from processes.actors import SYSTEM, Actor
from processes.audit import casewise, seals
from processes.db import db, moment_text, reading, transaction
from processes.errors import Conflict, NotAllowed, NotFound
from processes.models import (
    Attachment,
    AttachmentUse,
    CaseSearch,
    Delivery,
    DeliveryRead,
    Draft,
    HandedOn,
    InboxEntry,
    Incident,
    Job,
    LegalHold,
    Notice,
    ProcessDefinition,
    ProcessInstance,
    Reminder,
    RetentionSeal,
    Snooze,
    Step,
    Subscription,
    UserTask,
    Vote,
)
from processes.people import directory
from processes.retention_due import ENDED, Due, due, is_over, retention_of, what_keeps

DECIDES = frozenset({"audit_admin", "system_admin"})
RUN, HELD, RELEASED = "retention_run", "hold_placed", "hold_released"
BROKEN = "chain_broken"
_case = ProcessInstance


@dataclass(slots=True)
class Outcome:
    """What a run did: cases that were sealed, and those that something keeps, by why."""

    sealed: list[Due] = field(default_factory=list)
    kept: list[Due] = field(default_factory=list)
    files: int = 0


def decider(login: str) -> Actor:
    """The account that decides on retention at the command line; raises NotFound, and NotAllowed for one without the right."""
    actor = directory.actor(login, via="system")
    if actor.roles.isdisjoint(DECIDES):
        acts.refuse(actor, RUN, None, NotAllowed("role_needed", roles=sorted(DECIDES)))
    return actor


def run(*, actor: Actor, limit: int | None = None, dry_run: bool = False, told: Callable[[Due], None] = lambda one: None) -> Outcome:
    """Seal every case whose time is over, a transaction each. With `dry_run` nothing changes; raises NotAllowed."""
    if not dry_run:
        acts.require_role(actor, DECIDES, RUN, None)
    outcome, checker = Outcome(), casewise.Checker(db.engine)
    for one in due(limit):
        looked = one if dry_run or one.kept else _seal(one, actor, outcome, checker)
        (outcome.kept if looked.kept else outcome.sealed).append(looked)
        told(looked)
    if outcome.sealed:
        _forget_words()
    if not dry_run and (outcome.sealed or actor is not SYSTEM):
        _put_on_record(outcome, actor)
    return outcome


def _forget_words() -> None:
    """On SQLite words of deleted texts stand in the index of search until its parts are put together."""
    if db.engine.dialect.name == "sqlite":
        with transaction():
            _overwrite_what_goes()
            db.session.execute(text("INSERT INTO case_text (case_text) VALUES ('optimize')"))


def _put_on_record(outcome: Outcome, actor: Actor) -> None:
    kept = dict(Counter(one.kept or "" for one in outcome.kept))
    with transaction():
        acts.record(RUN, None, actor=actor, details={"sealed": len(outcome.sealed), "kept": kept, "files": outcome.files})


def _seal(one: Due, actor: Actor, outcome: Outcome, checker: casewise.Checker) -> Due:
    """Seal one case and take its content away; where its chain is broken it stays, as it may be needed."""
    if checker.case(one.id).problems.found:
        return _kept(one, BROKEN)
    with transaction():
        _overwrite_what_goes()
        case = locking.lock(one.id)
        kept = _what_keeps(case)
        if kept is not None:
            return _kept(one, kept)
        digests = _attachments(one.id)
        _write_seal(case, digests, one.retention, actor)
        _take_content(one.id)
    outcome.files += attachments.remove_unnamed(digests)
    return one


def _kept(one: Due, why: str) -> Due:
    return Due(one.id, one.business_key, one.definition_id, one.ended_at, one.retention, why)


def _what_keeps(case: locking.LockedInstance) -> str | None:
    """Asked again when the case is locked."""
    retention = retention_of(case.definition_id)
    if case.state not in ENDED or case.ended_at is None:
        return "open"
    if retention is None or not is_over(retention, case.ended_at) or db.session.get(RetentionSeal, case.id) is not None:
        return "not_due"
    return what_keeps(case.id)


def _overwrite_what_goes() -> None:
    """On SQLite the bytes of deleted rows would lie in the file until something is written over them."""
    if db.engine.dialect.name == "sqlite":
        db.session.connection().exec_driver_sql("PRAGMA secure_delete=ON")


def _attachments(instance_id: str) -> list[str]:
    query = select(Attachment.sha256).join(AttachmentUse, AttachmentUse.attachment_id == Attachment.id)
    return sorted(db.session.scalars(query.where(AttachmentUse.instance_id == instance_id)))


def _write_seal(case: locking.LockedInstance, digests: list[str], retention: str, actor: Actor) -> None:
    first = db.session.scalar(select(func.min(Step.seq)).where(Step.instance_id == case.id))
    row = {name: getattr(case, name) for name in ("business_key", "definition_id", "state", "started_at", "ended_at", "end_events")}
    row |= {"first_seq": first, "last_seq": case.last_seq, "last_hash": case.last_hash, "attachments": digests}
    told = seals.facts({**row, "started_at": moment_text(row["started_at"]), "ended_at": moment_text(row["ended_at"])})
    act = acts.record(seals.KIND, case.id, actor=actor, details={"seal": told, "retention": retention})
    db.session.add(RetentionSeal(instance_id=case.id, at=clock.now(), act=act, **row))
    db.session.flush()


def _take_content(instance_id: str) -> None:
    tasks = list(db.session.scalars(select(UserTask.id).where(UserTask.instance_id == instance_id)))
    subjects = [f"revise:{instance_id}", *(f"task:{task_id}" for task_id in tasks)]
    used = select(AttachmentUse.attachment_id).where(AttachmentUse.instance_id == instance_id)
    attached = list(db.session.scalars(used))
    db.session.execute(delete(Draft).where(Draft.subject.in_(subjects)))
    db.session.execute(delete(InboxEntry).where(InboxEntry.user_task_id.in_(tasks)))
    db.session.execute(delete(Snooze).where(Snooze.user_task_id.in_(tasks)))
    for table in (UserTask, Vote, HandedOn, Job, Subscription, Incident, Reminder, Delivery, DeliveryRead, Notice, AttachmentUse, Step):
        db.session.execute(delete(table).where(table.instance_id == instance_id))
    in_use = exists().where(AttachmentUse.attachment_id == Attachment.id)
    db.session.execute(delete(Attachment).where(Attachment.id.in_(attached), ~in_use))
    name = select(ProcessDefinition.name).where(ProcessDefinition.id == _case.definition_id).scalar_subquery()
    emptied: dict[str, Any] = {
        "title": name,
        "variables": {},
        "packed_variables": None,
        "engine_state": b"",
        "started_for": None,
        "amount": None,
    }
    db.session.execute(update(_case).where(_case.id == instance_id).values(**emptied))
    title, number = db.session.execute(select(_case.title, _case.business_key).where(_case.id == instance_id)).one()
    left = search_text.of_case(title, number, (), {})
    db.session.execute(update(CaseSearch).where(CaseSearch.instance_id == instance_id).values(text=left))


def seal_of(instance_id: str) -> dict[str, Any] | None:
    """The sealed summary of a case whose content is gone; whether the case may be seen is for the caller to say."""
    with reading():
        found = db.session.get(RetentionSeal, instance_id)
        return None if found is None else {column.name: getattr(found, column.name) for column in RetentionSeal.__table__.c}


def hold(instance_id: str, reason: str | None, *, actor: Actor) -> None:
    """Keep a case whatever its retention says (legal hold). Raises NotFound, NotAllowed, Invalid, Conflict when it is held or sealed."""
    acts.require_role(actor, DECIDES, HELD, instance_id)
    said = inputs.check_text("reason", reason, 300, required=True) or ""
    with transaction():
        locking.lock(instance_id)
        if db.session.get(LegalHold, instance_id) is not None:
            raise Conflict("case_held")
        if db.session.get(RetentionSeal, instance_id) is not None:
            raise Conflict("case_sealed")
        db.session.add(LegalHold(instance_id=instance_id, reason=said, held_by=actor.login, held_at=clock.now()))
        acts.record(HELD, instance_id, actor=actor, details={"reason": said})


def release(instance_id: str, *, actor: Actor) -> None:
    """End a hold. Raises NotFound, NotAllowed."""
    acts.require_role(actor, DECIDES, RELEASED, instance_id)
    with transaction():
        held = db.session.get(LegalHold, instance_id)
        if held is None:
            raise NotFound("hold_not_found")
        acts.record(RELEASED, instance_id, actor=actor, details={"reason": held.reason, "held_by": held.held_by})
        db.session.delete(held)


def holds() -> list[dict[str, Any]]:
    """All holds, by case."""
    with reading():
        found: Iterable[LegalHold] = db.session.scalars(select(LegalHold).order_by(LegalHold.instance_id))
        return [{column.name: getattr(one, column.name) for column in LegalHold.__table__.c} for one in found]
