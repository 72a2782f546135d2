"""What can go wrong with a decision: problems found when it is read, and failures when it is made."""

from dataclasses import dataclass, field
from typing import Any


class DecisionFailed(ValueError):
    """A decision that could not be made with the present variables; `code` and `values` say why and in which decision."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(f"{code} {values}")
        self.code = code
        self.values: dict[str, Any] = values


@dataclass(frozen=True, slots=True)
class Problem:
    """Something found wrong (severity "error") or doubtful ("warning") while reading a DMN file."""

    code: str
    severity: str
    file: str
    line: int | None
    element_id: str | None
    element_name: str | None
    values: dict[str, Any] = field(default_factory=dict)
