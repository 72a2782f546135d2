"""Values to the types that a table's columns name; a type of the analyst's own, or none, leaves the value as it is."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from engine.expressions import arithmetic, temporal


class NotOfType(ValueError):
    """The value cannot be read as the type."""


def _text(value: Any) -> str:
    if isinstance(value, list | dict):
        raise NotOfType
    return arithmetic.plain_text(value)


def _number(value: Any) -> int | Decimal:
    number = arithmetic.as_number(value)
    if number is None:
        raise NotOfType
    return number


def _whole(value: Any) -> int:
    number = _number(value)
    if number != int(number):
        raise NotOfType
    return int(number)


def _yes_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise NotOfType


def _day(value: Any) -> date:
    found = temporal.as_date(value)
    if found is None:
        raise NotOfType
    return found.astimezone(temporal.zone_of_office.get()).date() if isinstance(found, datetime) and found.tzinfo else _only_day(found)


def _only_day(found: date) -> date:
    return found.date() if isinstance(found, datetime) else found


def _moment(value: Any) -> datetime:
    found = temporal.as_date(value)
    if found is None:
        raise NotOfType
    return temporal.moment(found)


def _duration(value: Any) -> Any:
    found = temporal.as_duration(value)
    if found is None:
        raise NotOfType
    return found


_TYPES: Final[dict[str, Callable[[Any], Any]]] = {
    "string": _text,
    "number": _number,
    "double": _number,
    "long": _whole,
    "integer": _whole,
    "boolean": _yes_no,
    "date": _day,
    "datetime": _moment,
    "dateandtime": _moment,
    "daytimeduration": _duration,
    "yearmonthduration": _duration,
}


def typed(value: Any, type_name: str) -> Any:
    """The value as the type; null stays null. Raises NotOfType."""
    plain = type_name.rpartition(":")[2].replace(" ", "").replace("_", "").lower()
    convert = _TYPES.get(plain.removeprefix("daysand") if plain.startswith("daysand") else plain)
    return value if value is None or convert is None else convert(value)
