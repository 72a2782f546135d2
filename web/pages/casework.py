"""What pages say about a case in words: its steps, why it went that way, who it waits for, what was asked."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for

from forms import outcomes
from forms.definition import Component, Form
from processes import attachments, clock, results
from processes.actors import Actor
from processes.people import directory, groups
from processes.queries import cases, definitions, inbox, progress
from web.language import gettext as _
from web.pages import formview

REJECTED_ENDS = ("reject", "disagree", "refus")


def people() -> formview.People:
    """Where forms find people, departments and files."""
    return formview.People(users=_users, departments=_departments, attachments=described)


def _users(names: Iterable[str]) -> list[tuple[str, str]]:
    wanted = list(names)
    if not wanted:
        return [(one.login, one.display) for one in directory.search("", limit=500)]
    logins = sorted({login for held in groups.holders(wanted).values() for login in held})
    return [(login, name) for login, name in directory.names(logins).items()]


def _departments() -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in directory.departments("")]


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
    rejected = any(word in reached.lower() for word in REJECTED_ENDS)
    return {**case, "result": result, "rejected": case["state"] == "completed" and rejected}


def who(task: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Who an open task waits for, in words; a long list of candidates is cut."""
    if task["assignee"]:
        return names.get(task["assignee"], task["assignee"])
    logins = task["candidate_users"]
    if not logins:
        return "、".join(task["candidate_groups"]) + _("（无人在任）") if task["candidate_groups"] else _("运行管理员")
    shown = "、".join(names.get(login, login) for login in logins[:3])
    return shown + (_("等 %(n)d 人", n=len(logins)) if len(logins) > 3 else "")


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
    names = directory.names(login for task in listed for login in (*task["candidate_users"], task["assignee"]))
    return [{"id": task["id"], "name": task["name"], "who": who(task, names), "due_at": task["due_at"]} for task in listed]


def case_rows(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cases as the lists show them."""
    rows = []
    for item in items:
        case = with_result(item)
        waiting = waits(inbox.of_instance(case["id"])) if case["ended_at"] is None else []
        rows.append(
            {
                **case,
                "href": url_for("cases.show", instance_id=case["id"]),
                "process": process_name(case["definition_id"]),
                "waits_for": "；".join(f"{one['name']}：{one['who']}" for one in waiting[:2]),
            }
        )
    return rows


def process_name(definition_id: str) -> str:
    """The name of a process as it was in a version."""
    return str(definitions.outline(definition_id)["name"])


def task_rows(items: Iterable[dict[str, Any]], actor: Actor, *, done: bool = False) -> list[dict[str, Any]]:
    """Tasks as the lists show them."""
    listed = list(items)
    starters = cases.starters(task["instance_id"] for task in listed)
    names = directory.names(starters.values())
    return [
        {
            **task,
            "href": url_for("cases.show", instance_id=task["instance_id"]) if done else url_for("tasks.show", task_id=task["id"]),
            "starter": names.get(starters[task["instance_id"]], starters[task["instance_id"]]),
            "at": task["completed_at"] if done else task["created_at"],
            "opened": task["assignee"] == actor.login,
            "badges": [] if done else _badges(task, actor),
            "result": outcome_label(task, task["outcome"]) if done else None,
        }
        for task in listed
    ]


def _badges(task: Mapping[str, Any], actor: Actor) -> list[dict[str, str]]:
    badges = []
    if task["assignee"] == actor.login and task["claimed_at"]:
        badges.append({"tone": "now", "words": _("我已签收")})
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
    return rows


def _facts(fields: Iterable[Component], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    shown = [field for field in fields if values.get(field.key) not in (None, "", [])]
    return [formview.fact(field, values[field.key], people(), file_href) for field in shown]


def diagram(instance_id: str, definition_id: str, actor: Actor) -> dict[str, Any]:
    """The diagram of a case with what is done and where it stands."""
    stands = progress.of(instance_id, actor)[definition_id]
    xml = definitions.bpmn(definition_id, actor).decode("utf-8", "replace")
    by_state: dict[str, list[str]] = {"done": [], "now": [], "late": []}
    for element_id, state in stands.elements.items():
        by_state[{"done": "done", "failed": "late"}.get(state, "now")].append(element_id)
    return {"xml": xml, **by_state}


def waited(since: Any) -> str:
    """How long somebody has waited."""
    minutes = int((clock.now() - since).total_seconds() // 60)
    if minutes < 60:
        return _("%(n)d 分钟", n=minutes)
    return _("%(n)d 小时", n=minutes // 60) if minutes < 60 * 24 else _("%(n)d 天", n=minutes // 1440)
