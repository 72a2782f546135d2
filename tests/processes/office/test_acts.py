"""The chain of acts."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from processes import acts, chain
from processes.actors import SYSTEM
from processes.db import db, transaction
from processes.errors import NotAllowed
from processes.models import Act, ChainHead
from processes.people import directory
from processes.settings import Settings


def record(count: int = 1) -> None:
    for number in range(count):
        with transaction():
            acts.record("tested", f"第{number}件", actor=SYSTEM, details={"number": number, "text": "一"})


@contextmanager
def tampering() -> Iterator[Connection]:
    """The database as somebody opens it who gets around the triggers."""
    db.session.rollback()
    of_table = "" if db.engine.dialect.name == "sqlite" else " ON act"
    with db.engine.connect() as connection:
        for verb in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER act_no_{verb}{of_table}")
        yield connection
        connection.commit()


def test_acts_form_a_chain(office: Settings) -> None:
    record(3)
    rows = [db.session.get_one(Act, seq) for seq in (1, 2, 3)]
    assert [row.previous_hash for row in rows] == [chain.START, rows[0].hash, rows[1].hash]
    head = db.session.get_one(ChainHead, "act")
    assert (head.last_seq, head.last_hash) == (3, rows[2].hash)
    assert list(acts.breaks()) == []


def test_an_empty_chain_is_whole(office: Settings) -> None:
    assert list(acts.breaks()) == []


COPIED = "at, actor, kind, subject, allowed, details"


@pytest.mark.parametrize(
    ("statement", "seq", "problem"),
    [
        ("UPDATE act SET subject='x' WHERE seq=2", 2, "changed"),
        ("UPDATE act SET subject=NULL WHERE seq=2", 2, "changed"),
        ("UPDATE act SET allowed=false WHERE seq=2", 2, "changed"),
        ("UPDATE act SET details=details || ' ' WHERE seq=2", 2, "changed"),
        ("UPDATE act SET at='2020-01-01T00:00:00.000000Z' WHERE seq=2", 2, "changed"),
        ("UPDATE act SET actor='mayor_town' WHERE seq=3", 3, "changed"),
        ("DELETE FROM act WHERE seq=2", 2, "missing"),
        ("DELETE FROM act WHERE seq=1", 1, "missing"),
        ("DELETE FROM act WHERE seq=3", 3, "cut_or_added"),
        ("DELETE FROM act", 1, "cut_or_added"),
        (f"INSERT INTO act ({COPIED}, seq, previous_hash, hash) SELECT {COPIED}, 4, hash, hash FROM act WHERE seq=3", 4, "changed"),
        ("UPDATE chain_head SET last_seq=2", 4, "cut_or_added"),
    ],
)
def test_a_change_of_any_kind_is_found(office: Settings, statement: str, seq: int, problem: str) -> None:
    record(3)
    with tampering() as connection:
        connection.exec_driver_sql(statement)
    assert acts.Break(seq, problem) in list(acts.breaks())


@pytest.mark.parametrize("statement", ["UPDATE act SET subject='x'", "DELETE FROM act"])
def test_the_database_refuses_to_change_acts(office: Settings, statement: str) -> None:
    record()
    db.session.rollback()
    with db.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.exec_driver_sql(statement)


def test_what_is_rolled_back_leaves_no_act(office: Settings) -> None:
    def fail() -> None:
        with transaction():
            acts.record("tested", None, actor=SYSTEM)
            raise ValueError("after")

    with pytest.raises(ValueError, match="after"):
        fail()
    record()
    assert [act.seq for act in acts.page()] == [1]
    assert list(acts.breaks()) == []


@pytest.mark.parametrize("subject", ["a\r\nb", "\x00", "\ud800", "x" * 1000, "‮", "'; DROP TABLE act; --", ""])
def test_a_subject_of_any_kind_is_one_act_and_verifies(office: Settings, subject: str) -> None:
    with transaction():
        acts.record("tested", subject, actor=SYSTEM)
    record()
    assert list(acts.breaks()) == []
    assert len(acts.page()) == 2


def test_a_refusal_says_what_was_needed_and_stands_on_record(office: Settings) -> None:
    actor = directory.actor("clerk_finance")
    with pytest.raises(NotAllowed) as refusal:
        acts.require_role(actor, {"operator", "auditor"}, "looked", "all")
    assert refusal.value.values == {"roles": ["auditor", "operator"]}
    act = acts.page()[0]
    assert (act.actor, act.kind, act.subject, act.allowed) == ("clerk_finance", "looked", "all", False)
    acts.require_role(SYSTEM, (), "looked", "all")


def test_acts_are_listed_newest_first_by_kind_and_person(office: Settings) -> None:
    record(3)
    with transaction():
        acts.record("other", None, actor=directory.actor("auditor"))
    assert [act.seq for act in acts.page(limit=2)] == [4, 3]
    assert [act.seq for act in acts.page(before=3)] == [2, 1]
    assert [act.seq for act in acts.page(kind="other")] == [4]
    assert [act.seq for act in acts.page(login="auditor")] == [4]
