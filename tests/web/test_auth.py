"""Who calls: tokens, sessions, and what becomes of them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from processes import acts, clock
from processes.actors import SYSTEM
from processes.people import accounts, editing, tokens
from tests.web.conftest import PASSWORD, Api, json_of
from web import auth


def token_in(page: str) -> str:
    """The CSRF token of a page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found.group(1)


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD, **given: str) -> int:
    """Sign in through the page as a browser does; the status of the answer."""
    token = token_in(client.get("/sign-in").get_data(as_text=True))
    return client.post("/sign-in", data={"login": login, "password": password, "csrf_token": token, **given}).status_code


@pytest.fixture
def person(account: Callable[..., Api]) -> str:
    """A clerk with a password, beside an administrator."""
    account("guanli", "system_admin")
    account("wangfang", "clerk", password=PASSWORD)
    return "wangfang"


def csrf_of(app: Flask, client: FlaskClient) -> str:
    """The token that the client's session must send."""
    cookie = client.get_cookie(auth.COOKIE)
    assert cookie
    with app.test_request_context(headers={"Cookie": f"{auth.COOKIE}={cookie.value}"}):
        session = auth.current_session()
        assert session
        return session.secret


def test_nobody_is_401_with_a_challenge(nobody: Api) -> None:
    answer = nobody.get("/me")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert json_of(answer)["code"] == "not_signed_in"


def test_a_wrong_token_is_401(app: Flask) -> None:
    for text in (" ", "x", "bj_" + "a" * 43, "bj_" + "龙".encode().decode("latin-1") * 43, "bj_" + "a" * 5000):
        assert Api(app, text).get("/me").status_code == 401, text


def test_a_token_says_who_calls_and_how_far_it_reaches(account: Callable[..., Api]) -> None:
    me = json_of(account("jiekou", "integrator", scope=["seal_use"]).get("/me"))
    assert (me["login"], me["roles"], me["scope"]) == ("jiekou", ["integrator"], ["seal_use"])
    assert json_of(account("liming", "clerk").get("/me"))["scope"] is None


def test_a_revoked_token_and_a_disabled_account_are_401(app: Flask, account: Callable[..., Api]) -> None:
    account("guanli", "system_admin")
    revoked, disabled = account("liming", "clerk"), account("wangfang", "clerk")
    with app.app_context():
        tokens.revoke(tokens.listed("liming")[0].id, actor=SYSTEM)
        editing.set_active("wangfang", False, actor=SYSTEM)
    assert revoked.get("/me").status_code == disabled.get("/me").status_code == 401


def test_roles_are_read_again_for_each_request(app: Flask, account: Callable[..., Api]) -> None:
    account("guanli", "system_admin")
    account("anquan", "security_admin")
    caller = account("liming", "operator")
    assert caller.get("/jobs").status_code == 200
    with app.app_context():
        accounts.set_roles("liming", ["clerk"], actor=SYSTEM)
    assert caller.get("/jobs").status_code == 403


def test_a_refused_role_is_on_record(app: Flask, clerk: Api) -> None:
    assert clerk.get("/jobs").status_code == 403
    with app.app_context():
        last = acts.page(limit=1)[0]
    assert (last.actor, last.kind, last.subject, last.allowed) == ("liming", "route", "GET /api/v1/jobs", False)


def test_signing_in_gives_a_session_that_calls_the_api(app: Flask, person: str) -> None:
    client = app.test_client()
    assert sign_in(client, person) == 303
    cookie = client.get_cookie(auth.COOKIE)
    assert cookie
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.path == "/"
    assert json_of(client.get("/api/v1/me"))["login"] == person


def test_the_session_cookie_is_made_for_https_and_the_base_path_when_set(make_app: Callable[..., Flask], person: str) -> None:
    app = make_app(WEB__SECURE_COOKIE="true", WEB__BASE_PATH="/oa")
    client = app.test_client()
    page = client.get("/oa/sign-in", base_url="https://localhost").get_data(as_text=True)
    data = {"login": person, "password": PASSWORD, "csrf_token": token_in(page)}
    answer = client.post("/oa/sign-in", data=data, base_url="https://localhost")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/oa/")
    kept = [value for value in answer.headers.getlist("Set-Cookie") if value.startswith(auth.COOKIE)]
    assert "Secure" in kept[0]
    assert "Path=/oa" in kept[0]


def test_a_wrong_password_and_an_unknown_login_are_told_alike(app: Flask, person: str) -> None:
    for login in (person, "nobody-of-that-name"):
        client = app.test_client()
        assert sign_in(client, login, "wrong-Password-1") == 403
        assert client.get_cookie(auth.COOKIE) is None


def test_too_many_failed_sign_ins_are_429_and_then_the_right_one_too(app: Flask, person: str) -> None:
    client = app.test_client()
    for _ in range(5):
        assert sign_in(client, person, "wrong-Password-1") == 403
    assert sign_in(client, person) == 429
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert sign_in(client, person) == 303


def test_signing_in_makes_a_new_session_whatever_the_browser_sent(app: Flask, person: str) -> None:
    client = app.test_client()
    client.set_cookie(auth.COOKIE, "a" * 43)
    assert sign_in(client, person) == 303
    first = client.get_cookie(auth.COOKIE)
    assert sign_in(client, person) == 303
    second = client.get_cookie(auth.COOKIE)
    assert first
    assert second
    assert len({"a" * 43, first.value, second.value}) == 3
    old = app.test_client()
    old.set_cookie(auth.COOKIE, first.value)
    assert old.get("/api/v1/me").status_code == 401


def test_after_signing_out_the_cookie_is_worth_nothing_anywhere(app: Flask, person: str) -> None:
    client = app.test_client()
    sign_in(client, person)
    kept = client.get_cookie(auth.COOKIE)
    assert kept
    assert client.post("/sign-out", headers={"X-CSRFToken": csrf_of(app, client)}).status_code == 303
    client.set_cookie(auth.COOKIE, kept.value)
    assert client.get("/api/v1/me").status_code == 401


def test_an_idle_session_ends(app: Flask, person: str) -> None:
    client = app.test_client()
    sign_in(client, person)
    with clock.at(clock.now() + timedelta(minutes=29)):
        assert client.get("/api/v1/me").status_code == 200
    with clock.at(clock.now() + timedelta(minutes=70)):
        assert client.get("/api/v1/me").status_code == 401


def test_whoever_must_change_the_password_can_do_nothing_else(app: Flask, account: Callable[..., Api]) -> None:
    account("guanli", "system_admin")
    with app.app_context():
        accounts.create("xinren", "新人", ["clerk"], password=PASSWORD, must_change_password=True, actor=SYSTEM)
    client = app.test_client()
    assert sign_in(client, "xinren") == 303
    answer = client.get("/api/v1/me")
    assert (answer.status_code, json_of(answer)["code"]) == (403, "password_change_needed")
    assert client.get("/account").status_code == 200


def test_a_bad_token_is_not_replaced_by_a_good_session(app: Flask, person: str) -> None:
    client = app.test_client()
    sign_in(client, person)
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer nonsense"}).status_code == 401
