"""When something falls due: the texts of timers and due dates, with expressions in them, become moments in UTC."""

from dataclasses import dataclass
from typing import Any

from engine import times
from engine.evaluation import functions
from engine.tokens import Token


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment as ISO text in UTC, and of a cycle what is needed to know the next one, as JSON."""

    at: str
    cycle: dict[str, Any] | None = None


def schedule(token: Token, kind: str, text: str) -> Deadline:
    """When a timer falls due that begins to wait now; raises TimeRefused or what its expression raises."""
    context = token.turn.context
    due = times.resolve(kind, text, token.data, functions(token), now=context.now, calendar=context.calendar)
    return _deadline(due)


def next_deadline(token: Token, cycle: dict[str, Any]) -> Deadline | None:
    """The next moment of a cycle that lies ahead; however many were missed, the one that has just come made up for them."""
    context = token.turn.context
    due = times.Due.from_document(cycle).following(context.now, context.calendar)
    return None if due is None else _deadline(due)


def moment_of(token: Token, text: str | None) -> str | None:
    """The moment of a due or follow-up date as ISO text in UTC; None where there is none."""
    return schedule(token, "due", text).at if text else None


def _deadline(due: times.Due) -> Deadline:
    return Deadline(due.due_at, due.to_document() if due.period is not None else None)
