"""Holds every answer of the API that a test gets to what the OpenAPI document says about it: the status, and the keys."""

from typing import Any

from flask import Flask
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from engine import values
from web import openapi, operations

PROBLEM_KEYS = {"type", "title", "status", "code", "detail", "request_id"}


def check(app: Flask, method: str, path: str, answer: TestResponse) -> None:
    """Fail unless the answer is documented; addresses that are no operation are left alone."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(f"/api/v1{path.partition('?')[0]}", method="GET" if method == "HEAD" else method)
    except HTTPException:
        return
    about = operations.of_view(app.view_functions[endpoint])
    if about is None or method in ("HEAD", "OPTIONS"):
        return
    assert answer.status_code in {*about.statuses, *openapi.refusals_of(about)}, (method, path, answer.status_code, answer.text)
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"
        assert set(values.loads(answer.get_data())) - {"fields", "findings"} == PROBLEM_KEYS
    elif about.answer is not None:
        assert answer.content_type == "application/json"
        _check_keys(about.answer(), values.loads(answer.get_data()), path)


def _check_keys(schema: Schema, document: Any, path: str) -> None:
    assert set(document) == set(schema.fields), (path, set(document) ^ set(schema.fields))
    for name, field in schema.fields.items():
        _check_field(field, document[name], f"{path} {name}")


def _check_field(field: Any, value: Any, path: str) -> None:
    if value is None:
        assert field.allow_none, path
    elif isinstance(field, fields.Nested):
        _check_keys(field.schema, value, path)
    elif isinstance(field, fields.List):
        for inner in value:
            _check_field(field.inner, inner, path)
    elif isinstance(field, fields.Integer):
        assert isinstance(value, int), path
    elif isinstance(field, fields.String):
        assert isinstance(value, str), path
        allowed = field.metadata.get("enum")
        assert allowed is None or value in allowed, (path, value)
