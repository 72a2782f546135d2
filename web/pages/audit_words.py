"""What a check of the record found, in words; processes/audit says it in English, for exported files and logs."""

import re

from processes.audit.verify import Problem, Report
from web.language import gettext as _


def of_problem(problem: Problem) -> str:
    """A place and what is wrong there: the case (or `act`), the number of the step, and what it is."""
    place = f"{problem.case} seq {problem.seq}" if problem.seq is not None else problem.case
    return f"{place}: {_of_text(problem.problem)}"


def counted(report: Report) -> str:
    """What was looked at, and how fast."""
    rate = round(report.steps / report.seconds) if report.seconds else report.steps
    words = _("核对了 %(cases)s 件、%(steps)s 步、%(acts)s 条操作记录", cases=report.cases, steps=report.steps, acts=report.acts)
    if report.heads:
        words += _("、%(heads)s 个每日总哈希", heads=report.heads)
    if report.files:
        words += _("、%(files)s 个附件", files=report.files)
    if report.sealed:
        words += _("，其中 %(sealed)s 件已到期封存", sealed=report.sealed)
    return words + _("，用时 %(seconds)s 秒（每秒 %(rate)s 步）", seconds=round(report.seconds, 1), rate=rate)


def of_difference(difference: str) -> str:
    """Where a case that was played again went another way."""
    return {
        "the stored state is not what the steps give": _("保存的状态与各步得出的不同"),
        "the stored variables are not what the steps give": _("保存的数据与各步得出的不同"),
        "what is stored cannot be read": _("保存的内容读不出来，请用 banjie audit verify 核对"),
    }.get(difference, difference)


def _of_text(text: str) -> str:
    if text.startswith("a row whose number is "):
        return _("有一行的序号是 %(number)s", number=text.removeprefix("a row whose number is "))
    sealed = re.fullmatch(r"(missing|another|changed or missing): daily head (\d+) sealed (?:it|another)", text)
    if sealed:
        return _("被删除或改动：第 %(head)s 号每日总哈希封存时不是这样", head=sealed[2])
    if "attachment" in text:
        return _("附件 %(id)s 被改动、换过或缺少", id=re.split(r"\W+attachment ", text)[-1].split()[0])
    if text.startswith("kept in "):
        return _("留存的每日总哈希已不在数据库里（历史被换过，或恢复了较早的备份）：%(line)s", line=text.partition(": ")[2])
    if text.startswith("no daily head has the hash "):
        return _("没有这个每日总哈希：历史被换过，或它来自别处")
    return _fixed().get(text, text)


def _fixed() -> dict[str, str]:
    return {
        "missing": _("缺少"),
        "missing: the end was cut off": _("缺少：末尾被截掉"),
        "there twice": _("出现两次"),
        "changed: its content does not have its hash": _("被改动：内容与它的哈希值不符"),
        "does not follow the one before it: added, reordered, or the one before it changed": _(
            "与前一步接不上：是后加的、被调换过，或前一步被改动"
        ),
        "added after the remembered end": _("多出：在记下的末尾之后"),
        "is not the one that is remembered as the last": _("不是记下的最后一步"),
        "the remembered end is no number": _("记下的末尾序号被改动"),
        "no such case": _("没有这个办件"),
        "steps of a case that is not there": _("有办理记录，却没有这个办件"),
        "its end is not the one of its seal": _("末尾与封存时记下的不同"),
        "its seal is there, the case is not": _("有封存记录，却没有这个办件"),
        "its seal is not what the act says that sealed it": _("封存记录与操作记录里的不同"),
        "the cases that it sealed are changed, missing or added": _("它封存的办件清单被改动、缺少或多出"),
    }
