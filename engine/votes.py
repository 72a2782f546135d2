"""How many must agree: the arithmetic of a joint decision (或签, 会签, 依次, 票签), exact, and without a case around it.

A seat is somebody who is asked. A result is certain when every way in which the open seats could still be decided gives it;
where a quorum is drawn, not voting at all is one of these ways.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any, Literal

from engine.values import MAX_EXPONENT

Said = Literal["yes", "no", "abstain"]
Decide = Literal["any", "all", "ratio", "vote"]
DECIDES: tuple[str, ...] = ("any", "all", "ratio", "vote")
ONE = Fraction(1)
#: of which votes a share is: of all who were asked, of those who voted or abstained, of yes and no
BASES: tuple[str, ...] = ("all", "present", "cast")
#: digits with which sums of decimal weights are written
_DIGITS = 120


@dataclass(frozen=True, slots=True)
class Threshold:
    """What yes must reach: a share of a base, or a fixed number; `strict`: more than it."""

    share: Fraction | None = None
    strict: bool = False
    base: str = "all"
    number: Fraction | None = None

    def met(self, yes: Fraction, base: Fraction) -> bool:
        """Whether so much yes is enough; nothing at all never is."""
        if yes <= 0:
            return False
        wanted = self.number if self.number is not None else (self.share or Fraction(0)) * base
        return yes > wanted if self.strict else yes >= wanted


@dataclass(frozen=True)
class Rule:
    """How seats decide together; `weights` has one for each seat, `vetoes` are the seats that alone can refuse."""

    decide: str
    weights: tuple[Fraction, ...]
    threshold: Threshold = Threshold(Fraction(1))
    quorum: Fraction | None = None
    vetoes: frozenset[int] = frozenset()
    wait_for_all: bool = False

    @cached_property
    def total(self) -> Fraction:
        """The weight of all seats."""
        if self.step == 1:
            return Fraction(sum(weight.numerator for weight in self.weights))
        return sum(self.weights, Fraction(0))

    @cached_property
    def step(self) -> int:
        """The parts of one vote in which weights are given."""
        return lcm(*(weight.denominator for weight in self.weights))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result: `reason` says what decided, `early` that it was certain before everybody had voted."""

    agreed: bool
    reason: str
    early: bool = False

    @property
    def outcome(self) -> str:
        """The value of the outcome variable."""
        return "agree" if self.agreed else "disagree"


@dataclass(frozen=True, slots=True)
class Count:
    """The weights so far."""

    yes: Fraction
    no: Fraction
    abstained: Fraction
    open: Fraction

    @property
    def present(self) -> Fraction:
        """Who has voted or abstained."""
        return self.yes + self.no + self.abstained


#: the votes by seat, in the order in which they were cast
Ballots = Mapping[int, str]


def count(rule: Rule, ballots: Ballots) -> Count:
    """Add the votes up."""
    sums = {"yes": Fraction(0), "no": Fraction(0), "abstain": Fraction(0)}
    for seat, said in ballots.items():
        sums[said] += rule.weights[seat]
    return Count(sums["yes"], sums["no"], sums["abstain"], rule.total - sum(sums.values()))


def verdict(rule: Rule, ballots: Ballots) -> Verdict | None:
    """The result as soon as it is certain, or as soon as everybody has voted where that is waited for; None before."""
    if len(ballots) == len(rule.weights):
        return closing(rule, ballots)
    if rule.wait_for_all:
        return None
    found = _of_any(ballots) if rule.decide == "any" else _certain(rule, ballots)
    return None if found is None else Verdict(*found, early=True)


def closing(rule: Rule, ballots: Ballots) -> Verdict:
    """The result when no further vote is taken."""
    if rule.decide == "any":
        found = _of_any(ballots)
        return Verdict(*found) if found is not None else Verdict(False, "all_abstained" if ballots else "nobody_voted")
    counted = count(rule, ballots)
    if _vetoed(rule, ballots):
        return Verdict(False, "veto")
    if rule.quorum is not None and counted.present < rule.quorum:
        return Verdict(False, "quorum_missed")
    if rule.threshold.met(counted.yes, _base(rule, counted)):
        return Verdict(True, "reached")
    if counted.yes == counted.no == 0:
        return Verdict(False, "all_abstained" if ballots else "nobody_voted")
    # where all must agree, one refusal is enough, whatever the others say
    tie = rule.decide != "all" and counted.yes == counted.no
    return Verdict(False, "tie" if tie else "not_reached")


def needed(rule: Rule, counted: Count) -> Fraction:
    """The yes that is needed if everybody who is still asked votes yes or no, in the smallest step of the weights."""
    threshold = rule.threshold
    base = _base(rule, Count(counted.yes, counted.no + counted.open, counted.abstained, Fraction(0)))
    wanted = threshold.number if threshold.number is not None else (threshold.share or Fraction(0)) * base
    step = rule.step
    steps = wanted * step
    whole = steps.numerator // steps.denominator
    if threshold.strict or whole != steps:
        whole += 1
    return Fraction(max(whole, 1), step)


def _base(rule: Rule, counted: Count) -> Fraction:
    match rule.threshold.base:
        case "cast":
            return counted.yes + counted.no
        case "present":
            return counted.present
        case _:
            return rule.total


def _of_any(ballots: Ballots) -> tuple[bool, str] | None:
    """The first yes or no counts."""
    said = next((one for one in ballots.values() if one != "abstain"), None)
    return None if said is None else (said == "yes", "first")


def _vetoed(rule: Rule, ballots: Ballots) -> bool:
    return any(ballots.get(seat) == "no" for seat in rule.vetoes)


def _certain(rule: Rule, ballots: Ballots) -> tuple[bool, str] | None:
    """The result that all completions of the open seats give."""
    counted = count(rule, ballots)
    if _vetoed(rule, ballots):
        return False, "veto"
    best = Count(counted.yes + counted.open, counted.no, counted.abstained, Fraction(0))
    if rule.quorum is not None and best.present < rule.quorum:
        return False, "quorum_missed"
    if not rule.threshold.met(best.yes, _base(rule, best)):
        return False, "not_reached"
    worst = Count(counted.yes, counted.no + counted.open, counted.abstained, Fraction(0))
    present = rule.quorum is None or counted.present >= rule.quorum
    may_veto = any(seat not in ballots for seat in rule.vetoes)
    if present and not may_veto and rule.threshold.met(worst.yes, _base(rule, worst)):
        return True, "reached"
    return None


def fraction_of(value: Any) -> Fraction:
    """An exact number from 2/3, 0.5, 50% or a number; raises ValueError."""
    if isinstance(value, bool) or value is None:
        raise ValueError("no number")
    if isinstance(value, Decimal) and not (value.is_finite() and -MAX_EXPONENT <= value.adjusted() <= MAX_EXPONENT):
        # as a fraction it would have as many digits as its exponent says
        raise ValueError("too large or too small")
    if isinstance(value, int | Decimal):
        return Fraction(value)
    text = str(value).strip()
    if len(text) > 40:
        raise ValueError("too long")
    if text.endswith(("%", "％")):
        return fraction_of(text[:-1]) / 100
    over, slash, under = text.partition("/")
    if not slash:
        return Fraction(_decimal(text))
    divisor = _decimal(under)
    if divisor == 0:
        raise ValueError("divided by nothing")
    return Fraction(_decimal(over)) / Fraction(divisor)


def _decimal(text: str) -> Decimal:
    """A plain decimal number."""
    text = text.strip()
    if not text.isascii() or not text.replace(".", "", 1).removeprefix("-").isdigit():
        raise ValueError("no number")
    return Decimal(text)


def written(number: Fraction) -> int | Decimal:
    """A sum of weights as variables have it."""
    if number.denominator == 1:
        return number.numerator
    with localcontext() as context:
        context.prec = _DIGITS
        return (Decimal(number.numerator) / Decimal(number.denominator)).normalize()
