"""Handover of who leaves (离职交接): everything that waits for them goes to a successor, and so does what will name them by login.

First `preview`: what waits, and what else names the person. Then `begin`, which writes down the successor, and `move`, one step a task,
as often as it takes: what is left to move is asked of the tasks themselves, so that a handover that was broken off goes on where it was.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from processes import acts, clock, idempotency, inputs, locked_task, notices, policy, runtime
from processes.actors import Actor
from processes.approval import recipients
from processes.calendar import office
from processes.db import db, reading, transaction
from processes.errors import Conflict, Invalid, NotFound, Refused
from processes.locked_task import LockedTask
from processes.models import InboxEntry, Person, Succession, UserTask
from processes.people import directory

HANDS_OVER = frozenset({"system_admin", "operator"})
#: tasks that one request moves
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that is to be moved."""

    id: str
    definition_key: str
    name: str
    title: str


def begin(login: str, successor: Any, *, valid_from: date | None = None, reason: Any = None, actor: Actor) -> None:
    """Write down who takes over from somebody who leaves, from a day of the office on; again, with another successor, replaces that.

    What diagrams ask of the login counts for the successor once the account is disabled. Raises NotAllowed, NotFound, Invalid, Conflict.
    """
    if idempotency.kept() is not None:
        return
    acts.require_role(actor, HANDS_OVER, "handover_begun", login)
    to = inputs.check_text("successor", successor, 100, required=True) or ""
    said = inputs.check_text("reason", reason, 300)
    with transaction():
        acts.lock()
        if db.session.get(Person, login) is None:
            raise NotFound("person_not_found", login=login)
        if to == login:
            raise Conflict("not_to_oneself")
        if not directory.working([to]):
            raise Invalid("person_not_active", fields={"successor": ["没有这个在用账号。"]}, login=to)
        row = db.session.get(Succession, login) or Succession(login=login)
        before = row.successor
        row.successor, row.valid_from = to, valid_from or office.today()
        row.created_at, row.created_by = clock.now(), actor.login
        db.session.add(row)
        details = {"successor": to, "before": before, "from": row.valid_from.isoformat(), "reason": said}
        acts.record("handover_begun", login, actor=actor, details=details)
        if before != to:
            words = f"{recipients.named(login)}的工作由您接手，待办会转给您{recipients.because(said)}"
            notices.send(f"handover-{login}-{to}-{row.valid_from.isoformat()}"[:100], to, words, "handover")
        idempotency.keep(login)


def successor_of(login: str) -> str | None:
    """Who takes over from somebody, as written down."""
    with reading():
        return db.session.scalar(select(Succession.successor).where(Succession.login == login))


def _waits_for(login: str) -> ColumnElement[bool]:
    """The open tasks that nobody but this person can do, and those about which others advise this person."""
    others = exists().where(InboxEntry.user_task_id == UserTask.id, InboxEntry.holder != f"user:{login}")
    alone = and_(UserTask.assignee.is_(None), ~others, exists().where(InboxEntry.user_task_id == UserTask.id))
    theirs = or_(UserTask.assignee == login, UserTask.delegated_by == login, and_(alone, UserTask.id.in_(_found_by(login))))
    return and_(UserTask.state == "open", theirs)


def _found_by(login: str) -> Any:
    return select(InboxEntry.user_task_id).where(InboxEntry.holder == f"user:{login}")


def waiting(login: str, limit: int = AT_ONCE, *, after: str = "") -> list[Waiting]:
    """The first tasks that are to be moved, in the order of their ids."""
    columns = (UserTask.id, UserTask.definition_key, UserTask.name, UserTask.title)
    query = select(*columns).where(_waits_for(login), UserTask.id > after).order_by(UserTask.id).limit(limit)
    with reading():
        return [Waiting(**row) for row in db.session.execute(query).mappings()]


def by_process(login: str) -> dict[str, int]:
    """How many tasks are to be moved, by the key of their process."""
    query = select(UserTask.definition_key, func.count()).where(_waits_for(login)).group_by(UserTask.definition_key)
    with reading():
        return {key: number for key, number in db.session.execute(query.order_by(UserTask.definition_key))}


def left_behind() -> dict[str, int]:
    """People who have left and for whom tasks still wait by name, with how many."""
    query = select(UserTask.assignee, func.count()).join(Person, and_(Person.login == UserTask.assignee, ~Person.active))
    with reading():
        rows = db.session.execute(query.where(UserTask.state == "open").group_by(UserTask.assignee).order_by(UserTask.assignee))
        return {login: number for login, number in rows if login is not None}


def move(user_task_id: str, login: str, *, actor: Actor) -> str:
    """Give one task of who leaves to the successor; one step. Also in a suspended case: nothing of it goes on.

    Raises NotAllowed, NotFound, Conflict: it no longer waits for that person, or the successor may not get it (the applicant, or who
    decides in the same joint decision already).
    """
    acts.require_role(actor, HANDS_OVER, "task_handed_over", user_task_id)
    with transaction():
        held = locked_task.lock(user_task_id)
        if not policy.within_scope(actor, held.instance.definition_key):
            raise policy.hidden(actor, held.instance.definition_key, "user_task_not_found")
        to = db.session.scalar(select(Succession.successor).where(Succession.login == login))
        if to is None:
            raise Conflict("no_successor", login=login)
        if db.session.scalar(select(UserTask.id).where(UserTask.id == user_task_id, _waits_for(login))) is None:
            raise Conflict("task_waits_for_others", login=login)
        if held.row["delegated_by"] is not None and held.row["assignee"] == login:
            _back_to_owner(held, login, actor)
        else:
            _to_successor(held, login, to, actor)
    return user_task_id


@dataclass(frozen=True, slots=True)
class Moved:
    """A task, and why it was not moved, where it was not."""

    task: Waiting
    refusal: Refused | None = None


def move_some(login: str, *, actor: Actor) -> list[Moved]:
    """Move up to `AT_ONCE` tasks, each by a command of its own; those that cannot be moved do not stand in the way of the others."""
    found: list[Moved] = []
    after, moved = "", 0
    while moved < AT_ONCE and (tasks := waiting(login, after=after)):
        for task in tasks[: AT_ONCE - moved]:
            try:
                move(task.id, login, actor=actor)
                moved += 1
                found.append(Moved(task))
            except Refused as refusal:
                found.append(Moved(task, refusal))
            after = task.id
    return found


def _to_successor(held: LockedTask, login: str, to: str, actor: Actor) -> None:
    if to == held.row["assignee"]:
        raise Conflict("already_holder", login=to)
    recipients.check_fit(to, held)
    names = directory.names([login, to])
    asked = held.row["assignee"] if held.row["delegated_by"] == login else None
    details = {"from": asked or login, "owner": login if asked else None, "to": to, "reason": "离职交接", "sort_due": held.sort_due}
    names |= directory.names([asked]) if asked else {}
    trigger = {"kind": "hand_over", "user_task_id": held.id, "to": to}
    runtime.record(held.instance, trigger, [held.event("user_task_reassigned", **details, names=names)], actor=actor)


def _back_to_owner(held: LockedTask, login: str, actor: Actor) -> None:
    """Whoever leaves was only asked for advice."""
    owner = held.row["delegated_by"]
    details = {"owner": owner, "from": login, "reason": "离职交接", "sort_due": held.sort_due, "names": directory.names([owner, login])}
    recalled = held.event("user_task_recalled", **details)
    runtime.record(held.instance, {"kind": "hand_over", "user_task_id": held.id, "to": owner}, [recalled], actor=actor)
    recipients.tell(held, owner, f"{directory.names([login])[login]}离职，没有就{recipients.about(held)}提意见，由您继续办理。")
