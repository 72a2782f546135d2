"""JSON over HTTP: numbers keep their decimals on the way in and out, and nothing but values of variables gets in."""

import json
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

    Raises MalformedJson (400), RequestEntityTooLarge (413), UnsupportedMediaType (415), NotAnObject and values.TooLarge (422).
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
        json.loads(data, object_pairs_hook=_once_each, parse_float=str, parse_int=str)
    except values.TooLarge:
        raise
    except RecursionError as problem:
        raise values.TooLarge("nested too deeply") from problem
    except values.ValueRefused as problem:
        raise MalformedJson(str(problem)) from problem
    return document


def _once_each(pairs: list[tuple[str, Any]]) -> None:
    """Refuse an object that names something twice: whoever reads the other of the two would see another request."""
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        repeated = next(name for name in names if names.count(name) > 1)
        raise values.ValueRefused(f"“{repeated[:50]}” is given twice")


def answer(document: Any, status: int = 200, *, media_type: str = MEDIA_TYPE) -> Response:
    """A response with `document` as JSON."""
    return Response(values.dumps(document), status=status, content_type=media_type)
