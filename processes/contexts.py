"""What the engine is given besides the state and the trigger, and how a step records it.

The record is small and complete: from it, replay builds the same context again.
"""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, time
from functools import lru_cache
from typing import Any

from engine import execution
from engine.context import TAGGED, Context
from engine.limits import Limits
from engine.outcome import Outcome
from engine.people_rules import Edges
from engine.triggers import Trigger
from engine.workdays import WorkCalendar
from processes import clock, deployed, settings
from processes.calendar import days
from processes.connectors import TOPICS
from processes.db import moment_text
from processes.people import answers

Document = dict[str, Any]
STANDARD_LIMITS, STANDARD_EDGES = Limits(), Edges()


def build(
    definition_id: str,
    case_id: str | None = None,
    business_key: str | None = None,
    calendar_version: int | None = None,
    applicant: str | None = None,
) -> tuple[Context, Document]:
    """The context of a step of a case of this definition, now, and its record; the present calendar where no version is given.

    `applicant` is for whom another system has started the case.
    """
    latest, decisions = _bindings(deployed.definition(definition_id))
    now, calendar = clock.now(), days.work_calendar(calendar_version)
    document: Document = {
        "now": moment_text(now),
        "calendar": _written(calendar),
        "latest": latest,
        "decisions": decisions,
        "retries": settings.current().jobs.retries,
        "connectors": sorted(TOPICS),
        "case": {"id": case_id, "business_key": business_key, **({"applicant": applicant} if applicant else {})},
        "remembers": True,
    }
    allowed, around = limits(), edges()
    if allowed != STANDARD_LIMITS:
        document["limits"] = asdict(allowed)
    if around != STANDARD_EDGES:
        document["edges"] = asdict(around)
    documents = {key: deployed.decision(key, version) for key, version in decisions.items()}
    return Context(now, calendar, latest, documents, allowed, document["case"], edges=around, remembers=True), document


def advance(state: bytes | None, trigger: Trigger, context: Context, document: Document) -> tuple[Outcome, Context, Document]:
    """The engine's step, taken again while expressions choose processes or decisions that the context does not name yet, and while
    rules ask for people."""
    outcome = execution.advance(deployed.library(), state, trigger, context)
    while outcome.wanted and (more := extended(context, document, outcome.wanted)) is not None:
        context, document = more
        outcome = execution.advance(deployed.library(), state, trigger, context)
    return outcome, context, document


def extended(context: Context, document: Document, wanted: Iterable[tuple[str, str]]) -> tuple[Context, Document] | None:
    """The context with the people whom rules ask for, and the processes and decisions that expressions have chosen; None when none of
    them is deployed."""
    asked = [question for kind, question in wanted if kind == "people" and question not in context.people]
    if asked:
        return _answered(context, document, asked)
    found = deployed.newest_versions(key for kind, key in wanted if kind == "process")
    decisions = deployed.newest_decisions(key for kind, key in wanted if kind == "decision")
    latest: dict[str, int] = {**found}
    for definition in deployed.those_there(f"{key.partition(TAGGED)[0]}:{version}" for key, version in found.items()):
        more_latest, more_decisions = _bindings(definition)
        latest, decisions = {**more_latest, **latest}, {**more_decisions, **decisions}
    if not (latest.keys() - context.latest.keys() or decisions.keys() - context.decisions.keys()):
        return None
    document = {**document, "latest": {**latest, **document["latest"]}, "decisions": {**decisions, **document["decisions"]}}
    documents = {key: deployed.decision(key, version) for key, version in document["decisions"].items()}
    return replace(context, latest=document["latest"], decisions=documents), document


def _answered(context: Context, document: Document, asked: list[str]) -> tuple[Context, Document]:
    """The context with who it is that the rules ask for, as the organisation is at this moment."""
    day = context.now.astimezone(context.calendar.zone).date()
    found = {**context.people, **answers.answers(asked, day)}
    organisation = dict(context.organisation) or answers.version(day)
    return replace(context, people=found, organisation=organisation), {**document, "people": found, "organisation": organisation}


def edges() -> Edges:
    """What happens at the edges of user tasks that draw nothing about them, as set."""
    return _edges(settings.current().approval)


@lru_cache(maxsize=8)
def _edges(allowed: settings.Approval) -> Edges:
    return Edges(allowed.when_nobody, allowed.when_applicant, allowed.when_approved)


def limits() -> Limits:
    """What one step may take, as set."""
    return _limits(settings.current().limits)


@lru_cache(maxsize=8)
def _limits(allowed: settings.Limits) -> Limits:
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
        case=document.get("case", {}),
        people=document.get("people", {}),
        organisation=document.get("organisation", {}),
        edges=Edges(**document.get("edges", {})),
        remembers=document.get("remembers", False),
    )


def _bindings(definition: deployed.Definition) -> tuple[dict[str, int], dict[str, int]]:
    """The newest versions of the processes that may be called from here, at any depth, and of decisions deployed elsewhere."""
    if not (definition.calls or definition.fixed_calls or definition.outline["external_decisions"]):
        return {}, {}
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
