"""Which open tasks somebody has put aside (已搁置): until a day, or until the deadline is today, which wins."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, String, and_, exists, or_, select, type_coerce, union

from processes import clock, deadlines
from processes.actors import Actor
from processes.db import db, moment_text, reading
from processes.models import InboxEntry, Snooze, UserTask

_entry, _task = InboxEntry.__table__.c, UserTask.__table__.c


def entry_hidden(actor: Actor) -> ColumnElement[bool]:
    """The condition that an inbox entry is of a task that the actor has put aside, or that is drawn to be looked at later."""
    return _hidden(actor, _entry.user_task_id, _entry.sort_due, _entry.follow_up)


def any_hidden(actor: Actor) -> bool:
    """Whether anything may be hidden from the actor at all; of most people nothing is, and their boxes are counted by indexes alone."""
    now = clock.now()
    holders = [*actor.holders, *(holder for stand in actor.stands_in for holder in stand.holders)]
    own = exists().where(Snooze.login == actor.login, Snooze.until > now)
    drawn = exists().where(_entry.holder.in_(holders), _entry.follow_up > moment_text(now))
    return bool(db.session.scalar(select(or_(own, drawn))))


def task_hidden(actor: Actor) -> ColumnElement[bool]:
    """The same for the rows of tasks."""
    return _hidden(actor, _task.id, _task.sort_due, type_coerce(_task.follow_up_at, String))


def hidden_entries(actor: Actor) -> ColumnElement[bool]:
    """`entry_hidden`, found from the few that are put aside and not from all that wait."""
    return and_(_entry.user_task_id.in_(_few(actor)), entry_hidden(actor))


def hidden_tasks(actor: Actor) -> ColumnElement[bool]:
    """The same for the rows of tasks."""
    return and_(_task.id.in_(_few(actor)), task_hidden(actor))


def _few(actor: Actor) -> CompoundSelect[Any]:
    """Ids of the tasks that the actor has put aside, and of those that are drawn to be looked at later; each from an index."""
    now, drawn = clock.now(), InboxEntry.__table__.alias("drawn").c
    holders = [*actor.holders, *(holder for stand in actor.stands_in for holder in stand.holders)]
    later = (drawn.follow_up.is_not(None), drawn.follow_up > moment_text(now))
    return union(
        select(Snooze.user_task_id).where(Snooze.login == actor.login, Snooze.until > now),
        select(drawn.user_task_id).where(drawn.holder.in_(holders), *later),
    )


def _hidden(actor: Actor, task_id: Any, sort_due: Any, follow_up: Any) -> ColumnElement[bool]:
    now = clock.now()
    own = exists().where(Snooze.user_task_id == task_id, Snooze.login == actor.login)
    drawn = and_(follow_up.is_not(None), follow_up > moment_text(now))
    later = sort_due > moment_text(deadlines.end_of_day(now))
    return and_(later, or_(own.where(Snooze.until > now), and_(drawn, ~own)))


def of_tasks(user_task_ids: Iterable[str], actor: Actor) -> dict[str, datetime]:
    """Until when the actor has put tasks aside, also those days that are over, by task."""
    wanted = set(user_task_ids)
    query = select(Snooze.user_task_id, Snooze.until).where(Snooze.login == actor.login, Snooze.user_task_id.in_(wanted))
    with reading():
        return {row.user_task_id: row.until for row in db.session.execute(query)} if wanted else {}
