"""A form: its components read from the form document (form-js's shape, CONTRACT 4), ready to check and to show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from forms import kinds
from forms.document_rules import AllowedCondition, Problem, check_document, key_of

__all__ = ["AllowedCondition", "Component", "Form", "Option", "Problem", "check_document"]


@dataclass(frozen=True)
class Option:
    """One of the answers of a choice."""

    value: str
    label: str


@dataclass(frozen=True)
class Component:
    """A field of a form. `kind` is one of forms.kinds.KINDS; limits are None where the document sets none."""

    key: str
    type: str
    kind: str
    label: str
    description: str
    multiple: bool
    required: bool
    read_only: bool
    default: Any
    options: tuple[Option, ...]
    minimum: Decimal | None
    maximum: Decimal | None
    min_length: int | None
    max_length: int | None
    decimals: int | None
    pattern: str | None
    pattern_message: str | None
    validation_type: str | None
    #: names of groups one of which a chosen person must belong to
    groups: tuple[str, ...]
    #: media types that a file picker offers, as in HTML's accept
    accept: str | None
    #: expressions that hide the component, its own and those of the groups around it
    hidden_when: tuple[str, ...]
    #: the fields of a row
    columns: tuple["Component", ...]

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return self.kind in ("choices", "rows") or (self.multiple and kinds.KINDS[self.kind].listable)


@dataclass(frozen=True)
class Form:
    """A form as deployed: `fields` are all components with a value, in the order drawn, those inside groups included."""

    id: str
    title: str
    fields: tuple[Component, ...]
    document: Mapping[str, Any]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Form":
        """The form of a document in which check_document found no error."""
        fields = tuple(_fields(document.get("components") or [], ()))
        return cls(id=document["id"], title=document.get("title") or document["id"], fields=fields, document=document)

    def field(self, key: str) -> Component | None:
        """The field with a key; None when there is none."""
        return next((component for component in self.fields if component.key == key), None)

    def defaults(self) -> dict[str, Any]:
        """The values that the document gives to fields nobody has filled in yet."""
        return {component.key: component.default for component in self.fields if component.default is not None}


def _fields(components: list[Mapping[str, Any]], hidden_when: tuple[str, ...]) -> Iterator[Component]:
    for component in components:
        conditions = hidden_when + _own_condition(component)
        if component["type"] == "group":
            yield from _fields(component.get("components") or [], conditions)
        elif component["type"] not in kinds.STATIC:
            yield _component(component, conditions)


def _own_condition(component: Mapping[str, Any]) -> tuple[str, ...]:
    hide = (component.get("conditional") or {}).get("hide")
    return (hide,) if hide else ()


def _component(document: Mapping[str, Any], hidden_when: tuple[str, ...]) -> Component:
    properties = document.get("properties") or {}
    rules = document.get("validate") or {}
    kind = kinds.kind_of(document["type"], document.get("subtype"), properties.get("kind")) or "text"
    key = key_of(document)
    return Component(
        key=key,
        type=document["type"],
        kind=kind,
        label=document.get("label") or document.get("dateLabel") or key,
        description=document.get("description") or "",
        multiple=bool(document.get("multiple")),
        required=bool(rules.get("required")),
        read_only=bool(document.get("readonly") or document.get("disabled")),
        default=document.get("defaultValue"),
        options=tuple(_options(document.get("values") or [])),
        minimum=_number(rules.get("min")),
        maximum=_number(rules.get("max")),
        min_length=rules.get("minLength") or None,
        max_length=rules.get("maxLength") or None,
        decimals=document.get("decimalDigits"),
        pattern=rules.get("pattern") or None,
        pattern_message=rules.get("patternErrorMessage") or None,
        validation_type=rules.get("validationType") or None,
        groups=_names(properties.get("group")),
        accept=document.get("accept") or None,
        hidden_when=hidden_when,
        columns=tuple(_fields(document.get("components") or [], ())) if kind == "rows" else (),
    )


def _options(values: list[Any]) -> Iterator[Option]:
    for option in values:
        if isinstance(option, dict) and option.get("value"):
            yield Option(str(option["value"]), str(option.get("label") or option["value"]))


def _number(value: Any) -> Decimal | None:
    """A limit; one that is no number was forgiven to a foreign form and limits nothing."""
    try:
        return None if value in (None, "") else Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None


def _names(text: Any) -> tuple[str, ...]:
    if not isinstance(text, str):
        return ()
    return tuple(name.strip() for name in text.replace("，", ",").split(",") if name.strip())
