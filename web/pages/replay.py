"""Replay: a case step by step on its diagram, with the data of that moment and what changed."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes.actors import SYSTEM
from processes.audit import verify
from processes.queries import cases, history
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import audit_words, casework, filters, signing
from web.pages.record_words import Words

blueprint = Blueprint("replay", __name__, url_prefix="/cases")


@blueprint.get("/<instance_id>/replay")
@signed_in
def show(instance_id: str) -> ResponseReturnValue:
    """The moments of a case; `?step=` chooses one without JavaScript."""
    actor = current_actor()
    case = cases.get(instance_id, actor)
    stored = history.steps(instance_id, actor)
    if not stored:
        # retention has taken its content away
        return redirect(url_for("cases.show", instance_id=instance_id), code=303)
    diagram, diagrams = casework.diagrams(case, actor, request.args.get("diagram"), "replay.show")
    steps = _steps(stored, Words.of(case, stored), diagram["definition_id"])
    wanted = request.args.get("step", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 8 else len(steps)
    index = min(max(number, 1), len(steps)) - 1
    report = verify.verify(instance_id)
    good = not report.problems
    found = "" if good else audit_words.of_problem(report.problems[0])
    words = _("链条完整，%(n)d 步逐一核对", n=report.steps) if good else _("链条不完整：%(what)s", what=found)
    at: dict[str, Any] = {"instance_id": instance_id, "diagram": request.args.get("diagram")}
    return render_template(
        "admin/replay.html",
        case=case,
        process_name=casework.process_name(case["definition_id"]),
        case_href=url_for("cases.show", instance_id=instance_id),
        steps=[{**step, "href": url_for(".show", **at, step=step["seq"])} for step in steps],
        step=steps[index],
        variables=_variables(steps[: index + 1]),
        before=url_for(".show", **at, step=index) if index else None,
        after=url_for(".show", **at, step=index + 2) if index + 1 < len(steps) else None,
        chain={"good": good, "words": words},
        diagrams=diagrams,
        document={"xml": diagram["xml"], "choices": diagram["choices"], "steps": steps},
    )


def _variables(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The variables as they stand after these steps, those that the last one changed first, with when each changed last."""
    known: dict[str, dict[str, Any]] = {}
    for step in steps:
        for name, old, new in step["changes"]:
            known[name] = {"name": name, "before": old, "after": new, "last": step["seq"], "changed": step is steps[-1]}
    return sorted(known.values(), key=lambda one: not one["changed"])


def _steps(stored: list[dict[str, Any]], words: Words, definition_id: str) -> list[dict[str, Any]]:
    """The steps as the page shows them, with what each did on the diagram of one process."""
    steps: list[dict[str, Any]] = []
    previous = ""
    waiting: dict[Any, str] = {}
    signers = signing.Replayed()
    for step in stored:
        _follow(waiting, step["events"])
        steps.append(
            {
                "seq": step["seq"],
                "at": filters.long_time(step["at"]),
                "short": filters.short_time(step["at"]),
                "actor": _("系统") if step["actor"] == SYSTEM.login else step["actor_name"],
                "title": _title(words.lines(step)),
                **_on_diagram([event for event in step["events"] if event["definition"] == definition_id]),
                "signers": signers.after(event for event in step["events"] if event["definition"] == definition_id),
                "why": [_reason(one) for one in words.reasons(step["events"])] or [_("这一步没有经过分支。")],
                "waiting": "、".join(waiting.values()) or _("没有人"),
                "changes": _changes(step["events"], words),
                "hash": step["hash"][:16],
                "previous": previous[:16] or "—",
            }
        )
        previous = step["hash"]
    return steps


def _reason(line: dict[str, Any]) -> str:
    return _("%(words)s（条件 %(condition)s）", words=line["words"], condition=line["fine"]) if line["fine"] else str(line["words"])


def _on_diagram(events: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Which elements a step entered, left and took back, and which ways it chose."""
    left = [event for event in events if event["type"] == "element_left"]
    decided = [event["details"] for event in events if event["type"] == "condition_evaluated"]
    reached = [event["element_id"] for event in events if event["type"] == "end_event_reached"]
    return {
        "entered": [event["element_id"] for event in events if event["type"] == "element_entered"],
        "left": [event["element_id"] for event in left if not event["details"].get("cancelled")],
        "gone": [event["element_id"] for event in left if event["details"].get("cancelled")],
        "reached": reached,
        "chosen": [one["flow_id"] for one in decided if one["result"]],
    }


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
        elif event["type"] in ("user_task_completed", "user_task_cancelled", "user_task_skipped"):
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
