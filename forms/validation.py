"""The server's check of what was filled in. The form and the task's permissions decide; nothing that the page did is trusted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import InvalidOperation
from typing import Any

from marshmallow import Schema, ValidationError, fields

from forms import kinds, lenient, words
from forms.conditions import CheckCondition, is_shown, never, scope
from forms.definition import Component, Form
from forms.permissions import Mode
from forms.readers import Exists, Wrong, check_count, is_empty, nothing_in, read


@dataclass(frozen=True)
class Validated:
    """What the form takes over (`values`: variables to set), or what is wrong by field (`rows.0.name` inside rows)."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Rules:
    """What every check needs besides the field and its value."""

    exists: Exists
    hides: CheckCondition
    lang: str

    def say(self, component: Component, code: str, **values: Any) -> str:
        if code == "pattern" and component.pattern_message:
            return component.pattern_message
        return words.say(code, self.lang, label=component.label, **values)


def validate(
    form: Form,
    data: Any,
    present: Mapping[str, Any],
    permissions: Mapping[str, Mode],
    *,
    lenient: bool = False,
    check_condition: CheckCondition = never,
    exists: Exists = lambda kind, value: True,
    lang: str = "zh",
) -> Validated:
    """Check `data` against the form; `present` are the case's values now.

    A field that is left out keeps its present value. A field that does not show is set to null. A read field may be sent with its
    present value only. `lenient` is for forms of foreign diagrams: types are checked, nothing is missing or unknown.
    """
    rules = _Rules(exists, check_condition, lang)
    if not isinstance(data, Mapping):
        return Validated(errors={"": [words.say("not_an_object", lang)]})
    errors = _name_errors(form, data, permissions, lenient=lenient, lang=lang)
    check = _lenient if lenient else _strict
    values, found = check(form, data, present, permissions, rules)
    errors.update(found)
    return Validated(errors=errors) if errors else Validated(values=values)


def _name_errors(form: Form, data: Mapping[Any, Any], permissions: Mapping[str, Mode], *, lenient: bool, lang: str) -> dict[str, list[str]]:
    """Faults of names alone. A hidden field is as unknown to its sender as one that does not exist."""
    known = {component.key for component in form.fields if permissions.get(component.key) != "hidden"}
    errors: dict[str, list[str]] = {}
    for name in data:
        if not isinstance(name, str) or name.startswith("_"):
            errors[str(name)] = [words.say("bad_name", lang)]
        elif name not in known and not (lenient and form.field(name) is None):
            errors[name] = [words.say("unknown_field", lang)]
    return errors


def _strict(
    form: Form, data: Mapping[str, Any], present: Mapping[str, Any], permissions: Mapping[str, Mode], rules: _Rules
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    known = {**form.defaults(), **present}
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    asked: list[Component] = []
    everything = scope(form.fields, known, data)
    for component in form.fields:
        mode = permissions.get(component.key, "edit")
        if mode == "hidden":
            continue
        if not is_shown(component, everything, rules.hides):
            _leave_out(component, data, mode, rules, values, errors)
        elif mode == "read":
            _keep(component, data, known, present, rules, values, errors)
        else:
            asked.append(component)
    taken, found = _load(asked, data, known, rules)
    changed = {key: value for key, value in taken.items() if key in data or key not in present}
    return values | changed, errors | found


def _leave_out(
    component: Component, data: Mapping[str, Any], mode: Mode, rules: _Rules, values: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    if not is_empty(data.get(component.key)) and data[component.key] is not False:
        errors[component.key] = [rules.say(component, "not_shown")]
    elif mode == "edit":
        values[component.key] = nothing_in(component)


def _keep(
    component: Component,
    data: Mapping[str, Any],
    known: Mapping[str, Any],
    present: Mapping[str, Any],
    rules: _Rules,
    values: dict[str, Any],
    errors: dict[str, list[str]],
) -> None:
    now = known.get(component.key)
    if component.key in data and not _same(component, data[component.key], now):
        errors[component.key] = [rules.say(component, "read_only")]
    elif component.key not in present and now is not None:
        values[component.key] = now


def _load(
    components: list[Component], data: Mapping[str, Any], known: Mapping[str, Any], rules: _Rules
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Read the fields that may be edited; those left out keep what is known, unchecked unless it is nothing."""
    due = [component for component in components if component.key in data or is_empty(known.get(component.key))]
    kept = {component.key: known[component.key] for component in components if component not in due}
    schema = Schema.from_dict({component.key: _field(component, rules) for component in due})()
    sent = {component.key: data.get(component.key) for component in due}
    try:
        loaded = schema.load({key: None if is_empty(value) else value for key, value in sent.items()})
    except ValidationError as problem:
        return {}, dict(_flat({"": problem.messages} if isinstance(problem.messages, list) else problem.messages))
    nothing = {component.key: nothing_in(component) for component in due if loaded[component.key] is None}
    return kept | loaded | nothing, {}


def _field(component: Component, rules: _Rules) -> fields.Field[Any]:
    missing = rules.say(component, kinds.KINDS[component.kind].word)
    return _FormField(component, rules, allow_none=not component.required, error_messages={"null": missing})


class _FormField(fields.Field[Any]):
    """A field of a form as marshmallow sees it."""

    def __init__(self, component: Component, rules: _Rules, **settings: Any) -> None:
        super().__init__(**settings)
        self._component = component
        self._rules = rules

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        component = self._component
        try:
            result = self._rows(value) if component.kind == "rows" else read(component, value, self._rules.exists)
        except Wrong as wrong:
            raise ValidationError(self._rules.say(component, wrong.code, **wrong.values)) from None
        if result is False and component.required:
            raise self.make_error("null")
        return result

    def _rows(self, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise Wrong("not_a_list")
        check_count(self._component, len(value))
        errors: dict[int, Any] = {}
        rows = []
        for index, row in enumerate(value):
            try:
                rows.append(self._row(row))
            except ValidationError as problem:
                errors[index] = problem.messages
        if errors:
            raise ValidationError(errors)
        return rows

    def _row(self, row: Any) -> dict[str, Any]:
        if not isinstance(row, dict):
            raise ValidationError(words.say("not_a_row", self._rules.lang))
        columns = self._component.columns
        unknown = row.keys() - {column.key for column in columns}
        errors: dict[str, list[str]] = {str(name): [words.say("unknown_field", self._rules.lang)] for name in unknown}
        everything = scope(columns, row)
        shown = [column for column in columns if is_shown(column, everything, self._rules.hides)]
        values, found = _load(shown, row, {column.key: column.default for column in shown}, self._rules)
        if errors or found:
            raise ValidationError(errors | found)
        return {column.key: nothing_in(column) for column in columns} | values


def _flat(messages: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    for name, inner in messages.items():
        path = f"{prefix}{name}"
        if isinstance(inner, Mapping):
            yield from _flat(inner, f"{path}.")
        else:
            yield path, [str(message) for message in inner]


def _lenient(
    form: Form, data: Mapping[str, Any], present: Mapping[str, Any], permissions: Mapping[str, Mode], rules: _Rules
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    errors: dict[str, list[str]] = {}
    for component in form.fields:
        value = data.get(component.key)
        if value is None:
            continue
        try:
            lenient.check_type(component, value)
        except Wrong as wrong:
            errors[component.key] = [rules.say(component, wrong.code, **wrong.values)]
            continue
        if permissions.get(component.key) == "read" and not _same(component, value, present.get(component.key)):
            errors[component.key] = [rules.say(component, "read_only")]
    read_only = {component.key for component in form.fields if permissions.get(component.key) == "read"}
    return {name: value for name, value in data.items() if name not in read_only}, errors


def _same(component: Component, sent: Any, now: Any) -> bool:
    """Whether a read field was sent as it is now; "5000" is the same money as "5000.00"."""
    if is_empty(sent) and is_empty(now):
        return True
    if _equal(sent, now):
        return True
    if component.kind != "money":
        return False
    try:
        return bool(read(component, sent, lambda kind, value: True) == now)
    except Wrong:
        return False


def _equal(first: Any, second: Any) -> bool:
    """Equality of JSON values: true is not 1, 5 is 5.0."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(_equal(one, other) for one, other in zip(first, second, strict=True))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_equal(first[key], second[key]) for key in first)
    try:
        return bool(first == second)
    except InvalidOperation:
        return False
