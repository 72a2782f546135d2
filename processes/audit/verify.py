"""Whether the log is as it was written: each step's hash, the chain from step to step, and its end on the case's row.

Values are read raw, with their stored type, by plain SQL: nothing that the application would convert, refuse or repair on the way
can hide a change. What is found is named by case and seq.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, inspect, text

from processes import chain
from processes.db import db, reading

BATCH = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was written; `case` is "act" for the chain of acts."""

    case: str
    seq: int | None
    problem: str

    def __str__(self) -> str:
        place = f"{self.case} seq {self.seq}" if self.seq is not None else self.case
        return f"{place}: {self.problem}"


@dataclass(slots=True)
class Report:
    """What was looked at and what was found."""

    cases: int = 0
    steps: int = 0
    acts: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def unbroken(self) -> bool:
        """Whether everything is as it was written."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class _Raw:
    """A row as stored: bytes and type tag by column, NULLs left out."""

    columns: dict[str, tuple[bytes, bytes]]

    def text(self, name: str) -> str:
        """A column as text, for comparing and for naming the row."""
        return self.columns.get(name, (b"", b""))[1].decode("utf-8", "replace")

    def seq(self) -> int | None:
        """The number of the row, None where it is no number any more."""
        tag, content = self.columns.get("seq", (b"", b""))
        return int(content) if tag == b"i" else None

    def hash(self) -> str:
        """The hash that the row should have."""
        stored = ((name, tag, content) for name, (tag, content) in self.columns.items())
        return chain.hash_of(self.text("previous_hash"), stored)


def verify(case: str | None = None) -> Report:
    """Look at all cases and the acts, or at one case."""
    report = Report()
    with reading():
        connection = db.session.connection()
        if case is None:
            _verify_acts(connection, report)
        _verify_cases(connection, report, case)
    return report


def _verify_cases(connection: Connection, report: Report, case: str | None) -> None:
    ends = _ends_of_cases(connection, case)
    report.cases = len(ends)
    if case is not None and case not in ends:
        report.problems.append(Problem(case, None, "no such case"))
    chains: dict[str, _Chain] = {}
    for row in _rows(connection, "step", "instance_id", case):
        report.steps += 1
        instance_id = row.text("instance_id")
        if instance_id not in chains:
            chains[instance_id] = _Chain(instance_id, report.problems)
        chains[instance_id].follow(row)
    for instance_id, (last_seq, last_hash) in ends.items():
        followed = chains.pop(instance_id, None) or _Chain(instance_id, report.problems)
        followed.end(last_seq, last_hash)
    for orphan in chains.values():
        report.problems.append(Problem(orphan.name, None, "steps of a case that is not there"))


def _verify_acts(connection: Connection, report: Report) -> None:
    acts = _Chain("act", report.problems)
    for row in _rows(connection, "act", None, None):
        report.acts += 1
        acts.follow(row)
    head = connection.execute(text("SELECT last_seq, last_hash FROM chain_head WHERE chain = 'act'")).first()
    if head is not None or report.acts:
        acts.end(*(head or (0, chain.START)))


class _Chain:
    """Follows the rows of one chain in order and notes what does not fit."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self._problems = problems
        self._seq = 0
        self._hash = chain.START

    def follow(self, row: _Raw) -> None:
        """The next row in order of seq."""
        seq, stored = row.seq(), row.text("hash")
        if seq is None or seq < 1:
            self._note(None, f"a row whose number is {row.text('seq')[:20]!r}")
            return
        for missing in range(self._seq + 1, min(seq, self._seq + 100)):
            self._note(missing, "missing")
        if seq <= self._seq:
            self._note(seq, "there twice")
        elif seq == self._seq + 1 and row.text("previous_hash") != self._hash:
            self._note(seq, "does not follow the one before it: added, reordered, or the one before it changed")
        if row.hash() != stored:
            self._note(seq, "changed: its content does not have its hash")
        self._seq, self._hash = max(seq, self._seq), stored

    def end(self, last_seq: Any, last_hash: Any) -> None:
        """The end that the case (or the head of the chain) remembers."""
        if not isinstance(last_seq, int):
            self._note(None, "the remembered end is no number")
            return
        for missing in range(self._seq + 1, min(last_seq + 1, self._seq + 100)):
            self._note(missing, "missing: the end was cut off")
        if self._seq > last_seq:
            self._note(self._seq, "added after the remembered end")
        elif self._seq == last_seq and self._hash != last_hash:
            self._note(self._seq, "is not the one that is remembered as the last")

    def _note(self, seq: int | None, problem: str) -> None:
        self._problems.append(Problem(self.name, seq, problem))


def _ends_of_cases(connection: Connection, case: str | None) -> dict[str, tuple[Any, Any]]:
    query = "SELECT id, last_seq, last_hash FROM process_instance"
    found = connection.execute(text(f"{query} WHERE id = :case"), {"case": case}) if case else connection.execute(text(query))
    return {row[0]: (row[1], row[2]) for row in found}


def _rows(connection: Connection, table: str, group: str | None, only: str | None) -> Iterator[_Raw]:
    """All rows of a chain's table by group and seq, raw; read in batches."""
    names = [column["name"] for column in inspect(connection).get_columns(table)]
    order = f"{group}, seq" if group else "seq"
    where = f" WHERE {group} = :only" if group and only else ""
    raw = _raw_columns(names, connection.dialect.name)
    query = text(f"SELECT {raw} FROM {table}{where} ORDER BY {order}")  # noqa: S608 - names from the schema
    result = connection.execution_options(yield_per=BATCH).execute(query, {"only": only} if where else {})
    for row in result:
        yield _Raw(_read(names, row, connection.dialect.name))


def _raw_columns(names: Sequence[str], dialect: str) -> str:
    """On SQLite any value may have any type: type and bytes are asked for apart, so that not even broken text is converted."""
    if dialect == "sqlite":
        return ", ".join(f'typeof("{name}"), CAST("{name}" AS BLOB)' for name in names)
    return ", ".join(f'"{name}"' for name in names)


_SQLITE_TAGS = {"text": b"s", "integer": b"i", "blob": b"b", "real": b"?"}


def _read(names: Sequence[str], row: Any, dialect: str) -> dict[str, tuple[bytes, bytes]]:
    if dialect == "sqlite":
        pairs = zip(row[::2], row[1::2], strict=True)
        found = {name: (kind, content) for name, (kind, content) in zip(names, pairs, strict=True)}
        return {name: (_SQLITE_TAGS[kind], bytes(content)) for name, (kind, content) in found.items() if kind != "null"}
    return {name: chain.tagged(value) for name, value in zip(names, row, strict=True) if value is not None}
