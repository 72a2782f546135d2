"""What a check of the record found, in words; processes/audit says it in English, for exported files and logs."""

from processes.audit.verify import Problem
from web.language import gettext as _


def of_problem(problem: Problem) -> str:
    """A place and what is wrong there: the case (or `act`), the number of the step, and what it is."""
    place = f"{problem.case} seq {problem.seq}" if problem.seq is not None else problem.case
    return f"{place}: {_of_text(problem.problem)}"


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
    }.get(text, text)
