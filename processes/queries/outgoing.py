"""Messages to people outside Banjie: what is on its way, what went, what was given up."""

from typing import Any

from sqlalchemy import and_, or_, select

from processes.actors import Actor
from processes.db import db, moment_text, reading
from processes.models import OutgoingMessage
from processes.queries import paging

STATES = ("failed", "waiting", "sending", "kept", "sent", "dropped")
_row = OutgoingMessage


def page(state: str | None = None, *, login: str | None = None, limit: int = 50, cursor: str | None = None) -> dict[str, Any]:
    """Messages, newest first, of one state or one person; raises Invalid("invalid_cursor"). Who may see them is for the caller to say."""
    query = select(_row.__table__).order_by(_row.at.desc(), _row.id.desc()).limit(paging.size(limit) + 1)
    if state is not None:
        query = query.where(_row.state == state)
    if login is not None:
        query = query.where(_row.login == login)
    if after := paging.read_cursor(cursor, (str, str)):
        at = paging.read_moment(after[0])
        query = query.where(or_(_row.at < at, and_(_row.at == at, _row.id < after[1])))
    with reading():
        rows = [dict(row) for row in db.session.execute(query).mappings()]
    return paging.page(rows, limit, lambda row: paging.write_cursor(moment_text(row["at"]), row["id"]))


def own(actor: Actor, limit: int = 20) -> list[dict[str, Any]]:
    """The newest messages to the actor."""
    return list(page(login=actor.login, limit=limit)["items"])
