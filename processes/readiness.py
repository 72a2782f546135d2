"""Whether everything that work needs is there: what `/readyz` and the health page ask. Cheap: a few short reads, nothing is written."""

import os
import shutil
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select, text

from processes import deployments, doorbell, hosts, model_files, schema, settings
from processes.db import db, is_busy, reading
from processes.models import Deployment
from processes.people import demo

#: bytes that must be free where attachments are written: less than a few large uploads, and nothing more should be begun
ROOM = 200 * 1024 * 1024


def problems() -> dict[str, str | None]:
    """Each condition by name, with None where it holds and else the reason in a word."""
    schema_word = _schema()
    return {
        "schema": schema_word,
        "models": None if schema_word is None and models_deployed() else "not_deployed",
        "people": None if schema_word is None and not (settings.current().demo.enabled and demo.is_due()) else "not_loaded",
        "doorbell": "silent" if doorbell.answers() is False else None,
        "database": "silent" if schema_word == "silent" else _writing(),
        "disk": _disk(),
        "hosts": None if schema_word is not None else _hosts(),
    }


def checks() -> dict[str, bool]:
    """Each condition by name, and whether it holds."""
    return {name: reason is None for name, reason in problems().items()}


def _schema() -> str | None:
    try:
        found = schema.standing()
    except Exception as problem:
        if is_busy(problem):
            return "silent"
        raise
    return None if found == "current" else found


def _writing() -> str | None:
    """Whether the database lets us write: a file or folder that is read-only, or a server that only follows another, does not."""
    if db.engine.dialect.name == "sqlite":
        file = Path(db.engine.url.database or "")
        return None if os.access(file.resolve().parent, os.W_OK) and os.access(file, os.W_OK) else "read_only"
    with reading():
        follows = db.session.scalar(text("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean"))
    return "read_only" if follows else None


def _hosts() -> str | None:
    """Whether this host has the key and the folder of attachments that all hosts have."""
    found = hosts.differs()
    return None if found is None else f"other_{found.name}"


def _disk() -> str | None:
    """Whether the folder of attachments, and of the database where it is a file, has room for the next hours."""
    folder = settings.current().var.dir
    try:
        room = shutil.disk_usage(folder).free
    except OSError:
        return "not_there"
    if not os.access(folder, os.W_OK):
        return "read_only"
    return None if room >= ROOM else "nearly_full"


def models_deployed() -> bool:
    """Whether each model folder that a start deploys has been deployed as it is; newer versions by others do not matter."""
    wanted = _digests(settings.current().models.dir)
    with reading():
        found = set(db.session.scalars(select(Deployment.digest).where(Deployment.digest.in_(wanted)).distinct()))
    return found == wanted


@lru_cache(maxsize=4)
def _digests(folder: Path) -> frozenset[str]:
    """Digests of the folders; read once, as a start does."""
    if not folder.is_dir():
        return frozenset()
    return frozenset(deployments.digest_of(files) for _, files in model_files.find(folder) if files)
