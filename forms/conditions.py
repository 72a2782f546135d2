"""Which fields show: `conditional.hide` is an expression over the form's values, run by a function that the caller gives."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from forms.definition import Component

#: (expression, values) -> whether it holds; never raises
CheckCondition = Callable[[str, Mapping[str, Any]], bool]


def never(expression: str, values: Mapping[str, Any]) -> bool:
    """A check that hides nothing."""
    return False


def scope(fields: Iterable[Component], *layers: Mapping[str, Any]) -> dict[str, Any]:
    """The values a condition may name: every field of the form, null where no layer has it; later layers win."""
    values: dict[str, Any] = {component.key: None for component in fields}
    for layer in layers:
        values.update(layer)
    return values


def is_shown(component: Component, values: Mapping[str, Any], hides: CheckCondition) -> bool:
    """Whether neither the field nor a group around it is hidden."""
    return not any(hides(expression, values) for expression in component.hidden_when)
