"""Which finished cases are past the retention (保管期限) that the version of their process states, and what still keeps one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select

from engine.expressions.durations import Duration, NotISO, parse_duration
from processes import clock, settings
from processes.db import db, reading
from processes.models import Incident, Job, LegalHold, ProcessDefinition, ProcessInstance, RetentionSeal

ENDED = ("completed", "cancelled")
#: months differ in length: what the database finds is reckoned again, exactly
SLACK = timedelta(days=4)
#: cases of one version that are looked at in one run; the next run goes on
AT_ONCE = 50_000
_case, _definition = ProcessInstance, ProcessDefinition


@dataclass(frozen=True, slots=True)
class Due:
    """A finished case whose time is over; `kept` says why its content stays all the same, by a stable word."""

    id: str
    business_key: str | None
    definition_id: str
    ended_at: datetime
    retention: str
    kept: str | None = None


def due(limit: int | None = None) -> list[Due]:
    """Cases past their time by process and end; so many at most that nothing keeps, with those met on the way that something keeps."""
    found: list[Due] = []
    free = 0
    with reading():
        for definition_id, retention, duration in _retentions():
            for row in _ended(definition_id, duration):
                if limit is not None and free >= limit:
                    return found
                if duration.after(row.ended_at.astimezone(settings.current().office.timezone)) > clock.now():
                    break
                kept = what_keeps(row.id)
                free += kept is None
                found.append(Due(row.id, row.business_key, definition_id, row.ended_at, retention, kept))
    return found


def retention_of(definition_id: str) -> str | None:
    """The retention that a version of a process states, None for none: its cases are kept for ever."""
    query = select(_definition.settings, _definition.outline).where(_definition.id == definition_id)
    return next((_stated(*row) for row in db.session.execute(query)), None)


def is_over(retention: str, ended_at: datetime) -> bool:
    """Whether the time of a case that ended then is over, by the calendar of the office."""
    return parse_duration(retention).after(ended_at.astimezone(settings.current().office.timezone)) <= clock.now()


def what_keeps(instance_id: str) -> str | None:
    """Why the content of a finished case must stay, None where it may go."""
    waits = exists().where(Job.instance_id == instance_id, Job.state.in_(("waiting", "suspended", "failed")))
    fails = exists().where(Incident.instance_id == instance_id, Incident.state == "open")
    revised = exists().where(_case.revises == instance_id, _case.state.not_in(ENDED))
    if db.session.get(LegalHold, instance_id) is not None:
        return "held"
    if db.session.scalar(select(or_(waits, fails))):
        return "work_open"
    if db.session.scalar(select(revised)):
        return "revised_by_open_case"
    return None


def _retentions() -> Iterator[tuple[str, str, Duration]]:
    query = select(_definition.id, _definition.settings, _definition.outline).order_by(_definition.id)
    for definition_id, chosen, outline in db.session.execute(query).all():
        retention = _stated(chosen, outline)
        if retention is not None:
            yield definition_id, retention, parse_duration(retention)


def _stated(chosen: dict[str, Any] | None, outline: dict[str, Any] | None) -> str | None:
    """What process.toml says, else the diagram (historyTimeToLive)."""
    text = (chosen or {}).get("retention") or (outline or {}).get("retention")
    try:
        return text if isinstance(text, str) and parse_duration(text).rank() > 0 else None
    except NotISO:
        return None


def _ended(definition_id: str, duration: Duration) -> Sequence[Any]:
    before = duration.negated().after(clock.now()) + SLACK
    query = (
        select(_case.id, _case.business_key, _case.ended_at)
        .where(_case.definition_id == definition_id, _case.state.in_(ENDED), _case.ended_at <= before)
        .where(~exists().where(RetentionSeal.instance_id == _case.id))
        .order_by(_case.ended_at, _case.id)
    )
    return db.session.execute(query.limit(AT_ONCE)).all()
