"""What one evaluation may use up: steps, sizes, depth. Deterministic, so that a replay stops at the same place.

The figures are those that held against the attack list of the regression tests; each attack ends in well under half a second.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from engine.expressions.durations import Duration
from engine.expressions.errors import ExpressionFailed

MAX_SOURCE: Final = 4_000
MAX_CELL_SOURCE: Final = 500
MAX_NODES: Final = 400
MAX_DEPTH: Final = 30
MAX_STEPS: Final = 20_000
MAX_LENGTH: Final = 10_000
MAX_WEIGHT: Final = 100_000
MAX_VALUE_DEPTH: Final = 20
MAX_INTEGER_BITS: Final = 256
MAX_EXPONENT: Final = 60

_SINGLE: Final = frozenset({int, bool, Decimal, date, datetime, Duration, type(None)})


class Budget:
    """Counts what an evaluation uses and ends it with ExpressionFailed("budget") when that is too much."""

    __slots__ = ("steps",)

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.steps = steps

    def spend(self, steps: int = 1) -> None:
        """Use up steps."""
        self.steps -= steps
        if self.steps < 0:
            raise ExpressionFailed("budget", limit="steps", maximum=MAX_STEPS)

    def spend_on(self, value: Any) -> None:
        """Use up steps for going through a text, a list or an object once, not into what it holds."""
        if isinstance(value, str):
            self.spend(len(value) // 64)
        elif isinstance(value, list | dict):
            self.spend(len(value) // 4)


def sized(value: Any) -> Any:
    """The computed value itself; raises ExpressionFailed when a computed text, list, object or number is too large."""
    if isinstance(value, str | list | dict):
        if len(value) > MAX_LENGTH:
            raise ExpressionFailed("budget", limit="length", maximum=MAX_LENGTH)
    elif isinstance(value, int):
        if value.bit_length() > MAX_INTEGER_BITS:
            raise ExpressionFailed("number_too_large")
    elif isinstance(value, Decimal):
        return _sized_decimal(value)
    return value


def _sized_decimal(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ExpressionFailed("number_too_large")
    if not value:
        return value if value.adjusted() > -MAX_EXPONENT else Decimal(0)
    if abs(value.adjusted()) > MAX_EXPONENT:
        raise ExpressionFailed("number_too_large")
    return value


def weight(value: Any) -> int:
    """The expanded size of a value, as if nothing in it were shared; raises ExpressionFailed beyond the limits."""
    total = 0
    stack = [(value, 0)]
    while stack:
        item, depth = stack.pop()
        total += 1
        if depth > MAX_VALUE_DEPTH:
            raise ExpressionFailed("budget", limit="depth", maximum=MAX_VALUE_DEPTH)
        kind = type(item)
        if kind is str:
            total += len(item) // 16
        elif kind is dict:
            total += len(item)
            stack.extend((inner, depth + 1) for inner in item.values())
        elif kind is list:
            stack.extend((inner, depth + 1) for inner in item)
        elif kind not in _SINGLE:
            raise ExpressionFailed("foreign_value", type=kind.__name__)
        if total + len(stack) > MAX_WEIGHT:
            raise ExpressionFailed("budget", limit="weight", maximum=MAX_WEIGHT)
    return total
