"""How often a person may remind on an office day."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from processes import clock, deployed, settings
from processes.actors import Actor
from processes.calendar import office
from processes.db import db
from processes.errors import Conflict, TooOften
from processes.models import Reminder

_row = Reminder.__table__.c


def check(subject: str, definition_id: str, actor: Actor) -> None:
    """Raise unless the actor may remind of this once more today; `subject`: a user task, or `of_circulation`."""
    limit = limit_of(definition_id)
    query = select(func.count()).where(_row.user_task_id == subject, _row.login == actor.login, _row.at >= _midnight(0))
    if (db.session.scalar(query) or 0) < limit:
        return
    if limit == 0:
        raise Conflict("reminders_off")
    again = _midnight(1)
    seconds = int((again - clock.now()).total_seconds()) + 1
    raise TooOften("too_many_reminders", retry_after=seconds, limit=limit, again_at=f"{again:%Y-%m-%d %H:%M}")


def limit_of(definition_id: str) -> int:
    """How often a person may remind of one task on an office day: the setting, which process.toml may lower."""
    most = settings.current().approval.reminders_a_day
    return int(min(most, deployed.definition(definition_id).settings.get("reminders_a_day", most)))


def of_circulation(circulation_id: str) -> str:
    """By what reminders of a circulation are counted."""
    return f"circulation:{circulation_id}"


def _midnight(days: int) -> datetime:
    """When the present office day began, or so many days later."""
    return office.start_of_day(office.today() + timedelta(days=days))
