"""The small language in which a diagram says who is asked: names, and rules such as `负责人(申请人)` (docs/who-is-asked.md)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

#: whoever started the case, as an argument of a rule
APPLICANT = frozenset({"申请人", "发起人", "starter"})
#: the variable in which whoever decided before leaves the people that were chosen for a task
CHOSEN = "chosen_"
#: how far up a rule may ask
MOST_LEVELS = 20
#: kind: words, least and most arguments
KINDS: dict[str, tuple[tuple[str, ...], int, int]] = {
    "starter": (("申请人", "starter"), 0, 0),
    "head": (("负责人", "head"), 1, 1),
    "superior": (("上级", "superior"), 1, 2),
    "superiors": (("逐级上级", "superiors"), 2, 2),
    "leader": (("分管领导", "leader"), 1, 1),
    "line": (("条线领导", "line_leader"), 1, 1),
    "role": (("角色", "role"), 2, 2),
    "members": (("部门人员", "members"), 1, 1),
    "chosen": (("上一步选定", "chosen"), 0, 0),
    "decision": (("决策表", "decision"), 1, 1),
}
WORDS = {word: kind for kind, (words, _, _) in KINDS.items() for word in words}
_CALL = re.compile(r"\s*([^\s()（）{}$#@=,，:]{1,40})\s*[(（](.*)[)）]\s*", re.DOTALL)
_OPEN, _CLOSED = "{([（", "})]）"

_SAID: dict[str, tuple[str, str]] = {
    "starter": ("申请人", "the applicant"),
    "head": ("{0}的负责人", "head of {0}"),
    "superior": ("{0}的上 {1} 级领导", "superior of {0}, {1} up"),
    "superiors": ("{0}的各级领导，到上 {1} 级", "superiors of {0}, up to {1}"),
    "leader": ("分管{0}的领导", "leader in charge of {0}"),
    "line": ("分管“{0}”条线的领导", "leader in charge of the line “{0}”"),
    "role": ("{1}的“{0}”", "“{0}” in {1}"),
    "members": ("{0}的人员", "everybody in {0}"),
    "chosen": ("上一步选定的人", "whom the step before chose"),
    "decision": ("按决策表“{0}”", "by the decision “{0}”"),
    "name": ("“{0}”", "“{0}”"),
    "expression": ("“{0}”的值", "the value of “{0}”"),
    "person": ("指定人员", "named person"),
    "applicants_superior": ("申请人的上级（申请人不审自己的件）", "the applicant's superior, because applicants do not decide their own"),
}


class RuleRefused(Exception):
    """A text looks like a rule and is none; `code` and `values` say why."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as drawn: its kind, and its arguments as texts that may hold `${...}`."""

    kind: str
    arguments: tuple[str, ...]


def parse(text: str) -> Rule | None:
    """The rule that a text is; None for a name or an expression. Raises RuleRefused for a rule with too few or too many arguments."""
    found = _CALL.fullmatch(text)
    if found is None or found[1] not in WORDS:
        return None
    return rule(found[1], [part.strip() for part in parts(found[2]) if part.strip()])


def is_kind(text: str, kind: str) -> bool:
    """Whether a text is a rule of a kind; one that cannot be read is of none."""
    try:
        drawn = parse(text)
    except RuleRefused:
        return False
    return drawn is not None and drawn.kind == kind


def rule(word: str, arguments: list[str]) -> Rule:
    """The rule of a word with arguments; raises RuleRefused."""
    kind = WORDS[word]
    _, least, most = KINDS[kind]
    if not least <= len(arguments) <= most:
        raise RuleRefused("people_rule_arguments", rule=word, least=least, most=most, found=len(arguments))
    levels = arguments[1] if kind in ("superior", "superiors") and len(arguments) == 2 else "1"
    # Python turns no text of thousands of digits into a number
    written = len(levels) <= 40 and levels.isascii() and levels.isdecimal()
    if not ("{" in levels or (written and 1 <= int(levels) <= MOST_LEVELS)):
        raise RuleRefused("people_rule_levels", rule=word, value=levels)
    return Rule(kind, tuple(arguments))


def unknown(text: str) -> tuple[str, str | None] | None:
    """A text that is written like a rule and names none: its word, and the nearest rule. None for everything else."""
    found = _CALL.fullmatch(text)
    if found is None or found[1] in WORDS:
        return None
    return found[1], next(iter(get_close_matches(found[1], list(WORDS), n=1, cutoff=0.5)), None)


def parts(text: str, separators: str = ",，") -> Iterator[str]:
    """What stands between separators; those inside brackets, `${...}` and quotes do not separate."""
    start, depth, quote = 0, 0, ""
    for position, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif depth and sign in "'\"":
            quote = sign
        elif sign in _OPEN:
            depth += 1
        elif sign in _CLOSED:
            depth = max(0, depth - 1)
        elif sign in separators and not depth:
            yield text[start:position]
            start = position + 1
    yield text[start:]


def texts_of(drawn: dict[str, Any]) -> list[str]:
    """All texts of a user task that name people."""
    assignee = drawn.get("assignee")
    return [*([assignee] if assignee else []), *(drawn.get("candidate_users") or []), *(drawn.get("candidate_groups") or [])]


def say(kind: str, arguments: list[str], language: str = "zh") -> str:
    """A rule in words; `arguments` are those that it was asked with."""
    chinese, english = _SAID[kind]
    shown = [_place(kind, number, argument, language) for number, argument in enumerate(arguments)]
    if kind in ("superior", "superiors") and len(shown) == 1:
        shown.append("1")
    return (english if language == "en" else chinese).format(*shown)


def _place(kind: str, number: int, argument: str, language: str) -> str:
    """An argument as part of the sentence: the applicant's department where a unit is meant."""
    if argument not in APPLICANT:
        quoted = (kind in ("head", "leader", "members", "superior", "superiors") and number == 0) or (kind == "role" and number == 1)
        if not quoted:
            return argument
        return f"“{argument}”"
    of_person = kind in ("superior", "superiors")
    if language == "en":
        return "the applicant" if of_person else "the applicant's department"
    return "申请人" if of_person else "申请人所在部门"


@dataclass(frozen=True, slots=True)
class Edges:
    """What happens at the edges: nobody is found, the applicant would decide, everybody found has agreed already."""

    #: administrator, skip, refuse, or names and rules of who does it instead
    nobody: str = "administrator"
    #: decide, skip, superior
    applicant: str = "decide"
    #: ask, skip, skip_consecutive
    approved: str = "ask"


APPLICANT_EDGES = ("decide", "skip", "superior")
APPROVED_EDGES = ("ask", "skip", "skip_consecutive")
NOBODY_EDGES = ("administrator", "skip", "refuse")
#: properties of a user task, and the values that each may have; `when_nobody` may also name people
EDGE_PROPERTIES: dict[str, tuple[str, ...]] = {
    "when_nobody": NOBODY_EDGES,
    "when_applicant": APPLICANT_EDGES,
    "when_approved": APPROVED_EDGES,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom the person who decides a task chooses for a following one: for which task, among whom."""

    target: str
    among: tuple[str, ...]
    several: bool = True
    optional: bool = False

    @property
    def variable(self) -> str:
        """Where the chosen logins are kept."""
        return CHOSEN + self.target


def choices(text: str | None) -> list[Choice]:
    """The choices that a property `choose` draws, as in `approve: 分管领导, 负责人(申请人): one; seal: 印章管理员: optional`.

    Raises RuleRefused.
    """
    found = []
    for part in parts(text or "", ";；"):
        if not part.strip():
            continue
        pieces = [piece.strip() for piece in parts(part, ":：")]
        flags = {flag for piece in pieces[2:] for flag in piece.replace("，", " ").replace(",", " ").split()}
        among = tuple(name.strip() for name in parts(pieces[1] if len(pieces) > 1 else "") if name.strip())
        if not pieces[0] or not among or flags - {"one", "several", "optional"} or {"one", "several"} <= flags:
            raise RuleRefused("people_choose_wrong", text=part.strip())
        found.append(Choice(pieces[0], among, "one" not in flags, "optional" in flags))
    return found


def texts_about_people(properties: dict[str, str]) -> list[str]:
    """The texts among properties that may hold expressions: who does it instead, and among whom somebody is chosen."""
    instead = (properties.get("when_nobody") or "").strip()
    try:
        among = [name for choice in choices(properties.get("choose")) for name in choice.among]
    except RuleRefused:
        among = []
    return [*([] if instead in NOBODY_EDGES or not instead else parts(instead)), *among]


def edges_of(properties: dict[str, str], default: Edges) -> Edges:
    """What a task draws about the edges, else the default."""
    return Edges(
        (properties.get("when_nobody") or default.nobody).strip(),
        (properties.get("when_applicant") or default.applicant).strip(),
        (properties.get("when_approved") or default.approved).strip(),
    )
