"""Reminders (催办): whoever waits for a decision tells those who are to take it, a few times an office day and no more."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from processes import idempotency, inputs, locked_task, notices, participation, policy, runtime
from processes.actors import Actor
from processes.approval import daily, receiving
from processes.db import db, reading, transaction
from processes.errors import Conflict, NotAllowed
from processes.locked_task import LockedTask
from processes.models import Reminder
from processes.queries import represented

MAX_MESSAGE = 500
_row = Reminder.__table__.c


def remind(user_task_id: str, message: str | None = None, *, actor: Actor) -> list[str]:
    """Remind those whom an open task waits for now; gives their logins.

    Raises NotFound, NotAllowed (who has no part in the case), Conflict (no longer open, suspended, one's own task), TooOften with the
    moment from which it is possible again, or Invalid.
    """
    if (done := idempotency.kept()) is not None:
        return list(done)
    with transaction():
        held = locked_task.lock(user_task_id)
        _check_may(held, actor)
        said = inputs.check_text("message", message, MAX_MESSAGE)
        daily.check(held.id, held.instance.definition_id, actor)
        receivers = [login for login in receiving.waited_for(held.row) if login != actor.login]
        if not receivers:
            raise Conflict("nobody_to_remind")
        event = held.event("user_task_reminded", to=receivers, message=said)
        runtime.record(held.instance, {"kind": "remind", "user_task_id": user_task_id}, [event], actor=actor)
        _tell(held, receivers, said, actor)
        idempotency.keep(receivers)
    return receivers


def _check_may(held: LockedTask, actor: Actor) -> None:
    instance = held.instance
    if not participation.may_see(actor, instance):
        raise policy.hidden(actor, instance.definition_key, "user_task_not_found")
    if not receiving.may_tell(actor, instance):
        raise NotAllowed("may_not_remind")
    if held.row["state"] != "open":
        raise Conflict("user_task_not_open", state=held.row["state"])
    receiving.check_runs(instance)
    if receiving.is_asked(actor, held.row) or represented.by_task([held.row], actor):
        raise Conflict("reminder_to_oneself")


def _tell(held: LockedTask, receivers: list[str], message: str | None, actor: Actor) -> None:
    text = f"{actor.name}催办“{held.instance.title}”（{held.row['name']}）" + (f"：{message}" if message else "。")
    for login in receivers:
        notices.send(f"remind-{held.instance.id}-{held.instance.last_seq}-{login}", login, text, "reminder", held.instance.id, held.id)


def of_tasks(user_task_ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The reminders of tasks that the asker may know, oldest first, by task; tasks without any are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    query = select(Reminder.__table__).where(_row.user_task_id.in_(set(user_task_ids))).order_by(_row.at, _row.id)
    with reading():
        for row in db.session.execute(query).mappings() if user_task_ids else ():
            found.setdefault(row["user_task_id"], []).append(dict(row))
    return found


def offered(task: Mapping[str, Any], case: Mapping[str, Any], actor: Actor) -> bool:
    """Whether a page offers the actor to remind of this open task; both as the queries give them."""
    if task["state"] != "open" or receiving.is_asked(actor, task):
        return False
    with reading():
        return receiving.may_tell(actor, receiving.KnownCase.of(case))
