"""Whether somebody can still take an own decision back (撤回), in words, for the list of what is done and the page of a case."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import url_for

from processes.actors import Actor
from processes.approval import withdrawing
from processes.approval.untouched import Standing
from processes.people import directory
from web.language import current_language
from web.language import gettext as _
from web.pages import filters
from web.words import detail

#: told in lists with the case's own state already
UNSAID = frozenset({"process_instance_ended"})


def of_tasks(tasks: Iterable[Mapping[str, Any]], actor: Actor) -> dict[str, dict[str, Any]]:
    """For each task that the actor has completed in a case that runs: whether it can be taken back, the words, and the page that asks."""
    listed = list(tasks)
    found = withdrawing.standings(listed, actor)
    names = directory.names(one.values["by"] for one in found.values() if one.values.get("by"))
    return {
        task["id"]: {
            "possible": found[task["id"]].possible,
            "step": task["name"],
            "words": _("可撤回") if found[task["id"]].possible else why_not(found[task["id"]], names),
            "href": url_for("taking_back.withdraw", task_id=task["id"]),
        }
        for task in listed
        if task["id"] in found and found[task["id"]].code not in UNSAID
    }


def why_not(standing: Standing, names: Mapping[str, str] | None = None) -> str:
    """Why it is not possible any more, with who acted when."""
    values = dict(standing.values)
    if "by" in values:
        known = directory.names([values["by"]]) if names is None else names
        values["by"] = _("系统") if values["by"] == "system" else known.get(values["by"], values["by"])
    if "at" in values:
        values["at"] = filters.short_time(datetime.fromisoformat(values["at"]))
    return detail(standing.code, 409, values, current_language())
