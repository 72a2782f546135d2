"""A form as it is handed out: without what is hidden, with the values its fields may show, and each value as people read it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from forms import money
from forms.definition import Component, Form
from forms.document_rules import key_of
from forms.permissions import Mode

#: (kind, id) -> the name people know: of "user", "department" or "attachment"
NameOf = Callable[[str, str], str]

EMPTY = "—"


def visible(form: Form, permissions: Mapping[str, Mode]) -> dict[str, Any]:
    """The form document without hidden components; groups that become empty go too."""
    components = list(_visible(form.document.get("components") or [], permissions))
    return {**form.document, "schema": form.document.get("schema", 1), "components": components}


def _visible(components: list[Mapping[str, Any]], permissions: Mapping[str, Mode]) -> Iterator[dict[str, Any]]:
    for component in components:
        if component["type"] == "group":
            inner = list(_visible(component.get("components") or [], permissions))
            if inner:
                yield {**component, "components": inner}
        elif permissions.get(key_of(component) or "") != "hidden":
            yield dict(component)


def values(form: Form, permissions: Mapping[str, Mode], present: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the fields of a task may show: present ones, else the form's defaults."""
    known = {**form.defaults(), **present}
    keys = [component.key for component in form.fields if permissions.get(component.key) != "hidden"]
    return {key: known[key] for key in keys if key in known}


def text(component: Component, value: Any, name_of: NameOf) -> str:
    """A value as people read it: 48,600.00 元, 2026年11月22日, labels instead of codes, — where there is none. Rows: see `table`."""
    if value is None or value in ("", []):
        return EMPTY
    if isinstance(value, list):
        return "、".join(_single(component, entry, name_of) for entry in value)
    return _single(component, value, name_of)


def table(component: Component, rows: Any, name_of: NameOf) -> list[list[str]]:
    """The rows of a repeating field as texts, a column a field."""
    if not isinstance(rows, list):
        return []
    return [[text(column, row.get(column.key), name_of) for column in component.columns] for row in rows if isinstance(row, dict)]


def _single(component: Component, value: Any, name_of: NameOf) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if component.kind == "money":
        return _amount(value)
    if not isinstance(value, str):
        return _plain(value)
    if component.kind in ("choice", "choices"):
        return next((option.label for option in component.options if option.value == value), value)
    if component.kind in ("user", "department", "attachment"):
        return name_of(component.kind, value)
    if component.kind in ("date", "datetime"):
        return _day(value)
    return value


def _amount(value: Any) -> str:
    number = money.read(value)
    return f"{number:,.2f} 元" if number is not None and abs(number) <= money.LIMIT else str(value)


def _plain(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _day(value: str) -> str:
    try:
        if "T" not in value:
            day = date.fromisoformat(value)
            return f"{day.year}年{day.month}月{day.day}日"
        moment = datetime.fromisoformat(value)
        return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"
    except ValueError:
        return value
