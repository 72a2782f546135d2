"""User tasks (待办): claim, give back, complete."""

from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, literal, select

from engine.triggers import CompleteUserTask
from processes import deployed, form_input, idempotency, inputs, participation, policy, runtime
from processes.actors import Actor
from processes.db import connection, moment_text, transaction
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.locking import LockedInstance
from processes.models import Draft, UserTask
from processes.people import directory, groups
from processes.projections.user_tasks import NO_DUE
from processes.projections.work import Event

_drafted = select(Draft.subject).where(Draft.subject == literal("task:").concat(UserTask.id)).exists().label("drafted")
_read = select(*UserTask.__table__.c, _drafted).where(UserTask.id == bindparam("user_task_id"))
_forget_drafts = delete(Draft).where(Draft.subject == bindparam("subject"))


def complete(
    user_task_id: str,
    *,
    variables: Any,
    outcome: str | None = None,
    opinion: str | None = None,
    revision: int | None = None,
    on_behalf_of: str | None = None,
    actor: Actor,
) -> tuple[str, str]:
    """Record the actor's decision and move the case on; gives the ids of the task and of the case.

    Raises NotFound, NotAllowed, Conflict (no longer open, stale revision, claimed by another) or Invalid with `fields`.
    """
    if (done := idempotency.kept()) is not None:
        return done[0], done[1]
    with transaction():
        instance, task = _lock(user_task_id)
        _check_may_work_on(actor, instance, task)
        _check_present(instance, task, revision)
        represented = check_on_behalf_of(on_behalf_of, actor, instance.definition_key)
        chosen, said = form_input.check_outcome(task["properties"].get("outcomes"), outcome, opinion)
        checked = form_input.check(asked_of(instance, task), variables, actor, instance.definition_key)
        whose = task["assignee"] or actor.login
        trigger = CompleteUserTask(task["number"], task["element_id"], tuple(task["path"]), checked.variables, chosen, said, whose)
        first = _claim_events(actor, instance, task) + form_input.files_events(instance.definition_id, checked.attachments)
        runtime.advance(instance, trigger, actor=actor, on_behalf_of=represented, before=first)
        form_input.keep_attachments(instance.id, checked.attachments)
        if task["drafted"]:
            connection().execute(_forget_drafts, {"subject": f"task:{user_task_id}"})
        idempotency.keep([user_task_id, instance.id])
    return user_task_id, instance.id


def claim(user_task_id: str, *, actor: Actor) -> str:
    """Take the task: from now on it is in the actor's list alone. Claiming what is one's own already changes nothing."""
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        instance, task = _lock(user_task_id)
        if task["state"] == "open" and task["assignee"] == actor.login:
            return user_task_id
        _check_may_work_on(actor, instance, task)
        if task["assignee"] is not None:
            raise Conflict("user_task_claimed_by_another", assignee=task["assignee"])
        _check_present(instance, task, None)
        claimed = _event("user_task_claimed", task, assignee=actor.login, sort_due=_sort_due(task))
        runtime.record(instance, {"kind": "claim", "user_task_id": user_task_id}, [claimed], actor=actor)
        idempotency.keep(user_task_id)
    return user_task_id


def unclaim(user_task_id: str, *, actor: Actor) -> str:
    """Give the task back to its candidates; raises Conflict when it is not claimed or nobody else could take it."""
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        instance, task = _lock(user_task_id)
        if actor.login != task["assignee"] and not policy.is_operator(actor, instance.definition_key):
            _check_may_work_on(actor, instance, task)
            raise Conflict("user_task_not_claimed")
        if task["state"] != "open":
            raise Conflict("user_task_not_open", state=task["state"])
        _check_present(instance, task, None)
        users, named = task["candidate_users"], task["candidate_groups"]
        if task["assignee"] is None or (task["claimed_at"] is None and not users and not named):
            raise Conflict("user_task_not_claimed")
        given_back = _event("user_task_unclaimed", task, sort_due=_sort_due(task), candidate_users=users, candidate_groups=named)
        runtime.record(instance, {"kind": "unclaim", "user_task_id": user_task_id}, [given_back], actor=actor)
        idempotency.keep(user_task_id)
    return user_task_id


def facts(task: RowMapping) -> policy.TaskFacts:
    """What decides who may work on a task, from its row."""
    return policy.TaskFacts(task["definition_key"], task["state"], task["assignee"], task["candidate_users"], task["candidate_groups"])


def is_nobodys(actor: Actor, task: policy.TaskFacts) -> bool:
    """Whether the rules of the task resolve to no active person; only looked up for those to whom it matters."""
    if "operator" not in actor.roles:
        return False
    if task.assignee is not None:
        return not directory.exists(task.assignee)
    return not groups.resolve(list(task.candidate_users), list(task.candidate_groups))


def check_on_behalf_of(on_behalf_of: Any, actor: Actor, definition_key: str) -> str | None:
    """For whom another system acts: a login or any text; people act for themselves."""
    represented = inputs.check_text("on_behalf_of", on_behalf_of, 100)
    if represented is not None and not policy.is_integrator(actor, definition_key):
        raise NotAllowed("only_integrators_act_on_behalf")
    return represented


def asked_of(instance: LockedInstance, task: RowMapping) -> form_input.Asked:
    """Where the task's form and present values are."""
    definition = deployed.definition(task["element_definition_id"])
    present = present_values(instance.definition_id, instance.variables, task)
    return form_input.Asked(definition, task["form_key"], task["properties"].get("fields"), present, instance.id)


def present_values(case_definition_id: str, variables: dict[str, Any], task: RowMapping) -> dict[str, Any]:
    """The variables that a task's form shows: the case's with those seen at the task alone; a called process sees only its own."""
    called = task["element_definition_id"] != case_definition_id
    local: dict[str, Any] = task["local"]
    return dict(local) if called else {**variables, **local}


def _lock(user_task_id: str) -> tuple[LockedInstance, RowMapping]:
    """The case first, then its task as it is under the lock."""
    try:
        instance = runtime.lock_instance(user_task_id.rpartition("-")[0])
    except NotFound:
        raise NotFound("user_task_not_found") from None
    row = connection().execute(_read, {"user_task_id": user_task_id}).mappings().first()
    if row is None:
        raise NotFound("user_task_not_found")
    return instance, row


def _check_may_work_on(actor: Actor, instance: LockedInstance, task: RowMapping) -> None:
    known = facts(task)
    if known.state == "open" and policy.may_work_on(actor, known):
        return
    knows_case = participation.may_see(actor, instance)
    policy.check_may_work_on(actor, known, knows_case=knows_case, nobody=is_nobodys(actor, known))


def _check_present(instance: LockedInstance, task: RowMapping, revision: Any) -> None:
    if instance.state == "suspended":
        raise Conflict("process_instance_suspended")
    if revision is None:
        return
    if not isinstance(revision, int) or isinstance(revision, bool):
        raise Invalid("revision_not_a_number", fields={"revision": ["这里要填整数。"]})
    if revision != task["revision"]:
        raise Conflict("stale_revision", revision=task["revision"])


def _claim_events(actor: Actor, instance: LockedInstance, task: RowMapping) -> list[Event]:
    """Who completes without having claimed claims in the same step; other systems do not take tasks over."""
    if task["assignee"] is not None or policy.is_integrator(actor, instance.definition_key):
        return []
    return [_event("user_task_claimed", task, assignee=actor.login, sort_due=_sort_due(task))]


def _sort_due(task: RowMapping) -> str:
    return NO_DUE if task["due_at"] is None else moment_text(task["due_at"])


def _event(kind: str, task: RowMapping, **details: Any) -> Event:
    return {
        "type": kind,
        "element_id": task["element_id"],
        "element_name": task["name"],
        "number": task["number"],
        "path": task["path"],
        "definition": task["element_definition_id"],
        "details": details,
    }
