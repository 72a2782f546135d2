"""An application over a fresh database, people with tokens or sessions, and clients that call the API as they do."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.test import EnvironBuilder, TestResponse, encode_multipart

from engine import values
from processes import settings as the_settings
from processes.actors import SYSTEM
from processes.db import db
from processes.people import accounts, tokens
from processes.settings import Settings
from tests.architecture.sources import ROOT
from tests.databases import Databases
from tests.web import documented
from tests.web.desk import Office
from web import preparing
from web.app import create_app

PASSWORD = "Changjiang-2026"


def settings_for(var: Path, **overrides: str) -> Settings:
    """Settings of a test: everything under `var`, no doorbell, no shipped models, no demo."""
    models = var / "models"
    models.mkdir(parents=True, exist_ok=True)
    given = {"VAR__DIR": str(var), "MODELS__DIR": str(models), "REDIS__URL": "off", "DEMO__ENABLED": "false", **overrides}
    return the_settings.load({f"BANJIE_{name}": value for name, value in given.items()})


@pytest.fixture
def make_app(tmp_path: Path, databases: Databases) -> Iterator[Callable[..., Flask]]:
    """Makes applications with settings of their own over one database of the test."""
    made: list[Flask] = []
    var = tmp_path / "var"
    url = databases.fresh(var)

    def make(**overrides: str) -> Flask:
        app = create_app(settings_for(var, **{"DATABASE__URL": url, **overrides}))
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    databases.drop(url)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The application of a test."""
    return make_app()


def multipart(parts: dict[str, Any]) -> tuple[bytes, str]:
    """The body and content type of a multipart form."""
    builder = EnvironBuilder(method="POST", data=parts)
    boundary, body = encode_multipart(CombinedMultiDict([builder.form, builder.files]))
    builder.close()
    return body, f'multipart/form-data; boundary="{boundary}"'


class Api:
    """A program that calls the API with a token, or nobody without one."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        self.app = app
        self.client = app.test_client(use_cookies=False)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **given: Any) -> TestResponse:
        """A call of /api/v1 with a JSON body, or with `data`: bytes, or the parts of a multipart form."""
        if body is not None:
            given["data"], given["content_type"] = values.dumps(body), "application/json"
        elif isinstance(given.get("data"), dict):
            given["data"], given["content_type"] = multipart(given["data"])
        answer = self.client.open(f"/api/v1{path}", method=method, headers={**self.headers, **(headers or {})}, **given)
        if answer.content_type != "application/xml; charset=utf-8":
            documented.check(self.app, method, path, answer)
        return answer

    def get(self, path: str, **given: Any) -> TestResponse:
        """GET."""
        return self.call("GET", path, **given)

    def post(self, path: str, body: Any = None, **given: Any) -> TestResponse:
        """POST; without a body, an empty one."""
        return self.call("POST", path, body, **given)

    def put(self, path: str, body: Any = None, **given: Any) -> TestResponse:
        """PUT."""
        return self.call("PUT", path, body, **given)


@pytest.fixture
def account(app: Flask) -> Callable[..., Api]:
    """Makes an account with these roles and gives a program that calls with its token; an existing login gets another token."""

    def make(login: str, *roles: str, scope: list[str] | None = None, password: str | None = None) -> Api:
        with app.app_context():
            if not accounts.roles_of(login):
                accounts.create(login, f"测试{login}", roles, password=password, actor=SYSTEM)
            token = tokens.issue(login, scope, actor=SYSTEM)
        return Api(app, token)

    return make


@pytest.fixture
def nobody(app: Flask) -> Api:
    """A program without a token."""
    return Api(app)


@pytest.fixture
def operator(account: Callable[..., Api]) -> Api:
    """An operator who also deploys and speaks for other systems' cases."""
    return account("yunwei", "operator", "analyst")


@pytest.fixture
def clerk(account: Callable[..., Api]) -> Api:
    """A clerk."""
    return account("liming", "clerk")


def json_of(answer: TestResponse) -> Any:
    """The document of an answer, numbers as they are."""
    return values.loads(answer.get_data())


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Office]:
    """The shipped models and the demo people, for tests of pages, which add cases and leave the rest as it is."""
    var = tmp_path_factory.mktemp("office")
    url = databases.fresh(var)
    settings = settings_for(var, DATABASE__URL=url, DEMO__ENABLED="true", MODELS__DIR=str(ROOT / "bpmn_models"))
    preparing.prepare(settings, lambda _words: None)
    app = create_app(settings)
    yield Office.at(app, settings, var / "demo-logins.txt")
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


@pytest.fixture
def desk(office: Office) -> Office:
    """The demo office, whose settings hold again after a test with others."""
    the_settings.configure(office.settings)
    return office
