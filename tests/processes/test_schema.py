"""The migrations lead to the tables that the models describe, with the triggers that protect the log."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from processes import schema
from processes.db import Base, db
from tests.processes.conftest import app_over

PROTECTED = ("step", "act", "audit_head", "audit_leaf", "retention_seal")
TRIGGERS = {f"{table}_no_{verb}" for table in PROTECTED for verb in ("update", "delete")}


def _triggers() -> set[str]:
    if db.engine.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with db.engine.connect() as connection:
        return set(connection.scalars(text(query)))


def test_the_migrations_make_what_the_models_say(database: str) -> None:
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    assert _triggers() >= TRIGGERS
    assert schema.is_current()


def test_making_all_at_once_makes_the_same(tmp_path: Path) -> None:
    with app_over(f"sqlite:///{tmp_path / 'other.db'}").app_context():
        schema.create_all()
        assert _triggers() == TRIGGERS
        assert not schema.is_current()
        db.engine.dispose()


def test_upgrading_again_changes_nothing(database: str) -> None:
    schema.upgrade()
    assert schema.is_current()
