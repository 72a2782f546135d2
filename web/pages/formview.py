"""A form document as a page needs it: each component with what was typed, its errors, its mode and its choices."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine import expressions
from forms import money
from forms.conditions import is_shown, scope
from forms.definition import Component, Form
from processes import settings
from processes.form_input import holds
from web.language import gettext as _

INPUT_TYPES = {"date": "date", "time": "time", "datetime": "datetime-local", "phone": "tel"}
WIDE_KINDS = frozenset({"longtext", "opinion", "attachment", "choices"})


@dataclass(frozen=True)
class People:
    """Where a form finds whom and what it can name: people by group, departments, attachments by id."""

    users: Callable[[Sequence[str]], list[tuple[str, str]]]
    departments: Callable[[], list[tuple[str, str]]]
    attachments: Callable[[Iterable[str]], list[dict[str, Any]]]
    #: kind (user, department) and codes -> names by code, also of those that can no longer be chosen
    names: Callable[[str, Iterable[str]], Mapping[str, str]]


@dataclass
class FormPage:
    """What parts/form.html draws: fields in the order of the document, and a summary of what is wrong."""

    title: str
    components: list[dict[str, Any]]
    summary: list[dict[str, str]] = field(default_factory=list)
    #: the fields on which it depends which others show
    depends: list[str] = field(default_factory=list)


def page(
    form: Form,
    permissions: Mapping[str, str],
    values: Mapping[str, Any],
    errors: Mapping[str, list[str]],
    people: People,
    *,
    only: str = "all",
) -> FormPage:
    """Draw `form` with `values` as typed and `errors` by field path; `only="edit"` leaves out what can only be read."""
    builder = _Builder(form, permissions, errors, people, only)
    builder.scope = scope(form.fields, form.defaults(), values)
    components = builder.components(form.document.get("components") or [], form.fields, values, "")
    return FormPage(title=form.title, components=components, summary=builder.summary, depends=_depends(form))


def _depends(form: Form) -> list[str]:
    """The fields that the conditions of other fields read."""
    read = {name for component in form.fields for condition in component.hidden_when for name in expressions.names_in(condition)}
    return sorted(read & {component.key for component in form.fields})


class _Builder:
    def __init__(self, form: Form, permissions: Mapping[str, str], errors: Mapping[str, list[str]], people: People, only: str) -> None:
        self.permissions, self.errors, self.people, self.only = permissions, errors, people, only
        self.summary: list[dict[str, str]] = []
        self.scope: dict[str, Any] = {}

    def components(
        self, documents: Iterable[Mapping[str, Any]], fields: Sequence[Component], values: Mapping[str, Any], prefix: str
    ) -> list[dict[str, Any]]:
        by_key = {component.key: component for component in fields}
        drawn = [self.component(document, by_key, values, prefix) for document in documents]
        return [{"part": f"{one['type']}:{place}", **one} for place, one in enumerate(drawn) if one is not None]

    def _shows(self, component: Component) -> bool:
        return is_shown(component, self.scope, holds)

    def component(
        self, document: Mapping[str, Any], by_key: Mapping[str, Component], values: Mapping[str, Any], prefix: str
    ) -> dict[str, Any] | None:
        kind = document["type"]
        if kind == "group":
            inner = self.components(document.get("components") or [], list(by_key.values()), values, prefix)
            return {"type": "group", "label": document.get("label") or "", "components": inner} if inner else None
        if kind == "text":
            return {"type": "text", "text": document.get("text") or ""}
        if kind == "separator":
            return {"type": "separator"}
        component = by_key.get(document.get("key") or "") or by_key.get(document.get("path") or "")
        if component is None or not self._shows(component):
            return None
        return self.field(component, values.get(component.key), prefix)

    def field(self, component: Component, value: Any, prefix: str) -> dict[str, Any] | None:
        mode = "edit" if prefix else self.permissions.get(component.key, "hidden")
        if mode == "hidden" or (mode == "read" and self.only == "edit"):
            return None
        name = prefix + component.key
        errors = self.errors.get(name, [])
        dom = "f-" + name.replace(".", "-")
        self.summary.extend({"dom": dom, "label": component.label, "words": error} for error in errors)
        drawn: dict[str, Any] = {
            "type": component.type,
            "kind": component.kind,
            "name": name,
            "dom": dom,
            "label": component.label,
            "description": component.description,
            "required": component.required and mode == "edit",
            "mode": mode,
            "errors": errors,
            "multiple": component.multiple,
            "max_length": component.max_length,
            "wide": component.kind in WIDE_KINDS or component.multiple,
            "input_type": INPUT_TYPES.get(component.kind, "text"),
            "typed": typed(value),
            "shown": shown(component, value, self.people) if mode == "read" else "",
        }
        drawn.update(self._extras(component, value, name))
        return drawn

    def _extras(self, component: Component, value: Any, name: str) -> dict[str, Any]:
        if component.kind == "rows":
            rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
            return {"rows": [self._row(component, row, f"{name}.{index}.") for index, row in enumerate(rows)]}
        if component.kind == "attachment":
            limit = settings.current().attachments.max_mb
            return {"files": self.people.attachments(as_list(value)), "accept": component.accept, "max_mb": limit}
        if component.kind == "money":
            return {"upper": money.upper(value)}
        if component.kind in ("choice", "choices", "user", "department"):
            chosen = {str(one) for one in as_list(value)}
            return {
                "options": [{"value": code, "label": label, "chosen": code in chosen} for code, label in options(component, self.people)]
            }
        return {}

    def _row(self, component: Component, row: Mapping[str, Any], prefix: str) -> dict[str, Any]:
        fields = [self.field(column, row.get(column.key), prefix) for column in component.columns]
        return {"components": [one for one in fields if one is not None]}


def options(component: Component, people: People) -> list[tuple[str, str]]:
    """The choices of a component as (value, label)."""
    if component.kind == "user":
        return people.users(component.groups)
    if component.kind == "department":
        return people.departments()
    return [(str(option.value), option.label) for option in component.options]


def as_list(value: Any) -> list[Any]:
    """A value, or several, as a list."""
    if value in (None, ""):
        return []
    return list(value) if isinstance(value, list) else [value]


def typed(value: Any) -> Any:
    """A stored value as text in an input."""
    if value is None:
        return ""
    return str(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value


def facts(
    form: Form, permissions: Mapping[str, str], values: Mapping[str, Any], people: People, href: Callable[[str], str]
) -> list[dict[str, Any]]:
    """What was asked, to read: a row for each field that is shown and has a value."""
    shown = [component for component in form.fields if permissions.get(component.key, "read") != "hidden"]
    return [fact(component, values[component.key], people, href) for component in shown if values.get(component.key) not in (None, "", [])]


def fact(component: Component, value: Any, people: People, href: Callable[[str], str]) -> dict[str, Any]:
    """One field to read."""
    row: dict[str, Any] = {"label": component.label, "wide": component.kind in {"longtext", "opinion", "money", "attachment", "rows"}}
    if component.kind == "money":
        row.update(amount=amount(value), upper=money.upper(value))
    elif component.kind == "attachment":
        row["files"] = [{**one, "href": href(one["id"])} for one in people.attachments(as_list(value))]
    elif component.kind == "rows":
        row["table"] = _table(component, as_list(value), people, href)
    else:
        row["text"] = spoken(component, value, people)
    return row


def _table(component: Component, rows: list[Any], people: People, href: Callable[[str], str]) -> dict[str, Any]:
    lines = [[fact(column, row.get(column.key), people, href) for column in component.columns] for row in rows if isinstance(row, Mapping)]
    return {"heads": [column.label for column in component.columns], "lines": [[_cell(one) for one in line] for line in lines]}


def _cell(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"files": row.get("files"), "text": row.get("amount") or row.get("text") or ("" if row.get("files") else "—")}


def shown(component: Component, value: Any, people: People) -> str:
    """A value that can only be read, on one line: amounts with their unit, rows and files counted."""
    if component.kind == "money" and value not in (None, ""):
        return f"{amount(value)} {_('元')}"
    if component.kind in ("rows", "attachment"):
        return _("%(n)d 项", n=len(as_list(value)))
    return spoken(component, value, people)


def spoken(component: Component, value: Any, people: People) -> str:
    """A value in words: the label of an option, the name of a person, yes or no."""
    if component.kind == "yes_no":
        return _("是") if value is True else _("否")
    if component.kind in ("choice", "choices", "user", "department"):
        codes = [str(one) for one in as_list(value)]
        labels = people.names(component.kind, codes) if component.kind in ("user", "department") else dict(options(component, people))
        return "、".join(labels.get(str(one), str(one)) for one in as_list(value)) or "—"
    return "—" if value in (None, "", []) else str(typed(value))


def amount(value: Any) -> str:
    """An amount with separators and two decimals: 48,600.00."""
    number = money.read(value)
    return str(value) if number is None else f"{number:,.2f}"
