"""Pictures of signatures (签名图片): one a person, stamped onto decisions; an old one stays for the decisions that bear it."""

import hashlib
import struct
from typing import Any

from sqlalchemy import CursorResult, delete, select, update

from processes import acts, clock, ids
from processes.actors import Actor
from processes.db import db, transaction
from processes.errors import Invalid, TooLarge
from processes.locked_task import LockedTask
from processes.models import Person, Signature
from processes.projections.work import Event

MAX_BYTES = 200 * 1024
MAX_SIDE = 2_000
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
#: JPEG segments that hold the size of the picture: all frames but the tables between them
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def keep(content: bytes, *, actor: Actor) -> str:
    """Make a picture the actor's signature from now on; returns its SHA-256. Raises what `check` raises."""
    media_type = check(content)
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction():
        known = db.session.scalar(select(Signature.id).where(Signature.sha256 == sha256, Signature.login == actor.login))
        if known is None:
            row = Signature(
                id=ids.new_id(), login=actor.login, sha256=sha256, media_type=media_type, content=content, uploaded_at=clock.now()
            )
            db.session.add(row)
        db.session.execute(update(Person).where(Person.login == actor.login).values(signature=sha256))
        acts.record("signature_kept", actor.login, actor=actor, details={"sha256": sha256})
    return sha256


def check(content: bytes) -> str:
    """The media type of a picture that may be a signature, told by its head alone: nothing is unpacked that could be of any size.

    Raises TooLarge("signature_too_large"), Invalid("signature_refused") for what is no PNG or JPEG of at most 2,000 by 2,000.
    """
    if len(content) > MAX_BYTES:
        raise TooLarge("signature_too_large", limit_kb=MAX_BYTES // 1024)
    media_type, size = _looked_at(content)
    if size is None or not all(0 < side <= MAX_SIDE for side in size):
        raise Invalid("signature_refused", limit=MAX_SIDE)
    return media_type


def drop(*, actor: Actor) -> None:
    """Decide without a picture from now on; one that no decision bears goes."""
    with transaction():
        db.session.execute(update(Person).where(Person.login == actor.login).values(signature=None))
        used = select(Signature.id).where(Signature.login == actor.login, Signature.stamped.is_(False))
        db.session.execute(delete(Signature).where(Signature.id.in_(used)))
        acts.record("signature_dropped", actor.login, actor=actor)


def stamp(held: LockedTask, actor: Actor) -> list[Event]:
    """What a decision says of the picture that it bears: its digest, covered by the step's hash; nothing where the actor has none.

    A picture that was dropped since the actor came in is borne by nothing: no sheet could show it.
    """
    if actor.signature is None:
        return []
    mine = (Signature.sha256 == actor.signature, Signature.login == actor.login)
    done: Any = db.session.execute(update(Signature).where(*mine).values(stamped=True))
    result: CursorResult[Any] = done
    return [held.event("signature_stamped", sha256=actor.signature, login=actor.login)] if result.rowcount else []


def _looked_at(content: bytes) -> tuple[str, tuple[int, int] | None]:
    """Media type and size of a picture, from its head; no size for what is neither PNG nor JPEG."""
    if content.startswith(_PNG) and content[12:16] == b"IHDR" and len(content) >= 24:
        return "image/png", struct.unpack(">II", content[16:24])
    if content.startswith(_JPEG):
        return "image/jpeg", _size_of_jpeg(content)
    return "", None


def _size_of_jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        length = struct.unpack(">H", content[at + 2 : at + 4])[0]
        if content[at + 1] in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
