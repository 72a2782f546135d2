"""The variables of a case in its row: as they are while it runs, packed when it has ended, which most cases have."""

from collections.abc import Mapping
from typing import Any

from processes.models import ProcessInstance

PLAIN, PACKED = "variables", "packed_variables"
ENDED = ("completed", "cancelled")
_row = ProcessInstance.__table__.c
#: the two columns, for queries
COLUMNS = (_row.variables, _row.packed_variables)


def stored(variables: dict[str, Any], state: str) -> dict[str, Any]:
    """The columns of a case in this state."""
    return {PLAIN: {}, PACKED: variables} if state in ENDED and variables else {PLAIN: variables, PACKED: None}


def of(row: Any) -> dict[str, Any]:
    """The variables of a row that was read with both columns."""
    found: dict[str, Any] = row.variables if row.packed_variables is None else row.packed_variables
    return found


def opened(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its variables in one place."""
    rest = dict(row)
    packed = rest.pop(PACKED)
    return rest if packed is None else {**rest, PLAIN: packed}
