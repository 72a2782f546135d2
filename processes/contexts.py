"""What the engine is given besides the state and the trigger, and how a step records it.

The record is small and complete: from it, replay builds the same context again.
"""

from dataclasses import asdict, replace
from datetime import datetime, time
from typing import Any

from engine.context import Context
from engine.limits import Limits
from engine.workdays import WorkCalendar
from processes import clock, deployed, settings
from processes.calendar import days
from processes.connectors import TOPICS
from processes.db import moment_text

Document = dict[str, Any]


def build(definition_id: str) -> tuple[Context, Document]:
    """The context of a step of a case of this definition, now, and its record."""
    latest, decisions = _bindings(deployed.definition(definition_id))
    now, calendar = clock.now(), days.work_calendar()
    document: Document = {
        "now": moment_text(now),
        "calendar": _written(calendar),
        "latest": latest,
        "decisions": decisions,
        "retries": settings.current().jobs.retries,
        "connectors": sorted(TOPICS),
    }
    if limits() != Limits():
        document["limits"] = asdict(limits())
    documents = {key: deployed.decision(key, version) for key, version in decisions.items()}
    return Context(now=now, calendar=calendar, latest=latest, decisions=documents, limits=limits()), document


def limits() -> Limits:
    """What one step may take, as set."""
    allowed = settings.current().limits
    return Limits(steps=allowed.steps, instances=allowed.multi_instance, call_depth=allowed.call_depth, tokens=allowed.live_tasks)


def _written(calendar: WorkCalendar) -> list[int | str]:
    """The calendar's version, and the office's hours, which are settings and may be other ones when the step is replayed."""
    return [calendar.version, calendar.timezone, calendar.opens.isoformat(), calendar.closes.isoformat()]


def _read(written: list[Any]) -> WorkCalendar:
    version, timezone, opens, closes = written
    calendar = days.work_calendar(version=version)
    return replace(calendar, timezone=timezone, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))


def restore(document: Document) -> Context:
    """The context that a step recorded."""
    return Context(
        now=datetime.fromisoformat(document["now"]),
        calendar=_read(document["calendar"]),
        latest=document["latest"],
        decisions={key: deployed.decision(key, version) for key, version in document["decisions"].items()},
        limits=Limits(**document.get("limits", {})),
    )


def _bindings(definition: deployed.Definition) -> tuple[dict[str, int], dict[str, int]]:
    """The newest versions of the processes that may be called from here, at any depth, and of decisions deployed elsewhere."""
    latest: dict[str, int] = {}
    decisions: set[str] = set()
    seen: set[str] = set()
    ahead = [definition]
    while ahead:
        decisions |= {key for one in ahead for key in one.outline["external_decisions"]}
        seen |= {one.id for one in ahead}
        wanted = {key for one in ahead for key in one.calls} - latest.keys()
        latest.update(deployed.newest_versions(wanted) if wanted else {})
        called = {f"{key}:{latest[key]}" for key in wanted & latest.keys()} | {fixed for one in ahead for fixed in one.fixed_calls}
        ahead = deployed.those_there(called - seen)
    return latest, deployed.newest_decisions(decisions) if decisions else {}
