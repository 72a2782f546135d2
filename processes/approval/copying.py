"""Copies (抄送) by hand: somebody puts a case before people who have nothing to decide; each gets it once for one occasion."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from processes import clock, idempotency, inputs, locked_task, participation, policy, runtime
from processes.actors import Actor
from processes.approval import receiving
from processes.db import db, reading, transaction
from processes.errors import Conflict, NotAllowed
from processes.locking import LockedInstance
from processes.models import Delivery, DeliveryRead
from processes.projections.work import Event, about_case
from processes.queries import deliveries

MAX_MESSAGE = 500
CASE = "case"


@dataclass(frozen=True, slots=True)
class Told:
    """Who got it now, and who had it already."""

    new: list[str]
    already: list[str]


def copy_task(user_task_id: str, users: Any, message: str | None = None, *, actor: Actor) -> Told:
    """Send copies of an open task's case. Raises NotFound, NotAllowed, Conflict (no longer open, suspended) or Invalid."""
    if (done := idempotency.kept()) is not None:
        return Told(*done)
    with transaction():
        held = locked_task.lock(user_task_id)
        _check_may(held.instance, actor, "user_task_not_found")
        if held.row["state"] != "open":
            raise Conflict("user_task_not_open", state=held.row["state"])
        occasion = f"task:{held.row['number']}"
        told = _copy(held.instance, held.event("case_copied"), occasion, users, message, actor)
    return told


def copy_case(instance_id: str, users: Any, message: str | None = None, *, actor: Actor) -> Told:
    """Send copies of a case, also of one that has ended. Raises as `copy_task`, and Conflict for a case whose content was removed."""
    if (done := idempotency.kept()) is not None:
        return Told(*done)
    with transaction():
        instance = runtime.lock_instance(instance_id)
        _check_may(instance, actor, "process_instance_not_found")
        receiving.check_not_sealed(instance)
        told = _copy(instance, about_case(instance.definition_id, "case_copied"), CASE, users, message, actor)
    return told


def _check_may(instance: LockedInstance, actor: Actor, unknown: str) -> None:
    if not participation.may_see(actor, instance):
        raise policy.hidden(actor, instance.definition_key, unknown)
    if not receiving.may_tell(actor, instance):
        raise NotAllowed("may_not_copy")
    receiving.check_runs(instance)


def _copy(instance: LockedInstance, event: Event, occasion: str, users: Any, message: str | None, actor: Actor) -> Told:
    named, said = receiving.check_named("users", users, actor), inputs.check_text("message", message, MAX_MESSAGE)
    had = select(Delivery.login).where(
        Delivery.instance_id == instance.id, Delivery.kind == "copy", Delivery.occasion == occasion, Delivery.login.in_(named)
    )
    present = set(db.session.scalars(had))
    told = Told([login for login in named if login not in present], [login for login in named if login in present])
    if told.new:
        event = {**event, "details": {"to": told.new, "message": said, "occasion": occasion}}
        runtime.record(instance, {"kind": "copy", "occasion": occasion}, [event], actor=actor)
    idempotency.keep([told.new, told.already])
    return told


def open_one(delivery_id: str, *, actor: Actor) -> dict[str, Any]:
    """What was put before the actor; a copy has been read from now on. Raises NotFound."""
    found = deliveries.get(delivery_id, actor)
    if found["kind"] == "copy" and found["read_at"] is None:
        mark_read(actor=actor, delivery_id=delivery_id)
        found = deliveries.get(delivery_id, actor)
    return found


def mark_read(*, actor: Actor, instance_id: str | None = None, delivery_id: str | None = None) -> int:
    """Mark the actor's unread copies as read: one, those of a case, or all; gives how many. Circulated cases are read by a receipt."""
    query = deliveries.unread_copies(actor.login)
    if instance_id is not None:
        query = query.where(Delivery.instance_id == instance_id)
    if delivery_id is not None:
        query = query.where(Delivery.id == delivery_id)
    with reading():
        if db.session.execute(query.limit(1)).first() is None:
            return 0
    with transaction(aside=True):
        rows = [{"delivery_id": row.id, "instance_id": row.instance_id, "at": clock.now()} for row in db.session.execute(query)]
        dialect: Any = sqlite if db.engine.dialect.name == "sqlite" else postgresql
        if rows:
            db.session.execute(dialect.insert(DeliveryRead).values(rows).on_conflict_do_nothing())
    return len(rows)
