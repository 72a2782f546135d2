"""What a step may know besides the state and the trigger: all of it is handed in, so that a replay gives the same bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.limits import Limits
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
    #: `id` and `business_key` of the case, as far as they are known
    case: Mapping[str, str | None] = field(default_factory=dict)
