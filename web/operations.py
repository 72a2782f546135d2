"""What a route of the API takes and gives, said once: it parses the request, makes the answer, and writes the OpenAPI document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any

from flask import Response, request
from marshmallow import Schema, ValidationError

from web import json, once
from web.fields import Empty
from web.problems import Stop, flat

#: largest JSON body, in bytes
JSON_BYTES = 4 * 1024 * 1024
#: query parameters that every address takes
COMMON_PARAMETERS = frozenset({"lang"})
_ATTRIBUTE = "operation"

View = Callable[..., Any]


@dataclass(frozen=True)
class Operation:
    """The description of one method of one address."""

    summary: str
    query: type[Schema] | None = None
    body: type[Schema] | None = None
    #: parts of a multipart body by name -> JSON schema
    upload: Mapping[str, Any] | None = None
    answer: type[Schema] | None = None
    #: media type of the answer where it is no JSON
    media_type: str | None = None
    #: statuses of success, the usual one first
    statuses: tuple[int, ...] = (200,)
    refuses: tuple[int, ...] = ()
    #: largest body in bytes; where settings say how large, a function
    max_bytes: int | Callable[[], int] = field(default=JSON_BYTES)


def operation(summary: str, **described: Any) -> Callable[[View], View]:
    """Describe a view. It gets `query` and `body` as loaded by their schemas, and gives back what the answer schema dumps.

    A view may also give `(document, status)` or a whole Response. A POST with an Idempotency-Key is carried out once.
    """
    about = Operation(summary, **described)

    def decorate(view: View) -> View:
        @wraps(view)
        def run(**arguments: Any) -> Response:
            _check_path(arguments)
            arguments |= _arguments(about)
            return once.answered(lambda: _answer(about, view(**arguments)), arguments.get("body"))

        setattr(run, _ATTRIBUTE, about)
        return run

    return decorate


def of_view(view: View | None) -> Operation | None:
    """The description of a view, or None where it is no part of the API."""
    return getattr(view, _ATTRIBUTE, None)


def _check_path(parts: Mapping[str, Any]) -> None:
    """No row has a NUL in its id, and not every database lets one ask."""
    if any("\x00" in str(part) for part in parts.values()):
        raise Stop(404, "not_found")


def _arguments(about: Operation) -> dict[str, Any]:
    loaded = query(about.query or Empty)
    arguments = {"query": loaded} if about.query else {}
    if about.body:
        arguments["body"] = _made(about.body).load(json.body())
    return arguments


def query(schema: type[Schema]) -> dict[str, Any]:
    """The query parameters as `schema` loads them, empty ones left out; Stop (422) when one is unknown, wrong, or given twice."""
    given = {name: texts for name, texts in request.args.lists() if name not in COMMON_PARAMETERS}
    twice = {name: ["Given more than once."] for name, texts in given.items() if len(texts) > 1}
    if twice:
        raise Stop(422, "invalid_query", fields=twice)
    known = _made(schema).fields
    unknown = {name: ["Unknown parameter."] for name in given if name not in known}
    try:
        loaded: dict[str, Any] = _made(schema).load({name: text for name, (text,) in given.items() if name in known and text})
    except ValidationError as problem:
        raise Stop(422, "invalid_query", fields={**flat(problem.messages), **unknown}) from problem
    if unknown:
        raise Stop(422, "invalid_query", fields=unknown)
    return loaded


def _answer(about: Operation, given: Any) -> Response:
    if isinstance(given, Response):
        return given
    document, status = given if isinstance(given, tuple) else (given, about.statuses[0])
    return json.answer(_made(about.answer).dump(document) if about.answer else document, status)


@cache
def _made(schema: type[Schema]) -> Schema:
    """A schema holds nothing of a request, and making one copies all its fields."""
    return schema()
