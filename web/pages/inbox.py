"""The boxes: 待办, 待签收, 已办, 我发起的."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from processes.queries import cases, counters, inbox
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, lists, shell
from web.pages.asked import Asked
from web.pages.lists import PAGE

blueprint = Blueprint("inbox", __name__)

#: columns of a list of tasks -> the order that a press on their head asks for
TASK_ORDERS = {"title": "title", "number": "number", "at": "-arrived", "due": "due"}
DONE_ORDERS = {"title": "title", "number": "number", "at": "-done"}
CASE_ORDERS = {"title": "title", "number": "number", "at": "-started", "due": "due"}


@blueprint.get("/inbox")
@signed_in
def todo() -> ResponseReturnValue:
    """What waits for me, tightest deadline first."""
    asked = Asked.of_request()
    return _tasks(_("待办"), "todo", asked, tabs=_tabs(asked), nothing=_("没有待办，都办完了"))


@blueprint.get("/inbox/unclaimed")
@signed_in
def unclaimed() -> ResponseReturnValue:
    """Of what waits for me, what nobody has claimed: my groups' tasks, and those for which I am one of several."""
    return _tasks(_("待签收"), "unclaimed", Asked.of_request(), nothing=_("没有待签收的"))


def _tasks(title: str, box: str, asked: Asked, **more: Any) -> ResponseReturnValue:
    actor = current_actor()
    return lists.show(
        title,
        asked,
        lambda: inbox.page(actor, box, asked.of_tasks, PAGE, request.args.get("cursor"), asked.sort),
        lambda found: casework.task_rows(found["items"], actor, opened_with=lists.onward(box, asked)),
        box=box,
        sorts=lists.sorts(asked, **TASK_ORDERS),
        **more,
    )


def _tabs(asked: Asked) -> list[dict[str, Any]]:
    actor, counts = current_actor(), shell.current().counts
    kept = asked.address(list=None, due=None)
    plain = not asked.list and not asked.due
    tabs = [
        {"words": _("全部"), "href": url_for(".todo", **(kept or {"all": "1"})), "here": plain, "number": counts["todo"], "count": "todo"},
        _due_tab(asked, "late", _("超期"), "overdue"),
        _due_tab(asked, "soon", _("临期"), "soon"),
    ]
    if counts["snoozed"]:
        aside = {"words": _("已搁置"), "href": url_for("snoozing.index"), "here": False, "number": counts["snoozed"], "count": "snoozed"}
        tabs.append(aside)
    tabs += [
        {"words": name, "href": url_for(".todo", **{**kept, "list": name}), "here": asked.list == name, "number": number}
        for name, number in counters.lists(actor, counts["todo"]).items()
    ]
    return tabs


def _due_tab(asked: Asked, due: str, words: str, count: str) -> dict[str, Any]:
    href, number = url_for(".todo", **asked.address(list=None, due=due)), shell.current().counts[count]
    return {"words": words, "href": href, "here": asked.due == due, "number": number, "tone": due, "count": count}


@blueprint.get("/inbox/done")
@signed_in
def done() -> ResponseReturnValue:
    """What I have handled, newest first, with who it waits for now."""
    actor, asked = current_actor(), Asked.of_request()
    return lists.show(
        _("已办"),
        asked,
        lambda: inbox.page(actor, "done", asked.of_tasks, PAGE, request.args.get("cursor"), asked.sort),
        lambda found: casework.task_rows(found["items"], actor, done=True),
        done=True,
        sorts=lists.sorts(asked, **DONE_ORDERS),
        nothing=_("还没有办过"),
    )


@blueprint.get("/inbox/started")
@signed_in
def started() -> ResponseReturnValue:
    """What I have started, newest first, with who it waits for."""
    return case_list(_("我发起的"), {"mine": current_actor().login}, nothing=_("还没有发起过办件"))


def case_list(title: str, more: dict[str, Any], *, nothing: str) -> ResponseReturnValue:
    """A list of cases, newest first, with who each waits for."""
    actor, asked = current_actor(), Asked.of_request()
    return lists.show(
        title,
        asked,
        lambda: cases.page(actor, {**asked.wanted, **more}, PAGE, request.args.get("cursor"), asked.sort),
        lambda found: casework.case_rows(found["items"]),
        cases=True,
        sorts=lists.sorts(asked, **CASE_ORDERS),
        nothing=nothing,
    )
