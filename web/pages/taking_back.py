"""Sending a task back (退回), and taking an own decision back (撤回): after seeing what that does."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes.actors import Actor
from processes.approval import send_back_preview, sending_back, signed, targets, withdrawing
from processes.approval.send_back_preview import Part, Preview
from processes.errors import Conflict, Invalid, NotAllowed, Refused
from processes.people import directory
from processes.queries import inbox
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import filters, formdata, lists, withdrawals
from web.pages.said import said
from web.pages.verb import Verb

blueprint = Blueprint("taking_back", __name__)
MOST_NAMED = 3


def verbs_of_task(task: Mapping[str, Any], actor: Actor) -> list[Verb]:
    """退回, unless the process forbids it; what cannot be sent back says why on the page that asks."""
    if task["state"] != "open" or task["delegated_by"] is not None or signed.is_signers(task):
        return []
    if targets.rule(task["properties"])[0] == targets.NONE:
        return []
    return [Verb("send_back", _("退回…"), url_for("taking_back.send_back", task_id=task["id"]), stops=True)]


def verbs_of_case(found: Mapping[str, Mapping[str, Any]]) -> list[Verb]:
    """撤回 of what the actor has decided, where nobody has acted on it."""
    return [
        Verb(f"withdraw-{task_id.rpartition('-')[2]}", _("撤回“%(step)s”…", step=one["step"]), one["href"], stops=True)
        for task_id, one in found.items()
        if one["possible"]
    ]


@blueprint.route("/tasks/<task_id>/withdrawal", methods=["GET", "POST"])
@signed_in
def withdraw(task_id: str) -> ResponseReturnValue:
    """Take an own decision back, after seeing whether that is possible."""
    actor = current_actor()
    task = inbox.get(task_id, actor)
    case_href = url_for("cases.show", instance_id=task["instance_id"])
    try:
        standing = withdrawing.preview(task_id, actor=actor)
        if standing.possible and request.method == "POST":
            reason = formdata.written("reason")
            opened, _case = withdrawing.withdraw(task_id, reason=reason, actor=actor)
            flash(_("已撤回“%(step)s”，请重新办理。", step=task["name"]), "done")
            return redirect(url_for("tasks.show", task_id=opened), code=303)
    except Refused as refusal:
        flash(said(refusal), "late")
        return redirect(case_href, code=303)
    problem = None if standing.possible else withdrawals.why_not(standing)
    shown = render_template("clerk/withdraw.html", task=task, problem=problem, back=case_href)
    return (shown, 409) if problem and request.method == "POST" else shown


@blueprint.route("/tasks/<task_id>/send-back", methods=["GET", "POST"])
@signed_in
def send_back(task_id: str) -> ResponseReturnValue:
    """Send a task back, after seeing what that does; works without JavaScript."""
    actor = current_actor()
    task = inbox.get(task_id, actor)
    wanted, then = request.values.get("to") or None, _possible(request.values.get("then"))
    try:
        shown, problem = _foreseen(task_id, wanted, then, actor)
    except (Conflict, NotAllowed) as refusal:
        flash(said(refusal), "late")
        return redirect(_after_refusal(task_id, task), code=303)
    if request.method == "GET" or request.form.get("_act") == "look":
        return _page(task, shown, problem=problem)
    if problem is not None:
        return _page(task, shown, problem=problem), 409
    return _send(task, shown, actor)


def _foreseen(task_id: str, wanted: str | None, then: str | None, actor: Actor) -> tuple[Preview, str | None]:
    """What would happen; where the case could not come straight back from there, what happens otherwise, and why."""
    try:
        return send_back_preview.preview(task_id, to_element_id=wanted, resubmit=then, actor=actor), None
    except Conflict as refusal:
        if then != targets.STRAIGHT_BACK:
            raise
        return send_back_preview.preview(task_id, to_element_id=wanted, resubmit=targets.RERUN, actor=actor), said(refusal)


def _possible(then: str | None) -> str | None:
    return then if then in (targets.RERUN, targets.STRAIGHT_BACK) else None


def _after_refusal(task_id: str, task: Mapping[str, Any]) -> str:
    """To the task where it is still open, else to its case."""
    if task["state"] == "open":
        return url_for("tasks.show", task_id=task_id)
    return url_for("cases.show", instance_id=task["instance_id"])


def _send(task: Mapping[str, Any], shown: Preview, actor: Actor) -> ResponseReturnValue:
    follows = lists.following(task["id"], actor)
    try:
        sending_back.send_back(
            task["id"],
            to_element_id=shown.target.element_id,
            reason=formdata.written("reason"),
            resubmit=shown.resubmit,
            revision=formdata.revision(),
            actor=actor,
        )
    except Invalid as refusal:
        return _page(task, shown, wrong="".join(refusal.fields.get("reason", [])) or said(refusal)), 422
    except Refused as refusal:
        return _page(inbox.get(task["id"], actor), shown, problem=said(refusal)), 409
    words = _("已退回“%(title)s”，现在等：%(who)s（%(step)s）。", title=task["title"], who=_people(shown.opened), step=shown.target.name)
    flash(words, "done")
    return redirect(follows, code=303)


def _page(task: Mapping[str, Any], shown: Preview, *, wrong: str | None = None, problem: str | None = None) -> str:
    names = directory.names(one.by for one in shown.targets if one.by)
    choices = [
        {
            "value": one.element_id,
            "name": _("申请人") if one.applicant else one.name,
            "who": names.get(one.by or "", one.by or ""),
            "hint": _hint(one),
            "chosen": one.element_id == shown.target.element_id,
        }
        for one in shown.targets
    ]
    return render_template(
        "clerk/send_back.html",
        task=task,
        back=url_for("tasks.show", task_id=task["id"]),
        choices=choices,
        then=shown.resubmit,
        may_choose=shown.may_choose,
        straight_back=shown.straight_back,
        redone=[_part(one, task) for one in shown.redone],
        kept=[_part(one, task) for one in shown.kept],
        receiver=_people(shown.opened) or shown.target.name,
        reason=request.form.get("reason"),
        wrong=wrong,
        problem=problem,
    )


def _hint(target: targets.Target) -> str:
    if target.applicant:
        return _("修改后重新提交")
    at = filters.short_time(target.at)
    return _("上一步，%(at)s", at=at) if target.previous else str(at)


def _part(part: Part, task: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": part.name, "who": _people([part]), "done": part.state == "completed", "open": part.state == "open"}


def _people(parts: list[Part]) -> str:
    """Who it is, the first three by name."""
    logins = list(dict.fromkeys(login for part in parts for login in part.people))
    shown = "、".join(directory.names(logins[:MOST_NAMED]).values())
    return shown + (_("等 %(n)d 人", n=len(logins)) if len(logins) > MOST_NAMED else "")
