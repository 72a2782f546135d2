"""What was put before somebody without being asked to decide (抄送我的): copies and circulated cases, with what was read."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from processes.actors import Actor
from processes.db import db, moment_text, reading
from processes.errors import NotFound
from processes.models import Delivery, DeliveryRead, ProcessInstance, UserTask
from processes.people import directory
from processes.queries import paging
from processes.queries.counters import MOST, More

_row = Delivery.__table__.c
_read_at = select(DeliveryRead.at).where(DeliveryRead.delivery_id == _row.id).scalar_subquery()
_unread = and_(
    _row.receipt_at.is_(None),
    or_(_row.kind == "circulation", ~select(1).where(DeliveryRead.delivery_id == _row.id).correlate(Delivery).exists()),
)


def page(actor: Actor, filters: Mapping[str, Any] | None = None, limit: int = 50, cursor: str | None = None) -> dict[str, Any]:
    """A page of what was put before the actor, newest first. Filters: unread, kind, process_instance_id, definition_key, text (in
    title or number). Raises Invalid for a wrong cursor."""
    query = _of(actor).where(*_filters(filters or {})).order_by(_row.at.desc(), _row.id.desc()).limit(paging.size(limit) + 1)
    if after := paging.read_cursor(cursor, (str, str)):
        at, delivery_id = paging.read_moment(after[0]), after[1]
        query = query.where(or_(_row.at < at, and_(_row.at == at, _row.id < delivery_id)))
    with reading():
        rows = [dict(row) for row in db.session.execute(query).mappings()]
        return paging.page(rows, limit, lambda one: paging.write_cursor(moment_text(one["at"]), one["id"]))


def _of(actor: Actor) -> Select[Any]:
    case = ProcessInstance
    columns = (case.title, case.business_key, case.definition_id, case.state.label("case_state"), _read_at.label("read_at"))
    query = select(*_row, *columns).join(case, case.id == _row.instance_id).where(_row.login == actor.login)
    return query if actor.scope is None or "*" in actor.scope else query.where(_row.definition_key.in_(actor.scope))


def _filters(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.get("unread") is not None:
        conditions.append(_unread if filters["unread"] else ~_unread)
    names = {"kind": "kind", "process_instance_id": "instance_id", "definition_key": "definition_key"}
    conditions += [_row[column] == filters[name] for name, column in names.items() if filters.get(name) is not None]
    if filters.get("text"):
        conditions.append(directory.holds(str(filters["text"]), ProcessInstance.title, ProcessInstance.business_key))
    return conditions


def unread(login: str) -> int:
    """How many copies and circulated cases somebody has not read, counted up to what counters count."""
    found = select(_row.id).where(_row.login == login, _unread).limit(MOST + 1)
    with reading():
        number = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return More(MOST) if number > MOST else number


def as_tasks(found: Mapping[str, Any], tasks: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A page as the box `copied` of user tasks: the task that a copy was sent with, or the case alone, with `copy`."""
    return {**found, "items": [_as_task(row, tasks.get(row["user_task_id"] or "")) for row in found["items"]]}


def _as_task(row: Mapping[str, Any], task: Mapping[str, Any] | None) -> dict[str, Any]:
    bare = {
        **dict.fromkeys((*(column.name for column in UserTask.__table__.c), "handed_on")),
        "process_instance_id": row["instance_id"],
        "definition_key": row["definition_key"],
        "title": row["title"],
        "business_key": row["business_key"],
        "created_at": row["at"],
        "candidate_groups": [],
        "candidate_users": [],
    }
    return {**bare, **(task or {}), "copy": as_copy(row)}


def as_copy(row: Mapping[str, Any]) -> dict[str, Any]:
    """What was put before somebody, as the API gives it."""
    names = ("id", "kind", "circulation", "given_by", "login", "at", "message", "element_name", "comment")
    return {**{name: row[name] for name in names}, "read_at": row["receipt_at"] or (row.get("read_at") if row["kind"] == "copy" else None)}


def tasks_of(found: Mapping[str, Any]) -> list[str]:
    """The ids of the user tasks with which copies of a page were sent."""
    return [row["user_task_id"] for row in found["items"] if row["user_task_id"]]


def rows_of(user_task_ids: list[str]) -> list[Any]:
    """The rows of user tasks, for who was sent a copy with them."""
    return list(db.session.execute(select(*UserTask.__table__.c).where(UserTask.id.in_(user_task_ids))).mappings()) if user_task_ids else []


def of_case(instance_id: str) -> list[dict[str, Any]]:
    """What was sent of a case to whom, oldest first, with what was read; for who may know the case."""
    query = select(*_row, _read_at.label("read_at")).where(_row.instance_id == instance_id).order_by(_row.at, _row.id)
    with reading():
        return [dict(row) for row in db.session.execute(query).mappings()]


def circulations(instance_id: str) -> list[dict[str, Any]]:
    """The circulations of a case, oldest first, with who has read; for who may know the case."""
    found: dict[str, dict[str, Any]] = {}
    for row in of_case(instance_id):
        if row["kind"] == "circulation":
            told = {name: row[name] for name in ("given_by", "at", "message", "depth")}
            one = found.setdefault(
                row["circulation"], {"id": row["circulation"], "process_instance_id": instance_id, **told, "readers": []}
            )
            one["readers"].append({"login": row["login"], "read_at": row["receipt_at"], "comment": row["comment"]})
    return list(found.values())


def get(delivery_id: str, actor: Actor) -> dict[str, Any]:
    """One of those put before the actor; raises NotFound."""
    with reading():
        row = db.session.execute(_of(actor).where(_row.id == delivery_id)).mappings().first()
    if row is None:
        raise NotFound("copy_not_found")
    return dict(row)


def unread_copies(login: str) -> Select[Any]:
    """Ids and cases of the copies that somebody has not opened."""
    return select(_row.id, _row.instance_id).where(_row.login == login, _row.kind == "copy", _unread)
