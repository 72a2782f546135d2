"""Handing a task on: to somebody else (转办), to somebody for advice (委派), and taking it back (取回)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.definition import Form
from processes import policy
from processes.actors import Actor
from processes.approval import delegating, reassigning, recipients
from processes.errors import Conflict, Invalid, NotAllowed, Refused
from processes.people import directory
from processes.queries import cases, handed, inbox
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, formdata, formview
from web.pages.said import said, status
from web.pages.verb import Verb

blueprint = Blueprint("handing_on", __name__)
Task = Mapping[str, Any]


def verbs_of_task(task: Task, actor: Actor) -> list[Verb]:
    """转办 and 委派 of what the actor may decide; whoever is asked for advice and may decide too can also give it."""
    if policy.may_advise(actor, handed.facts(task)):
        return [Verb("advise", _("交回意见…"), url_for("advising.advise", task_id=task["id"]))]
    if task["state"] != "open" or task["delegated_by"] is not None:
        return []
    offered = [
        Verb("reassign", _("转办…"), url_for("handing_on.reassign", task_id=task["id"])),
        Verb("delegate", _("委派…"), url_for("handing_on.delegate", task_id=task["id"])),
    ]
    return [verb for verb in offered if task["properties"].get(verb.name) != recipients.FORBIDDEN]


def verbs_of_case(case: Task, tasks: Iterable[Task], actor: Actor) -> list[Verb]:
    """取回 of what others are asked about, and, for operators, 转办 of every open task."""
    if case["ended_at"] is not None or case["state"] == "suspended":
        return []
    found = []
    for task in tasks:
        facts = handed.facts(task)
        if policy.may_recall(actor, facts):
            href = url_for("handing_on.recall", task_id=task["id"])
            found.append(Verb(f"recall-{task['number']}", _("取回“%(step)s”…", step=task["name"]), href))
        if task["state"] == "open" and policy.is_operator(actor, case["definition_key"]):
            href = url_for("handing_on.reassign", task_id=task["id"])
            found.append(Verb(f"reassign-{task['number']}", _("转办“%(step)s”…", step=task["name"]), href))
    return found


@blueprint.route("/tasks/<task_id>/reassignment", methods=["GET", "POST"])
@signed_in
def reassign(task_id: str) -> ResponseReturnValue:
    """Give the task to somebody else, after seeing what that does."""
    effects = [
        _("这件从您的待办移到对方的待办，由对方决定"),
        _("您在“已办”里能找到它，看它办到哪一步"),
        _("对方会收到消息；不该他办的，他可以转办回来"),
    ]
    page = {"verb": "reassign", "title": _("转办"), "label": _("转办给"), "button": _("转办"), "effects": effects}
    return _hand_on(task_id, page, lambda **given: reassigning.reassign(task_id, **given), _("已转办给%(who)s。"))


@blueprint.route("/tasks/<task_id>/delegation", methods=["GET", "POST"])
@signed_in
def delegate(task_id: str) -> ResponseReturnValue:
    """Ask somebody for advice, after seeing what that does."""
    effects = [
        _("对方填写表单、写意见，办完交回给您"),
        _("由您决定，对方不能代您决定，也不能再转给别人"),
        _("没有交回之前，您随时可以取回"),
    ]
    page = {"verb": "delegate", "title": _("委派"), "label": _("请谁提意见"), "button": _("委派"), "effects": effects}
    return _hand_on(task_id, page, lambda **given: delegating.delegate(task_id, **given), _("已请%(who)s提意见，交回后由您决定。"))


def _hand_on(task_id: str, page: dict[str, Any], command: Callable[..., Any], done: str) -> ResponseReturnValue:
    actor = current_actor()
    task = inbox.get(task_id, actor)
    form = _form(page["label"], required=task["properties"].get(page["verb"], recipients.ALLOWED) != recipients.ALLOWED)
    if request.method == "GET":
        return _page(page, task, form, {}, {}, actor)
    typed = formdata.read(form, _EDIT, {}, request.form, actor).values
    try:
        command(to=typed.get("to"), reason=typed.get("reason"), revision=formdata.revision(), actor=actor)
    except Invalid as refusal:
        errors = refusal.fields or {"to": [said(refusal)]}
        return _page(page, task, form, typed, errors, actor), 422
    except (Conflict, NotAllowed) as refusal:
        fresh = inbox.get(task_id, actor)
        return _page(page, fresh, form, typed, {}, actor, problem=said(refusal)), status(refusal)
    who = directory.names([typed["to"]]).get(typed["to"], typed["to"])
    flash(done % {"who": who}, "done")
    return redirect(_after(task, actor), code=303)


_EDIT: dict[str, Any] = {"to": "edit", "reason": "edit"}


def _form(label: str, *, required: bool) -> Form:
    """The form that asks for a person and a reason."""
    person = {"type": "select", "key": "to", "label": label, "properties": {"kind": "user"}, "validate": {"required": True}}
    why = {"type": "textarea", "key": "reason", "label": _("原因"), "validate": {"maxLength": 2000, "required": required}}
    why["description"] = _("会记入办理记录，对方看得到")
    return Form.from_document({"schema": 1, "id": "hand_on", "title": label, "components": [person, why]})


def _page(
    page: dict[str, Any],
    task: Task,
    form: Form,
    values: dict[str, Any],
    errors: dict[str, list[str]],
    actor: Actor,
    *,
    problem: str | None = None,
) -> str:
    view = formview.page(form, _EDIT, values, errors, casework.people())
    case = cases.get(task["instance_id"], actor)
    return render_template("clerk/hand_on.html", page=page, task=task, case=case, view=view, problem=problem, back=_back(task))


@blueprint.route("/tasks/<task_id>/recall", methods=["GET", "POST"])
@signed_in
def recall(task_id: str) -> ResponseReturnValue:
    """Take a task back before the advice comes."""
    actor = current_actor()
    task = inbox.get(task_id, actor)
    case_href = url_for("cases.show", instance_id=task["instance_id"])
    problem = None
    if request.method == "POST":
        try:
            delegating.recall(task_id, reason=formdata.written("reason").strip() or None, revision=formdata.revision(), actor=actor)
        except Refused as refusal:
            problem = said(refusal)
        else:
            flash(_("已取回，由您继续办理。") if task["delegated_by"] == actor.login else _("已取回。"), "done")
            return redirect(url_for("tasks.show", task_id=task_id) if task["delegated_by"] == actor.login else case_href, code=303)
    asked = directory.names([task["assignee"]]).get(task["assignee"] or "", "")
    shown = render_template("clerk/recall.html", task=task, asked=asked, problem=problem, back=case_href)
    return (shown, 409) if problem else shown


def _back(task: Task) -> str:
    return url_for("tasks.show", task_id=task["id"])


def _after(task: Task, actor: Actor) -> str:
    """Back to the box; an operator who only repairs goes back to the case."""
    mine = task["assignee"] == actor.login or actor.login in task["candidate_users"]
    return url_for("inbox.todo") if mine else url_for("cases.show", instance_id=task["instance_id"])


def not_mine(task: Task, actor: Actor) -> str | None:
    """Why somebody who asked for advice does not decide now; None for everybody else."""
    if task["delegated_by"] != actor.login:
        return None
    asked = directory.names([task["assignee"]]).get(task["assignee"], task["assignee"])
    return _("您已请%(who)s就这件提意见，交回后由您决定；等不及可以在办件页取回。", who=asked)


def advice(task: Task) -> dict[str, Any] | None:
    """What whoever was asked last has answered, for the page on which it is decided."""
    given = task["advice"]
    if not given or task["delegated_by"] is not None:
        return None
    who = directory.names([given["by"]]).get(given["by"], given["by"])
    return {"who": who, "opinion": given["opinion"], "filled": bool(given["variables"])}
