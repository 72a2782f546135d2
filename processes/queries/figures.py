"""Figures for the health page and for monitoring: counts that indexes answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from processes import clock, queues
from processes.db import db, reading
from processes.jobs import OURS
from processes.models import AuditHead, Incident, Job, OutgoingMessage, ProcessInstance, Step, UserTask

#: said twice, so that the index of what is open is found
_OPEN_TASK = (UserTask.state == "open", UserTask.completed_at.is_(None))


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is, and how late it is."""

    #: cases by state
    cases: dict[str, int]
    open_user_tasks: int
    overdue_user_tasks: int
    #: jobs by state
    jobs: dict[str, int]
    due_jobs: int
    #: how long the longest due job has been due
    lag: timedelta
    open_incidents: int
    #: queue -> its due jobs, and how long the oldest has been due
    queues: dict[str, tuple[int, timedelta]]
    #: jobs that wait after a failed attempt
    retrying: int
    #: open incidents by code
    incidents: dict[str, int]
    #: messages to people outside that are due, and those that were given up
    due_messages: int
    failed_messages: int
    #: since the newest daily head; None where there is none
    head_age: timedelta | None


def now() -> Figures:
    """The figures of this moment."""
    moment = clock.now()
    due = (Job.state == "waiting", Job.due_at <= moment, Job.kind.in_(OURS))
    with reading():
        oldest = db.session.scalar(select(func.min(Job.due_at)).where(*due))
        headed = db.session.scalar(select(AuditHead.at).order_by(AuditHead.seq.desc()).limit(1))
        return Figures(
            cases=_by_state(ProcessInstance),
            open_user_tasks=_count(UserTask, *_OPEN_TASK),
            overdue_user_tasks=_count(UserTask, *_OPEN_TASK, UserTask.due_at < moment),
            jobs=_by_state(Job),
            due_jobs=_count(Job, *due),
            lag=timedelta() if oldest is None else max(moment - oldest, timedelta()),
            open_incidents=_count(Incident, Incident.state == "open"),
            queues=_by_queue(moment),
            retrying=_count(Job, Job.state == "waiting", Job.attempts > 0),
            incidents=_incidents(),
            due_messages=_count(OutgoingMessage, OutgoingMessage.state.in_(("waiting", "sending")), OutgoingMessage.due_at <= moment),
            failed_messages=_count(OutgoingMessage, OutgoingMessage.state == "failed"),
            head_age=None if headed is None else max(moment - headed, timedelta()),
        )


def _by_queue(moment: datetime) -> dict[str, tuple[int, timedelta]]:
    query = select(Job.kind, func.count(), func.min(Job.due_at)).where(Job.state == "waiting", Job.due_at <= moment, Job.kind.in_(OURS))
    found = {queues.OF_KIND[kind]: (number, moment - due) for kind, number, due in db.session.execute(query.group_by(Job.kind))}
    return {name: found.get(name, (0, timedelta())) for name in queues.NAMES}


def _incidents() -> dict[str, int]:
    query = select(Incident.code, func.count()).where(Incident.state == "open").group_by(Incident.code)
    return {code: number for code, number in db.session.execute(query)}


def steps() -> int:
    """How many steps the log holds."""
    with reading():
        return _count(Step)


def _count(table: type, *conditions: object) -> int:
    query = select(func.count()).select_from(table)
    return db.session.scalar(query.where(*conditions) if conditions else query) or 0  # type: ignore[arg-type]


def _by_state(table: type[ProcessInstance] | type[Job]) -> dict[str, int]:
    return {state: number for state, number in db.session.execute(select(table.state, func.count()).group_by(table.state))}


def running_by_key() -> dict[str, int]:
    """How many cases of each process have not ended."""
    return _running(ProcessInstance.definition_key)


def running_by_version(key: str) -> dict[int, int]:
    """How many cases of each version of a process have not ended."""
    return _running(ProcessInstance.version, ProcessInstance.definition_key == key)


def _running(column: Any, *conditions: Any) -> dict[Any, int]:
    query = (
        select(column, func.count()).where(ProcessInstance.state.in_(("running", "suspended", "incident")), *conditions).group_by(column)
    )
    with reading():
        return {key: found for key, found in db.session.execute(query)}


def waiting_by_element(definition_id: str) -> dict[str, int]:
    """How many open user tasks stand at each element of a version."""
    query = select(UserTask.element_id, func.count()).where(UserTask.element_definition_id == definition_id, *_OPEN_TASK)
    with reading():
        return {key: found for key, found in db.session.execute(query.group_by(UserTask.element_id))}


def open_incidents() -> int:
    """How many incidents wait for an operator."""
    with reading():
        return _count(Incident, Incident.state == "open")
