"""What can go wrong with an expression: refused when it is read, failed when it is computed."""

from collections.abc import Collection
from difflib import get_close_matches
from typing import Any


class ExpressionRefused(ValueError):
    """A text that is no expression we execute; `offset` is the place in the text as drawn, counted in characters."""

    def __init__(self, code: str, offset: int = 0, **values: Any) -> None:
        super().__init__(f"{code} at {offset} {values}")
        self.code = code
        self.offset = offset
        self.values: dict[str, Any] = {**values, "offset": offset, "position": offset + 1}


class ExpressionFailed(ValueError):
    """An expression that could not be computed with the present variables: an incident, never a silent wrong answer."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(f"{code} {values}")
        self.code = code
        self.values: dict[str, Any] = values


def naming(name: str, allowed: Collection[str]) -> dict[str, Any]:
    """The values that name something unknown, what there is instead, and a guess at what was meant."""
    similar = get_close_matches(name, sorted(allowed), n=1)
    guess_zh, guess_en = (f"，是不是“{similar[0]}”？", f", did you mean “{similar[0]}”?") if similar else ("", "")
    return {"name": name, "allowed": sorted(allowed), "guess_zh": guess_zh, "guess_en": guess_en}
