"""Figures for the health page and for monitoring: counts that indexes answer."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from processes import clock
from processes.db import db, reading
from processes.jobs import OURS
from processes.models import Incident, Job, ProcessInstance, Step, UserTask


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


def now() -> Figures:
    """The figures of this moment."""
    moment = clock.now()
    due = (Job.state == "waiting", Job.due_at <= moment, Job.kind.in_(OURS))
    with reading():
        oldest = db.session.scalar(select(func.min(Job.due_at)).where(*due))
        return Figures(
            cases=_by_state(ProcessInstance),
            open_user_tasks=_count(UserTask, UserTask.state == "open"),
            overdue_user_tasks=_count(UserTask, UserTask.state == "open", UserTask.due_at < moment),
            jobs=_by_state(Job),
            due_jobs=_count(Job, *due),
            lag=timedelta() if oldest is None else max(moment - oldest, timedelta()),
            open_incidents=_count(Incident, Incident.state == "open"),
        )


def steps() -> int:
    """How many steps the log holds."""
    with reading():
        return _count(Step)


def _count(table: type, *conditions: object) -> int:
    query = select(func.count()).select_from(table)
    return db.session.scalar(query.where(*conditions) if conditions else query) or 0  # type: ignore[arg-type]


def _by_state(table: type[ProcessInstance] | type[Job]) -> dict[str, int]:
    return {state: number for state, number in db.session.execute(select(table.state, func.count()).group_by(table.state))}
