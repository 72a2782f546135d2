"""What a step gives: what happened, in the past tense and in order, and the state to keep."""

from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct

Status = Literal["running", "completed", "cancelled"]


class Event(Struct, frozen=True):
    """One fact of a step. `number` names the token, timer, job or subscription; it is unique in the case for ever."""

    type: str
    element_id: str | None
    element_name: str | None
    number: int | None
    #: instances around the element, outermost first: one index for every multi-instance or loop
    path: tuple[int, ...]
    #: `key:version` of the process that holds the element
    definition: str
    details: dict[str, Any]

    def to_document(self) -> dict[str, Any]:
        """The event as the step log stores it."""
        return {
            "type": self.type,
            "element_id": self.element_id,
            "element_name": self.element_name,
            "number": self.number,
            "path": list(self.path),
            "definition": self.definition,
            "details": self.details,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one step; `variables` are those of the case's own scope, `incidents` the numbers of the open ones.

    `wanted` are processes and decisions, as ("process", key) and ("decision", key), that the context did not name because
    expressions chose them, and questions about people, as ("people", question): whoever can find them takes the same step again
    with a context that does.
    """

    events: tuple[Event, ...]
    state: bytes
    status: Status
    variables: dict[str, Any]
    incidents: tuple[int, ...]
    wanted: frozenset[tuple[str, str]] = frozenset()
