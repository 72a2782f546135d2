"""Rows of registers (台账): lists of what cases have written there, such as filings (备案). Only reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true

from processes import found_by, policy
from processes.actors import Actor
from processes.calendar import office
from processes.db import db, moment_text, reading
from processes.errors import NotFound
from processes.models import InboxEntry, ProcessInstance, RegisterRow, UserTask
from processes.people import directory
from processes.queries import paging

YEARS = range(1900, 2200)


@dataclass(frozen=True)
class RowFacts:
    """A row of a register and the case that wrote it."""

    id: str
    register: str
    instance_id: str
    definition_key: str
    business_key: str | None
    title: str
    at: datetime
    values: dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Rows, newest first, and the cursor of the next page."""

    items: list[RowFacts]
    next: str | None


@dataclass(frozen=True)
class Filter:
    """What a list of rows is limited to; an empty field limits nothing. `year` is the office's, `text` looks at title and number."""

    register: str | None = None
    definition_key: str | None = None
    year: int | None = None
    text: str = ""


def page(actor: Actor, wanted: Filter, *, limit: int = 50, cursor: str | None = None) -> Page:
    """Rows of cases that the actor may see, newest first; raises Invalid("invalid_cursor")."""
    query = select(RegisterRow).where(_visible(actor), _matching(wanted))
    if after := paging.read_cursor(cursor, (str, str)):
        at, row_id = paging.read_moment(after[0]), after[1]
        query = query.where(or_(RegisterRow.at < at, and_(RegisterRow.at == at, RegisterRow.id < row_id)))
    with reading():
        rows = _read(query.order_by(RegisterRow.at.desc(), RegisterRow.id.desc()).limit(paging.size(limit) + 1))
    shown = rows[: paging.size(limit)]
    return Page(shown, paging.write_cursor(moment_text(shown[-1].at), shown[-1].id) if len(rows) > len(shown) else None)


def row(actor: Actor, row_id: str) -> RowFacts:
    """One row; raises NotFound."""
    with reading():
        found = _read(select(RegisterRow).where(RegisterRow.id == row_id, _visible(actor)))
    if not found:
        raise NotFound("register_row_not_found")
    return found[0]


def of_case(instance_id: str) -> list[RowFacts]:
    """What a case has written; whether it may be seen is for the caller to say."""
    with reading():
        return _read(select(RegisterRow).where(RegisterRow.instance_id == instance_id).order_by(RegisterRow.at))


def registers(actor: Actor) -> list[str]:
    """The registers in which the actor finds rows."""
    with reading():
        return list(db.session.scalars(select(RegisterRow.register).where(_visible(actor)).distinct().order_by(RegisterRow.register)))


def years(actor: Actor, register: str | None = None) -> list[int]:
    """The office's years in which the actor finds rows, newest first."""
    query = select(RegisterRow.at).where(_visible(actor), _matching(Filter(register=register)))
    with reading():
        first = db.session.scalar(query.order_by(RegisterRow.at).limit(1))
        last = db.session.scalar(query.order_by(RegisterRow.at.desc()).limit(1))
    if first is None or last is None:
        return []
    return list(range(office.date_of(last).year, office.date_of(first).year - 1, -1))


def _read(query: Select[RegisterRow]) -> list[RowFacts]:
    return [
        RowFacts(
            id=row.id,
            register=row.register,
            instance_id=row.instance_id,
            definition_key=row.definition_key,
            business_key=row.business_key,
            title=row.title,
            at=row.at,
            values=row.values,
        )
        for row in db.session.scalars(query)
    ]


def _matching(wanted: Filter) -> ColumnElement[bool]:
    found: ColumnElement[bool] = true()
    if wanted.register:
        found &= RegisterRow.register == wanted.register
    if wanted.definition_key:
        found &= RegisterRow.definition_key == wanted.definition_key
    if wanted.year is not None and wanted.year not in YEARS:
        return false()
    if wanted.year is not None:
        begins, ends = office.start_of_year(wanted.year), office.start_of_year(wanted.year + 1)
        found &= and_(RegisterRow.at >= begins, RegisterRow.at < ends)
    if wanted.text.strip():
        found &= directory.holds(wanted.text, RegisterRow.title, RegisterRow.business_key)
    return found


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Operators and auditors see all, other systems those of their scope, people those of cases they started or worked in."""
    reach: ColumnElement[bool] = true()
    if actor.scope is not None and "*" not in actor.scope:
        reach = RegisterRow.definition_key.in_(actor.scope)
    if actor.roles & policy.SEES_ALL_CASES or ("integrator" in actor.roles and actor.scope is not None):
        return reach
    started = exists().where(
        ProcessInstance.id == RegisterRow.instance_id,
        or_(ProcessInstance.started_by == actor.login, ProcessInstance.started_for == actor.login),
    )
    asked = select(InboxEntry.user_task_id).where(found_by.any_of(actor))
    worked = exists().where(
        UserTask.instance_id == RegisterRow.instance_id,
        or_(UserTask.completed_by == actor.login, UserTask.assignee == actor.login, UserTask.id.in_(asked)),
    )
    return reach & or_(started, worked)
