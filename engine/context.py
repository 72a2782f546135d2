"""What a step may know besides the state and the trigger: all of it is handed in, so that a replay gives the same bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.limits import Limits
from engine.people_rules import Edges
from engine.workdays import WorkCalendar

#: stands between the key of a process and the tag of the version that is meant, where `latest` names such a one; no key has it
TAGGED = "@"


@dataclass(frozen=True, slots=True)
class Context:
    """The frozen surroundings of one step; `now` is an aware moment."""

    now: datetime
    calendar: WorkCalendar
    #: newest version of every process that may be called, and of those that are called by the tag of a version (`key@tag`)
    latest: Mapping[str, int] = field(default_factory=dict)
    #: newest documents of decisions that are not in the definition's own deployment
    decisions: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    #: `id` and `business_key` of the case, and `applicant` where another than the starter asks, as far as they are known
    case: Mapping[str, str | None] = field(default_factory=dict)
    #: answers to questions about people, by the question, and the day and version of the organisation that gave them
    people: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    organisation: Mapping[str, Any] = field(default_factory=dict)
    #: what happens at the edges of user tasks that draw nothing about them
    edges: Edges = field(default_factory=Edges)
    #: rules about people are known and the state keeps who has agreed; steps of older releases did neither
    remembers: bool = False
