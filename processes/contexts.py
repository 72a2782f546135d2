"""What the engine is given besides the state and the trigger, and how a step records it.

The record is small and complete: from it, replay builds the same context again.
"""

from datetime import datetime
from typing import Any

from engine.context import Context
from engine.limits import Limits
from processes import clock, deployed, settings
from processes.calendar import days
from processes.connectors import TOPICS
from processes.db import moment_text

Document = dict[str, Any]


def build(definition_id: str) -> tuple[Context, Document]:
    """The context of a step of a case of this definition, now, and its record."""
    latest, decisions = _bindings(deployed.definition(definition_id))
    now, calendar = clock.now(), days.work_calendar()
    document = {
        "now": moment_text(now),
        "calendar": calendar.version,
        "latest": latest,
        "decisions": decisions,
        "retries": settings.current().jobs.retries,
        "connectors": sorted(TOPICS),
    }
    documents = {key: deployed.decision(key, version) for key, version in decisions.items()}
    return Context(now=now, calendar=calendar, latest=latest, decisions=documents, limits=limits()), document


def limits() -> Limits:
    """What one step may take, as set."""
    allowed = settings.current().limits
    return Limits(steps=allowed.steps, instances=allowed.multi_instance, call_depth=allowed.call_depth, tokens=allowed.live_tasks)


def restore(document: Document) -> Context:
    """The context that a step recorded."""
    return Context(
        now=datetime.fromisoformat(document["now"]),
        calendar=days.work_calendar(version=document["calendar"]),
        latest=document["latest"],
        decisions={key: deployed.decision(key, version) for key, version in document["decisions"].items()},
        limits=limits(),
    )


def _bindings(definition: deployed.Definition) -> tuple[dict[str, int], dict[str, int]]:
    """The newest versions of the processes that may be called from here, at any depth, and of decisions deployed elsewhere."""
    latest: dict[str, int] = {}
    decisions = set(definition.outline["external_decisions"])
    asked: set[str] = set()
    wanted = set(definition.outline["called"])
    while wanted:
        found = deployed.newest_versions(wanted)
        latest.update(found)
        asked |= wanted
        outlines = [deployed.definition(f"{key}:{version}").outline for key, version in found.items()]
        wanted = {key for outline in outlines for key in outline["called"]} - asked
        decisions |= {key for outline in outlines for key in outline["external_decisions"]}
    return latest, deployed.newest_decisions(decisions) if decisions else {}
