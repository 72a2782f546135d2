"""Departments, roles and posts, edited in the browser."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from processes.errors import NotFound
from processes.people import directory, editing, granting, listing, posts
from processes.people.organisation import LEVELS
from web.access import allowed
from web.auth import current_actor
from web.language import gettext as _
from web.pages import charges, editpage
from web.pages.people import KEEPERS

blueprint = Blueprint("units", __name__, url_prefix="/people")


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


def _save_department(code: str | None) -> editpage.Outcome:
    name, parent, level, actor = (
        editpage.sent("name"),
        editpage.sent("parent") or None,
        editpage.sent("level") or "department",
        current_actor(),
    )
    target = url_for("people.index", view="departments")
    if code is None:
        return editpage.attempt(
            lambda: editing.create_department(editpage.sent("code"), name, parent=parent, level=level, actor=actor), _("已新增。"), target
        )
    act = editpage.sent("_act")
    if act == "delete":
        return editpage.attempt(lambda: editing.delete_department(code, actor=actor), _("已删除。"), target)
    known = _department(code)
    active = {"disable": False, "enable": True}.get(act, known.active)
    return editpage.attempt(
        lambda: editing.change_department(code, name=name, parent=parent, level=level, active=active, actor=actor), _("已保存。"), target
    )


def _department(code: str) -> directory.DepartmentFacts:
    found = next((unit for unit in directory.departments("", disabled=True) if unit.code == code), None)
    if found is None:
        raise NotFound("department_not_found")
    return found


def _department_page(code: str | None, errors: dict[str, list[str]], problem: str | None) -> str:
    known = _department(code) if code else None
    fields = [
        editpage.field(
            "code", _("代码"), code, errors, required=True, disabled=code is not None, hint=_("小写字母、数字和下划线，定下后不能改")
        ),
        editpage.field("name", _("名称"), known.name if known else "", errors, required=True),
        editpage.field(
            "parent", _("上级"), known.parent if known else "", errors, kind="select", options=editpage.choices(editpage.units())
        ),
        editpage.field(
            "level",
            _("级别"),
            known.level if known else "department",
            errors,
            kind="select",
            options=editpage.choices({level: editpage.level_words()[level] for level in sorted(LEVELS)}),
        ),
    ]
    acts: list[dict[str, Any]] = []
    if known:
        acts = [
            {"value": "disable", "label": _("停用")} if known.active else {"value": "enable", "label": _("启用")},
            {"value": "delete", "label": _("删除"), "stop": True},
        ]
    tables = charges.of_department(known.code) if known else []
    return editpage.page(known.name if known else _("新增机构"), "departments", fields, acts=acts, tables=tables, problem=problem)


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


def _save_role(code: str | None) -> editpage.Outcome:
    name, described, actor, target = (
        editpage.sent("name"),
        editpage.sent("description") or None,
        current_actor(),
        url_for("people.index", view="roles"),
    )
    if code is None:
        return editpage.attempt(lambda: granting.create_role(editpage.sent("code"), name, described, actor=actor), _("已新增。"), target)
    if editpage.sent("_act") == "delete":
        return editpage.attempt(lambda: granting.delete_role(code, actor=actor), _("已删除。"), target)
    return editpage.attempt(lambda: granting.change_role(code, name=name, description=described, actor=actor), _("已保存。"), target)


def _role_page(code: str | None, errors: dict[str, list[str]], problem: str | None) -> str:
    known = next((one for one in listing.roles() if one.code == code), None) if code else None
    if code and known is None:
        raise NotFound("role_not_found")
    fields = [
        editpage.field("code", _("代码"), code, errors, required=True, disabled=code is not None),
        editpage.field(
            "name",
            _("名称"),
            known.name if known else "",
            errors,
            required=True,
            hint=_("流程图里的候选岗位按这个名称找人；改名后，旧名找不到人"),
        ),
        editpage.field("description", _("说明"), known.description if known else "", errors),
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
    return editpage.page(known.name if known else _("新增岗位角色"), "roles", fields, acts=acts, tables=tables, problem=problem)


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


def _save_post(post_id: str | None) -> editpage.Outcome:
    name, head, actor, target = editpage.sent("name"), bool(editpage.sent("head")), current_actor(), url_for("people.index", view="posts")
    if post_id is None:
        return editpage.attempt(lambda: posts.create(name, editpage.sent("department"), head=head, actor=actor), _("已新增。"), target)
    if editpage.sent("_act") == "delete":
        return editpage.attempt(lambda: posts.delete(post_id, actor=actor), _("已删除。"), target)
    if editpage.sent("_act") == "appoint":
        return editpage.attempt(
            lambda: posts.appoint(post_id, editpage.sent("login") or None, valid_from=editpage.day("valid_from"), actor=actor),
            _("已任免。"),
            target,
        )
    return editpage.attempt(lambda: posts.change(post_id, name=name, head=head, actor=actor), _("已保存。"), target)


def _post_page(post_id: str | None, errors: dict[str, list[str]], problem: str | None) -> str:
    known = next((one for one in listing.posts() if one.id == post_id), None) if post_id else None
    if post_id and known is None:
        raise NotFound("post_not_found")
    fields = [
        editpage.field("name", _("岗位"), known.name if known else "", errors, required=True),
        editpage.field(
            "department",
            _("单位"),
            known.department if known else "",
            errors,
            kind="select",
            options=editpage.choices(editpage.units()),
            disabled=known is not None,
        ),
        editpage.field(
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
        people = {one.login: one.display for one in directory.active()}
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
                {"name": "login", "label": _("人员（不选即空缺）"), "kind": "select", "options": editpage.choices(people)},
                {"name": "valid_from", "label": _("从"), "kind": "date"},
            ],
        }
        tables = [{"title": _("在任"), "heads": [_("人员"), _("从"), _("到")], "rows": rows, "add": add}]
    acts = [{"value": "delete", "label": _("删除"), "stop": True}] if known else []
    return editpage.page(known.name if known else _("新增岗位"), "posts", fields, acts=acts, tables=tables, problem=problem)
