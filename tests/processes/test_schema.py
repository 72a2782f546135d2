"""The migrations lead to the tables that the models describe, with the triggers that protect the log."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from processes import chain, schema, settings
from processes.audit import heads
from processes.audit.verify import verify
from processes.db import Base, db, transaction
from processes.errors import Conflict
from tests.processes.conftest import app_over, settings_for

PROTECTED = ("step", "act", "audit_head", "audit_leaf", "retention_seal", "step_codec")
TRIGGERS = {f"{table}_no_{verb}" for table in PROTECTED for verb in ("update", "delete")}
#: of SQLite alone: they keep the index of search beside its texts
INDEXING = {"case_search_added", "case_search_changed", "case_search_gone"}


def _triggers() -> set[str]:
    if db.engine.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with db.engine.connect() as connection:
        return set(connection.scalars(text(query)))


def _is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """The index of search is no table of the models, nor what makes it quick where there is the extension."""
    return not str(name).startswith(("case_text", "ix_case_search_text"))


def test_the_migrations_make_what_the_models_say(database: str) -> None:
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"include_name": _is_ours}), Base.metadata) == []
    assert _triggers() >= TRIGGERS
    assert schema.is_current()


def test_making_all_at_once_makes_the_same(tmp_path: Path) -> None:
    with app_over(f"sqlite:///{tmp_path / 'other.db'}").app_context():
        schema.create_all()
        assert _triggers() == TRIGGERS | INDEXING
        assert not schema.is_current()
        db.engine.dispose()


def test_upgrading_again_changes_nothing(database: str) -> None:
    schema.upgrade()
    assert schema.is_current()


def _set_revision(revision: str) -> None:
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_a_database_of_a_newer_release_is_told_from_one_that_waits_for_an_upgrade(database: str, tmp_path: Path) -> None:
    assert schema.standing() == "current"
    _set_revision("0001")
    assert schema.standing() == "behind"
    _set_revision("9999")
    assert schema.standing() == "ahead"
    with pytest.raises(Conflict, match="schema_ahead"):
        schema.upgrade()


def test_an_empty_database_waits_for_an_upgrade_and_one_that_is_away_says_nothing(tmp_path: Path) -> None:
    for place, wanted in ((tmp_path, "behind"), (tmp_path / "nowhere", "silent")):
        with app_over(f"sqlite:///{place / 'other.db'}").app_context():
            assert schema.standing() == wanted
            db.engine.dispose()


def test_work_stops_when_another_release_changes_the_schema_and_goes_on_when_it_fits(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(schema, "LATELY", -1.0)
    newest = schema._known()[0]
    assert newest is not None
    assert schema.fits()
    _set_revision("9999")
    assert [schema.fits(), schema.fits()] == [False, False]
    _set_revision(newest)
    assert schema.fits()
    assert [record.message for record in caplog.records if "schema" in record.message] == [
        "the schema of the database is ahead; no work is taken until this release fits it"
    ]


def test_a_record_of_the_first_release_holds_after_the_upgrade(tmp_path: Path) -> None:
    """Steps that were hashed before there was a column `algorithm` verify, are sealed by a head, and stay protected."""
    wanted = settings_for(tmp_path, f"sqlite:///{tmp_path / 'banjie.db'}")
    settings.configure(wanted)
    with app_over(wanted.database_url).app_context():
        command.upgrade(schema._config(), "0001")
        _write_a_case_of_the_first_release(tmp_path / "banjie.db")
        schema.upgrade()
        assert schema.is_current()
        report = verify()
        assert (report.unbroken, report.cases, report.steps) == (True, 1, 2)
        assert heads.seal() is not None
        assert verify().unbroken
        for statement in ("DELETE FROM step", "UPDATE step SET actor = 'x'"):
            with pytest.raises(DBAPIError, match="append-only"), transaction():
                db.session.execute(text(statement))
        db.session.remove()
        db.engine.dispose()


def _write_a_case_of_the_first_release(path: Path) -> None:
    moment, previous = "2026-11-24T02:24:00.000000Z", chain.START
    case = {"id": "c1", "definition_id": "p:1", "definition_key": "p", "version": 1, "title": "t", "state": "running", "started_by": "li"}
    case |= {"started_at": moment, "end_events": "[]", "variables": "{}", "engine_state": b""}
    step = {"instance_id": "c1", "at": moment, "actor": "li", "actor_name": "李", "engine_version": "0.1.0", "definition_id": "p:1"}
    made = []
    for seq in (1, 2):
        row: dict[str, Any] = {**step, "seq": seq, "trigger": "{}", "context": "{}", "events": "[]", "previous_hash": previous}
        previous = row["hash"] = chain.row_hash(previous, row)
        made.append(row)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for table, row in (("process_instance", {**case, "last_seq": 2, "last_hash": previous}), ("step", made[0]), ("step", made[1])):
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
