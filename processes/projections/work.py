"""What the handlers of a step's events share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from processes.changes import Changes
from processes.locking import LockedInstance
from processes.step_log import Step

Event = dict[str, Any]
#: an element, and which instance of it
Place = tuple[str | None, tuple[int, ...]]


MAX_WHOLE = 2**31 - 1


@dataclass(slots=True)
class Work:
    """A step being applied to a case: handlers read the step, and gather rows in `changes`."""

    instance: LockedInstance
    step: Step
    changes: Changes
    #: jobs whose retries were used up in this step, by where they are
    failed_jobs: dict[Place, str] = field(default_factory=dict)
    #: incidents that this step resolved, by where they are
    retried: dict[Place, str] = field(default_factory=dict)

    def row_id(self, event: Event) -> str:
        """The id of the row that the event is about."""
        return f"{self.instance.id}-{event['number']}"


def about_case(definition_id: str, kind: str, **details: Any) -> Event:
    """An event of the step log about the case as a whole."""
    bare: Event = {"type": kind, "element_id": None, "element_name": None, "number": None, "path": [], "definition": definition_id}
    return {**bare, "details": details}


def place(event: Event) -> Place:
    """Where the event happened."""
    return event["element_id"], tuple(event["path"])


Handler = Callable[[Work, Event, Event], None]


def moment(text: str | None) -> datetime | None:
    """A moment of an event's details."""
    return None if text is None else datetime.fromisoformat(text)


def short(text: str | None, maximum: int) -> str | None:
    """A text as far as its column reaches."""
    return None if text is None else text[:maximum]


def whole(number: int) -> int:
    """A whole number as far as its column reaches."""
    return max(-MAX_WHOLE, min(number, MAX_WHOLE))
