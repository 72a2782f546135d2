"""What is said of a joint decision: its rule, its sum, its result."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from web.language import gettext as _

Vote = Mapping[str, Any]


def rule(vote: Vote, names: Mapping[str, str]) -> str:
    """By which rule people decide together."""
    parts = [_how(vote)]
    drawn, people = vote["rule"], vote["people"]
    if drawn["quorum"] is not None:
        parts.append(_("至少 %(n)s 票参加才有效", n=number(_exact(drawn["quorum"]))))
    vetoes = [people[seat]["who"] for seat in drawn["vetoes"]]
    if vetoes:
        parts.append(_("%(names)s一票否决", names="、".join(names.get(login, login) or "—" for login in vetoes)))
    if vote["sequential"]:
        parts.append(_("依次办理"))
    if drawn["wait_for_all"]:
        parts.append(_("等全部投完"))
    if vote["sealed"] != "false":
        parts.append(_("密封表决，结束后只公布票数") if vote["sealed"] == "names" else _("密封表决，结束后公布"))
    return "，".join(parts)


def _how(vote: Vote) -> str:
    drawn, asked = vote["rule"], len(vote["people"])
    if drawn["decide"] == "any":
        return _("%(n)d 人中一人决定即可", n=asked)
    if drawn["decide"] == "all":
        return _("%(n)d 人都要同意", n=asked)
    if drawn["number"] is not None:
        return _("%(n)d 人中 %(k)s 票同意即通过", n=asked, k=number(drawn["number"]))
    share = _share(drawn["share"])
    text = _("%(n)d 人，同意超过 %(share)s 通过", n=asked, share=share) if drawn["strict"] else ""
    text = text or _("%(n)d 人，同意达到 %(share)s 通过", n=asked, share=share)
    return text + {"cast": _("（弃权不计）"), "present": _("（按已投票数）")}.get(drawn["base"], "")


def total(vote: Vote, *, voted: int) -> str:
    """How far it has come, or how it ended."""
    if vote["hidden"]:
        return _("已投 %(n)d / %(all)d，结束前不公布", n=voted, all=vote["tally"]["asked"])
    tally = vote["tally"]
    parts = [_("同意 %(n)s", n=number(tally["yes"])), _("不同意 %(n)s", n=number(tally["no"]))]
    parts += [_("弃权 %(n)s", n=number(tally["abstained"]))] if tally["abstained"] else []
    if vote["state"] == "closed":
        return _("%(result)s：%(sum)s。%(why)s", result=result(vote), sum="，".join(parts), why=why(vote))
    if vote["state"] == "cancelled":
        return _("已收回：%(sum)s", sum="，".join(parts))
    return "，".join([*parts, _("未投 %(n)s", n=number(tally["open"])), _missing(vote)])


def _missing(vote: Vote) -> str:
    tally = vote["tally"]
    if tally["needed"] is None:
        return _("还没有人决定")
    missing = Fraction(tally["needed"]) - Fraction(tally["yes"])
    if missing > 0:
        return _("还差 %(n)s 票通过", n=number(_exact(str(missing))))
    present = Fraction(tally["yes"]) + Fraction(tally["no"]) + Fraction(tally["abstained"])
    short = Fraction(vote["rule"]["quorum"] or 0) - present
    return _("票数已够，还差 %(n)s 票参加", n=number(_exact(str(short)))) if short > 0 else _("票数已够，还在等人投票")


def result(vote: Vote) -> str:
    """Passed or not."""
    return _("通过") if vote["outcome"] == "agree" else _("未通过")


def why(vote: Vote) -> str:
    """What decided."""
    reasons = {
        "first": _("先办的人决定"),
        "veto": _("有人行使一票否决"),
        "quorum_missed": _("参加的票数不够"),
        "all_abstained": _("没有人表示同意或不同意"),
        "nobody_voted": _("没有人投票"),
        "tie": _("票数相等"),
    }
    early = [_("结果已定，其余的人不用再办")] if vote["early"] else []
    return "，".join([*([reasons[vote["reason"]]] if vote["reason"] in reasons else []), *early])


def number(value: Any) -> str:
    """A weight without needless zeros."""
    exact = Decimal(value)
    return str(int(exact)) if exact == exact.to_integral_value() else f"{exact.normalize():f}"


def _exact(text: str) -> Decimal:
    fraction = Fraction(text)
    return (
        (Decimal(fraction.numerator) / Decimal(fraction.denominator)).quantize(Decimal("0.01"))
        if fraction.denominator != 1
        else Decimal(fraction.numerator)
    )


def _share(text: str) -> str:
    """50 % where that is exact, else 2/3."""
    share = Fraction(text)
    percent = share * 100
    return f"{percent.numerator}%" if percent.denominator == 1 else text


def _closed(words: Any, event: Mapping[str, Any]) -> dict[str, Any]:
    details, name = event["details"], words.element(event["element_id"], event["element_name"])
    if details["outcome"] is None:
        return {"who": _("系统"), "words": _("“%(name)s”没有表决完，已收回", name=name), "mark": "back"}
    said = total({**details, "state": "closed", "hidden": False}, voted=0)
    bad = details["outcome"] != "agree"
    return {"who": _("系统"), "words": _("“%(name)s”共同决定：%(said)s", name=name, said=said), "mark": "back" if bad else "done"}


#: of the record of a case
LINES = {"vote_closed": _closed}
