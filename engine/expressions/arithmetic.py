"""Numbers, texts, dates and lists under the operators.

A text that is a plain decimal number counts as that number beside a number, and in every ordering: money is kept as text
("4999.99") and must never be compared letter by letter. yes/no is not a number. What does not fit together fails.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Context, Decimal, DecimalException, DivisionByZero, Inexact, InvalidOperation, Overflow
from typing import Any, Final

from engine.expressions import temporal
from engine.expressions.budget import MAX_EXPONENT, Budget, sized
from engine.expressions.durations import Duration
from engine.expressions.errors import ExpressionFailed

_PLAIN_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,20})?")
_MONEY: Final = re.compile(r"-?[0-9]{1,40}\.[0-9]{2}")
_EXACT: Final = Context(prec=MAX_EXPONENT, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
ROUNDED: Final = Context(prec=34, traps=[InvalidOperation, DivisionByZero, Overflow])
#: for products that are exact because their factors are bounded
_WIDE: Final = Context(prec=4 * MAX_EXPONENT + 20)

TYPE_WORDS: Final = {
    "nothing": "空值",
    "yes/no": "是否值",
    "number": "数字",
    "text": "文字",
    "list": "列表",
    "object": "对象",
    "date": "日期",
    "duration": "时长",
}


def type_of(value: Any) -> str:
    """The kind of a value, in the words of messages."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes/no"
    if isinstance(value, int | Decimal):
        return "number"
    named = ((str, "text"), (list, "list"), (dict, "object"), (date, "date"), (Duration, "duration"))
    return next((name for kind, name in named if isinstance(value, kind)), type(value).__name__)


def mismatch(operator: str, left: Any, right: Any) -> ExpressionFailed:
    """The failure of an operator between kinds that do not fit together."""
    kinds = (type_of(left), type_of(right))
    chinese = [TYPE_WORDS.get(kind, kind) for kind in kinds]
    return ExpressionFailed("type", operator=operator, left=kinds[0], right=kinds[1], left_zh=chinese[0], right_zh=chinese[1])


def is_number(value: Any) -> bool:
    """Whether this is a number; yes/no is none."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def as_number(value: Any) -> int | Decimal | None:
    """The number itself, or the one that a text spells plainly; otherwise None."""
    if isinstance(value, str):
        if not 0 < len(value) <= 62 or _PLAIN_NUMBER.fullmatch(value) is None:
            return None
        return Decimal(value) if "." in value else int(value)
    return value if is_number(value) else None


def is_money(value: Any) -> bool:
    """Whether this is a text with exactly two decimals, as money fields hold it."""
    return isinstance(value, str) and _MONEY.fullmatch(value) is not None


def numbers(left: Any, right: Any, *, texts: bool) -> tuple[int | Decimal, int | Decimal] | None:
    """Both operands as numbers, when at least one is a number; with `texts` also when both are numbers spelled as texts."""
    if not texts and not (is_number(left) or is_number(right)) and not (is_money(left) and is_money(right)):
        return None
    a, b = as_number(left), as_number(right)
    return None if a is None or b is None else (a, b)


def computed(operation: Callable[[Context], Decimal]) -> Decimal:
    """The result of a decimal operation: exact within 60 digits, else rounded to 34; fails beyond the limits."""
    try:
        return operation(_EXACT)
    except Inexact:
        pass
    except DivisionByZero as problem:
        raise ExpressionFailed("division_by_zero") from problem
    except DecimalException as problem:
        raise ExpressionFailed("number_too_large") from problem
    try:
        return operation(ROUNDED)
    except DecimalException as problem:
        raise ExpressionFailed("number_too_large") from problem


def add(left: Any, right: Any) -> Any:
    """`left + right`: numbers, money, texts, lists, a date and a duration."""
    pair = numbers(left, right, texts=False)
    if pair:
        a, b = pair
        return sized(a + b) if isinstance(a, int) and isinstance(b, int) else sized(computed(lambda c: c.add(Decimal(a), Decimal(b))))
    if isinstance(left, str) and isinstance(right, str):
        return sized(left + right)
    if isinstance(left, list) and isinstance(right, list):
        return sized([*left, *right])
    shifted = temporal.add(left, right)
    if shifted is None:
        raise mismatch("+", left, right)
    return shifted


def subtract(left: Any, right: Any) -> Any:
    """`left - right`: numbers, dates, a date and a duration."""
    pair = numbers(left, right, texts=True)
    if pair:
        a, b = pair
        return sized(a - b) if isinstance(a, int) and isinstance(b, int) else sized(computed(lambda c: c.subtract(Decimal(a), Decimal(b))))
    difference = temporal.subtract(left, right)
    if difference is None:
        raise mismatch("-", left, right)
    return difference


def multiply(left: Any, right: Any) -> Any:
    """`left * right`, of numbers, or of a duration and a number."""
    pair = numbers(left, right, texts=True)
    if pair is None:
        length, times = (left, right) if isinstance(left, Duration) else (right, left)
        if isinstance(length, Duration) and is_number(times):
            return temporal.scaled(length, Decimal(times))
        raise mismatch("*", left, right)
    a, b = pair
    if isinstance(a, int) and isinstance(b, int):
        return sized(a * b)
    return sized(computed(lambda c: c.multiply(Decimal(a), Decimal(b))))


def divide(left: Any, right: Any) -> Any:
    """`left / right`, always with decimals, also of a duration by a number or another; fails for 0."""
    if isinstance(left, Duration) and (is_number(right) or isinstance(right, Duration)):
        if not (right.rank() if isinstance(right, Duration) else right):
            raise ExpressionFailed("division_by_zero")
        if isinstance(right, Duration):
            return sized(computed(lambda c: c.divide(left.rank(), right.rank())))
        return temporal.scaled(left, by=Decimal(right))
    a, b = _divisible("/", left, right)
    return sized(computed(lambda c: c.divide(Decimal(a), Decimal(b))))


def floor_divide(left: Any, right: Any) -> Any:
    """`left // right`: the whole number below; fails for 0."""
    a, b = _divisible("//", left, right)
    quotient = sized(_floor_quotient(a, b))
    return quotient if isinstance(a, int) and isinstance(b, int) else Decimal(quotient)


def modulo(left: Any, right: Any) -> Any:
    """`left % right`, with the sign of `right`; fails for 0."""
    a, b = _divisible("%", left, right)
    if isinstance(a, int) and isinstance(b, int):
        return a % b
    whole = Decimal(_floor_quotient(a, b))
    return sized(_WIDE.subtract(Decimal(a), _WIDE.multiply(whole, Decimal(b))))


def remainder(left: Any, right: Any) -> Any:
    """Java's `left % right`, with the sign of `left`; fails for 0."""
    a, b = _divisible("%", left, right)
    magnitude = modulo(abs(a), abs(b))
    return -magnitude if a < 0 else magnitude


def _divisible(operator: str, left: Any, right: Any) -> tuple[int | Decimal, int | Decimal]:
    pair = numbers(left, right, texts=True)
    if pair is None:
        raise mismatch(operator, left, right)
    if not pair[1]:
        raise ExpressionFailed("division_by_zero")
    return pair


def _floor_quotient(a: int | Decimal, b: int | Decimal) -> int:
    """Exactly, by whole numbers of the smaller unit; both are within 60 digits either side of the point."""
    places = max(_places(a), _places(b))
    return _scaled(a, places) // _scaled(b, places)


def _places(number: int | Decimal) -> int:
    exponent = number.as_tuple().exponent if isinstance(number, Decimal) and number else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _scaled(number: int | Decimal, places: int) -> int:
    return int(Decimal(number).scaleb(places, _WIDE)) if number else 0


ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "//": floor_divide,
    "%": modulo,
}


def negate(value: Any) -> Any:
    """`-value` of a number or a duration."""
    if isinstance(value, Duration):
        return value.negated()
    number = as_number(value)
    if number is None:
        raise mismatch("-", 0, value)
    return -number


def truth(value: Any) -> bool:
    """Whether a value counts as true: as in Python, but the text "false" is false, because form fields hold yes/no as text."""
    if isinstance(value, str):
        return bool(value) and value.lower() != "false"
    return bool(value)


def equal(left: Any, right: Any, budget: Budget, *, strict: bool = False) -> bool:
    """Whether two values are equal; yes/no against a number fails when `strict`, since it is never meant."""
    budget.spend()
    if isinstance(left, bool) or isinstance(right, bool):
        return _equal_yes_no(left, right, strict)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(equal(a, b, budget) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key], budget) for key in left)
    pair = numbers(left, right, texts=False)
    if pair:
        return pair[0] == pair[1]
    dates = temporal.aligned(left, right)
    if dates:
        return bool(dates[0] == dates[1])
    if isinstance(left, str) and isinstance(right, str):
        budget.spend(min(len(left), len(right)) // 64)
        return left == right
    return left is None and right is None


def _equal_yes_no(left: Any, right: Any, strict: bool) -> bool:
    flag, other = (left, right) if isinstance(left, bool) else (right, left)
    if isinstance(other, bool):
        return flag is other
    if isinstance(other, str) and other.lower() in ("true", "false"):
        return flag is (other.lower() == "true")
    if strict and is_number(other):
        raise mismatch("==", left, right)
    return False


def compare(operator: str, left: Any, right: Any, budget: Budget) -> int:
    """Below, at or above 0 as `left` orders before, with or after `right`; fails for kinds that have no order."""
    pair = numbers(left, right, texts=True) or temporal.aligned(left, right)
    if pair:
        return (pair[0] > pair[1]) - (pair[0] < pair[1])
    if isinstance(left, str) and isinstance(right, str):
        budget.spend(min(len(left), len(right)) // 64)
        return (left > right) - (left < right)
    raise mismatch(operator, left, right)


def plain_text(value: Any) -> str:
    """A single value as text: true and false in small letters, numbers in full, nothing as no text; fails for lists and objects."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str):
        return value
    if isinstance(value, int | Duration):
        return str(value)
    if isinstance(value, datetime | date):
        return temporal.iso(value)
    raise ExpressionFailed("not_single", kind=type_of(value), kind_zh=TYPE_WORDS.get(type_of(value), type_of(value)))
