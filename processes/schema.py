"""The database's schema: brought up to date by migrations, or made at once for a scenario.

Several releases may look at one database while machines are upgraded one after the other: `standing` says how it stands to this one.
"""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import processes.models  # noqa: F401 - defines the tables
from processes.db import Base, db
from processes.errors import Conflict

MIGRATIONS = Path(__file__).parent / "migrations"
#: of this release; of an older one, or empty; of a newer one; no answer
Standing = Literal["current", "behind", "ahead", "silent"]
#: the advisory lock of PostgreSQL that an upgrade holds: "banjie" as a number
UPGRADING = 0x62616E6A6965
#: between two jobs a worker need not ask more often, in seconds
LATELY = 2.0
_looked: dict[str, tuple[float, bool]] = {}

logger = logging.getLogger(__name__)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def upgrade() -> None:
    """Bring the database of the application context to the newest schema; nothing happens when it is there.

    Of several that upgrade at once one does it and the others wait. Raises Conflict for the schema of a newer release.
    """
    with _alone():
        if standing() == "ahead":
            raise Conflict("schema_ahead")
        command.upgrade(_config(), "head")


@contextmanager
def _alone() -> Iterator[None]:
    """Hold what only one upgrade can hold; it goes with the process, however that ends."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": UPGRADING})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": UPGRADING})
        return
    name = db.engine.url.database
    if not name or name == ":memory:":
        yield
        return
    # the folder rather than the file: a process that opens and closes a database file a second time loses SQLite's own locks on it
    folder = os.open(Path(name).resolve().parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@lru_cache(maxsize=1)
def _known() -> tuple[str | None, frozenset[str]]:
    """The newest revision of this release, and all that it knows."""
    scripts = ScriptDirectory.from_config(_config())
    return scripts.get_current_head(), frozenset(script.revision for script in scripts.walk_revisions())


def standing() -> Standing:
    """How the schema of the database stands to this program."""
    newest, known = _known()
    try:
        with db.engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
    except DBAPIError:
        return "silent"
    if present == newest:
        return "current"
    return "behind" if present is None or present in known else "ahead"


def is_current() -> bool:
    """Whether the database answers and has the newest schema."""
    return standing() == "current"


def fits() -> bool:
    """Whether work may go on, asked anew every few seconds: False while the schema is that of another release."""
    at, fitted = _looked.get(key := str(db.engine.url), (0.0, True))
    now = time.monotonic()
    if key in _looked and now - at <= LATELY:
        return fitted
    found = standing()
    fitting = found not in ("behind", "ahead")
    if fitted and not fitting:
        logger.warning("the schema of the database is %s; no work is taken until this release fits it", found)
    _looked[key] = now, fitting
    return fitting


def create_all() -> None:
    """Make all tables at once in an empty database (scenarios, tests)."""
    with db.engine.begin() as connection:
        Base.metadata.create_all(connection)
