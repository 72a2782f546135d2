"""Figures for monitoring: how many cases, tasks, jobs and incidents there are, and how late the latest is."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from processes import clock
from processes.db import db, reading
from processes.models import Incident, Job, ProcessInstance, UserTask

STATES = ("running", "suspended", "incident", "completed", "cancelled")


@dataclass(frozen=True)
class Figure:
    """A figure, perhaps by a label; values are (label's value, number)."""

    name: str
    help: str
    values: Sequence[tuple[str, float]]
    label: str | None = None


def all_figures() -> list[Figure]:
    """The figures at this moment, from indexes alone."""
    with reading():
        return [_cases(), *_tasks(), *_jobs(), _incidents()]


def _cases() -> Figure:
    counted = {
        state: number
        for state, number in db.session.execute(select(ProcessInstance.state, func.count()).group_by(ProcessInstance.state)).tuples()
    }
    return Figure("process_instances", "Cases by state", [(state, counted.get(state, 0)) for state in STATES], label="state")


def _tasks() -> list[Figure]:
    open_tasks = select(func.count()).where(UserTask.state == "open")
    number = db.session.scalar(open_tasks) or 0
    overdue = db.session.scalar(open_tasks.where(UserTask.due_at < clock.now())) or 0
    return [
        Figure("open_user_tasks", "User tasks that wait for somebody", [("", number)]),
        Figure("overdue_user_tasks", "Open user tasks past their due date", [("", overdue)]),
    ]


def _jobs() -> list[Figure]:
    now = clock.now()
    due = (Job.state == "waiting", Job.kind != "external", Job.due_at <= now)
    number = db.session.scalar(select(func.count()).where(*due)) or 0
    oldest = db.session.scalar(select(func.min(Job.due_at)).where(*due))
    late = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    return [
        Figure("due_jobs", "Timers and outgoing work that are due and not done", [("", number)]),
        Figure("oldest_due_job_seconds", "How long the oldest of them has been due", [("", late)]),
    ]


def _incidents() -> Figure:
    number = db.session.scalar(select(func.count()).where(Incident.state == "open")) or 0
    return Figure("open_incidents", "Incidents that wait for an operator", [("", number)])
