"""How a multi-instance user task is drawn to decide: the properties `decide`, `ratio`, `weights`, ... as they stand and as they count.

`counted` makes the rule of one decision once its expressions are computed; with what it reads the gate looks at what stands in the diagram.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from engine.errors import ElementFailed
from engine.votes import BASES, DECIDES, Rule, Threshold, fraction_of

Properties = Mapping[str, Any]
#: properties that mean something beside `decide` only
OPTIONS = frozenset({"ratio", "share_of", "votes_needed", "weights", "quorum", "wait_for_all", "veto"}) | frozenset(
    {"sealed", "yes_outcomes", "no_outcomes", "abstain_outcomes"}
)
#: which of them say nothing beside a way to decide
EXCLUDED: Mapping[str, frozenset[str]] = {
    "any": frozenset({"ratio", "share_of", "votes_needed", "weights", "quorum", "wait_for_all", "veto"}),
    "all": frozenset({"ratio", "share_of", "votes_needed", "weights", "quorum", "veto"}),
    "ratio": frozenset({"weights", "quorum"}),
    "vote": frozenset(),
}
#: the buttons of a joint decision that draws none
BUTTONS: Mapping[str, str] = {"vote": "agree:同意; disagree:不同意; abstain:弃权"}
PLAIN_BUTTONS = "agree:同意; disagree:不同意"
TRUE, FALSE = frozenset({"true"}), frozenset({"false", ""})
SEALED = ("true", "false", "names")
_YES, _NO, _ABSTAIN = frozenset({"agree"}), frozenset({"disagree", "return"}), frozenset({"abstain"})


def is_joint(properties: Properties | None) -> bool:
    """Whether the property `decide` names a way to decide."""
    return (properties or {}).get("decide") in DECIDES


def with_buttons(element: dict[str, Any]) -> dict[str, Any]:
    """What is drawn of a task of a joint decision, with the buttons that it has where none are drawn."""
    properties = element.get("properties") or {}
    if properties.get("outcomes"):
        return element
    buttons = BUTTONS.get(properties["decide"], PLAIN_BUTTONS)
    return {**element, "properties": {**properties, "outcomes": buttons}}


def names_in(text: Any) -> list[str]:
    """Names of a text with commas, or of a list."""
    several = text if isinstance(text, list) else [text]
    parts = (part for one in several if one is not None for part in str(one).replace("，", ",").replace("、", ",").split(","))
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def said(properties: Properties, outcome: str | None) -> str:
    """What an outcome counts as: `yes`, `no` or `abstain`; anything that is drawn as none of them, and no outcome at all, abstains."""
    yes, no, abstain = (frozenset(names_in(properties.get(f"{name}_outcomes"))) for name in ("yes", "no", "abstain"))
    if outcome in yes:
        return "yes"
    if outcome in no:
        return "no"
    if outcome in abstain:
        return "abstain"
    return "yes" if outcome in _YES else "no" if outcome in _NO else "abstain"


def is_clear(properties: Properties, outcome: str) -> bool:
    """Whether it is drawn, or known, what an outcome counts as."""
    named = {name for kind in ("yes", "no", "abstain") for name in names_in(properties.get(f"{kind}_outcomes"))}
    return outcome in named | _YES | _NO | _ABSTAIN


def share_of(text: Any) -> tuple[Fraction, bool]:
    """A share, and whether more than it is needed: `2/3` and `>= 2/3` at least, `> 1/2` more than; raises ValueError."""
    if not isinstance(text, str):
        share, strict = fraction_of(text), False
    else:
        bare = text.strip().replace("≥", ">=")
        strict = bare.startswith(">") and not bare.startswith(">=")
        share = fraction_of(bare.lstrip(">=").strip() if bare.startswith(">") else bare)
    if not 0 < share <= 1 or (strict and share == 1):
        raise ValueError("no share")
    return share, strict


def named(properties: Properties) -> list[str]:
    """The names that weights and vetoes are given to."""
    weights, veto = properties.get("weights"), properties.get("veto")
    table = weights_in(weights) if isinstance(weights, str) else weights
    vetoes = [] if isinstance(veto, str) and veto.strip()[:1] in (">", "≥") else names_in(veto)
    return list(dict.fromkeys([*(table if isinstance(table, dict) else ()), *vetoes]))


def at_least(text: Any) -> Fraction | None:
    """The weight from which a seat has a veto, where `veto` is drawn as `>= 3`; None where it names people; raises ValueError, also for
    `> 3`, which would name nobody."""
    bare = str(text).strip().replace("≥", ">=")
    return fraction_of(bare.removeprefix(">=")) if bare.startswith(">") else None


def counted(properties: Properties, people: Sequence[Sequence[str]]) -> Rule:
    """The rule for these seats, each with the names by which it is known (the person first); raises ElementFailed("vote_rule")."""
    decide = str(properties["decide"])
    weights = _weights(properties.get("weights"), people) if decide == "vote" else (Fraction(1),) * len(people)
    total = sum(weights, Fraction(0))
    threshold = _threshold(decide, properties)
    quorum = _quorum(properties.get("quorum"), total) if decide == "vote" else None
    if threshold.number is not None and threshold.number > total:
        raise ElementFailed("vote_rule", what="votes_needed", value=str(properties.get("votes_needed"))[:40])
    if quorum is not None and quorum > total:
        raise ElementFailed("vote_rule", what="quorum", value=str(properties.get("quorum"))[:40])
    waits = decide != "any" and truth(properties, "wait_for_all")
    return Rule(decide, weights, threshold, quorum, _vetoes(properties.get("veto"), people, weights), waits)


def truth(properties: Properties, name: str) -> bool:
    """Whether a property is switched on; raises ElementFailed for what is neither yes nor no."""
    value = properties.get(name)
    text = "" if value is None else str(value).strip().lower()
    if text not in TRUE | FALSE:
        raise ElementFailed("vote_rule", what=name, value=text[:40])
    return text in TRUE


def _threshold(decide: str, properties: Properties) -> Threshold:
    if decide in ("any", "all"):
        return Threshold(Fraction(1))
    base = properties.get("share_of") or ("cast" if decide == "vote" else "all")
    if base not in BASES:
        raise ElementFailed("vote_rule", what="share_of", value=str(base)[:40])
    if properties.get("votes_needed") not in (None, ""):
        return Threshold(number=_positive("votes_needed", properties["votes_needed"]), base=base)
    text = properties.get("ratio")
    if text in (None, "") and decide == "vote":
        return Threshold(Fraction(1, 2), True, base)
    try:
        share, strict = share_of(text)
    except ValueError as problem:
        raise ElementFailed("vote_rule", what="ratio", value=str(text)[:40]) from problem
    return Threshold(share, strict, base)


def _positive(name: str, value: Any) -> Fraction:
    try:
        number = fraction_of(value)
    except ValueError as problem:
        raise ElementFailed("vote_rule", what=name, value=str(value)[:40]) from problem
    if number <= 0:
        raise ElementFailed("vote_rule", what=name, value=str(value)[:40])
    return number


def is_part(text: Any) -> bool:
    """Whether a quorum is drawn as a share: 2/3, 50%, 0.5; else it is a weight."""
    return (isinstance(text, str) and any(sign in text for sign in "/%％")) or _is_below_one(text)


def _is_below_one(text: Any) -> bool:
    try:
        return fraction_of(text) < 1
    except ValueError:
        return False


def _quorum(text: Any, total: Fraction) -> Fraction | None:
    if text in (None, ""):
        return None
    number = _positive("quorum", text)
    return number * total if is_part(text) else number


def _weights(value: Any, people: Sequence[Sequence[str]]) -> tuple[Fraction, ...]:
    """Of each seat, by its person or another of its names; 1 for whom nobody has named."""
    if value in (None, ""):
        return (Fraction(1),) * len(people)
    table = weights_in(value) if isinstance(value, str) else value
    if not isinstance(table, dict):
        raise ElementFailed("vote_rule", what="weights", value=str(value)[:40])
    return tuple(_weight(table, names) for names in people)


def weights_in(text: str) -> dict[str, str] | None:
    """The weights of a text like `wang: 2; li: 1.5`; None where it is none."""
    pairs = [part.replace("：", ":").rpartition(":") for part in text.replace("；", ";").split(";") if part.strip()]
    if not pairs or not all(name.strip() and number.strip() for name, _, number in pairs):
        return None
    return {name.strip(): number.strip() for name, _, number in pairs}


def _weight(value: dict[str, Any], names: Sequence[str]) -> Fraction:
    name = next((one for one in names if one in value), None)
    if name is None:
        return Fraction(1)
    try:
        weight = fraction_of(value[name])
    except ValueError:
        weight = Fraction(-1)
    if weight < 0:
        raise ElementFailed("vote_rule", what="weights", value=f"{name}: {value[name]}"[:80])
    return weight


def _vetoes(text: Any, people: Sequence[Sequence[str]], weights: Sequence[Fraction]) -> frozenset[int]:
    if text in (None, "", []):
        return frozenset()
    try:
        least = None if isinstance(text, list) else at_least(text)
    except ValueError as problem:
        raise ElementFailed("vote_rule", what="veto", value=str(text)[:40]) from problem
    if least is not None:
        return frozenset(seat for seat, weight in enumerate(weights) if weight >= least)
    named = set(names_in(text))
    return frozenset(seat for seat, names in enumerate(people) if named & set(names))
