"""Exports of lists: what somebody took out, with which filter and how many rows, stands among the acts; so many an hour."""

import math
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from processes import acts, clock, settings
from processes.actors import Actor
from processes.db import db, reading, transaction
from processes.errors import TooOften
from processes.models import Act

KIND = "list_exported"
WINDOW = timedelta(hours=1)


def check_allowed(actor: Actor) -> None:
    """Before an export is made; raises TooOften."""
    with reading():
        _check(actor)


def record(actor: Actor, box: str, conditions: Mapping[str, str], *, file_format: str, rows: int, cut: bool) -> None:
    """Put an export on record before it is handed out; `cut`: there were more rows. Raises TooOften."""
    with transaction():
        acts.lock()
        _check(actor)
        details = {"format": file_format, "filter": dict(conditions), "rows": rows, "cut": cut}
        acts.record(KIND, box, actor=actor, details=details)


def _check(actor: Actor) -> None:
    allowed, now = settings.current().lists.exports_per_hour, clock.now()
    lately = select(Act.at).where(Act.actor == actor.login, Act.kind == KIND, Act.allowed, Act.at > now - WINDOW)
    taken = list(db.session.scalars(lately.order_by(Act.at.desc()).limit(allowed)))
    if len(taken) >= allowed:
        wait = max(1, math.ceil((taken[-1] + WINDOW - now).total_seconds()))
        raise TooOften("too_many_exports", limit=allowed, minutes=math.ceil(wait / 60), retry_after=wait)
