"""Rows as stored, with their hash: plain SQL, no conversion, so that nothing the application would repair or refuse hides a change."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from processes import chain

BATCH = 500
_TAGS = {b"text": b"s", b"integer": b"i", b"blob": b"b", b"real": b"?", b"null": None}


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
        self._place = {name: place for place, name in enumerate(self._names)}
        self._hashed = [(self._place[name], _sized(name.encode())) for name in sorted(self._names) if "hash" not in name]
        self._tags: dict[bytes, list[bytes | None]] = {}

    def rows(self, connection: Connection, where: str = "", values: dict[str, Any] | None = None) -> Iterator[Row]:
        """The rows of the chains in order."""
        columns = ", ".join(f'"{name}"' for name in self._names)
        if self._on_sqlite:
            kinds = " || ',' || ".join(f'typeof("{name}")' for name in self._names)
            columns = f"{columns}, {kinds}"
        order = f"{self._group}, seq" if self._group else "seq"
        query = text(f"SELECT {columns} FROM {self._table} {where} ORDER BY {order}")  # noqa: S608 - names from the schema
        read = self._read_sqlite if self._on_sqlite else self._read
        for row in connection.execute(query.execution_options(yield_per=BATCH), values or {}):
            yield read(row)

    def _read_sqlite(self, row: Sequence[Any]) -> Row:
        """On SQLite any value may have any type: its type is asked for apart."""
        kinds = row[-1]
        tags = self._tags.get(kinds)
        if tags is None:
            tags = self._tags[kinds] = [_TAGS[kind] for kind in kinds.split(b",")]
        return self._made(row, lambda place: (tags[place], row[place]))

    def _read(self, row: Sequence[Any]) -> Row:
        return self._made(row, lambda place: (None, None) if row[place] is None else chain.tagged(row[place]))

    def _made(self, row: Sequence[Any], stored: Callable[[int], tuple[bytes | None, Any]]) -> Row:
        previous = plain(row[self._place["previous_hash"]])
        parts = [_sized(previous.encode())]
        for place, name in self._hashed:
            tag, content = stored(place)
            if tag is not None:
                content = content if isinstance(content, bytes) else _as_bytes(content)
                parts += (name, tag, _sized(content))
        tag, _ = stored(self._place["seq"])
        seq = row[self._place["seq"]]
        return Row(
            group=plain(row[self._place[self._group]]) if self._group else "",
            seq=int(seq) if tag == b"i" else None,
            number=plain(seq),
            previous_hash=previous,
            hash=plain(row[self._place["hash"]]),
            computed=_digest(plain(row[self._place["algorithm"]]), b"".join(parts)),
        )


def _digest(algorithm: str, content: bytes) -> str:
    make = chain.DIGESTS.get(algorithm or chain.SHA256)
    if make is None:
        return ""
    digest = make()
    digest.update(content)
    return str(digest.hexdigest())


def _as_bytes(value: Any) -> bytes:
    """A number as SQLite casts it to text."""
    return str(value).encode()


def _sized(content: bytes) -> bytes:
    return len(content).to_bytes(8, "big") + content
