"""Drafts (暂存): what somebody has typed and not sent, by subject; outside the chain of steps.

A subject is `task:ID` for a user task, `start:KEY` for a start form, `revise:ID` for a case to be revised. A draft counts its versions,
so that two windows of one person do not write over each other: what comes from the window that is behind is kept beside the newest.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from engine import values
from processes import clock
from processes.actors import Actor
from processes.db import connection, db, reading, transaction
from processes.errors import Conflict, Invalid
from processes.models import Draft, UserTask
from processes.prepared import Prepared

SUBJECT = re.compile(r"(task|start|revise):.{1,280}")
LARGEST = 512 * 1024
_row = Draft.__table__.c
_forget = Prepared(delete(Draft).where(_row.subject == bindparam("of_subject"), _row.login == bindparam("of_login")))


@dataclass(frozen=True)
class DraftFacts:
    """What was typed, and when it was last saved; `other`: what a window typed that had not seen it, and when."""

    variables: dict[str, Any]
    saved_at: datetime
    version: int = 1
    other: dict[str, Any] | None = None
    other_at: datetime | None = None


@dataclass(frozen=True)
class Saved:
    """When a draft was saved, and as which version."""

    saved_at: datetime
    version: int


def save(subject: str, variables: dict[str, Any], *, actor: Actor, version: int | None = None, from_other: bool = False) -> Saved:
    """Keep what the actor has typed. Wrong and missing fields are no hindrance.

    `version` is the one that the window has seen, 0 for none; without it, what was kept before is replaced. `from_other`: the window
    went on with the copy that was kept beside, which changes places with the newest. Raises Conflict("draft_conflict") where the
    window is behind: then both are kept. Raises Invalid when it is no JSON object, holds what no variable may have, or is larger than
    512 KB.
    """
    if not SUBJECT.fullmatch(subject):
        raise Invalid("draft_subject_unknown")
    _check(variables)
    now = clock.now()
    with transaction():
        row = _lock(subject, actor, now)
        present = row.version or 0
        behind = version is not None and present > version and row.variables != variables
        if behind:
            row.other, row.other_at = variables, now
        elif row.variables != variables or present == 0:
            if from_other:
                row.other, row.other_at = row.variables, row.saved_at
            row.variables, row.saved_at, row.version = variables, now, present + 1
        kept = Saved(row.saved_at, row.version or 1)
        db.session.flush()
    if behind:
        raise Conflict("draft_conflict", version=kept.version)
    return kept


def _lock(subject: str, actor: Actor, now: datetime) -> Draft:
    """The actor's row, made where there is none, that no other window changes meanwhile."""
    dialect: Any = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    bare = {"subject": subject, "login": actor.login, "variables": {}, "saved_at": now, "version": 0}
    db.session.execute(dialect.insert(Draft).values(bare).on_conflict_do_nothing())
    row = db.session.get(Draft, (subject, actor.login), with_for_update=True, populate_existing=True)
    if row is None:
        raise Conflict("draft_conflict", version=0)
    if row.version is None:
        row.version = 1
    return row


def _check(variables: Any) -> None:
    try:
        values.check(variables)
    except values.ValueRefused as problem:
        raise Invalid("value_refused", reason=str(problem)) from problem
    if not isinstance(variables, dict) or len(values.dumps(variables)) > LARGEST:
        raise Invalid("draft_too_large", limit_kb=LARGEST // 1024)


def load(subject: str, *, actor: Actor) -> DraftFacts | None:
    """What the actor has typed and not sent, or None."""
    with reading():
        row = db.session.get(Draft, (subject, actor.login))
        return None if row is None else DraftFacts(row.variables, row.saved_at, row.version or 1, row.other, row.other_at)


def of_case(instance_id: str, *, actor: Actor) -> dict[str, datetime]:
    """The actor's drafts for user tasks of a case: when each was saved, by task; also for tasks that somebody else has done."""
    query = select(UserTask.id, Draft.saved_at).join(Draft, Draft.subject == literal("task:").concat(UserTask.id))
    with reading():
        found = db.session.execute(query.where(UserTask.instance_id == instance_id, Draft.login == actor.login))
        return {row.id: row.saved_at for row in found}


def delete_own(subject: str, *, actor: Actor) -> None:
    """Throw a draft away."""
    with transaction():
        drop(actor.login, subject)


def drop(login: str, *subjects: str) -> None:
    """Throw somebody's drafts away inside the open transaction: what was typed has been sent. Those of others stay theirs to read."""
    _forget.write(connection(), *({"of_subject": subject, "of_login": login} for subject in subjects))
