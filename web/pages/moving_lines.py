"""What the record says of tasks that were sent back (退回) or taken back (撤回)."""

from collections.abc import Iterable, Mapping
from typing import Any

from web.language import gettext as _

Event = Mapping[str, Any]
Line = dict[str, Any]


def _sent_back(words: Any, event: Event) -> Line:
    details = event["details"]
    start = words.elements.get(details["to"], {}).get("type") == "startEvent"
    to = _("申请人") if start else words.element(details["to"], details.get("to_name"))
    step = words.element(event["element_id"], event["element_name"])
    if details["resubmit"] == "straight_back":
        said = _("从“%(step)s”退回到“%(to)s”，改好后直接回来", step=step, to=to)
    else:
        said = _("从“%(step)s”退回到“%(to)s”", step=step, to=to)
    return {"by_actor": True, "mark": "back", "bad": True, "words": said, "quote": details["reason"] or None}


def _came_back(words: Any, event: Event) -> Line:
    step = words.element(event["element_id"], event["element_name"])
    return {"who": _("系统"), "words": _("直接回到“%(step)s”", step=step)}


def _withdrawn(words: Any, event: Event) -> Line:
    step = words.element(event["element_id"], event["element_name"])
    return {"by_actor": True, "mark": "back", "words": _("撤回“%(step)s”的办理", step=step), "quote": event["details"]["reason"] or None}


LINES = {"sent_back": _sent_back, "went_straight_back": _came_back, "withdrawn": _withdrawn}


def told_apart(events: Iterable[Event]) -> list[Event]:
    """Without what came with a task that was sent back: that it was claimed, and that it is gone from the box."""
    listed = list(events)
    sent = {event["number"] for event in listed if event["type"] == "sent_back"}
    quiet = ("user_task_claimed", "user_task_cancelled")
    return [event for event in listed if not (event["type"] in quiet and event["number"] in sent)]
