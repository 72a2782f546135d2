"""会签: how far a joint decision has come, who has said what, and who is still asked."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from processes.people import directory
from processes.queries import definitions
from web.language import gettext as _
from web.pages import casework

Task = dict[str, Any]
TONES = {"yes": "v-yes", "no": "v-no"}
SIGNS = {"yes": "✓", "no": "✗", "abs": "–", "": "…"}


def of_case(tasks: Iterable[Task]) -> dict[str, Any] | None:
    """The newest joint decision of a case: several tasks with outcomes that one sub-process, or one task for many, has asked for."""
    scopes: dict[tuple[str, str], dict[str, Task]] = {}
    for task in tasks:
        scope = _scope(task)
        if scope is not None:
            # a step that was asked again counts once, as it stands now
            scopes.setdefault(scope, {})[_place(task)] = task
    asked = next((list(some.values()) for some in reversed(scopes.values()) if _at_once(list(some.values()))), None)
    return None if asked is None else _votes(asked)


def _scope(task: Task) -> tuple[str, str] | None:
    """What asks for a task together with others; None for one that is asked for alone."""
    if not task["properties"].get("outcomes"):
        return None
    elements = definitions.outline(task["element_definition_id"])["elements"]
    element = elements.get(task["element_id"], {})
    if element.get("multi_instance"):
        return task["element_definition_id"], task["element_id"]
    parent = elements.get(element.get("parent"), {})
    return (task["element_definition_id"], element["parent"]) if parent.get("type") == "subProcess" else None


def _at_once(tasks: list[Task]) -> bool:
    """Whether a task came while another was open: one after the other is no joint decision."""
    came = sorted(tasks, key=lambda task: str(task["created_at"]))
    return any(one["completed_at"] is None or later["created_at"] < one["completed_at"] for one, later in pairwise(came))


def _place(task: Task) -> str:
    return f"{task['element_id']} {task['path']}"


def _votes(asked: list[Task]) -> dict[str, Any]:
    names = directory.names(login for task in asked for login in (task["completed_by"], task["assignee"], *task["candidate_users"]))
    people = [_vote(task, names) for task in asked]
    number = {said: sum(one["said"] == said for one in people) for said in SIGNS}
    parts = [_("已同意 %(n)d", n=number["yes"])]
    parts += [_("不同意 %(n)d", n=number["no"])] if number["no"] else []
    parts += [_("还等 %(n)d", n=number[""])] if number[""] else []
    return {
        "title": _("会签进度"),
        "rule": _("%(n)d 人会签", n=len(people)),
        "sum": "，".join(parts),
        "bar": [one["said"] for one in sorted(people, key=lambda one: list(SIGNS).index(one["said"]))],
        "people": people,
    }


def _vote(task: Task, names: Mapping[str, str]) -> dict[str, Any]:
    if task["state"] == "completed":
        said = "no" if task["outcome"] in casework.REFUSALS else "yes"
        name = names.get(task["completed_by"], task["completed_by"])
        words, at = casework.outcome_label(task, task["outcome"]) or _("已办"), task["completed_at"]
    elif task["state"] == "cancelled":
        said, name, words, at = "abs", "—", _("已收回"), None
    else:
        said, name, at = "", casework.who(task, names), None
        words = _("等待")
    waited = _("已等 %(time)s", time=casework.waited(task["created_at"])) if not said else None
    marks = {"said": said, "sign": SIGNS[said], "tone": TONES.get(said, "v-wait")}
    return {**marks, "name": name, "post": task["name"], "words": words, "at": at, "waited": waited}
