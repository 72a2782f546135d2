"""An office in a fresh SQLite database: the demo organisation, everybody with the same password, a clock that stands still."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.ctx import AppContext

from processes import clock, schema, settings
from processes.db import db, transaction
from processes.models import Person
from processes.people import organisation, passwords
from processes.settings import Settings

PASSWORD = "Qingshi-2026"
#: a Tuesday, 10:24 in the office
NOW = datetime(2026, 11, 24, 2, 24, tzinfo=UTC)


def settings_for(var: Path, **overrides: str) -> Settings:
    """Settings of a test: everything under `var`."""
    return settings.load({f"BANJIE_{name}": value for name, value in {"VAR__DIR": str(var), **overrides}.items()})


def app_for(wanted: Settings) -> Flask:
    """An application that has nothing but the database."""
    app = Flask("office")
    app.config["SQLALCHEMY_DATABASE_URI"] = wanted.database_url
    db.init_app(app)
    settings.configure(wanted)
    return app


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the databases to copy: `empty.db` and `office.db`."""
    folder = tmp_path_factory.mktemp("office-templates")
    app = app_for(settings_for(folder))
    with app.app_context(), clock.at(NOW):
        schema.create_all()
        _copy(folder / "banjie.db", folder / "empty.db")
        document, stored = organisation.read(settings.shipped("bpmn_models") / "_shared/organisation.toml"), passwords.hashed(PASSWORD)
        with transaction():
            for login in organisation.write(document, demo=True):
                db.session.get_one(Person, login).password = stored
        _copy(folder / "banjie.db", folder / "office.db")
        db.engine.dispose()
    return folder


def _copy(source: Path, target: Path) -> None:
    db.session.remove()
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


@pytest.fixture
def make_office(tmp_path: Path, templates: Path) -> Iterator[Callable[..., Settings]]:
    """Makes the application context of an office; overrides are settings, `template` empty or office."""
    opened: list[AppContext] = []

    def make(template: str = "office", **overrides: str) -> Settings:
        var = tmp_path / "var"
        var.mkdir(exist_ok=True)
        shutil.copy(templates / f"{template}.db", var / "banjie.db")
        wanted = settings_for(var, **overrides)
        context = app_for(wanted).app_context()
        context.push()
        opened.append(context)
        return wanted

    with clock.at(NOW):
        yield make
    for context in reversed(opened):
        db.session.remove()
        db.engine.dispose()
        context.pop()
    settings.configure(settings_for(tmp_path))


@pytest.fixture
def office(make_office: Callable[..., Settings]) -> Settings:
    """The office with the demo organisation, in its application context."""
    return make_office()
