"""What a JSON body may be, before any schema looks at it."""

from typing import Any

import pytest
from flask import Flask

from tests.web.conftest import json_of
from web import json as web_json
from web.access import public

REFUSED = [
    (b"{", 400),
    (b"nothing", 400),
    (b"\xff\xfe", 400),
    (b'{"a": "\xff"}', 400),
    (b'{"a": NaN}', 400),
    (b'{"a": Infinity}', 400),
    (b'{"a": 1e999}', 400),
    (b'{"a": ' + b"9" * 5000 + b"}", 400),
    (b'{"a": "\\u0000"}', 400),
    (b'{"a\\u0000": 1}', 400),
    (b'{"a": "\\ud800"}', 400),
    (b'{"a": 1, "a": 2}', 400),
    (b'{"a": {"b": 1, "\\u0062": 2}}', 400),
    (b"[]", 422),
    (b"null", 422),
    (b'"text"', 422),
    (b"5", 422),
]


@pytest.fixture
def echo(app: Flask) -> Flask:
    """An application that gives back the body that it got."""
    app.add_url_rule("/api/v1/echo", "echo", public(lambda: web_json.answer(web_json.body())), methods=["PUT"])
    app.before_request_funcs[None] = []
    return app


def _put(app: Flask, body: bytes, content_type: str | None = "application/json") -> Any:
    return app.test_client().put("/api/v1/echo", data=body, content_type=content_type)


def test_what_is_no_object_of_storable_values_is_refused(echo: Flask) -> None:
    for body, status in REFUSED:
        answer = _put(echo, body)
        assert answer.status_code == status, body[:60]
        assert json_of(answer)["code"] == ("malformed_json" if status == 400 else "not_an_object"), body[:60]


def test_numbers_keep_their_decimals_and_text_its_letters(echo: Flask) -> None:
    body = '{"a":10.50,"b":12345678901234567890123,"c":"𠮷😀","d":null,"e":{"f":[1,2.0]}}'
    assert _put(echo, body.encode()).get_data(as_text=True) == body


def test_no_body_is_an_empty_object(echo: Flask) -> None:
    assert json_of(_put(echo, b"", None)) == {}
    assert json_of(_put(echo, b"  ", "application/json")) == {}


def test_what_is_too_deep_or_too_much_is_refused_as_such(echo: Flask) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    for value in (b"[" * 30 + b"]" * 30, deep, b"[" + b"1," * 200_000 + b"1]"):
        answer = _put(echo, b'{"a": ' + value + b"}")
        assert (answer.status_code, json_of(answer)["code"]) == (422, "value_too_large"), value[:10]
    assert _put(echo, b'{"a": ' + deep + b', "a": 1}').status_code == 422


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_json_under_another_name_is_refused(echo: Flask, content_type: str) -> None:
    assert _put(echo, b'{"a": 1}', content_type).status_code == 415
