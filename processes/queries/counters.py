"""The counters beside the boxes: exact up to `MOST`, and "more than that" beyond, so that they cost the same however many wait.

Nothing is kept: a kept counter of a group would be a row that all cases of an office wait for.
"""

from typing import Any

from sqlalchemy import CTE, ScalarSelect, Select, Subquery, exists, func, literal, select, union

from processes import clock
from processes.actors import Actor
from processes.db import db, moment_text, reading
from processes.models import InboxEntry, ProcessInstance

#: so many are counted
MOST = 999
#: and so many of each list, in a box of which not all are counted
MOST_OF_A_LIST = 99
_entry = InboxEntry.__table__.c


class More(int):
    """More than this number, which is where counting ended."""


def of(actor: Actor) -> dict[str, int]:
    """How many tasks wait for the actor, how many of them are overdue, and how many cases the actor has running."""
    case = ProcessInstance
    mine = select(case.id).where(case.started_by == actor.login, case.ended_at.is_(None)).limit(MOST + 1)
    with reading():
        entries = _first_entries(_holding(actor), MOST)
        # the tightest come first, so those that are not looked at are overdue only where MOST are already
        overdue = func.count().filter(entries.c.sort_due < moment_text(clock.now()))
        todo, late, started = db.session.execute(select(func.count(), overdue, _number(mine)).select_from(entries)).one()
    return {"todo": _upto(MOST, todo), "overdue": _upto(MOST, late), "started": _upto(MOST, started)}


def lists(actor: Actor, todo: int) -> dict[str, int]:
    """The names of the inbox lists (待审核, 建设中 …) in which tasks wait for the actor, with how many; `todo`: how many wait in all."""
    with reading():
        holders = _holding(actor)
        if isinstance(todo, More):
            return _each_list(holders)
        entries = _first_entries(holders, MOST)
        query = select(entries.c.list_name, func.count()).where(entries.c.list_name.is_not(None)).group_by(entries.c.list_name)
        return {name: number for name, number in db.session.execute(query.order_by(entries.c.list_name))}


def _each_list(holders: list[str]) -> dict[str, int]:
    names = sorted({name for number, holder in enumerate(holders) for name in db.session.scalars(_names(holder, number))})
    if not names:
        return {}
    numbers = db.session.execute(select(*(_number(select(_first_entries(holders, MOST_OF_A_LIST, name))) for name in names))).one()
    return {name: _upto(MOST_OF_A_LIST, number) for name, number in zip(names, numbers, strict=True)}


def _upto(most: int, number: int) -> int:
    return More(most) if number > most else number


def _number(found: Select[Any]) -> ScalarSelect[int]:
    return select(func.count()).select_from(found.subquery()).scalar_subquery()


def _holding(actor: Actor) -> list[str]:
    """The holders that the actor is and that find anything: mostly one, whose entries need not be merged with others'."""
    found = db.session.execute(select(*(exists().where(_entry.holder == holder) for holder in actor.holders))).one()
    return [holder for holder, there in zip(actor.holders, found, strict=True) if there] or [actor.holders[0]]


def _first_entries(holders: list[str], most: int, list_name: str | None = None) -> Subquery:
    """The tightest entries of each holder, one more than are counted; a task that several holders find is there once."""
    parts = []
    for holder in holders:
        query = select(_entry.sort_due, _entry.user_task_id, _entry.list_name).where(_entry.holder == holder)
        if list_name is not None:
            query = query.where(_entry.list_name == list_name)
        parts.append(query.order_by(_entry.sort_due, _entry.user_task_id).limit(most + 1).subquery())
    return parts[0] if len(parts) == 1 else union(*map(select, parts)).subquery()


def _names(holder: str, number: int) -> Select[Any]:
    """The names of a holder's lists, by leaps through the index from each to the next."""
    found = _next_name(holder, f"names_{number}")
    return select(found.c.name).where(found.c.name.is_not(None))


def _next_name(holder: str, called: str) -> CTE:
    first = select(func.min(_entry.list_name).label("name")).where(_entry.holder == holder, _entry.list_name > literal(""))
    found = first.cte(called, recursive=True)
    following = select(func.min(_entry.list_name)).where(_entry.holder == holder, _entry.list_name > found.c.name)
    return found.union_all(select(following.correlate(found).scalar_subquery()).where(found.c.name.is_not(None)))
