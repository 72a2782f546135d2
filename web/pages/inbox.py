"""The boxes: 待办, 待签收, 已办, 我发起的."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import clock
from processes.queries import cases, counters, definitions, inbox
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, shell
from web.pages.lists import PAGE, Asked, onward, paged

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


def _tasks(title: str, box: str, asked: Asked, **more: Any) -> str:
    actor = current_actor()
    found = inbox.page(actor, box, asked.wanted, PAGE, request.args.get("cursor"), asked.sort)
    rows = casework.task_rows(found["items"], actor, opened_with=onward(box, asked))
    return list_page(title, rows, found, asked, sorts=asked.sorts(**TASK_ORDERS), due=True, box=box, **more)


def _tabs(asked: Asked) -> list[dict[str, Any]]:
    actor, counts = current_actor(), shell.current().counts
    kept = asked.address(list=None, due=None)
    tabs = [
        {
            "words": _("全部"),
            "href": url_for(".todo", **kept),
            "here": not asked.list and not asked.due,
            "number": counts["todo"],
            "count": "todo",
        },
        _due_tab(asked, "late", _("超期"), counts["overdue"]),
        _due_tab(asked, "soon", _("临期"), counts["soon"]),
    ]
    tabs += [
        {"words": name, "href": url_for(".todo", **{**kept, "list": name}), "here": asked.list == name, "number": number}
        for name, number in counters.lists(actor, counts["todo"]).items()
    ]
    return tabs


def _due_tab(asked: Asked, due: str, words: str, number: int) -> dict[str, Any]:
    href = url_for(".todo", **asked.address(list=None, due=due))
    return {
        "words": words,
        "href": href,
        "here": asked.due == due,
        "number": number,
        "tone": due,
        "count": "overdue" if due == "late" else due,
    }


@blueprint.get("/inbox/done")
@signed_in
def done() -> ResponseReturnValue:
    """What I have handled, newest first, with who it waits for now."""
    actor, asked = current_actor(), Asked.of_request()
    found = inbox.page(actor, "done", asked.wanted, PAGE, request.args.get("cursor"), asked.sort)
    rows = casework.task_rows(found["items"], actor, done=True)
    return list_page(_("已办"), rows, found, asked, done=True, sorts=asked.sorts(**DONE_ORDERS), nothing=_("还没有办过"))


@blueprint.get("/inbox/started")
@signed_in
def started() -> ResponseReturnValue:
    """What I have started, newest first, with who it waits for."""
    actor, asked = current_actor(), Asked.of_request()
    wanted = {**asked.wanted, "started_by": actor.login}
    found = cases.page(actor, wanted, PAGE, request.args.get("cursor"), asked.sort)
    rows = casework.case_rows(found["items"])
    return list_page(
        _("我发起的"), rows, found, asked, cases=True, sorts=asked.sorts(**CASE_ORDERS), due=True, nothing=_("还没有发起过办件")
    )


def list_page(title: str, rows: list[dict[str, Any]], found: dict[str, Any], asked: Asked, **more: Any) -> str:
    """The page of a list: its conditions, its rows, the way on."""
    names = {one["key"]: one["name"] for one in definitions.page(current_actor(), latest=True, limit=200)["items"]}
    conditions = [asked.q, names.get(asked.definition_key), asked.list, _dues().get(asked.due)]
    shown = {"tabs": None, "done": False, "cases": False, "due": False, "box": None, **more}
    return render_template(
        "clerk/inbox.html",
        title=title,
        rows=rows,
        page=paged(found, len(rows)),
        filters=asked,
        filtered=any(conditions),
        conditions="、".join(one for one in conditions if one),
        clear=url_for(str(request.endpoint)),
        processes=[{"key": key, "name": name} for key, name in names.items()],
        dues=_dues(),
        now=clock.now(),
        nothing_href=url_for("starts.index"),
        nothing_label=_("发起办件"),
        **shown,
    )


def _dues() -> dict[str, str]:
    return {"late": _("已超期"), "soon": _("临期"), "today": _("今天到期")}
