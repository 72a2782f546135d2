"""The lists of people, departments, roles with holders, and posts: heads, rows and where to read on."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import request, url_for

from processes.people import directory, listing
from web.language import gettext as _
from web.pages import editpage

PAGE = 50
Row = dict[str, Any]
One = TypeVar("One")


def titles() -> dict[str, str]:
    """What the views are called, in their order."""
    return {"people": _("人员"), "departments": _("机构"), "roles": _("岗位角色"), "posts": _("岗位"), "charges": _("分管")}


def of(view: str, q: str) -> tuple[list[str], list[Row], dict[str, Any]]:
    """Heads, rows and the links under the list."""
    return _VIEWS[view](q)


def account_role_words() -> dict[str, str]:
    """What account roles are called."""
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


def _links(following: str | None, **after: Any) -> dict[str, Any]:
    here: dict[str, Any] = {name: value for name in ("view", "q") if (value := request.args.get(name))}
    moved = any(name in request.args for name in ("after", "from"))
    return {
        "first": url_for("people.index", **here) if moved else None,
        "next": url_for("people.index", **here, **after) if following else None,
        "words": "",
    }


def _sliced(found: Sequence[One]) -> tuple[Sequence[One], dict[str, Any]]:
    """The part of a whole list that the address asks for."""
    text = request.args.get("from", "")
    start = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    end = start + PAGE
    return found[start:end], _links("more" if end < len(found) else None, **{"from": end})


def _people(q: str) -> tuple[list[str], list[Row], dict[str, Any]]:
    words = account_role_words()
    found = listing.accounts(q, limit=PAGE + 1, after=request.args.get("after"))
    rows = [
        {
            "cells": [
                one.person.display if one.person.active else f"{one.person.display} {_('（停用）')}",
                one.person.login,
                one.person.department_name or "—",
                "、".join(words.get(role, role) for role in one.account_roles) or "—",
                "、".join(held.role_name for held in one.holdings if editpage.is_present(held)) or "—",
            ],
            "href": url_for("people.person", login=one.person.login),
        }
        for one in found[:PAGE]
    ]
    last = found[PAGE - 1].person.login if len(found) > PAGE else None
    return [_("姓名"), _("账号"), _("单位"), _("账号权限"), _("岗位角色")], rows, _links(last, after=last)


def _departments(q: str) -> tuple[list[str], list[Row], dict[str, Any]]:
    units, levels = editpage.units(), editpage.level_words()
    found, links = _sliced(directory.departments(q, disabled=True))
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
        for unit in found
    ]
    return [_("名称"), _("代码"), _("上级"), _("级别")], rows, links


def _roles(q: str) -> tuple[list[str], list[Row], dict[str, Any]]:
    found, links = _sliced([role for role in listing.roles() if q in role.name or q in role.code])
    names = directory.names(held.login for role in found for held in role.holdings)
    rows = [
        {
            "cells": [role.name, role.code, _holders(role, names)],
            "href": url_for("units.role", code=role.code),
        }
        for role in found
    ]
    return [_("名称"), _("代码"), _("在任")], rows, links


def _holders(role: listing.RoleFacts, names: dict[str, str]) -> str:
    held = [names[one.login] for one in role.holdings if editpage.is_present(one)]
    more = _("等 %(n)d 人", n=len(held)) if len(held) > editpage.MOST_NAMED else ""
    return "、".join(held[: editpage.MOST_NAMED]) + more or _("无人在任")


def _posts(q: str) -> tuple[list[str], list[Row], dict[str, Any]]:
    units = editpage.units()
    found, links = _sliced([post for post in listing.posts() if q in post.name])
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
    return [_("岗位"), _("单位"), _("在任"), ""], rows, links


def _charges(q: str) -> tuple[list[str], list[Row], dict[str, Any]]:
    units = editpage.units()
    names = directory.names(line.leader for line in listing.lines())
    told = [
        (line, names[line.leader], units.get(line.department or "", line.department) or line.business or "") for line in listing.lines()
    ]
    found, links = _sliced([one for one in told if q in one[1] or q in one[2] or q == one[0].leader])
    rows = [
        {
            "cells": [
                who,
                of_what,
                _("部门") if line.department else _("条线"),
                line.valid_from or "—",
                line.valid_until or "—",
            ],
            "href": url_for("charges.charge", line_id=line.id),
        }
        for line, who, of_what in found
    ]
    return [_("领导"), _("分管"), _("类别"), _("从"), _("到")], rows, links


_VIEWS: dict[str, Callable[[str], tuple[list[str], list[Row], dict[str, Any]]]] = {
    "people": _people,
    "departments": _departments,
    "roles": _roles,
    "posts": _posts,
    "charges": _charges,
}
