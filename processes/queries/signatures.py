"""Pictures of signatures, to look at."""

from typing import Any

from sqlalchemy import select

from processes.actors import Actor
from processes.db import db, reading
from processes.errors import NotFound
from processes.models import Signature
from processes.queries import history

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}


def content(sha256: str) -> bytes:
    """The picture with these bytes; raises NotFound."""
    return bytes(_row(sha256).content)


def ending(sha256: str) -> str:
    """The extension of a file with the picture: png or jpg; raises NotFound."""
    return _ENDINGS[_row(sha256).media_type]


def own(actor: Actor) -> tuple[bytes, str] | None:
    """The actor's present picture with its media type."""
    if actor.signature is None:
        return None
    row = _row(actor.signature)
    return bytes(row.content), row.media_type


def of_case(instance_id: str, sha256: str, actor: Actor) -> tuple[bytes, str]:
    """A picture that a decision of a case bears, with its media type; raises NotFound, also where the actor may not see the case."""
    events = (event for step in history.steps(instance_id, actor) for event in step["events"])
    if not any(event["type"] == "signature_stamped" and event["details"]["sha256"] == sha256 for event in events):
        raise NotFound("signature_not_found")
    row = _row(sha256)
    return bytes(row.content), row.media_type


def _row(sha256: str) -> Any:
    with reading():
        row = db.session.scalar(select(Signature).where(Signature.sha256 == sha256).order_by(Signature.id).limit(1))
    if row is None:
        raise NotFound("signature_not_found")
    return row
