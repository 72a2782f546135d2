"""The message centre (消息): what somebody is told, once, and whether it has been read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from processes import clock
from processes.actors import Actor
from processes.db import db, moment_text, reading, transaction
from processes.errors import NotFound
from processes.models import Notice
from processes.queries import paging
from processes.telling import outbox


@dataclass(frozen=True)
class NoticeFacts:
    """A message to one person."""

    id: str
    kind: str
    text: str
    instance_id: str | None
    user_task_id: str | None
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class Page:
    """Messages, newest first, and the cursor of the next page."""

    items: list[NoticeFacts]
    next: str | None


def send(notice_id: str, login: str, text: str, kind: str, instance_id: str | None = None, user_task_id: str | None = None) -> None:
    """Put a message before somebody, inside the open transaction; the same `notice_id` again changes nothing."""
    dialect: Any = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    row = {"id": notice_id[:100], "login": login, "text": text, "kind": kind, "instance_id": instance_id, "user_task_id": user_task_id}
    db.session.execute(dialect.insert(Notice).values(**row, at=clock.now(), read_at=None).on_conflict_do_nothing())
    outbox.put(login, row)


def page(actor: Actor, *, unread: bool = False, limit: int = 20, cursor: str | None = None) -> Page:
    """The actor's messages, newest first; raises Invalid("invalid_cursor")."""
    query = select(Notice).where(Notice.login == actor.login).order_by(Notice.at.desc(), Notice.id.desc()).limit(paging.size(limit) + 1)
    if unread:
        query = query.where(Notice.read_at.is_(None))
    if after := paging.read_cursor(cursor, (str, str)):
        at, notice_id = paging.read_moment(after[0]), after[1]
        query = query.where(or_(Notice.at < at, and_(Notice.at == at, Notice.id < notice_id)))
    with reading():
        rows = db.session.scalars(query).all()
        shown = [_facts(row) for row in rows[: paging.size(limit)]]
    return Page(shown, paging.write_cursor(moment_text(shown[-1].at), shown[-1].id) if len(rows) > len(shown) else None)


def _facts(row: Notice) -> NoticeFacts:
    return NoticeFacts(
        id=row.id,
        kind=row.kind,
        text=row.text,
        instance_id=row.instance_id,
        user_task_id=row.user_task_id,
        at=row.at,
        read_at=row.read_at,
    )


def target(notice_id: str, *, actor: Actor) -> NoticeFacts:
    """One message of the actor's, to go to what it is about; raises NotFound."""
    with reading():
        row = db.session.get(Notice, notice_id)
        if row is None or row.login != actor.login:
            raise NotFound("notice_not_found")
        return _facts(row)


def unread(login: str) -> int:
    """How many messages somebody has not read."""
    with reading():
        return db.session.scalar(select(func.count()).select_from(Notice).where(Notice.login == login, Notice.read_at.is_(None))) or 0


def mark_read(notice_ids: list[str] | None = None, *, actor: Actor) -> None:
    """Mark these messages of the actor, or all, as read."""
    query = update(Notice).where(Notice.login == actor.login, Notice.read_at.is_(None)).values(read_at=clock.now())
    if notice_ids is not None:
        query = query.where(Notice.id.in_(notice_ids))
    with transaction():
        db.session.execute(query)
