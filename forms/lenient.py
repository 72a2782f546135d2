"""Forms that were taken from a foreign diagram: only the types of what is sent are checked."""

import re
from decimal import Decimal
from typing import Any, Final

from forms.definition import Component
from forms.readers import Wrong, decimals_of

_LOOSE_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}([T ].{1,40})?")
_LOOSE_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}.{0,20}")
_DATES: Final = frozenset({"date", "datetime"})


def check_type(component: Component, value: Any) -> None:
    """Raise Wrong when a value that is not null is of another type than its field; limits and options are not looked at."""
    if component.kind == "rows":
        _check(isinstance(value, list) and all(isinstance(row, dict) for row in value), "not_a_list")
    elif component.is_list:
        _check(isinstance(value, list), "not_a_list")
    elif component.kind == "yes_no":
        _check(isinstance(value, bool), "not_yes_no")
    elif component.kind == "number":
        _check(isinstance(value, (int, Decimal)) and not isinstance(value, bool), "not_number")
        _check(not isinstance(value, Decimal) or value.is_finite(), "not_number")
        _check(component.decimals != 0 or decimals_of(Decimal(value)) == 0, "not_whole")
    elif component.kind == "money":
        _check(isinstance(value, (str, int, Decimal)) and not isinstance(value, bool), "not_money")
    else:
        _check(isinstance(value, str), "not_text")
        _check_moment(component.kind, value)


def _check_moment(kind: str, value: str) -> None:
    if kind in _DATES and value:
        _check(_LOOSE_DATE.fullmatch(value) is not None, f"not_{kind}")
    elif kind == "time" and value:
        _check(_LOOSE_TIME.fullmatch(value) is not None, "not_time")


def _check(right: bool, code: str) -> None:
    if not right:
        raise Wrong(code)
