"""How urgent a user task is (紧急程度): by the variable that process.toml names, else by `camunda:priority`; the second key of boxes."""

from collections.abc import Mapping
from typing import Any

#: codes, the most urgent first; what is none of the first three is ordinary, and kept as None
CODES = ("most_urgent", "urgent", "less_urgent", "ordinary")
LABELS: dict[str, str] = {"most_urgent": "特急", "urgent": "加急", "less_urgent": "平急", "ordinary": "普通"}
_OF_WORD: dict[str, int | None] = {
    **{word: rank for rank, code in enumerate(CODES[:3]) for word in (code, LABELS[code])},
    "ordinary": None,
    "普通": None,
    "一般": None,
}
#: priorities from which a task is that urgent
_OF_PRIORITY = ((90, 0), (75, 1), (51, 2))


def of(settings: Mapping[str, Any], variables: Mapping[str, Any], priority: int) -> int | None:
    """The rank of a task of a case with these variables: 0 the most urgent, None ordinary. A value that is no degree of urgency says
    nothing, and the priority counts."""
    value = variables.get(settings.get("urgency") or "")
    if isinstance(value, str) and value.strip() in _OF_WORD:
        return _OF_WORD[value.strip()]
    return next((rank for least, rank in _OF_PRIORITY if priority >= least), None)


def code(rank: int | None) -> str:
    """The code of a rank."""
    return CODES[3 if rank is None else rank]


def rank(code: str) -> int | None:
    """The rank of a code."""
    place = CODES.index(code)
    return None if place == 3 else place


def sort_key(due: str | None, rank: int | None) -> str:
    """The place in lists: by deadline, then by urgency; without a deadline after all others. `due`: its text of fixed width."""
    if due is None:
        return "9" if rank is None else f"8{rank}"
    return due if rank is None else f"{due[:-1]}{rank}"
