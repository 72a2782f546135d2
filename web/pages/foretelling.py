"""What comes next, before anything is pressed: the steps and people ahead in words, on the pages of a start and of a task."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.people_rules import CHOSEN
from processes.actors import Actor
from processes.foresight.findings import Depends, Forecast, Foreseen
from processes.people import directory, groups
from processes.queries import definitions, forecast, forms_for
from web.language import gettext as _
from web.pages import casework, outlook, who_words
from web.pages.record_words import Words

Step = dict[str, Any]
MOST_OTHER_WAYS = 6


def after_start(definition_id: str, actor: Actor, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The steps after a start with what is typed so far; the drawing's own where what is missing stops the forecast."""
    found = forecast.after_start(definition_id, actor, _sent(variables))
    if not found.steps or found.steps[0].kind == "stuck":
        return {"hint": _("填好后再推算；现在先按流程图列出，虚线的看结果和条件"), "steps": outlook.after_start(definition_id, actor)}
    return {"hint": _hint(found), "steps": _Teller(definition_id).steps(found)}


def after_decision(
    task: Mapping[str, Any], view: Mapping[str, Any], values: Mapping[str, Any], waiting: Iterable[Mapping[str, Any]], actor: Actor
) -> dict[str, Any]:
    """The steps after the first decision on a task's page, and who else is still asked."""
    outcomes = view["outcomes"]
    outcome = next((one for one in outcomes if one["value"] == "agree"), outcomes[0] if outcomes else None)
    typed = {key: values.get(key) for key, mode in view["permissions"].items() if mode == "edit"}
    found = forecast.after_decision(task["id"], actor, _sent(typed), outcome["value"] if outcome else None)
    others = [{"name": one["name"], "who": one["who"], "mark": "now"} for one in waiting if one["id"] != task["id"]]
    steps = _Teller(task["element_definition_id"]).steps(found)
    title = _("%(label)s后送给谁", label=outcome["label"]) if outcome else _("提交后送给谁")
    if others and not steps:
        hint = _("还有 %(n)d 步正在等别人，都办完才往下走", n=len(others))
    else:
        hint = _hint(found) if steps else _("后面由系统自动办理，没有要等的人")
    return {"title": title, "hint": hint, "steps": [*others, *steps]}


def _sent(variables: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields hold: what nobody has typed is not sent."""
    return {name: value for name, value in variables.items() if value not in (None, "", [])}


def _hint(found: Forecast) -> str:
    if found.unfilled:
        return _("按已填的推算，还有 %(n)d 项没填好；虚线的看结果和条件", n=len(found.unfilled))
    return _("按已填内容推算，提交时以当时的岗位为准；虚线的看结果和条件")


@dataclass
class _Teller:
    """Tells foreseen steps in the words of a process."""

    definition_id: str

    def steps(self, found: Forecast) -> list[Step]:
        """The way ahead, then the other ways."""
        way = [self._told(step) for step in found.steps if not step.other_way]
        others = (self._told(step) for step in found.steps if step.other_way)
        # several branches that end alike are one line
        told = {(one["name"], one["why"]): one for one in others}
        return [*way, *list(told.values())[:MOST_OTHER_WAYS]]

    def _told(self, step: Foreseen) -> Step:
        name = step.name or (_("办结") if step.kind == "end" else step.element_id or "")
        why = "；".join(one for one in (self._depends(step), self._people(step)) if one)
        return {"name": name, "who": self._who(step), "maybe": not step.certain, "why": why or None}

    def _who(self, step: Foreseen) -> str | None:
        if step.skipped is not None:
            return _("不用办")
        if step.kind != "user_task":
            stuck = _("走不下去，要请管理员处理") if step.certain else _("看后面填写的内容")
            return {"work": _("等外部系统"), "stuck": stuck}.get(step.kind)
        if step.people_depend is not None:
            return self._undecided(step.people_depend)
        if step.other_way:
            return None
        logins = list(dict.fromkeys([*step.people, *(login for held in groups.holders(step.groups).values() for login in held)]))
        if not logins:
            return _("没有在任的人，由运行管理员办理")
        return _briefly(sorted(directory.names(logins).values())) if len(logins) > 1 else directory.names(logins)[logins[0]]

    def _undecided(self, depends: Depends) -> str:
        if all(name.startswith(CHOSEN) for name in depends.names):
            return _("由您选定，或由上一步的人选定")
        return _("看填的“%(names)s”", names=self._labels(depends.names))

    def _people(self, step: Foreseen) -> str | None:
        if step.skipped is not None:
            return who_words.skipped(step.skipped)
        lines = [] if step.people_depend else who_words.found({"found_by": step.found_by})
        return "；".join(lines) or None

    def _depends(self, step: Foreseen) -> str | None:
        depends = step.depends
        if depends is None or (step.kind == "stuck" and depends.kind == "field"):
            return None
        match depends.kind:
            case "condition":
                words = _words(step.definition_id)
                gateway = words.element(depends.element_id, depends.element_name)
                if depends.flow_id is None:
                    return _("看“%(gateway)s”", gateway=gateway)
                return _("如果“%(gateway)s”走“%(flow)s”", gateway=gateway, flow=words.flow(depends.flow_id, depends.flow_name))
            case "field":
                return _("看填的“%(names)s”", names=self._labels(depends.names))
            case "interrupted":
                return _("如果前面没有超时或被别人中止")
            case "approved":
                return _("如果前面没有由同一个人同意过")
            case _:
                return _("看前面各人的结果")

    def _labels(self, names: Sequence[str]) -> str:
        words = _words(self.definition_id)
        return "、".join(words.variable(name) for name in names)


def _words(definition_id: str) -> Words:
    return Words(definitions.outline(definition_id)["elements"], forms_for.fields_of(definition_id))


def _briefly(people: list[str]) -> str:
    shown = "、".join(people[: casework.MOST_NAMED])
    return shown + (_("等 %(n)d 人", n=len(people)) if len(people) > casework.MOST_NAMED else "")
