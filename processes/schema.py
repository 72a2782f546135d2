"""The database's schema: brought up to date by migrations, or made at once for a scenario."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

import processes.models  # noqa: F401 - defines the tables
from processes.db import Base, db

MIGRATIONS = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def upgrade() -> None:
    """Bring the database of the application context to the newest schema; nothing happens when it is there."""
    command.upgrade(_config(), "head")


def is_current() -> bool:
    """Whether the database answers and has the newest schema."""
    try:
        with db.engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
    except DBAPIError:
        return False
    return present == ScriptDirectory.from_config(_config()).get_current_head()


def create_all() -> None:
    """Make all tables at once in an empty database (scenarios, tests)."""
    with db.engine.begin() as connection:
        Base.metadata.create_all(connection)
