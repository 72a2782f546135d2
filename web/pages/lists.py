"""Lists of tasks and cases: their page, and the way from a task to the next one of its list."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import clock
from processes.actors import Actor
from processes.people import directory
from processes.queries import definitions, inbox
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, list_columns, saved
from web.pages.asked import DUES, STATES, Asked

PAGE = 50
#: boxes whose tasks lead on to the next: the endpoint of the list
WORKED_THROUGH = {"todo": "inbox.todo", "unclaimed": "inbox.unclaimed"}
Found = dict[str, Any]
NOTHING: Found = {"items": [], "next": None}


def show(
    title: str, asked: Asked, read: Callable[[], Found], rows_of: Callable[[Found], list[dict[str, Any]]], **more: Any
) -> ResponseReturnValue:
    """The page of a list: what it is limited to, its rows, the way on; 422 where what is asked for cannot be read."""
    actor, box = current_actor(), saved.box_of(request.endpoint)
    if box is not None and (opened := saved.opening(actor, box)) is not None:
        return redirect(opened)
    found = NOTHING if asked.problems else read()
    rows, heads = list_columns.added(rows_of(found), asked.definition_key, asked.columns)
    newest = {one["key"]: one for one in definitions.page(actor, latest=True, limit=200)["items"]}
    names = {key: one["name"] for key, one in newest.items()}
    conditions = _words(asked, names)
    page = render_template(
        "clerk/inbox.html",
        **{"tabs": None, "done": False, "cases": False, "box": None, **more},
        title=title,
        rows=rows,
        heads=heads,
        page=paged(found, len(rows)),
        asked=asked,
        conditions="、".join(conditions),
        clear=url_for(str(request.endpoint), **{**(request.view_args or {}), "all": "1"}),
        saved_as=box,
        chips=saved.chips(actor, box),
        column_choices=list_columns.choices(newest.get(asked.definition_key, {}).get("id"), asked.columns),
        processes=names,
        states=states(),
        dues=dues(),
        urgencies=casework.urgencies(),
        departments=directory.departments(),
        now=clock.now(),
        nothing_href=url_for("starts.index"),
        nothing_label=_("发起办件"),
    )
    return (page, 422) if asked.problems else page


def _words(asked: Asked, names: Mapping[str, str]) -> list[str]:
    """The conditions as a reader says them."""
    said = {
        "q": asked.q,
        "definition_key": names.get(asked.definition_key, asked.definition_key),
        "list": asked.list,
        "due": dues().get(asked.due, asked.due),
        "urgency": casework.urgencies().get(asked.urgency, asked.urgency),
        "state": states().get(asked.state, asked.state),
        "applicant": _("申请人 %(who)s", who=asked.applicant),
        "department": _("单位 %(name)s", name=_department(asked.department)),
        "since": _("%(day)s 起", day=asked.since),
        "until": _("%(day)s 止", day=asked.until),
        "amount_from": _("%(n)s 元以上", n=asked.amount_from),
        "amount_to": _("%(n)s 元以下", n=asked.amount_to),
        "waiting_for": _("等 %(who)s", who=asked.waiting_for),
    }
    return [said[name] for name in asked.given if name in said]


def _department(code: str) -> str:
    return next((one.name for one in directory.departments(code, disabled=True) if one.code == code), code) if code else ""


def dues() -> dict[str, str]:
    """What a deadline may be."""
    return dict(zip(DUES, (_("已超期"), _("临期"), _("今天到期")), strict=True))


def states() -> dict[str, str]:
    """What a case may be."""
    return dict(zip(STATES, (_("办理中"), _("已暂停"), _("出现异常"), _("已办结"), _("已撤销")), strict=True))


def sorts(asked: Asked, **names: str) -> dict[str, dict[str, str]]:
    """Links that sort by a column, or turn its order around: column -> address and mark; `names`: column -> its order."""
    links = {}
    for column, name in names.items():
        plain, now = name.removeprefix("-"), asked.sort or ""
        here = now.removeprefix("-") == plain
        down = not now.startswith("-") if here else name.startswith("-")
        mark = ("↓" if now.startswith("-") else "↑") if here else ""
        address = asked.address(sort=f"{'-' if down else ''}{plain}")
        links[column] = {"href": url_for(str(request.endpoint), **{**(request.view_args or {}), **address}), "mark": mark}
    return links


def paged(found: Found, number: int) -> dict[str, Any]:
    """The links under a list."""
    # a parameter may stand there several times: a box a column
    known = {**(request.view_args or {}), **request.args.to_dict(flat=False)}
    known.pop("cursor", None)
    first = url_for(str(request.endpoint), **known) if request.args.get("cursor") else None
    after = url_for(str(request.endpoint), **{**known, "cursor": found["next"]}) if found["next"] else None
    return {"first": first, "next": after, "words": _("本页 %(n)d 件", n=number)}


def onward(box: str, asked: Asked) -> dict[str, Any]:
    """The parameters with which a task of a list is opened, so that its page knows the list."""
    return {"box": box, **asked.given}


def _of_task() -> tuple[str, Asked] | None:
    """The list from which the task of this request was opened; None for a task that was opened by itself."""
    box, asked = request.args.get("box", ""), Asked.of_request()
    return (box, asked) if box in WORKED_THROUGH and not asked.problems else None


def back() -> str:
    """The address of the list from which a task was opened."""
    opened = _of_task()
    return url_for(WORKED_THROUGH[opened[0]], **opened[1].given) if opened else url_for("inbox.todo")


def place(task_id: str, actor: Actor) -> dict[str, Any] | None:
    """Where a task stands in the list from which it was opened, else in the whole box; None where it is not there."""
    opened = _of_task()
    box, asked = opened or ("todo", Asked({}))
    found = inbox.around(task_id, actor, box, asked.of_tasks, asked.sort)
    if found is None:
        return None
    shown = onward(box, asked) if opened else {}
    before, after = (url_for("tasks.show", task_id=one, **shown) if one else None for one in (found.before, found.after))
    return {"here": found.here, "all": found.all, "before": before, "after": after}


def following(task_id: str, actor: Actor) -> str:
    """The address to go on with when the task is done: the next task of the list from which it was opened, else that list."""
    opened = _of_task()
    found = inbox.around(task_id, actor, opened[0], opened[1].of_tasks, opened[1].sort) if opened else None
    if opened is None or found is None:
        return back()
    follows = found.after or found.first
    return url_for("tasks.show", task_id=follows, **onward(*opened)) if follows else back()
