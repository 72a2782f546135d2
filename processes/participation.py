"""Who takes part in a case, and so may know it."""

from collections.abc import Iterable
from typing import Any, Protocol

from sqlalchemy import CompoundSelect, exists, or_, select, union_all

from processes import found_by, policy
from processes.actors import Actor
from processes.db import db
from processes.models import Delivery, HandedOn, InboxEntry, UserTask


class Case(Protocol):
    """What is asked about a case."""

    @property
    def id(self) -> str: ...
    @property
    def definition_key(self) -> str: ...
    @property
    def started_by(self) -> str: ...
    @property
    def started_for(self) -> str | None: ...


def may_see(actor: Actor, case: Case) -> bool:
    """Whether the actor may know the case; looks at its tasks only when nothing else decides."""
    facts = policy.CaseFacts(case.definition_key, case.started_by, case.started_for, takes_part=False)
    if policy.may_see_instance(actor, facts):
        return True
    if not policy.within_scope(actor, case.definition_key):
        return False
    return takes_part(actor, case.id)


def takes_part(actor: Actor, instance_id: str) -> bool:
    """Whether the actor has, had or could take a task of the case."""
    mine = or_(UserTask.assignee == actor.login, UserTask.completed_by == actor.login)
    found = select(InboxEntry.user_task_id).where(found_by.any_of(actor))
    query = select(exists().where(UserTask.instance_id == instance_id, or_(mine, UserTask.id.in_(found))))
    if db.session.scalar(query):
        return True
    if db.session.scalar(select(exists().where(HandedOn.login == actor.login, HandedOn.instance_id == instance_id))):
        return True
    if db.session.scalar(select(exists().where(Delivery.login == actor.login, Delivery.instance_id == instance_id))):
        return True
    # Once a task is done its inbox entries are gone; who could have taken it may still know what became of it.
    drawn = select(UserTask.candidate_users, UserTask.candidate_groups).where(UserTask.instance_id == instance_id)
    return any(_names(actor, users, groups) for users, groups in db.session.execute(drawn.distinct()))


def cases_of(actor: Actor) -> CompoundSelect[Any]:
    """Ids of the cases in which the actor has or had a task, finds one, or was sent a copy; each part by an index of its own."""
    found = select(InboxEntry.user_task_id).where(found_by.any_of(actor))
    return union_all(
        select(UserTask.instance_id).where(UserTask.assignee == actor.login),
        select(UserTask.instance_id).where(UserTask.completed_by == actor.login),
        select(UserTask.instance_id).where(UserTask.id.in_(found)),
        select(HandedOn.instance_id).where(HandedOn.login == actor.login),
        select(Delivery.instance_id).where(Delivery.login == actor.login),
    )


def _names(actor: Actor, users: Iterable[str], groups: Iterable[str]) -> bool:
    facts: Any = policy.TaskFacts("", "", None, list(users), list(groups))
    return policy.is_candidate(actor, facts)
