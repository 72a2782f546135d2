"""What the cells of one input column let through, as sets of values that no cell tells apart.

The constants of a column cut its values into classes: for numbers, dates and durations each constant and each stretch between two of
them, for texts each constant and all others, for yes/no both. A cell is then a set of classes, held as the bits of a number.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from engine.expressions import temporal
from engine.expressions.budget import Budget
from engine.expressions.durations import Duration
from engine.expressions.errors import ExpressionFailed
from engine.expressions.feel_evaluator import FeelEvaluation
from engine.expressions.nodes import Call, Literal, Node, Range, walk
from engine.expressions.unary_tests import Cell, Test

_CONSTANT_CALLS: Final = frozenset({"date", "datetime", "temporal", "duration"})
_WHOLE_TYPES: Final = ("integer", "int", "long", "short")
OTHER_TEXT: Final = "…"


class Unknown(ValueError):
    """What passes a cell is not known before a case."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A value in a cell: its kind, and what it is ordered by within the kind."""

    kind: str
    key: Any
    value: Any


def constant(node: Node) -> Constant:
    """The constant that a part is; raises Unknown."""
    if any(not isinstance(part, Literal) and not (isinstance(part, Call) and part.name in _CONSTANT_CALLS) for part, _ in walk(node)):
        raise Unknown
    try:
        value = FeelEvaluation({}, {}, Budget()).value(node)
    except ExpressionFailed as problem:
        raise Unknown from problem
    return _of_value(value)


def _of_value(value: Any) -> Constant:
    match value:
        case bool():
            return Constant("yes/no", value, value)
        case int() | Decimal():
            return Constant("number", Decimal(value), value)
        case str():
            return Constant("text", value, value)
        case datetime():
            return Constant("moment", Decimal(str(temporal.moment(value).timestamp())), value)
        case date():
            return Constant("date", Decimal(value.toordinal()), value)
        case Duration():
            return Constant("duration", value.rank(), value)
    raise Unknown


def constants(cell: Cell) -> Iterator[Constant]:
    """The constants of a cell; raises Unknown where it asks for something else."""
    for test in cell.tests:
        if test.operator == "holds":
            raise Unknown
        if isinstance(test.value, Range):
            yield from (constant(test.value.low), constant(test.value.high))
        else:
            yield constant(test.value)


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of a column's values: with `stretches` those between the constants count, at even places."""

    kind: str
    keys: tuple[Any, ...]
    values: tuple[Any, ...]
    #: all classes that hold a value
    everything: int

    @property
    def points(self) -> int:
        """The classes that are one constant each."""
        if self.kind in ("text", "yes/no"):
            return (1 << len(self.keys)) - 1
        return sum(1 << 2 * place + 1 for place in range(len(self.keys)))

    def mask(self, cell: Cell) -> int:
        """The classes that pass a cell. Raises Unknown."""
        if not cell.tests:
            return self.everything
        found = 0
        for test in cell.tests:
            found |= self._of_test(test)
        return (self.everything & ~found) if cell.negated else (self.everything & found)

    def _of_test(self, test: Test) -> int:
        if isinstance(test.value, Range):
            low = self._ordered(">" if test.value.low_open else ">=", constant(test.value.low))
            return low & self._ordered("<" if test.value.high_open else "<=", constant(test.value.high))
        value = constant(test.value)
        if value.kind != self.kind:
            raise Unknown
        if test.operator in ("is", "==", "!="):
            place = bisect_left(self.keys, value.key)
            equal = 1 << (place if self.kind in ("text", "yes/no") else 2 * place + 1)
            return self.everything & ~equal if test.operator == "!=" else equal
        return self._ordered(test.operator, value)

    def _ordered(self, operator: str, bound: Constant) -> int:
        if bound.kind != self.kind or self.kind in ("text", "yes/no"):
            raise Unknown
        at = 2 * bisect_left(self.keys, bound.key) + 1
        if operator in ("<", "<="):
            return (1 << at + (operator == "<=")) - 1
        return self.everything >> at + (operator == ">") << at + (operator == ">")

    def example(self, place: int) -> Any:
        """A value of a class."""
        if self.kind == "":
            return None
        if self.kind in ("text", "yes/no"):
            return self.values[place] if place < len(self.values) else OTHER_TEXT
        return self.values[place // 2] if place % 2 else self._between(place // 2)

    def _between(self, place: int) -> Any:
        if place == 0:
            return _moved(self.values[0], self.keys[0], -1)
        low, key = self.values[place - 1], self.keys[place - 1]
        if place == len(self.keys):
            return _moved(low, key, 1)
        next_whole = key.to_integral_value(ROUND_FLOOR) + 1
        step = next_whole - key if next_whole < self.keys[place] else (self.keys[place] - key) / 2
        return _moved(low, key, step)


def _moved(value: Any, key: Decimal, step: Decimal | int) -> Any:
    """The value that lies a step of its key further."""
    if isinstance(value, Duration):
        return Duration(seconds=key + step)
    try:
        if isinstance(value, datetime):
            return value + timedelta(seconds=float(step))
        return value + timedelta(days=int(step)) if isinstance(value, date) else Decimal(value) + step
    except OverflowError:
        return value


def classes_of(cells: Iterable[Cell], type_name: str) -> Classes:
    """The classes into which the constants of a column's cells cut its values; without a constant there is one class of anything."""
    found: dict[Any, Constant] = {}
    for cell in cells:
        try:
            found.update([(one.key, one) for one in constants(cell)])
        except Unknown:
            # such a cell may match anything; the others still cut the values
            continue
    kinds = {one.kind for one in found.values()}
    plain = type_name.rpartition(":")[2].lower()
    if plain == "boolean" and kinds <= {"yes/no"}:
        return _yes_no()
    if len(kinds) > 1:
        raise Unknown
    kind = next(iter(kinds), "")
    if kind == "yes/no":
        return _yes_no()
    ordered = sorted(found.values(), key=lambda one: one.key)
    whole = kind == "date" or (kind == "number" and plain in _WHOLE_TYPES)
    keys = tuple(one.key for one in ordered)
    return Classes(kind, keys, tuple(one.value for one in ordered), _everything(kind, keys, whole))


def _everything(kind: str, keys: tuple[Any, ...], whole: bool) -> int:
    if kind in ("", "text"):
        return (1 << len(keys) + 1) - 1
    full = (1 << 2 * len(keys) + 1) - 1
    for place in range(1, len(keys)) if whole else ():
        if keys[place - 1].to_integral_value(ROUND_FLOOR) + 1 >= keys[place]:
            full &= ~(1 << 2 * place)
    return full


def _yes_no() -> Classes:
    return Classes("yes/no", (False, True), (False, True), 3)


def considered(classes: Classes, cells: Sequence[Cell], masks: Sequence[int], allowed: int | None) -> int:
    """The classes that a column is about, where a gap is worth telling.

    The allowed values, if there are any. Else for texts those that are named; for numbers and the like what lies between the outermost
    cells, and on to infinity where one cell goes there; only the constants where cells name nothing else.
    """
    if allowed is not None:
        return allowed
    if classes.kind in ("", "yes/no"):
        return classes.everything
    tests = [test for cell in cells for test in cell.tests]
    if all(test.operator in ("is", "==") and not isinstance(test.value, Range) for test in tests):
        named = classes.points
        return named | _union(masks, cells) if any(cell.negated for cell in cells) else named
    if classes.kind == "text":
        return classes.points | _union(masks, cells)
    union = _union(masks, cells)
    if not union:
        return 0
    unbounded = any(not isinstance(test.value, Range) and test.operator in ("<", "<=", ">", ">=") for test in tests)
    if unbounded or any(cell.negated for cell in cells):
        return classes.everything
    lowest, highest = (union & -union).bit_length() - 1, union.bit_length()
    return classes.everything & ((1 << highest) - (1 << lowest))


def _union(masks: Sequence[int], cells: Sequence[Cell]) -> int:
    found = 0
    for mask, cell in zip(masks, cells, strict=True):
        found |= mask if cell.tests else 0
    return found
