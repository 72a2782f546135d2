"""Reassigning (转办): the task is somebody else's from now on."""

from typing import Any

from processes import idempotency, locked_task, policy, runtime
from processes.actors import Actor, StandIn
from processes.approval import recipients, standing_in
from processes.db import transaction
from processes.locked_task import LockedTask


def reassign(user_task_id: str, *, to: Any, reason: Any = None, revision: Any = None, actor: Actor) -> str:
    """Give the task to another person; whoever holds it, or could take it, does so, and operators for any open task.

    Raises NotFound, NotAllowed, Conflict (no longer open, stale revision, claimed by another, the person has or signs it already),
    Invalid (nobody of that login, a reason is needed).
    """
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        held = locked_task.lock(user_task_id)
        operates, stand = check_may_hand_on(held, actor)
        held.check_present(revision)
        said = recipients.check_rule(held, "reassign", reason, operates=operates)
        login = recipients.check(to, held, actor=actor)
        write(held, login, said, operates=operates, stand=stand, kind="reassign", actor=actor)
        idempotency.keep(user_task_id)
    return user_task_id


def check_may_hand_on(held: LockedTask, actor: Actor) -> tuple[bool, StandIn | None]:
    """Raise unless the actor may hand the open task on; gives whether only as an operator, or for whom else."""
    facts = locked_task.facts(held.row)
    policy.check_not_asked_for_advice(actor, facts)
    if facts.state == "open" and policy.may_work_on(actor, facts):
        return False, None
    if facts.state == "open" and policy.is_operator(actor, held.instance.definition_key):
        return True, None
    return False, held.check_may_work_on(actor)


def write(held: LockedTask, to: str, reason: str | None, *, operates: bool, kind: str, actor: Actor, stand: StandIn | None = None) -> None:
    """One step: the task is that person's, who is told so; whoever had it finds it among what is done."""
    row = held.row
    had = row["assignee"] if operates else standing_in.owner(stand, held, actor)
    details = {"from": had, "owner": row["delegated_by"], "to": to, "reason": reason, "sort_due": held.sort_due}
    names = {login: recipients.named(login) for login in (had, to) if login is not None}
    reassigned = held.event("user_task_reassigned", **details, names=names)
    trigger, events = {"kind": kind, "user_task_id": held.id, "to": to}, [*standing_in.events(stand, held, actor), reassigned]
    runtime.record(held.instance, trigger, events, actor=actor, on_behalf_of=standing_in.represented(stand))
    words = f"{actor.name}把{recipients.about(held)}转办给您{recipients.because(reason)}"
    recipients.tell(held, to, words)
    for login in {had, row["delegated_by"]} - {None, actor.login}:
        recipients.tell(held, login, f"{actor.name}把{recipients.about(held)}转办给{names[to]}{recipients.because(reason)}")
