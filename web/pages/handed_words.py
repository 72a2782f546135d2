"""What pages say of tasks that were handed on: lines of the record of a case, and of the list of what is done."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from web.language import gettext as _

Event = Mapping[str, Any]
Line = dict[str, Any]


class Words(Protocol):
    """What elements and values are called (record_words.Words)."""

    def element(self, element_id: str | None, name: str | None = None) -> str:
        """What an element is called."""

    def values(self, values: Mapping[str, Any]) -> str:
        """Variables with their values."""


def done_label(task: Mapping[str, Any], names: Mapping[str, str]) -> str | None:
    """What somebody did with a task that was not completed, for the list of what is done; `names`: of those who got tasks."""
    how = task["handed_on"]
    if how is None:
        return None
    who = names.get(how["to"], how["to"])
    match how["verb"]:
        case "reassigned":
            return _("转办给%(who)s", who=who)
        case "delegated":
            return _("请%(who)s提意见", who=who)
        case "resolved":
            return _("已交回意见给%(who)s", who=who)
    return _("由%(who)s代办", who=who)


def behalf(step: Mapping[str, Any]) -> str | None:
    """For whom a step was taken: for whoever was represented or succeeded, by the names of then, or whom another system names."""
    for event in step["events"]:
        if event["type"] == "user_task_represented":
            who = _named(event, "principal")
            return _("接替 %(who)s", who=who) if event["details"]["how"] == "successor" else _("代 %(who)s", who=who)
    return _("代表 %(who)s", who=step["on_behalf_of"]) if step["on_behalf_of"] else None


def _named(event: Event, part: str) -> str:
    """What the step itself calls somebody, who may be called otherwise now."""
    details = event["details"]
    return str(details["names"].get(details[part], details[part]))


def _reassigned(words: Words, event: Event) -> Line:
    details, step, to = event["details"], words.element(event["element_id"], event["element_name"]), _named(event, "to")
    had = details["from"]
    if had is None:
        said = _("把“%(step)s”转办给 %(to)s", step=step, to=to)
    else:
        said = _("把 %(had)s 的“%(step)s”转办给 %(to)s", had=_named(event, "from"), step=step, to=to)
    return {"by_actor": True, "words": said, "quote": details["reason"]}


def _delegated(words: Words, event: Event) -> Line:
    step = words.element(event["element_id"], event["element_name"])
    said = _("请 %(to)s 就“%(step)s”提意见", to=_named(event, "to"), step=step)
    return {"by_actor": True, "words": said, "quote": event["details"]["reason"]}


def _resolved(words: Words, event: Event) -> Line:
    step, details = words.element(event["element_id"], event["element_name"]), event["details"]
    said = _("就“%(step)s”提意见，交回 %(to)s", step=step, to=_named(event, "owner"))
    return {"by_actor": True, "words": said, "quote": details["opinion"], "why": words.values(details["variables"]) or None}


def _recalled(words: Words, event: Event) -> Line:
    step = words.element(event["element_id"], event["element_name"])
    said = _("从 %(asked)s 取回“%(step)s”", asked=_named(event, "from"), step=step)
    return {"by_actor": True, "words": said, "quote": event["details"]["reason"]}


LINES: dict[str, Callable[[Words, Event], Line]] = {
    "user_task_reassigned": _reassigned,
    "user_task_delegated": _delegated,
    "user_task_resolved": _resolved,
    "user_task_recalled": _recalled,
}
