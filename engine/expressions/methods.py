"""The methods that a value may be asked for, in the names of Java (JUEL) and of Python. Nothing else of any object can be reached."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from engine.expressions import arithmetic, functions, temporal
from engine.expressions.budget import Budget
from engine.expressions.durations import Duration
from engine.expressions.errors import ExpressionFailed
from engine.expressions.functions import WrongArgument, list_in, number_in, text_in, whole_in


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise WrongArgument(value)


def _object(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise WrongArgument(value)


def _part(value: Any, start: Any, end: Any = None) -> str:
    """Java's substring: both places counted from 0, the end left out; fails outside the text."""
    text, first = _text(value), whole_in(start)
    last = len(text) if end is None else whole_in(end)
    if not 0 <= first <= last <= len(text):
        raise ExpressionFailed("no_such_index", index=first, length=len(text))
    return text[first:last]


def _character(value: Any, place: Any) -> str:
    first = whole_in(place)
    return _part(value, first, first + 1)


def _get(owner: Any, key: Any, default: Any = None) -> Any:
    if isinstance(owner, list):
        place = whole_in(key)
        if not 0 <= place < len(owner):
            raise ExpressionFailed("no_such_index", index=place, length=len(owner))
        return owner[place]
    return functions.get_value(owner, key, default)


def _same_ignoring_case(value: Any, other: Any) -> bool:
    return isinstance(other, str) and _text(value).lower() == other.lower()


def _compared(budget: Budget, value: Any, other: Any) -> int:
    return arithmetic.compare("compareTo", value, other, budget)


def _later(months: int, days: int, seconds: int, sign: int) -> Callable[[Any, Any], date]:
    def moved(value: Any, amount: Any) -> date:
        times = sign * whole_in(amount)
        start = temporal.as_date(value)
        if start is None:
            raise WrongArgument(value)
        found = temporal.shifted(start, Duration(months * times, days * times, number_of(seconds * times)))
        if found is None:
            raise WrongArgument(value)
        return found

    return moved


def number_of(seconds: int) -> Any:
    """Seconds as durations hold them."""
    return functions.decimal(seconds)


_UNITS: Final = {
    "Years": (12, 0, 0),
    "Months": (1, 0, 0),
    "Weeks": (0, 7, 0),
    "Days": (0, 1, 0),
    "Hours": (0, 0, 3600),
    "Minutes": (0, 0, 60),
    "Seconds": (0, 0, 1),
}

METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    **{f"plus{unit}": _later(*lengths, 1) for unit, lengths in _UNITS.items()},
    **{f"minus{unit}": _later(*lengths, -1) for unit, lengths in _UNITS.items()},
    "toDate": lambda value: value,
    "charAt": _character,
    "concat": lambda value, other: arithmetic.add(_text(value), text_in(other)),
    "containsKey": lambda value, key: text_in(key) in _object(value),
    "doubleValue": number_in,
    "endsWith": lambda value, end: _text(value).endswith(text_in(end)),
    "endswith": lambda value, end: _text(value).endswith(text_in(end)),
    "equalsIgnoreCase": _same_ignoring_case,
    "get": _get,
    "getOrDefault": _get,
    "intValue": functions.whole,
    "isBlank": lambda value: not _text(value).strip(),
    "isEmpty": functions.is_empty,
    "isdigit": lambda value: _text(value).isascii() and _text(value).isdigit(),
    "items": lambda value: [[key, inner] for key, inner in _object(value).items()],
    "join": lambda value, values: functions.joined(values, _text(value)),
    "keys": lambda value: list(_object(value)),
    "keySet": lambda value: list(_object(value)),
    "lastIndexOf": lambda value, what: _text(value).rfind(text_in(what)),
    "length": lambda value: len(_text(value)),
    "longValue": functions.whole,
    "lower": lambda value: _text(value).lower(),
    "replace": lambda value, old, new: functions.replaced(_text(value), old, new),
    "size": lambda value: len(list_in(value)),
    "split": lambda value, separator=None: functions.split(_text(value), separator),
    "startsWith": lambda value, start: _text(value).startswith(text_in(start)),
    "startswith": lambda value, start: _text(value).startswith(text_in(start)),
    "strip": lambda value: _text(value).strip(),
    "substring": _part,
    "toLowerCase": lambda value: _text(value).lower(),
    "toString": text_in,
    "toUpperCase": lambda value: _text(value).upper(),
    "trim": lambda value: _text(value).strip(),
    "upper": lambda value: _text(value).upper(),
    "values": lambda value: list(_object(value).values()),
}

WITH_BUDGET: Final[Mapping[str, Callable[..., Any]]] = {
    "compareTo": _compared,
    "contains": lambda budget, value, what: functions.contains(value, what, budget),
    "containsAll": lambda budget, value, wanted: all(functions.contains(list_in(value), one, budget) for one in list_in(wanted)),
    "count": lambda budget, value, what: functions.count(value, what, budget),
    "equals": lambda budget, value, other: arithmetic.equal(value, other, budget),
    "find": lambda budget, value, what: functions.index_of(_text(value), what, budget),
    "indexOf": lambda budget, value, what: functions.index_of(value, what, budget),
}

NAMES: Final = frozenset(METHODS) | frozenset(WITH_BUDGET)
