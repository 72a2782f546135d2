"""The outbox: a row a message and way, written in the transaction of the notice, so that a message goes out for what has happened and
for nothing else. Sending is the workers' (`delivering`)."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from processes import clock, doorbell, settings
from processes.db import after_commit, db
from processes.models import OutgoingMessage
from processes.telling import choices, moments


def put(login: str, notice: dict[str, Any]) -> None:
    """Put a notice on the ways that its receiver wants, inside the open transaction; the same notice again changes nothing.

    `notice`: id, kind, text, instance_id, user_task_id.
    """
    ways = choices.ways()
    if not ways:
        return
    choice = choices.of([login]).get(login)
    if choice is None:
        return
    rows = [
        _row(login, channel, notice, choice) for channel in choice.channels.get(choices.group_of(notice["kind"]), ()) if channel in ways
    ]
    rows = [row for row in rows if row["address"]]
    if not rows:
        return
    dialect: Any = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    db.session.execute(dialect.insert(OutgoingMessage).on_conflict_do_nothing(), rows)
    now = clock.now()
    due = [row["id"] for row in rows if row["due_at"] <= now]
    if due:
        after_commit(lambda: _ring(due))


def _ring(message_ids: list[str]) -> None:
    doorbell.ring_for_messages(message_ids)


def _row(login: str, channel: str, notice: dict[str, Any], choice: choices.Choice) -> dict[str, Any]:
    now = clock.now()
    digest = None if choices.group_of(notice["kind"]) == "reminder" else choice.digest
    local = now.astimezone(settings.current().office.timezone)
    return {
        "id": f"{notice['id']}-{channel}"[:140],
        "login": login,
        "channel": channel,
        "address": choice.address(channel),
        "kind": notice["kind"],
        "text": notice["text"],
        "instance_id": notice["instance_id"],
        "user_task_id": notice["user_task_id"],
        "state": "waiting",
        "at": now,
        "due_at": max(now, moments.due(local, quiet=choice.quiet, digest=digest)),
        "attempts": 0,
    }
