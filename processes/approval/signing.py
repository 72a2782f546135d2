"""Signers (加签, 减签): whoever has a user task asks others to sign with them, before the own decision, after it, or in parallel."""

from collections.abc import Mapping
from typing import Any

from engine.signers import OPEN, PLANNED, POSITIONS
from engine.triggers import AddSigners, RemoveSigner
from processes import idempotency, inputs, locked_task, participation, policy, runtime, settings
from processes.actors import Actor
from processes.approval import recipients, signed, standing_in
from processes.db import transaction
from processes.errors import Conflict, Invalid, NotAllowed
from processes.locked_task import LockedTask
from processes.people import directory

MOST_AT_ONCE = 20


def add(user_task_id: str, users: Any, position: Any, *, revision: Any = None, actor: Actor) -> str:
    """Ask these people to sign the open task; whoever may decide it does so, and thereby takes it.

    Raises NotFound, NotAllowed, Conflict (no longer open, stale revision, asked for advice, too deep, signs already) or Invalid.
    """
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        held = locked_task.lock(user_task_id)
        policy.check_not_asked_for_advice(actor, locked_task.facts(held.row))
        stand = held.check_may_work_on(actor)
        held.check_present(revision)
        if held.row["delegated_by"] is not None:
            raise Conflict("user_task_delegated", to=held.row["assignee"])
        by = standing_in.owner(stand, held, actor)
        logins = _check_users(users, held, by, actor)
        place = _check_position(position)
        row = held.row
        trigger = AddSigners(row["number"], row["element_id"], tuple(row["path"]), logins, place, by)
        before = [*standing_in.events(stand, held, actor), *held.taken(actor, by)]
        runtime.advance(held.instance, trigger, actor=actor, on_behalf_of=standing_in.represented(stand), before=before)
        if place != "after":
            for login in logins:
                recipients.tell(held, login, f"{actor.name}请您加签{recipients.about(held)}。")
        idempotency.keep(user_task_id)
    return user_task_id


def remove(user_task_id: str, user: Any, *, actor: Actor) -> str:
    """Ask one of the signers of a task no more, who has not decided; whoever added them or holds the task does so, and operators.

    Raises NotFound, NotAllowed, Conflict (has decided, suspended) or Invalid (no signer of this task).
    """
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        held = locked_task.lock(user_task_id)
        if not participation.may_see(actor, held.instance):
            raise policy.hidden(actor, held.instance.definition_key, "user_task_not_found")
        login = inputs.check_text("user", user, 100, required=True) or ""
        signer = _signer(held, login)
        if not may_remove(signer, held.row, actor):
            raise NotAllowed("may_not_remove_signer")
        held.check_present()
        if signer["state"] not in (PLANNED, OPEN):
            raise Conflict("signer_has_decided", login=login)
        row = held.row
        trigger = RemoveSigner(row["number"], row["element_id"], tuple(row["path"]), signer["number"], actor.login)
        runtime.advance(held.instance, trigger, actor=actor)
        idempotency.keep(user_task_id)
    return user_task_id


def may_remove(signer: Mapping[str, Any], task: Mapping[str, Any], actor: Actor) -> bool:
    """Whether the actor may take this signer of the task off: who added them, who holds the task or has decided it, operators."""
    if not policy.within_scope(actor, task["definition_key"]):
        return False
    return actor.login in (signer["by"], task["assignee"], task["completed_by"]) or policy.is_operator(actor, task["definition_key"])


def check_not_waiting(held: LockedTask) -> None:
    """Raise Conflict while people sign before the holder decides."""
    waits = (held.row["signing"] or {}).get("waits")
    if waits:
        raise Conflict("user_task_waits_for_signers", signers=waits)


def _check_users(users: Any, held: LockedTask, holder: str, actor: Actor) -> list[str]:
    """The logins, each an active person who has nothing to do with the task yet."""
    if not isinstance(users, list) or not users or not all(isinstance(one, str) for one in users):
        raise Invalid("signers_required", fields={"users": ["请选择加签的人。"]})
    logins = list(dict.fromkeys(users))
    if len(logins) > MOST_AT_ONCE:
        raise Invalid("too_many_signers", fields={"users": [f"一次最多请 {MOST_AT_ONCE} 人加签。"]}, maximum=MOST_AT_ONCE)
    deepest = settings.current().approval.signer_depth
    if (held.row["signing"] or {}).get("depth", 0) >= deepest:
        raise Conflict("signers_too_deep", maximum=deepest)
    known = signed.people_of(held)
    working = directory.working(logins)
    for login in logins:
        if login not in working:
            raise Invalid("person_not_active", fields={"users": [f"“{login}”不是在用账号。"]}, login=login)
        _check_user(login, held, holder, known, actor)
    return logins


def _check_user(login: str, held: LockedTask, holder: str, known: set[str], actor: Actor) -> None:
    instance = held.instance
    if login in (holder, actor.login):
        raise Conflict("signer_is_holder", login=login)
    if login in known:
        raise Conflict("signs_already", login=login)
    applicant = login in (instance.started_by, instance.started_for)
    if applicant and not settings.current().approval.applicant_signs:
        raise NotAllowed("applicant_may_not_sign", login=login)


def _check_position(position: Any) -> str:
    if position not in POSITIONS:
        raise Invalid("signer_position", fields={"position": ["请选择加签的位置：之前、之后或同时。"]}, positions=list(POSITIONS))
    return str(position)


def _signer(held: LockedTask, login: str) -> dict[str, Any]:
    """The signer of the task with this login, the latest one."""
    found = [one for one in signed.asked_for(held.row) if one["user"] == login]
    if not found:
        raise Invalid("no_such_signer", fields={"user": ["这个待办没有请他加签。"]}, login=login)
    return found[-1]
