"""CSRF, headers, hosts, sizes: what protects every route, whichever it is."""

import io
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.web.conftest import Api, json_of
from tests.web.test_auth import csrf_of, person, sign_in
from web import access

__all__ = ["person"]
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def unsafe_routes(app: Flask) -> list[tuple[str, str]]:
    """Method and path of every unsafe route, from the URL map."""
    return [(method, path_of(rule)) for rule in app.url_map.iter_rules() for method in sorted((rule.methods or set()) & UNSAFE)]


def path_of(rule: Rule) -> str:
    """A path that the rule matches."""
    parts = {name: "1" if type(rule._converters[name]).__name__ == "IntegerConverter" else "x" for name in rule.arguments}
    _, path = rule.build(parts) or ("", "")
    return path


def test_every_unsafe_route_refuses_a_session_without_its_token(app: Flask, person: str) -> None:
    client = app.test_client()
    assert sign_in(client, person) == 303
    for method, path in unsafe_routes(app):
        for headers in ({}, {"X-CSRFToken": "wrong"}, {"X-CSRFToken": ""}, {"X-CSRFToken": "Ã©"}):
            answer = client.open(path, method=method, headers={**headers, "Accept": "application/json"})
            assert (answer.status_code, json_of(answer)["code"]) == (403, "csrf_refused"), (method, path)


def test_a_form_post_that_claims_to_be_json_or_text_is_refused_too(app: Flask, person: str) -> None:
    client = app.test_client()
    sign_in(client, person)
    for content_type in ("text/plain", "application/json", "application/x-www-form-urlencoded"):
        answer = client.post("/api/v1/process-instances", data=b'{"definition_key": "x"}', content_type=content_type)
        assert json_of(answer)["code"] == "csrf_refused"


def test_the_right_token_opens_the_route(app: Flask, person: str) -> None:
    client = app.test_client()
    sign_in(client, person)
    token = csrf_of(app, client)
    answer = client.post("/api/v1/process-instances", json={"definition_key": "nothing"}, headers={"X-CSRFToken": token})
    assert answer.status_code == 404


def test_the_token_of_another_session_is_refused(app: Flask, person: str, account: Callable[..., Api]) -> None:
    account("zhaolei", "clerk", password="Changjiang-2026")
    mine, others = app.test_client(), app.test_client()
    sign_in(mine, person)
    sign_in(others, "zhaolei")
    answer = mine.post("/api/v1/user-tasks/x/claim", headers={"X-CSRFToken": csrf_of(app, others)})
    assert json_of(answer)["code"] == "csrf_refused"


def test_signing_in_needs_the_token_of_its_own_page(app: Flask, person: str) -> None:
    answer = app.test_client().post("/sign-in", data={"login": person, "password": "Changjiang-2026"})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers or "banjie_session" not in answer.headers["Set-Cookie"]


def test_a_form_of_an_earlier_sign_in_comes_along_to_a_new_one(app: Flask, person: str) -> None:
    client = app.test_client()
    sign_in(client, person)
    stale = csrf_of(app, client)
    sign_in(client, person)
    answer = client.post("/tasks/nothing", data={"csrf_token": stale, "opinion": "写了很久的意见"})
    assert answer.status_code == 403
    assert "写了很久的意见" in answer.text
    assert 'value="look"' in answer.text


def test_a_bearer_token_needs_no_csrf_token(clerk: Api) -> None:
    assert clerk.post("/user-tasks/x/claim").status_code == 404


def test_every_answer_carries_the_headers(app: Flask) -> None:
    for path in ("/healthz", "/sign-in", "/api/v1/me", "/nothing-here", "/api/v1/nothing-here"):
        headers = app.test_client().get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["Cache-Control"] == "no-store", path
        assert "Strict-Transport-Security" not in headers, path
        assert headers["X-Request-ID"], path


def test_over_https_browsers_are_told_to_stay_there(app: Flask) -> None:
    assert "Strict-Transport-Security" in app.test_client().get("/healthz", base_url="https://localhost").headers


def test_only_the_allowed_hosts_are_answered(make_app: Callable[..., Flask]) -> None:
    client = make_app(WEB__ALLOWED_HOSTS="oa.example.cn").test_client()
    assert client.get("/healthz", base_url="http://oa.example.cn").status_code == 200
    for path in ("/healthz", "/api/v1/me", "/sign-in"):
        assert client.get(path, base_url="http://evil.example.com").status_code == 400
    document = json_of(client.get("/api/v1/me", base_url="http://evil.example.com"))
    assert document["code"] == "host_not_allowed"


def test_a_route_without_a_rule_stops_the_start(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
    with pytest.raises(access.NoRule, match="forgotten"):
        access.require_rules(app)


def test_a_route_without_a_rule_that_came_later_is_closed(app: Flask) -> None:
    app.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "open to all")
    assert app.test_client().get("/api/v1/forgotten").status_code == 403


def test_a_body_over_the_limit_of_its_route_is_413(clerk: Api) -> None:
    answer = clerk.post("/process-instances", data=b" " * (5 * 1024 * 1024), content_type="application/json")
    assert (answer.status_code, json_of(answer)["code"]) == (413, "body_too_large")


def test_a_body_without_a_length_is_413_when_it_goes_on_too_long(clerk: Api) -> None:
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    stream = io.BytesIO(b'{"definition_key": "x"}' + b" " * (5 * 1024 * 1024))
    headers = {**clerk.headers, "Content-Type": "application/json"}
    answer = clerk.client.post("/api/v1/process-instances", input_stream=stream, headers=headers, environ_overrides=environ)
    assert (answer.status_code, json_of(answer)["code"]) == (413, "body_too_large")
    short = io.BytesIO(b'{"definition_key": "x"}')
    assert clerk.client.post("/api/v1/process-instances", input_stream=short, headers=headers, environ_overrides=environ).status_code == 404


def test_options_says_the_methods_and_nothing_else(nobody: Api) -> None:
    answer = nobody.call("OPTIONS", "/user-tasks")
    assert answer.status_code == 200
    assert {"GET", "HEAD"} <= set(answer.headers["Allow"].replace(" ", "").split(","))
    assert answer.get_data() == b""


def test_head_is_get_without_a_body(clerk: Api) -> None:
    answer = clerk.call("HEAD", "/me")
    assert answer.status_code == 200
    assert answer.get_data() == b""


def test_a_path_with_a_nul_is_404(clerk: Api) -> None:
    for path in ("/user-tasks/a%00b", "/process-instances/%00/history", "/attachments/%00", "/process-definitions/%00/bpmn"):
        assert clerk.get(path).status_code == 404
