"""The database session, and the one way to change it.

`with transaction():` is one command = one commit. Nothing else in the project commits. A command never calls a command: nesting
raises. `with reading():` closes the read that a query opened.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine, LargeBinary, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from engine import values
from processes import packing, sqlite
from processes.errors import Unavailable

logger = logging.getLogger(__name__)


class Base(DeclarativeBase):
    """Parent of all tables."""


class _Session(Session):
    """Works on the connection of the open command, where there is one."""

    def get_bind(self, *what: Any, **more: Any) -> Engine | Connection:
        """Where the session's statements go."""
        return super().get_bind(*what, **more) if _open.get() is None else connection()


# the session may end the transaction that a command has begun on its connection
db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": _Session, "join_transaction_mode": "control_fully"})


class Moment(TypeDecorator[datetime]):
    """A moment as text of fixed width in UTC (2026-11-24T05:47:20.123456Z): sorts by time, the same bytes on every database."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else moment_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


@lru_cache(maxsize=256)
def moment_text(value: datetime) -> str:
    """The text that `Moment` stores; a step writes its moment in many places."""
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return f"{utc.isoformat(timespec='microseconds')[:26]}Z"


class Json(TypeDecorator[Any]):
    """A JSON document as text: numbers keep their decimals, keys are sorted, equal values have equal bytes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else values.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else values.loads(value)


class Packed(TypeDecorator[Any]):
    """A JSON document, packed: for projections, which are made again from the steps where a codec goes."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else packing.pack_value(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else packing.unpack_value(value)


class Nested(RuntimeError):
    """A command was called inside a command; each is one transaction."""


#: called as the first thing of every command, inside its transaction (idempotency keys)
_begin_hooks: list[Callable[[], None]] = []
_open: ContextVar[list[Callable[[], None]] | None] = ContextVar("open_transaction", default=None)
_connected: ContextVar[Connection | None] = ContextVar("connection_of_transaction", default=None)


@contextmanager
def transaction(*, aside: bool = False) -> Iterator[None]:
    """One command: everything inside is committed together, or nothing is.

    On SQLite the write lock is taken at once (BEGIN IMMEDIATE), so that what is read inside is what is decided on. Functions given
    to `after_commit` run after the commit; what they raise is logged, not raised. A database that is locked for too long, full or
    out of reach raises Unavailable. `aside`: not the command that a request asked for (a refusal put on record, a session seen), so
    what belongs to the request's command does not happen here.
    """
    if _open.get() is not None:
        raise Nested("a command was called inside a command")
    callbacks: list[Callable[[], None]] = []
    token, write, connected = _open.set(callbacks), sqlite.writing.set(True), _connected.set(None)
    try:
        _undo()
        for hook in () if aside else _begin_hooks:
            hook()
        yield
        _commit()
    except (OperationalError, NoConnection) as problem:
        _undo()
        raise Unavailable("database_unavailable") from problem
    except BaseException:
        _undo()
        raise
    finally:
        if (found := _connected.get()) is not None:
            found.close()
        _open.reset(token)
        sqlite.writing.reset(write)
        _connected.reset(connected)
    _run(callbacks)


def connection() -> Connection:
    """The connection of the open command, with its transaction begun; outside of commands the session's.

    A command that needs no session pays for none: what a session does at the beginning and the end of a transaction takes as long as
    several statements.
    """
    if _open.get() is None:
        return db.session.connection()
    found = _connected.get()
    if found is None:
        found = db.engine.connect()
        _connected.set(found)
        found.begin()
    return found


def _commit() -> None:
    if _session_works():
        db.session.commit()
    found = _connected.get()
    if found is not None and found.in_transaction():
        found.commit()


def _undo() -> None:
    """Give up what is not committed, and what a query has left open."""
    if _session_works():
        db.session.rollback()
    found = _connected.get()
    if found is not None and found.in_transaction():
        found.rollback()


def _session_works() -> bool:
    return bool(db.session.registry.has() and db.session().in_transaction())


def _run(callbacks: list[Callable[[], None]]) -> None:
    for callback in callbacks:
        try:
            callback()
        except Exception:
            # What was committed stands; a lost ring is found by the sweep.
            logger.exception("an action after the commit failed")


def on_begin(hook: Callable[[], None]) -> None:
    """Let `hook` be the first thing that happens inside every command's transaction."""
    _begin_hooks.append(hook)


def after_commit(callback: Callable[[], None]) -> None:
    """Run `callback` when the present transaction has been committed; it must not raise."""
    callbacks = _open.get()
    if callbacks is None:
        raise RuntimeError("no transaction is open")
    callbacks.append(callback)


@contextmanager
def reading() -> Iterator[None]:
    """A query: its read transaction ends with the block, so that no snapshot outlives it. Inside a command it changes nothing."""
    try:
        yield
    finally:
        if _open.get() is None:
            db.session.rollback()


@contextmanager
def looking() -> Iterator[None]:
    """`reading` for those who have nobody to answer (workers, sweeps): a database that does not answer raises Unavailable."""
    try:
        with reading():
            yield
    except (OperationalError, NoConnection) as problem:
        db.session.rollback()
        raise Unavailable("database_unavailable") from problem


def is_busy(problem: BaseException) -> bool:
    """Whether a failure of the database may pass by itself: a lock held too long, a lost connection, a deadlock, no free connection."""
    return isinstance(problem, OperationalError | NoConnection)


def is_unstorable(problem: BaseException) -> bool:
    """Whether the database refused a value that it cannot hold, such as a text with a NUL or half of a surrogate pair."""
    return isinstance(problem, DataError | UnicodeEncodeError)
