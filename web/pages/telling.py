"""Telling people about a case without asking them to decide: reminders (催办)."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes.actors import Actor
from processes.approval import reminding
from processes.errors import Refused
from processes.people import directory
from processes.queries import cases, inbox
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework
from web.pages.said import said
from web.pages.verb import Verb

blueprint = Blueprint("telling", __name__)


def reminder_verbs(case: Mapping[str, Any], actor: Actor) -> list[Verb]:
    """催办, where the case waits for somebody else."""
    if case["ended_at"] is not None or case["state"] == "suspended" or not _remindable(case, actor):
        return []
    return [Verb("remind", _("催办…"), url_for("telling.remind", instance_id=case["id"]))]


def _remindable(case: Mapping[str, Any], actor: Actor) -> list[dict[str, Any]]:
    return [task for task in inbox.of_instance(case["id"]) if reminding.offered(task, case, actor)]


@blueprint.route("/cases/<instance_id>/reminder", methods=["GET", "POST"])
@signed_in
def remind(instance_id: str) -> ResponseReturnValue:
    """Remind those whom a case waits for, after seeing whom and how often."""
    actor = current_actor()
    case = cases.get(instance_id, actor)
    tasks = _remindable(case, actor)
    href = url_for("cases.show", instance_id=instance_id)
    if case["ended_at"] is not None or not tasks:
        flash(_("这件现在没有可以催办的环节。"), "late")
        return redirect(href, code=303)
    if request.method == "GET":
        return _remind_page(case, tasks, actor)
    wanted = [task for task in tasks if task["id"] in request.form.getlist("task")]
    if not wanted:
        return _remind_page(case, tasks, actor, [_("请勾选要催办的环节。")]), 422
    problems = [problem for task in wanted if (problem := _remind(task, actor)) is not None]
    if len(problems) == len(wanted):
        return _remind_page(case, tasks, actor, problems), 409
    for problem in problems:
        flash(problem, "late")
    return redirect(href, code=303)


def _remind(task: Mapping[str, Any], actor: Actor) -> str | None:
    """Remind of one task; why it was refused, None where it was done."""
    message = request.form.get("message", "").replace("\r\n", "\n").strip() or None
    try:
        receivers = reminding.remind(task["id"], message, actor=actor)
    except Refused as refusal:
        return _("“%(step)s”没有催办：%(why)s", step=task["name"], why=said(refusal))
    names = "、".join(directory.names(receivers).values())
    flash(_("已催办“%(step)s”：%(names)s 会在消息里看到。", step=task["name"], names=names), "done")
    return None


def _remind_page(case: Mapping[str, Any], tasks: list[dict[str, Any]], actor: Actor, problems: list[str] | None = None) -> str:
    told = reminding.of_tasks([task["id"] for task in tasks])
    waiting = {one["id"]: one for one in casework.waits(tasks)}
    names = directory.names(one["login"] for found in told.values() for one in found)
    rows = [
        {
            **waiting[task["id"]],
            "told": [{"who": names.get(one["login"], one["login"]), "at": one["at"]} for one in told.get(task["id"], [])],
            "ticked": len(tasks) == 1 or task["id"] in request.form.getlist("task"),
        }
        for task in tasks
    ]
    return render_template(
        "clerk/remind.html",
        case=case,
        case_href=url_for("cases.show", instance_id=case["id"]),
        rows=rows,
        limit=reminding.limit_of(case["definition_id"]),
        problems=problems or [],
        message=request.form.get("message"),
    )
