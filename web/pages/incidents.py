"""Incidents (异常) for operators: what failed, what to do, run again."""

from collections import Counter
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import values
from processes import incidents
from processes.errors import Invalid, Refused
from processes.queries import cases, figures, work
from web import words
from web.access import allowed
from web.auth import current_actor
from web.language import current_language
from web.language import gettext as _
from web.pages import incident_words
from web.pages.said import said

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")
#: as many as the list shows
MOST_AT_ONCE = 200


@blueprint.route("", methods=["GET", "POST"])
@allowed("operator")
def index() -> ResponseReturnValue:
    """Incidents by cause; run the ticked ones, or all of a cause, again."""
    if request.method == "GET":
        return _list()
    wanted = request.form.getlist("shown" if request.form.get("which") == "all" else "incident")[:MOST_AT_ONCE]
    if not wanted:
        return _list(_("请先勾选要重新运行的办件。")), 422
    _run_again(wanted)
    return redirect(url_for(".index"), code=303)


def _run_again(wanted: list[str]) -> None:
    """Run each again by itself, and say how many went on, wait for a worker, or failed once more."""
    actor = current_actor()
    refused = incidents.resolve_many(wanted, actor=actor)
    ran = [work.incident(one, actor) for one, why in refused.items() if why is None]
    done = sum(one["state"] == "resolved" for one in ran)
    soon = sum(one["state"] != "resolved" and bool(one["job_id"]) for one in ran)
    failed = len(ran) - done - soon
    if done:
        flash(_("%(n)d 件已重新运行，继续往下走。", n=done), "done")
    if soon:
        flash(_("%(n)d 件已排队重新运行，结果稍后在这里显示。", n=soon), "soon")
    for code, count in Counter(why for why in refused.values() if why is not None).items():
        flash(_("%(n)d 件没有再运行：%(why)s", n=count, why=words.detail(code, 409, {}, current_language())), "late")
    if failed:
        flash(_("%(n)d 件没有成功，办件没有改动，可以再试。", n=failed), "late")


def _list(problem: str | None = None) -> str:
    state = "resolved" if request.args.get("state") == "resolved" else "open"
    items = [_shown(one) for one in work.incidents(current_actor(), state=state, limit=MOST_AT_ONCE)["items"]]
    items.sort(key=lambda one: one["code"])
    groups = []
    for code, some in groupby(items, key=lambda one: one["code"]):
        rows = list(some)
        groups.append(
            {
                "title": incident_words.title(code),
                "words": incident_words.sentence(rows[0]),
                "remedy": incident_words.remedy(code),
                "rows": rows,
            }
        )
    return render_template("admin/incidents.html", groups=groups, state=state, open_count=figures.open_incidents(), problem=problem)


def _shown(incident: dict[str, Any]) -> dict[str, Any]:
    return {
        **incident,
        "href": url_for("cases.show", instance_id=incident["instance_id"]),
        "words": incident_words.sentence(incident),
        "remedy": incident_words.remedy(incident["code"]),
    }


@blueprint.route("/<incident_id>", methods=["GET", "POST"])
@allowed("operator")
def show(incident_id: str) -> ResponseReturnValue:
    """One incident; correct variables and run the failed part again."""
    actor = current_actor()
    if request.method == "GET":
        return _page(incident_id)
    try:
        changed = _variables(request.form.get("variables", ""))
        incidents.resolve(incident_id, variables=changed or None, actor=actor)
    except Refused as refusal:
        return _page(incident_id, said(refusal)), 422
    now = work.incident(incident_id, actor)
    if now["state"] == "resolved":
        flash(_("已重新运行，办件继续往下走。"), "done")
        return redirect(url_for("cases.show", instance_id=now["instance_id"]), code=303)
    if now["job_id"]:
        flash(_("已排队重新运行，结果稍后在这里显示。"), "soon")
        return redirect(url_for(".index"), code=303)
    return _page(incident_id, _("重新运行仍然没有成功：%(why)s。办件没有改动，可以再试。", why=now["message"])), 409


def _variables(text: str) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip():
            raise Invalid("field_invalid", fields={"variables": [_("第 %(n)d 行看不懂，请写成 名称 = 值。", n=number)]})
        changed[name.strip()] = _value(value.strip())
    return changed


def _value(text: str) -> Any:
    try:
        return values.loads(text)
    except values.ValueRefused:
        return text


def _page(incident_id: str, problem: str | None = None) -> str:
    actor = current_actor()
    incident = _shown(work.incident(incident_id, actor))
    case = cases.get(incident["instance_id"], actor)
    shown = [(name, values.dumps(value).decode()[:300]) for name, value in sorted(case["variables"].items())]
    return render_template("admin/incident.html", i=incident, values=shown, problem=problem, variables=request.form.get("variables"))
