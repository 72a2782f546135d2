"""Who is in charge of departments and of lines of business (分管), with dates; and who heads and headed a department."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from processes.errors import NotFound
from processes.people import directory, granting, listing
from web.access import allowed
from web.auth import current_actor
from web.language import gettext as _
from web.pages import editpage
from web.pages.people import KEEPERS

blueprint = Blueprint("charges", __name__, url_prefix="/people")


@blueprint.route("/charge", methods=["GET", "POST"])
@blueprint.route("/charge/<line_id>", methods=["GET", "POST"])
@allowed(*KEEPERS)
def charge(line_id: str | None = None) -> ResponseReturnValue:
    """Put a leader in charge, or end it."""
    problem: str | None = None
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        answer, problem, errors = _save(line_id)
        if answer is not None:
            return answer
    return _page(line_id, errors, problem), 422 if problem else 200


def _save(line_id: str | None) -> editpage.Outcome:
    actor, target = current_actor(), url_for("people.index", view="charges")
    if line_id is not None:
        return editpage.attempt(lambda: granting.end_line(line_id, editpage.day("valid_until"), actor=actor), _("已结束。"), target)
    return editpage.attempt(
        lambda: granting.put_in_charge(
            editpage.sent("leader"),
            department=editpage.sent("department") or None,
            business=editpage.sent("business") or None,
            valid_from=editpage.day("valid_from"),
            valid_until=editpage.day("valid_until"),
            actor=actor,
        ),
        _("已新增。"),
        target,
    )


def _page(line_id: str | None, errors: dict[str, list[str]], problem: str | None) -> str:
    known = next((one for one in listing.lines() if one.id == line_id), None)
    if line_id is not None and known is None:
        raise NotFound("line_not_found")
    people = {one.login: one.display for one in directory.active()}
    if known is not None:
        people = {**people, **directory.names([known.leader])}
    shown, fixed = known or _Blank(), {"disabled": known is not None}
    fields = [
        editpage.field("leader", _("领导"), shown.leader, errors, kind="select", options=editpage.choices(people), required=True, **fixed),
        editpage.field(
            "department", _("分管的部门"), shown.department, errors, kind="select", options=editpage.choices(editpage.units()), **fixed
        ),
        editpage.field(
            "business", _("分管的条线"), shown.business, errors, hint=_("部门和条线填一项；规则 条线领导(…) 按这个名称找人"), **fixed
        ),
        editpage.field("valid_from", _("从"), shown.valid_from, errors, kind="date", hint=_("不填从今天起"), **fixed),
        editpage.field("valid_until", _("到"), shown.valid_until, errors, kind="date", hint=_("不填则不限")),
    ]
    title = _("分管关系") if known else _("新增分管关系")
    return editpage.page(title, "charges", fields, problem=problem, hint=_("改动从下一次找人起算；已到人的待办不变。"))


class _Blank:
    """What a new line begins with."""

    leader = department = business = valid_from = valid_until = None


def of_department(code: str) -> list[dict[str, Any]]:
    """Tables of who heads and is in charge of a department, those before too: who it was on a day."""
    heads = [post for post in listing.posts(code) if post.head]
    leaders = [line for line in listing.lines() if line.department == code]
    names = directory.names([*(post.login for post in heads), *(line.leader for line in leaders)])
    rows = [_row(names[post.login] if post.login else _("空缺"), post.name, post) for post in heads]
    rows += [_row(names[line.leader], _("分管领导"), line) for line in leaders]
    return [{"title": _("负责人和分管领导，含以前的"), "heads": [_("人员"), _("岗位"), _("从"), _("到")], "rows": rows, "add": None}]


def _row(who: str, what: str, one: listing.PostFacts | listing.LineFacts) -> dict[str, Any]:
    return {"cells": [who, what, one.valid_from or "—", one.valid_until or "—"], "id": one.id, "act": None}
