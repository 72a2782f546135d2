"""Following one chain row by row: what is missing, changed, added or out of place, and where."""

from dataclasses import dataclass, field
from typing import Any

from processes import chain
from processes.audit.rows import Row, plain

#: so many places are named; more are counted
NAMED = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was written; `case` is "act" for the chain of acts, "head" for that of daily heads."""

    case: str
    seq: int | None
    problem: str

    def __str__(self) -> str:
        place = f"{self.case} seq {self.seq}" if self.seq is not None else self.case
        return f"{place}: {self.problem}"


@dataclass(slots=True)
class Problems:
    """What was found, with a bound on how much of it is held."""

    named: list[Problem] = field(default_factory=list)
    found: int = 0

    def note(self, case: str, seq: int | None, problem: str) -> None:
        """Something was found."""
        self.found += 1
        if len(self.named) < NAMED:
            self.named.append(Problem(case, seq, problem))

    def take(self, other: "Problems") -> None:
        """What was found elsewhere."""
        self.found += other.found
        self.named += other.named[: max(0, NAMED - len(self.named))]


class Chain:
    """Follows the rows of one chain in order and notes what does not fit."""

    def __init__(self, name: str, problems: Problems) -> None:
        self.name = name
        self._problems = problems
        self._seq = 0
        self._hash = chain.START

    def follow(self, row: Row) -> None:
        """The next row in order of seq."""
        if row.seq is None or row.seq < 1:
            self._note(None, f"a row whose number is {row.number[:20]!r}")
            return
        for missing in range(self._seq + 1, min(row.seq, self._seq + 100)):
            self._note(missing, "missing")
        if row.seq <= self._seq:
            self._note(row.seq, "there twice")
        elif row.seq == self._seq + 1 and row.previous_hash != self._hash:
            self._note(row.seq, "does not follow the one before it: added, reordered, or the one before it changed")
        if row.computed != row.hash:
            self._note(row.seq, "changed: its content does not have its hash")
        elif row.fault is not None:
            self._note(row.seq, row.fault)
        self._seq, self._hash = max(row.seq, self._seq), row.hash

    def end(self, last_seq: Any, last_hash: Any) -> None:
        """The end that the case (or the head of the chain) remembers."""
        if not isinstance(last_seq, int):
            self._note(None, "the remembered end is no number")
            return
        for missing in range(self._seq + 1, min(last_seq + 1, self._seq + 100)):
            self._note(missing, "missing: the end was cut off")
        if self._seq > last_seq:
            self._note(self._seq, "added after the remembered end")
        elif self._seq == last_seq and self._hash != plain(last_hash):
            self._note(self._seq, "is not the one that is remembered as the last")

    def _note(self, seq: int | None, problem: str) -> None:
        self._problems.note(self.name, seq, problem)
