"""The log cannot be changed in silence: the database refuses, and verify names what was done past it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from processes import acts, instances, packing, user_tasks
from processes.audit.verify import Problem, verify
from processes.db import db, transaction
from processes.models import Step
from processes.models.append_only import VERBS
from tests.processes.cases import LI, OPERATOR, REVIEW, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.packed import as_before, stored
from tests.processes.packed import packed as repacked

pytestmark = pytest.mark.usefixtures("database")

COLUMNS = [column.name for column in Step.__table__.c]


@pytest.fixture
def case() -> str:
    """A case of three steps."""
    deploy(REVIEW)
    started = instances.start(key="review_flow", variables={}, actor=ZHANG)
    user_tasks.complete(open_tasks(started)["review"], variables={}, outcome="agree", actor=LI)
    user_tasks.complete(open_tasks(started)["approve"], variables={}, opinion="好", actor=ZHAO)
    return started


def _tamper(statement: str, **values: object) -> None:
    """Change the database as somebody with full access would."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    with transaction():
        for table in ("step", "act"):
            if on_sqlite:
                for verb in VERBS:
                    db.session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}"))
            else:
                db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        db.session.execute(text(statement), values)


def _places() -> list[tuple[str, int | None]]:
    return [(problem.case, problem.seq) for problem in verify().problems]


def test_an_untouched_log_is_unbroken(case: str) -> None:
    report = verify()
    assert (report.unbroken, report.cases, report.steps) == (True, 1, 3)
    assert verify(case).unbroken


@pytest.mark.parametrize("statement", ["UPDATE step SET actor = 'x'", "DELETE FROM step", "UPDATE act SET actor = 'x'", "DELETE FROM act"])
def test_the_database_refuses_to_change_or_delete(case: str, statement: str) -> None:
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text(statement))
    assert verify().unbroken


@pytest.mark.parametrize("before", [(), (2,)])
@pytest.mark.parametrize("column", [name for name in COLUMNS if name not in ("instance_id", "seq")])
def test_a_change_in_any_column_is_found_and_named(case: str, column: str, before: tuple[int, ...]) -> None:
    as_before(case, *before)
    assert verify().unbroken
    _tamper(f"UPDATE step SET {column} = 'x' WHERE seq = 2")
    assert (case, 2) in _places()


@pytest.mark.parametrize("seq", [1, 2])
def test_only_a_packed_step_leaves_what_came_before_to_the_row_before(case: str, seq: int) -> None:
    as_before(case, seq)
    _tamper("UPDATE step SET previous_hash = '' WHERE seq = :seq", seq=seq)
    assert (case, seq) in _places()


@pytest.mark.parametrize("packed", [True, False])
def test_one_changed_letter_of_the_events_is_found(case: str, packed: bool) -> None:
    if not packed:
        as_before(case, 2)
    assert verify().unbroken
    (row,) = (row for row in stored(case) if row["seq"] == 2)
    plain = packing.CODECS[packing.CODEC].unpack(row["content"]) if packed else row["events"].encode()
    other = plain.replace(b"agree", b"agreE")
    assert other != plain
    _tamper(
        "UPDATE step SET content = :new WHERE seq = 2" if packed else "UPDATE step SET events = :new WHERE seq = 2",
        new=repacked(other) if packed else other.decode(),
    )
    assert _places() == [(case, 2)]


def test_a_null_that_becomes_an_empty_text_is_found(case: str) -> None:
    _tamper("UPDATE step SET on_behalf_of = '' WHERE seq = 1")
    assert _places() == [(case, 1)]


def test_a_value_of_another_type_is_found(case: str) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite keeps any type in any column")
    _tamper("UPDATE step SET actor = CAST(actor AS BLOB) WHERE seq = 2")
    assert _places() == [(case, 2)]


def test_bytes_that_are_no_text_are_found_and_do_not_stop_the_look(case: str) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite keeps any bytes in a text")
    _tamper("UPDATE step SET actor = CAST(x'ff00fe' AS TEXT) WHERE seq = 2")
    assert _places() == [(case, 2)]


def test_a_missing_step_is_found(case: str) -> None:
    _tamper("DELETE FROM step WHERE seq = 2")
    assert (case, 2) in _places()


def test_a_cut_tail_is_found(case: str) -> None:
    _tamper("DELETE FROM step WHERE seq = 3")
    assert _places() == [(case, 3)]


def test_a_whole_cut_chain_is_found(case: str) -> None:
    _tamper("DELETE FROM step")
    assert _places() == [(case, 1), (case, 2), (case, 3)]


def test_an_added_step_is_found(case: str) -> None:
    names = ", ".join(COLUMNS)
    _tamper(f"INSERT INTO step ({names}) SELECT {names.replace('seq', '4')} FROM step WHERE seq = 3")
    assert (case, 4) in _places()


def test_steps_that_changed_places_are_found(case: str) -> None:
    _tamper("UPDATE step SET seq = 99 WHERE seq = 1")
    _tamper("UPDATE step SET seq = 1 WHERE seq = 2")
    _tamper("UPDATE step SET seq = 2 WHERE seq = 99")
    assert {(case, 1), (case, 2)} <= set(_places())


def test_a_changed_end_of_the_chain_is_found(case: str) -> None:
    _tamper("UPDATE process_instance SET last_seq = 2")
    assert _places() == [(case, 3)]
    _tamper(f"UPDATE process_instance SET last_seq = 3, last_hash = '{'0' * 64}'")
    assert _places() == [(case, 3)]


def test_another_case_is_not_blamed(case: str) -> None:
    other = instances.start(key="review_flow", variables={}, actor=ZHANG)
    _tamper("UPDATE step SET actor = 'x' WHERE seq = 1 AND instance_id = :other", other=other)
    assert _places() == [(other, 1)]
    assert verify(case).unbroken


def test_an_unknown_case_is_said() -> None:
    assert verify("nothing").problems == [Problem("nothing", None, "no such case")]


def test_the_chain_of_acts_is_looked_at_too(case: str) -> None:
    with transaction():
        acts.record("test", "subject", actor=OPERATOR)
    assert verify().unbroken
    last = rows("act")[-1]["seq"]
    _tamper("UPDATE act SET allowed = :no WHERE seq = :last", last=last, no=False)
    assert _places() == [("act", last)]
    _tamper("DELETE FROM act WHERE seq = :last", last=last)
    assert _places() == [("act", last)]
