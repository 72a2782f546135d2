"""A user task under the lock of its case: what every verb on a task begins with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import bindparam, literal, select

from processes import participation, policy, runtime
from processes.actors import Actor, StandIn
from processes.db import connection
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.locking import LockedInstance
from processes.models import Draft, UserTask
from processes.people import directory, groups
from processes.prepared import Prepared
from processes.projections.work import Event

_drafted = select(Draft.subject).where(Draft.subject == literal("task:").concat(UserTask.id)).exists().label("drafted")
_read = Prepared(select(*UserTask.__table__.c, _drafted).where(UserTask.id == bindparam("user_task_id")))


class Application(Protocol):
    """What is asked about a case."""

    @property
    def started_by(self) -> str: ...
    @property
    def started_for(self) -> str | None: ...
    @property
    def amount(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class LockedTask:
    """A user task as it is now that nobody else can change its case."""

    instance: LockedInstance
    row: Mapping[Any, Any]

    @property
    def id(self) -> str:
        """The task's id."""
        return str(self.row["id"])

    @property
    def sort_due(self) -> str:
        """The place in lists by deadline."""
        return str(self.row["sort_due"])

    def event(self, kind: str, **details: Any) -> Event:
        """An event of the step log about the task."""
        row = self.row
        return {
            "type": kind,
            "element_id": row["element_id"],
            "element_name": row["name"],
            "number": row["number"],
            "path": row["path"],
            "definition": row["element_definition_id"],
            "details": details,
        }

    def taken(self, actor: Actor, whose: str) -> list[Event]:
        """That whoever acts without having claimed the task claims it in the same step; other systems do not take tasks over."""
        if self.row["assignee"] is not None or policy.is_integrator(actor, self.instance.definition_key):
            return []
        return [self.event("user_task_claimed", assignee=whose, sort_due=self.sort_due)]

    def check_may_work_on(self, actor: Actor, principal: str | None = None) -> StandIn | None:
        """Raise NotFound, NotAllowed or Conflict unless the actor may complete the open task; gives the rule where only for another.

        `principal`: for whom somebody acts, who may stand in for several.
        """
        known = facts(self.row)
        if principal is None and known.state == "open" and policy.may_work_on(actor, known):
            return None
        case = application(self.instance)
        if (stand := policy.stand_in(actor, known, case, principal)) is not None:
            return stand
        if policy.stand_in(actor, known, case) is None:
            knows_case = participation.may_see(actor, self.instance)
            policy.check_may_work_on(actor, known, knows_case=knows_case, nobody=is_nobodys(actor, known))
        if principal is not None:
            raise NotAllowed("only_integrators_act_on_behalf")
        return None

    def check_present(self, revision: Any = None) -> None:
        """Raise Conflict where the case is suspended or the `revision` that the actor saw is stale, Invalid where it is no number."""
        if self.instance.state == "suspended":
            raise Conflict("process_instance_suspended")
        if revision is None:
            return
        if not isinstance(revision, int) or isinstance(revision, bool):
            raise Invalid("revision_not_a_number", fields={"revision": ["这里要填整数。"]})
        if revision != self.row["revision"]:
            raise Conflict("stale_revision", revision=self.row["revision"])


def lock(user_task_id: str) -> LockedTask:
    """The case first, then its task as it is under the lock; raises NotFound."""
    try:
        instance = runtime.lock_instance(user_task_id.rpartition("-")[0])
    except NotFound:
        raise NotFound("user_task_not_found") from None
    row = _read.first(connection(), {"user_task_id": user_task_id})
    if row is None:
        raise NotFound("user_task_not_found")
    return LockedTask(instance, row)


def facts(task: Mapping[Any, Any]) -> policy.TaskFacts:
    """What decides who may work on a task, from its row."""
    return policy.TaskFacts(
        definition_key=task["definition_key"],
        state=task["state"],
        assignee=task["assignee"],
        candidate_users=task["candidate_users"],
        candidate_groups=task["candidate_groups"],
        delegated_by=task["delegated_by"],
        by_name=task["assignee"] is not None and task["claimed_at"] is None and task["reassigned_by"] is None,
    )


def application(case: Application) -> policy.ApplicationFacts:
    """What limits who may stand in for somebody, from a case's row."""
    return policy.ApplicationFacts(case.started_by, case.started_for, case.amount)


def is_nobodys(actor: Actor, task: policy.TaskFacts) -> bool:
    """Whether the rules of the task resolve to no active person; only looked up for those to whom it matters."""
    if "operator" not in actor.roles:
        return False
    if task.assignee is not None:
        return not directory.exists(task.assignee)
    return not groups.resolve(list(task.candidate_users), list(task.candidate_groups))
