"""Signers of a task: asking others to sign (加签), taking one off (减签), and what pages show of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.definition import Form
from processes.actors import Actor
from processes.approval import signed, signing
from processes.errors import Conflict, Invalid, NotAllowed, Refused
from processes.people import directory
from processes.queries import inbox
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, formdata, formview
from web.pages.said import said, status
from web.pages.verb import Verb

blueprint = Blueprint("signing", __name__)
Task = Mapping[str, Any]
_EDIT: dict[str, Any] = {"users": "edit", "position": "edit"}
_ASKED = ("planned", "open")


def verbs_of_task(task: Task, actor: Actor) -> list[Verb]:
    """加签 of what the actor may decide, and 减签 where somebody can be taken off."""
    if task["state"] != "open" or task["delegated_by"] is not None:
        return []
    offered = [Verb("sign", _("加签…"), url_for("signing.add", task_id=task["id"]))]
    if removable(task, actor):
        offered.append(Verb("unsign", _("减签…"), url_for("signing.remove", task_id=task["id"])))
    return offered


def verbs_of_case(case: Task, tasks: Iterable[Task], actor: Actor) -> list[Verb]:
    """减签 of what the actor has decided, or asked others to sign, and is waited for."""
    if case["ended_at"] is not None or case["state"] == "suspended":
        return []
    named = [(task, url_for("signing.remove", task_id=task["id"])) for task in tasks if removable(task, actor)]
    return [Verb(f"unsign-{task['number']}", _("减签“%(step)s”…", step=task["name"]), href) for task, href in named]


def removable(task: Task, actor: Actor) -> list[dict[str, Any]]:
    """The signers whom the actor may take off now."""
    return [one for one in signed.asked_for(task) if one["state"] in _ASKED and signing.may_remove(one, task, actor)]


@blueprint.route("/tasks/<task_id>/signers", methods=["GET", "POST"])
@signed_in
def add(task_id: str) -> ResponseReturnValue:
    """Ask others to sign, after seeing what that does."""
    actor = current_actor()
    task, form = inbox.get(task_id, actor), _form()
    if request.method == "GET":
        return _page(task, form, {"position": "before"}, {})
    typed = formdata.read(form, _EDIT, {}, request.form, actor).values
    try:
        signing.add(task_id, typed.get("users") or [], typed.get("position"), revision=formdata.revision(), actor=actor)
    except Invalid as refusal:
        return _page(task, form, typed, refusal.fields or {"users": [said(refusal)]}), 422
    except (Conflict, NotAllowed) as refusal:
        return _page(inbox.get(task_id, actor), form, typed, {}, problem=said(refusal)), status(refusal)
    names = "、".join(directory.names(typed["users"]).values())
    flash(_("已请%(who)s加签。", who=names), "done")
    return redirect(url_for("tasks.show", task_id=task_id), code=303)


def _form() -> Form:
    """The form that asks whom, and when."""
    whom = {"type": "select", "key": "users", "label": _("请谁加签"), "multiple": True, "properties": {"kind": "user"}}
    when = {
        "type": "radio",
        "key": "position",
        "label": _("什么时候"),
        "values": [
            {"value": "before", "label": _("在我之前：办完回到我这里，意见供我参考")},
            {"value": "parallel", "label": _("与我同时：都办完才往下走，一人不同意这一步就是不同意")},
            {"value": "after", "label": _("在我之后：我办完再请他们办，一人不同意这一步就是不同意")},
        ],
        "validate": {"required": True},
    }
    people = {**whom, "validate": {"required": True}}
    return Form.from_document({"schema": 1, "id": "signers", "title": _("加签"), "components": [people, when]})


def _page(task: Task, form: Form, values: dict[str, Any], errors: dict[str, list[str]], *, problem: str | None = None) -> str:
    view = formview.page(form, _EDIT, values, errors, casework.people())
    back = url_for("tasks.show", task_id=task["id"])
    return render_template("clerk/signers.html", task=task, view=view, problem=problem, back=back, signers=of_task(task))


@blueprint.route("/tasks/<task_id>/signers/removal", methods=["GET", "POST"])
@signed_in
def remove(task_id: str) -> ResponseReturnValue:
    """Take a signer off."""
    actor = current_actor()
    task = inbox.get(task_id, actor)
    mine = task["state"] == "open" and inbox.may_work_on(task_id, actor)
    back = url_for("tasks.show", task_id=task_id) if mine else url_for("cases.show", instance_id=task["instance_id"])
    problem, code = None, 200
    if request.method == "POST":
        login = request.form.get("user", "")
        try:
            signing.remove(task_id, login or None, actor=actor)
        except Refused as refusal:
            problem, code = said(refusal), status(refusal)
            task = inbox.get(task_id, actor)
        else:
            flash(_("已不再请%(who)s加签。", who=directory.names([login]).get(login, login)), "done")
            return redirect(back, code=303)
    offered = removable(task, actor)
    names = directory.names(one["user"] for one in offered)
    people = [{"login": one["user"], "name": names.get(one["user"], one["user"]), "when": _when(one["position"])} for one in offered]
    return render_template("clerk/signer_removal.html", task=task, people=people, problem=problem, back=back), code


def _when(position: str) -> str:
    return {"before": _("之前"), "after": _("之后"), "parallel": _("同时")}[position]


def of_task(task: Task, tasks: Iterable[Task] | None = None) -> dict[str, Any] | None:
    """Who signs a task, at any depth, with what they said; who asked, where it is a signer's own. None where nobody does."""
    listed = {one["number"]: one for one in (inbox.of_instance(task["instance_id"]) if tasks is None else tasks)}
    people = list(_below(task, listed, 0))
    asked_by = (task["signing"] or {}).get("by") if signed.is_signers(task) else None
    if not people and asked_by is None:
        return None
    names = directory.names([*(one["login"] for one in people), *([asked_by] if asked_by else [])])
    for one in people:
        one["name"] = names.get(one["login"], one["login"])
    when = _when(task["signing"]["position"]) if asked_by else None
    waits = (task["signing"] or {}).get("waits") or 0
    return {"people": people, "by": names.get(asked_by or "", asked_by), "when": when, "waits": waits}


def _below(task: Task, tasks: Mapping[int, Task], depth: int) -> Iterable[dict[str, Any]]:
    for signer in signed.asked_for(task):
        own = tasks.get(signer["number"])
        yield {"login": signer["user"], "when": _when(signer["position"]), "depth": depth, "state": signer["state"], **_said(signer, own)}
        if own is not None:
            yield from _below(own, tasks, depth + 1)


def _said(signer: Mapping[str, Any], own: Task | None) -> dict[str, Any]:
    """What a signer has said, or why not."""
    if own is not None and own["state"] == "completed":
        if own["outcome"] is None:
            return {"sign": "–", "tone": "v-wait", "words": _("已办"), "at": own["completed_at"], "quote": None}
        bad = own["outcome"] in casework.REFUSALS
        words = casework.outcome_label(own, own["outcome"]) or _("已办")
        return {
            "sign": "✗" if bad else "✓",
            "tone": "v-no" if bad else "v-yes",
            "words": words,
            "at": own["completed_at"],
            "quote": own["opinion"],
        }
    states = {"planned": _("办完后再请"), "open": _("等待"), "removed": _("已减签"), "cancelled": _("已收回"), "decided": _("已办")}
    mark = "…" if signer["state"] in _ASKED else "–"
    return {"sign": mark, "tone": "v-wait", "words": states[signer["state"]], "at": None, "quote": None}


def of_case(tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """The tasks of a case that have signers, each with all of them."""
    listed = list(tasks)
    found = [(task, of_task(task, listed)) for task in listed if signed.asked_for(task) and not signed.is_signers(task)]
    return [{"name": task["name"], **shown} for task, shown in found if shown is not None]


def boxes(tasks: Iterable[Task]) -> dict[str, list[dict[str, Any]]]:
    """The dotted boxes beside the elements of a diagram: who signs there, and whether they have decided."""
    return _boxes((task["element_id"], signed.asked_for(task)) for task in tasks)


class Replayed:
    """The dotted boxes at each step of a replay."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[str, list[dict[str, Any]]]] = {}

    def after(self, events: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        """The boxes as they are after these events."""
        for event in events:
            if "signers" in (event["details"].get("signing") or {}):
                self._known[event["number"]] = (event["element_id"], event["details"]["signing"]["signers"])
        return _boxes(self._known.values())


def _boxes(asked: Iterable[tuple[str, list[dict[str, Any]]]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    listed = [(element, one) for element, several in asked for one in several if one["state"] not in ("removed", "cancelled")]
    names = directory.names(one["user"] for _element, one in listed) if listed else {}
    for element, one in listed:
        found.setdefault(element, []).append({"name": names.get(one["user"], one["user"]), "done": one["state"] == "decided"})
    return found


Line = dict[str, Any]


def _line(make: Callable[[str, str, Mapping[str, Any]], str], *, by_actor: bool) -> Callable[[Any, Mapping[str, Any]], Line]:
    def line(words: Any, event: Mapping[str, Any]) -> Line:
        details = event["details"]
        listed = details.get("users") or details.get("refused_by") or [details.get("user")]
        logins = [one["user"] if isinstance(one, dict) else one for one in listed]
        names = "、".join(directory.names(logins).values())
        told: Line = {"words": make(words.element(event["element_id"], event["element_name"]), names, details)}
        return {**told, "by_actor": True} if by_actor else {**told, "who": _("系统"), "mark": "back" if "own" in details else "done"}

    return line


#: of the record of a case
LINES = {
    "signers_added": _line(
        lambda step, who, details: _("请 %(who)s 在“%(step)s”%(when)s加签", who=who, step=step, when=_when(details["position"])),
        by_actor=True,
    ),
    "signers_asked": _line(lambda step, who, details: _("“%(step)s”轮到 %(who)s 加签", who=who, step=step), by_actor=False),
    "signer_removed": _line(lambda step, who, details: _("不再请 %(who)s 在“%(step)s”加签", who=who, step=step), by_actor=True),
    "outcome_turned": _line(
        lambda step, who, details: _("%(who)s 加签时不同意，“%(step)s”的结果是不同意", who=who, step=step), by_actor=False
    ),
}
