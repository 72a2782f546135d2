"""SQLite as Banjie uses it: write-ahead log, every commit on the disk, and a write lock that is waited for in small steps.

Registered as SQLAlchemy's dialect for `sqlite:` addresses. As methods of the dialect these things cost nothing between statements;
listeners of connection events would be asked at every statement of every step.
"""

import random
import sqlite3
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

#: whether a command runs, which takes the write lock before it reads
writing: ContextVar[bool] = ContextVar("writing", default=False)
#: seconds that a command waits for the write lock, and after how many it looks again
WAIT_SECONDS = 10.0
LOOK_AGAIN = (0.0005, 0.003)
#: how long anything else waits: a reader for a checkpoint
PATIENT = "busy_timeout=10000"
IMPATIENT = "busy_timeout=0"
#: the part of an extended result code that names the kind
PRIMARY_CODE = 0xFF
_random = random.SystemRandom()


class Dialect(SQLiteDialect_pysqlite):
    """SQLAlchemy's dialect with transactions that begin when they are said to begin."""

    supports_statement_cache = True

    def on_connect(self) -> Callable[[Any], None]:
        """What is done with every new connection."""
        usual = super().on_connect()

        def prepare(connection: Any) -> None:
            if usual is not None:
                usual(connection)
            connection.isolation_level = None
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", PATIENT):
                connection.execute(f"PRAGMA {pragma}")

        return prepare

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin: a command with the write lock, so that what it reads is what it decides on; a query without."""
        driver = dbapi_connection.driver_connection
        if writing.get():
            _begin_writing(driver)
        else:
            driver.execute("BEGIN")


def _begin_writing(driver: sqlite3.Connection) -> None:
    """Take the write lock, looking again after a few milliseconds; raises sqlite3.OperationalError when others held it all the time.

    SQLite's own way of waiting looks less and less often, up to ten times a second: a clerk would wait long for a lock that is free
    again after two milliseconds.
    """
    until = time.monotonic() + WAIT_SECONDS
    driver.execute(f"PRAGMA {IMPATIENT}")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as problem:
                if problem.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                    raise
                time.sleep(_random.uniform(*LOOK_AGAIN))
            else:
                return
    finally:
        driver.execute(f"PRAGMA {PATIENT}")


registry.register("sqlite", __name__, Dialect.__name__)
