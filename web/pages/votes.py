"""会签, 票签: by which rule several people decide together, how far they have come, who has said what, and who is still asked."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from processes.actors import Actor
from processes.people import directory
from processes.queries import definitions, votes
from web.language import gettext as _
from web.pages import casework, vote_words

Task = dict[str, Any]
TONES = {"yes": "v-yes", "no": "v-no"}
SIGNS = {"yes": "✓", "no": "✗", "abs": "–", "": "…"}
#: width of the bar
WIDE = 100


def of_case(instance_id: str, tasks: Iterable[Task], actor: Actor) -> dict[str, Any] | None:
    """The joint decision of a case to be shown: an open vote, else the newest; else one that a sub-process has asked for."""
    listed, found = list(tasks), votes.of_case(instance_id, actor)
    shown = next((vote for vote in reversed(found) if vote["state"] == "open"), found[-1] if found else None)
    return _drawn(listed) if shown is None else _of_vote(shown, listed)


def of_task(task: Task, tasks: list[Task], actor: Actor) -> dict[str, Any] | None:
    """The joint decision that a task is part of; `tasks`: those of its case."""
    vote = votes.of_task(task, actor)
    return None if vote is None else _of_vote(vote, tasks)


def _of_vote(vote: Mapping[str, Any], tasks: list[Task]) -> dict[str, Any]:
    seats: dict[int, Task] = {task["path"][-1]: task for task in tasks if votes.holds(vote, task) and "of" not in (task["signing"] or {})}
    names = directory.names(login for seat in vote["people"] for login in (seat["who"],))
    names |= directory.names(
        login for task in seats.values() for login in (task["completed_by"], task["assignee"], *task["candidate_users"])
    )
    people = [_seat(vote, number, seat, seats.get(number), names) for number, seat in enumerate(vote["people"])]
    return {
        "title": vote["name"] or _("会签进度"),
        "rule": vote_words.rule(vote, names),
        "sum": vote_words.total(vote, voted=sum(one["said"] != "" for one in people)),
        "bar": [] if vote["hidden"] else _bar(vote["tally"]),
        "people": people,
    }


def _bar(tally: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parts of the bar, as wide as their weights."""
    parts, at, total = [], Fraction(0), Fraction(tally["total"])
    for kind, name in (("yes", "yes"), ("no", "no"), ("abs", "abstained")):
        width = Fraction(tally[name]) / total * WIDE
        if width:
            parts.append({"said": kind, "x": f"{float(at):.2f}", "width": f"{float(width):.2f}"})
        at += width
    return parts


def _seat(vote: Mapping[str, Any], number: int, seat: Mapping[str, Any], task: Task | None, names: Mapping[str, str]) -> dict[str, Any]:
    """One who is asked: state, time, weight, and whether somebody else decided for them."""
    shown = _vote(task, names, sealed=votes.hides_names(vote)) if task is not None else _later(vote)
    if task is None:
        shown["name"] = names.get(seat["who"], seat["who"]) or "—"
    marks = [_("%(n)s 票", n=seat["weight"])] if vote["rule"]["decide"] == "vote" and seat["weight"] != 1 else []
    marks += [_("一票否决")] if seat["veto"] else []
    return {**shown, "post": "，".join(marks)}


def _later(vote: Mapping[str, Any]) -> dict[str, Any]:
    words = _("还没轮到") if vote["state"] == "open" else _("没有问到")
    return {"said": "", "sign": "○", "tone": "v-wait", "words": words, "at": None, "waited": None, "instead": False}


def _drawn(tasks: list[Task]) -> dict[str, Any] | None:
    """Several tasks with outcomes that one sub-process, or one task for many, has asked for at once."""
    scopes: dict[tuple[str, str], dict[str, Task]] = {}
    for task in tasks:
        scope = _scope(task)
        if scope is not None:
            # a step that was asked again counts once, as it stands now
            scopes.setdefault(scope, {})[_place(task)] = task
    asked = next((list(some.values()) for some in reversed(scopes.values()) if _at_once(list(some.values()))), None)
    return None if asked is None else _votes(asked)


def _scope(task: Task) -> tuple[str, str] | None:
    """What asks for a task together with others; None for one that is asked for alone."""
    if not task["properties"].get("outcomes"):
        return None
    elements = definitions.outline(task["element_definition_id"])["elements"]
    element = elements.get(task["element_id"], {})
    if element.get("multi_instance"):
        return task["element_definition_id"], task["element_id"]
    parent = elements.get(element.get("parent"), {})
    return (task["element_definition_id"], element["parent"]) if parent.get("type") == "subProcess" else None


def _at_once(tasks: list[Task]) -> bool:
    """Whether a task came while another was open: one after the other is no joint decision."""
    came = sorted(tasks, key=lambda task: str(task["created_at"]))
    return any(one["completed_at"] is None or later["created_at"] < one["completed_at"] for one, later in pairwise(came))


def _place(task: Task) -> str:
    return f"{task['element_id']} {task['path']}"


def _votes(asked: list[Task]) -> dict[str, Any]:
    names = directory.names(login for task in asked for login in (task["completed_by"], task["assignee"], *task["candidate_users"]))
    people = [_vote(task, names) for task in asked]
    number = {said: sum(one["said"] == said for one in people) for said in SIGNS}
    parts = [_("已同意 %(n)d", n=number["yes"])]
    parts += [_("不同意 %(n)d", n=number["no"])] if number["no"] else []
    parts += [_("还等 %(n)d", n=number[""])] if number[""] else []
    tally = {"total": len(people), "yes": number["yes"], "no": number["no"], "abstained": number["abs"]}
    return {
        "title": _("会签进度"),
        "rule": _("%(n)d 人会签", n=len(people)),
        "sum": "，".join(parts),
        "bar": _bar(tally),
        "people": people,
    }


def _vote(task: Task, names: Mapping[str, str], *, sealed: bool = False) -> dict[str, Any]:
    if task["state"] == "completed":
        said = "abs" if sealed or task["outcome"] == "abstain" else "no" if task["outcome"] in casework.REFUSALS else "yes"
        name = names.get(task["completed_by"], task["completed_by"])
        words, at = (
            (None if sealed else casework.outcome_label(task, task["outcome"])) or (_("已投") if sealed else _("已办")),
            task["completed_at"],
        )
    elif task["state"] == "cancelled":
        said, name, words, at = "abs", names.get(task["assignee"] or "", "—"), _("已收回"), None
    else:
        said, name, at = "", casework.who(task, names), None
        words = _("等待")
    waited = _("已等 %(time)s", time=casework.waited(task["created_at"])) if not said else None
    marks = {"said": said, "sign": "✓" if sealed and at else SIGNS[said], "tone": TONES.get(said, "v-wait")}
    instead = task["state"] == "completed" and task["assignee"] not in (None, task["completed_by"])
    return {**marks, "name": name, "post": task["name"], "words": words, "at": at, "waited": waited, "instead": instead}
