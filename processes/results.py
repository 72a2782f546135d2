"""How a case ended: the end event on the diagram's main way, not those of reminders beside it."""

from collections.abc import Mapping
from typing import Any

from processes import deployed


def last_end(case: Mapping[str, Any]) -> tuple[str, str] | None:
    """Id and name of the last end event of the main way that a case has reached, as `queries.cases` gives it; None before one."""
    main = main_ends(deployed.definition(case["definition_id"]).outline)
    reached = [end for end in zip(case["end_events"], case["end_event_names"], strict=True) if end[0] in main]
    return reached[-1] if reached else None


def main_ends(outline: Mapping[str, Any]) -> frozenset[str]:
    """The end events that a token can reach from a start event without a non-interrupting boundary event or an event sub-process."""
    elements: Mapping[str, Mapping[str, Any]] = outline["elements"]
    attached: dict[str, list[str]] = {}
    for key, entry in elements.items():
        if entry["type"] == "boundaryEvent" and entry["cancel_activity"]:
            attached.setdefault(entry["attached_to"], []).append(key)
    waiting = [key for key, entry in elements.items() if entry["type"] == "startEvent" and entry["parent"] == outline["key"]]
    found = set(waiting)
    while waiting:
        here = waiting.pop()
        targets = [elements[flow]["target"] for flow in elements[here].get("outgoing", [])]
        fresh = {key for key in (*targets, *attached.get(here, []), *_linked(elements, here)) if key in elements} - found
        found |= fresh
        waiting.extend(fresh)
    return frozenset(key for key in found if elements[key]["type"] == "endEvent")


def _linked(elements: Mapping[str, Mapping[str, Any]], key: str) -> list[str]:
    """The catching events that a throwing link event goes on to."""
    thrown = elements[key].get("event") or {}
    if elements[key]["type"] != "intermediateThrowEvent" or thrown.get("kind") != "link":
        return []
    return [
        other
        for other, entry in elements.items()
        if entry["type"] == "intermediateCatchEvent" and entry["event"]["kind"] == "link" and entry["event"]["name"] == thrown["name"]
    ]
