"""Deciding on the ticked tasks of a list at once: one page that names exactly them, and what became of each."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from processes import phrases
from processes.actors import Actor
from processes.approval import batch
from processes.errors import Invalid
from web import words
from web.access import signed_in
from web.auth import current_actor
from web.language import current_language
from web.language import gettext as _
from web.pages import casework, formdata, lists
from web.pages.said import said

blueprint = Blueprint("batch", __name__)


@blueprint.get("/inbox/batch")
@signed_in
def show() -> ResponseReturnValue:
    """What was ticked, what of it can be decided on together, and with which outcomes."""
    actor, items = current_actor(), _ticked(request.args.getlist("task"))
    if not items:
        flash(_("请先勾选要一起办理的待办。"), "late")
        return redirect(lists.back(), code=303)
    return _page(items, actor)


@blueprint.post("/inbox/batch")
@signed_in
def decide() -> ResponseReturnValue:
    """Decide on each; those that were refused stay ticked."""
    actor, items = current_actor(), _ticked(request.form.getlist("task"))
    outcome, opinion = request.form.get("outcome") or None, formdata.written("opinion").strip() or None
    if not items:
        return _page(_ticked(request.form.getlist("shown")), actor, problem=_("请勾选要办理的待办。")), 422
    wanted = _needs_opinion(items, outcome, actor)
    if wanted and opinion is None:
        return _page(items, actor, problem=_("选择“%(label)s”时请填写意见。", label=wanted)), 422
    try:
        results = batch.complete(items, outcome=outcome, opinion=opinion, actor=actor)
    except Invalid as refusal:
        return _page(items, actor, problem=said(refusal)), 422
    return _told(results, outcome, actor)


def _ticked(texts: list[str]) -> list[batch.Item]:
    """The tasks of an address or a form, `ID:REVISION` each; what is none is left out."""
    found: dict[str, batch.Item] = {}
    for text in texts[: batch.MOST]:
        task_id, _colon, revision = text.partition(":")
        if task_id and len(task_id) <= 60:
            found[task_id] = batch.Item(task_id, formdata.whole(revision))
    return list(found.values())


def _needs_opinion(items: list[batch.Item], outcome: str | None, actor: Actor) -> str | None:
    """The label of an outcome that needs an opinion."""
    offered = batch.common(batch.look([item.id for item in items], actor=actor))
    return next((one["label"] for one in offered if one["value"] == outcome and one["opinion"] == "required"), None)


def _told(results: list[batch.Result], outcome: str | None, actor: Actor) -> ResponseReturnValue:
    """How many were decided on; why the others were not, and these again."""
    done = [one for one in results if one.refusal is None]
    failed = [one for one in results if one.refusal is not None]
    label = _label(outcome)
    if not failed:
        flash(_("%(n)d 件已%(label)s。", n=len(done), label=label), "done")
        return redirect(lists.back(), code=303)
    rows = {one.task["id"]: one.task for one in batch.look([one.id for one in failed], actor=actor)}
    why = {one.id: said(one.refusal) for one in failed if one.refusal is not None}
    told = "；".join(f"{rows[key]['title'] if key in rows else key}：{text}" for key, text in why.items())
    parts = [_("%(n)d 件已%(label)s", n=len(done), label=label)] if done else []
    parts.append(_("%(n)d 件没有：%(why)s", n=len(failed), why=told))
    left = [batch.Item(task_id, rows[task_id]["revision"]) for task_id in why if task_id in rows]
    if not left:
        flash("，".join(parts), "late")
        return redirect(lists.back(), code=303)
    return _page(left, actor, problem="，".join(parts), why=why), 409


def _label(outcome: str | None) -> str:
    return {"agree": _("同意"), "disagree": _("不同意"), "return": _("退回")}.get(outcome or "", _("办理"))


def _page(items: list[batch.Item], actor: Actor, *, problem: str | None = None, why: dict[str, str] | None = None) -> str:
    found = batch.look([item.id for item in items], actor=actor)
    seen = {item.id: item.revision for item in items}
    rows = casework.task_rows([dict(one.task) for one in found], actor)
    shown: list[dict[str, Any]] = []
    for one, row in zip(found, rows, strict=True):
        hindrance = None if one.hindrance is None else words.detail(one.hindrance, 409, {"assignee": row["assignee"]}, current_language())
        revision = seen.get(row["id"])
        shown.append(
            {**row, "hindrance": hindrance, "why": (why or {}).get(row["id"]), "seen": row["revision"] if revision is None else revision}
        )
    able = [row for row in shown if row["hindrance"] is None]
    offered = batch.common(found)
    plain = bool(able) and all(not one.outcomes for one in found if one.hindrance is None)
    return render_template(
        "clerk/batch.html",
        rows=able,
        others=[row for row in shown if row["hindrance"] is not None],
        outcomes=offered,
        plain=plain,
        needs=[one["label"] for one in offered if one["opinion"] == "required"],
        opinion=request.form.get("opinion"),
        phrases=[one.text for one in phrases.listed(actor.login)],
        problem=problem,
        back=lists.back(),
    )
