"""Whom a user task asks and why, in words: which rule found whom, who was left out, why a task was passed by."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine import people_rules
from processes.actors import Actor
from processes.people import directory
from processes.queries import inbox
from web.language import current_language
from web.language import gettext as _

Details = Mapping[str, Any]


def of_task(steps: Iterable[Mapping[str, Any]], number: int) -> list[str]:
    """Which rules found the people of a user task, from the steps of its case; none where the diagram only names them."""
    made = (event for step in steps for event in step["events"] if event["type"] == "user_task_created" and event["number"] == number)
    return [line for event in made for line in found(event["details"])]


def found(details: Details) -> list[str]:
    """A sentence for every rule of a task that was made."""
    rules = details.get("found_by") or []
    logins = {login for one in rules for login in (*one["people"], *(skipped["login"] for skipped in one["skipped"]))}
    names = directory.names(logins)
    lines = [_sentence(one, names) for one in rules]
    return [*lines, _("规则找不到在任的人，由运行管理员办理")] if details.get("nobody") else lines


def organisation(details: Details) -> str | None:
    """From which state of the organisation the people were found."""
    told = next((one["organisation"] for one in details.get("found_by") or [] if one["organisation"]), None)
    if told is None:
        return None
    return _("按 %(day)s 的组织机构（管理记录第 %(act)s 条之后）", day=told["day"], act=told["act"] or 0)


def _sentence(rule: Details, names: Mapping[str, str]) -> str:
    said = people_rules.say(rule["kind"], rule["arguments"], current_language())
    people = "、".join(names[login] for login in rule["people"])
    if people and rule.get("live"):
        words = _("由规则“%(rule)s”找到 %(people)s（按岗位，任职变动后随之变动）", rule=said, people=people)
    elif people:
        words = _("由规则“%(rule)s”找到 %(people)s", rule=said, people=people)
    else:
        words = _("规则“%(rule)s”没有找到人", rule=said) + _cause(rule)
    if rule.get("units"):
        words += _("（本部门没有，逐级向上到“%(unit)s”）", unit="、".join(rule["units"]))
    left = [_("跳过 %(who)s：%(why)s", who=names[one["login"]], why=_left_out(one["why"])) for one in rule["skipped"]]
    return "；".join([words, *left])


def _cause(rule: Details) -> str:
    if rule.get("empty"):
        return _("，因为所填的内容是空的")
    if rule.get("unknown"):
        return _("，没有“%(name)s”这个部门或人员", name="、".join(rule["unknown"]))
    return ""


def _left_out(why: str) -> str:
    return {"applicant": _("是申请人"), "inactive": _("已不在岗")}.get(why) or _("没有这个账号")


def skipped(details: Details) -> str:
    """Why a task was passed by."""
    people = "、".join(directory.names(details["people"]).values())
    match details["why"]:
        case "applicant":
            return _("办理人就是申请人，不再送审")
        case "approved":
            return _("%(people)s 在这之前已经同意过，不再重复送审", people=people)
        case _:
            return _("没有找到办理人，按流程规定跳过")


def why(task: Mapping[str, Any], actor: Actor, steps: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why a task is before somebody: the rules that found people, or the names that the diagram gives."""
    lines = of_task(steps, task["number"]) or _named(task)
    if task["reassigned_by"]:
        lines.append(_("由%(who)s转办", who=directory.names([task["reassigned_by"]])[task["reassigned_by"]]))
    elif task["assignee"] == actor.login:
        lines.append(_("您已签收") if task["claimed_at"] else _("流程指定由您办理"))
    if (principal := inbox.for_whom([task], actor).get(task["id"])) is not None:
        lines.append(_("您代%(who)s办理", who=directory.names([principal])[principal]))
    others = [login for login in task["candidate_users"] if login != actor.login]
    if others and task["assignee"] is None:
        lines.append(_("还可以办理的：%(names)s", names="、".join(directory.names(others).values())))
    if task["nobody"]:
        lines.append(_("规则找不到在任的人，由运行管理员办理"))
    return list(dict.fromkeys(lines))


def _named(task: Mapping[str, Any]) -> list[str]:
    lines = []
    if task["candidate_groups"]:
        lines.append(_("规则：角色“%(names)s”", names="、".join(task["candidate_groups"])))
    if task["drawn_users"]:
        lines.append(_("规则：指定人员 %(names)s", names="、".join(directory.names(task["drawn_users"]).values())))
    return lines
