"""A draft of a task that is no longer its writer's: to read, to copy from, or to throw away."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from processes import drafts
from processes.actors import Actor
from processes.errors import NotFound
from processes.queries import forms_for, inbox
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, formdata

blueprint = Blueprint("kept_drafts", __name__)


def lost(instance_id: str, tasks: list[dict[str, Any]], actor: Actor) -> list[dict[str, Any]]:
    """The actor's drafts for tasks of a case that somebody else has done or has."""
    found = drafts.of_case(instance_id, actor=actor)
    mine = [task for task in tasks if task["id"] in found and (task["state"] != "open" or task["assignee"] not in (None, actor.login))]
    return [{"name": task["name"], "at": found[task["id"]], "href": url_for("kept_drafts.show", task_id=task["id"])} for task in mine]


@blueprint.get("/tasks/<task_id>/draft")
@signed_in
def show(task_id: str) -> ResponseReturnValue:
    """What I had written."""
    actor = current_actor()
    task = inbox.get(task_id, actor)
    draft = drafts.load(f"task:{task_id}", actor=actor)
    if draft is None:
        raise NotFound("draft_not_found")
    view = forms_for.task_form(task_id, actor)
    copies = [_copy(draft.variables, draft.saved_at, view["form"])]
    if draft.other is not None:
        copies.append(_copy(draft.other, draft.other_at, view["form"]))
    case_href = url_for("cases.show", instance_id=task["instance_id"])
    return render_template("clerk/draft.html", task=task, copies=copies, case_href=case_href)


def _copy(values: dict[str, Any], at: Any, form: dict[str, Any] | None) -> dict[str, Any]:
    typed = {name: value for name, value in values.items() if name not in (formdata.OPINION, formdata.PAPERS)}
    return {"at": at, "opinion": values.get(formdata.OPINION), "facts": casework.asked(form, typed)}


@blueprint.post("/tasks/<task_id>/draft")
@signed_in
def discard(task_id: str) -> ResponseReturnValue:
    """Throw it away."""
    actor = current_actor()
    task = inbox.get(task_id, actor)
    drafts.delete_own(f"task:{task_id}", actor=actor)
    flash(_("草稿已丢弃。"), "done")
    return redirect(url_for("cases.show", instance_id=task["instance_id"]), code=303)
