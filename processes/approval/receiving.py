"""Whom a user task waits for, and who may be told about a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, or_, select

from processes import inputs, participation, policy
from processes.actors import Actor
from processes.db import db, reading
from processes.errors import Conflict, Invalid
from processes.locking import LockedInstance
from processes.models import AccountRole, Person, RetentionSeal, UserTask
from processes.people import directory, groups
from processes.queries import represented

#: as many people can be named at once
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case as the queries give it, for what decides who has a part in it."""

    id: str
    definition_key: str
    started_by: str
    started_for: str | None

    @classmethod
    def of(cls, case: Mapping[str, Any]) -> "KnownCase":
        """The facts of a case's document."""
        return cls(case["id"], case["definition_key"], case["started_by"], case["on_behalf_of"])


def waited_for(task: Mapping[str, Any]) -> list[str]:
    """Logins of those who can act on an open task now: its assignee or all candidates, with who stands in for one of them; the operators
    where nobody is found."""
    if task["assignee"] is not None:
        found = [task["assignee"]] if directory.exists(task["assignee"]) else []
    else:
        found = groups.resolve(task["candidate_users"], task["candidate_groups"])
    acting = {str(task["id"]): found}
    represented.add(acting, [task])
    return acting[str(task["id"])] or _operators()


def _operators() -> list[str]:
    query = select(AccountRole.login).join(Person, Person.login == AccountRole.login).where(AccountRole.role == "operator", Person.active)
    return sorted(db.session.scalars(query))


def is_asked(actor: Actor, task: Mapping[str, Any]) -> bool:
    """Whether the task waits for the actor."""
    facts = policy.TaskFacts(task["definition_key"], task["state"], task["assignee"], task["candidate_users"], task["candidate_groups"])
    return task["assignee"] == actor.login or (task["assignee"] is None and policy.is_candidate(actor, facts))


def may_tell(actor: Actor, case: participation.Case) -> bool:
    """Whether the actor may remind, copy and circulate: the applicant, whoever works or has worked on the case, operators; other
    systems within their scope. Who only may read it (an auditor, who was sent a copy) may not."""
    if policy.is_operator(actor, case.definition_key) or policy.is_integrator(actor, case.definition_key):
        return True
    if not policy.within_scope(actor, case.definition_key):
        return False
    return actor.login in (case.started_by, case.started_for) or has_worked(actor, case.id)


def tells(case: Mapping[str, Any], actor: Actor) -> bool:
    """`may_tell` for a case as the queries give it."""
    with reading():
        return may_tell(actor, KnownCase.of(case))


def has_worked(actor: Actor, instance_id: str) -> bool:
    """Whether the actor has a task of the case, had one, or could take one now."""
    mine = or_(UserTask.assignee == actor.login, UserTask.completed_by == actor.login)
    if db.session.scalar(select(exists().where(UserTask.instance_id == instance_id, mine))):
        return True
    open_ones = select(UserTask.__table__).where(UserTask.instance_id == instance_id, UserTask.state == "open", UserTask.assignee.is_(None))
    return any(is_asked(actor, dict(row)) for row in db.session.execute(open_ones).mappings())


def check_named(field: str, logins: Any, actor: Actor) -> list[str]:
    """Logins of a request, each once, in the order given; raises Invalid unless they are active people other than the actor."""
    if not isinstance(logins, list) or not logins:
        raise Invalid("field_required", fields={field: ["请选择人员。"]}, field=field)
    if len(logins) > MOST_AT_ONCE:
        raise Invalid("too_many_people", fields={field: [f"一次最多 {MOST_AT_ONCE} 人。"]}, limit=MOST_AT_ONCE)
    named = list(dict.fromkeys(inputs.check_text(field, login, 100, required=True) or "" for login in logins))
    if actor.login in named:
        raise Invalid("people_oneself", fields={field: ["不用选自己。"]})
    known = directory.working(named)
    if unknown := [login for login in named if login not in known]:
        raise Invalid("people_unknown", fields={field: [f"没有这些人员，或账号已停用：{'、'.join(unknown)}。"]}, people=unknown)
    return named


def check_runs(instance: LockedInstance) -> None:
    """Raise Conflict while the case is suspended."""
    if instance.state == "suspended":
        raise Conflict("process_instance_suspended")


def check_not_sealed(instance: LockedInstance) -> None:
    """Raise Conflict for a case whose content was removed."""
    if instance.ended and db.session.get(RetentionSeal, instance.id) is not None:
        raise Conflict("case_sealed")
