"""What somebody had typed when the session ended: carried through the sign-in page and brought back as a draft."""

import json
from dataclasses import dataclass

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from processes import drafts
from processes.errors import Refused
from processes.people import directory
from web.pages import formdata

MAX_TEXT = 200_000
NEVER_KEPT = frozenset({"csrf_token", "password", "old", "new", "again", "kept"})


@dataclass(frozen=True)
class Kept:
    """A posted form: its address and its fields, as JSON text that the sign-in page carries."""

    text: str
    files: bool


def from_request() -> Kept | None:
    """The form of this request, when it is one that can be kept: of a start or a user task."""
    if request.endpoint not in ("tasks.show", "tasks.send", "starts.form", "starts.send"):
        return None
    pairs = [[name, value] for name, value in request.form.items(multi=True) if name not in NEVER_KEPT]
    document = {"endpoint": request.endpoint, "args": dict(request.view_args or {}), "query": request.args.to_dict(), "pairs": pairs}
    text = json.dumps(document, ensure_ascii=False)
    return Kept(text, any(file.filename for file in request.files.values())) if len(text) <= MAX_TEXT else None


def from_text(text: str | None) -> Kept | None:
    """What the sign-in page carried, to carry on after a wrong password."""
    return Kept(text, False) if text and len(text) <= MAX_TEXT else None


def restore(text: str | None, login: str) -> str | None:
    """Save what was carried as a draft of `login` and give the address of its form; None where there is nothing to restore."""
    if not text or len(text) > MAX_TEXT:
        return None
    try:
        document = json.loads(text)
        posted = MultiDict((str(name), str(value)) for name, value in document["pairs"])
        args = {str(name): str(value) for name, value in document["args"].items()}
        query = {str(name): str(value) for name, value in document["query"].items()}
        actor = directory.actor(login, via="session")
        subject, values = formdata.draft_of(str(document["endpoint"]), args, query, posted, actor)
    except (ValueError, KeyError, TypeError, AttributeError, Refused):
        return None
    drafts.save(subject, values, actor=actor)
    endpoint = "tasks.show" if str(document["endpoint"]).startswith("tasks.") else "starts.form"
    return url_for(endpoint, **{**args, **query})  # type: ignore[arg-type]
