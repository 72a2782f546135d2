"""Statements that every step needs: SQLAlchemy writes them once, the driver carries them out.

SQLAlchemy takes about 25 microseconds for each statement beyond the database's own time, which is more than the database takes for
most of them. Types, quoting and differences of the databases stay SQLAlchemy's: the statement is compiled by its dialect, values go
through its types, and a failure becomes the exception that it would have raised.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Select, Update
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, Any]
Row = dict[str, Any]
_Convert = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement in the words of one database."""

    text: str
    #: (name in the text, name of the value given, value where the statement has it itself, conversion), in the order of the text
    binds: list[tuple[str, str | None, Any, _Convert]]
    positional: bool
    #: (name, conversion) of each column that is read
    columns: list[tuple[str, _Convert]]

    def bound(self, values: Values) -> Any:
        """The values as the driver wants them."""
        given = [_converted(fixed if key is None else values[key], convert) for _, key, fixed, convert in self.binds]
        return given if self.positional else {name: value for (name, *_), value in zip(self.binds, given, strict=True)}

    def row(self, found: Sequence[Any]) -> Row:
        """What was read, by the names of its columns."""
        return {name: _converted(value, convert) for (name, convert), value in zip(self.columns, found, strict=True)}


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


def _prepare(statement: Any, dialect: Dialect, names: list[str]) -> _Ready:
    compiled = statement.compile(dialect=dialect, column_keys=names)
    order = compiled.positiontup if compiled.positional else list(compiled.binds)
    binds = []
    for name in order:
        bind = compiled.binds[name]
        key = bind.key if bind.key in names else None
        binds.append((name, key, bind.effective_value, bind.type.dialect_impl(dialect).bind_processor(dialect)))
    missing = [name for name, key, _, _ in binds if key is None and compiled.binds[name].required]
    if missing or compiled.insert_prefetch or compiled.update_prefetch:
        raise TypeError(f"not every value is given: {missing or compiled.insert_prefetch}")
    read: Any = statement.selected_columns if isinstance(statement, Select) else ()
    columns = [(str(column.key), column.type.dialect_impl(dialect).result_processor(dialect, None)) for column in read]
    return _Ready(compiled.string, binds, compiled.positional, columns)


def _converted(value: Any, convert: _Convert) -> Any:
    return value if convert is None else convert(value)


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
