"""Downloads of attachments for the pages."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from processes import attachments
from web import downloads
from web.access import signed_in
from web.auth import current_actor

blueprint = Blueprint("files", __name__)


@blueprint.get("/files/<attachment_id>")
@signed_in
def download(attachment_id: str) -> ResponseReturnValue:
    """An attachment, always as a download."""
    opened = attachments.open_for(attachment_id, current_actor())
    facts = opened.facts
    return downloads.answer(opened.path, name=facts.name, size=facts.size, media_type=facts.media_type)
