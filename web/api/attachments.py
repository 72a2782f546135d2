"""Attachments (附件): files that belong to cases."""

from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, request
from marshmallow import fields

from processes import attachments, settings
from web import downloads
from web.access import signed_in
from web.auth import current_actor
from web.fields import Answer
from web.operations import operation
from web.problems import Stop

blueprint = Blueprint("api_attachments", __name__)
MB = 1024 * 1024
UPLOAD = {"file": {"type": "string", "format": "binary"}}


class AttachmentAnswer(Answer):
    """A stored file."""

    id = fields.String()
    name = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    media_type = fields.String()


def _largest() -> int:
    return settings.current().attachments.max_request_mb * MB


@blueprint.post("/attachments")
@signed_in
@operation("Upload a file", upload=UPLOAD, answer=AttachmentAnswer, statuses=(201,), refuses=(413, 422), max_bytes=_largest)
def create() -> Any:
    """Store the file under a safe name; it belongs to a case as soon as a form names its id."""
    if request.mimetype != "multipart/form-data":
        raise Stop(415, "not_multipart")
    posted = request.files.getlist("file")
    if len(posted) != 1:
        raise Stop(422, "no_files", fields={"file": ["Given more than once." if posted else "Missing data for required field."]})
    file = posted[0]
    return attachments.store(cast(BinaryIO, file.stream), file.filename or "", file.mimetype, actor=current_actor())


@blueprint.get("/attachments/<attachment_id>")
@signed_in
@operation("Download a file", media_type="application/octet-stream", refuses=(404,))
def download(attachment_id: str) -> Response:
    """The bytes, always as a download: a browser never shows or runs what somebody uploaded."""
    opened = attachments.open_for(attachment_id, current_actor())
    facts = opened.facts
    return downloads.answer(opened.path, name=facts.name, size=facts.size, media_type=facts.media_type)
