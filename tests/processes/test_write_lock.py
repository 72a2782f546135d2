"""The write lock of SQLite: waited for in small steps, given up with a sentence, and free again after a refusal."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from processes import schema, settings, sqlite
from processes.db import db, transaction
from processes.errors import Unavailable
from tests.processes.conftest import app_over, fill, settings_for


@pytest.fixture
def path(tmp_path: Path) -> Iterator[str]:
    """A database of SQLite, whatever the other tests run on."""
    file = tmp_path / "banjie.db"
    settings.configure(settings_for(tmp_path, f"sqlite:///{file}"))
    with app_over(f"sqlite:///{file}").app_context():
        schema.upgrade()
        fill()
        yield str(file)
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _held(path: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def _rename() -> None:
    with transaction():
        db.session.execute(text("UPDATE person SET name = '王五五' WHERE login = 'wang'"))


def _name() -> str:
    found = str(db.session.scalar(text("SELECT name FROM person WHERE login = 'wang'")))
    db.session.rollback()
    return found


def test_a_command_waits_until_the_other_has_written(path: str) -> None:
    with _held(path) as other:
        other.execute("UPDATE person SET name = '别名' WHERE login = 'wang'")
        release = threading.Timer(0.2, lambda: other.execute("COMMIT"))
        release.start()
        _rename()
        release.join()
    assert _name() == "王五五"


def test_a_lock_that_is_never_free_is_said_to_be_busy(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(sqlite, "PATIENT", "busy_timeout=10")
    with _held(path) as other:
        with pytest.raises(Unavailable):
            _rename()
        other.execute("ROLLBACK")
    assert _name() == "王五"
    _rename()
    assert _name() == "王五五"


def test_somebody_who_reads_is_not_held_up_by_somebody_who_writes(path: str) -> None:
    with _held(path):
        assert _name() == "王五"
