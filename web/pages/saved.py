"""Saved filters (常用筛选): their page, keeping one from a list, and the way from one to its list."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from processes import saved_filters
from processes.actors import Actor
from processes.errors import Refused
from processes.queries import cases, counters, inbox
from processes.saved_filters import FilterFacts
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages.asked import Asked
from web.pages.said import said

blueprint = Blueprint("saved", __name__, url_prefix="/filters")

#: lists with filters -> the endpoint of the list
ENDPOINTS = {
    "todo": "inbox.todo",
    "unclaimed": "inbox.unclaimed",
    "done": "inbox.done",
    "started": "inbox.started",
    "search": "cases.search",
    "all": "cases.index",
}
MOST_COUNTED = 99
#: chips over a list
FEW = 6


def box_of(endpoint: str | None) -> str | None:
    """The list that an endpoint shows."""
    return next((box for box, one in ENDPOINTS.items() if one == endpoint), None)


def href(one: FilterFacts) -> str:
    """The address of the list with the filter."""
    address: dict[str, Any] = {**one.conditions, "filter": one.id}
    return url_for(ENDPOINTS[one.box], **address)


def chips(actor: Actor, box: str | None) -> list[dict[str, Any]]:
    """The first filters of a list, as links."""
    found = saved_filters.listed(actor, box)[:FEW] if box else []
    return [{"href": href(one), "words": one.name, "here": request.args.get("filter") == one.id} for one in found]


def opening(actor: Actor, box: str) -> str | None:
    """Where a list that was opened without any condition leads; None where it has no default filter."""
    if request.args:
        return None
    found = saved_filters.default(actor, box)
    return None if found is None else href(found)


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """All filters that I see, each with what it finds."""
    return _page()


def _page(problem: str | None = None) -> str:
    actor = current_actor()
    found = saved_filters.listed(actor)
    boxes = _boxes()
    shares = [{"value": f"{kind}:{code}", "name": name, "kind": kind} for (kind, code), name in saved_filters.may_share_with(actor).items()]
    manages = bool(actor.roles & saved_filters.SHARES_WITH_ALL)
    rows = [
        {"facts": one, "href": href(one), "list": boxes[one.box], "count": _count(one, actor), "may_delete": one.own or manages}
        for one in found
    ]
    return render_template("clerk/filters.html", rows=rows, shares=shares, problem=problem)


def _boxes() -> dict[str, str]:
    return {
        "todo": _("待办"),
        "unclaimed": _("待签收"),
        "done": _("已办"),
        "started": _("我发起的"),
        "search": _("查找"),
        "all": _("全部办件"),
    }


def _count(one: FilterFacts, actor: Actor) -> int | None:
    """How many the filter finds; None where its conditions cannot be read any more."""
    asked = Asked.of(MultiDict(one.conditions))
    if asked.problems:
        return None
    try:
        if one.box in ("todo", "unclaimed", "done"):
            return inbox.count(actor, one.box, asked.of_tasks, MOST_COUNTED)
        mine = {"mine": actor.login} if one.box == "started" else {}
        found = cases.count(actor, {**asked.wanted, **mine}, MOST_COUNTED)
    except Refused:
        return None
    return counters.More(MOST_COUNTED) if found > MOST_COUNTED else found


@blueprint.post("")
@signed_in
def save() -> ResponseReturnValue:
    """Keep the conditions of the list that is shown."""
    actor, box = current_actor(), request.form.get("box", "")
    asked = Asked.of(request.form)
    if asked.problems or box not in ENDPOINTS:
        return _page(_("没有保存：筛选条件有误。")), 422
    try:
        filter_id = saved_filters.save(request.form.get("name", ""), box, asked.given, actor=actor)
    except Refused as refusal:
        return _page(_("没有保存：%(why)s", why=said(refusal))), 422
    flash(_("已存为常用筛选。"), "done")
    return redirect(url_for(ENDPOINTS[box], **asked.given, filter=filter_id), code=303)


@blueprint.post("/<filter_id>")
@signed_in
def change(filter_id: str) -> ResponseReturnValue:
    """Rename a filter of mine, and say with whom it is shared."""
    actor = current_actor()
    kind, _sep, code = request.form.get("shared", "").partition(":")
    try:
        shared = (kind or None, code or None) if "shared" in request.form else None
        saved_filters.change(filter_id, name=request.form.get("name", ""), shared=shared, actor=actor)
    except Refused as refusal:
        return _page(_("没有保存：%(why)s", why=said(refusal))), 422
    return redirect(url_for(".index"), code=303)


@blueprint.post("/<filter_id>/position")
@signed_in
def position(filter_id: str) -> ResponseReturnValue:
    """Move a filter of mine up or down."""
    saved_filters.move(filter_id, request.form.get("to") == "up", actor=current_actor())
    return redirect(url_for(".index"), code=303)


@blueprint.post("/<filter_id>/default")
@signed_in
def default(filter_id: str) -> ResponseReturnValue:
    """Open its list with this filter, or without one again."""
    actor = current_actor()
    one = saved_filters.get(filter_id, actor)
    saved_filters.open_with(one.box, None if one.default else filter_id, actor=actor)
    return redirect(url_for(".index"), code=303)


@blueprint.post("/<filter_id>/deletion")
@signed_in
def delete(filter_id: str) -> ResponseReturnValue:
    """Delete a filter."""
    saved_filters.remove(filter_id, actor=current_actor())
    flash(_("常用筛选已删除。"), "done")
    return redirect(url_for(".index"), code=303)
