"""A database for each test with some people, and a clock that stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert

from processes import clock, settings
from processes.db import db, transaction
from processes.ids import new_id
from processes.models import AccountRole, Holding, Person, Role
from processes.settings import Settings
from tests.databases import Databases

NOW = datetime(2026, 11, 24, 2, 24, tzinfo=UTC)
PEOPLE = {"zhang": "张三", "li": "李四", "wang": "王五", "zhao": "赵六", "ops": "运维"}
ROLES = {"finance": ("财政局", ("li", "wang")), "mayor": ("镇长", ("zhao",)), "village": ("部门村居", ("zhang",)), "empty": ("空岗", ())}


def settings_for(var: Path, url: str) -> Settings:
    """Settings of a test: everything under `var`, no doorbell."""
    given = {"VAR__DIR": str(var), "REDIS__URL": "off", "DATABASE__URL": url}
    return settings.load({f"BANJIE_{name}": value for name, value in given.items()})


def app_over(url: str) -> Flask:
    """An application that has nothing but the database."""
    app = Flask("cases")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    return app


def fill() -> None:
    with transaction():
        now = clock.now()
        db.session.execute(insert(Person), [{"login": login, "name": name, "created_at": now} for login, name in PEOPLE.items()])
        db.session.execute(insert(AccountRole), [{"login": login, "role": "clerk"} for login in PEOPLE])
        db.session.execute(insert(Role), [{"code": code, "name": name} for code, (name, _) in ROLES.items()])
        held = [(login, code) for code, (_, logins) in ROLES.items() for login in logins]
        db.session.execute(insert(Holding), [{"id": new_id(), "login": login, "role": code} for login, code in held])


@pytest.fixture
def database_url(tmp_path: Path, databases: Databases) -> Iterator[str]:
    """The address of a database of this test alone."""
    url = databases.fresh(tmp_path)
    yield url
    databases.drop(url)


@pytest.fixture
def database(tmp_path: Path, database_url: str) -> Iterator[str]:
    """The application context over a database of this test alone, at a moment that stands still."""
    wanted = settings_for(tmp_path, database_url)
    settings.configure(wanted)
    with app_over(database_url).app_context(), clock.at(NOW):
        fill()
        yield database_url
        db.session.remove()
        db.engine.dispose()
