"""Handover of who leaves (离职交接): who takes over, what waits and what else names the person; then everything moves, a step a task."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.definition import Form
from processes.approval import handover
from processes.errors import NotFound, Refused
from processes.people import directory
from processes.queries import definitions, naming
from web.access import allowed
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, formdata, formview
from web.pages.said import said

blueprint = Blueprint("handover", __name__, url_prefix="/handover")
ROLES = ("system_admin", "operator")
_EDIT: dict[str, Any] = {"login": "edit", "successor": "edit", "from": "edit", "reason": "edit"}


@blueprint.route("", methods=["GET", "POST"])
@allowed(*ROLES)
def index() -> ResponseReturnValue:
    """Choose who leaves; who has left and still has tasks stands above."""
    person = {"type": "select", "key": "login", "label": _("谁离职"), "properties": {"kind": "user"}, "validate": {"required": True}}
    form = Form.from_document({"schema": 1, "id": "leaver", "title": _("离职交接"), "components": [person]})
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        login = formdata.read(form, _EDIT, {}, request.form, current_actor()).values.get("login")
        if login and login in directory.people([str(login)]):
            return redirect(url_for(".person", login=login), code=303)
        errors = {"login": [_("请选择一位人员。")]}
    left = handover.left_behind()
    names = directory.names(left)
    rows = [{"login": login, "who": names[login], "n": number} for login, number in left.items()]
    page = render_template("admin/handovers.html", rows=rows, view=formview.page(form, _EDIT, {}, errors, casework.people()))
    return (page, 422) if errors else page


@blueprint.route("/<login>", methods=["GET", "POST"])
@allowed(*ROLES)
def person(login: str) -> ResponseReturnValue:
    """See what waits, name the successor, hand over; as often as it takes."""
    if login not in directory.people([login]):
        raise NotFound("person_not_found", login=login)
    if request.method == "GET":
        return _page(login, {"successor": handover.successor_of(login)}, {})
    actor = current_actor()
    typed = formdata.read(_form(), _EDIT, {}, request.form, actor).values
    try:
        begins = date.fromisoformat(str(typed["from"])) if typed.get("from") else None
        handover.begin(login, typed.get("successor"), valid_from=begins, reason=typed.get("reason"), actor=actor)
    except (Refused, ValueError) as refusal:
        errors = dict(getattr(refusal, "fields", {}) or {})
        told = errors or {"from": [_("请填日期。")]} if isinstance(refusal, ValueError) else errors or {"successor": [said(refusal)]}
        return _page(login, typed, told), 422
    return _moved(login, handover.move_some(login, actor=actor))


def _moved(login: str, found: list[handover.Moved]) -> ResponseReturnValue:
    refused = [one for one in found if one.refusal is not None]
    number = len(found) - len(refused)
    left = sum(handover.by_process(login).values())
    if not refused:
        words = _("已转给接手人 %(n)d 件。", n=number)
        flash(words if not left else words + _("还有 %(n)d 件，请再按一次接着转。", n=left), "done")
        return redirect(url_for(".person", login=login), code=303)
    rows = [{"title": one.task.title, "step": one.task.name, "why": said(one.refusal)} for one in refused if one.refusal is not None]
    return _page(login, {"successor": handover.successor_of(login)}, {}, number=number, refused=rows), 409


def _form() -> Form:
    fields: list[dict[str, Any]] = [
        {"type": "select", "key": "successor", "label": _("接手人"), "properties": {"kind": "user"}, "validate": {"required": True}},
        {"type": "datetime", "subtype": "date", "key": "from", "label": _("从哪天起"), "description": _("不填从今天起")},
        {"type": "textfield", "key": "reason", "label": _("原因"), "validate": {"maxLength": 300}},
    ]
    return Form.from_document({"schema": 1, "id": "handover", "title": _("离职交接"), "components": fields})


def _page(login: str, values: dict[str, Any], errors: dict[str, list[str]], **more: Any) -> str:
    facts = directory.people([login])[login]
    titles = {one["key"]: one["name"] for one in definitions.page(current_actor(), latest=True, limit=200)["items"]}
    waits = [{"name": titles.get(key, key), "n": number} for key, number in handover.by_process(login).items()]
    return render_template(
        "admin/handover.html",
        who=facts.display,
        active=facts.active,
        login=login,
        waits=waits,
        total=sum(one["n"] for one in waits),
        named=_named(login),
        view=formview.page(_form(), _EDIT, values, errors, casework.people()),
        may_people="system_admin" in current_actor().roles,
        number=more.get("number", 0),
        refused=more.get("refused", []),
    )


def _named(login: str) -> list[dict[str, str]]:
    """What else names the person, and what to do about it."""
    found = naming.of(login)
    names = directory.names(found["substitutions"])
    told = [
        (_("岗位角色"), found["roles"], _("请安全管理员在离职当天结束")),
        (_("岗位"), found["posts"], _("请在离职当天另任他人")),
        (_("分管关系"), found["lines"], _("请安全管理员在离职当天结束")),
        (_("代理"), [names[one] for one in found["substitutions"]], _("账号停用后不再起作用")),
        (_("账号权限"), [one for one in found["account_roles"] if one != "clerk"], _("停用账号后失效")),
        (_("流程图里写明的环节"), found["diagrams"], _("停用账号后由接手人办理；下次改图时请改掉")),
    ]
    return [{"what": what, "which": "、".join(which), "todo": todo} for what, which, todo in told if which]
