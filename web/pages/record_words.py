"""The record of a case in words: what somebody did, what followed by itself, and why it went that way."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.people_rules import CHOSEN
from forms import outcomes
from forms.definition import Component
from processes.actors import SYSTEM
from processes.people import directory
from processes.queries import cases, definitions
from web.language import gettext as _
from web.pages import casework, formview, handed_words, moving_lines, signing, vote_words, who_words

Event = Mapping[str, Any]
Step = Mapping[str, Any]
Line = dict[str, Any]


@dataclass
class Words:
    """What people call the variables, values and elements of one case and of the processes that it has called."""

    elements: Mapping[str, Any]
    fields: Mapping[str, Component] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Mapping[str, Any], steps: Iterable[Step]) -> "Words":
        """The words of a case's forms, of its process, and of those that its steps went through."""
        fields = {one.key: one for form in cases.forms(case["id"]) for one in form.fields}
        met = dict.fromkeys(event["definition"] for step in steps for event in step["events"] if event["definition"])
        elements: dict[str, Any] = {}
        # where two processes use one identifier, the case's own word counts
        for definition_id in (*reversed(met), case["definition_id"]):
            elements |= definitions.outline(definition_id)["elements"]
        return cls(elements, fields)

    def element(self, element_id: str | None, name: str | None = None) -> str:
        """What an element is called: its name; a nameless gateway by what stands before it."""
        one = self.elements.get(element_id or "", {})
        known = name or one.get("name")
        if known:
            return str(known)
        before = [self.elements.get(self.elements.get(flow, {}).get("source") or "", {}) for flow in one.get("incoming") or []]
        named = next((other["name"] for other in before if other.get("name")), None)
        return _("%(name)s之后", name=named) if named else str(element_id or "")

    def flow(self, flow_id: str, name: str | None) -> str:
        """What a sequence flow is called: its label, else where it leads."""
        one = self.elements.get(flow_id, {})
        return str(name or one.get("name") or self.element(one.get("target")))

    def _asked(self, name: str, prefix: str) -> Mapping[str, Any] | None:
        return self.elements.get(name.removeprefix(prefix)) if name.startswith(prefix) else None

    def _decided_by(self, name: str) -> str | None:
        """The decision whose result is kept in a variable."""
        found = (one for one in self.elements.values() if one["type"] == "businessRuleTask" and one.get("result_variable") == name)
        return next((one.get("name") for one in found), None)

    def variable(self, name: str) -> str:
        """What a variable is called: the label of its field, or whose decision or opinion it is."""
        if name in self.fields:
            return self.fields[name].label
        if (asked := self._asked(name, "outcome_")) is not None:
            return _("%(name)s的结果", name=asked.get("name") or name)
        if (asked := self._asked(name, "opinion_")) is not None:
            return _("%(name)s的意见", name=asked.get("name") or name)
        if (asked := self._asked(name, CHOSEN)) is not None:
            return _("%(name)s的办理人", name=asked.get("name") or name)
        if (decision := self._decided_by(name)) is not None:
            return _("%(name)s的结果", name=decision)
        return _("申请人") if name == "starter" else name

    def value(self, name: str, value: Any) -> str:
        """What a value says: the label of an option or button, an amount, a name."""
        asked = self._asked(name, "outcome_")
        if asked is not None and isinstance(value, str):
            drawn = {one["value"]: one["label"] for one in outcomes.parse((asked.get("properties") or {}).get("outcomes"))}
            return drawn.get(value, outcomes.LABELS.get(value, value))
        if name in self.fields and value not in (None, "", []):
            return formview.shown(self.fields[name], value, casework.people())
        if self._asked(name, CHOSEN) is not None and isinstance(value, list):
            return "、".join(directory.names(str(login) for login in value).values()) or plain(value)
        if name == "starter" and isinstance(value, str):
            return directory.names([value]).get(value, value)
        return plain(value)

    def values(self, values: Mapping[str, Any]) -> str:
        """Variables with their values, as the beginning of a sentence."""
        return "，".join(
            _("%(name)s是“%(value)s”", name=self.variable(name), value=self.value(name, value)) for name, value in values.items()
        )

    def condition(self, event: Event, looked_at: Mapping[str, Any]) -> Line:
        """Why a flow was taken: the values that were looked at, and the condition as it is drawn."""
        details = event["details"]
        gateway = self.element(event["element_id"], event["element_name"])
        flow = self.flow(details["flow_id"], details.get("flow_name"))
        said = self.values({**looked_at, **details["values"]})
        by_default = details.get("expression") is None
        taken = _("其他条件都不满足，走“%(flow)s”", flow=flow) if by_default else _("所以走“%(flow)s”", flow=flow)
        words = _("“%(gateway)s”：%(why)s。", gateway=gateway, why=f"{said}，{taken}" if said else taken)
        return {"words": words, "fine": details.get("expression")}

    def decision(self, event: Event) -> Line:
        """Which row of a decision table matched, in the words of the table, with the values it looked at."""
        details = event["details"]
        inputs = "，".join(_("%(name)s是“%(value)s”", name=name, value=plain(value)) for name, value in details["inputs"].items()) or "—"
        rows = "、".join(str(rule["number"]) for rule in details["rules"]) or _("无")
        notes = "；".join(rule["annotation"] for rule in details["rules"] if rule.get("annotation"))
        outputs = details["outputs"] if isinstance(details["outputs"], list) else [details["outputs"]]
        said = "，".join(f"{name} = {plain(value)}" for one in outputs for name, value in _pairs(one))
        words = _("%(inputs)s，按决策表第 %(rows)s 行", inputs=inputs, rows=rows)
        return {"words": f"{words}：{notes or said}", "fine": said if notes else None}

    def reasons(self, events: Iterable[Event]) -> list[Line]:
        """The branches that were taken and the decisions behind them, oldest first: `words`, and in `fine` the condition."""
        found: list[Line] = []
        looked_at: dict[int, dict[str, Any]] = {}
        for event in events:
            if event["type"] == "condition_evaluated":
                seen = looked_at.setdefault(event["number"], {})
                if event["details"]["result"]:
                    found.append(self.condition(event, seen))
                seen.update(event["details"]["values"])
            elif event["type"] == "decision_evaluated":
                decided = self.decision(event)
                found.append({**decided, "words": self._named(event) + decided["words"]})
            elif (said := asked(event)) is not None:
                found.append({"words": self._named(event) + said, "fine": who_words.organisation(event["details"])})
        return found

    def _named(self, event: Event) -> str:
        return _("“%(name)s”：", name=self.element(event["element_id"], event["element_name"]))

    def lines(self, step: Step) -> list[Line]:
        """A step as one or several lines; a claim that came with the decision is not told apart."""
        decided = {event["number"] for event in step["events"] if event["type"] == "user_task_completed"}
        told = [event for event in step["events"] if event["type"] != "user_task_claimed" or event["number"] not in decided]
        found = [_LINES[event["type"]](self, event) for event in _together(moving_lines.told_apart(told)) if event["type"] in _LINES]
        found = [line for line in found if line]
        name = _("系统") if step["actor"] == SYSTEM.login else step["actor_name"]
        behalf = handed_words.behalf(step)
        for line in found:
            line.setdefault("mark", "done")
            line.update(at=step["at"], seq=step["seq"])
            if line.pop("by_actor", False):
                line.update(who=name, behalf=behalf)
        return found


def record(words: Words, steps: Iterable[Step], waiting: Sequence[Mapping[str, Any]]) -> list[Line]:
    """The steps of a case in words, newest first; what is still open comes on top."""
    lines = [line for step in steps for line in words.lines(step)]
    now = [
        {"mark": "now", "at": None, "who": None, "words": _("等 %(who)s：%(step)s", who=one["who"], step=one["name"])} for one in waiting
    ]
    return [*now, *reversed(lines)]


def _together(events: Iterable[Event]) -> list[Event]:
    """The events of a step, with the tasks that were taken back at once told at once."""
    found: list[Event] = []
    taken_back: dict[str, Any] | None = None
    for event in events:
        if event["type"] != "user_task_cancelled":
            found.append(event)
            continue
        if taken_back is None:
            taken_back = {**event, "names": []}
            found.append(taken_back)
        taken_back["names"].append((event["element_id"], event["element_name"]))
    return found


def _pairs(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, Mapping) else [(_("结果"), value)]


def plain(value: Any) -> str:
    """A value as text for people."""
    if value is None or value in ("", []):
        return _("无")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return "、".join(plain(one) for one in value)
    if isinstance(value, Mapping):
        return "，".join(f"{name}：{plain(one)}" for name, one in value.items())
    return str(value)


def _completed(words: Words, event: Event) -> Line:
    details = event["details"]
    outcome = details.get("outcome")
    bad = outcome in casework.REFUSALS
    label = words.value(f"outcome_{event['element_id']}", outcome) if outcome else None
    name = words.element(event["element_id"], event["element_name"])
    return {
        "by_actor": True,
        "words": _("%(name)s（加签）", name=name) if details.get("signs") else name,
        "outcome": label,
        "bad": bad,
        "mark": "back" if bad else "done",
        "quote": details.get("opinion"),
    }


def _line(
    make: Callable[[str], str], *, by_actor: bool = False, mark: str = "done", quote: str | None = None
) -> Callable[[Words, Event], Line]:
    """A kind of line: `make` says the sentence with the element's name, `quote` names the detail that is quoted."""

    def line(words: Words, event: Event) -> Line:
        said = make(words.element(event["element_id"], event["element_name"]))
        told: Line = {"words": said, "mark": mark, "quote": event["details"].get(quote) if quote else None}
        return {**told, "by_actor": True} if by_actor else {**told, "who": _("系统")}

    return line


def asked(event: Event) -> str | None:
    """Whom a task asks by which rules, or why it was passed by; None for other events, and where the diagram only names people."""
    if event["type"] == "user_task_skipped":
        return who_words.skipped(event["details"])
    lines = who_words.found(event["details"]) if event["type"] == "user_task_created" else []
    return "；".join(lines) or None


def _asked(words: Words, event: Event) -> Line:
    """A task that goes to people whom rules have found; nothing where the diagram only names them."""
    said = asked(event)
    if said is None:
        return {}
    name = words.element(event["element_id"], event["element_name"])
    passed = event["type"] == "user_task_skipped"
    made = _("“%(name)s”不用办，视为同意", name=name) if passed else _("送“%(name)s”", name=name)
    return {"who": _("系统"), "words": made, "why": said, "fine": who_words.organisation(event["details"])}


def _decided(words: Words, event: Event) -> Line:
    decided = words.decision(event)
    name = words.element(event["element_id"], event["element_name"])
    return {"who": _("系统"), "words": name, "why": decided["words"], "fine": decided["fine"]}


def _taken_back(words: Words, event: Event) -> Line:
    names = "、".join(f"“{words.element(element_id, name)}”" for element_id, name in event["names"])
    return {"who": _("系统"), "words": _("收回%(names)s的待办", names=names)}


def _reminded(words: Words, event: Event) -> Line:
    names = "、".join(directory.names(event["details"]["to"]).values())
    step = words.element(event["element_id"], event["element_name"])
    return {"by_actor": True, "words": _("催办“%(step)s”：%(names)s", step=step, names=names), "quote": event["details"]["message"]}


def _copied(words: Words, event: Event) -> Line:
    """A copy by hand, with the start, or by the diagram; one that found nobody says so."""
    details = event["details"]
    names = "、".join(directory.names(details["to"]).values())
    line: Line = {"words": _("抄送给 %(names)s", names=names), "quote": details["message"], "by_actor": True}
    if event["type"] == "copies_sent":
        step = words.element(event["element_id"], event["element_name"])
        said = _("“%(step)s”：抄送给 %(names)s", step=step, names=names) if names else _("“%(step)s”：没有找到要抄送的人", step=step)
        line.update(words=said, who=_("系统"), by_actor=False)
    return line


def _circulated(words: Words, event: Event) -> Line:
    names = "、".join(directory.names(event["details"]["to"]).values())
    said = _("转给 %(names)s 传阅", names=names) if event["details"]["parent"] else _("请 %(names)s 传阅", names=names)
    return {"by_actor": True, "words": said, "quote": event["details"]["message"]}


def _circulation_read(words: Words, event: Event) -> Line:
    said = _("传阅补充意见") if event["details"]["first_at"] else _("已阅")
    return {"by_actor": True, "words": said, "quote": event["details"]["comment"]}


def _circulation_reminded(words: Words, event: Event) -> Line:
    return {"by_actor": True, "words": _("催阅：%(names)s", names="、".join(directory.names(event["details"]["to"]).values()))}


_LINES: dict[str, Callable[[Words, Event], Line]] = {
    "instance_started": _line(lambda name: _("提交申请"), by_actor=True),
    "user_task_created": _asked,
    "user_task_skipped": _asked,
    "user_task_completed": _completed,
    "user_task_claimed": _line(lambda name: _("签收“%(name)s”", name=name), by_actor=True),
    "user_task_unclaimed": _line(lambda name: _("把“%(name)s”放回待办", name=name), by_actor=True),
    "user_task_cancelled": _taken_back,
    **handed_words.LINES,
    **moving_lines.LINES,
    **vote_words.LINES,
    **signing.LINES,
    "user_task_reminded": _reminded,
    "case_circulated": _circulated,
    "circulation_read": _circulation_read,
    "circulation_reminded": _circulation_reminded,
    "case_copied": _copied,
    "copies_sent": _copied,
    "decision_evaluated": _decided,
    "timer_fired": _line(lambda name: _("到时：%(name)s", name=name)),
    "job_completed": _line(lambda name: _("已办：%(name)s", name=name)),
    "record_written": _line(lambda name: _("登记：%(name)s", name=name)),
    "job_failed": _line(lambda name: _("“%(name)s”没有成功", name=name), mark="back"),
    "incident_raised": _line(lambda name: _("“%(name)s”出现异常，等管理员处理", name=name), mark="back"),
    "incident_resolved": _line(lambda name: _("处理了“%(name)s”的异常", name=name), by_actor=True),
    "called_process_entered": _line(lambda name: _("进入“%(name)s”的流程", name=name)),
    "instance_cancelled": _line(lambda name: _("撤销办件"), by_actor=True, mark="back", quote="reason"),
    "instance_suspended": _line(lambda name: _("暂停办件"), by_actor=True, quote="reason"),
    "instance_resumed": _line(lambda name: _("恢复办件"), by_actor=True, quote="reason"),
    "instance_completed": _line(lambda name: _("办件结束")),
}
