"""The boxes: 待办, 已办, 我发起的."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import clock
from processes.queries import cases, counters, definitions, inbox
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, shell

blueprint = Blueprint("inbox", __name__)

PAGE = 50


def asked() -> dict[str, Any]:
    """What the address limits the list to."""
    q = request.args.get("q", "").strip()[:100]
    return {
        "q": q,
        "definition_key": request.args.get("definition_key") or None,
        "list": request.args.get("list") or None,
        "overdue": request.args.get("overdue") == "1",
    }


def paged(found: dict[str, Any], number: int) -> dict[str, Any]:
    """The links under a list."""
    args = request.args.to_dict()
    known = {**(request.view_args or {}), **args}
    known.pop("cursor", None)
    first = url_for(str(request.endpoint), **known) if args.get("cursor") else None
    after = url_for(str(request.endpoint), **{**known, "cursor": found["next"]}) if found["next"] else None
    return {"first": first, "next": after, "words": _("本页 %(n)d 件", n=number)}


@blueprint.get("/inbox")
@signed_in
def todo() -> ResponseReturnValue:
    """What waits for me, tightest deadline first."""
    actor, filters = current_actor(), asked()
    wanted = {"text": filters["q"] or None, "definition_key": filters["definition_key"], "list_name": filters["list"]}
    found = inbox.page(actor, "todo", {**wanted, "overdue": True if filters["overdue"] else None}, PAGE, request.args.get("cursor"))
    return _page(_("待办"), casework.task_rows(found["items"], actor), found, tabs=_tabs(filters), nothing=_("没有待办，都办完了"))


def _tabs(filters: dict[str, Any]) -> list[dict[str, Any]]:
    actor, counts = current_actor(), shell.current().counts
    plain = not filters["list"] and not filters["overdue"]
    tabs = [
        {"words": _("全部"), "href": url_for(".todo"), "here": plain, "number": counts["todo"]},
        {"words": _("超期"), "href": url_for(".todo", overdue=1), "here": filters["overdue"], "number": counts["overdue"], "late": True},
    ]
    lists = counters.lists(actor, counts["todo"])
    tabs += [
        {"words": name, "href": url_for(".todo", list=name), "here": filters["list"] == name, "number": number}
        for name, number in lists.items()
    ]
    return tabs


@blueprint.get("/inbox/done")
@signed_in
def done() -> ResponseReturnValue:
    """What I have handled, newest first."""
    actor, filters = current_actor(), asked()
    wanted = {"text": filters["q"] or None, "definition_key": filters["definition_key"]}
    found = inbox.page(actor, "done", wanted, PAGE, request.args.get("cursor"))
    return _page(_("已办"), casework.task_rows(found["items"], actor, done=True), found, done=True, nothing=_("还没有办过"))


@blueprint.get("/inbox/started")
@signed_in
def started() -> ResponseReturnValue:
    """What I have started, newest first, with who it waits for."""
    actor, filters = current_actor(), asked()
    wanted = {"text": filters["q"] or None, "definition_key": filters["definition_key"], "started_by": actor.login}
    found = cases.page(actor, wanted, PAGE, request.args.get("cursor"))
    return _page(_("我发起的"), casework.case_rows(found["items"]), found, cases=True, nothing=_("还没有发起过办件"))


def _page(title: str, rows: list[dict[str, Any]], found: dict[str, Any], **more: Any) -> str:
    filters = asked()
    names = {one["key"]: one["name"] for one in definitions.page(current_actor(), latest=True, limit=200)["items"]}
    conditions = [filters["q"], names.get(filters["definition_key"] or ""), filters["list"], _("超期") if filters["overdue"] else None]
    return render_template(
        "clerk/inbox.html",
        title=title,
        rows=rows,
        page=paged(found, len(rows)),
        filters=filters,
        filtered=any(conditions),
        conditions="、".join(one for one in conditions if one),
        clear=url_for(str(request.endpoint)),
        processes=[{"key": key, "name": name} for key, name in names.items()],
        now=clock.now(),
        tabs=more.get("tabs"),
        done=more.get("done", False),
        cases=more.get("cases", False),
        nothing=more["nothing"],
        nothing_href=url_for("starts.index"),
        nothing_label=_("发起办件"),
    )
