"""What comes in from outside, checked before anything is decided on it."""

from collections.abc import Mapping
from typing import Any

from engine import values
from processes.errors import Invalid

MAX_OPINION = 2000
MAX_REASON = 2000
MAX_NAME = 255


def check_text(field: str, value: Any, maximum: int, *, required: bool = False) -> str | None:
    """The text of a field, None where it is empty; raises Invalid when it is no text, too long or cannot be stored."""
    if value is None or value == "":
        if required:
            raise Invalid("field_required", fields={field: ["请填写这一项。"]}, field=field)
        return None
    if not isinstance(value, str):
        raise Invalid("not_text", fields={field: ["这里要填文字。"]}, field=field)
    if len(value) > maximum:
        raise Invalid("too_long", fields={field: [f"最多 {maximum} 个字，现在 {len(value)} 个，请改短。"]}, field=field, maximum=maximum)
    check_storable(field, value)
    return value


def check_storable(field: str, value: Any) -> None:
    """Raise Invalid when the value is one that no variable may have."""
    try:
        values.check(value)
    except values.ValueRefused as refusal:
        raise Invalid("value_refused", fields={field: ["这个值无法保存，请改正。"]}, field=field, reason=str(refusal)) from refusal


def check_variables(variables: Any) -> dict[str, Any]:
    """The variables of a request; raises Invalid unless they are an object of storable values whose names do not begin with `_`."""
    if variables is None:
        return {}
    if not isinstance(variables, Mapping):
        raise Invalid("variables_not_an_object", fields={"variables": ["这里要是一组变量。"]})
    reserved = sorted(str(name) for name in variables if not isinstance(name, str) or name.startswith("_") or not name)
    if reserved:
        raise Invalid("variable_name_refused", fields={name: ["变量名不能以下划线开头。"] for name in reserved}, names=reserved)
    for name, value in variables.items():
        check_storable(name, value)
        if len(name) > MAX_NAME:
            raise Invalid("variable_name_refused", fields={name[:50]: ["变量名太长。"]}, names=[name[:50]])
    check_storable("variables", dict(variables))
    return dict(variables)
