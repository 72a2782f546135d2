"""The page of a user task: what was asked, my fields, my decision."""

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape

from engine.people_rules import CHOSEN
from forms.definition import Form
from processes import drafts, phrases, settings, user_tasks
from processes.actors import Actor
from processes.approval import reminding
from processes.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from processes.people import directory
from processes.queries import cases, definitions, forms_for, history, inbox
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import (
    advising,
    casework,
    drafting,
    filters,
    foretelling,
    formdata,
    formview,
    handing_on,
    lists,
    record_words,
    signing,
    verbs,
    votes,
    who_words,
)
from web.pages.said import said

blueprint = Blueprint("tasks", __name__)


@dataclass
class Work:
    """A task with its form and what has been typed into it."""

    task: dict[str, Any]
    view: dict[str, Any]
    form: Form | None
    values: dict[str, Any]
    opinion: str = ""
    #: ids of the files that come with the decision
    papers: list[str] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=dict)
    draft: drafting.Shown = field(default_factory=drafting.of_request)
    taken: str | None = None


@blueprint.get("/tasks/<task_id>")
@signed_in
def show(task_id: str) -> ResponseReturnValue:
    """The task; one that is no longer open leads to its case."""
    actor = current_actor()
    task = inbox.get(task_id, actor)
    if task["state"] != "open":
        flash(_gone(task), "late")
        return redirect(url_for("cases.show", instance_id=task["instance_id"]))
    if advising.asks(task, actor):
        return redirect(url_for("advising.advise", task_id=task_id))
    work = _load(task, actor)
    kept, work.draft = drafting.load(f"task:{task_id}", actor)
    if kept is not None:
        typed = dict(kept)
        work.opinion = str(typed.pop(formdata.OPINION, ""))
        work.papers = list(typed.pop(formdata.PAPERS, []))
        work.values = {**work.values, **typed}
    return _page(work, actor)


def _gone(task: dict[str, Any]) -> str:
    """Who took a task that is no longer open, and when."""
    at = filters.short_time(task["completed_at"])
    if task["state"] == "completed":
        who = directory.names([task["completed_by"]]).get(task["completed_by"] or "", "")
        return _("这件已由%(who)s于 %(at)s 办理。", who=who, at=at)
    return _("这件待办已于 %(at)s 收回，不用再办。", at=at)


def _load(task: dict[str, Any], actor: Actor) -> Work:
    view = forms_for.task_form(task["id"], actor)
    form = Form.from_document(view["form"]) if view["form"] else None
    return Work(task, view, form, dict(view["values"]))


@blueprint.post("/tasks/<task_id>")
@signed_in
def send(task_id: str) -> ResponseReturnValue:
    """Decide, keep a draft, claim, give back, or add a row."""
    actor = current_actor()
    task = inbox.get(task_id, actor)
    work = _load(task, actor)
    work.opinion = formdata.written("opinion")
    if work.form is not None:
        sent = formdata.read(work.form, work.view["permissions"], work.values, request.form, actor)
        work.values, work.errors = {**work.values, **sent.values}, sent.errors
        typed = sent.values
    else:
        typed = {}
    work.papers, wrong = formdata.papers(request.form, actor)
    if wrong:
        work.errors["attachments"] = wrong
    return _act(work, typed, actor)


def _act(work: Work, typed: dict[str, Any], actor: Actor) -> ResponseReturnValue:
    act, task_id = request.form.get("_act"), work.task["id"]
    if request.form.get("_add") or request.form.get("_remove") or act == "look":
        return _page(_with_rows(work, typed), actor)
    if act == "autosave":
        return drafting.autosave(f"task:{task_id}", _kept(work, typed), actor)
    if act == "draft":
        return _keep_draft(work, typed, actor)
    if act == "discard":
        drafts.delete_own(f"task:{task_id}", actor=actor)
        flash(_("草稿已丢弃。"), "done")
        return redirect(url_for(".show", task_id=task_id), code=303)
    if act in ("claim", "unclaim"):
        return _hold(work, typed, act, actor)
    if wanted := request.form.get("_verb"):
        return _to_verb(work, typed, wanted, actor)
    if work.errors:
        return _page(work, actor), 422
    return _complete(work, typed, actor)


def _with_rows(work: Work, typed: dict[str, Any]) -> Work:
    if work.form is not None:
        work.values = {**work.values, **formdata.with_rows(work.form, typed, request.form)}
    return work


def _save(work: Work, typed: dict[str, Any], actor: Actor) -> None:
    drafting.keep(f"task:{work.task['id']}", _kept(work, typed), actor)


def _kept(work: Work, typed: dict[str, Any]) -> dict[str, Any]:
    """What a draft holds."""
    return {
        **typed,
        **({formdata.OPINION: work.opinion} if work.opinion else {}),
        **({formdata.PAPERS: work.papers} if work.papers else {}),
    }


def _keep_draft(work: Work, typed: dict[str, Any], actor: Actor) -> ResponseReturnValue:
    _save(work, typed, actor)
    flash(_("已暂存，只有您看得到。"), "done")
    return redirect(url_for(".show", task_id=work.task["id"]), code=303)


def _hold(work: Work, typed: dict[str, Any], act: str, actor: Actor) -> ResponseReturnValue:
    task_id = work.task["id"]
    if _anything(work, typed):
        _save(work, typed, actor)
    try:
        if act == "claim":
            user_tasks.claim(task_id, actor=actor)
            flash(_("已签收，这件现在只在您的待办里。"), "done")
        else:
            user_tasks.unclaim(task_id, actor=actor)
            flash(_("已放回，其他人也可以办理。"), "done")
    except (Conflict, NotAllowed) as refusal:
        return _lost(work, typed, refusal, actor)
    return redirect(url_for(".show", task_id=task_id), code=303)


def _to_verb(work: Work, typed: dict[str, Any], wanted: str, actor: Actor) -> ResponseReturnValue:
    """To the page of a verb; what was typed waits as a draft."""
    href = next((verb.href for verb in verbs.of_task(work.task, actor) if verb.name == wanted), None)
    if _anything(work, typed):
        _save(work, typed, actor)
    return redirect(href or url_for(".show", task_id=work.task["id"]), code=303)


def _anything(work: Work, typed: dict[str, Any]) -> bool:
    return bool(work.opinion or work.papers) or any(value not in (None, "", [], False) for value in typed.values())


def _complete(work: Work, typed: dict[str, Any], actor: Actor) -> ResponseReturnValue:
    follows = lists.following(work.task["id"], actor)
    try:
        _id, instance_id = user_tasks.complete(
            work.task["id"],
            variables=typed,
            outcome=request.form.get("outcome") or None,
            opinion=work.opinion.strip() or None,
            attachments=work.papers,
            revision=formdata.revision(),
            actor=actor,
        )
    except Invalid as refusal:
        work.errors = dict(refusal.fields) or {"opinion": [said(refusal)]}
        return _page(work, actor), 422
    except (Conflict, NotAllowed, NotFound) as refusal:
        return _lost(work, typed, refusal, actor)
    flash(_done_words(work, instance_id, actor), "done")
    return redirect(follows, code=303)


def _lost(work: Work, typed: dict[str, Any], refusal: Refused, actor: Actor) -> ResponseReturnValue:
    """Somebody else was faster, or the task has changed: nothing is lost that was typed."""
    _save(work, typed, actor)
    now = inbox.get(work.task["id"], actor)
    if now["state"] == "open" and now["assignee"] in (None, actor.login):
        fresh = _load(now, actor)
        fresh.values, fresh.opinion = {**fresh.values, **typed}, work.opinion
        fresh.taken = _("没有提交：这件在您打开后有变化。下面是最新的内容，您写的都保留着，请看过再提交。")
        return _page(fresh, actor), 409
    name = directory.names([now["completed_by"] or now["assignee"]]).get(now["completed_by"] or now["assignee"] or "", "")
    if now["state"] == "completed":
        words = _("没有提交：这件已由%(who)s办理。您写的意见已留作草稿。", who=name)
    elif now["state"] == "cancelled":
        words = _("没有提交：这件待办已收回，不用再办。您写的意见已留作草稿。")
    else:
        words = _("没有提交：这件已由%(who)s签收。您写的意见已留作草稿。", who=name) if name else said(refusal)
    flash(words, "late")
    return redirect(url_for("cases.show", instance_id=work.task["instance_id"]), code=303)


def _done_words(work: Work, instance_id: str, actor: Actor) -> str:
    """What happened: where the case went, said after it went there."""
    label = casework.outcome_label(work.task, request.form.get("outcome") or None)
    did = label if label and label.startswith("不") else _("已%(label)s", label=label) if label else _("已提交")
    case = casework.with_result(cases.get(instance_id, actor))
    title = escape(case["title"])
    if case["state"] == "incident":
        return _("%(did)s“%(title)s”。后面的环节出现异常，已请管理员处理，您的办理有效。", did=did, title=title)
    if case["ended_at"]:
        return _("%(did)s“%(title)s”，办件结束：%(result)s。", did=did, title=title, result=case["result"] or _("已办结"))
    return _("%(did)s“%(title)s”，办件现在等：%(to)s。", did=did, title=title, to=casework.waits_for(instance_id))


def _offer_again(work: Work, actor: Actor) -> None:
    """Whom one may choose may depend on what has been typed."""
    if any(name.startswith(CHOSEN) for name in work.view["permissions"]):
        work.view = forms_for.task_form(work.task["id"], actor, work.values)
        work.form = Form.from_document(work.view["form"])


def _page(work: Work, actor: Actor) -> str:
    _offer_again(work, actor)
    task = work.task
    case = cases.get(task["instance_id"], actor)
    may = inbox.may_work_on(task["id"], actor)
    tasks, steps = inbox.of_instance(case["id"]), history.steps(case["id"], actor)
    waiting = casework.waits(tasks)
    return render_template(
        "clerk/task.html",
        task=task,
        case=case,
        votes=votes.of_task(task, tasks, actor),
        signing=signing.of_task(task, tasks) if task["signing"] else None,
        open=may,
        taken=work.taken or (None if may else handing_on.not_mine(task, actor) or _not_mine(task)),
        process_name=casework.process_name(case["definition_id"]),
        starter=_starter(case),
        place=lists.place(task["id"], actor),
        back=lists.back(),
        badges=[*casework.urgent(task), *_represented(task, actor), *casework.reminded(reminding.of_tasks([task["id"]]).get(task["id"]))],
        draft=work.draft,
        uncertain=filters.uncertain(task["due_at"], case["due_at"]),
        view=_fields(work),
        asked=_asked(work, case),
        files=casework.files_of(case["id"]),
        case_href=url_for("cases.show", instance_id=case["id"]),
        outcomes=work.view["outcomes"],
        opinion=work.opinion,
        opinion_error="".join(work.errors.get("opinion", [])),
        papers=_papers(work),
        signed=actor.signature is not None,
        opinion_hint=_opinion_hint(work.view["outcomes"]),
        phrases=[one.text for one in phrases.listed(actor.login)],
        advice=handing_on.advice(task),
        verbs=verbs.of_task(task, actor) if may else [],
        can_claim=may and task["assignee"] is None,
        can_unclaim=may and task["assignee"] == actor.login and task["claimed_at"] is not None,
        forecast=foretelling.after_decision(task, work.view, work.values, waiting, actor) if may else None,
        why=who_words.why(task, actor, steps),
        documentation=definitions.outline(task["element_definition_id"])["elements"].get(task["element_id"], {}).get("documentation"),
        record=record_words.record(record_words.Words.of(case, steps), steps, waiting),
    )


def _represented(task: dict[str, Any], actor: Actor) -> list[dict[str, str]]:
    """For whom the task is done, where it is not the actor's own."""
    principal = inbox.for_whom([task], actor).get(task["id"])
    return casework.represented(directory.names([principal]).get(principal or ""))


def _papers(work: Work) -> dict[str, Any]:
    """The field for the files of a decision, as parts/form.html draws it."""
    shown = {"name": formdata.PAPERS, "dom": "papers", "label": _("随意见附上的文件"), "files": casework.described(work.papers)}
    limit = settings.current().attachments.max_mb
    return {**shown, "errors": work.errors.get("attachments", []), "max_mb": limit, "multiple": True}


def _not_mine(task: dict[str, Any]) -> str:
    if task["assignee"]:
        return _("这件已由%(who)s签收，您可以看，不能办。", who=directory.names([task["assignee"]]).get(task["assignee"], task["assignee"]))
    return _("这一步不由您办理，您可以看，不能办。")


def _starter(case: dict[str, Any]) -> str:
    login = case["on_behalf_of"] or case["started_by"]
    found = directory.people([login]).get(login)
    return f"{found.department_name or ''} {found.display}".strip() if found else login


def _fields(work: Work) -> formview.FormPage | None:
    if work.form is None:
        return None
    return formview.page(work.form, work.view["permissions"], work.values, work.errors, casework.people(), only="edit")


def _asked(work: Work, case: dict[str, Any]) -> list[dict[str, Any]]:
    """The case's content; fields that this task edits are left to its form."""
    editable = {key for key, mode in work.view["permissions"].items() if mode == "edit"}
    return casework.case_facts(case, without=editable)


def _opinion_hint(outcomes: list[dict[str, str]]) -> str:
    required = [one["label"] for one in outcomes if one["opinion"] == "required"]
    return _("%(labels)s时必填", labels="、".join(required)) if required else _("可不填")
