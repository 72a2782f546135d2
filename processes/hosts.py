"""What all hosts of an office must have in common besides the database: the key that signs, and the folder of attachments.

The first host that starts registers both; one that has others is refused by name, before people sign in at one host and are strangers
at the next, or an attachment is there at one host alone. An SQLite database belongs to one machine: what that has counts.
"""

import hashlib
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from processes import acts, clock, private_files, settings
from processes.actors import SYSTEM
from processes.db import db, reading, transaction
from processes.errors import Conflict
from processes.models import SharedByHosts

KEY, FILES = "key", "files"
#: in the folder of attachments; no attachment has such a name
MARK = ".office"
#: characters of a fingerprint: enough to tell keys apart, of no use for finding one
LENGTH = 16


@dataclass(frozen=True, slots=True)
class Differs:
    """What this host has otherwise than the one that registered it."""

    #: `key` or `files`
    name: str
    #: the fingerprint here; None where the folder has no mark
    here: str | None
    registered: str
    #: the host that registered it
    host: str


def differs() -> Differs | None:
    """What this host has otherwise than is registered; None where all is the same, or nothing is registered yet."""
    with reading():
        rows = db.session.execute(select(SharedByHosts).order_by(SharedByHosts.name.desc())).scalars().all()
        for row in rows:
            here = _here(row.name)
            if here != row.fingerprint:
                return Differs(row.name, here, row.fingerprint, row.host)
    return None


def join() -> None:
    """Register what this host has where nothing is registered yet; raises Conflict where something else is."""
    if _nobody_yet():
        _register({KEY: str(_here(KEY)), FILES: _make_mark()})
    found = differs()
    if found is None:
        return
    if _of_one_machine():
        adopt()
        return
    code = "other_key_than_other_hosts" if found.name == "key" else "other_files_than_other_hosts"
    raise Conflict(code, host=found.host, here=found.here or "-", registered=found.registered)


def _register(present: dict[str, str]) -> None:
    """Of several hosts that start at once the first one counts."""
    with transaction():
        for name, fingerprint in present.items():
            db.session.execute(_new(name, fingerprint))


def adopt() -> None:
    """What this host has is what all hosts must have from now on: after a restore elsewhere, or with a new key. Goes on record."""
    present = {KEY: str(_here(KEY)), FILES: _make_mark()}
    with transaction():
        db.session.execute(delete(SharedByHosts))
        for name, fingerprint in present.items():
            db.session.execute(_new(name, fingerprint))
        acts.record("hosts_adopted", socket.gethostname(), actor=SYSTEM, details=present)


def _of_one_machine() -> bool:
    return db.engine.dialect.name == "sqlite"


def _nobody_yet() -> bool:
    with reading():
        return db.session.get(SharedByHosts, FILES) is None


def _new(name: str, fingerprint: str) -> Any:
    dialect: Any = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    values = {"name": name, "fingerprint": fingerprint, "host": socket.gethostname(), "at": clock.now()}
    return dialect.insert(SharedByHosts).values(values).on_conflict_do_nothing()


def _here(name: str) -> str | None:
    if name == KEY:
        return hashlib.sha256(b"banjie host key\0" + settings.secret_key(settings.current())).hexdigest()[:LENGTH]
    try:
        return _mark().read_text("ascii").strip()
    except (OSError, ValueError):
        return None


def _make_mark() -> str:
    return private_files.read_or_make(_mark(), lambda: secrets.token_hex(LENGTH // 2).encode()).decode("ascii", "replace").strip()


def _mark() -> Path:
    return settings.current().var.dir / "files" / MARK
