"""The values of a DMN TCK test case: from XML to ours, and whether an answer is the expected one.

The shapes are those of `testCases.xsd` of dmn-tck/tck: a value with an XML Schema type, components of an object, a list, or nil.
"""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from engine.decisions.xml import local_name, named
from engine.expressions import temporal
from engine.expressions.durations import Duration

_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_NUMBERS: Final = ("decimal", "double", "integer", "int", "long", "float")
#: the TCK's own runner compares numbers to this many decimals
_TOLERANCE: Final = Decimal("0.00000001")


def value_of(element: Any) -> Any:
    """The value of an `inputNode`, `expected`, `component` or `item`; null for nil and for nothing."""
    components = [child for child in element if local_name(child) == "component"]
    if components:
        return {child.get("name"): value_of(child) for child in components}
    items = named(element, "list")
    if items is not None:
        return None if _nil(items) else [value_of(item) for item in items if local_name(item) == "item"]
    single = named(element, "value")
    return None if single is None or _nil(single) else _single(single)


def _nil(element: Any) -> bool:
    return element.get(f"{_XSI}nil") in ("true", "1")


def _single(element: Any) -> Any:
    kind = (element.get(f"{_XSI}type") or "xsd:string").rpartition(":")[2]
    text = "".join(element.itertext())
    if kind in _NUMBERS:
        return Decimal(text.strip())
    return text.strip() == "true" if kind == "boolean" else text


def same(expected: Any, given: Any) -> bool:
    """Whether an answer is the expected one."""
    if isinstance(expected, dict) and isinstance(given, dict):
        return expected.keys() == given.keys() and all(same(value, given[name]) for name, value in expected.items())
    if isinstance(expected, list) and isinstance(given, list):
        return len(expected) == len(given) and all(same(a, b) for a, b in zip(expected, given, strict=True))
    if isinstance(expected, bool) or isinstance(given, bool) or expected is None or given is None:
        return expected is given
    if isinstance(expected, Decimal):
        return _close(expected, given)
    return expected == given or _same_time(expected, given)


def _close(expected: Decimal, given: Any) -> bool:
    try:
        return isinstance(given, int | Decimal) and abs(expected - given) <= _TOLERANCE
    except InvalidOperation:
        return False


def _same_time(expected: Any, given: Any) -> bool:
    read = [_time_of(value) for value in (expected, given)]
    return read[0] is not None and read[0] == read[1]


def _time_of(value: Any) -> date | Decimal | None:
    found: date | Duration | None = temporal.as_date(value) or temporal.as_duration(value)
    if isinstance(found, Duration):
        return found.rank()
    return temporal.moment(found) if isinstance(found, datetime) else found
