"""An office in a database of each test: the demo organisation, everybody with the same password, a clock that stands still."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from processes import clock, settings
from processes.db import db, transaction
from processes.models import Person
from processes.people import organisation, passwords
from processes.settings import Settings
from tests.databases import Databases

PASSWORD = "Qingshi-2026"
#: a Tuesday, 10:24 in the office
NOW = datetime(2026, 11, 24, 2, 24, tzinfo=UTC)


def settings_for(var: Path, url: str, **overrides: str) -> Settings:
    """Settings of a test: everything under `var`."""
    given = {"VAR__DIR": str(var), "DATABASE__URL": url, **overrides}
    return settings.load({f"BANJIE_{name}": value for name, value in given.items()})


def app_over(url: str) -> Flask:
    """An application that has nothing but the database."""
    app = Flask("office")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    return app


def _move_in() -> None:
    stored = passwords.hashed(PASSWORD)
    with clock.at(NOW), transaction():
        for login in organisation.write(organisation.read(settings.shipped("bpmn_models") / "_shared/organisation.toml"), demo=True):
            db.session.get_one(Person, login).password = stored


@pytest.fixture(scope="session")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Gives databases with the demo organisation."""
    return Databases(tmp_path_factory.mktemp("offices"), _move_in)


@contextmanager
def entered(source: Databases, var: Path, **overrides: str) -> Iterator[Settings]:
    """The application context over a fresh database; afterwards everything is as before."""
    before, url = settings.current(), source.fresh(var)
    var.mkdir(parents=True, exist_ok=True)
    wanted = settings_for(var, url, **overrides)
    settings.configure(wanted)
    with app_over(url).app_context(), clock.at(NOW):
        yield wanted
        db.session.remove()
        db.engine.dispose()
    settings.configure(before)
    source.drop(url)


@pytest.fixture
def make_office(tmp_path: Path, offices: Databases, databases: Databases) -> Iterator[Callable[..., Settings]]:
    """Enters the application context of an office with settings of its own; `empty`: without any people."""
    with ExitStack() as stack:

        def make(*, empty: bool = False, **overrides: str) -> Settings:
            return stack.enter_context(entered(databases if empty else offices, tmp_path / "var", **overrides))

        yield make


@pytest.fixture(scope="module")
def shared_office(tmp_path_factory: pytest.TempPathFactory, offices: Databases) -> Iterator[Settings]:
    """One office for the tests of a module that change nothing but the acts of refused attempts."""
    with entered(offices, tmp_path_factory.mktemp("shared")) as wanted:
        yield wanted


@pytest.fixture
def office(make_office: Callable[..., Settings]) -> Settings:
    """The office with the demo organisation, in its application context."""
    return make_office()
