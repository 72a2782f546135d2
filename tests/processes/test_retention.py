"""When its time is over a finished case's content goes; a sealed summary stays, and the proof holds."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import text

from processes import acts, attachments, clock, drafts, instances, rebuild, retention, settings, user_tasks
from processes.actors import SYSTEM
from processes.audit import export, heads, replay
from processes.audit.verify import verify
from processes.db import db, transaction
from processes.errors import Conflict, NotAllowed, NotFound
from processes.models import AccountRole, AttachmentUse, Job, Notice
from processes.queries import cases, history
from tests.processes.cases import LI, OPERATOR, REVIEW, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.conftest import NOW
from tests.processes.tampering import tamper

pytestmark = pytest.mark.usefixtures("database")

SECRET = "绝密采购方案"
LATER = NOW + timedelta(days=366)


@pytest.fixture
def case() -> str:
    """A finished case with content, of a process that keeps its cases for a year."""
    with clock.at(NOW):
        deploy(REVIEW, process__toml=b'retention = "P1Y"')
        started = _finished()
        heads.seal()
    return started


def _finished(secret: str = SECRET) -> str:
    started = instances.start(key="review_flow", variables={}, title=secret, actor=ZHANG)
    user_tasks.complete(open_tasks(started)["review"], variables={}, opinion=secret, actor=LI)
    kept = attachments.store(BytesIO(f"%PDF-1.4 {secret}\n%%EOF\n".encode()), "证明.pdf", actor=OPERATOR)
    with transaction():
        db.session.add(AttachmentUse(attachment_id=kept.id, instance_id=started, field="file"))
        db.session.add(Notice(id=f"n-{started}", login="zhang", instance_id=started, kind="system", text=secret, at=NOW))
    drafts.save(f"revise:{started}", {"x": secret}, actor=ZHANG)
    user_tasks.complete(open_tasks(started)["approve"], variables={}, actor=ZHAO)
    return started


@pytest.fixture
def later(database: str) -> Iterator[None]:
    """A year and a day after."""
    with clock.at(LATER):
        yield


def _files() -> list[Path]:
    return [path for path in (settings.current().var.dir / "files").rglob("*") if path.is_file()]


def test_before_its_time_nothing_goes(case: str) -> None:
    with clock.at(NOW + timedelta(days=364)):
        outcome = retention.run(actor=SYSTEM)
    assert (outcome.sealed, outcome.kept) == ([], [])
    assert len(rows("step", instance_id=case)) == 3


@pytest.mark.usefixtures("later")
def test_a_look_says_what_would_go_and_changes_nothing(case: str) -> None:
    before = {table: rows(table) for table in ("step", "act", "process_instance", "attachment")}
    outcome = retention.run(actor=SYSTEM, dry_run=True)
    assert [one.id for one in outcome.sealed] == [case]
    assert {table: rows(table) for table in before} == before
    assert len(_files()) == 1


@pytest.mark.usefixtures("later")
def test_the_content_goes_and_the_proof_holds(case: str) -> None:
    end = rows("process_instance", id=case)[0]["last_hash"]
    outcome = retention.run(actor=SYSTEM)
    assert [one.id for one in outcome.sealed] == [case]
    assert outcome.files == 1
    assert _files() == []
    for table in ("step", "user_task", "job", "subscription", "incident", "notice", "draft", "attachment", "attachment_use", "inbox_entry"):
        assert rows(table) == [], table
    seal = rows("retention_seal")[0]
    assert (seal["instance_id"], seal["definition_id"], seal["state"]) == (case, "review_flow:1", "completed")
    assert (seal["first_seq"], seal["last_seq"], seal["last_hash"], len(seal["attachments"])) == (1, 3, end, 1)
    sealed, run = rows("act")[-2:]
    assert (sealed["kind"], sealed["subject"], sealed["actor"]) == ("case_sealed", case, "system")
    assert (run["kind"], run["details"]["sealed"]) == ("retention_run", 1)
    heads.seal()
    report = verify()
    assert (report.unbroken, report.cases, report.steps, report.sealed) == (True, 1, 0, 1)
    assert verify(case).unbroken
    assert retention.run(actor=SYSTEM).sealed == []


@pytest.mark.usefixtures("later")
def test_nothing_of_the_content_is_left_in_the_database_file(case: str) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reuses the room of deleted rows by itself")
    query = "SELECT content FROM step UNION ALL SELECT packed_variables FROM process_instance WHERE packed_variables IS NOT NULL"
    packed = [bytes(content) for content in db.session.scalars(text(query))]
    db.session.rollback()
    assert len(packed) >= 3
    retention.run(actor=SYSTEM)
    db.session.remove()
    db.engine.dispose()
    path = settings.current().var.dir / "banjie.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    left = path.read_bytes()
    assert SECRET.encode() not in left
    # a piece from within, as what is left in a page need not be whole
    assert not [content for content in packed if content[8:72] in left]


@pytest.mark.usefixtures("later")
def test_the_rest_goes_on_with_a_sealed_case(case: str, tmp_path: Path) -> None:
    retention.run(actor=SYSTEM)
    shown = cases.get(case, ZHANG)
    assert (shown["title"], shown["variables"], shown["state"]) == ("review_flow", {}, "completed")
    assert history.steps(case, ZHANG) == []
    assert [one["id"] for one in cases.page(ZHANG, {"text": "review_flow"})["items"]] == [case]
    assert cases.page(ZHANG, {"text": SECRET})["items"] == []
    assert (replay.replay(case).same, replay.replay(case).sealed) == (True, True)
    rebuild.rebuild()
    export.export(case, tmp_path / "x.zip", actor=SYSTEM)
    assert verify().unbroken
    with pytest.raises(Conflict):
        instances.cancel(case, "不要了", actor=OPERATOR)


@pytest.mark.usefixtures("later")
def test_an_open_case_is_never_touched(case: str) -> None:
    with clock.at(NOW):
        running = instances.start(key="review_flow", variables={}, actor=ZHANG)
    retention.run(actor=SYSTEM)
    assert len(rows("step", instance_id=running)) == 1
    assert rows("retention_seal", instance_id=running) == []


@pytest.mark.usefixtures("later")
def test_open_work_and_an_open_revision_keep_a_case(case: str) -> None:
    revision = instances.start(key="review_flow", variables={}, revises=case, actor=ZHANG)
    assert [one.kept for one in retention.run(actor=SYSTEM).kept] == ["revised_by_open_case"]
    instances.cancel(revision, "不改了", actor=ZHANG)
    job = {"kind": "external", "number": 1, "element_id": "x", "path": [], "state": "waiting", "due_at": NOW, "created_at": NOW}
    with transaction():
        db.session.add(Job(id=f"{case}-9", instance_id=case, retries=1, payload={}, **job))
    assert [one.kept for one in retention.run(actor=SYSTEM).kept] == ["work_open"]


@pytest.mark.usefixtures("later")
def test_a_held_case_stays_until_it_is_released(case: str) -> None:
    retention.hold(case, "诉讼", actor=SYSTEM)
    with pytest.raises(Conflict):
        retention.hold(case, "诉讼", actor=SYSTEM)
    assert [(one["instance_id"], one["reason"]) for one in retention.holds()] == [(case, "诉讼")]
    assert [one.kept for one in retention.run(actor=SYSTEM).kept] == ["held"]
    retention.release(case, actor=SYSTEM)
    assert [one.id for one in retention.run(actor=SYSTEM).sealed] == [case]
    kinds = [act["kind"] for act in rows("act")]
    assert (kinds.count("hold_placed"), kinds.count("hold_released")) == (1, 1)
    with pytest.raises(NotFound):
        retention.release(case, actor=SYSTEM)
    with pytest.raises(Conflict):
        retention.hold(case, "诉讼", actor=SYSTEM)


@pytest.mark.usefixtures("later")
def test_a_case_whose_chain_is_broken_is_left_as_it_is(case: str) -> None:
    tamper("UPDATE step SET actor = 'x' WHERE seq = 1")
    assert [one.kept for one in retention.run(actor=SYSTEM).kept] == ["chain_broken"]
    assert len(rows("step")) == 3


@pytest.mark.usefixtures("later")
def test_a_file_that_another_case_uses_stays(case: str) -> None:
    with clock.at(LATER):
        other = _finished()
    assert len(_files()) == 1
    assert retention.run(actor=SYSTEM).files == 0
    assert len(_files()) == 1
    assert len(attachments.of_case(other)) == 1


@pytest.mark.usefixtures("later")
def test_a_process_without_retention_keeps_for_ever() -> None:
    deploy(REVIEW)
    with clock.at(NOW):
        _finished()
    with clock.at(NOW + timedelta(days=36_500)):
        assert retention.run(actor=SYSTEM).sealed == []


@pytest.mark.usefixtures("later")
def test_a_limit_ends_a_run(case: str) -> None:
    with clock.at(NOW):
        _finished("另一件")
    assert len(retention.run(actor=SYSTEM, limit=1).sealed) == 1
    assert len(retention.run(actor=SYSTEM, limit=1).sealed) == 1
    assert retention.run(actor=SYSTEM).sealed == []


@pytest.mark.usefixtures("later")
def test_who_decides_has_the_right_and_stands_on_record(case: str) -> None:
    with pytest.raises(NotAllowed):
        retention.run(actor=ZHANG)
    with pytest.raises(NotAllowed):
        retention.decider("li")
    assert [(act["actor"], act["allowed"]) for act in rows("act") if act["kind"] == "retention_run"] == [("zhang", False), ("li", False)]
    with transaction():
        db.session.add(AccountRole(login="li", role="audit_admin"))
    retention.run(actor=retention.decider("li"))
    assert [act.actor for act in acts.page(kind="case_sealed")] == ["li"]


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(
    "change", ["last_hash = 'x'", "last_seq = 9", "business_key = 'x'", "end_events = '[]'", "act = 1", "attachments = '{'"]
)
def test_a_changed_seal_is_seen(case: str, change: str) -> None:
    retention.run(actor=SYSTEM)
    tamper(f"UPDATE retention_seal SET {change}")
    assert {problem.case for problem in verify().problems} == {case}


@pytest.mark.usefixtures("later")
def test_steps_deleted_under_a_seal_that_nobody_made_are_seen(case: str) -> None:
    names = "at, business_key, definition_id, state, started_at, ended_at, end_events, first_seq, last_seq, last_hash, attachments, act"
    values = "started_at, NULL, definition_id, state, started_at, ended_at, end_events, 1, last_seq, last_hash, '[]', 1"
    with transaction():
        db.session.connection().exec_driver_sql(
            f"INSERT INTO retention_seal (instance_id, {names}) SELECT id, {values} FROM process_instance"
        )
        db.session.connection().exec_driver_sql("DELETE FROM step")
    assert [str(problem) for problem in verify().problems] == [f"{case}: its seal is not what the act says that sealed it"]


def test_the_steps_of_a_case_without_a_seal_cannot_be_deleted(case: str) -> None:
    with pytest.raises(Exception, match="append-only"), transaction():
        db.session.connection().exec_driver_sql("DELETE FROM step")
