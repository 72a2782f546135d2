"""User tasks (待办): claim, give back, complete."""

from collections.abc import Mapping
from typing import Any

from engine.triggers import CompleteUserTask
from processes import deployed, drafts, form_input, idempotency, inputs, locked_task, phrases, policy, runtime, signatures
from processes.actors import Actor
from processes.approval import choosing, signed, signing, standing_in, voting
from processes.db import transaction
from processes.errors import Conflict
from processes.locked_task import LockedTask
from processes.locking import LockedInstance


def complete(
    user_task_id: str,
    *,
    variables: Any,
    outcome: str | None = None,
    opinion: str | None = None,
    revision: int | None = None,
    on_behalf_of: str | None = None,
    attachments: Any = None,
    actor: Actor,
) -> tuple[str, str]:
    """Record the actor's decision and move the case on; gives the ids of the task and of the case.

    `attachments` are ids of files that come with the decision. A decision bears the picture of the actor's signature, if there is one.
    Raises NotFound, NotAllowed, Conflict (no longer open, stale revision, claimed by another) or Invalid with `fields`.
    """
    if (done := idempotency.kept()) is not None:
        return done[0], done[1]
    with transaction():
        done = decide(
            locked_task.lock(user_task_id),
            variables=variables,
            outcome=outcome,
            opinion=opinion,
            revision=revision,
            on_behalf_of=on_behalf_of,
            attachments=attachments,
            actor=actor,
        )
        idempotency.keep(list(done))
    return done


def decide(
    held: LockedTask,
    *,
    variables: Any,
    outcome: str | None = None,
    opinion: str | None = None,
    revision: int | None = None,
    on_behalf_of: str | None = None,
    attachments: Any = None,
    actor: Actor,
) -> tuple[str, str]:
    """`complete`, inside the open transaction of a command that holds the task."""
    instance, task = held.instance, held.row
    named = inputs.check_text("on_behalf_of", on_behalf_of, 100)
    from_system = policy.is_integrator(actor, instance.definition_key)
    stand = held.check_may_work_on(actor, None if from_system else named)
    held.check_present(revision)
    signing.check_not_waiting(held)
    represented = named if from_system else standing_in.represented(stand)
    chosen, said = form_input.check_outcome(task["properties"].get("outcomes"), outcome, opinion)
    asked = asked_of(instance, task)
    variables, picked = choosing.apart(variables, choosing.choices_of(asked.definition, signed.chooses_at(task)))
    checked = form_input.check(asked, variables, actor, instance.definition_key)
    known = {**asked.present, **checked.variables}
    offered = choosing.offers(asked.definition, signed.chooses_at(task), known, instance.started_for or instance.started_by)
    sent = {**checked.variables, **choosing.check(offered, picked, chosen)}
    papers = form_input.check_papers(attachments, f"opinion_{task['element_id']}", actor, instance.id)
    files = [*checked.attachments, *papers]
    whose = standing_in.owner(stand, held, actor)
    voting.check_votes_once(held, whose)
    signed.check_no_signer(held, whose)
    trigger = CompleteUserTask(task["number"], task["element_id"], tuple(task["path"]), sent, chosen, said, whose)
    first = standing_in.events(stand, held, actor) + held.taken(actor, whose)
    first += form_input.files_events(instance.definition_id, files)
    first += signatures.stamp(held, actor) if chosen is not None else []
    runtime.advance(instance, trigger, actor=actor, on_behalf_of=represented, before=first)
    form_input.keep_attachments(instance.id, files)
    if said and actor.via == "session":
        phrases.count_use(actor.login, said)
    if task["drafted"]:
        drafts.drop(actor.login, f"task:{held.id}")
    return held.id, instance.id


def claim(user_task_id: str, *, actor: Actor) -> str:
    """Take the task: from now on it is in the actor's list alone. Claiming what is one's own already changes nothing."""
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        held = locked_task.lock(user_task_id)
        task = held.row
        if task["state"] == "open" and task["assignee"] == actor.login:
            return user_task_id
        stand = held.check_may_work_on(actor)
        if task["assignee"] is not None:
            raise Conflict("user_task_claimed_by_another", assignee=task["assignee"])
        held.check_present()
        whose = standing_in.owner(stand, held, actor)
        signed.check_no_signer(held, whose)
        claimed = held.event("user_task_claimed", assignee=whose, sort_due=held.sort_due)
        events = [*standing_in.events(stand, held, actor), claimed]
        behalf = standing_in.represented(stand)
        runtime.record(held.instance, {"kind": "claim", "user_task_id": user_task_id}, events, actor=actor, on_behalf_of=behalf)
        idempotency.keep(user_task_id)
    return user_task_id


def unclaim(user_task_id: str, *, actor: Actor) -> str:
    """Give the task back to its candidates; raises Conflict when it is not claimed or nobody else could take it."""
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        held = locked_task.lock(user_task_id)
        instance, task = held.instance, held.row
        stand = None
        if actor.login != task["assignee"] and not policy.is_operator(actor, instance.definition_key):
            stand = held.check_may_work_on(actor)
            if stand is None or task["assignee"] is None:
                raise Conflict("user_task_not_claimed")
        if task["state"] != "open":
            raise Conflict("user_task_not_open", state=task["state"])
        if task["delegated_by"] is not None:
            raise Conflict("user_task_delegated", to=task["assignee"])
        if task["reassigned_by"] is not None:
            raise Conflict("user_task_was_reassigned", by=task["reassigned_by"])
        held.check_present()
        users, named = task["candidate_users"], task["candidate_groups"]
        if task["assignee"] is None or (task["claimed_at"] is None and not users and not named):
            raise Conflict("user_task_not_claimed")
        given_back = held.event("user_task_unclaimed", sort_due=held.sort_due, candidate_users=users, candidate_groups=named)
        events = [*standing_in.events(stand, held, actor), given_back]
        behalf = standing_in.represented(stand)
        runtime.record(instance, {"kind": "unclaim", "user_task_id": user_task_id}, events, actor=actor, on_behalf_of=behalf)
        idempotency.keep(user_task_id)
    return user_task_id


def asked_of(instance: LockedInstance, task: Mapping[Any, Any]) -> form_input.Asked:
    """Where the task's form and present values are."""
    definition = deployed.definition(task["element_definition_id"])
    present = present_values(instance.definition_id, instance.variables, task)
    return form_input.Asked(definition, task["form_key"], task["properties"].get("fields"), present, instance.id)


def present_values(case_definition_id: str, variables: dict[str, Any], task: Mapping[Any, Any]) -> dict[str, Any]:
    """The variables that a task's form shows: the case's with those seen at the task alone; a called process sees only its own."""
    called = task["element_definition_id"] != case_definition_id
    local: dict[str, Any] = task["local"]
    return dict(local) if called else {**variables, **local}
