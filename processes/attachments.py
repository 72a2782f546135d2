"""Attachments: uploaded files. The bytes lie under var/files by their SHA-256, written and synced before the row that names them.

So a row always has its file; a file without a row, left by a crash, is swept after a day, as are uploads that no case uses.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.exc import IntegrityError

from processes import clock, file_kinds, idempotency, ids, participation, settings
from processes.actors import Actor
from processes.db import db, reading, transaction
from processes.errors import Invalid, NotFound, TooLarge
from processes.models import Attachment, AttachmentUse, Draft, ProcessInstance

MEGABYTE = 1024 * 1024
CHUNK = 256 * 1024
INCOMING = "incoming"
#: an upload that no case uses, and a file that no row names, is kept this long
KEPT = timedelta(hours=24)
BATCH = 500


@dataclass(frozen=True)
class AttachmentFacts:
    """An uploaded file, without its bytes."""

    id: str
    name: str
    size: int
    sha256: str
    media_type: str
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True)
class Opened:
    """A file that may be read; it is always served as a download."""

    facts: AttachmentFacts
    path: Path


@dataclass(frozen=True)
class Used:
    """An attachment of a case and the field it was given in."""

    field: str
    facts: AttachmentFacts


def _folder() -> Path:
    return settings.current().var.dir / "files"


def _path(sha256: str) -> Path:
    return _folder() / sha256[:2] / sha256[2:]


def path_of(sha256: str) -> Path:
    """Where the file with these bytes lies."""
    return _path(sha256)


def store(stream: BinaryIO, name: str, media_type: str | None = None, *, actor: Actor) -> AttachmentFacts:
    """Keep an uploaded file for the actor; what the client says of its type counts for nothing, its extension and content do.

    Raises TooLarge("attachment_too_large"), Invalid("attachment_empty"), Invalid("attachment_type_refused"), OSError (disk full).
    """
    if (done := idempotency.kept()) is not None:
        return described([str(done)])[str(done)]
    safe = file_kinds.safe_name(name)
    ending, allowed = file_kinds.extension(safe), settings.current().attachments.types
    if ending and ending not in allowed:
        raise Invalid("attachment_type_refused", extension=ending, allowed=list(allowed))
    draft = _new_draft()
    try:
        size, sha256, head = _receive(stream, draft)
        facts = AttachmentFacts(ids.new_id(), safe, size, sha256, file_kinds.media_type(safe, head), actor.login, clock.now())
        _put_in_place(draft, sha256)
        with transaction():
            db.session.add(Attachment(**vars(facts)))
            idempotency.keep(facts.id)
        # A sweep at the same moment may have taken the file for an orphan before the row was there.
        _put_in_place(draft, sha256)
    finally:
        draft.unlink(missing_ok=True)
    return facts


def _new_draft() -> Path:
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = _folder() / INCOMING
    folder.mkdir(exist_ok=True)
    return folder / secrets.token_hex(16)


def _receive(stream: BinaryIO, draft: Path) -> tuple[int, str, bytes]:
    """Write the stream to a file and sync it; its size, SHA-256 and beginning."""
    limit_mb = settings.current().attachments.max_mb
    digest, size, head = hashlib.sha256(), 0, b""
    with draft.open("xb") as file:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > limit_mb * MEGABYTE:
                raise TooLarge("attachment_too_large", limit_mb=limit_mb)
            digest.update(chunk)
            head = head or chunk[: file_kinds.HEAD_BYTES]
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise Invalid("attachment_empty")
    return size, digest.hexdigest(), head


def _put_in_place(draft: Path, sha256: str) -> None:
    """Give the file its name by content. One that is there already, the same bytes, is made young, so that no sweep takes it."""
    path = _path(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    while not (_link(draft, path) or _touch(path)):
        continue
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _link(draft: Path, path: Path) -> bool:
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    return True


def _touch(path: Path) -> bool:
    try:
        os.utime(path)
    except FileNotFoundError:
        # A sweep took it just now.
        return False
    return True


def open_for(attachment_id: str, actor: Actor) -> Opened:
    """The file of an attachment, for who uploaded it or may see a case that uses it; NotFound for everybody else."""
    with reading():
        row = None if "\x00" in attachment_id else db.session.get(Attachment, attachment_id)
        if row is None or not (row.uploaded_by == actor.login or _in_a_case_of(actor, attachment_id)):
            raise NotFound("attachment_not_found")
        facts = _facts(row)
    path = _path(facts.sha256)
    if not path.is_file():
        raise NotFound("attachment_file_missing")
    return Opened(facts, path)


def _in_a_case_of(actor: Actor, attachment_id: str) -> bool:
    query = select(ProcessInstance.id, ProcessInstance.definition_key, ProcessInstance.started_by, ProcessInstance.started_for).join(
        AttachmentUse, AttachmentUse.instance_id == ProcessInstance.id
    )
    cases: Iterable[Any] = db.session.execute(query.where(AttachmentUse.attachment_id == attachment_id)).all()
    return any(participation.may_see(actor, case) for case in cases)


def _facts(row: Attachment) -> AttachmentFacts:
    return AttachmentFacts(
        id=row.id,
        name=row.name,
        size=row.size,
        sha256=row.sha256,
        media_type=row.media_type,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
    )


def described(attachment_ids: Iterable[str]) -> dict[str, AttachmentFacts]:
    """Names and sizes of attachments that a form shows; unknown ids are left out. Whether they may be shown is for the caller to say."""
    wanted = set(attachment_ids)
    with reading():
        return {row.id: _facts(row) for row in db.session.scalars(select(Attachment).where(Attachment.id.in_(wanted)))}


def of_case(instance_id: str) -> list[Used]:
    """The attachments of a case, oldest first; whether the case may be seen is for the caller to say."""
    query = select(AttachmentUse.field, Attachment).join(Attachment, Attachment.id == AttachmentUse.attachment_id)
    with reading():
        rows = db.session.execute(query.where(AttachmentUse.instance_id == instance_id).order_by(Attachment.id)).all()
        return [Used(row.field, _facts(row.Attachment)) for row in rows]


def sweep_orphans() -> int:
    """Remove uploads that no case and no draft uses after a day, and files that no row names; returns how many files went."""
    _forget_unused()
    removed = 0
    for path in list(_old_files()):
        if path.parent.name == INCOMING:
            path.unlink(missing_ok=True)
            removed += 1
        else:
            removed += _take_away(path)
    return removed


def remove_unnamed(digests: Iterable[str]) -> int:
    """Remove files whose last row has just gone, without waiting for the sweep; gives how many went."""
    return sum(_take_away(_path(sha256)) for sha256 in set(digests) if _path(sha256).is_file())


def _forget_unused() -> None:
    with reading():
        old = select(Attachment.id, Attachment.uploaded_by).where(Attachment.uploaded_at < clock.now() - KEPT, _is_unused())
        found = db.session.execute(old.limit(BATCH)).all()
        drafted = _named_in_drafts({row.uploaded_by for row in found})
    unused = [row.id for row in found if row.id not in drafted]
    if not unused:
        return
    try:
        with transaction():
            db.session.execute(delete(Attachment).where(Attachment.id.in_(unused), _is_unused()))
    except IntegrityError:
        # A case has just taken one of them into use; the next sweep looks again.
        return


def _is_unused() -> ColumnElement[bool]:
    return ~exists().where(AttachmentUse.attachment_id == Attachment.id)


def _named_in_drafts(logins: set[str]) -> set[str]:
    found: set[str] = set()
    for variables in db.session.scalars(select(Draft.variables).where(Draft.login.in_(logins))):
        found.update(_texts_in(variables))
    return found


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(inner)


def _old_files() -> Iterator[Path]:
    limit = (clock.now() - KEPT).timestamp()
    for path in _folder().glob("*/*"):
        try:
            if path.is_file() and path.stat().st_mtime < limit:
                yield path
        except FileNotFoundError:
            continue


def _take_away(path: Path) -> int:
    """Remove a file that no row names. It is moved aside first and the rows are asked again: an upload of the same bytes that
    came between puts it back, here or there."""
    sha256 = path.parent.name + path.name
    if _is_named(sha256):
        return 0
    aside = _new_draft()
    path.replace(aside)
    if _is_named(sha256):
        aside.replace(path)
        return 0
    aside.unlink()
    return 1


def _is_named(sha256: str) -> bool:
    with reading():
        return db.session.scalar(select(Attachment.id).where(Attachment.sha256 == sha256).limit(1)) is not None
