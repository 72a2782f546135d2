"""Statements that every step needs: SQLAlchemy writes them once, the driver carries them out.

SQLAlchemy takes about 25 microseconds for each statement beyond the database's own time, which is more than the database takes for
most of them. Types, quoting and differences of the databases stay SQLAlchemy's: the statement is compiled by its dialect, values go
through its types, and a failure becomes the exception that it would have raised.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Select, Update
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, Any]
Row = dict[str, Any]
_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement in the words of one database."""

    text: str
    #: the values that the statement has itself, by their names
    fixed: Row
    #: all values in the order of the text
    values: Callable[[Values], Sequence[Any]]
    #: what the values have to go through, by their places
    conversions: list[tuple[int, _Convert]]
    #: names of the values in the text; none where the text has only their places
    names: list[str]
    #: names of the columns that are read, and what they have to go through, by their places
    columns: list[str]
    results: list[tuple[int, _Convert]]

    def bound(self, values: Values) -> Any:
        """The values as the driver wants them."""
        given = list(self.values({**self.fixed, **values} if self.fixed else values))
        for place, convert in self.conversions:
            given[place] = convert(given[place])
        return dict(zip(self.names, given, strict=True)) if self.names else given

    def row(self, found: Sequence[Any]) -> Row:
        """What was read, by the names of its columns."""
        read = list(found)
        for place, convert in self.results:
            read[place] = convert(read[place])
        return dict(zip(self.columns, read, strict=True))


class Prepared:
    """One statement. What is inserted or changed at once has the same names each time."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self._statement = statement
        self._ready: dict[tuple[str, tuple[str, ...]], _Ready] = {}

    def first(self, connection: Connection, values: Values) -> Row | None:
        """The first row that is found, None where there is none."""
        if _is_watched(connection):
            seen = connection.execute(self._statement, values).mappings().first()
            return None if seen is None else dict(seen)
        ready = self._for(connection.dialect, values)
        found = _carry_out(connection, ready.text, lambda cursor: cursor.execute(ready.text, ready.bound(values)).fetchone())
        return None if found is None else ready.row(found)

    def write(self, connection: Connection, *rows: Values) -> None:
        """Carry the statement out for each row of values."""
        if _is_watched(connection):
            connection.execute(self._statement, rows[0] if len(rows) == 1 else list(rows))
            return
        ready = self._for(connection.dialect, rows[0])
        if len(rows) == 1:
            _carry_out(connection, ready.text, lambda cursor: cursor.execute(ready.text, ready.bound(rows[0])))
        else:
            _carry_out(connection, ready.text, lambda cursor: cursor.executemany(ready.text, [ready.bound(row) for row in rows]))

    def _for(self, dialect: Dialect, values: Values) -> _Ready:
        key = (dialect.name, tuple(values))
        found = self._ready.get(key)
        if found is None:
            found = self._ready[key] = _prepare(self._statement, dialect, list(values))
        return found


def _prepare(statement: Any, dialect: Dialect, given: list[str]) -> _Ready:
    compiled = statement.compile(dialect=dialect, column_keys=given)
    names = compiled.positiontup if compiled.positional else list(compiled.binds)
    binds = [compiled.binds[name] for name in names]
    missing = [bind.key for bind in binds if bind.required and bind.key not in given]
    if missing or compiled.insert_prefetch or compiled.update_prefetch:
        raise TypeError(f"not every value is given: {missing or compiled.insert_prefetch or compiled.update_prefetch}")
    read: Any = statement.selected_columns if isinstance(statement, Select) else ()
    return _Ready(
        text=compiled.string,
        fixed={bind.key: bind.effective_value for bind in binds if bind.key not in given},
        values=_getter([bind.key for bind in binds]),
        conversions=_needed(bind.type.dialect_impl(dialect).bind_processor(dialect) for bind in binds),
        names=[] if compiled.positional else names,
        columns=[str(column.key) for column in read],
        results=_needed(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in read),
    )


def _getter(keys: list[str]) -> Callable[[Values], Sequence[Any]]:
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda values: [values[key] for key in keys]


def _needed(conversions: Iterable[_Convert | None]) -> list[tuple[int, _Convert]]:
    return [(place, convert) for place, convert in enumerate(conversions) if convert is not None]


def _is_watched(connection: Connection) -> bool:
    """Whether somebody listens to statements: then SQLAlchemy carries them out, so that they are seen."""
    return bool(connection.engine.dispatch.before_cursor_execute)


def _carry_out(connection: Connection, text: str, work: Callable[[Any], Any]) -> Any:
    """Let the driver work; raises what SQLAlchemy would raise."""
    dialect: Any = connection.dialect
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    try:
        return work(cursor)
    except dialect.dbapi.Error as problem:
        gone = dialect.is_disconnect(problem, driver, cursor)
        if gone:
            connection.invalidate(problem)
        # without the values: they are a case's content, and errors stand in logs
        raise DBAPIError.instance(text, None, problem, dialect.dbapi.Error, connection_invalidated=gone, dialect=dialect) from problem
    finally:
        cursor.close()
