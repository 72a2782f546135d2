"""People, departments, posts, roles and holders, edited in the browser (三员分立: the system administrator keeps people, the security
administrator grants)."""

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import clock
from processes.errors import Refused
from processes.people import accounts, directory, editing, granting, listing
from web.access import allowed
from web.auth import current_actor
from web.language import gettext as _
from web.pages import editpage, filters, people_lists
from web.pages.said import said

blueprint = Blueprint("people", __name__, url_prefix="/people")
KEEPERS = ("system_admin", "security_admin")


@blueprint.get("")
@allowed(*KEEPERS)
def index() -> ResponseReturnValue:
    """Lists: people, departments, roles with holders, posts."""
    titles = people_lists.titles()
    view = request.args.get("view", "people")
    view = view if view in titles else "people"
    q = request.args.get("q", "").strip()[:100]
    heads, rows, page = people_lists.of(view, q)
    may = current_actor().roles
    return render_template(
        "admin/people.html",
        tabs=[{"key": key, "words": words} for key, words in titles.items()],
        view=view,
        heads=heads,
        rows=rows,
        page=page,
        q=q,
        may_people="system_admin" in may,
        may_roles="security_admin" in may,
    )


@blueprint.route("/person", methods=["GET", "POST"])
@blueprint.route("/person/<login>", methods=["GET", "POST"])
@allowed(*KEEPERS)
def person(login: str | None = None) -> ResponseReturnValue:
    """Make, change, disable a person; reset the password; account roles and roles held."""
    problem, errors, secret = None, {}, None
    if request.method == "POST":
        if login is None:
            return _new_person()
        outcome = _PERSON_ACTS.get(editpage.sent("_act"), _save_person)(login)
        if isinstance(outcome, dict):
            secret = outcome
        else:
            answer, problem, errors = outcome
            if answer is not None:
                return cast(ResponseReturnValue, answer)
    return _person_page(login, errors, problem=problem, secret=secret), 422 if problem else 200


def _new_person() -> ResponseReturnValue:
    try:
        password = editing.create_person(
            editpage.sent("login"),
            editpage.sent("name"),
            department=editpage.sent("department") or None,
            phone=editpage.sent("phone") or None,
            actor=current_actor(),
        )
    except Refused as refusal:
        return _person_page(None, getattr(refusal, "fields", {}) or {}, problem=said(refusal)), 422
    return _person_page(editpage.sent("login"), {}, secret=_secret(_("已新增。一次性密码："), password))


def _secret(before: str, password: str) -> dict[str, str]:
    """A one-time password, which is shown on this page and nowhere again."""
    return {"before": before, "password": password, "after": _("请当面告诉本人，第一次登录要改掉；离开本页后不再显示。")}


def _save_person(login: str) -> Any:
    def act() -> None:
        editing.change_person(
            login,
            name=editpage.sent("name"),
            department=editpage.sent("department") or None,
            phone=editpage.sent("phone") or None,
            actor=current_actor(),
        )

    return editpage.attempt(act, _("已保存。"), url_for(".person", login=login))


def _reset(login: str) -> Any:
    try:
        password = accounts.reset_password(login, actor=current_actor())
    except Refused as refusal:
        return None, said(refusal), {}
    return _secret(_("一次性密码："), password)


def _toggle(active: bool) -> Callable[[str], Any]:
    def act(login: str) -> Any:
        words = _("已启用。") if active else _("已停用，登录和令牌立即失效。")
        return editpage.attempt(lambda: editing.set_active(login, active, actor=current_actor()), words, url_for(".person", login=login))

    return act


def _save_roles(login: str) -> Any:
    given = request.form.getlist("account_roles")
    return editpage.attempt(
        lambda: accounts.set_roles(login, given, actor=current_actor()),
        _("账号权限已保存，下一次请求起生效。"),
        url_for(".person", login=login),
    )


def _give(login: str) -> Any:
    def act() -> None:
        granting.give(
            login,
            editpage.sent("role"),
            department=editpage.sent("unit") or None,
            valid_from=editpage.day("valid_from"),
            valid_until=editpage.day("valid_until"),
            actor=current_actor(),
        )

    return editpage.attempt(act, _("已登记。"), url_for(".person", login=login))


def _end_holding(login: str) -> Any:
    return editpage.attempt(
        lambda: granting.end(editpage.sent("id"), actor=current_actor()), _("已卸任。"), url_for(".person", login=login)
    )


_PERSON_ACTS: dict[str, Callable[[str], Any]] = {
    "save": _save_person,
    "reset": _reset,
    "disable": _toggle(False),
    "enable": _toggle(True),
    "roles": _save_roles,
    "give": _give,
    "end": _end_holding,
}


def _person_page(login: str | None, errors: dict[str, list[str]], **more: Any) -> str:
    keeper = "system_admin" in current_actor().roles
    units = editpage.choices({unit.code: unit.name for unit in directory.departments("")})
    known = listing.account(login) if login else None
    facts = known.person if known else None
    hint = _("小写字母、数字和下划线，定下后不能改")
    fields = [
        editpage.field("login", _("账号"), login, errors, required=True, disabled=known is not None or not keeper, hint=hint),
        editpage.field("name", _("姓名"), facts.name if facts else "", errors, required=True, disabled=not keeper),
        editpage.field(
            "department", _("单位"), facts.department if facts else "", errors, kind="select", options=units, disabled=not keeper
        ),
        editpage.field("phone", _("电话"), known.phone if known else "", errors, disabled=not keeper),
    ]
    if known is None:
        return editpage.page(_("新增人员"), "people", fields, may_save=keeper, **more)
    return editpage.page(
        known.person.display,
        "people",
        fields,
        action=url_for(".person", login=known.person.login),
        acts=_person_acts(known),
        may_save=keeper,
        tables=_person_tables(known),
        roles=_roles_form(known),
        notes=_notes(known),
        **more,
    )


def _person_acts(known: listing.AccountFacts) -> list[dict[str, Any]]:
    """What the actor may do with the account; an account of an administrator is kept by the security administrator."""
    if not accounts.may_keep(current_actor(), known.person.login):
        return []
    acts: list[dict[str, Any]] = [{"value": "reset", "label": _("重置密码")}] if known.person.active else []
    acts.append({"value": "disable", "label": _("停用"), "stop": True} if known.person.active else {"value": "enable", "label": _("启用")})
    return acts


def _notes(known: listing.AccountFacts) -> list[str]:
    """How the account stands."""
    notes = [] if known.person.active else [_("已停用，不能登录；在办的记录和签名不变。")]
    if known.locked_until is not None and known.locked_until > clock.now():
        notes.append(_("连续输错密码，锁定到 %(at)s；重置密码可以提前解锁。", at=filters.short_time(known.locked_until)))
    if known.must_change_password:
        notes.append(_("还在用一次性密码，登录后要先改掉。"))
    return notes


def _roles_form(known: listing.AccountFacts) -> dict[str, Any]:
    words = people_lists.account_role_words()
    may = accounts.may_set_roles(current_actor()) and current_actor().login != known.person.login
    refused = request.method == "POST" and editpage.sent("_act") == "roles"
    ticked = request.form.getlist("account_roles") if refused else known.account_roles
    held = "、".join(words.get(role, role) for role in known.account_roles) or "—"
    return {
        "title": _("账号权限"),
        "options": editpage.choices(words),
        "value": ticked,
        "act": "roles",
        "may": may,
        "held": held,
    }


def _person_tables(known: listing.AccountFacts) -> list[dict[str, Any]]:
    grants, units = "security_admin" in current_actor().roles, editpage.units()
    rows = [
        {
            "cells": [held.role_name, units.get(held.department or "", "—"), held.valid_from or "—", held.valid_until or "—"],
            "id": held.id,
            "act": "end" if grants and editpage.is_present(held) else None,
            "label": _("卸任"),
        }
        for held in known.holdings
    ]
    add = {
        "act": "give",
        "label": _("登记"),
        "fields": [
            {
                "name": "role",
                "label": _("岗位角色"),
                "kind": "select",
                "options": editpage.choices({role.code: role.name for role in listing.roles()}),
            },
            {"name": "unit", "label": _("限于单位（可不选）"), "kind": "select", "options": editpage.choices(units)},
            {"name": "valid_from", "label": _("从"), "kind": "date"},
            {"name": "valid_until", "label": _("到"), "kind": "date"},
        ],
    }
    held_posts = [
        {"cells": [post.name, units.get(post.department, ""), post.valid_from or "—", post.valid_until or "—"], "id": post.id, "act": None}
        for post in known.posts
    ]
    heads = [_("名称"), _("单位"), _("从"), _("到")]
    return [
        {"title": _("岗位角色"), "heads": heads, "rows": rows, "add": add if grants else None},
        {"title": _("岗位"), "heads": heads, "rows": held_posts, "add": None},
    ]
