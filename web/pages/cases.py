"""A case (办件): where it stands and why, what happened, cancelling it; search and the operators' list."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import instances, retention
from processes.actors import Actor
from processes.approval import copying
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.people import directory
from processes.queries import cases, history, inbox, work
from web.access import allowed, signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, filters, incident_words, kept_drafts, record_words, signing, telling, verbs, votes, withdrawals
from web.pages.inbox import case_list
from web.pages.said import said

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

MOST_REASONS = 8


@blueprint.get("")
@allowed("operator", "auditor")
def index() -> ResponseReturnValue:
    """All cases, for operators and auditors."""
    return case_list(_("全部办件"), {}, nothing=_("没有办件"))


@blueprint.get("/search")
@signed_in
def search() -> ResponseReturnValue:
    """The cases that I may know, by title or number."""
    q = request.args.get("q", "").strip()
    return case_list(_("查找“%(q)s”", q=q) if q else _("查找办件"), {}, nothing=_("没有办件"))


@blueprint.get("/<instance_id>")
@signed_in
def show(instance_id: str) -> ResponseReturnValue:
    """Everything about a case on one page."""
    actor = current_actor()
    case = casework.with_result(cases.get(instance_id, actor))
    if (seal := retention.seal_of(instance_id)) is not None:
        return _sealed_page(case, seal, actor)
    copying.mark_read(actor=actor, instance_id=instance_id)
    tasks, steps = inbox.of_instance(instance_id), history.steps(instance_id, actor)
    back = {} if case["ended_at"] else withdrawals.of_tasks(tasks, actor)
    words, waiting = record_words.Words.of(case, steps), casework.waits(tasks)
    diagram, diagrams = casework.diagrams(case, actor, request.args.get("diagram"), "cases.show")
    diagram["signers"] = signing.boxes(task for task in tasks if task["element_definition_id"] == diagram["definition_id"])
    reasons = words.reasons(event for step in steps for event in step["events"])
    return render_template(
        "clerk/case.html",
        case={**case, "steps": len(steps)},
        process_name=casework.process_name(case["definition_id"]),
        crumb=_crumb(case, actor),
        waits_for="、".join(one["who"] for one in waiting) or None,
        my_task=next((one["id"] for one in waiting if inbox.may_work_on(one["id"], actor)), None),
        can_revise=cases.may_revise(case, actor) and (case["rejected"] or case["state"] == "cancelled"),
        may_cancel=cases.may_cancel(case, actor),
        verbs=verbs.of_case(case, tasks, back, actor),
        withdrawals=list(back.values()),
        circulations=telling.circulations_of(instance_id, actor),
        lost_drafts=kept_drafts.lost(instance_id, tasks, actor),
        result=_result(case, tasks),
        incidents=_incidents(instance_id, actor),
        revises=_link(case["revises"], actor),
        revised_by=[_label(one) for one in cases.revisions(instance_id, actor)],
        diagram=diagram,
        diagrams=diagrams,
        why=reasons[-MOST_REASONS:],
        why_before=reasons[:-MOST_REASONS],
        record=record_words.record(words, steps, waiting),
        chain=_("链条末端 %(hash)s", hash=steps[-1]["hash"][:12]),
        asked=casework.case_facts(case),
        votes=votes.of_case(instance_id, tasks, actor),
        signers=signing.of_case(tasks),
        waiting=waiting,
        uncertain=None if case["ended_at"] else filters.uncertain(case["due_at"], *(one["due_at"] for one in waiting)),
        files=casework.files_of(instance_id),
        starter=_starter(case),
    )


def _sealed_page(case: dict[str, Any], seal: dict[str, Any], actor: Actor) -> str:
    """What stays of a case whose content was removed when its time was over."""
    name, ways = casework.process_name(case["definition_id"]), "、".join(case["end_event_names"])
    facts = [
        (_("办件编号"), seal["business_key"] or "—"),
        (_("流程"), f"{name}（{seal['definition_id']}）"),
        (_("发起时间"), filters.long_time(seal["started_at"])),
        (_("办结时间"), filters.long_time(seal["ended_at"])),
        (_("结果"), _("已撤销") if case["state"] == "cancelled" else ways or _("已办结")),
        (_("清除时间"), filters.long_time(seal["at"])),
        (_("附件"), _("%(n)s 个，已清除", n=len(seal["attachments"])) if seal["attachments"] else _("没有")),
        (_("办理记录"), _("第 %(first)s 至 %(last)s 步，已清除", first=seal["first_seq"], last=seal["last_seq"])),
        (_("最后一步的哈希值"), seal["last_hash"]),
    ]
    return render_template("clerk/sealed.html", case=case, crumb=_crumb(case, actor), facts=facts)


def _crumb(case: dict[str, Any], actor: Actor) -> dict[str, str]:
    if case["started_by"] == actor.login:
        return {"href": url_for("inbox.started"), "words": _("我发起的")}
    return {"href": url_for("inbox.done"), "words": _("已办")}


def _starter(case: dict[str, Any]) -> str:
    login = case["on_behalf_of"] or case["started_by"]
    found = directory.people([login]).get(login)
    return f"{found.department_name or ''} {found.display}".strip() if found else login


def _result(case: dict[str, Any], tasks: list[dict[str, Any]]) -> str | None:
    """How it ended, with who refused and why."""
    if case["state"] == "cancelled":
        return _("办件已撤销。")
    if case["state"] != "completed":
        return None
    if not case["rejected"]:
        return _("办件已办结：%(result)s。", result=case["result"] or _("已办结"))
    refusals = [task for task in tasks if task["outcome"] in casework.REFUSALS]
    names = directory.names(task["completed_by"] for task in refusals)
    said_by = "；".join(
        f"{names.get(task['completed_by'], '')}（{task['name']}）：{task['opinion'] or _('没有写意见')}" for task in refusals
    )
    return _("办件没有通过。%(why)s", why=said_by)


def _incidents(instance_id: str, actor: Actor) -> list[dict[str, Any]]:
    if "operator" not in actor.roles:
        return []
    return [{**one, "words": incident_words.sentence(one)} for one in work.incidents(actor, process_instance_id=instance_id)["items"]]


def _link(instance_id: str | None, actor: Actor) -> dict[str, Any] | None:
    """The case that this one revises; without its address for who may not know it."""
    if instance_id is None:
        return None
    try:
        return _label(cases.get(instance_id, actor))
    except NotFound:
        return {"href": None, "label": _("另一件")}


def _label(case: dict[str, Any]) -> dict[str, Any]:
    return {"href": url_for(".show", instance_id=case["id"]), "label": case["business_key"] or case["title"]}


@blueprint.route("/<instance_id>/cancellation", methods=["GET", "POST"])
@signed_in
def cancel(instance_id: str) -> ResponseReturnValue:
    """Cancel a case, after seeing what that does."""
    actor = current_actor()
    case = cases.get(instance_id, actor)
    if not cases.may_cancel(case, actor):
        flash(_("这件办件现在不能撤销。"), "late")
        return redirect(url_for(".show", instance_id=instance_id), code=303)
    if request.method == "GET":
        return _cancel_page(case)
    reason = request.form.get("reason", "").strip()
    if not reason:
        return _cancel_page(case, _("请写明撤销原因，会记入办理记录。")), 422
    try:
        instances.cancel(instance_id, reason, actor=actor)
    except (Conflict, Invalid, NotAllowed) as refusal:
        return _cancel_page(case, said(refusal)), 409
    flash(_("办件已撤销，待办已收回。"), "done")
    return redirect(url_for(".show", instance_id=instance_id), code=303)


def _cancel_page(case: dict[str, Any], problem: str | None = None) -> str:
    waiting = casework.waits(inbox.of_instance(case["id"]))
    href = url_for(".show", instance_id=case["id"])
    return render_template(
        "clerk/cancel.html",
        case=case,
        case_href=href,
        waiting=waiting,
        problem=problem,
        reason=request.form.get("reason"),
        mark=filters.due_mark,
    )
