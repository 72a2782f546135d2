"""Attachments against what the steps say of them: the row, and the bytes on the disk."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from engine import values
from processes import attachments, packing
from processes.audit.following import Problems
from processes.audit.rows import plain

CHUNK = 1024 * 1024
#: what is packed cannot be asked for by SQL
_TOLD = """
SELECT instance_id, seq, events, codec, content FROM step WHERE codec IS NOT NULL OR events LIKE '%"attachments_kept"%'
ORDER BY instance_id, seq
"""
_KEPT = b'"attachments_kept"'
_STORED = "SELECT id, sha256 FROM attachment WHERE id IN (SELECT attachment_id FROM attachment_use)"


def look(connection: Connection, problems: Problems) -> int:
    """Look at every attachment that a case uses; gives how many files were read."""
    stored = {plain(row[0]): plain(row[1]) for row in connection.execute(text(_STORED))}
    for case, seq, attachment_id, sha256 in _told(connection):
        if stored.get(attachment_id) != sha256:
            what = "another" if attachment_id in stored else "missing"
            problems.note(case, seq, f"{what}: the attachment {attachment_id} that came with this step")
    for attachment_id, sha256 in stored.items():
        if digest_of(attachments.path_of(sha256)) != sha256:
            problems.note("attachment", None, f"changed or missing: the file of the attachment {attachment_id}")
    return len(stored)


def _told(connection: Connection) -> Iterator[tuple[str, int, str, str]]:
    for case, seq, events, codec, content in connection.execute(text(_TOLD).execution_options(yield_per=500)):
        for one in kept_in(events if codec is None else _packed(plain(codec), content)):
            yield plain(case), seq, str(one.get("id")), str(one.get("sha256"))


def _packed(codec: str, content: Any) -> bytes:
    """The events of a packed step, where they may tell of files."""
    try:
        events = bytes(packing.unpack(codec, content).events)
    except packing.Unreadable:
        return b"[]"
    return events if _KEPT in events else b"[]"


def kept_in(events: Any) -> list[dict[str, Any]]:
    """The files that came with a step, as its stored events say; none where these cannot be read."""
    try:
        return [one for event in values.loads(plain(events)) if event["type"] == "attachments_kept" for one in event["details"]["files"]]
    except (values.ValueRefused, TypeError, KeyError, AttributeError):
        return []


def digest_of(path: Path) -> str | None:
    """The SHA-256 of a file, None where it cannot be read."""
    made = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                made.update(chunk)
    except (OSError, ValueError):
        return None
    return made.hexdigest()
