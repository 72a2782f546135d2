"""JSON over HTTP: numbers keep their decimals on the way in and out, and nothing but values of variables gets in."""

from typing import Any

from flask import Response, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from engine import values

MEDIA_TYPE = "application/json"
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "text/html", "application/xml", "text/xml")


class MalformedJson(BadRequest):
    """The body is no JSON, or holds what no variable may have (NaN, a NUL, a number of 5,000 digits); the values say what."""

    code_word = "malformed_json"


class NotAnObject(ValueError):
    """The body is JSON, but no object."""


def body() -> dict[str, Any]:
    """The JSON object of the request's body; {} where there is no body.

    Raises MalformedJson (400), NotAnObject (422) and UnsupportedMediaType (415).
    """
    data = request.get_data(cache=False)
    if not data.strip():
        return {}
    if request.mimetype in _FORM_TYPES:
        raise UnsupportedMediaType
    document = _read(data)
    if not isinstance(document, dict):
        raise NotAnObject
    return document


def _read(data: bytes) -> Any:
    try:
        document = values.loads(data)
        values.check(document)
    except values.ValueRefused as problem:
        raise MalformedJson(str(problem)) from problem
    return document


def answer(document: Any, status: int = 200, *, media_type: str = MEDIA_TYPE) -> Response:
    """A response with `document` as JSON."""
    return Response(values.dumps(document), status=status, content_type=media_type)
