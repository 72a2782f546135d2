"""Rows of registers that a case writes."""

from typing import Any

from engine.tokens import Token


def values_for(token: Token, fields: str | None) -> dict[str, Any]:
    """What a row holds: the variables that a list of names, with commas between, names; without one all those of the case."""
    data = token.data
    names = [name.strip() for name in (fields or "").replace("，", ",").split(",") if name.strip()]
    return {name: data[name] for name in names if name in data} if names else dict(data.root().own)


def write_drawn(token: Token, stores: list[dict[str, Any]]) -> None:
    """A row for each data store that arrows lead to from the element that the token leaves."""
    for store in stores:
        token.record("record_written", token.turn.number(), register=store["register"], values=values_for(token, store["fields"]))
