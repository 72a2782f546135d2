"""Circulation (传阅): a case goes round among people who say that they have read it (已阅), and maybe what they think; nobody waits."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from processes import idempotency, inputs, notices, participation, policy, runtime, settings
from processes.actors import Actor
from processes.approval import daily, receiving
from processes.db import db, moment_text, transaction
from processes.errors import Conflict, NotAllowed, NotFound
from processes.locking import LockedInstance
from processes.models import Delivery
from processes.projections.work import about_case

MAX_MESSAGE = 500
_row = Delivery.__table__.c


@dataclass(frozen=True, slots=True)
class Circulated:
    """A new circulation: its id, who got it, and who has it already and has not read it."""

    id: str
    new: list[str]
    already: list[str]


def circulate(instance_id: str, users: Any, message: str | None = None, *, actor: Actor) -> Circulated:
    """Let a case go round among people, also after its end; who got it may pass it on, so many times.

    Raises NotFound, NotAllowed, Conflict (suspended, content removed, passed on often enough, all have it already) or Invalid.
    """
    if (done := idempotency.kept()) is not None:
        return Circulated(*done)
    with transaction():
        instance = runtime.lock_instance(instance_id)
        if not participation.may_see(actor, instance):
            raise policy.hidden(actor, instance.definition_key, "process_instance_not_found")
        depth, parent = _depth(instance, actor)
        receiving.check_runs(instance)
        receiving.check_not_sealed(instance)
        named, said = receiving.check_named("users", users, actor), inputs.check_text("message", message, MAX_MESSAGE)
        have = _unread(instance, named)
        new, already = [login for login in named if login not in have], [login for login in named if login in have]
        if not new:
            raise Conflict("circulated_already", people=already)
        details = {"to": new, "message": said, "depth": depth, "parent": parent, "occasion": f"circulation:{instance.last_seq + 1}"}
        event = about_case(instance.definition_id, "case_circulated", **details)
        runtime.record(instance, {"kind": "circulate"}, [event], actor=actor)
        made = Circulated(f"{instance.id}-{instance.last_seq}", new, already)
        idempotency.keep([made.id, made.new, made.already])
    return made


def _depth(instance: LockedInstance, actor: Actor) -> tuple[int, str | None]:
    """How often the case was passed on before it goes on from the actor, and from which circulation; raises NotAllowed, Conflict."""
    if receiving.may_tell(actor, instance):
        return 0, None
    mine = select(_row.depth, _row.circulation).where(
        _row.instance_id == instance.id, _row.login == actor.login, _row.kind == "circulation"
    )
    nearest = db.session.execute(mine.order_by(_row.depth, _row.id)).first()
    if nearest is None:
        raise NotAllowed("may_not_circulate")
    most = settings.current().approval.circulation_depth
    if nearest.depth >= most:
        raise Conflict("circulated_too_far", limit=most)
    return nearest.depth + 1, nearest.circulation


def _unread(instance: LockedInstance, logins: list[str]) -> set[str]:
    query = select(_row.login).where(
        _row.instance_id == instance.id, _row.kind == "circulation", _row.receipt_at.is_(None), _row.login.in_(logins)
    )
    return set(db.session.scalars(query))


def acknowledge(circulation_id: str, comment: str | None = None, *, actor: Actor) -> str:
    """Say that the actor has read what went round to them (已阅), with a comment; gives the id of the case.

    Again with another comment, the new one counts, and the moment of the first receipt; again without, nothing happens. Also possible
    while the case is suspended, and after its end. Raises NotFound, Invalid.
    """
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        instance, row = _lock(circulation_id, actor)
        said = (inputs.check_text("comment", comment, inputs.MAX_OPINION) or "").strip() or None
        first = row.receipt_at
        if first is None or (said is not None and said != row.comment):
            details = {"delivery": row.id, "circulation": circulation_id, "comment": said, "first_at": first and moment_text(first)}
            event = about_case(instance.definition_id, "circulation_read", **details)
            runtime.record(instance, {"kind": "read_circulation", "circulation": circulation_id}, [event], actor=actor)
        idempotency.keep(instance.id)
    return instance.id


def _lock(circulation_id: str, actor: Actor) -> tuple[LockedInstance, Any]:
    """The case, and what the actor was given with this circulation; raises NotFound."""
    instance = _lock_case(circulation_id)
    row = db.session.execute(select(*_row).where(_row.circulation == circulation_id, _row.login == actor.login)).first()
    if row is None or not policy.within_scope(actor, instance.definition_key):
        raise NotFound("circulation_not_found")
    return instance, row


def _lock_case(circulation_id: str) -> LockedInstance:
    try:
        return runtime.lock_instance(circulation_id.rpartition("-")[0])
    except NotFound:
        raise NotFound("circulation_not_found") from None


def remind(circulation_id: str, *, actor: Actor) -> list[str]:
    """Remind those who have not read what the actor let go round; gives their logins.

    Raises NotFound, NotAllowed (it was somebody else's), Conflict (all have read it, suspended), TooOften.
    """
    if (done := idempotency.kept()) is not None:
        return list(done)
    with transaction():
        instance = _lock_case(circulation_id)
        rows = db.session.execute(select(*_row).where(_row.circulation == circulation_id).order_by(_row.id)).all()
        if not rows or not participation.may_see(actor, instance):
            raise NotFound("circulation_not_found")
        if rows[0].given_by != actor.login and not policy.is_operator(actor, instance.definition_key):
            raise NotAllowed("circulation_of_another")
        receiving.check_runs(instance)
        waits = [row.login for row in rows if row.receipt_at is None]
        if not waits:
            raise Conflict("nobody_to_remind")
        daily.check(daily.of_circulation(circulation_id), instance.definition_id, actor)
        event = about_case(instance.definition_id, "circulation_reminded", circulation=circulation_id, to=waits, message=None)
        runtime.record(instance, {"kind": "remind_circulation", "circulation": circulation_id}, [event], actor=actor)
        for login in waits:
            text = f"{actor.name}请您尽快阅“{instance.title}”。"
            notices.send(f"remind-{instance.id}-{instance.last_seq}-{login}", login, text, "reminder", instance.id)
        idempotency.keep(waits)
    return waits
