"""Sending back and withdrawing on a driven case: what the shell looks up in the log is looked up in the events."""

from typing import Any

from engine.outcome import Event
from engine.triggers import SendBack, Withdraw
from processes import past
from tests.engine.drawing import Driven


def seen(case: Driven) -> list[past.Seen]:
    """The events of a case as the log has them."""
    steps = [seq for seq, count in enumerate(case.counts, 1) for _ in range(count)]
    return [past.Seen(number, steps[number], "", None, event.to_document()) for number, event in enumerate(case.events)]


def task(case: Driven, element_id: str, path: tuple[int, ...] | None = None) -> Event:
    """An open user task."""
    return next(event for event in case.tasks if event.element_id == element_id and path in (None, event.path))


def send_back(
    case: Driven,
    source: str,
    to: str,
    resubmit: str = "rerun",
    *,
    path: tuple[int, ...] | None = None,
    by: str = "li",
    assignee: str | None = None,
) -> Driven:
    """Send back from the open task `source`."""
    opened, events = task(case, source, path), seen(case)
    places = {one.event["definition"] for one in events if one.event["element_id"] == to}
    found = [past.last_left(events, definition, to, opened.path) for definition in places]
    left = next((one for one in found if one is not None), None)
    inside, since = ((), 0) if left is None or to == "s" else (left.path, left.at)
    definition = str(case.events[0].definition) if left is None else left.event["definition"]
    return case.take(
        SendBack(
            opened.number or 0,
            source,
            opened.path,
            to,
            definition,
            past.calls(events, definition, inside, since),
            past.passed(events, since, inside),
            "请补充",
            resubmit,
            assignee,
            by,
        )
    )


def told(case: Driven, kind: str) -> dict[str, Any]:
    """The details of the only event of a kind in the last step."""
    (found,) = [event for event in case.outcome.events if event.type == kind]
    return found.details


def withdraw(case: Driven, element_id: str, path: tuple[int, ...] | None = None, *, by: str = "li") -> Driven:
    """Take the last decision on a task back."""
    events = seen(case)
    done = [one for one in past.completions(events) if one.event["element_id"] == element_id and path in (None, one.path)]
    last = done[-1]
    number, definition = last.event["number"], last.event["definition"]
    return case.take(
        Withdraw(
            number,
            element_id,
            last.path,
            definition,
            past.calls(events, definition, last.path, last.at),
            past.passed(events, last.at, last.path),
            "想错了",
            by,
            past.written(events, last.at),
            past.place_among(events, last),
            past.gone_back_to(events, last),
        )
    )
