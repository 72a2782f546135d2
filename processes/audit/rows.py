"""Rows as stored, with their hash: plain SQL, no conversion, so that nothing the application would repair or refuse hides a change."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from processes import chain
from processes.audit import contents

BATCH = 500
_TAGS = {b"text": b"s", b"integer": b"i", b"blob": b"b", b"real": b"?"}
#: place of a column, its name and type as they are hashed, whether its content comes as bytes
Plan = list[tuple[int, bytes, bool]]


@dataclass(frozen=True, slots=True)
class Row:
    """What is looked at in a row of a chain."""

    #: whose chain it belongs to; empty where a table holds one chain
    group: str
    #: its number, None where it is no number any more
    seq: int | None
    #: its number as stored
    number: str
    previous_hash: str
    #: the hash that it has
    hash: str
    #: the hash that its content gives
    computed: str
    #: of a step: what is wrong with what it holds, whatever its hash says
    fault: str | None = None


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection for reading rows as they are; what is read until the block ends is one moment of the database.

    On SQLite every text comes as bytes, broken ones too.
    """
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection
            return
        raw: Any = connection.connection.dbapi_connection
        raw.text_factory = bytes
        try:
            yield connection
        finally:
            raw.text_factory = str


def plain(value: Any) -> str:
    """A stored value as text, for comparing and for naming the row."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return "" if value is None else str(value)


class Reader:
    """Reads one chained table; made once for a database, used for any number of ranges."""

    def __init__(self, engine: Engine, table: str, group: str | None = None) -> None:
        self._names = [column["name"] for column in inspect(engine).get_columns(table)]
        self._on_sqlite = engine.dialect.name == "sqlite"
        self._table, self._group = table, group
        place = {name: number for number, name in enumerate(self._names)}
        self._seq, self._previous, self._hash, self._algorithm = (place[name] for name in ("seq", "previous_hash", "hash", "algorithm"))
        self._grouped = place[group] if group else None
        self._hashed = [(place[name], _sized(name.encode())) for name in sorted(self._names) if "hash" not in name]
        self._plans: dict[bytes, Plan] = {}
        self._codec = place.get("codec")
        self._held = [place[name] for name in contents.COLUMNS] if table == contents.TABLE else None

    def rows(self, connection: Connection, where: str = "", values: dict[str, Any] | None = None) -> Iterator[Row]:
        """The rows of the chains in order."""
        columns = ", ".join(f'"{name}"' for name in self._names)
        if self._on_sqlite:
            kinds = " || ',' || ".join(f'typeof("{name}")' for name in self._names)
            columns = f"{columns}, {kinds}"
        order = f"{self._group}, seq" if self._group else "seq"
        query = text(f"SELECT {columns} FROM {self._table} {where} ORDER BY {order}")  # noqa: S608 - names from the schema
        read = self._read_sqlite if self._on_sqlite else self._read
        before: Row | None = None
        for row in connection.execute(query.execution_options(yield_per=BATCH), values or {}):
            before = read(row, before)
            yield before

    def _before(self, row: Sequence[Any], before: Row | None) -> str:
        """The hash that comes before: as the row says; a packed step leaves that to the row before, and no other row does."""
        said = plain(row[self._previous])
        if said or self._codec is None or row[self._codec] is None:
            return said
        return before.hash if before is not None and before.group == self._group_of(row) else chain.START

    def _group_of(self, row: Sequence[Any]) -> str:
        return plain(row[self._grouped]) if self._grouped is not None else ""

    def _read_sqlite(self, row: Sequence[Any], before: Row | None) -> Row:
        """On SQLite any value may have any type: its type is asked for apart, and what to do with a row of these types kept."""
        plan = self._plans.get(row[-1])
        if plan is None:
            plan = self._plans[row[-1]] = self._plan(row[-1].split(b","))
        previous = self._before(row, before)
        parts = [_sized(previous.encode())]
        for place, label, is_bytes in plan:
            content = row[place] if is_bytes else str(row[place]).encode()
            parts += (label, len(content).to_bytes(8, "big"), content)
        seq = row[self._seq]
        return self._made(row, previous, parts, int(seq) if type(seq) is int else None)

    def _plan(self, kinds: Sequence[bytes]) -> Plan:
        labelled = [(place, label, kinds[place]) for place, label in self._hashed if kinds[place] != b"null"]
        return [(place, label + _TAGS[kind], kind in (b"text", b"blob")) for place, label, kind in labelled]

    def _read(self, row: Sequence[Any], before: Row | None) -> Row:
        previous = self._before(row, before)
        parts = [_sized(previous.encode())]
        for place, label in self._hashed:
            if row[place] is not None:
                tag, content = chain.tagged(row[place])
                parts += (label, tag, _sized(content))
        return self._made(row, previous, parts, row[self._seq])

    def _made(self, row: Sequence[Any], previous: str, parts: list[bytes], seq: int | None) -> Row:
        computed = _digest(plain(row[self._algorithm]), b"".join(parts))
        fault = contents.fault(*(row[place] for place in self._held)) if self._held else None
        return Row(self._group_of(row), seq, plain(row[self._seq]), previous, plain(row[self._hash]), computed, fault)


def _digest(algorithm: str, content: bytes) -> str:
    make = chain.DIGESTS.get(algorithm or chain.SHA256)
    if make is None:
        return ""
    digest = make()
    digest.update(content)
    return str(digest.hexdigest())


def _sized(content: bytes) -> bytes:
    return len(content).to_bytes(8, "big") + content
