"""W6: 1, 2, 4 and 8 processes on one PostgreSQL with fsync: jobs through Valkey and real workers, completions by processes of clerks.

Every job and every completion is of another case. PostgreSQL itself says which locks were waited for longer than 50 ms.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from redis import Redis
from sqlalchemy import make_url, text

from benchmarks import office
from benchmarks.long_cases import MODEL, TASK, flows
from benchmarks.timers import TIMER
from processes import clock, doorbell, instances, settings, user_tasks
from processes.db import db, transaction
from tests import postgresql
from web import valkey
from web.app import create_app
from web.lifeline import command, environment

PROCESSES = (1, 2, 4, 8)
CASES = 320
#: so large a part, the first, is not measured: processes get warm
WARM_PART = 4
PATIENCE = 120.0
#: safe as in production, and an account of every wait for a lock of 50 ms
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "autovacuum=on", "log_lock_waits=on", "deadlock_timeout=50ms")
WAITED = "still waiting for"
SERVICE = '<serviceTask id="n" camunda:type="external" camunda:topic="notify"><extensionElements><camunda:inputOutput><camunda:inputParameter name="to">first</camunda:inputParameter><camunda:inputParameter name="text">told</camunda:inputParameter></camunda:inputOutput></extensionElements></serviceTask>'
MODELS = {
    "waiting": (TIMER, {"duration": "P30D"}),
    "told": (MODEL.replace('"p"', '"told"').format(body=SERVICE + flows("s", "n", "e")), {}),
    "clerk": (MODEL.replace('"p"', '"clerk"').format(body=TASK.format(inner="").replace('"a"', '"first"') + flows("s", "u", "e")), {}),
}


def _fill(count: int) -> dict[str, list[str]]:
    """Start cases; gives their ids by model."""
    found: dict[str, list[str]] = {}
    for key, (_, variables) in MODELS.items():
        starter = office.integrator(key)
        found[key] = [instances.start(key=key, variables=dict(variables), actor=starter) for _ in range(count)]
    return found


def _due_jobs(cases: list[str]) -> list[tuple[str, str]]:
    """The jobs of these cases, due from now on, in turns of their kinds."""
    now = clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with transaction():
        db.session.execute(text("UPDATE job SET due_at = :now WHERE instance_id = ANY(:cases)"), {"now": now, "cases": cases})
        rows = db.session.execute(text("SELECT kind, id FROM job WHERE instance_id = ANY(:cases)"), {"cases": cases}).all()
    assert len(rows) == len(cases), rows
    return sorted(((str(kind), str(job_id)) for kind, job_id in rows), key=lambda one: one[1])


@contextmanager
def _workers(count: int, var: Path, url: str, redis: Redis) -> Iterator[None]:
    given = {"VAR__DIR": str(var), "MODELS__DIR": str(var / "models"), "REDIS__URL": settings.current().redis.url, "DATABASE__URL": url}
    environ = environment({f"BANJIE_{name}": value for name, value in given.items()} | {"BANJIE_DEMO__ENABLED": "false"})
    running = [subprocess.Popen(command("worker", "--one"), env=environ, stdout=subprocess.DEVNULL) for _ in range(count)]
    try:
        _until(lambda: len(redis.smembers("rq:workers")) == count)
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def _until(over: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not over():
        if time.monotonic() > until:
            raise RuntimeError("it was not over in time")
        time.sleep(0.01)


def _jobs(count: int, cases: list[str], var: Path, url: str, redis: Redis) -> float:
    """Jobs a second of so many workers."""
    due = _due_jobs(cases)
    early = len(due) // WARM_PART

    def left() -> int:
        query = text("SELECT COUNT(*) FROM job WHERE instance_id = ANY(:cases) AND state = 'waiting'")
        number = db.session.execute(query, {"cases": cases}).scalar_one()
        db.session.rollback()
        return int(number)

    with _workers(count, var, url, redis):
        doorbell.ring(due)
        _until(lambda: left() <= len(due) - early)
        began, before = time.perf_counter(), left()
        _until(lambda: not left())
        return before / (time.perf_counter() - began)


def _completions(count: int, cases: list[str], var: Path, url: str) -> float:
    """Completions a second of so many processes, each of its own cases."""
    command_line = [sys.executable, "-m", "benchmarks.workers"]
    environ = os.environ | {"BANJIE_VAR__DIR": str(var), "BANJIE_DATABASE__URL": url, "BANJIE_REDIS__URL": "off"}
    clerks = [subprocess.Popen(command_line, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    for number, clerk in enumerate(clerks):
        _say(clerk, json.dumps([f"{case}-3" for case in cases[number::count]]))
    done = sum(int(_hear(clerk)) for clerk in clerks)
    began = time.perf_counter()
    for clerk in clerks:
        _say(clerk, "go")
    done = sum(int(_hear(clerk)) for clerk in clerks) - done
    seconds = time.perf_counter() - began
    for clerk in clerks:
        clerk.communicate()
    return done / seconds


def _say(clerk: "subprocess.Popen[str]", line: str) -> None:
    assert clerk.stdin is not None
    clerk.stdin.write(line + "\n")
    clerk.stdin.flush()


def _hear(clerk: "subprocess.Popen[str]") -> str:
    assert clerk.stdout is not None
    return clerk.stdout.readline()


def _clerk() -> None:
    """What a process of completions does: complete the first tasks to get warm, wait, complete the others; it says how many are done."""
    app = create_app(settings.load())
    with app.app_context():
        tasks = json.loads(sys.stdin.readline())
        actor, early = office.person("first"), len(tasks) // WARM_PART
        for start, end in ((0, early), (early, len(tasks))):
            for task in tasks[start:end]:
                user_tasks.complete(task, variables={}, actor=actor)
            print(end, flush=True)
            if end == early:
                sys.stdin.readline()


def _opened(stack: ExitStack, programs: Path) -> tuple[Path, str, Redis, Path]:
    url = stack.enter_context(postgresql.cluster(programs, DURABLE, in_memory=False))
    var = stack.enter_context(office.opened(url))
    server = valkey.prepare(var)
    if server is None:
        raise RuntimeError("there is no Valkey or Redis program")
    process = subprocess.Popen(server.command)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    _until(server.answers)
    redis = stack.enter_context(Redis.from_url(server.url))
    return var, url, redis, Path(str(make_url(url).query["host"])) / "log"


def run() -> None:
    """Print jobs and completions a second by the number of processes, and the waits for locks."""
    seen: dict[int, tuple[float, float]] = {}
    programs = postgresql.programs()
    if programs is None:
        print("W6  PostgreSQL is not installed here")
        return
    with ExitStack() as stack:
        var, url, redis, log = _opened(stack, programs)
        for key, (xml, _) in MODELS.items():
            office.deploy(key, xml)
        filled = [_fill(CASES) for _ in PROCESSES]
        settings.configure(settings.load({**_given(var, url), "BANJIE_REDIS__URL": f"unix://{var / 'run' / 'valkey.sock'}"}))
        for count, cases in zip(PROCESSES, filled, strict=True):
            jobs = _jobs(count, cases["waiting"] + cases["told"], var, url, redis)
            seen[count] = (jobs, _completions(count, cases["clerk"], var, url))
        waits = [line for line in log.read_text("utf-8", errors="replace").splitlines() if WAITED in line]
    print(f"W6  worker processes on PostgreSQL, fsync on; timers and connector calls, completions; {os.cpu_count()} cores")
    for count, (jobs, completions) in seen.items():
        first = seen[PROCESSES[0]]
        print(f"    {count} processes: {jobs:6.1f} jobs a second, x {jobs / first[0]:4.2f}", end="   ")
        print(f"{completions:6.1f} completions a second, x {completions / first[1]:4.2f}")
    print(f"    waits for a lock of more than 50 ms: {len(waits)} (reach 0) {waits[:3] or ''}")


def _given(var: Path, url: str) -> dict[str, str]:
    return {
        "BANJIE_VAR__DIR": str(var),
        "BANJIE_DATABASE__URL": url,
        "BANJIE_MODELS__DIR": str(var / "models"),
        "BANJIE_DEMO__ENABLED": "false",
    }


if __name__ == "__main__":
    _clerk()
