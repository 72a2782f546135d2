"""Whom texts of a diagram name, asked from outside a case: for lists to choose from, before anybody decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.context import Context
from engine.elements.people import Asking
from engine.incidents import FAILURES
from engine.library import Library
from engine.turn import Turn


@dataclass(slots=True)
class _Outside:
    """As much of a token, of its process and of its case as rules need."""

    turn: Turn
    data: Mapping[str, Any]
    implicit: Mapping[str, Any]
    #: decisions of the process; a list to choose from asks those that the context names
    decisions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def workflow(self) -> "_Outside":
        """The process it is in."""
        return self

    @property
    def top_workflow(self) -> "_Outside":
        """The case."""
        return self

    @property
    def spec(self) -> "_Outside":
        """What the process is drawn with."""
        return self


def find(
    texts: Iterable[str], variables: Mapping[str, Any], starter: str | None, library: Library, context: Context
) -> tuple[list[str], frozenset[tuple[str, str]]]:
    """The logins that names and rules find over these variables, and what is wanted to answer them; a text that fails finds nobody."""
    turn = Turn(library, context)
    token = _Outside(turn, {"starter": starter, **variables}, {"starter": starter})
    found: list[str] = []
    for text in texts:
        try:
            found += [login for entry in Asking(token, "").name(text) for login in entry.people]
        except FAILURES:
            continue
    return list(dict.fromkeys(found)), frozenset(turn.wanted)
