"""The kinds of field: which form-js types may carry each, and what a document may say about it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """A kind of field: `types` are the form-js types that may carry it, `word` how its absence is told, `limits` what validate may hold."""

    name: str
    types: frozenset[str]
    word: str = "required_text"
    limits: frozenset[str] = frozenset()
    #: a list of values where the component says `multiple`
    listable: bool = False


_TEXT_LIMITS: Final = frozenset({"minLength", "maxLength", "pattern", "patternErrorMessage", "validationType"})
_NUMBER_LIMITS: Final = frozenset({"min", "max"})
_LIST_LIMITS: Final = frozenset({"minLength", "maxLength"})

_ALL: Final = (
    Kind("text", frozenset({"textfield"}), limits=_TEXT_LIMITS),
    Kind("longtext", frozenset({"textarea"}), limits=_TEXT_LIMITS),
    Kind("opinion", frozenset({"textarea"}), limits=_TEXT_LIMITS),
    Kind("phone", frozenset({"textfield"}), limits=_TEXT_LIMITS),
    Kind("id_number", frozenset({"textfield"}), limits=_TEXT_LIMITS),
    Kind("credit_code", frozenset({"textfield"}), limits=_TEXT_LIMITS),
    Kind("number", frozenset({"number"}), limits=_NUMBER_LIMITS),
    Kind("money", frozenset({"textfield", "number"}), limits=_NUMBER_LIMITS),
    Kind("yes_no", frozenset({"checkbox"}), word="required_tick"),
    Kind("choice", frozenset({"select", "radio"}), word="required_choice", limits=_LIST_LIMITS, listable=True),
    Kind("choices", frozenset({"checklist"}), word="required_choice", limits=_LIST_LIMITS),
    Kind("date", frozenset({"datetime"})),
    Kind("time", frozenset({"datetime"})),
    Kind("datetime", frozenset({"datetime"})),
    Kind("user", frozenset({"select", "textfield"}), word="required_choice", limits=_LIST_LIMITS, listable=True),
    Kind("department", frozenset({"select", "textfield"}), word="required_choice", limits=_LIST_LIMITS, listable=True),
    Kind("attachment", frozenset({"filepicker"}), word="required_file", limits=_LIST_LIMITS, listable=True),
    Kind("rows", frozenset({"dynamiclist"}), word="required_rows", limits=_LIST_LIMITS),
)
KINDS: Final = {kind.name: kind for kind in _ALL}

#: kinds that a component names under properties.kind
NAMED: Final = frozenset({"money", "user", "department", "attachment", "opinion", "phone", "id_number", "credit_code"})
#: components that carry no value
STATIC: Final = frozenset({"text", "separator", "spacer", "button", "image", "html"})
#: what a type is when properties.kind says nothing
PLAIN: Final = {
    "textfield": "text",
    "textarea": "longtext",
    "number": "number",
    "checkbox": "yes_no",
    "select": "choice",
    "radio": "choice",
    "checklist": "choices",
    "filepicker": "attachment",
    "dynamiclist": "rows",
}
TYPES: Final = frozenset(PLAIN) | STATIC | {"datetime", "group"}


def kind_of(component_type: str, subtype: str | None, named: str | None) -> str | None:
    """The kind of a component's value; None for a component without one, or of an unknown type."""
    if component_type == "datetime" and named is None:
        return subtype or "date"
    return named or PLAIN.get(component_type)
