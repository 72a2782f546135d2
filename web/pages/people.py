"""People, departments, posts, roles and holders, edited in the browser (三员分立: the system administrator keeps people, the security
administrator grants)."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes.calendar import office
from processes.errors import Invalid, Refused
from processes.people import accounts, directory, editing, granting, listing, posts
from processes.people.organisation import LEVELS
from web.access import allowed
from web.auth import current_actor
from web.language import gettext as _
from web.pages.said import said

blueprint = Blueprint("people", __name__, url_prefix="/people")
KEEPERS = ("system_admin", "security_admin")
#: where to go then, or what is wrong with which field
Outcome = tuple[ResponseReturnValue | None, str | None, dict[str, list[str]]]


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


def _level_words() -> dict[str, str]:
    return {
        "district": _("区县"),
        "town": _("乡镇"),
        "department": _("部门"),
        "village": _("村居"),
        "station": _("站所"),
        "bureau": _("局"),
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


def _units() -> dict[str, str]:
    return {unit.code: unit.name for unit in directory.departments("", disabled=True)}


def _people(q: str) -> tuple[list[str], list[dict[str, Any]]]:
    words = _role_words()
    rows = [
        {
            "cells": [
                one.person.display if one.person.active else f"{one.person.display} {_('（停用）')}",
                one.person.login,
                one.person.department_name or "—",
                "、".join(words.get(role, role) for role in one.account_roles) or "—",
                "、".join(held.role_name for held in one.holdings if _present(held)) or "—",
            ],
            "href": url_for(".person", login=one.person.login),
        }
        for one in listing.accounts(q, limit=500)
    ]
    return [_("姓名"), _("账号"), _("单位"), _("账号权限"), _("岗位角色")], rows


def _present(period: Any) -> bool:
    return bool(period.valid_until is None or period.valid_until >= office.today())


def _departments(q: str) -> tuple[list[str], list[dict[str, Any]]]:
    units, levels = _units(), _level_words()
    rows = [
        {
            "cells": [
                unit.name if unit.active else f"{unit.name} {_('（停用）')}",
                unit.code,
                units.get(unit.parent or "", "—"),
                levels.get(unit.level, unit.level),
            ],
            "href": url_for(".department", code=unit.code),
        }
        for unit in directory.departments(q, disabled=True)
    ]
    return [_("名称"), _("代码"), _("上级"), _("级别")], rows


def _roles(q: str) -> tuple[list[str], list[dict[str, Any]]]:
    found = [role for role in listing.roles() if q in role.name or q in role.code]
    names = directory.names(held.login for role in found for held in role.holdings)
    rows = [
        {
            "cells": [role.name, role.code, "、".join(names[held.login] for held in role.holdings if _present(held)) or _("无人在任")],
            "href": url_for(".role", code=role.code),
        }
        for role in found
    ]
    return [_("名称"), _("代码"), _("在任")], rows


def _posts(q: str) -> tuple[list[str], list[dict[str, Any]]]:
    found, units = [post for post in listing.posts() if q in post.name], _units()
    names = directory.names(post.login for post in found)
    rows = [
        {
            "cells": [
                post.name,
                units.get(post.department, post.department),
                names[post.login] if post.login else _("空缺"),
                _("负责人") if post.head else "",
            ],
            "href": url_for(".post", post_id=post.id),
        }
        for post in found
    ]
    return [_("岗位"), _("单位"), _("在任"), ""], rows


def _edit(title: str, view: str, fields: list[dict[str, Any]], **more: Any) -> str:
    back = {"href": url_for(".index", view=view), "words": _("人员机构")}
    return render_template(
        "admin/edit.html", title=title, back=back, fields=fields, acts=more.pop("acts", []), tables=more.pop("tables", []), **more
    )


def _try(act: Callable[[], Any], done: str, target: str) -> Outcome:
    """Carry out a change: where to go then, or what is wrong with which field."""
    try:
        act()
    except Refused as refusal:
        return None, said(refusal), getattr(refusal, "fields", {}) or {}
    flash(done, "done")
    return redirect(target, code=303), None, {}


def _choices(pairs: dict[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in pairs.items()]


def _sent(name: str) -> str:
    return request.form.get(name, "").strip()


def _field(name: str, label: str, value: Any, errors: dict[str, list[str]], **more: Any) -> dict[str, Any]:
    shown = request.form.get(name, value) if request.method == "POST" and more.get("kind") != "checks" else value
    return {"name": name, "label": label, "value": shown, "error": "".join(errors.get(name, [])), **more}


@blueprint.route("/person", methods=["GET", "POST"])
@blueprint.route("/person/<login>", methods=["GET", "POST"])
@allowed(*KEEPERS)
def person(login: str | None = None) -> ResponseReturnValue:
    """Make, change, disable a person; reset the password; account roles and roles held."""
    problem, errors, secret = None, {}, None
    if request.method == "POST":
        if login is None:
            return _new_person()
        outcome = _PERSON_ACTS.get(_sent("_act"), _save_person)(login)
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
            _sent("login"), _sent("name"), department=_sent("department") or None, phone=_sent("phone") or None, actor=current_actor()
        )
    except Refused as refusal:
        return _person_page(None, getattr(refusal, "fields", {}) or {}, problem=said(refusal)), 422
    words = _("已新增。一次性密码：%(password)s 。请当面告诉本人，第一次登录要改掉；离开本页后不再显示。", password=password)
    return _person_page(_sent("login"), {}, secret=words)


def _save_person(login: str) -> Any:
    def act() -> None:
        editing.change_person(
            login, name=_sent("name"), department=_sent("department") or None, phone=_sent("phone") or None, actor=current_actor()
        )

    return _try(act, _("已保存。"), url_for(".person", login=login))


def _reset(login: str) -> Any:
    try:
        password = accounts.reset_password(login, actor=current_actor())
    except Refused as refusal:
        return None, said(refusal), {}
    return _("一次性密码：%(password)s 。请当面告诉本人，登录后要改掉；离开本页后不再显示。", password=password)


def _toggle(active: bool) -> Callable[[str], Any]:
    def act(login: str) -> Any:
        words = _("已启用。") if active else _("已停用，登录和令牌立即失效。")
        return _try(lambda: editing.set_active(login, active, actor=current_actor()), words, url_for(".person", login=login))

    return act


def _save_roles(login: str) -> Any:
    given = request.form.getlist("account_roles")
    return _try(
        lambda: accounts.set_roles(login, given, actor=current_actor()),
        _("账号权限已保存，下一次请求起生效。"),
        url_for(".person", login=login),
    )


def _day(name: str) -> date | None:
    text = _sent(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise Invalid("field_invalid", fields={name: [_("请填真实的日期，例如 2026-11-23。")]}) from wrong


def _give(login: str) -> Any:
    def act() -> None:
        granting.give(
            login,
            _sent("role"),
            department=_sent("unit") or None,
            valid_from=_day("valid_from"),
            valid_until=_day("valid_until"),
            actor=current_actor(),
        )

    return _try(act, _("已登记。"), url_for(".person", login=login))


def _end_holding(login: str) -> Any:
    return _try(lambda: granting.end(_sent("id"), actor=current_actor()), _("已卸任。"), url_for(".person", login=login))


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
    units = _choices({unit.code: unit.name for unit in directory.departments("")})
    known = listing.account(login) if login else None
    facts = known.person if known else None
    fields = [
        _field(
            "login", _("账号"), login, errors, required=True, disabled=login is not None, hint=_("小写字母、数字和下划线，定下后不能改")
        ),
        _field("name", _("姓名"), facts.name if facts else "", errors, required=True, disabled=not keeper),
        _field("department", _("单位"), facts.department if facts else "", errors, kind="select", options=units, disabled=not keeper),
        _field("phone", _("电话"), known.phone if known else "", errors, disabled=not keeper),
    ]
    if known is None:
        return _edit(_("新增人员"), "people", fields, **more)
    acts: list[dict[str, Any]] = [{"value": "reset", "label": _("重置密码")}]
    acts.append({"value": "disable", "label": _("停用"), "stop": True} if known.person.active else {"value": "enable", "label": _("启用")})
    return _edit(known.person.display, "people", fields, acts=acts, tables=_person_tables(known), roles=_roles_form(known), **more)


def _roles_form(known: listing.AccountFacts) -> dict[str, Any]:
    words = _role_words()
    return {"title": _("账号权限"), "options": _choices(words), "value": known.account_roles, "act": "roles"}


def _person_tables(known: listing.AccountFacts) -> list[dict[str, Any]]:
    grants, units = "security_admin" in current_actor().roles, _units()
    rows = [
        {
            "cells": [held.role_name, units.get(held.department or "", "—"), held.valid_from or "—", held.valid_until or "—"],
            "id": held.id,
            "act": "end" if grants and _present(held) else None,
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
                "options": _choices({role.code: role.name for role in listing.roles()}),
            },
            {"name": "unit", "label": _("限于单位（可不选）"), "kind": "select", "options": _choices(units)},
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


@blueprint.route("/department", methods=["GET", "POST"])
@blueprint.route("/department/<code>", methods=["GET", "POST"])
@allowed("system_admin")
def department(code: str | None = None) -> ResponseReturnValue:
    """Make, change, disable or delete a department."""
    problem: str | None = None
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        answer, problem, errors = _save_department(code)
        if answer is not None:
            return answer
    return _department_page(code, errors, problem), 422 if problem else 200


def _save_department(code: str | None) -> Outcome:
    name, parent, level, actor = _sent("name"), _sent("parent") or None, _sent("level") or "department", current_actor()
    target = url_for(".index", view="departments")
    if code is None:
        return _try(lambda: editing.create_department(_sent("code"), name, parent=parent, level=level, actor=actor), _("已新增。"), target)
    act = _sent("_act")
    if act == "delete":
        return _try(lambda: editing.delete_department(code, actor=actor), _("已删除。"), target)
    known = _department(code)
    active = {"disable": False, "enable": True}.get(act, known.active)
    return _try(
        lambda: editing.change_department(code, name=name, parent=parent, level=level, active=active, actor=actor), _("已保存。"), target
    )


def _department(code: str) -> directory.DepartmentFacts:
    found = next((unit for unit in directory.departments("", disabled=True) if unit.code == code), None)
    if found is None:
        raise Invalid("field_invalid", fields={"code": [_("没有这个机构。")]})
    return found


def _department_page(code: str | None, errors: dict[str, list[str]], problem: str | None) -> str:
    known = _department(code) if code else None
    fields = [
        _field("code", _("代码"), code, errors, required=True, disabled=code is not None, hint=_("小写字母、数字和下划线，定下后不能改")),
        _field("name", _("名称"), known.name if known else "", errors, required=True),
        _field("parent", _("上级"), known.parent if known else "", errors, kind="select", options=_choices(_units())),
        _field(
            "level",
            _("级别"),
            known.level if known else "department",
            errors,
            kind="select",
            options=_choices({level: _level_words()[level] for level in sorted(LEVELS)}),
        ),
    ]
    acts: list[dict[str, Any]] = []
    if known:
        acts = [
            {"value": "disable", "label": _("停用")} if known.active else {"value": "enable", "label": _("启用")},
            {"value": "delete", "label": _("删除"), "stop": True},
        ]
    return _edit(known.name if known else _("新增机构"), "departments", fields, acts=acts, problem=problem)


@blueprint.route("/role", methods=["GET", "POST"])
@blueprint.route("/role/<code>", methods=["GET", "POST"])
@allowed(*KEEPERS)
def role(code: str | None = None) -> ResponseReturnValue:
    """Make, change or delete a role; see who holds it."""
    problem: str | None = None
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        answer, problem, errors = _save_role(code)
        if answer is not None:
            return answer
    return _role_page(code, errors, problem), 422 if problem else 200


def _save_role(code: str | None) -> Outcome:
    name, described, actor, target = _sent("name"), _sent("description") or None, current_actor(), url_for(".index", view="roles")
    if code is None:
        return _try(lambda: granting.create_role(_sent("code"), name, described, actor=actor), _("已新增。"), target)
    if _sent("_act") == "delete":
        return _try(lambda: granting.delete_role(code, actor=actor), _("已删除。"), target)
    return _try(lambda: granting.change_role(code, name=name, description=described, actor=actor), _("已保存。"), target)


def _role_page(code: str | None, errors: dict[str, list[str]], problem: str | None) -> str:
    known = next((one for one in listing.roles() if one.code == code), None) if code else None
    if code and known is None:
        raise Invalid("field_invalid", fields={"code": [_("没有这个岗位角色。")]})
    fields = [
        _field("code", _("代码"), code, errors, required=True, disabled=code is not None),
        _field(
            "name",
            _("名称"),
            known.name if known else "",
            errors,
            required=True,
            hint=_("流程图里的候选岗位按这个名称找人；改名后，旧名找不到人"),
        ),
        _field("description", _("说明"), known.description if known else "", errors),
    ]
    tables = []
    if known:
        names = directory.names(held.login for held in known.holdings)
        rows = [
            {"cells": [names[held.login], held.valid_from or "—", held.valid_until or "—"], "id": held.id, "act": None}
            for held in known.holdings
        ]
        tables = [{"title": _("在任和曾任"), "heads": [_("人员"), _("从"), _("到")], "rows": rows, "add": None}]
    acts = [{"value": "delete", "label": _("删除"), "stop": True}] if known else []
    return _edit(known.name if known else _("新增岗位角色"), "roles", fields, acts=acts, tables=tables, problem=problem)


@blueprint.route("/post", methods=["GET", "POST"])
@blueprint.route("/post/<post_id>", methods=["GET", "POST"])
@allowed("system_admin")
def post(post_id: str | None = None) -> ResponseReturnValue:
    """Make, rename, fill or delete a post."""
    problem: str | None = None
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        answer, problem, errors = _save_post(post_id)
        if answer is not None:
            return answer
    return _post_page(post_id, errors, problem), 422 if problem else 200


def _save_post(post_id: str | None) -> Outcome:
    name, head, actor, target = _sent("name"), bool(_sent("head")), current_actor(), url_for(".index", view="posts")
    if post_id is None:
        return _try(lambda: posts.create(name, _sent("department"), head=head, actor=actor), _("已新增。"), target)
    if _sent("_act") == "delete":
        return _try(lambda: posts.delete(post_id, actor=actor), _("已删除。"), target)
    if _sent("_act") == "appoint":
        return _try(
            lambda: posts.appoint(post_id, _sent("login") or None, valid_from=_day("valid_from"), actor=actor), _("已任免。"), target
        )
    return _try(lambda: posts.change(post_id, name=name, head=head, actor=actor), _("已保存。"), target)


def _post_page(post_id: str | None, errors: dict[str, list[str]], problem: str | None) -> str:
    known = next((one for one in listing.posts() if one.id == post_id), None) if post_id else None
    if post_id and known is None:
        raise Invalid("field_invalid", fields={"name": [_("没有这个岗位。")]})
    fields = [
        _field("name", _("岗位"), known.name if known else "", errors, required=True),
        _field(
            "department",
            _("单位"),
            known.department if known else "",
            errors,
            kind="select",
            options=_choices(_units()),
            disabled=known is not None,
        ),
        _field(
            "head",
            _("负责人"),
            ["1"] if known and known.head else [],
            errors,
            kind="checks",
            options=[{"value": "1", "label": _("这个岗位是单位负责人")}],
        ),
    ]
    tables = []
    if known:
        people = {one.person.login: one.person.display for one in listing.accounts("", limit=500) if one.person.active}
        rows = [
            {
                "cells": [people.get(known.login or "", _("空缺")), known.valid_from or "—", known.valid_until or "—"],
                "id": known.id,
                "act": None,
            }
        ]
        add = {
            "act": "appoint",
            "label": _("任免"),
            "fields": [
                {"name": "login", "label": _("人员（不选即空缺）"), "kind": "select", "options": _choices(people)},
                {"name": "valid_from", "label": _("从"), "kind": "date"},
            ],
        }
        tables = [{"title": _("在任"), "heads": [_("人员"), _("从"), _("到")], "rows": rows, "add": add}]
    acts = [{"value": "delete", "label": _("删除"), "stop": True}] if known else []
    return _edit(known.name if known else _("新增岗位"), "posts", fields, acts=acts, tables=tables, problem=problem)
