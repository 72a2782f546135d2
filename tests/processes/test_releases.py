"""Rolling upgrade: today's code goes on with what each release wrote, and leaves alone what a newer one wrote.

`python -m tests.processes.make_release VERSION` keeps the dump of a release; it is run once, when the release is made.
"""

import lzma
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from engine import state, values
from processes import clock, connectors, jobs, schema, settings, user_tasks, worker
from processes.audit import replay, verify
from processes.db import db, transaction
from processes.errors import Unavailable
from processes.models import ProcessInstance
from processes.rebuild import rebuild
from tests.architecture.sources import ROOT
from tests.processes.cases import LI, ZHAO, open_tasks, rows
from tests.processes.conftest import NOW, app_over, settings_for

RELEASES = sorted((ROOT / "tests" / "fixtures" / "releases").glob("*.sql.xz"))


@pytest.fixture(params=RELEASES, ids=lambda path: path.name.removesuffix(".sql.xz"))
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """The database of a release, upgraded by today's migrations."""
    file = tmp_path / "banjie.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(lzma.decompress(request.param.read_bytes()).decode())
    connection.close()
    url = f"sqlite:///{file}"
    settings.configure(settings_for(tmp_path, url))
    with app_over(url).app_context(), clock.at(NOW + timedelta(hours=2)):
        schema.upgrade()
        yield
        db.session.remove()
        db.engine.dispose()


def test_a_release_has_left_a_dump() -> None:
    assert RELEASES


@pytest.mark.usefixtures("released")
def test_what_a_release_wrote_holds_and_replays() -> None:
    report = verify.verify()
    assert report.unbroken, report.problems
    assert len(replayed := replay.replay_all()) >= 3
    assert all(one.same for one in replayed)
    before = {table: rows(table) for table in ("process_instance", "user_task", "job", "incident")}
    rebuild()
    assert {table: rows(table) for table in before} == before


@pytest.mark.usefixtures("released")
def test_cases_of_a_release_go_on_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connectors.TOPICS, "slow", lambda call: {"answer": call.job_id})
    running = [row["id"] for row in rows("process_instance") if row["state"] == "running"]
    assert len(running) >= 3
    # timers, the outgoing work, and the tasks of two people, until nothing is left
    for _ in range(5):
        worker.run_due(100)
        for case in running:
            for element, task in open_tasks(case).items():
                user_tasks.complete(task, variables={}, actor=ZHAO if element in ("approve", "chase") else LI)
    assert {row["id"]: row["state"] for row in rows("process_instance") if row["id"] in running} == dict.fromkeys(running, "completed")
    assert all(one.same for one in replay.replay_all())
    assert verify.verify().unbroken


@pytest.mark.usefixtures("released")
def test_a_state_of_a_newer_release_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setitem(connectors.TOPICS, "slow", lambda call: called.append(call.job_id) or {})
    with transaction():
        for row in rows("process_instance", state="running"):
            document = values.loads(state._codec.decompressor.decompress(row["engine_state"])) | {"format": state.FORMAT_WITH_RETURNS + 1}
            newer = state._codec.compressor.compress(values.dumps(document))
            db.session.execute(update(ProcessInstance).where(ProcessInstance.id == row["id"]).values(engine_state=newer))
    before = {table: rows(table) for table in ("process_instance", "job", "incident", "step")}
    assert jobs.due_ids(100)
    assert worker.run_due(100) == 0
    task = next(row for row in rows("user_task", state="open") if row["element_id"] == "review")
    with pytest.raises(Unavailable):
        user_tasks.complete(task["id"], variables={}, actor=LI)
    assert called == []
    assert {table: rows(table) for table in before} == before
