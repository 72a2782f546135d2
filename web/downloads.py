"""Files that somebody uploaded, on their way back: always a download, never shown or run by the browser."""

import re
from typing import BinaryIO
from urllib.parse import quote

from flask import Response, request
from werkzeug.wsgi import wrap_file

#: nothing in the file may do anything, should a browser show it all the same
POLICY = "default-src 'none'; sandbox"
_UNSAFE_FALLBACK = re.compile(r"[^A-Za-z0-9._-]+")


def disposition(name: str) -> str:
    """Content-Disposition of a download by RFC 6266: a plain name for old clients, the true one for all others."""
    stem, dot, extension = name.rpartition(".")
    plain = _UNSAFE_FALLBACK.sub("_", stem if dot else name).strip("._") or "file"
    plain_extension = _UNSAFE_FALLBACK.sub("", extension) if dot else ""
    fallback = f"{plain}.{plain_extension}" if plain_extension else plain
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"


def answer(stream: BinaryIO, *, name: str, size: int, media_type: str) -> Response:
    """A response that streams the file and closes it."""
    response = Response(wrap_file(request.environ, stream), content_type=media_type, direct_passthrough=True)
    response.content_length = size
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
