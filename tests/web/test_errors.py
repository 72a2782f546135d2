"""Every refusal and failure becomes one kind of answer: a problem document for programs, a page for people."""

import errno
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import default_exceptions

from engine import values
from processes import errors
from tests.web.conftest import json_of
from web.access import public

KEYS = {"type", "title", "status", "code", "detail", "request_id"}


@pytest.fixture
def raising(app: Flask) -> Callable[..., Any]:
    """Calls an address whose view raises what is given; /api/v1/fails for programs, /fails for people."""
    pending: list[Exception] = []

    @public
    def fails() -> None:
        raise pending.pop()

    for path in ("/api/v1/fails", "/fails"):
        app.add_url_rule(path, path, fails)

    def call(problem: Exception, path: str = "/api/v1/fails", **headers: str) -> Any:
        pending.append(problem)
        return app.test_client().get(path, headers=headers)

    return call


REFUSALS = [
    (errors.NotFound("user_task_not_found"), 404),
    (errors.NotAllowed("not_a_candidate"), 403),
    (errors.Conflict("stale_revision", revision=3), 409),
    (errors.Invalid("form_invalid", fields={"amount": ["请填金额。"]}), 422),
    (errors.TooLarge("file_too_large", limit_mb=5), 413),
    (errors.Unavailable("database_unavailable"), 503),
    (errors.Unavailable("too_many_sign_ins", retry_after=77, minutes=15), 429),
    (errors.Refused("of_no_kind"), 409),
    (values.ValueRefused("too large"), 422),
]


def test_a_refusal_has_the_status_of_its_kind(raising: Callable[..., Any]) -> None:
    for problem, status in REFUSALS:
        answer = raising(problem)
        document = json_of(answer)
        assert answer.status_code == document["status"] == status, problem
        assert answer.content_type == "application/problem+json"
        assert set(document) >= KEYS
        assert document["code"] == getattr(problem, "code", "value_refused")


def test_a_refusal_to_try_again_later_says_when(raising: Callable[..., Any]) -> None:
    assert raising(errors.Unavailable("too_many_sign_ins", retry_after=77, minutes=15)).headers["Retry-After"] == "77"
    assert int(raising(errors.Unavailable("database_unavailable")).headers["Retry-After"]) > 0


def test_words_follow_accept_language_and_are_chinese_without(raising: Callable[..., Any]) -> None:
    assert json_of(raising(errors.NotFound("user_task_not_found")))["title"] == "没有找到"
    assert json_of(raising(errors.NotFound("user_task_not_found"), **{"Accept-Language": "en-GB,en;q=0.8"}))["title"] == "Not found"
    assert json_of(raising(errors.NotFound("user_task_not_found"), **{"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}))["title"] == "没有找到"
    assert json_of(raising(errors.NotFound("user_task_not_found"), **{"Accept-Language": "fr"}))["title"] == "没有找到"


def test_fields_are_told_by_name(raising: Callable[..., Any]) -> None:
    document = json_of(raising(errors.Invalid("form_invalid", fields={"amount": ["请填金额。"]})))
    assert document["fields"] == {"amount": ["请填金额。"]}


def test_a_busy_database_is_503_with_retry_after(raising: Callable[..., Any]) -> None:
    answer = raising(OperationalError("UPDATE …", {}, Exception("database is locked")))
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_a_full_disk_is_503(raising: Callable[..., Any]) -> None:
    assert raising(OSError(errno.ENOSPC, "No space left on device")).status_code == 503


def test_a_fault_of_ours_is_logged_with_its_request_and_says_nothing_of_itself(
    raising: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = raising(RuntimeError("secret of the inside"))
    document = json_of(answer)
    assert answer.status_code == 500
    assert "secret" not in answer.get_data(as_text=True)
    assert document["request_id"] in caplog.text
    assert answer.headers["X-Request-ID"] == document["request_id"]


def test_people_get_a_page(raising: Callable[..., Any]) -> None:
    answer = raising(errors.NotFound("user_task_not_found"), path="/fails", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "没有找到" in answer.get_data(as_text=True)


def test_programs_that_ask_a_page_for_json_get_a_problem(raising: Callable[..., Any]) -> None:
    assert raising(errors.NotFound("x"), path="/fails", Accept="application/json").mimetype == "application/problem+json"


def test_values_in_a_page_are_escaped(raising: Callable[..., Any]) -> None:
    problem = errors.Invalid("unknown_account_role", roles=["<script>"], known=[])
    assert "<script>" not in raising(problem, path="/fails").get_data(as_text=True)


def test_http_errors_are_problems_too(raising: Callable[..., Any]) -> None:
    for status in (400, 404, 405, 406, 411, 413, 414, 415, 416, 428, 429, 431):
        answer = raising(default_exceptions[status]())
        document = json_of(answer)
        assert document["status"] == answer.status_code == status
        assert document["code"] != "internal_error"


def test_an_unknown_address_and_a_wrong_method_are_problems(app: Flask) -> None:
    missing = app.test_client().get("/api/v1/nothing-here")
    assert (missing.status_code, json_of(missing)["code"]) == (404, "not_found")
    wrong = app.test_client().delete("/healthz")
    assert (wrong.status_code, json_of(wrong)["code"]) == (405, "method_not_allowed")
    assert "GET" in wrong.headers["Allow"]


def test_nothing_in_the_environment_switches_debugging_on(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert make_app().debug is False
