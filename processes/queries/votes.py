"""Joint decisions as pages and clients see them; what is sealed is left out before anybody could see it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from processes.actors import Actor
from processes.db import db, reading
from processes.models import Vote

_row = Vote.__table__.c
Found = dict[str, Any]


def of_case(instance_id: str, actor: Actor) -> list[Found]:
    """The votes of a case that the actor may know, oldest first; `tally` is None while it is sealed."""
    with reading():
        query = select(*_row).where(_row.instance_id == instance_id).order_by(_row.number)
        return [_shown(dict(row), actor) for row in db.session.execute(query).mappings()]


def of_task(task: Mapping[str, Any], actor: Actor) -> Found | None:
    """The vote that a user task belongs to; None for a task of one person."""
    if "decide" not in (task["properties"] or {}):
        return None
    found = [vote for vote in of_case(task["instance_id"], actor) if holds(vote, task)]
    return found[-1] if found else None


def holds(vote: Mapping[Any, Any], task: Mapping[Any, Any]) -> bool:
    """Whether a task, or an event of one, may be one of this vote; of several rounds the youngest before it is meant."""
    definition = task.get("element_definition_id") or task.get("definition")
    same = definition == vote["element_definition_id"] and task["element_id"] == vote["element_id"]
    return bool(same and list(task["path"])[:-1] == list(vote["path"]) and (task["number"] or 0) > vote["number"])


def _shown(vote: Found, actor: Actor) -> Found:
    if is_sealed(vote) and "auditor" not in actor.roles:
        return {**vote, "tally": {name: vote["tally"][name] for name in ("asked", "total")}, "hidden": True}
    return {**vote, "hidden": False}


def is_sealed(vote: Mapping[str, Any]) -> bool:
    """Whether the sums are sealed: as long as votes are cast, and for ever where a vote was given up."""
    return bool(vote["sealed"] != "false" and vote["state"] != "closed")


def is_sealed_task(task: Mapping[Any, Any]) -> bool:
    """Whether the task is part of a sealed vote."""
    return bool((task["properties"] or {}).get("sealed", "false") != "false")


def hides_names(vote: Mapping[str, Any]) -> bool:
    """Whether it is sealed who voted what."""
    return is_sealed(vote) or bool(vote["sealed"] == "names")


@dataclass(frozen=True, slots=True)
class Seals:
    """What of some cases must not be told: the votes that are sealed at present."""

    votes: Sequence[Mapping[str, Any]]

    def of(self, subject: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The vote that a task or an event of a task belongs to, where it is sealed."""
        found = [vote for vote in self.votes if holds(vote, subject) and subject.get("instance_id") in (None, vote["instance_id"])]
        return found[-1] if found and hides_names(found[-1]) else None

    def event(self, event: Found) -> Found | None:
        """An event as it may be told; None where it must not be told at all."""
        if not self.votes or event["element_id"] is None:
            return event
        if event["type"] == "votes_counted":
            counted = [vote for vote in self.votes if vote["number"] == event["number"]]
            return None if counted and hides_names(counted[0]) else event
        if event["type"] == "vote_closed" and event["details"]["outcome"] is None:
            closed = [vote for vote in self.votes if vote["number"] == event["number"] and is_sealed(vote)]
            return {**event, "details": {**event["details"], "tally": None}} if closed else event
        if event["type"] in ("variables_changed", "outcome_turned"):
            return None if self.of(event) is not None else event
        if event["type"] == "user_task_completed" and self.of(event) is not None:
            return {**event, "details": {"outcome": None, "opinion": None, "variables": {}, "sealed": True}}
        return event

    def events(self, events: Iterable[Found]) -> list[Found]:
        """What may be told of some events."""
        return [told for told in (self.event(event) for event in events) if told is not None]

    def trigger(self, trigger: Found, events: Iterable[Found]) -> Found:
        """What may be told of a decision."""
        if trigger.get("kind") != "complete_user_task":
            return trigger
        decided = next((one for one in events if one["type"] == "user_task_completed" and one["number"] == trigger["number"]), None)
        if decided is None or self.of(decided) is None:
            return trigger
        return {**trigger, "outcome": None, "opinion": None, "variables": {}}

    def task(self, task: Found) -> Found:
        """A task as lists and pages may show it."""
        return {**task, "outcome": None, "opinion": None} if self.of(task) is not None else task


NOTHING = Seals(())


def seals(instance_ids: Iterable[str], actor: Actor | None = None) -> Seals:
    """What must not be told of these cases, to be called inside `reading`; nothing is kept from auditors."""
    wanted = sorted(set(instance_ids))
    if not wanted or (actor is not None and "auditor" in actor.roles):
        return NOTHING
    query = select(*_row).where(_row.instance_id.in_(wanted)).order_by(_row.number)
    found = [dict(row) for row in db.session.execute(query).mappings()]
    return Seals(found) if any(hides_names(vote) for vote in found) else NOTHING
