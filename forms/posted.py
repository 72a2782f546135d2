"""What a browser posts, as the JSON values of a form. What cannot be read stays as it was typed, and validation says what is wrong."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from forms import numerals
from forms.conditions import CheckCondition, is_shown, scope
from forms.definition import Component, Form
from forms.permissions import Mode

MAX_ROWS = 200
_TICKED = frozenset({"true", "on", "1", "yes"})
_CURRENCY = re.compile(r"^[¥￥]|元$")


class Posted(Protocol):
    """The names and texts of an HTML form, such as werkzeug's MultiDict."""

    def getlist(self, key: str) -> list[str]:
        """All texts posted under a name."""

    def __iter__(self) -> Iterator[str]:
        """The names posted."""


def parse(
    form: Form,
    posted: Posted,
    permissions: Mapping[str, Mode] | None = None,
    *,
    present: Mapping[str, Any] | None = None,
    check_condition: CheckCondition | None = None,
) -> dict[str, Any]:
    """The values of the fields that may be edited. An unticked box is false, rows left blank are dropped.

    With `check_condition`, fields that the posted values hide are left out: a page without JavaScript cannot have hidden them.
    """
    editable = [component for component in form.fields if (permissions or {}).get(component.key, "edit") == "edit"]
    values = _read(editable, posted, "")
    if check_condition is None:
        return values
    everything = scope(form.fields, form.defaults(), present or {}, values)
    hidden = {component.key for component in editable if not is_shown(component, everything, check_condition)}
    return {key: value for key, value in values.items() if key not in hidden}


def row_count(posted: Posted, key: str) -> int:
    """How many rows of a repeating field were posted, blank ones included."""
    pattern = re.compile(re.escape(key) + r"\.([0-9]{1,4})\.")
    numbers = [int(found[1]) for name in posted if (found := pattern.match(name))]
    return min(max(numbers, default=-1) + 1, MAX_ROWS)


def _read(components: Iterable[Component], posted: Posted, prefix: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for component in components:
        name = f"{prefix}{component.key}"
        if component.kind == "rows":
            values[component.key] = _rows(component, posted, name)
        else:
            values[component.key] = _value(component, posted.getlist(name))
    return values


def _rows(component: Component, posted: Posted, name: str) -> list[dict[str, Any]]:
    rows = [_read(component.columns, posted, f"{name}.{index}.") for index in range(row_count(posted, name))]
    return [row for row in rows if any(value not in (None, "", [], False) for value in row.values())]


def _value(component: Component, texts: list[str]) -> Any:
    if component.is_list:
        return [text for text in texts if text.strip()]
    text = texts[-1] if texts else ""
    if component.kind == "yes_no":
        return text.strip().lower() in _TICKED
    if component.kind in ("longtext", "opinion"):
        return text.replace("\r\n", "\n").replace("\r", "\n") if text.strip() else None
    text = text.strip()
    if not text:
        return None
    return _TYPED.get(component.kind, str)(text)


def _number(text: str) -> Any:
    narrow = numerals.narrow(text)
    number = numerals.read(narrow)
    return text if number is None else numerals.whole_or_decimal(number, narrow)


def _money(text: str) -> str:
    narrow = numerals.narrow(_CURRENCY.sub("", numerals.narrow(text)))
    return text if numerals.read(narrow) is None else narrow.replace(",", "")


def _datetime(text: str) -> str:
    return numerals.narrow(text).replace(" ", "T", 1)


_TYPED = {
    "number": _number,
    "money": _money,
    "date": numerals.narrow,
    "time": numerals.narrow,
    "datetime": _datetime,
    "phone": numerals.narrow,
    "id_number": numerals.narrow,
    "credit_code": numerals.narrow,
}
