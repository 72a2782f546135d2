"""Telling people about a case without asking them to decide: reminders (催办), copies (抄送), circulation (传阅), and the box of what was
sent to me."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes.actors import Actor
from processes.approval import circulating, copying, daily, receiving, reminding
from processes.errors import Conflict, Invalid, NotAllowed, Refused, TooOften
from processes.people import directory
from processes.queries import cases, deliveries, inbox
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, formdata, shell
from web.pages.lists import PAGE, paged
from web.pages.said import said, status
from web.pages.verb import Verb

blueprint = Blueprint("telling", __name__)


def reminder_verbs(case: Mapping[str, Any], tasks: list[dict[str, Any]], actor: Actor) -> list[Verb]:
    """催办, where the case waits for somebody else."""
    if case["ended_at"] is not None or case["state"] == "suspended" or not _remindable(case, tasks, actor):
        return []
    return [Verb("remind", _("催办…"), url_for("telling.remind", instance_id=case["id"]))]


def _remindable(case: Mapping[str, Any], tasks: list[dict[str, Any]], actor: Actor) -> list[dict[str, Any]]:
    return [task for task in tasks if reminding.offered(task, case, actor)]


@blueprint.route("/cases/<instance_id>/reminder", methods=["GET", "POST"])
@signed_in
def remind(instance_id: str) -> ResponseReturnValue:
    """Remind those whom a case waits for, after seeing whom and how often."""
    actor = current_actor()
    case = cases.get(instance_id, actor)
    tasks = _remindable(case, inbox.of_instance(instance_id), actor)
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
    message = formdata.written("message").strip() or None
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
        limit=daily.limit_of(case["definition_id"]),
        problems=problems or [],
        message=request.form.get("message"),
    )


def copy_verbs(case: Mapping[str, Any], tasks: list[dict[str, Any]], actor: Actor) -> list[Verb]:
    """抄送 from the case page, also of a case that has ended."""
    if case["state"] == "suspended" or not receiving.tells(case, actor):
        return []
    return [Verb("copy", _("抄送…"), url_for("telling.copy", instance_id=case["id"]))]


def copy_verbs_of_task(task: Mapping[str, Any], actor: Actor) -> list[Verb]:
    """抄送 while working on a task."""
    return [Verb("copy", _("抄送…"), url_for("telling.copy", instance_id=task["instance_id"], task=task["id"]))]


@blueprint.route("/cases/<instance_id>/copies", methods=["GET", "POST"])
@signed_in
def copy(instance_id: str) -> ResponseReturnValue:
    """Send copies of a case, or of what a task is about."""
    actor = current_actor()
    case = cases.get(instance_id, actor)
    task_id = request.values.get("task") or None
    if request.method == "GET":
        return _copy_page(case, task_id, actor)
    users, message = request.form.getlist("users"), formdata.written("message").strip() or None
    try:
        if task_id:
            told = copying.copy_task(task_id, users, message, actor=actor)
        else:
            told = copying.copy_case(instance_id, users, message, actor=actor)
    except Invalid as refusal:
        return _copy_page(case, task_id, actor, error=said(refusal)), 422
    except (Conflict, NotAllowed) as refusal:
        return _copy_page(case, task_id, actor, problem=said(refusal)), status(refusal)
    _say_told(told, _("已抄送给 %(names)s。"))
    return redirect(_back(instance_id, task_id), code=303)


def _say_told(told: copying.Told, done: str) -> None:
    """Who got it, and who had it already."""
    if told.new:
        flash(done % {"names": "、".join(directory.names(told.new).values())}, "done")
    if told.already:
        flash(_("%(names)s 已经收到过，没有再送。", names="、".join(directory.names(told.already).values())), "soon")


def _back(instance_id: str, task_id: str | None) -> str:
    return url_for("tasks.show", task_id=task_id) if task_id else url_for("cases.show", instance_id=instance_id)


def _copy_page(case: Mapping[str, Any], task_id: str | None, actor: Actor, *, error: str | None = None, problem: str | None = None) -> str:
    sent = [one for one in deliveries.of_case(case["id"]) if one["kind"] == "copy"]
    return render_template(
        "clerk/copy.html",
        case=case,
        task_id=task_id,
        step=inbox.get(task_id, actor)["name"] if task_id else None,
        back=_back(case["id"], task_id),
        groups=choices_of_people(actor),
        chosen=request.form.getlist("users"),
        message=request.form.get("message"),
        sent=_shown(sent),
        error=error,
        problem=problem,
    )


def choices_of_people(actor: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Everybody else with an active account, by department."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in directory.active():
        if one.login != actor.login:
            found.setdefault(one.department_name or _("其他"), []).append((one.login, one.display))
    return list(found.items())


def _shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was sent, with names."""
    names = directory.names(login for row in rows for login in (row["login"], row["given_by"]))
    return [
        {
            **row,
            "who": names.get(row["login"], row["login"]),
            "by": row["element_name"] or names.get(row["given_by"], row["given_by"]),
            "read_at": row["receipt_at"] or row["read_at"],
        }
        for row in rows
    ]


@blueprint.get("/inbox/copied")
@signed_in
def copied() -> ResponseReturnValue:
    """What was put before me without being asked to decide, newest first."""
    actor, only, q = current_actor(), request.args.get("only", ""), request.args.get("q", "").strip()[:100]
    wanted = {"unread": {"unread": True, "circulation": True}.get(only), "kind": "circulation" if only == "circulation" else None}
    found = deliveries.page(actor, {**wanted, "text": q or None}, PAGE, request.args.get("cursor"))
    rows = [{**row, "href": url_for(".open_copy", delivery_id=row["id"])} for row in _shown(found["items"])]
    unread = shell.current().counts["copied"]
    kept: dict[str, Any] = {"q": q} if q else {}
    tabs = [
        {"words": _("全部"), "href": url_for(".copied", **kept), "here": not only, "number": None},
        {
            "words": _("未读"),
            "href": url_for(".copied", only="unread", **kept),
            "here": only == "unread",
            "number": unread,
            "count": "copied",
        },
        {"words": _("待阅"), "href": url_for(".copied", only="circulation", **kept), "here": only == "circulation", "number": None},
    ]
    return render_template(
        "clerk/copied.html", rows=rows, page=paged(found, len(rows)), tabs=tabs, unread=unread, only=only, q=q, clear=url_for(".copied")
    )


@blueprint.get("/copies/<delivery_id>")
@signed_in
def open_copy(delivery_id: str) -> ResponseReturnValue:
    """Go to the case; the copy has been read then."""
    return redirect(url_for("cases.show", instance_id=copying.open_one(delivery_id, actor=current_actor())["instance_id"]))


@blueprint.post("/inbox/copied/read")
@signed_in
def read_all() -> ResponseReturnValue:
    """Mark all copies as read; circulated cases wait for a receipt."""
    copying.mark_read(actor=current_actor())
    return redirect(url_for(".copied"), code=303)


def circulation_verbs(case: Mapping[str, Any], tasks: list[dict[str, Any]], actor: Actor) -> list[Verb]:
    """传阅 from the case page, also of a case that has ended, and for those to whom it went round."""
    if case["state"] == "suspended" or not (receiving.tells(case, actor) or _received(case["id"], actor)):
        return []
    return [Verb("circulate", _("传阅…"), url_for("telling.circulate", instance_id=case["id"]))]


def circulation_verbs_of_task(task: Mapping[str, Any], actor: Actor) -> list[Verb]:
    """传阅 while working on a task."""
    return [Verb("circulate", _("传阅…"), url_for("telling.circulate", instance_id=task["instance_id"], task=task["id"]))]


def _received(instance_id: str, actor: Actor) -> bool:
    return bool(deliveries.page(actor, {"process_instance_id": instance_id, "kind": "circulation"}, 1)["items"])


@blueprint.route("/cases/<instance_id>/circulation", methods=["GET", "POST"])
@signed_in
def circulate(instance_id: str) -> ResponseReturnValue:
    """Let a case go round, and see who has read it."""
    actor = current_actor()
    case = cases.get(instance_id, actor)
    task_id = request.values.get("task") or None
    if request.method == "GET":
        return _circulate_page(case, task_id, actor)
    users, message = request.form.getlist("users"), formdata.written("message").strip() or None
    try:
        made = circulating.circulate(instance_id, users, message, actor=actor)
    except Invalid as refusal:
        return _circulate_page(case, task_id, actor, error=said(refusal)), 422
    except (Conflict, NotAllowed) as refusal:
        return _circulate_page(case, task_id, actor, problem=said(refusal)), status(refusal)
    _say_told(copying.Told(made.new, made.already), _("已请 %(names)s 传阅。"))
    return redirect(_back(instance_id, task_id), code=303)


def _circulate_page(case: Mapping[str, Any], task_id: str | None, actor: Actor, **wrong: str) -> str:
    return render_template(
        "clerk/circulate.html",
        case=case,
        task_id=task_id,
        back=_back(case["id"], task_id),
        groups=choices_of_people(actor),
        chosen=request.form.getlist("users"),
        message=request.form.get("message"),
        circulations=circulations_of(case["id"], actor),
        error=wrong.get("error"),
        problem=wrong.get("problem"),
    )


def circulations_of(instance_id: str, actor: Actor) -> list[dict[str, Any]]:
    """The circulations of a case with names: who has read it, which is mine to read, which I may remind of."""
    found = deliveries.circulations(instance_id)
    names = directory.names(login for one in found for login in (one["given_by"], *(reader["login"] for reader in one["readers"])))
    return [
        {
            **one,
            "by": names[one["given_by"]],
            "readers": [{**reader, "who": names[reader["login"]]} for reader in one["readers"]],
            "read": sum(reader["read_at"] is not None for reader in one["readers"]),
            "mine": next((reader for reader in one["readers"] if reader["login"] == actor.login), None),
            "may_remind": one["given_by"] == actor.login and any(reader["read_at"] is None for reader in one["readers"]),
        }
        for one in found
    ]


@blueprint.post("/circulations/<circulation_id>/receipt")
@signed_in
def acknowledge(circulation_id: str) -> ResponseReturnValue:
    """Say that I have read it, with a comment."""
    comment = formdata.written("comment")
    try:
        instance_id = circulating.acknowledge(circulation_id, comment, actor=current_actor())
    except Invalid as refusal:
        flash(said(refusal), "late")
        return redirect(url_for("cases.show", instance_id=circulation_id.rpartition("-")[0]), code=303)
    flash(_("已阅，发起传阅的人会看到。"), "done")
    return redirect(url_for("cases.show", instance_id=instance_id), code=303)


@blueprint.post("/circulations/<circulation_id>/reminder")
@signed_in
def remind_readers(circulation_id: str) -> ResponseReturnValue:
    """Remind those who have not read it."""
    try:
        receivers = circulating.remind(circulation_id, actor=current_actor())
    except (Conflict, NotAllowed, TooOften) as refusal:
        flash(said(refusal), "late")
    else:
        flash(_("已催阅：%(names)s。", names="、".join(directory.names(receivers).values())), "done")
    return redirect(url_for("cases.show", instance_id=circulation_id.rpartition("-")[0]), code=303)
