"""The record of a case in words: what somebody did, what followed by itself, and why it went that way."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms import outcomes
from forms.definition import Component
from processes.actors import SYSTEM, Actor
from processes.queries import cases, definitions, history, inbox
from web.language import gettext as _
from web.pages import casework, formview

Event = Mapping[str, Any]
Line = dict[str, Any]
Teller = Callable[["Words", Event], Line]


@dataclass
class Words:
    """What people call the variables, values and elements of one case."""

    elements: Mapping[str, Any]
    fields: Mapping[str, Component] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Mapping[str, Any]) -> "Words":
        """The words of a case's process and forms."""
        fields = {one.key: one for form in cases.forms(case["id"]) for one in form.fields}
        return cls(definitions.outline(case["definition_id"])["elements"], fields)

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

    def variable(self, name: str) -> str:
        """What a variable is called: the label of its field, or whose decision or opinion it is."""
        if name in self.fields:
            return self.fields[name].label
        if (asked := self._asked(name, "outcome_")) is not None:
            return _("%(name)s的结果", name=asked.get("name") or name)
        if (asked := self._asked(name, "opinion_")) is not None:
            return _("%(name)s的意见", name=asked.get("name") or name)
        return _("申请人") if name == "starter" else name

    def value(self, name: str, value: Any) -> str:
        """What a value says: the label of an option or button, an amount, a name."""
        asked = self._asked(name, "outcome_")
        if asked is not None and isinstance(value, str):
            drawn = {one["value"]: one["label"] for one in outcomes.parse((asked.get("properties") or {}).get("outcomes"))}
            return drawn.get(value, outcomes.LABELS.get(value, value))
        if name in self.fields and value not in (None, "", []):
            return formview.shown(self.fields[name], value, casework.people())
        return plain(value)

    def condition(self, event: Event) -> str:
        """Why a flow was taken or not: the condition with its values."""
        details = event["details"]
        gateway = self.element(event["element_id"], event["element_name"])
        flow = self.flow(details["flow_id"], details.get("flow_name"))
        if details.get("expression") is None:
            return _("“%(gateway)s”：其他条件都不满足，走“%(flow)s”", gateway=gateway, flow=flow)
        values = "，".join(f"{self.variable(name)} = {self.value(name, value)}" for name, value in details["values"].items()) or "—"
        taken = _("所以走“%(flow)s”", flow=flow) if details["result"] else _("所以不走“%(flow)s”", flow=flow)
        return _(
            "“%(gateway)s”：%(values)s，%(taken)s（条件 %(expression)s）",
            gateway=gateway,
            values=values,
            taken=taken,
            expression=details["expression"],
        )

    def decision(self, event: Event) -> str:
        """Which row of a decision table matched, with the values it looked at."""
        details = event["details"]
        inputs = "，".join(f"{name} = {plain(value)}" for name, value in details["inputs"].items())
        rows = "、".join(str(rule["number"]) for rule in details["rules"]) or _("无")
        notes = "；".join(rule["annotation"] for rule in details["rules"] if rule.get("annotation"))
        outputs = details["outputs"] if isinstance(details["outputs"], list) else [details["outputs"]]
        said = "，".join(f"{name} = {plain(value)}" for one in outputs for name, value in _pairs(one))
        words = _("决策表第 %(rows)s 行（%(inputs)s）：%(said)s", rows=rows, inputs=inputs, said=said)
        return f"{words}，{notes}" if notes else words

    def reasons(self, events: Iterable[Event]) -> list[str]:
        """The branches that were taken and the decisions behind them, oldest first."""
        words = []
        for event in events:
            if event["type"] == "condition_evaluated" and event["details"]["result"]:
                words.append(self.condition(event))
            elif event["type"] == "decision_evaluated":
                words.append(f"“{self.element(event['element_id'], event['element_name'])}”：{self.decision(event)}")
        return words

    def lines(self, step: Mapping[str, Any]) -> list[Line]:
        """A step as one or several lines; a claim that came with the decision is not told apart."""
        decided = {event["number"] for event in step["events"] if event["type"] == "user_task_completed"}
        told = [event for event in step["events"] if event["type"] != "user_task_claimed" or event["number"] not in decided]
        found = [_LINES[event["type"]](self, event) for event in told if event["type"] in _LINES]
        name = _("系统") if step["actor"] == SYSTEM.login else step["actor_name"]
        behalf = _("代表 %(who)s", who=step["on_behalf_of"]) if step["on_behalf_of"] else None
        for line in found:
            line.setdefault("mark", "done")
            line.update(at=step["at"], seq=step["seq"])
            if line.pop("by_actor", False):
                line.update(who=name, behalf=behalf)
        return found


def record(instance_id: str, actor: Actor) -> list[Line]:
    """The steps of a case in words, newest first; what is still open comes on top."""
    words = Words.of(cases.get(instance_id, actor))
    lines = [line for step in history.steps(instance_id, actor) for line in words.lines(step)]
    waiting = casework.waits(inbox.of_instance(instance_id))
    now = [
        {"mark": "now", "at": None, "who": None, "words": _("等 %(who)s：%(step)s", who=one["who"], step=one["name"])} for one in waiting
    ]
    return [*now, *reversed(lines)]


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
    bad = outcome in ("disagree", "return")
    label = words.value(f"outcome_{event['element_id']}", outcome) if outcome else None
    name = words.element(event["element_id"], event["element_name"])
    return {
        "by_actor": True,
        "words": name,
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


def _decided(words: Words, event: Event) -> Line:
    return {"who": _("系统"), "words": words.element(event["element_id"], event["element_name"]), "why": words.decision(event)}


_LINES: dict[str, Callable[[Words, Event], Line]] = {
    "instance_started": _line(lambda name: _("提交申请"), by_actor=True),
    "user_task_completed": _completed,
    "user_task_claimed": _line(lambda name: _("签收“%(name)s”", name=name), by_actor=True),
    "user_task_unclaimed": _line(lambda name: _("把“%(name)s”放回待办", name=name), by_actor=True),
    "user_task_cancelled": _line(lambda name: _("收回“%(name)s”的待办", name=name)),
    "decision_evaluated": _decided,
    "timer_fired": _line(lambda name: _("到时：%(name)s", name=name)),
    "job_completed": _line(lambda name: _("已办：%(name)s", name=name)),
    "record_written": _line(lambda name: _("登记：%(name)s", name=name)),
    "job_failed": _line(lambda name: _("“%(name)s”没有成功", name=name), mark="back"),
    "incident_raised": _line(lambda name: _("“%(name)s”出现异常，等管理员处理", name=name), mark="back"),
    "incident_resolved": _line(lambda name: _("处理了“%(name)s”的异常", name=name), by_actor=True),
    "instance_cancelled": _line(lambda name: _("撤销办件"), by_actor=True, mark="back", quote="reason"),
    "instance_suspended": _line(lambda name: _("暂停办件"), by_actor=True, quote="reason"),
    "instance_resumed": _line(lambda name: _("恢复办件"), by_actor=True, quote="reason"),
    "instance_completed": _line(lambda name: _("办件结束")),
}
