"""The functions that every expression may call. None takes a callback, reads anything outside its arguments, or changes them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from functools import cmp_to_key, reduce
from typing import Any, Final

from engine.expressions import arithmetic, temporal
from engine.expressions.budget import MAX_LENGTH, Budget, sized
from engine.expressions.durations import Duration, NotISO, parse_date, parse_duration, parse_moment
from engine.expressions.errors import ExpressionFailed

MAX_DIGITS: Final = 12
CONTEXT_FUNCTIONS: Final = frozenset(
    {"now", "today", "dateTime", "workdays", "workhours", "workdays_between", "is_working_day", "case_value", "people"}
)
SPECIAL_FUNCTIONS: Final = frozenset({"variable", "defined"})


class WrongArgument(ExpressionFailed):
    """An argument of a kind that the function does not take; the evaluator adds the function's name."""

    def __init__(self, value: Any) -> None:
        kind = arithmetic.type_of(value)
        super().__init__("wrong_argument", function="", kind=kind, kind_zh=arithmetic.TYPE_WORDS.get(kind, kind))


def number_in(value: Any) -> int | Decimal:
    """The argument as a number."""
    number = arithmetic.as_number(value)
    if number is None:
        raise WrongArgument(value)
    return number


def whole_in(value: Any) -> int:
    """The argument as a whole number."""
    number = number_in(value)
    if number != int(number):
        raise WrongArgument(value)
    return int(number)


def text_in(value: Any) -> str:
    """The argument as text; numbers, dates and yes/no as they are written, nothing (null) is no text."""
    if value is None:
        raise WrongArgument(value)
    return arithmetic.plain_text(value)


def list_in(value: Any) -> list[Any]:
    """The argument as a list; the letters of a text, the keys of an object."""
    if isinstance(value, list):
        return value
    if isinstance(value, str | dict):
        return list(value)
    raise WrongArgument(value)


def items_of(values: tuple[Any, ...]) -> list[Any]:
    """`max(a, b)` and `max([a, b])` alike."""
    return list_in(values[0]) if len(values) == 1 else list(values)


def length(value: Any) -> int:
    """How many letters, items or entries."""
    if isinstance(value, str | list | dict):
        return len(value)
    raise WrongArgument(value)


def is_empty(value: Any) -> bool:
    """Whether there is nothing: null, an empty text, list or object."""
    return value is None or (isinstance(value, str | list | dict) and not value)


def total(values: list[Any], start: Any = 0) -> Any:
    """The sum of numbers; money as text counts."""
    return reduce(arithmetic.add, [number_in(value) for value in list_in(values)], number_in(start))


def mean(*values: Any) -> Any:
    """The average of numbers; null for none."""
    found = items_of(values)
    return arithmetic.divide(total(found), len(found)) if found else None


def extreme(values: tuple[Any, ...], sign: int, name: str, budget: Budget) -> Any:
    """The largest (sign 1) or smallest (sign -1) of the values."""
    found = items_of(values)
    if not found:
        raise ExpressionFailed("nothing_to_choose", function=name)
    return reduce(lambda a, b: b if sign * arithmetic.compare(name, b, a, budget) > 0 else a, found)


def absolute(value: Any) -> Any:
    """The number without its sign."""
    return abs(number_in(value))


def rounded(value: Any, digits: Any = 0, mode: str = ROUND_HALF_UP) -> Any:
    """The number to so many decimals, half away from zero as amounts are rounded; a whole number without `digits`."""
    number, places = number_in(value), whole_in(digits)
    if abs(places) > MAX_DIGITS:
        raise ExpressionFailed("too_many_digits", maximum=MAX_DIGITS)
    if isinstance(number, int) and places >= 0:
        return number
    result = arithmetic.computed(lambda c: Decimal(number).quantize(Decimal(1).scaleb(-places), rounding=mode, context=_lenient(c)))
    return sized(result if places > 0 else int(result))


def _lenient(context: Any) -> Any:
    return arithmetic.ROUNDED if context is not arithmetic.ROUNDED else context


def whole(value: Any = 0) -> int:
    """The number without its decimals; a text must spell a number."""
    if isinstance(value, bool):
        return int(value)
    return int(number_in(value.strip() if isinstance(value, str) else value))


def decimal(value: Any = 0) -> Decimal:
    """The number with decimals; a text must spell a number."""
    return Decimal(whole(value)) if isinstance(value, bool) else Decimal(number_in(value.strip() if isinstance(value, str) else value))


def number(value: Any) -> int | Decimal:
    """The number that a text spells."""
    return number_in(value.strip() if isinstance(value, str) else value)


def power(base: Any, exponent: Any) -> Any:
    """`base ** exponent`: exact where it is short, else rounded; a negative number has no broken powers."""
    number, times = number_in(base), number_in(exponent)
    if (number < 0 and times != int(times)) or (not number and times < 0):
        raise WrongArgument(base)
    if not times:
        return 1
    result = arithmetic.computed(lambda c: c.power(Decimal(number), Decimal(times)))
    return sized(int(result) if isinstance(number, int) and isinstance(times, int) and times > 0 and _short(result) else result)


def _short(number: Decimal) -> bool:
    return number.adjusted() < arithmetic.ROUNDED.prec and number == number.to_integral_value()


def in_order(values: Any, budget: Budget) -> list[Any]:
    """The values from small to large."""
    found = list_in(values)
    budget.spend(len(found) * max(1, len(found).bit_length()) // 4)
    return sorted(found, key=cmp_to_key(lambda a, b: arithmetic.compare("<", a, b, budget)))


def numbers_to(*bounds: Any) -> list[int]:
    """`range(end)`, `range(start, end)`, `range(start, end, step)` as a list."""
    found = range(*(whole_in(bound) for bound in bounds))
    if len(found) > MAX_LENGTH:
        raise ExpressionFailed("budget", limit="length", maximum=MAX_LENGTH)
    return list(found)


def series(start: Any, end: Any) -> list[int]:
    """The whole numbers from one to another, both with, upwards or downwards: FEEL's `1..5` in a loop."""
    first, last = whole_in(start), whole_in(end)
    step = 1 if first <= last else -1
    return numbers_to(first, last + step, step)


def opposite(value: Any) -> bool | None:
    """FEEL's `not`: null stays null, so that an open question is not taken for a no."""
    return None if value is None else not arithmetic.truth(value)


def contains(where: Any, what: Any, budget: Budget) -> bool:
    """Whether a text, list or object holds a text, item or key."""
    if isinstance(where, str):
        budget.spend(len(where) // 64)
        return text_in(what) in where
    if isinstance(where, dict):
        return isinstance(what, str) and what in where
    if isinstance(where, list):
        return any(arithmetic.equal(item, what, budget) for item in where)
    raise WrongArgument(where)


def count(values: Any, what: Any, budget: Budget) -> int:
    """How often a list holds an item, or a text a text."""
    if isinstance(values, str):
        budget.spend(len(values) // 64)
        return values.count(text_in(what))
    return sum(arithmetic.equal(item, what, budget) for item in list_in(values))


def holds(values: Any, wanted: Any, budget: Budget) -> list[bool]:
    """For each wanted value whether a list holds it; a text with commas is a list of texts (Flowable's `collection:` functions)."""
    found = [_items_in(values), _items_in(wanted)]
    return [any(arithmetic.equal(item, one, budget) for item in found[0]) for one in found[1]]


def _items_in(value: Any) -> list[Any]:
    if isinstance(value, str) and "," in value:
        return [part.strip().strip("\"'") for part in value.split(",")]
    return value if isinstance(value, list) else [value]


def index_of(values: Any, what: Any, budget: Budget) -> int:
    """The place of the first such item or text, counted from 0; -1 when there is none."""
    if isinstance(values, str):
        budget.spend(len(values) // 64)
        return values.find(text_in(what))
    return next((place for place, item in enumerate(list_in(values)) if arithmetic.equal(item, what, budget)), -1)


def places_of(values: Any, what: Any, budget: Budget) -> list[int]:
    """The places of such items, counted from 1: FEEL's `index of`."""
    return [place for place, item in enumerate(list_in(values), 1) if arithmetic.equal(item, what, budget)]


def distinct(values: Any, budget: Budget) -> list[Any]:
    """The items without repetitions, in their order."""
    found: list[Any] = []
    for item in list_in(values):
        if not any(arithmetic.equal(item, other, budget) for other in found):
            found.append(item)
    return found


def joined(values: Any, separator: Any = "") -> str:
    """The items as one text; what is null is left out."""
    texts = [text_in(item) for item in list_in(values) if item is not None]
    between = text_in(separator)
    if sum(map(len, texts)) + len(between) * len(texts) > MAX_LENGTH + len(between):
        raise ExpressionFailed("budget", limit="length", maximum=MAX_LENGTH)
    return between.join(texts)


def substring(text: Any, start: Any, count_of: Any = None) -> str:
    """The part of a text from a place counted from 1 (below 0 from the end), so many letters long: as in FEEL."""
    found, first = text_in(text), whole_in(start)
    begin = first - 1 if first > 0 else max(len(found) + first, 0)
    return found[begin:] if count_of is None else found[begin : begin + max(whole_in(count_of), 0)]


def before(text: Any, mark: Any) -> str:
    """The part of a text before a mark; no text when the mark is not there."""
    head, found, _ = text_in(text).partition(_mark(mark))
    return head if found else ""


def after(text: Any, mark: Any) -> str:
    """The part of a text behind a mark; no text when the mark is not there."""
    return text_in(text).partition(_mark(mark))[2]


def _mark(mark: Any) -> str:
    found = text_in(mark)
    if not found:
        raise WrongArgument(mark)
    return found


def replaced(text: Any, old: Any, new: Any) -> str:
    """The text with each `old` replaced by `new`; no patterns."""
    source, mark, other = text_in(text), _mark(old), text_in(new)
    if len(source) + source.count(mark) * max(len(other) - len(mark), 0) > MAX_LENGTH:
        raise ExpressionFailed("budget", limit="length", maximum=MAX_LENGTH)
    return source.replace(mark, other)


def split(text: Any, separator: Any = None) -> list[str]:
    """The parts of a text between separators, or between blanks."""
    return text_in(text).split() if separator is None else text_in(text).split(_mark(separator))


def list_item(values: Any, place: Any) -> Any:
    """The item at a place counted from 1 (below 0 from the end), null when there is none: FEEL's `list[1]`, of a single value too."""
    found, at = values if isinstance(values, list) else [values], whole_in(place)
    index = at - 1 if at > 0 else len(found) + at
    return found[index] if at and 0 <= index < len(found) else None


def appended(values: Any, *more: Any) -> list[Any]:
    """A new list with the items behind."""
    return [*list_in(values), *more]


def concatenated(*lists: Any) -> list[Any]:
    """One list of several."""
    return [item for values in lists for item in list_in(values)]


def get_value(owner: Any, key: Any, default: Any = None) -> Any:
    """The entry of an object, or the default."""
    if not isinstance(owner, dict):
        raise WrongArgument(owner)
    return owner.get(text_in(key), default)


def to_date(*parts: Any) -> date:
    """`date("2026-05-04")`, `date(2026, 5, 4)`, or the day of a moment in the office."""
    if len(parts) == 3:
        return date(whole_in(parts[0]), whole_in(parts[1]), whole_in(parts[2]))
    (value,) = parts
    found = temporal.as_date(value)
    if isinstance(found, datetime):
        return temporal.moment(found).astimezone(temporal.zone_of_office.get()).date()
    if found is None:
        return parse_date(text_in(value))
    return found


def to_moment(value: Any) -> datetime:
    """The moment that an ISO text means, in the office's zone where none is written."""
    found = temporal.as_date(value)
    return temporal.moment(parse_moment(text_in(value)) if found is None else found)


def to_duration(value: Any) -> Duration:
    """`duration("P1DT2H")`."""
    return value if isinstance(value, Duration) else parse_duration(text_in(value))


def to_temporal(value: Any) -> Any:
    """What `@"..."` means: a date, a moment or a duration."""
    found = temporal.as_date(value) or temporal.as_duration(value)
    if found is None:
        raise NotISO(value)
    return found


def moved_date(sign: int, start: Any, *parts: Any) -> Any:
    """The date or moment so many years, months and days later or earlier (Flowable's `date:addDate` and `date:subtractDate`)."""
    years, months, days = (sign * whole_in(part) for part in parts)
    found = temporal.as_date(start)
    if found is None:
        raise WrongArgument(start)
    return temporal.shifted(found, Duration(12 * years + months, days))


def days_between(start: Any, end: Any) -> int:
    """The days from one date to another, negative when it lies before."""
    return (to_date(end) - to_date(start)).days


BUILT_IN: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": absolute,
    "add_date": lambda start, *parts: moved_date(1, start, *parts),
    "after": after,
    "all": lambda values: all(arithmetic.truth(value) for value in list_in(values)),
    "any": lambda values: any(arithmetic.truth(value) for value in list_in(values)),
    "append": appended,
    "bool": arithmetic.truth,
    "ceiling": lambda value, digits=0: rounded(value, digits, ROUND_CEILING),
    "concatenate": concatenated,
    "date": to_date,
    "datetime": to_moment,
    "day": lambda value: to_date(value).day,
    "days_between": days_between,
    "duration": to_duration,
    "ends_with": lambda text, end: text_in(text).endswith(text_in(end)),
    "float": decimal,
    "floor": lambda value, digits=0: rounded(value, digits, ROUND_FLOOR),
    "get_value": get_value,
    "int": whole,
    "is_empty": is_empty,
    "join": joined,
    "len": length,
    "list_item": list_item,
    "lower": lambda text: text_in(text).lower(),
    "mean": mean,
    "modulo": arithmetic.modulo,
    "month": lambda value: to_date(value).month,
    "not_": lambda value: not arithmetic.truth(value),
    "number": number,
    "opposite": opposite,
    "power": power,
    "range": numbers_to,
    "remainder": arithmetic.remainder,
    "replace": replaced,
    "reversed": lambda values: list_in(values)[::-1],
    "round": rounded,
    "round_down": lambda value, digits=0: rounded(value, digits, ROUND_DOWN),
    "round_up": lambda value, digits=0: rounded(value, digits, ROUND_UP),
    "round_even": lambda value, digits=0: rounded(value, digits, ROUND_HALF_EVEN),
    "series": series,
    "size": length,
    "split": split,
    "starts_with": lambda text, start: text_in(text).startswith(text_in(start)),
    "str": lambda value="": text_in(value),
    "string": text_in,
    "substring": substring,
    "subtract_date": lambda start, *parts: moved_date(-1, start, *parts),
    "substring_after": after,
    "substring_before": before,
    "sum": total,
    "temporal": to_temporal,
    "trim": lambda text: text_in(text).strip(),
    "upper": lambda text: text_in(text).upper(),
    "weekday": lambda value: to_date(value).isoweekday(),
    "year": lambda value: to_date(value).year,
}

WITH_BUDGET: Final[Mapping[str, Callable[..., Any]]] = {
    "contains": lambda budget, where, what: contains(where, what, budget),
    "count": lambda budget, values, *what: count(values, what[0], budget) if what else length(values),
    "distinct_values": lambda budget, values: distinct(values, budget),
    "holds_all": lambda budget, values, wanted: all(holds(values, wanted, budget)),
    "holds_any": lambda budget, values, wanted: any(holds(values, wanted, budget)),
    "index_of": lambda budget, values, what: index_of(values, what, budget),
    "places_of": lambda budget, values, what: places_of(values, what, budget),
    "list_contains": lambda budget, where, what: contains(list_in(where), what, budget),
    "max": lambda budget, *values: extreme(values, 1, "max", budget),
    "min": lambda budget, *values: extreme(values, -1, "min", budget),
    "sorted": lambda budget, values: in_order(values, budget),
}

NAMES: Final = frozenset(BUILT_IN) | frozenset(WITH_BUDGET) | CONTEXT_FUNCTIONS | SPECIAL_FUNCTIONS
