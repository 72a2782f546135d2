"""Projections again from the step log: the same rows as the steps gave when they were taken.

What is no fact of the log (who holds a lock on a job at this moment) starts anew; drafts, notices and numbers are no projections.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, select, update

from processes import case_variables, projections, step_log
from processes import changes as projected
from processes.changes import Changes
from processes.db import db, reading, transaction
from processes.locking import LockedInstance
from processes.models import (
    Delivery,
    HandedOn,
    InboxEntry,
    Incident,
    Job,
    ProcessInstance,
    RegisterRow,
    Reminder,
    Step,
    Subscription,
    UserTask,
    Vote,
)

_case = ProcessInstance
#: what the log gives of a case's row; its id, definition and engine state are no projection
_FACTS = (
    "business_key",
    "title",
    "state",
    "started_by",
    "started_for",
    "started_at",
    "ended_at",
    "due_at",
    "revises",
    "end_events",
    "variables",
    "amount",
)


def case_ids() -> list[str]:
    """The ids of all cases, oldest first."""
    with reading():
        return list(db.session.scalars(select(_case.id).order_by(_case.id)))


def rebuild() -> int:
    """Rebuild the projections of all cases, a transaction each; gives how many."""
    ids = case_ids()
    for instance_id in ids:
        rebuild_case(instance_id)
    return len(ids)


def rebuild_case(instance_id: str) -> None:
    """Rebuild the projections of one case."""
    with transaction():
        query = select(_case.definition_id, _case.definition_key, _case.version).where(_case.id == instance_id)
        facts = db.session.execute(query.with_for_update()).mappings().one()
        rows = db.session.execute(select(Step).where(Step.instance_id == instance_id).order_by(Step.seq)).scalars()
        steps = [_as_step(row) for row in rows]
        if not steps:
            return
        instance, gathered = _begin(instance_id, facts, steps[0]), Changes()
        for step in steps:
            projections.apply(instance, step, gathered)
            _move_jobs(gathered)
        _keep_untold(instance_id, gathered)
        _forget(instance_id)
        projected.write(db.session.connection(), gathered)
        values = {name: getattr(instance, name) for name in _FACTS} | case_variables.stored(instance.variables, instance.state)
        db.session.execute(update(_case).where(_case.id == instance_id).values(**values))


def _as_step(row: Step) -> step_log.Step:
    return step_log.Step(row.instance_id, row.seq, row.at, row.actor, row.on_behalf_of, **step_log.read(row))


def _begin(instance_id: str, facts: RowMapping, first: step_log.Step) -> LockedInstance:
    started: datetime = first.at
    known: dict[str, Any] = dict(facts)
    return LockedInstance(id=instance_id, title="", state="running", started_by=first.actor, started_at=started, **known)


def _move_jobs(gathered: Changes) -> None:
    """Suspended and resumed cases: all rows are at hand here, where a step asks the database to move them."""
    if gathered.jobs_of_instance is not None:
        old = "waiting" if gathered.jobs_of_instance == "suspended" else "suspended"
        for row in gathered.jobs.new.values():
            if row["state"] == old:
                row["state"] = gathered.jobs_of_instance
        gathered.jobs_of_instance = None


def _keep_untold(instance_id: str, gathered: Changes) -> None:
    """Whether people have been told of a task is no fact of the log: it stays as it is. Of a task whose row is gone they are told again,
    which changes nothing for those who have the message."""
    query = select(UserTask.id, UserTask.untold).where(UserTask.instance_id == instance_id)
    known = {row.id: row.untold for row in db.session.execute(query)}
    for row in gathered.user_tasks.new.values():
        row["untold"] = known.get(row["id"], True)


def _forget(instance_id: str) -> None:
    tasks = select(UserTask.id).where(UserTask.instance_id == instance_id)
    db.session.execute(delete(InboxEntry).where(InboxEntry.user_task_id.in_(tasks)))
    for table in (UserTask, HandedOn, Job, Subscription, Incident, RegisterRow, Reminder, Delivery, Vote):
        db.session.execute(delete(table).where(table.instance_id == instance_id))
