"""Overlaps and gaps in tables whose cells are constants: warnings for the analyst before the first case meets them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import combinations, pairwise
from typing import Any, Final

from engine.decisions.model import Table
from engine.decisions.notes import Notes
from engine.expressions.nodes import Literal, Node, Range
from engine.expressions.unary_tests import Cell, Test, read_cell

MAX_COMPARED_RULES: Final = 200
MAX_SHOWN: Final = 5
_INFINITY: Final = Decimal("Infinity")
_WHOLE_TYPES: Final = ("integer", "long")


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from `low` to `high`; an open end leaves its bound out."""

    low: Decimal
    low_open: bool
    high: Decimal
    high_open: bool


@dataclass(frozen=True, slots=True)
class Domain:
    """What passes a cell: everything, numbers in intervals, or constants (with `others`: all but them)."""

    everything: bool = False
    intervals: tuple[Interval, ...] | None = None
    constants: frozenset[str | bool] | None = None
    others: bool = False


def check_coverage(table: Table, decision: Any, notes: Notes) -> None:
    """Warn of rules of a UNIQUE table that can match together, and of numbers between the rules that none matches."""
    if len(table.rules) > MAX_COMPARED_RULES:
        return
    rows = [[domain_of(read_cell(text)) for text in rule.tests] for rule in table.rules]
    if table.hit_policy == "UNIQUE":
        pairs = [pair for pair in combinations(range(len(rows)), 2) if _overlap_row(rows[pair[0]], rows[pair[1]])]
        for first, second in pairs[:MAX_SHOWN]:
            notes.warn("rules_overlap", decision, first=table.rules[first].number, second=table.rules[second].number)
    if len(table.inputs) == 1 and all(column.default is None for column in table.outputs):
        whole = table.inputs[0].type.rpartition(":")[2].lower() in _WHOLE_TYPES
        for low, high in _gaps([row[0] for row in rows], whole)[:MAX_SHOWN]:
            notes.warn("rules_gap", decision, column=table.inputs[0].label, low=f"{low:f}", high=f"{high:f}")


def domain_of(cell: Cell) -> Domain | None:
    """What passes a cell, or None when that is not known before a case."""
    if not cell.tests:
        return Domain(everything=True)
    intervals = [_interval(test) for test in cell.tests]
    if all(interval is not None for interval in intervals):
        found = tuple(interval for interval in intervals if interval is not None)
        return Domain(intervals=_complement(found) if cell.negated else found)
    constants = [constant for test in cell.tests for constant in _constant(test)]
    if len(constants) == len(cell.tests):
        return Domain(constants=frozenset(constants), others=cell.negated)
    return None


def _constant(test: Test) -> list[str | bool]:
    if test.operator in ("is", "==") and isinstance(test.value, Literal) and isinstance(test.value.value, str | bool):
        return [test.value.value]
    return []


def _number(node: Node) -> Decimal | None:
    if not isinstance(node, Literal) or isinstance(node.value, bool) or not isinstance(node.value, int | Decimal):
        return None
    return Decimal(node.value)


def _interval(test: Test) -> Interval | None:
    if isinstance(test.value, Range):
        low, high = _number(test.value.low), _number(test.value.high)
        return None if low is None or high is None else Interval(low, test.value.low_open, high, test.value.high_open)
    value = _number(test.value)
    if value is None:
        return None
    return {
        "is": Interval(value, False, value, False),
        "==": Interval(value, False, value, False),
        "<": Interval(-_INFINITY, True, value, True),
        "<=": Interval(-_INFINITY, True, value, False),
        ">": Interval(value, True, _INFINITY, True),
        ">=": Interval(value, False, _INFINITY, True),
    }.get(test.operator)


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The intervals in order, those that touch or overlap joined, empty ones left out."""
    merged: list[Interval] = []
    for interval in sorted(intervals, key=lambda one: (one.low, one.low_open)):
        if interval.low > interval.high or (interval.low == interval.high and (interval.low_open or interval.high_open)):
            continue
        if merged and _touch(merged[-1], interval):
            last = merged[-1]
            high, closed = max((last.high, not last.high_open), (interval.high, not interval.high_open))
            merged[-1] = Interval(last.low, last.low_open, high, not closed)
        else:
            merged.append(interval)
    return merged


def _touch(left: Interval, right: Interval) -> bool:
    return right.low < left.high or (right.low == left.high and not (right.low_open and left.high_open))


def _complement(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    left: list[Interval] = []
    low, low_open = -_INFINITY, True
    for interval in _merged(intervals):
        if interval.low != -_INFINITY:
            left.append(Interval(low, low_open, interval.low, not interval.low_open))
        low, low_open = interval.high, not interval.high_open
    if low != _INFINITY:
        left.append(Interval(low, low_open, _INFINITY, True))
    return tuple(left)


def _overlap_row(first: Sequence[Domain | None], second: Sequence[Domain | None]) -> bool:
    """Whether two rules surely have a common case."""
    return all(a is not None and b is not None and _overlap(a, b) for a, b in zip(first, second, strict=True))


def _overlap(a: Domain, b: Domain) -> bool:
    if a.everything or b.everything:
        return not _nothing(a) and not _nothing(b)
    if a.intervals is not None and b.intervals is not None:
        return any(_cross(x, y) for x in _merged(a.intervals) for y in _merged(b.intervals))
    if a.constants is None or b.constants is None:
        return False
    if a.others and b.others:
        return True
    if a.others or b.others:
        return bool(b.constants - a.constants if a.others else a.constants - b.constants)
    return bool(a.constants & b.constants)


def _nothing(domain: Domain) -> bool:
    """Whether no number passes, as for `[5..1]`."""
    return domain.intervals is not None and not _merged(domain.intervals)


def _cross(x: Interval, y: Interval) -> bool:
    low, low_open = max((x.low, x.low_open), (y.low, y.low_open))
    high, high_closed = min((x.high, not x.high_open), (y.high, not y.high_open))
    return low < high or (low == high and not low_open and high_closed)


def _gaps(domains: Sequence[Domain | None], whole: bool) -> list[tuple[Decimal, Decimal]]:
    """The bounds of what lies between the numbers that the rules cover; nothing when one of the rules is not about numbers."""
    if not domains or any(domain is None or domain.intervals is None for domain in domains):
        return []
    merged = _merged(interval for domain in domains if domain for interval in domain.intervals or ())
    return [(left.high, right.low) for left, right in pairwise(merged) if not whole or _holds_whole(left, right)]


def _holds_whole(left: Interval, right: Interval) -> bool:
    first = left.high.to_integral_value(ROUND_CEILING)
    if first == left.high and not left.high_open:
        first += 1
    return first < right.low or (first == right.low and right.low_open)
