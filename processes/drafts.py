"""Drafts (暂存): what somebody has typed and not sent, by subject; outside the chain of steps.

A subject is `task:ID` for a user task, `start:KEY` for a start form, `revise:ID` for a case to be revised.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from engine import values
from processes import clock
from processes.actors import Actor
from processes.db import db, reading, transaction
from processes.errors import Invalid
from processes.models import Draft

SUBJECT = re.compile(r"(task|start|revise):.{1,280}")
LARGEST = 512 * 1024


@dataclass(frozen=True)
class DraftFacts:
    """What was typed, and when it was last saved."""

    variables: dict[str, Any]
    saved_at: datetime


def save(subject: str, variables: dict[str, Any], *, actor: Actor) -> datetime:
    """Keep what the actor has typed in place of what was kept before; returns the moment. Wrong and missing fields are no hindrance.

    Raises Invalid when it is no JSON object, holds what no variable may have, or is larger than 512 KB.
    """
    if not SUBJECT.fullmatch(subject):
        raise Invalid("draft_subject_unknown")
    _check(variables)
    now = clock.now()
    with transaction():
        row = db.session.get(Draft, (subject, actor.login)) or Draft(subject=subject, login=actor.login)
        row.variables, row.saved_at = variables, now
        db.session.add(row)
    return now


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
        return None if row is None else DraftFacts(row.variables, row.saved_at)


def delete_own(subject: str, *, actor: Actor) -> None:
    """Throw a draft away."""
    with transaction():
        drop(subject, actor.login)


def drop(subject: str, login: str) -> None:
    """Throw a draft away inside the open transaction: what was typed has been sent."""
    db.session.execute(delete(Draft).where(Draft.subject == subject, Draft.login == login))
