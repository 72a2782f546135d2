"""JSON over HTTP: numbers keep their decimals on the way in and out, and nothing but values of variables gets in."""

from typing import Any

from flask import Response, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

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

    Raises MalformedJson (400), RequestEntityTooLarge (413), UnsupportedMediaType (415) and NotAnObject (422).
    """
    data = _all_data()
    if not data.strip():
        return {}
    if request.mimetype in _FORM_TYPES:
        raise UnsupportedMediaType
    document = _read(data)
    if not isinstance(document, dict):
        raise NotAnObject
    return document


def _all_data() -> bytes:
    """The whole body. One without a stated length is read up to the limit of its route; where more may follow, it is too large."""
    data = request.get_data(cache=False)
    if request.content_length is None and request.max_content_length is not None and len(data) >= request.max_content_length:
        raise RequestEntityTooLarge
    return data


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
