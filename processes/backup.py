"""A backup of everything: a consistent copy of the database, the attachments, and a manifest with the digest of each, in one zip.

The copy of a PostgreSQL is made by pg_dump; it is restored into an empty database of a PostgreSQL (docs/operate.md).
"""

import hashlib
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from engine import values
from processes import clock, postgresql_copy, settings
from processes.errors import Refused

FORMAT = 1
DATABASE = "banjie.db"
DUMP = "banjie.pgdump"
MANIFEST = "manifest.json"
FILES = "files"
LOGINS = "demo-logins.txt"
CHUNK = 1024 * 1024
BUSY_SECONDS = 10.0

Tell = Callable[[str], None]


class BackupRefused(Refused):
    """No backup was made or nothing was restored; `code` says why."""


@dataclass(frozen=True)
class Contents:
    """What a backup holds."""

    made_at: str
    files: int
    size: int


def _var() -> Path:
    return settings.current().var.dir


def _url() -> str:
    return settings.current().database_url


def _database() -> Path | None:
    """The file of the configured SQLite database; None for a PostgreSQL. Raises BackupRefused for another kind of database."""
    url = _url()
    if url.startswith("postgresql"):
        return None
    if not url.startswith("sqlite:///"):
        raise BackupRefused("backup_of_this_database")
    return Path(url.removeprefix("sqlite:///"))


def make(target: Path, tell: Tell) -> Contents:
    """Write a backup, beside a running Banjie too; the file appears whole, mode 0600, or not at all. Raises BackupRefused, OSError."""
    database = _database()
    if database is not None and not database.exists():
        raise BackupRefused("nothing_to_back_up")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            contents = _write(file, database, tell)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return contents


def _write(file: IO[bytes], database: Path | None, tell: Tell) -> Contents:
    manifest: list[dict[str, Any]] = []
    made_at = clock.now().isoformat()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, tempfile.TemporaryDirectory(dir=_var()) as folder:
        copy = Path(folder) / (DUMP if database is None else DATABASE)
        tell(copy.name)
        if database is None:
            postgresql_copy.dump(_url(), copy)
        else:
            _copy_database(database, copy)
        # The copy comes first: what it names was written before, and nothing that a row names is ever swept away.
        for name, path in ((copy.name, copy), *_files()):
            if path != copy:
                tell(name)
            manifest.append(_add(archive, name, path))
        archive.writestr(MANIFEST, values.dumps({"format": FORMAT, "made_at": made_at, "files": manifest}))
    return Contents(made_at, len(manifest), sum(entry["size"] for entry in manifest))


def _copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)
        written.execute("PRAGMA journal_mode=DELETE")


def _files() -> Iterator[tuple[str, Path]]:
    var = _var()
    for path in sorted((var / FILES).glob("??/*")):
        yield path.relative_to(var).as_posix(), path
    if (var / LOGINS).exists():
        yield LOGINS, var / LOGINS


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return {"name": name, "size": size, "sha256": digest.hexdigest()}


def restore(source: Path, tell: Tell) -> Contents:
    """Put a backup in the place of the present data, which is kept beside it as `before-restore-…`; the whole file is checked first.

    Raises BackupRefused for a file that is no backup, cut or changed, and while another process has the database open.
    """
    database, var = _database(), _var()
    var.mkdir(parents=True, exist_ok=True)
    kind = DUMP if database is None else DATABASE
    if database is not None:
        _refuse_while_open(database)
    elif not postgresql_copy.is_empty(_url()):
        raise BackupRefused("database_not_empty")
    with tempfile.TemporaryDirectory(dir=var) as folder:
        with _opened(source) as (archive, manifest):
            if kind not in (entry["name"] for entry in manifest["files"]):
                raise BackupRefused("backup_of_another_database")
            for entry in manifest["files"]:
                tell(entry["name"])
                _take_out(archive, entry, Path(folder))
        if database is None and not postgresql_copy.readable(Path(folder) / DUMP):
            raise BackupRefused("backup_damaged")
        if database is not None:
            _check_database(Path(folder) / DATABASE)
        _put_files(Path(folder), manifest, var)
        if database is None:
            postgresql_copy.load(_url(), Path(folder) / DUMP)
        else:
            _put_database(Path(folder), database)
        _put_logins(Path(folder), var)
    return Contents(manifest["made_at"], len(manifest["files"]), sum(entry["size"] for entry in manifest["files"]))


def _refuse_while_open(database: Path) -> None:
    """Every process that has a database in WAL mode open holds a lock on its file."""
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, timeout=1, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as problem:
        raise BackupRefused("database_in_use") from problem
    except sqlite3.DatabaseError:
        # A damaged database is a reason to restore.
        return


@contextmanager
def _opened(source: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive, _manifest(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, KeyError) as problem:
        raise BackupRefused("backup_damaged") from problem


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = values.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise BackupRefused("backup_format_unknown")
    named = [entry["name"] for entry in manifest["files"]]
    if sorted([*named, MANIFEST]) != sorted(archive.namelist()) or not {DATABASE, DUMP} & set(named) or not all(map(_is_ours, named)):
        raise BackupRefused("backup_damaged")
    return manifest


def _is_ours(name: str) -> bool:
    """Whether the name is one that a backup gives: nothing else may be written anywhere."""
    parts = name.split("/")
    plain = all(part not in ("", ".", "..") and "\\" not in part for part in parts)
    return name in (DATABASE, DUMP, LOGINS) or (len(parts) == 3 and parts[0] == FILES and plain)


def _take_out(archive: zipfile.ZipFile, entry: dict[str, Any], folder: Path) -> None:
    target = folder / entry["name"]
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with archive.open(entry["name"]) as source, target.open("xb") as written:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
    if (digest.hexdigest(), size) != (entry["sha256"], entry["size"]):
        raise BackupRefused("backup_damaged")


def _check_database(database: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError as problem:
        raise BackupRefused("backup_damaged") from problem
    if not sound:
        raise BackupRefused("backup_damaged")


def _put_files(folder: Path, manifest: dict[str, Any], var: Path) -> None:
    """Attachments first: a database is never there before the files that it names."""
    for entry in manifest["files"]:
        target = var / entry["name"]
        if entry["name"].startswith(FILES + "/") and not target.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(folder / entry["name"], target)


def _put_database(folder: Path, database: Path) -> None:
    """The present one is kept beside it."""
    kept = f".before-restore-{clock.now():%Y%m%dT%H%M%S}"
    for suffix in ("-wal", "-shm", ""):
        present = database.with_name(database.name + suffix)
        if present.exists():
            present.rename(present.with_name(database.name + kept + suffix))
    (folder / DATABASE).chmod(0o600)
    database.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(folder / DATABASE, database)


def _put_logins(folder: Path, var: Path) -> None:
    if (folder / LOGINS).exists():
        (folder / LOGINS).chmod(0o600)
        shutil.move(folder / LOGINS, var / LOGINS)
    else:
        (var / LOGINS).unlink(missing_ok=True)
