"""Substitutes (代理): my own under my account, everybody's for administrators."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.definition import Form
from processes.approval import substitution
from processes.errors import Refused
from processes.people import directory
from processes.queries import definitions
from web.access import allowed, signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, filters, formdata, formview
from web.pages.said import said

blueprint = Blueprint("substitutes", __name__)
_KEYS = ("principal", "substitute", "from", "until", "processes", "up_to", "reason")


@blueprint.route("/account/substitutes", methods=["GET", "POST"])
@signed_in
def mine() -> ResponseReturnValue:
    """Who stands in for me, and for whom I stand in."""
    return _page(own=True)


@blueprint.route("/people/substitutes", methods=["GET", "POST"])
@allowed("system_admin", "operator")
def everybodys() -> ResponseReturnValue:
    """Everybody's, arranged by administrators."""
    return _page(own=False)


@blueprint.post("/substitutes/<rule_id>/ending")
@signed_in
def end(rule_id: str) -> ResponseReturnValue:
    """End a rule at once."""
    try:
        substitution.end(rule_id, actor=current_actor())
        flash(_("代理已结束，从现在起不再代办。"), "done")
    except Refused as refusal:
        flash(said(refusal), "late")
    return redirect(url_for(".everybodys" if request.form.get("all") else ".mine"), code=303)


def _page(*, own: bool) -> ResponseReturnValue:
    form = _form(own=own)
    if request.method == "GET":
        return _shown(form, {}, {}, own=own)
    actor = current_actor()
    typed = formdata.read(form, _EDIT, {}, request.form, actor).values
    try:
        substitution.give(
            actor.login if own else str(typed.get("principal") or ""),
            typed.get("substitute"),
            valid_from=_day("from", typed),
            valid_until=_day("until", typed),
            processes=typed.get("processes") or None,
            up_to=typed.get("up_to"),
            reason=typed.get("reason"),
            actor=actor,
        )
    except Refused as refusal:
        errors = dict(getattr(refusal, "fields", {}) or {}) or {"substitute": [said(refusal)]}
        errors = {{"valid_from": "from", "valid_until": "until"}.get(name, name): words for name, words in errors.items()}
        return _shown(form, typed, errors, own=own), 422
    flash(_("代理已安排：代理期间，待办同时出现在双方的待办里，记录里写明由谁代谁办理。"), "done")
    return redirect(url_for(".mine" if own else ".everybodys"), code=303)


_EDIT: dict[str, Any] = {name: "edit" for name in _KEYS}


def _day(name: str, typed: dict[str, Any]) -> date | None:
    """A day as typed; one that is none is left to the command, which asks for it."""
    try:
        return date.fromisoformat(str(typed.get(name) or ""))
    except ValueError:
        return None


def _form(*, own: bool) -> Form:
    user, day = {"properties": {"kind": "user"}}, {"type": "datetime", "subtype": "date"}
    named = [{"value": one["key"], "label": one["name"]} for one in definitions.page(current_actor(), latest=True, limit=200)["items"]]
    whom = [] if own else [{"type": "select", "key": "principal", "label": _("被代理人"), "validate": {"required": True}, **user}]
    fields = [
        *whom,
        {"type": "select", "key": "substitute", "label": _("代理人"), "validate": {"required": True}, **user},
        {"key": "from", "label": _("开始日期"), "description": _("不填从今天起"), **day},
        {"key": "until", "label": _("结束日期"), "validate": {"required": True}, "description": _("含当天"), **day},
        {"type": "textfield", "key": "up_to", "label": _("金额上限"), "properties": {"kind": "money"}},
        {"type": "textfield", "key": "reason", "label": _("原因"), "validate": {"maxLength": 300}},
    ]
    if named:
        every = _("不选就是全部流程")
        fields.append({"type": "checklist", "key": "processes", "label": _("哪些流程"), "description": every, "values": named})
    return Form.from_document({"schema": 1, "id": "substitute", "title": _("代理"), "components": fields})


def _shown(form: Form, values: dict[str, Any], errors: dict[str, list[str]], *, own: bool) -> str:
    actor = current_actor()
    rules = substitution.of(actor.login) if own else substitution.everybodys(over=bool(request.args.get("over")), actor=actor)
    view = formview.page(form, _EDIT, values, errors, casework.people())
    return render_template("clerk/substitutes.html", rows=_rows(rules), view=view, own=own, over=bool(request.args.get("over")))


def _rows(rules: list[substitution.Rule]) -> list[dict[str, Any]]:
    names = directory.names(login for rule in rules for login in (rule.principal, rule.substitute))
    titles = {one["key"]: one["name"] for one in definitions.page(current_actor(), latest=True, limit=200)["items"]}
    states = {"coming": _("还没开始"), "active": _("代理中"), "over": _("已到期"), "ended": _("已提前结束")}
    return [
        {
            "id": rule.id,
            "principal": names[rule.principal],
            "substitute": names[rule.substitute],
            "period": f"{filters.long_day(rule.valid_from)} — {filters.long_day(rule.valid_until)}",
            "processes": "、".join(titles.get(key, key) for key in rule.processes) if rule.processes else _("全部流程"),
            "up_to": _("%(n)s 元以下", n=f"{rule.up_to:,.2f}") if rule.up_to is not None else _("不限"),
            "reason": rule.reason,
            "state": states[rule.state],
            "ends": rule.state in ("coming", "active"),
        }
        for rule in rules
    ]
