"""W4: 10,000 waiting timers of which 1,000 are due: the sweep and two workers as `up` starts them, beside empty jobs of RQ.

The empty jobs go through the same Valkey and the same worker processes. Before that the due timers of another office are run in this
process, with a look at every statement: no case is read whose timer is not due.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

from redis import Redis
from rq import Queue
from rq.registry import StartedJobRegistry
from sqlalchemy import event, text

from benchmarks import office
from processes import clock, doorbell, instances, jobs, queues
from processes.db import db, transaction
from web import valkey
from web.lifeline import command, environment

WAITING = 10_000
DUE = 1_000
WORKERS = 2
ROUNDS = 3
PATIENCE = 120.0
TIMER = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="bench">
  <bpmn:process id="waiting" name="Waiting" isExecutable="true"><bpmn:startEvent id="start"/>
    <bpmn:intermediateCatchEvent id="wait"><bpmn:timerEventDefinition><bpmn:timeDuration>${duration}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
    <bpmn:endEvent id="end"/><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="wait"/><bpmn:sequenceFlow id="f2" sourceRef="wait" targetRef="end"/>
  </bpmn:process>
</bpmn:definitions>
"""
LEFT = "SELECT COUNT(*) FROM job WHERE state = 'waiting' AND due_at < :until"
NEXT_DUE = "UPDATE job SET due_at = :now WHERE id IN (SELECT id FROM job WHERE state = 'waiting' ORDER BY due_at LIMIT :due)"


def _fill(count: int) -> None:
    starter = office.integrator("waiting")
    for _ in range(count):
        instances.start(key="waiting", variables={"duration": "P30D"}, actor=starter)


def _make_due(count: int) -> None:
    """Let the next timers be due now: people do not wait for a benchmark."""
    with transaction():
        db.session.execute(text(NEXT_DUE), {"now": clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "due": count})


def _left() -> int:
    count = db.session.execute(text(LEFT), {"until": (clock.now() + timedelta(days=1)).strftime("%Y-%m-%d")}).scalar_one()
    db.session.rollback()
    return int(count)


def _until(over: Callable[[], bool]) -> float:
    """Wait until something is over; gives the moment."""
    until = time.perf_counter() + PATIENCE
    while not over():
        if time.perf_counter() > until:
            raise RuntimeError("the workers did not finish")
        time.sleep(0.005)
    return time.perf_counter()


@contextmanager
def _children(*commands: list[str], environ: dict[str, str]) -> Iterator[None]:
    running = [subprocess.Popen(one, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for one in commands]
    try:
        yield
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


@contextmanager
def _rung(var: Path) -> Iterator[Redis]:
    """A Valkey, the sweep and the workers of an office; gives the connection to the Valkey."""
    server = valkey.prepare(var)
    if server is None:
        raise RuntimeError("there is no Valkey or Redis program")
    given = {"VAR__DIR": str(var), "MODELS__DIR": str(var / "models"), "REDIS__URL": server.url, "DEMO__ENABLED": "false"}
    environ = environment({f"BANJIE_{name}": value for name, value in given.items()})
    workers = [command("worker", "--one", "--queues", ",".join(served)) for served in queues.shared_out(queues.NAMES, WORKERS)]
    with _children(server.command, environ=dict(os.environ)):
        _until(server.answers)
        with _children(command("sweep"), *workers, environ=environ), Redis.from_url(server.url) as redis:
            _until(lambda: len(redis.smembers("rq:workers")) == WORKERS)
            yield redis


def _empty_jobs(redis: Redis) -> float:
    """Seconds for as many jobs of RQ that do nothing."""
    queue = doorbell.queue(redis, queues.OF_KIND["timer"])
    started = StartedJobRegistry(queue=queue)
    began = time.perf_counter()
    queue.enqueue_many([Queue.prepare_data("time.monotonic", result_ttl=0) for _ in range(DUE)])
    return _until(lambda: queue.count == 0 and started.get_job_count(cleanup=False) == 0) - began


def _due_timers(redis: Redis) -> tuple[float, float]:
    """Seconds until all due timers have fired: from the moment that they are due, and from when the first has fired."""
    _make_due(DUE)
    began = time.perf_counter()
    first = _until(lambda: _left() < DUE)
    over = _until(lambda: _left() == 0)
    return over - began, over - first


def _no_needless_read() -> float:
    """Run the due timers here and look at what is read; gives how many a second."""
    read: set[str] = set()

    def note(connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if "engine_state" in statement and statement.startswith("SELECT"):
            read.add(str(parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    _make_due(DUE)
    began, fired = time.perf_counter(), 0
    while due := jobs.due_ids(200):
        fired += sum(jobs.run(job_id) for job_id in due)
    seconds = time.perf_counter() - began
    event.remove(db.engine, "before_cursor_execute", note)
    assert (fired, len(read)) == (DUE, DUE)
    return fired / seconds


def run() -> None:
    """Print how long the due timers take beside empty jobs, in turns."""
    with office.opened() as var:
        office.deploy("waiting", TIMER)
        _fill(WAITING)
        here = _no_needless_read()
        with _rung(var) as redis:
            _empty_jobs(redis)
            rounds = [(_empty_jobs(redis), *_due_timers(redis)) for _ in range(ROUNDS)]
    empty, whole, busy = (median(column) for column in zip(*rounds, strict=True))
    print(f"W4  {WAITING:,} waiting timers, {DUE:,} due; sweep and {WORKERS} workers as `up` starts them; SQLite, synchronous FULL")
    print(f"    empty jobs of RQ {empty:5.2f} s   timers {whole:5.2f} s from due, {busy:5.2f} s from the first", end="")
    print(f"   ratio {whole / empty:5.2f} (reach 3), without the sweep's second {busy / empty:5.2f}")
    print(f"    in one process {here:,.0f} a second; cases read that were not due: 0 of {WAITING - DUE:,}")
