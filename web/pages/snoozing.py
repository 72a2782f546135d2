"""Putting tasks aside until a day (稍后办理), and the list of those that are (已搁置)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes.actors import Actor
from processes.approval import snoozing
from processes.calendar import days, office
from processes.errors import Conflict, Invalid, NotAllowed
from processes.queries import asleep, inbox
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, filters
from web.pages.lists import PAGE, paged
from web.pages.said import said
from web.pages.verb import Verb

blueprint = Blueprint("snoozing", __name__)


def verbs_of_task(task: Mapping[str, Any], actor: Actor) -> list[Verb]:
    """稍后办理, for a task that is not due today."""
    if task["due_at"] is not None and office.date_of(task["due_at"]) <= office.today():
        return []
    return [Verb("later", _("稍后办理…"), url_for("snoozing.later", task_id=task["id"]))]


@blueprint.route("/tasks/<task_id>/later", methods=["GET", "POST"])
@signed_in
def later(task_id: str) -> ResponseReturnValue:
    """Put a task aside until a day."""
    actor = current_actor()
    task = inbox.get(task_id, actor)
    if request.method == "GET":
        return _page(task, actor)
    try:
        until = snoozing.snooze(task_id, request.form.get("until", ""), actor=actor)
    except Invalid as refusal:
        return _page(task, actor, said(refusal)), 422
    except (Conflict, NotAllowed) as refusal:
        flash(said(refusal), "late")
        return redirect(url_for("tasks.show", task_id=task_id), code=303)
    day = filters.short_day(office.date_of(until), office.today())
    flash(_("已搁置到 %(day)s，到时回到待办；在此之前到期也会回来。", day=day), "done")
    return redirect(url_for("inbox.todo"), code=303)


def _page(task: dict[str, Any], actor: Actor, problem: str | None = None) -> str:
    today = office.today()
    until = asleep.of_tasks([task["id"]], actor).get(task["id"])
    return render_template(
        "clerk/later.html",
        task=task,
        problem=problem,
        choices=[{"day": day.isoformat(), "words": words} for day, words in _choices(today)],
        until=request.form.get("until") or (office.date_of(until).isoformat() if until else ""),
        least=(today + timedelta(days=1)).isoformat(),
        most=(today + timedelta(days=snoozing.MOST_DAYS)).isoformat(),
    )


def _choices(today: date) -> list[tuple[date, str]]:
    """The next working day, and the first one of the next week."""
    calendar = days.work_calendar()
    following = next(day for n in range(1, 60) if calendar.is_working_day(day := today + timedelta(days=n)))
    monday = today + timedelta(days=7 - today.weekday())
    first = next(day for n in range(60) if calendar.is_working_day(day := monday + timedelta(days=n)))
    named = [(following, _("下一个工作日 %(day)s", day=filters.short_day(following, today)))]
    return named if first == following else [*named, (first, _("下周 %(day)s", day=filters.short_day(first, today)))]


@blueprint.post("/tasks/<task_id>/later/end")
@signed_in
def wake(task_id: str) -> ResponseReturnValue:
    """Take a task back into the box."""
    try:
        snoozing.wake(task_id, actor=current_actor())
    except (Conflict, NotAllowed) as refusal:
        flash(said(refusal), "late")
    else:
        flash(_("已取回待办。"), "done")
    return redirect(url_for(".index"), code=303)


@blueprint.get("/inbox/later")
@signed_in
def index() -> ResponseReturnValue:
    """What I have put aside, and what is drawn to be looked at later."""
    actor = current_actor()
    found = inbox.page(actor, "todo", {"snoozed": True}, PAGE, request.args.get("cursor"))
    until = asleep.of_tasks([task["id"] for task in found["items"]], actor)
    rows = [{**row, "until": until.get(row["id"]) or row["follow_up_at"]} for row in casework.task_rows(found["items"], actor)]
    return render_template("clerk/snoozed.html", rows=rows, page=paged(found, len(rows)))
