"""Replay: a case step by step on its diagram, with the data of that moment and what changed."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes.actors import SYSTEM
from processes.audit import verify
from processes.queries import cases, definitions, history
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import filters
from web.pages.record_words import Words

blueprint = Blueprint("replay", __name__, url_prefix="/cases")


@blueprint.get("/<instance_id>/replay")
@signed_in
def show(instance_id: str) -> ResponseReturnValue:
    """The moments of a case; `?step=` chooses one without JavaScript."""
    actor = current_actor()
    case = cases.get(instance_id, actor)
    outline = definitions.outline(case["definition_id"])
    steps = _steps(history.steps(instance_id, actor), Words.of(case))
    wanted = request.args.get("step", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 8 else len(steps)
    index = min(max(number, 1), len(steps)) - 1
    report = verify.verify(instance_id)
    good = not report.problems
    words = _("链条完整，%(n)d 步逐一核对", n=report.steps) if good else _("链条不完整：%(what)s", what=str(report.problems[0]))
    return render_template(
        "admin/replay.html",
        case=case,
        process_name=outline["name"],
        case_href=url_for("cases.show", instance_id=instance_id),
        steps=steps,
        step=steps[index],
        before=url_for(".show", instance_id=instance_id, step=index) if index else None,
        after=url_for(".show", instance_id=instance_id, step=index + 2) if index + 1 < len(steps) else None,
        chain={"good": good, "words": words},
        document={"xml": definitions.bpmn(case["definition_id"], actor).decode("utf-8", "replace"), "steps": steps},
    )


def _steps(stored: list[dict[str, Any]], words: Words) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    previous = ""
    waiting: dict[Any, str] = {}
    for step in stored:
        _follow(waiting, step["events"])
        lines = words.lines(step)
        system = step["actor"] == SYSTEM.login
        steps.append(
            {
                "seq": step["seq"],
                "at": filters.long_time(step["at"]),
                "short": filters.short_time(step["at"]),
                "actor": _("系统") if system else step["actor_name"],
                "title": _title(lines),
                "entered": [event["element_id"] for event in step["events"] if event["type"] == "element_entered"],
                "left": [event["element_id"] for event in step["events"] if event["type"] == "element_left"],
                "why": words.reasons(step["events"]) or [_("这一步没有经过分支。")],
                "waiting": "、".join(waiting.values()) or _("没有人"),
                "changes": _changes(step["events"], words),
                "hash": step["hash"][:16],
                "previous": previous[:16] or "—",
            }
        )
        previous = step["hash"]
    return steps


def _title(lines: list[dict[str, Any]]) -> str:
    first = next((line for line in lines if line.get("words")), None)
    if first is None:
        return _("自动办理")
    return f"{first['words']}：{first['outcome']}" if first.get("outcome") else str(first["words"])


def _follow(waiting: dict[Any, str], events: list[dict[str, Any]]) -> None:
    """Which user tasks are open after these events."""
    for event in events:
        if event["type"] == "user_task_created":
            waiting[event["number"]] = event["details"].get("name") or event["element_name"] or event["element_id"]
        elif event["type"] in ("user_task_completed", "user_task_cancelled"):
            waiting.pop(event["number"], None)


def _changes(events: list[dict[str, Any]], words: Words) -> list[list[Any]]:
    """The variables that a step changed: what they are called, their values before and after."""
    changed: dict[str, list[Any]] = {}
    for event in events:
        if event["type"] == "instance_started":
            found = {name: {"old": None, "new": value} for name, value in event["details"]["variables"].items()}
        elif event["type"] == "variables_changed":
            found = event["details"]["changes"]
        else:
            continue
        for name, one in found.items():
            entry = changed.setdefault(name, [words.variable(name), _said(words, name, one["old"]), None])
            entry[2] = _said(words, name, one["new"])
    return [entry for entry in changed.values() if entry[1] != entry[2]]


def _said(words: Words, name: str, value: Any) -> str | None:
    return None if value in (None, "", []) else words.value(name, value)
