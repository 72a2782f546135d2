"""The database fails in the middle of a command: nothing of it has happened, the caller is told to try again, and trying again works."""

import os
import resource
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text

from processes import attachments, clock, instances, settings, stuck, user_tasks, worker
from processes.audit.verify import verify
from processes.db import db
from processes.errors import Unavailable
from tests.engine.drawing import draw, end, flow, node, start
from tests.engine.drawing import event as drawn
from tests.figures import tell
from tests.processes.cases import LI, REVIEW, ROBOT, WANG, ZHANG, deploy, open_tasks, rows
from tests.processes.conftest import NOW
from tests.processes.forked import fork, wait

pytestmark = pytest.mark.usefixtures("database")
TIMER = draw(start() + node("intermediateCatchEvent", "w", drawn("timer", "PT1H")) + end() + flow("s", "w", "e"))


@contextmanager
def _at(moment: int, strike: Callable[..., Any]) -> Iterator[list[int]]:
    """Let `strike` meet the statement of this number; gives how many there were."""
    seen = [0]

    def before(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> tuple[str, Any]:
        seen[0] += 1
        if seen[0] != moment:
            return statement, parameters
        instead = strike(connection)
        return (statement, parameters) if instead is None else (instead, [()] if many else ())

    event.listen(db.engine, "before_cursor_execute", before, retval=True)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", before)


def _raising(code: str) -> Callable[[Any], str]:
    return lambda connection: f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$"


def _cutting(url: str) -> Callable[[Any], None]:
    """Cuts the connection from outside, as an administrator or a network does."""

    def cut(connection: Any) -> None:
        pid = connection.connection.dbapi_connection.info.backend_pid
        other = create_engine(url)
        with other.connect() as outside:
            outside.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        other.dispose()

    return cut


def _every_statement_fails(strike: Callable[[Any], Any]) -> int:
    """A completion and a timer, each statement of them struck in turn; gives how many were."""
    struck = 0
    for moment in count(1):
        case = instances.start(key="review_flow", variables={}, actor=ZHANG)
        task = open_tasks(case)["review"]
        with _at(moment, strike) as seen, suppress(Unavailable):
            user_tasks.complete(task, variables={}, opinion="同意", actor=LI)
        if seen[0] < moment:
            break
        struck += 1
        assert len(rows("step", instance_id=case)) == 1
        user_tasks.complete(task, variables={}, opinion="同意", actor=WANG)
    for moment in count(1):
        case = instances.start(key="p", variables={}, actor=ROBOT)
        (job,) = rows("job", instance_id=case)
        with clock.at(NOW + timedelta(hours=1)):
            with _at(moment, strike) as seen:
                assert worker.run_jobs([job["id"]]) == (seen[0] < moment) or moment == 1
            if seen[0] < moment:
                break
            struck += 1
            assert worker.run_jobs([job["id"]]) == 1
        assert len(rows("step", instance_id=case)) == 2
    assert verify().unbroken
    assert stuck.look().sound
    return struck


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.parametrize("name", ["cut", "serialization failure", "deadlock", "disk full", "out of connections"])
def test_whatever_statement_postgresql_fails_at_nothing_has_happened(name: str, database_url: str) -> None:
    deploy(REVIEW, TIMER)
    codes = {"serialization failure": "40001", "deadlock": "40P01", "disk full": "53100", "out of connections": "53300"}
    strike = _raising(codes[name]) if name in codes else _cutting(database_url)
    struck = _every_statement_fails(strike)
    assert struck > 10
    tell(f"PostgreSQL, {name}: struck at each of {struck} statements")


@pytest.mark.postgresql
def test_connections_that_were_cut_while_nobody_used_them_cost_one_answer(database_url: str) -> None:
    deploy(REVIEW)
    task = open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]
    db.session.remove()
    other = create_engine(database_url)
    with other.connect() as outside:
        outside.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        )
    other.dispose()
    refused = 0
    for _ in range(3):
        try:
            user_tasks.claim(task, actor=LI)
        except Unavailable:
            refused += 1
    assert refused <= 1
    assert rows("user_task", id=task)[0]["assignee"] == "li"


@pytest.mark.sqlite
def test_another_writer_is_waited_for_and_then_the_caller_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy(REVIEW, TIMER)
    task = open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]
    case = instances.start(key="p", variables={}, actor=ROBOT)
    (job,) = rows("job", instance_id=case)
    # the wait is bounded: ten seconds in production, a tenth of one here
    monkeypatch.setattr("processes.sqlite.WAIT_SECONDS", 0.1)
    with closing(sqlite3.connect(tmp_path / "banjie.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(Unavailable):
            user_tasks.complete(task, variables={}, actor=LI)
        with clock.at(NOW + timedelta(hours=1)):
            assert worker.run_jobs([job["id"]]) == 0
        assert time.monotonic() - began < 5
        assert len(rows("step")) == 2
        writer.execute("ROLLBACK")
    user_tasks.complete(task, variables={}, actor=LI)
    with clock.at(NOW + timedelta(hours=1)):
        assert worker.run_jobs([job["id"]]) == 1


@pytest.mark.sqlite
def test_a_writer_that_ends_in_time_is_only_waited_for(tmp_path: Path) -> None:
    deploy(REVIEW)
    task = open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]

    def hold() -> None:
        with closing(sqlite3.connect(tmp_path / "banjie.db", isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            (tmp_path / "held").touch()
            time.sleep(0.3)

    pid = fork(hold)
    while not (tmp_path / "held").exists():
        time.sleep(0.01)
    user_tasks.complete(task, variables={}, actor=LI)
    assert wait(pid) == 0


@pytest.mark.sqlite
def test_a_full_database_refuses_and_goes_on_when_there_is_room() -> None:
    deploy(REVIEW)
    tasks = [open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"] for _ in range(20)]
    steps = len(rows("step"))
    connection = db.session.connection()
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 1}")
    done = []
    with suppress(Unavailable):
        for task in tasks:
            user_tasks.complete(task, variables={}, opinion="同意" * 500, actor=LI)
            done.append(task)
    assert len(done) < len(tasks)
    assert len(rows("step")) == steps + len(done)
    db.session.connection().exec_driver_sql("PRAGMA max_page_count=1073741823")
    user_tasks.complete(tasks[len(done)], variables={}, opinion="同意" * 500, actor=LI)
    assert verify().unbroken


@contextmanager
def _no_file_beyond(size: int) -> Iterator[None]:
    """In a child: no file grows beyond this, as on a disk that is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    yield


@pytest.mark.sqlite
def test_a_disk_without_room_for_the_log_of_sqlite_loses_nothing(tmp_path: Path) -> None:
    deploy(REVIEW)
    tasks = [open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"] for _ in range(3)]
    db.session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def fill() -> None:
        with _no_file_beyond(60_000):
            for task in tasks:
                user_tasks.complete(task, variables={}, opinion="同意" * 900, actor=LI)
                (tmp_path / task).touch()
        raise AssertionError("the disk was never full")

    def attempt() -> None:
        try:
            fill()
        except Unavailable:
            return

    assert wait(fork(attempt)) == 0
    for task in tasks:
        # what was answered is there, what was not can be done now
        done = rows("user_task", id=task)[0]["state"] == "completed"
        assert done == (tmp_path / task).exists()
        if not done:
            user_tasks.complete(task, variables={}, opinion="同意" * 900, actor=WANG)
    assert verify().unbroken


def test_an_attachment_that_the_disk_has_no_room_for_leaves_nothing() -> None:
    def upload() -> None:
        with _no_file_beyond(100_000):
            try:
                attachments.store(BytesIO(b"%PDF-1.7 " + b"x" * 200_000), "大.pdf", actor=LI)
            except OSError:
                return
        raise AssertionError("the disk was never full")

    assert wait(fork(upload)) == 0
    assert rows("attachment") == []
    assert [path for path in (settings.current().var.dir / "files").rglob("*") if path.is_file()] == []


def test_the_zone_of_the_machine_changes_no_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    deploy(TIMER)
    case = instances.start(key="p", variables={}, actor=ROBOT)
    (before,) = rows("job", instance_id=case)
    try:
        for zone in ("America/New_York", "Asia/Kathmandu", "UTC"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            (job,) = rows("job", instance_id=case)
            assert job["due_at"] == before["due_at"] == NOW + timedelta(hours=1)
            with clock.at(NOW + timedelta(minutes=59)):
                assert worker.run_jobs([job["id"]]) == 0
        with clock.at(NOW + timedelta(hours=1)):
            assert worker.run_jobs([job["id"]]) == 1
    finally:
        monkeypatch.undo()
        time.tzset()
    assert os.environ.get("TZ") != "Asia/Kathmandu"


def test_a_clock_that_jumps_back_and_forth_fires_a_timer_once() -> None:
    deploy(TIMER)
    case = instances.start(key="p", variables={}, actor=ROBOT)
    (job,) = rows("job", instance_id=case)
    for minutes, ran in ((-600, 0), (59, 0), (100_000, 1), (-600, 0), (100_001, 0)):
        with clock.at(NOW + timedelta(minutes=minutes)):
            assert worker.run_jobs([job["id"]]) == ran
    assert len(rows("step", instance_id=case)) == 2
    assert verify().unbroken
