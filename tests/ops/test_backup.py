"""Backups: whole or not at all."""

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from processes import backup, settings
from processes.backup import BackupRefused
from processes.postgresql_copy import CopyFailed
from tests.databases import Databases

CONTENT = b"%PDF-1.4 minutes"
DIGEST = "ab" + "c" * 62


def _tell(name: str) -> None:
    """Nobody listens."""


@pytest.fixture
def var(tmp_path: Path, databases: Databases) -> Path:
    """A var folder with a database that holds one department, an attachment, and the demo logins."""
    folder = tmp_path / "var"
    databases.fresh(folder)
    _run(folder, "INSERT INTO department (code, name, level, active) VALUES ('finance', '财政所', 'department', 1)")
    attachment = folder / "files" / DIGEST[:2] / DIGEST[2:]
    attachment.parent.mkdir(parents=True)
    attachment.write_bytes(CONTENT)
    (folder / "demo-logins.txt").write_text("zhang 密码", "utf-8")
    settings.configure(settings.load({"BANJIE_VAR__DIR": str(folder)}))
    return folder


def _run(folder: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "banjie.db", isolation_level=None)) as connection:
        return connection.execute(statement).fetchall()


def _names(folder: Path) -> list[tuple[object, ...]]:
    return _run(folder, "SELECT name FROM department")


def test_a_backup_brings_back_database_and_attachments(var: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.zip"
    made = backup.make(target, _tell)
    assert target.stat().st_mode & 0o777 == 0o600
    _run(var, "UPDATE department SET name = '财政局'")
    (var / "files" / DIGEST[:2] / DIGEST[2:]).unlink()
    restored = backup.restore(target, _tell)
    assert (restored, restored.files) == (made, 3)
    assert _names(var) == [("财政所",)]
    assert (var / "files" / DIGEST[:2] / DIGEST[2:]).read_bytes() == CONTENT
    assert len(list(var.glob("banjie.db.before-restore-*"))) == 1


def test_a_backup_can_be_restored_into_an_empty_folder(var: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.zip"
    backup.make(target, _tell)
    settings.configure(settings.load({"BANJIE_VAR__DIR": str(tmp_path / "new")}))
    backup.restore(target, _tell)
    assert _names(tmp_path / "new") == [("财政所",)]
    assert (tmp_path / "new" / "demo-logins.txt").stat().st_mode & 0o777 == 0o600


def test_what_is_written_during_a_backup_is_in_it_whole_or_not_at_all(var: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.zip"
    with closing(sqlite3.connect(var / "banjie.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE department SET name = '未提交'")
        backup.make(target, _tell)
        writer.execute("ROLLBACK")
    backup.restore(target, _tell)
    assert _names(var) == [("财政所",)]


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9, 0.999])
def test_a_cut_backup_is_refused_and_changes_nothing(var: Path, tmp_path: Path, kept: float) -> None:
    target = tmp_path / "all.zip"
    backup.make(target, _tell)
    whole = target.read_bytes()
    target.write_bytes(whole[: int(len(whole) * kept)])
    _refused(target, var)


def test_a_changed_byte_is_found(var: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.zip"
    backup.make(target, _tell)
    whole = bytearray(target.read_bytes())
    whole[len(whole) // 3] ^= 1
    target.write_bytes(whole)
    _refused(target, var)


@pytest.mark.parametrize("name", ["../outside", "files/../../outside", "/etc/outside", "files/ab/../x", "secret-key"])
def test_a_name_that_no_backup_gives_is_refused(var: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "all.zip"
    backup.make(target, _tell)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, b"x")
    _refused(target, var)


def _refused(target: Path, var: Path) -> None:
    with pytest.raises(BackupRefused) as refused:
        backup.restore(target, _tell)
    assert refused.value.code == "backup_damaged"
    assert _names(var) == [("财政所",)]
    assert list(var.glob("*before-restore*")) == []


def test_nothing_is_restored_under_a_running_process(var: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.zip"
    backup.make(target, _tell)
    with closing(sqlite3.connect(var / "banjie.db")) as other:
        other.execute("SELECT count(*) FROM department").fetchone()
        with pytest.raises(BackupRefused) as refused:
            backup.restore(target, _tell)
    assert refused.value.code == "database_in_use"


def test_a_database_that_does_not_answer_gives_no_backup(var: Path, tmp_path: Path) -> None:
    url = f"postgresql+psycopg://x@/z?host={tmp_path}"
    settings.configure(settings.load({"BANJIE_VAR__DIR": str(var), "BANJIE_DATABASE__URL": url}))
    with pytest.raises(CopyFailed):
        backup.make(tmp_path / "all.zip", _tell)
    assert not (tmp_path / "all.zip").exists()
