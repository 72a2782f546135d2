"""What a step says when somebody acts for somebody else (代理): for whom, by which rule, under which names."""

from processes.actors import Actor, StandIn
from processes.locked_task import LockedTask
from processes.people import directory
from processes.projections.work import Event


def represented(stand: StandIn | None) -> str | None:
    """Whom the step names as represented; a successor acts in their own name."""
    return None if stand is None or stand.succeeds else stand.principal


def owner(stand: StandIn | None, held: LockedTask, actor: Actor) -> str:
    """Whose task it is, or becomes when somebody takes it."""
    return str(held.row["assignee"] or represented(stand) or actor.login)


def events(stand: StandIn | None, held: LockedTask, actor: Actor) -> list[Event]:
    """That somebody acts for somebody else, and by which rule; nothing where everybody acts for themselves."""
    if stand is None:
        return []
    names = directory.names([stand.principal, actor.login])
    how = "successor" if stand.succeeds else "substitute"
    return [held.event("user_task_represented", principal=stand.principal, by=actor.login, rule=stand.rule, how=how, names=names)]
