"""People, departments, posts, roles and holders, edited in the browser (三员分立: the system administrator keeps people, the security
administrator grants)."""

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes.errors import Refused
from processes.people import accounts, directory, editing, granting, listing
from web.access import allowed
from web.auth import current_actor
from web.language import gettext as _
from web.pages import editpage
from web.pages.said import said

blueprint = Blueprint("people", __name__, url_prefix="/people")
KEEPERS = ("system_admin", "security_admin")


def _role_words() -> dict[str, str]:
    return {
        "clerk": _("办事人员"),
        "analyst": _("流程分析员"),
        "publisher": _("发布人"),
        "operator": _("运行管理员"),
        "system_admin": _("系统管理员"),
        "security_admin": _("安全管理员"),
        "audit_admin": _("审计管理员"),
        "auditor": _("审计员"),
        "integrator": _("对接系统"),
    }


@blueprint.get("")
@allowed(*KEEPERS)
def index() -> ResponseReturnValue:
    """Lists: people, departments, roles with holders, posts."""
    views = {"people": _people, "departments": _departments, "roles": _roles, "posts": _posts}
    view = request.args.get("view", "people")
    view = view if view in views else "people"
    q = request.args.get("q", "").strip()[:100]
    heads, rows = views[view](q)
    tabs = [
        {"key": key, "words": words, "number": len(views[key]("")[1])}
        for key, words in (("people", _("人员")), ("departments", _("机构")), ("roles", _("岗位角色")), ("posts", _("岗位")))
    ]
    may = current_actor().roles
    return render_template(
        "admin/people.html",
        tabs=tabs,
        view=view,
        heads=heads,
        rows=rows,
        q=q,
        may_people="system_admin" in may,
        may_roles="security_admin" in may,
    )


def _people(q: str) -> tuple[list[str], list[dict[str, Any]]]:
    words = _role_words()
    rows = [
        {
            "cells": [
                one.person.display if one.person.active else f"{one.person.display} {_('（停用）')}",
                one.person.login,
                one.person.department_name or "—",
                "、".join(words.get(role, role) for role in one.account_roles) or "—",
                "、".join(held.role_name for held in one.holdings if editpage.is_present(held)) or "—",
            ],
            "href": url_for(".person", login=one.person.login),
        }
        for one in listing.accounts(q, limit=500)
    ]
    return [_("姓名"), _("账号"), _("单位"), _("账号权限"), _("岗位角色")], rows


def _departments(q: str) -> tuple[list[str], list[dict[str, Any]]]:
    units, levels = editpage.units(), editpage.level_words()
    rows = [
        {
            "cells": [
                unit.name if unit.active else f"{unit.name} {_('（停用）')}",
                unit.code,
                units.get(unit.parent or "", "—"),
                levels.get(unit.level, unit.level),
            ],
            "href": url_for("units.department", code=unit.code),
        }
        for unit in directory.departments(q, disabled=True)
    ]
    return [_("名称"), _("代码"), _("上级"), _("级别")], rows


def _roles(q: str) -> tuple[list[str], list[dict[str, Any]]]:
    found = [role for role in listing.roles() if q in role.name or q in role.code]
    names = directory.names(held.login for role in found for held in role.holdings)
    rows = [
        {
            "cells": [
                role.name,
                role.code,
                "、".join(names[held.login] for held in role.holdings if editpage.is_present(held)) or _("无人在任"),
            ],
            "href": url_for("units.role", code=role.code),
        }
        for role in found
    ]
    return [_("名称"), _("代码"), _("在任")], rows


def _posts(q: str) -> tuple[list[str], list[dict[str, Any]]]:
    found, units = [post for post in listing.posts() if q in post.name], editpage.units()
    names = directory.names(post.login for post in found)
    rows = [
        {
            "cells": [
                post.name,
                units.get(post.department, post.department),
                names[post.login] if post.login else _("空缺"),
                _("负责人") if post.head else "",
            ],
            "href": url_for("units.post", post_id=post.id),
        }
        for post in found
    ]
    return [_("岗位"), _("单位"), _("在任"), ""], rows


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
        if isinstance(outcome, str):
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
    words = _("已新增。一次性密码：%(password)s 。请当面告诉本人，第一次登录要改掉；离开本页后不再显示。", password=password)
    return _person_page(editpage.sent("login"), {}, secret=words)


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
    return _("一次性密码：%(password)s 。请当面告诉本人，登录后要改掉；离开本页后不再显示。", password=password)


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
    fields = [
        editpage.field(
            "login", _("账号"), login, errors, required=True, disabled=login is not None, hint=_("小写字母、数字和下划线，定下后不能改")
        ),
        editpage.field("name", _("姓名"), facts.name if facts else "", errors, required=True, disabled=not keeper),
        editpage.field(
            "department", _("单位"), facts.department if facts else "", errors, kind="select", options=units, disabled=not keeper
        ),
        editpage.field("phone", _("电话"), known.phone if known else "", errors, disabled=not keeper),
    ]
    if known is None:
        return editpage.page(_("新增人员"), "people", fields, **more)
    acts: list[dict[str, Any]] = [{"value": "reset", "label": _("重置密码")}]
    acts.append({"value": "disable", "label": _("停用"), "stop": True} if known.person.active else {"value": "enable", "label": _("启用")})
    return editpage.page(known.person.display, "people", fields, acts=acts, tables=_person_tables(known), roles=_roles_form(known), **more)


def _roles_form(known: listing.AccountFacts) -> dict[str, Any]:
    words = _role_words()
    return {"title": _("账号权限"), "options": editpage.choices(words), "value": known.account_roles, "act": "roles"}


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
