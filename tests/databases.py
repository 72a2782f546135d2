"""Fresh databases with the present schema, made by copying one: SQLite files, or databases of the server that
BANJIE_TEST_DATABASE_URL names."""

import os
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, make_url, text

from processes import schema
from processes.db import db

#: the variable that names a PostgreSQL server for the tests
SERVER = "BANJIE_TEST_DATABASE_URL"


class Databases:
    """Gives databases; the first call makes the one that the others are copied from, with what `fill` puts into it."""

    def __init__(self, folder: Path, fill: Callable[[], None] | None = None) -> None:
        self.folder = folder
        self._fill = fill
        self._template = f"banjie_{'filled' if fill else 'empty'}_{os.getpid()}"
        self.server = os.environ.get(SERVER, "")
        self._numbers = count(1)
        self._made = False

    @property
    def on_postgresql(self) -> bool:
        """Whether the databases are on a PostgreSQL server."""
        return bool(self.server)

    def fresh(self, folder: Path) -> str:
        """The SQLAlchemy address of a new database; an SQLite file is `banjie.db` in this folder."""
        if not self._made:
            self._make_template()
            self._made = True
        if not self.server:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.folder / "template.db", folder / "banjie.db")
            return f"sqlite:///{folder / 'banjie.db'}"
        name = f"{self._template}_{next(self._numbers)}"
        self._on_server(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return self._named(name)

    def empty(self) -> str:
        """The address of a database of the server with nothing in it."""
        name = f"{self._template}_{next(self._numbers)}"
        self._on_server(f"CREATE DATABASE {name}")
        return self._named(name)

    def drop(self, url: str) -> None:
        """Take a database of the server away again; SQLite files go with their folder."""
        if self.server:
            self._on_server(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def _make_template(self) -> None:
        if self.server:
            self._on_server(f"CREATE DATABASE {self._template}")
        url = self._named(self._template) if self.server else f"sqlite:///{self.folder / 'template.db'}"
        app = Flask("template")
        app.config["SQLALCHEMY_DATABASE_URI"] = url
        db.init_app(app)
        with app.app_context():
            schema.upgrade()
            if self._fill is not None:
                self._fill()
            if not self.server:
                db.session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.session.remove()
            db.engine.dispose()

    def _named(self, name: str) -> str:
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    def _on_server(self, statement: str) -> None:
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()
