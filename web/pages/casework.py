"""What pages say about a case in words: its steps, why it went that way, who it waits for, what was asked."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for

from forms import outcomes
from forms.definition import Component, Form
from processes import attachments, clock
from processes.actors import SYSTEM, Actor
from processes.people import directory, groups
from processes.queries import cases, definitions, history, inbox, progress
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
    names, ids = case["end_event_names"], case["end_events"]
    result = names[-1] if names else None
    rejected = bool(ids) and any(word in ids[-1].lower() for word in REJECTED_ENDS)
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


def record(instance_id: str, actor: Actor) -> list[dict[str, Any]]:
    """The steps of a case in words, newest first; what is still open comes on top."""
    lines = [line for step in history.steps(instance_id, actor) for line in step_lines(step)]
    tasks = inbox.of_instance(instance_id)
    now = [
        {"mark": "now", "at": None, "who": None, "words": _("等 %(who)s：%(step)s", who=one["who"], step=one["name"])}
        for one in waits(tasks)
    ]
    return [*now, *reversed(lines)]


def step_lines(step: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A step as one or several lines: what somebody did, and what followed by itself."""
    lines = [line for line in (_event_line(event, step) for event in step["events"]) if line is not None]
    name = "" if step["actor"] == SYSTEM.login else step["actor_name"]
    behalf = _("代表 %(who)s", who=step["on_behalf_of"]) if step["on_behalf_of"] else None
    for line in lines:
        line.setdefault("mark", "done")
        line.update(at=step["at"], seq=step["seq"])
        if line.pop("by_actor", False):
            line.update(who=name or _("系统"), behalf=behalf)
    return lines


def _event_line(event: Mapping[str, Any], step: Mapping[str, Any]) -> dict[str, Any] | None:
    make = _LINES.get(event["type"])
    return make(event, step) if make else None


def _completed(event: Mapping[str, Any], step: Mapping[str, Any]) -> dict[str, Any]:
    details = event["details"]
    label = outcomes.LABELS.get(details.get("outcome") or "", details.get("outcome"))
    bad = details.get("outcome") in ("disagree", "return")
    words = event["element_name"] or event["element_id"]
    return {
        "by_actor": True,
        "words": words,
        "outcome": label,
        "bad": bad,
        "mark": "back" if bad else "done",
        "quote": details.get("opinion"),
    }


def _decided(event: Mapping[str, Any], step: Mapping[str, Any]) -> dict[str, Any] | None:
    return {"who": _("系统"), "words": event["element_name"] or event["element_id"], "why": decision_words(event)}


def decision_words(event: Mapping[str, Any]) -> str:
    """Which row of a decision table matched, with the values it looked at."""
    details = event["details"]
    inputs = "，".join(f"{name} = {plain(value)}" for name, value in details["inputs"].items())
    rows = "、".join(str(rule["number"]) for rule in details["rules"]) or _("无")
    result = details["outputs"]
    said = "，".join(
        f"{name} = {plain(value)}" for one in (result if isinstance(result, list) else [result]) for name, value in _pairs(one)
    )
    return _("决策表第 %(rows)s 行（%(inputs)s）：%(said)s", rows=rows, inputs=inputs, said=said)


def _pairs(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, Mapping) else [(_("结果"), value)]


def plain(value: Any) -> str:
    """A value as text for people."""
    if value is None:
        return _("无")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return "、".join(plain(one) for one in value) or _("无")
    if isinstance(value, Mapping):
        return "，".join(f"{name}：{plain(one)}" for name, one in value.items())
    return str(value)


def condition_words(event: Mapping[str, Any], flow_names: Mapping[str, str]) -> str:
    """Why a flow was taken or not: the condition with its values."""
    details = event["details"]
    gateway = event["element_name"] or event["element_id"]
    flow = details.get("flow_name") or flow_names.get(details["flow_id"]) or details["flow_id"]
    if details.get("expression") is None:
        return _("“%(gateway)s”：其他条件都不满足，走默认的“%(flow)s”", gateway=gateway, flow=flow)
    values = "，".join(f"{name} = {plain(value)}" for name, value in details["values"].items())
    taken = _("满足，走“%(flow)s”", flow=flow) if details["result"] else _("不满足，不走“%(flow)s”", flow=flow)
    return _(
        "“%(gateway)s”：条件 %(expression)s（%(values)s）%(taken)s",
        gateway=gateway,
        expression=details["expression"],
        values=values or "—",
        taken=taken,
    )


def reasons(events: Iterable[Mapping[str, Any]], flow_names: Mapping[str, str]) -> list[str]:
    """The branches that were taken and the decisions behind them, oldest first."""
    words = []
    for event in events:
        if event["type"] == "condition_evaluated" and event["details"]["result"]:
            words.append(condition_words(event, flow_names))
        elif event["type"] == "decision_evaluated":
            words.append(f"“{event['element_name'] or event['element_id']}”：{decision_words(event)}")
    return words


def flow_names(outline: Mapping[str, Any]) -> dict[str, str]:
    """What each sequence flow is called: its label, else the name of where it leads."""
    elements = outline["elements"]
    names = {}
    for element_id, one in elements.items():
        if one["type"] == "sequenceFlow":
            names[element_id] = one.get("name") or elements.get(one.get("target") or "", {}).get("name") or element_id
    return names


_LINES: dict[str, Any] = {
    "instance_started": lambda event, step: {"by_actor": True, "words": _("提交申请")},
    "user_task_completed": _completed,
    "user_task_claimed": lambda event, step: {
        "by_actor": True,
        "words": _("签收“%(name)s”", name=event["element_name"] or event["element_id"]),
    },
    "user_task_unclaimed": lambda event, step: {
        "by_actor": True,
        "words": _("把“%(name)s”放回待办", name=event["element_name"] or event["element_id"]),
    },
    "user_task_cancelled": lambda event, step: {
        "who": _("系统"),
        "words": _("收回“%(name)s”的待办", name=event["element_name"] or event["element_id"]),
        "why": event["details"].get("reason"),
    },
    "decision_evaluated": _decided,
    "timer_fired": lambda event, step: {"who": _("系统"), "words": _("到时：%(name)s", name=event["element_name"] or event["element_id"])},
    "record_written": lambda event, step: {
        "who": _("系统"),
        "words": _("登记：%(name)s", name=event["element_name"] or event["element_id"]),
    },
    "job_failed": lambda event, step: {
        "who": _("系统"),
        "mark": "back",
        "words": _("“%(name)s”没有成功", name=event["element_name"] or event["element_id"]),
    },
    "incident_raised": lambda event, step: {
        "who": _("系统"),
        "mark": "back",
        "words": _("“%(name)s”出现异常，等管理员处理", name=event["element_name"] or event["element_id"]),
    },
    "incident_resolved": lambda event, step: {
        "by_actor": True,
        "words": _("处理了“%(name)s”的异常", name=event["element_name"] or event["element_id"]),
    },
    "instance_cancelled": lambda event, step: {
        "by_actor": True,
        "mark": "back",
        "words": _("撤销办件"),
        "quote": event["details"].get("reason"),
    },
    "instance_suspended": lambda event, step: {"by_actor": True, "words": _("暂停办件"), "quote": event["details"].get("reason")},
    "instance_resumed": lambda event, step: {"by_actor": True, "words": _("恢复办件"), "quote": event["details"].get("reason")},
    "instance_completed": lambda event, step: {"who": _("系统"), "words": _("办结")},
}


def waited(since: Any) -> str:
    """How long somebody has waited."""
    minutes = int((clock.now() - since).total_seconds() // 60)
    if minutes < 60:
        return _("%(n)d 分钟", n=minutes)
    return _("%(n)d 小时", n=minutes // 60) if minutes < 60 * 24 else _("%(n)d 天", n=minutes // 1440)
