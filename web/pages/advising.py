"""The page of whoever is asked for advice (委派): the form to fill in, an opinion, and back it goes."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.definition import Form
from processes import drafts, phrases, policy
from processes.actors import Actor
from processes.approval import delegating
from processes.errors import Conflict, Invalid, NotAllowed
from processes.people import directory
from processes.queries import cases, forms_for, handed, history, inbox
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, formdata, formview, record_words
from web.pages.said import said

blueprint = Blueprint("advising", __name__)


def asks(task: dict[str, Any], actor: Actor) -> bool:
    """Whether this page, and not that of deciding, is the actor's page of the task."""
    facts = handed.facts(task)
    return policy.may_advise(actor, facts) and not policy.may_work_on(actor, facts)


@blueprint.route("/tasks/<task_id>/resolution", methods=["GET", "POST"])
@signed_in
def advise(task_id: str) -> ResponseReturnValue:
    """Fill in, write an opinion, keep it as a draft or give it back."""
    actor = current_actor()
    task = inbox.get(task_id, actor)
    if not policy.may_advise(actor, handed.facts(task)):
        flash(_("这件现在不用您提意见。"), "late")
        return redirect(url_for("cases.show", instance_id=task["instance_id"]), code=303)
    view = forms_for.task_form(task_id, actor)
    form = Form.from_document(view["form"]) if view["form"] else None
    if request.method == "GET":
        return _show(task, view, form, actor)
    opinion = formdata.written("opinion")
    sent = formdata.read(form, view["permissions"], view["values"], request.form, actor) if form else formdata.Sent({}, {})
    if request.form.get("_add") or request.form.get("_remove") or request.form.get("_act") == "look":
        rows = formdata.with_rows(form, sent.values, request.form) if form else {}
        return _page(task, view, form, {**view["values"], **sent.values, **rows}, opinion, actor)
    return _act(task, view, form, sent, opinion, actor)


def _show(task: dict[str, Any], view: dict[str, Any], form: Form | None, actor: Actor) -> str:
    draft = drafts.load(f"task:{task['id']}", actor=actor)
    typed = dict(draft.variables) if draft else {}
    opinion = str(typed.pop(formdata.OPINION, ""))
    return _page(task, view, form, {**view["values"], **typed}, opinion, actor)


def _act(
    task: dict[str, Any], view: dict[str, Any], form: Form | None, sent: formdata.Sent, opinion: str, actor: Actor
) -> ResponseReturnValue:
    values, errors = {**view["values"], **sent.values}, sent.errors
    if request.form.get("_act") == "draft":
        _keep(task, sent, opinion, actor)
        flash(_("已暂存，只有您看得到。"), "done")
        return redirect(url_for(".advise", task_id=task["id"]), code=303)
    if errors:
        return _page(task, view, form, values, opinion, actor, errors), 422
    try:
        said_of_it = opinion.strip() or None
        delegating.resolve(task["id"], variables=sent.values, opinion=said_of_it, revision=formdata.revision(), actor=actor)
    except Invalid as refusal:
        return _page(task, view, form, values, opinion, actor, dict(refusal.fields) or {"opinion": [said(refusal)]}), 422
    except (Conflict, NotAllowed) as refusal:
        _keep(task, sent, opinion, actor)
        flash(_("没有交回：%(why)s您写的意见已留作草稿。", why=said(refusal)), "late")
        return redirect(url_for("cases.show", instance_id=task["instance_id"]), code=303)
    who = directory.names([task["delegated_by"]]).get(task["delegated_by"], task["delegated_by"])
    flash(_("意见已交回%(who)s，由%(who)s决定。", who=who), "done")
    return redirect(url_for("inbox.todo"), code=303)


def _keep(task: dict[str, Any], sent: formdata.Sent, opinion: str, actor: Actor) -> None:
    drafts.save(f"task:{task['id']}", {**sent.values, **({formdata.OPINION: opinion} if opinion else {})}, actor=actor)


def _page(
    task: dict[str, Any],
    view: dict[str, Any],
    form: Form | None,
    values: dict[str, Any],
    opinion: str,
    actor: Actor,
    errors: dict[str, list[str]] | None = None,
) -> str:
    case, steps = cases.get(task["instance_id"], actor), history.steps(task["instance_id"], actor)
    editable = {key for key, mode in view["permissions"].items() if mode == "edit"}
    wrong = errors or {}
    return render_template(
        "clerk/advise.html",
        task=task,
        case=case,
        owner=directory.names([task["delegated_by"]]).get(task["delegated_by"], task["delegated_by"]),
        view=formview.page(form, view["permissions"], values, wrong, casework.people(), only="edit") if form else None,
        asked=casework.case_facts(case, without=editable),
        files=casework.files_of(case["id"]),
        opinion=opinion,
        opinion_error="".join(wrong.get("opinion", [])),
        phrases=[one.text for one in phrases.listed(actor.login)],
        case_href=url_for("cases.show", instance_id=case["id"]),
        record=record_words.record(record_words.Words.of(case, steps), steps, casework.waits(inbox.of_instance(case["id"]))),
    )
