"""A POST that carries an Idempotency-Key is carried out once; sent again, it gets the first answer (CONTRACT 4)."""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, request

from engine import values
from processes import idempotency
from web import json
from web.auth import current_actor

HEADER = "Idempotency-Key"
_ATTEMPTS = 5
_MAX_PATH = 300
_CHUNK = 1024 * 1024


def answered(carry_out: Callable[[], Response], body: Any) -> Response:
    """The answer of `carry_out`, or the first answer when the request, with its key, came before."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return carry_out()
    digest = _digest(body)
    for _ in range(_ATTEMPTS - 1):
        try:
            return _attempt(carry_out, key, digest)
        except idempotency.Twin:
            # A twin of this request has just been carried out: its answer is there now.
            continue
    return _attempt(carry_out, key, digest)


def _attempt(carry_out: Callable[[], Response], key: str, digest: str) -> Response:
    try:
        first = idempotency.begin(current_actor().login, _path(), key, digest)
        if first is not None:
            return Response(first.body, status=first.status, content_type=json.MEDIA_TYPE)
        response = carry_out()
        idempotency.finish(response.status_code, response.get_data(as_text=True))
        return response
    finally:
        idempotency.end()


def _path() -> str:
    if len(request.path) <= _MAX_PATH:
        return request.path
    return hashlib.sha256(request.path.encode()).hexdigest()


def _digest(body: Any) -> str:
    """A digest of what was sent: the document, or the parts of a form, whatever boundary divides them."""
    digest = hashlib.sha256(values.dumps(body))
    for name, texts in sorted(request.form.lists()):
        digest.update(values.dumps([name, texts]))
    for name, files in sorted(request.files.lists()):
        for file in files:
            digest.update(values.dumps([name, file.filename]))
            while chunk := file.stream.read(_CHUNK):
                digest.update(chunk)
            file.stream.seek(0)
    return digest.hexdigest()
