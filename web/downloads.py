"""Files that somebody uploaded, on their way back: always a download, never shown or run by the browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from flask import Response

#: nothing in the file may do anything, should a browser show it all the same
POLICY = "default-src 'none'; sandbox"
CHUNK_BYTES = 64 * 1024
_UNSAFE_FALLBACK = re.compile(r"[^A-Za-z0-9._-]+")


def disposition(name: str) -> str:
    """Content-Disposition of a download by RFC 6266: a plain name for old clients, the true one for all others."""
    stem, dot, extension = name.rpartition(".")
    plain = _UNSAFE_FALLBACK.sub("_", stem if dot else name).strip("._") or "file"
    plain_extension = _UNSAFE_FALLBACK.sub("", extension) if dot else ""
    fallback = f"{plain}.{plain_extension}" if plain_extension else plain
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"


def answer(path: Path, *, name: str, size: int, media_type: str) -> Response:
    """A response that streams the file."""
    response = Response(_read(path), content_type=media_type)
    response.content_length = size
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
