"""Putting a task aside until a day (稍后办理): for whoever does it alone, and no part of the record; the deadline wins."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from processes import clock, locked_task
from processes.actors import Actor
from processes.calendar import office
from processes.db import db, transaction
from processes.errors import Conflict, Invalid
from processes.models import Snooze

MOST_DAYS = 366


def snooze(user_task_id: str, until: Any, *, actor: Actor) -> datetime:
    """Put an open task aside until that day begins in the office; gives the moment. `until`: a date, or its text.

    Raises NotFound, NotAllowed, Conflict (no longer open, somebody else's, due today or earlier) or Invalid.
    """
    moment = _begin(until)
    with transaction():
        held = locked_task.lock(user_task_id)
        held.check_may_work_on(actor)
        due = held.row["due_at"]
        if due is not None and office.date_of(due) <= office.today():
            raise Conflict("snooze_due")
        _write(user_task_id, actor, moment)
    return moment


def wake(user_task_id: str, *, actor: Actor) -> None:
    """Take a task back into the box, also one that is drawn to be looked at later. Raises as `snooze`."""
    with transaction():
        held = locked_task.lock(user_task_id)
        held.check_may_work_on(actor)
        if held.row["follow_up_at"] is None:
            db.session.execute(delete(Snooze).where(Snooze.user_task_id == user_task_id, Snooze.login == actor.login))
        else:
            _write(user_task_id, actor, clock.now())


def _begin(until: Any) -> datetime:
    try:
        day = until if isinstance(until, date) else date.fromisoformat(str(until))
    except ValueError:
        raise Invalid("snooze_day", fields={"until": ["请填写日期，例如 2026-12-01。"]}) from None
    if not office.today() < day <= office.today() + timedelta(days=MOST_DAYS):
        raise Invalid("snooze_day", fields={"until": [f"请填写明天起一年以内的日期，最晚 {office.today() + timedelta(days=MOST_DAYS)}。"]})
    return office.start_of_day(day)


def _write(user_task_id: str, actor: Actor, until: datetime) -> None:
    dialect: Any = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    row = {"user_task_id": user_task_id, "login": actor.login, "until": until, "at": clock.now()}
    statement = dialect.insert(Snooze).values(row)
    changed = {"until": until, "at": row["at"]}
    db.session.execute(statement.on_conflict_do_update(index_elements=["user_task_id", "login"], set_=changed))
