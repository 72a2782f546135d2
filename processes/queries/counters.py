"""The counters beside the boxes: exact up to `MOST`, and "more than that" beyond, so that they cost the same however many wait.

Nothing is kept: a kept counter of a group would be a row that all cases of an office wait for.
"""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, CompoundSelect, ScalarSelect, Select, and_, exists, func, literal, or_, select, true, union

from processes import deadlines, found_by
from processes.actors import Actor
from processes.db import db, moment_text, reading
from processes.models import InboxEntry, ProcessInstance, UserTask
from processes.queries import asleep, near

#: so many are counted
MOST = 999
#: and so many of each list, in a box of which not all are counted
MOST_OF_A_LIST = 99
#: entries of a box that are read and counted here, which is quicker than to ask for each number; of fuller boxes the database counts
FEW = 300
#: login -> until when its box need not be tried again, having been fuller
_full: dict[str, float] = {}
FULL_SECONDS = 60.0
_entry = InboxEntry.__table__.c


class More(int):
    """More than this number, which is where counting ended."""


def of(actor: Actor) -> dict[str, int]:
    """How many tasks wait for the actor, how many of them are overdue, near their deadline, and unclaimed; how many cases the actor has
    running."""
    case = ProcessInstance
    running = (case.ended_at.is_(None),)
    mine = union(*(select(case.id).where(column == actor.login, *running) for column in (case.started_by, case.started_for))).limit(
        MOST + 1
    )
    with reading():
        lines, few = deadlines.lines(), _few(actor)
        counted = _all_numbers(actor, lines) if few is None else _counted_here(few, lines)
        started = _upto(MOST, db.session.execute(select(_number(mine))).scalar_one())
        return {**counted, "started": started}


def _all_numbers(actor: Actor, lines: deadlines.Lines) -> dict[str, int]:
    late = _entry.sort_due < moment_text(lines.now)
    tight = and_(*near.soon(_entry.sort_due, _entry.definition_key, lines))
    shown, each = _shown(actor), found_by.each(actor)
    unclaimed, overdue, soon = _numbers(each, MOST, [and_(_unclaimed(), shown), late, tight])
    # what nobody has claimed waits too: where that is more than is counted, so is what waits
    todo = unclaimed if isinstance(unclaimed, More) else _numbers(each, MOST, [shown])[0]
    return {"todo": todo, "overdue": overdue, "soon": soon, "unclaimed": unclaimed}


def _few(actor: Actor) -> list[Any] | None:
    """The entries that the actor finds, one a task; None where there are more than `FEW`, or lately were."""
    if _full.get(actor.login, 0.0) > time.monotonic():
        return None
    columns = (_entry.user_task_id, _entry.sort_due, _entry.definition_key, _entry.list_name)
    query = select(*columns, asleep.entry_hidden(actor).label("hidden"), _unclaimed().label("unclaimed")).where(found_by.any_of(actor))
    most = min(FEW, MOST)
    rows = db.session.execute(query.limit(most + 1)).all()
    if len(rows) > most:
        _full[actor.login] = time.monotonic() + FULL_SECONDS
        return None
    return list({row.user_task_id: row for row in rows}.values())


def _counted_here(rows: list[Any], lines: deadlines.Lines) -> dict[str, int]:
    now, (usual, of_process) = moment_text(lines.now), lines.texts()
    return {
        "todo": sum(not row.hidden for row in rows),
        "overdue": sum(row.sort_due < now for row in rows),
        "soon": sum(now <= row.sort_due <= of_process.get(row.definition_key, usual) for row in rows),
        "unclaimed": sum(bool(row.unclaimed and not row.hidden) for row in rows),
    }


def snoozed(actor: Actor) -> int:
    """How many tasks the actor has put aside."""
    with reading():
        few = _few(actor)
        return (
            _numbers(found_by.each(actor), MOST, [asleep.hidden_entries(actor)])[0] if few is None else sum(bool(row.hidden) for row in few)
        )


def _shown(actor: Actor) -> ColumnElement[bool]:
    """Not put aside."""
    return ~asleep.entry_hidden(actor) if asleep.any_hidden(actor) else true()


def _unclaimed() -> ColumnElement[bool]:
    """Claimed is a task that only its assignee finds."""
    task = UserTask
    return or_(_entry.holder.not_like("user:%"), exists().where(task.id == _entry.user_task_id, task.assignee.is_(None)))


def lists(actor: Actor, todo: int) -> dict[str, int]:
    """The names of the inbox lists (待审核, 建设中 …) in which tasks wait for the actor, with how many; `todo`: how many wait in all."""
    most = MOST_OF_A_LIST if isinstance(todo, More) else MOST
    with reading():
        few = None if isinstance(todo, More) else _few(actor)
        if few is not None:
            return _lists_here(few, empty=not actor.stands_in)
        every = [*actor.holders, *(holder for stand in actor.stands_in for holder in stand.holders)]
        names = sorted({name for name in db.session.scalars(_names(every))})
        shown = _shown(actor)
        numbers = _numbers(found_by.each(actor), most, [and_(_entry.list_name == name, shown) for name in names]) if names else []
        counted = zip(names, numbers, strict=True)
        return {name: number for name, number in counted if number or not actor.stands_in}


def _lists_here(rows: list[Any], *, empty: bool) -> dict[str, int]:
    found = Counter({row.list_name: 0 for row in rows if row.list_name} if empty else {})
    found.update(row.list_name for row in rows if row.list_name and not row.hidden)
    return dict(sorted(found.items()))


def _numbers(holders: Sequence[ColumnElement[bool]], most: int, conditions: Sequence[ColumnElement[bool]]) -> list[int]:
    """How many tasks the holders (`found_by.each`) find under each condition.

    Each holder's entries are counted by themselves first. That is the answer where one of them has more than are counted, or all others
    have none; else a task that several find is to be counted once.
    """
    each = [[_number(_entries(holder, one, most)) for holder in holders] for one in conditions]
    counted = db.session.execute(select(*(number for numbers in each for number in numbers))).one()
    by_condition = [counted[start : start + len(holders)] for start in range(0, len(counted), len(holders))]
    merged = [max(numbers) <= most and sum(number > 0 for number in numbers) > 1 for numbers in by_condition]
    once = iter(_counted_once(holders, most, [one for one, several in zip(conditions, merged, strict=True) if several]))
    return [_upto(most, next(once) if several else max(numbers)) for numbers, several in zip(by_condition, merged, strict=True)]


def _counted_once(holders: Sequence[ColumnElement[bool]], most: int, conditions: list[ColumnElement[bool]]) -> Sequence[int]:
    if not conditions:
        return ()
    found = [union(*(select(_entries(holder, one, most).subquery()) for holder in holders)) for one in conditions]
    return db.session.execute(select(*map(_number, found))).one()


def _entries(holder: ColumnElement[bool], condition: ColumnElement[bool], most: int) -> Select[Any]:
    return select(_entry.user_task_id).where(holder, condition).limit(most + 1)


def _upto(most: int, number: int) -> int:
    return More(most) if number > most else number


def _number(found: Select[Any] | CompoundSelect[Any]) -> ScalarSelect[int]:
    return select(func.count()).select_from(found.subquery()).scalar_subquery()


def _names(holders: Sequence[str]) -> CompoundSelect[Any]:
    """The names of the holders' lists, by leaps through the index from each to the next."""
    found = [_next_name(holder, f"names_{number}") for number, holder in enumerate(holders)]
    return union(*(select(names.c.name).where(names.c.name.is_not(None)) for names in found))


def _next_name(holder: str, called: str) -> CTE:
    first = select(func.min(_entry.list_name).label("name")).where(_entry.holder == holder, _entry.list_name > literal(""))
    found = first.cte(called, recursive=True)
    following = select(func.min(_entry.list_name)).where(_entry.holder == holder, _entry.list_name > found.c.name)
    return found.union_all(select(following.correlate(found).scalar_subquery()).where(found.c.name.is_not(None)))
