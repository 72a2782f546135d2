"""What somebody has handled lately, and since when the cases of somebody wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select

from processes import clock, settings
from processes.actors import Actor
from processes.db import db, reading
from processes.models import UserTask

_row = UserTask.__table__.c


@dataclass(frozen=True, slots=True)
class Handled:
    """How many tasks somebody completed, and how many of them by their deadline, or without one."""

    number: int
    in_time: int


def this_month(actor: Actor) -> Handled:
    """What the actor has completed since the first of the month, by the office's clock."""
    local = clock.now().astimezone(settings.current().office.timezone)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    kept = case((or_(_row.due_at.is_(None), _row.completed_at <= _row.due_at), 1), else_=0)
    query = select(func.count(), func.coalesce(func.sum(kept), 0))
    query = query.where(_row.completed_by == actor.login, _row.completed_at >= first, _row.state == "completed")
    with reading():
        number, in_time = db.session.execute(query).one()
    return Handled(number, in_time)


def waiting_since(instance_ids: Iterable[str]) -> dict[str, datetime]:
    """Since when each of some cases waits for somebody; for cases that the actor may see."""
    query = select(_row.instance_id, func.min(_row.created_at)).where(_row.instance_id.in_(set(instance_ids)), _row.state == "open")
    with reading():
        return {key: since for key, since in db.session.execute(query.group_by(_row.instance_id))}
