"""The amount of a case: what limits up to which amount somebody stands in for somebody else."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any

#: as far as the column reaches
MOST = 2**62


def in_fen(value: Any) -> int | None:
    """An amount in yuan as whole fen, rounded up, so that no limit is passed by a part of one; None for what is no amount."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    if abs(number) >= Decimal(MOST) / 100:
        return MOST if number > 0 else -MOST
    return int((number * 100).to_integral_value(rounding=ROUND_CEILING))


def of_case(name: str | None, variables: Mapping[str, Any]) -> int | None:
    """The amount of a case in fen, in the variable that its process says (`listed.amount`)."""
    return None if name is None else in_fen(variables.get(name))
