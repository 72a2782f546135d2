"""What pages say about a case in words: its steps, why it went that way, who it waits for, what was asked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from typing import Any

from flask import g, url_for

from forms import outcomes
from forms.definition import Component, Form
from processes import attachments, clock, results, urgency
from processes.actors import Actor
from processes.approval import reminding
from processes.people import directory, groups
from processes.queries import asleep, cases, definitions, inbox, progress
from web.language import gettext as _
from web.pages import formview, handed_words, withdrawals

REJECTED_ENDS = ("reject", "disagree", "refus", "不同意", "不通过", "退回", "驳回", "否决")
REFUSALS = frozenset({"disagree", "return"})
MOST_NAMED = 3


def people() -> formview.People:
    """Where forms find people, departments and files; asked once a request."""
    if "people_of_forms" not in g:
        g.people_of_forms = formview.People(users=cache(_users), departments=cache(_departments), attachments=described, names=_named)
    found: formview.People = g.people_of_forms
    return found


def _users(names: Iterable[str]) -> list[tuple[str, str]]:
    wanted = list(names)
    if not wanted:
        return [(one.login, one.display) for one in directory.active()]
    logins = sorted({login for held in groups.holders(wanted).values() for login in held})
    return [(login, name) for login, name in directory.names(logins).items()]


def _departments() -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in directory.departments("")]


def _named(kind: str, codes: Iterable[str]) -> dict[str, str]:
    """Names of people, also those who have left, or of departments, also those that are closed."""
    if kind == "user":
        known: dict[str, str] = g.setdefault("names_of_people", {})
        unknown = set(codes) - known.keys()
        if unknown:
            known.update(directory.names(unknown))
        return known
    if "names_of_departments" not in g:
        g.names_of_departments = {one.code: one.name for one in directory.departments("", disabled=True)}
    departments: dict[str, str] = g.names_of_departments
    return departments


def described(ids: Iterable[str]) -> list[dict[str, Any]]:
    """Attachments by id, in the order given."""
    wanted = [str(one) for one in ids]
    known = attachments.described(wanted)
    return [{"id": one, "name": known[one].name, "size": known[one].size} for one in wanted if one in known]


def file_href(attachment_id: str) -> str:
    """Where a file is downloaded."""
    return url_for("files.download", attachment_id=attachment_id)


def files_of(instance_id: str) -> list[dict[str, Any]]:
    """The files of a case with who gave them and when."""
    used = attachments.of_case(instance_id)
    names = directory.names(one.facts.uploaded_by for one in used)
    return [
        {
            "href": file_href(one.facts.id),
            "name": one.facts.name,
            "size": one.facts.size,
            "by": names.get(one.facts.uploaded_by, one.facts.uploaded_by),
            "at": one.facts.uploaded_at,
        }
        for one in used
    ]


def with_result(case: dict[str, Any]) -> dict[str, Any]:
    """The case with how it ended: the name of its last end event, and whether that was a rejection."""
    reached, result = results.last_end(case) or ("", None)
    rejected = any(word in f"{reached} {result or ''}".lower() for word in REJECTED_ENDS)
    return {**case, "result": result, "rejected": case["state"] == "completed" and rejected}


def who(task: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Who an open task waits for, in words; a long list of candidates is cut."""
    if task["assignee"]:
        return names.get(task["assignee"], task["assignee"])
    logins = task["candidate_users"]
    if not logins:
        return "、".join(task["candidate_groups"]) + _("（无人在任）") if task["candidate_groups"] else _("运行管理员")
    shown = "、".join(names.get(login, login) for login in logins[:MOST_NAMED])
    return shown + (_("等 %(n)d 人", n=len(logins)) if len(logins) > MOST_NAMED else "")


def waits_for(instance_id: str) -> str:
    """What a case waits for, as the end of a sentence: steps with who has them, a long list cut."""
    waiting = waits(inbox.of_instance(instance_id))
    said = "；".join(f"{one['name']}（{one['who']}）" for one in waiting[:4])
    if len(waiting) > 4:
        said += _("等 %(n)d 步", n=len(waiting))
    return said or _("系统自动办理")


def waits(tasks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The open tasks of a case: step, who, until when."""
    listed = [task for task in tasks if task["state"] == "open"]
    return [_wait(task, _names(listed)) for task in listed]


def _names(tasks: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return directory.names(login for task in tasks for login in (*task["candidate_users"], task["assignee"]))


def _wait(task: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {"id": task["id"], "name": task["name"], "who": who(task, names), "due_at": task["due_at"]}


def case_rows(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cases as the lists show them, with what each waits for."""
    listed = [with_result(item) for item in items]
    waiting = _waiting(case["id"] for case in listed if case["ended_at"] is None)
    return [
        {
            **case,
            "href": url_for("cases.show", instance_id=case["id"]),
            "process": process_name(case["definition_id"]),
            "waits_for": waiting.get(case["id"]),
        }
        for case in listed
    ]


def _waiting(instance_ids: Iterable[str]) -> dict[str, str]:
    """What each of some cases waits for, by case."""
    found = inbox.open_of(instance_ids)
    names = _names(task for tasks in found.values() for task in tasks)
    return {key: _waits_briefly([_wait(task, names) for task in tasks]) for key, tasks in found.items()}


def _waits_briefly(waiting: list[dict[str, Any]]) -> str:
    said = "；".join(f"{one['name']}：{one['who']}" for one in waiting[:2])
    return said + (_("等 %(n)d 步", n=len(waiting)) if len(waiting) > 2 else "")


def process_name(definition_id: str) -> str:
    """The name of a process as it was in a version."""
    return str(definitions.outline(definition_id)["name"])


def task_rows(
    items: Iterable[dict[str, Any]], actor: Actor, *, done: bool = False, opened_with: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Tasks as the lists show them; `opened_with`: parameters by which a task's page knows the list; those done say who waits now."""
    listed = list(items)
    starters = cases.starters(task["instance_id"] for task in listed)
    names = directory.names(starters.values())
    waiting = _waiting(task["instance_id"] for task in listed) if done else {}
    back = withdrawals.of_tasks(listed, actor) if done else {}
    told = {} if done else reminding.of_tasks([task["id"] for task in listed])
    aside = {} if done else asleep.of_tasks([task["id"] for task in listed], actor)
    behalf = {} if done else inbox.for_whom(listed, actor)
    handed = [task["handed_on"]["to"] for task in listed if task["handed_on"]] if done else []
    names |= directory.names([*behalf.values(), *handed])
    return [
        {
            **task,
            "href": url_for("cases.show", instance_id=task["instance_id"])
            if done
            else url_for("tasks.show", task_id=task["id"], **(opened_with or {})),
            "waits_for": waiting.get(task["instance_id"]),
            "withdraw": back.get(task["id"]),
            "starter": names.get(starters[task["instance_id"]], starters[task["instance_id"]]),
            "at": task["done_at"] if done else task["created_at"],
            "opened": task["claimed_at"] is not None and task["assignee"] == actor.login,
            "badges": []
            if done
            else [
                *represented(names.get(behalf.get(task["id"], ""))),
                *urgent(task),
                *woken(aside.get(task["id"])),
                *reminded(told.get(task["id"])),
                *_badges(task, actor),
            ],
            "result": handed_words.done_label(task, names) or outcome_label(task, task["outcome"]) if done else None,
        }
        for task in listed
    ]


def urgencies() -> dict[str, str]:
    """The degrees of urgency by their codes."""
    return dict(zip(urgency.CODES, (_("特急"), _("加急"), _("平急"), _("普通")), strict=True))


def urgent(task: Mapping[str, Any]) -> list[dict[str, str]]:
    """How urgent a task is, as a badge; nothing for an ordinary one."""
    tone = {"most_urgent": "late", "urgent": "soon", "less_urgent": "line"}.get(task["urgency"])
    return [{"tone": tone, "words": urgencies()[task["urgency"]]}] if tone else []


def woken(until: Any) -> list[dict[str, str]]:
    """That a task was put aside and is back, as a badge."""
    return [{"tone": "soon", "words": _("搁置到期")}] if until is not None and until <= clock.now() else []


def reminded(reminders: Sequence[Any] | None) -> list[dict[str, str]]:
    """How often a task was reminded of, as a badge."""
    return [{"tone": "late", "words": _("已催办 %(n)d 次", n=len(reminders))}] if reminders else []


def represented(principal: str | None) -> list[dict[str, str]]:
    """For whom somebody does a task that is not their own, as a badge."""
    return [{"tone": "now", "words": _("代 %(who)s", who=principal)}] if principal else []


def _badges(task: Mapping[str, Any], actor: Actor) -> list[dict[str, str]]:
    badges = []
    if task["assignee"] == actor.login and task["claimed_at"]:
        badges.append({"tone": "now", "words": _("我已签收")})
    if (task["signing"] or {}).get("waits"):
        badges.append({"tone": "soon", "words": _("等加签人")})
    if "of" in (task["signing"] or {}):
        badges.append({"tone": "line", "words": _("加签")})
    if task["list_name"]:
        badges.append({"tone": "line", "words": task["list_name"]})
    return badges


def outcome_label(task: Mapping[str, Any], value: str | None) -> str | None:
    """What the pressed button said."""
    if value is None:
        return None
    drawn = {one["value"]: one["label"] for one in outcomes.parse(task["properties"].get("outcomes"))}
    return drawn.get(value, outcomes.LABELS.get(value, value))


def asked(form_document: dict[str, Any] | None, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a form holds, to read."""
    if form_document is None:
        return []
    return formview.facts(Form.from_document(form_document), {}, values, people(), file_href)


def case_facts(case: Mapping[str, Any], *, without: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Everything that was filled in: the start form, then what the forms of the steps added."""
    forms = [form for form in cases.forms(case["id"]) if form is not None]
    seen: set[str] = set(without)
    rows: list[dict[str, Any]] = []
    for form in forms:
        fields = [field for field in form.fields if field.key not in seen]
        seen.update(field.key for field in fields)
        rows += _facts(fields, case["variables"])
    return paired(rows)


def paired(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Facts for two columns: one that would stand alone in its line takes the whole line."""
    shown: list[dict[str, Any]] = []
    alone = False
    for row, following in zip_longest(rows, rows[1:], fillvalue={"wide": True}):
        wide = row.get("wide") or (not alone and following.get("wide"))
        shown.append({**row, "wide": wide})
        alone = not wide and not alone
    return shown


def _facts(fields: Iterable[Component], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    shown = [field for field in fields if values.get(field.key) not in (None, "", [])]
    return [formview.fact(field, values[field.key], people(), file_href) for field in shown]


def diagrams(case: Mapping[str, Any], actor: Actor, asked_for: str | None, endpoint: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A diagram of a case with what is done and where it stands: its own, or the one asked for of a process that it has called; and
    where to find the others, none where there is only one."""
    stands = progress.of(case["id"], actor)
    own = case["definition_id"]
    chosen = asked_for if asked_for in stands else own
    tabs = [
        {
            "words": process_name(one),
            "href": url_for(endpoint, instance_id=case["id"], diagram=None if one == own else one),
            "here": one == chosen,
        }
        for one in stands
    ]
    xml = definitions.drawing(chosen, actor)[0]
    drawn = {"definition_id": chosen, "xml": xml, "room": _room(xml), **_marks(chosen, stands[chosen])}
    return drawn, tabs if len(tabs) > 1 else []


#: how small a diagram is drawn at least, and the margin around it (web/browser/src/diagram.js)
_SMALLEST, _MARGIN = 0.72, 24
_HEIGHTS = re.compile(r"<(?:\w+:)?(?:Bounds|waypoint)\b[^>]*>")
_NUMBER = re.compile(r'\b(y|height)="(-?\d+(?:\.\d+)?)"')


def _room(xml: str) -> int:
    """The height in pixels that a wide diagram will take, kept free while the page has not drawn it, so that nothing moves then."""
    spans = [dict(_NUMBER.findall(shape)) for shape in _HEIGHTS.findall(xml)]
    tops = [float(span["y"]) for span in spans if "y" in span]
    ends = [float(span["y"]) + float(span.get("height", 0)) for span in spans if "y" in span]
    return round((max(ends) - min(tops)) * _SMALLEST) + 2 * _MARGIN if tops else 0


def _marks(definition_id: str, stands: progress.Progress) -> dict[str, Any]:
    elements = definitions.outline(definition_id)["elements"]
    marks: dict[str, list[str]] = {"done": [], "now": [], "late": [], "gone": []}
    names = {"done": "done", "failed": "late", "cancelled": "gone"}
    for element_id, state in stands.elements.items():
        # a timer beside a step that goes on is not where the case stands
        beside = state == "waiting" and elements.get(element_id, {}).get("type") == "boundaryEvent"
        if not beside:
            marks[names.get(state, "now")].append(element_id)
    return {**marks, "choices": choices(elements), "chosen": sorted(stands.flows)}


def choices(elements: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The sequence flows that are taken on a condition, those by default too."""
    return [flow_id for flow_id, flow in elements.items() if flow["type"] == "sequenceFlow" and _is_choice(flow_id, flow, elements)]


def _is_choice(flow_id: str, flow: Mapping[str, Any], elements: Mapping[str, Mapping[str, Any]]) -> bool:
    source = elements.get(flow["source"], {})
    splits = source.get("type") in ("exclusiveGateway", "inclusiveGateway") and len(source.get("outgoing") or []) > 1
    return splits or bool(flow.get("condition")) or source.get("default") == flow_id


def waited(since: Any) -> str:
    """How long somebody has waited."""
    minutes = int((clock.now() - since).total_seconds() // 60)
    if minutes < 60:
        return _("%(n)d 分钟", n=minutes)
    return _("%(n)d 小时", n=minutes // 60) if minutes < 60 * 24 else _("%(n)d 天", n=minutes // 1440)
