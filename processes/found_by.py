"""Which inbox entries somebody finds: their own, and within the limits of each rule those of whom they stand in for."""

from sqlalchemy import ColumnElement, and_, exists, func, or_

from processes.actors import Actor, StandIn
from processes.models import InboxEntry, ProcessInstance, UserTask

_entry = InboxEntry.__table__.c
#: names of their own: the queries around may be about tasks and cases too
_task, _case = UserTask.__table__.alias("stood_task").c, ProcessInstance.__table__.alias("stood_case").c


def each(actor: Actor) -> list[ColumnElement[bool]]:
    """A condition for each holder of entries, so that an index leads to the entries of each."""
    own = [_entry.holder == holder for holder in actor.holders]
    known = set(actor.holders)
    others = [
        and_(_entry.holder == holder, *_limits(stand, holder, actor.login))
        for stand in actor.stands_in
        for holder in stand.holders
        if holder not in known
    ]
    return [*own, *others]


def any_of(actor: Actor) -> ColumnElement[bool]:
    """The condition that the actor finds an entry."""
    if not actor.stands_in:
        return _entry.holder.in_(actor.holders)
    others = [and_(_entry.holder == holder, *_limits(stand, holder, actor.login)) for stand in actor.stands_in for holder in stand.holders]
    return or_(_entry.holder.in_(actor.holders), *others)


def _limits(stand: StandIn, holder: str, login: str) -> list[ColumnElement[bool]]:
    """What `policy.reaches` says, for the database."""
    limits = [] if stand.processes is None else [_entry.definition_key.in_(sorted(stand.processes))]
    applied = or_(_case.started_by == stand.principal, func.coalesce(_case.started_for, "") == stand.principal)
    asked_by_name = and_(_task.claimed_at.is_(None), _task.reassigned_by.is_(None), _task.assignee == stand.principal)
    reached = [
        _task.id == _entry.user_task_id,
        _case.id == _task.instance_id,
        _task.delegated_by.is_(None),
        _case.started_by != login,
        func.coalesce(_case.started_for, "") != login,
        or_(~applied, asked_by_name),
    ]
    if stand.up_to is not None:
        reached.append(_case.amount <= stand.up_to)
    return [*limits, exists().where(*reached).correlate(InboxEntry.__table__)]
