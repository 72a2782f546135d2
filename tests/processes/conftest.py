"""A database with the present schema for each test, some people, a clock that stands still.

`BANJIE_TEST_DATABASE_URL` names a PostgreSQL database to run the same tests on: each test gets a copy of a template made beside it.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, insert, make_url, text

from processes import clock, schema, settings
from processes.db import db, transaction
from processes.ids import new_id
from processes.models import AccountRole, Holding, Person, Role
from processes.settings import Settings

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


def _fill() -> None:
    with transaction():
        now = clock.now()
        db.session.execute(insert(Person), [{"login": login, "name": name, "created_at": now} for login, name in PEOPLE.items()])
        db.session.execute(insert(AccountRole), [{"login": login, "role": "clerk"} for login in PEOPLE])
        db.session.execute(insert(Role), [{"code": code, "name": name} for code, (name, _) in ROLES.items()])
        held = [(login, code) for code, (_, logins) in ROLES.items() for login in logins]
        db.session.execute(insert(Holding), [{"id": new_id(), "login": login, "role": code} for login, code in held])


@pytest.fixture(scope="session")
def template_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database with the schema and the people, to be copied."""
    server = os.environ.get("BANJIE_TEST_DATABASE_URL")
    folder = tmp_path_factory.mktemp("cases-template")
    url = _new_database(server, f"banjie_template_{os.getpid()}") if server else f"sqlite:///{folder / 'banjie.db'}"
    with app_over(url).app_context(), clock.at(NOW):
        schema.upgrade()
        _fill()
        db.session.remove()
        db.engine.dispose()
    yield url
    if server:
        _drop_database(server, f"banjie_template_{os.getpid()}")


def _new_database(server: str, name: str, template: str | None = None) -> str:
    _run(server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _drop_database(server: str, name: str) -> None:
    _run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _run(server: str, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def database_url(tmp_path: Path, template_url: str) -> Iterator[str]:
    """The address of a database of this test alone."""
    server = os.environ.get("BANJIE_TEST_DATABASE_URL")
    if server is None:
        target = tmp_path / "banjie.db"
        shutil.copy(make_url(template_url).database or "", target)
        yield f"sqlite:///{target}"
        return
    name = f"banjie_test_{os.getpid()}"
    yield _new_database(server, name, make_url(template_url).database)
    _drop_database(server, name)


@pytest.fixture
def database(tmp_path: Path, database_url: str) -> Iterator[str]:
    """The application context over a database of this test alone, at a moment that stands still."""
    wanted = settings_for(tmp_path, database_url)
    settings.configure(wanted)
    with app_over(database_url).app_context(), clock.at(NOW):
        yield database_url
        db.session.remove()
        db.engine.dispose()
