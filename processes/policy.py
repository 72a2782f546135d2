"""Who may do what: pure functions over facts. True or False, or a refusal; no database here.

A refusal says 404 to an actor who may not know the case, 403 to one who may, 409 where the task is in somebody else's hands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from processes.actors import Actor, StandIn
from processes.errors import Conflict, NotAllowed, NotFound, OutOfScope

SEES_ALL_CASES = frozenset({"operator", "auditor"})
DEPLOYS = frozenset({"analyst", "publisher", "operator"})


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What decides who may know a case."""

    definition_key: str
    started_by: str
    started_for: str | None
    #: the actor has, had, or could take a user task of the case
    takes_part: bool


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What decides who may work on a user task."""

    definition_key: str
    state: str
    assignee: str | None
    candidate_users: Sequence[str]
    candidate_groups: Sequence[str]
    #: whose task it is while the assignee is only asked for advice (委派)
    delegated_by: str | None = None
    #: the diagram itself asks the assignee: nobody claimed it, nobody reassigned it
    by_name: bool = False

    @property
    def has_rule(self) -> bool:
        """Whether the diagram says anything about people."""
        return bool(self.assignee or self.candidate_users or self.candidate_groups)


def within_scope(actor: Actor, definition_key: str) -> bool:
    """Whether the actor's token, if limited, reaches this process."""
    return actor.scope is None or "*" in actor.scope or definition_key in actor.scope


def hidden(actor: Actor, definition_key: str, code: str) -> NotFound:
    """The refusal for what the actor may not know: of its own kind where the limit of a token hides it."""
    return NotFound(code) if within_scope(actor, definition_key) else OutOfScope(code)


def is_integrator(actor: Actor, definition_key: str) -> bool:
    """Whether the actor is another system whose token names this process."""
    return "integrator" in actor.roles and actor.scope is not None and within_scope(actor, definition_key)


def is_operator(actor: Actor, definition_key: str) -> bool:
    """Whether the actor repairs cases of this process."""
    return "operator" in actor.roles and within_scope(actor, definition_key)


def may_see_instance(actor: Actor, case: CaseFacts) -> bool:
    """Starters, those asked in it, operators and auditors know a case; integrators those of their scope."""
    if not within_scope(actor, case.definition_key):
        return False
    if actor.roles & SEES_ALL_CASES or is_integrator(actor, case.definition_key):
        return True
    return actor.login in (case.started_by, case.started_for) or case.takes_part


def is_candidate(actor: Actor, task: TaskFacts) -> bool:
    """Whether the diagram names the actor among those who may take the task; a group may also be a login."""
    if actor.login in task.candidate_users or actor.login in task.candidate_groups:
        return True
    return any(group in actor.groups for group in task.candidate_groups)


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """What limits who may stand in for somebody: who applied for the case, and for how much (in fen)."""

    started_by: str
    started_for: str | None
    amount: int | None


def reaches(stand: StandIn, substitute: str, task: TaskFacts, case: ApplicationFacts) -> bool:
    """Whether a rule by which somebody stands in for another reaches a task that waits for the principal.

    Nobody stands in on their own application; nor for an applicant who decides among others, which would be an approval by proxy.
    """
    if stand.processes is not None and task.definition_key not in stand.processes:
        return False
    if stand.up_to is not None and (case.amount is None or case.amount > stand.up_to):
        return False
    applicants = (case.started_by, case.started_for)
    if substitute in applicants or task.delegated_by is not None:
        return False
    return stand.principal not in applicants or (task.by_name and task.assignee == stand.principal)


def stand_in(actor: Actor, task: TaskFacts, case: ApplicationFacts, principal: str | None = None) -> StandIn | None:
    """The rule by which the actor may do the open task for somebody else (for this `principal`, where one is named); None: by none."""
    if task.state != "open" or not within_scope(actor, task.definition_key):
        return None
    rules = (stand for stand in actor.stands_in if principal in (None, stand.principal))
    return next((stand for stand in rules if _asks(stand, task) and reaches(stand, actor.login, task, case)), None)


def _asks(stand: StandIn, task: TaskFacts) -> bool:
    """Whether the task waits for the principal."""
    if task.assignee is not None:
        return task.assignee == stand.principal
    if stand.principal in task.candidate_users or stand.principal in task.candidate_groups:
        return True
    return any(group in stand.groups for group in task.candidate_groups)


def may_work_on(actor: Actor, task: TaskFacts, *, nobody: bool = False) -> bool:
    """Whether the actor may complete the task now. `nobody`: the task's rules resolve to no active person."""
    if not within_scope(actor, task.definition_key):
        return False
    if is_integrator(actor, task.definition_key):
        return True
    if task.assignee is not None and task.assignee == actor.login:
        # whoever is asked for advice does not decide, unless the diagram asks that person too
        return task.delegated_by is None or is_candidate(actor, task)
    if task.assignee is None and is_candidate(actor, task):
        return True
    return "operator" in actor.roles and (nobody or not task.has_rule)


def check_may_work_on(actor: Actor, task: TaskFacts, *, knows_case: bool, nobody: bool = False) -> None:
    """Raise unless the actor may complete or claim the task now."""
    if task.state == "open" and may_work_on(actor, task, nobody=nobody):
        return
    candidate = is_candidate(actor, task) or actor.login in (task.assignee, task.delegated_by)
    if not (knows_case or candidate) or not within_scope(actor, task.definition_key):
        raise hidden(actor, task.definition_key, "user_task_not_found")
    if task.state != "open":
        raise Conflict("user_task_not_open", state=task.state)
    if task.delegated_by is not None and actor.login == task.assignee:
        raise NotAllowed("adviser_may_not_decide", owner=task.delegated_by)
    if task.delegated_by is not None and actor.login == task.delegated_by:
        raise Conflict("user_task_delegated", to=task.assignee)
    if candidate and task.assignee is not None:
        raise Conflict("user_task_claimed_by_another", assignee=task.assignee)
    raise NotAllowed("not_a_candidate")


def is_concerned(actor: Actor, task: TaskFacts) -> bool:
    """Whether the task is, was drawn to be, or will be the actor's again, or operators repair it."""
    if actor.login in (task.assignee, task.delegated_by) or is_candidate(actor, task):
        return within_scope(actor, task.definition_key)
    return is_operator(actor, task.definition_key)


def may_advise(actor: Actor, task: TaskFacts) -> bool:
    """Whether the actor is asked for advice about the open task."""
    asked = task.delegated_by is not None and task.assignee == actor.login
    return asked and task.state == "open" and within_scope(actor, task.definition_key)


def check_may_advise(actor: Actor, task: TaskFacts) -> None:
    """Raise Conflict unless the actor is the person who is asked for advice."""
    if not may_advise(actor, task):
        raise Conflict("user_task_delegated", to=task.assignee)


def check_not_asked_for_advice(actor: Actor, task: TaskFacts) -> None:
    """Raise NotAllowed where the actor is only asked for advice: that is given, and not asked on."""
    if may_advise(actor, task):
        raise NotAllowed("adviser_may_not_hand_on", owner=task.delegated_by)


def may_recall(actor: Actor, task: TaskFacts) -> bool:
    """Whether the actor may take back the open task that another person was asked about."""
    waits = task.state == "open" and task.delegated_by is not None and within_scope(actor, task.definition_key)
    return waits and (actor.login == task.delegated_by or is_operator(actor, task.definition_key))


def check_may_recall(actor: Actor, task: TaskFacts) -> None:
    """Raise NotAllowed unless the actor may take the task back."""
    if not may_recall(actor, task):
        raise NotAllowed("only_the_owner_recalls", owner=task.delegated_by)


def may_start(actor: Actor, definition_key: str, starters: Sequence[str]) -> bool:
    """Whether the actor may start the process: `starters` of process.toml name groups (none: everyone); integrators by scope."""
    if not within_scope(actor, definition_key):
        return False
    if "integrator" in actor.roles and actor.via == "token":
        return is_integrator(actor, definition_key)
    if actor.via == "system" or not starters:
        return True
    return actor.login in starters or bool(actor.groups & set(starters))


def check_may_start(actor: Actor, definition_key: str, starters: Sequence[str]) -> None:
    """Raise NotAllowed unless the actor may start the process."""
    if not may_start(actor, definition_key, starters):
        raise NotAllowed("may_not_start", definition_key=definition_key)


def may_deploy(actor: Actor) -> bool:
    """Analysts, publishers and operators deploy; a token limited to processes does not."""
    return bool(actor.roles & DEPLOYS) and (actor.scope is None or "*" in actor.scope)


def may_cancel(actor: Actor, case: CaseFacts) -> bool:
    """Operators cancel any case, integrators those of their scope, starters their own."""
    if is_operator(actor, case.definition_key) or is_integrator(actor, case.definition_key):
        return True
    return within_scope(actor, case.definition_key) and actor.login in (case.started_by, case.started_for)


def may_correlate(actor: Actor, definition_key: str) -> bool:
    """Operators, and integrators within their scope, send messages and signals to cases of this process."""
    return is_operator(actor, definition_key) or is_integrator(actor, definition_key)


def check_may_send(actor: Actor) -> None:
    """Raise NotAllowed for accounts that send no messages or signals at all."""
    if not actor.roles & {"operator", "integrator"}:
        raise NotAllowed("may_not_send_messages")


def check_may_fetch_jobs(actor: Actor) -> None:
    """Raise NotAllowed for accounts that are no outside worker: integrators and operators are."""
    if not actor.roles & {"operator", "integrator"}:
        raise NotAllowed("may_not_fetch_jobs")
