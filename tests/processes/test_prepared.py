"""Statements that the driver carries out are those that SQLAlchemy would have carried out."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    delete,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError

from processes import instances, user_tasks
from processes.db import Json, Moment, connection, db, reading, transaction
from processes.errors import Unavailable
from processes.models import UserTask
from processes.prepared import Prepared
from tests.processes.cases import LI, REVIEW, ZHANG, deploy, open_tasks, rows
from tests.processes.conftest import NOW

PAPERS = Table(
    "paper",
    MetaData(),
    Column("login", String(20), primary_key=True),
    Column("kind", Integer),
    Column("content", Json),
    Column("at", Moment),
)
INSERT = Prepared(insert(PAPERS))
READ = Prepared(select(PAPERS).where(PAPERS.c.kind == bindparam("of")).order_by(PAPERS.c.login))
CHANGE = Prepared(update(PAPERS).where(PAPERS.c.login == bindparam("of_login")).values(content=bindparam("new")))
FORGET = Prepared(delete(PAPERS).where(PAPERS.c.kind == 1, PAPERS.c.login == bindparam("of_login")))
ONE = {"login": "li", "kind": 1, "content": {"amount": Decimal("10.50"), "note": "同意"}, "at": NOW}
OTHER = {"login": "wang", "kind": 1, "content": None, "at": NOW}


@pytest.fixture(autouse=True)
def papers(database: str) -> None:
    with transaction():
        PAPERS.create(connection())


def _logins() -> list[str]:
    with reading():
        return list(db.session.scalars(select(PAPERS.c.login).order_by(PAPERS.c.login)))


def _watch(engine: Engine) -> None:
    event.listen(engine, "before_cursor_execute", lambda *_: None)


@pytest.mark.parametrize("watched", [False, True])
def test_rows_are_written_read_changed_and_deleted(watched: bool) -> None:
    if watched:
        _watch(db.engine)
    with transaction():
        INSERT.write(connection(), ONE, OTHER)
        assert READ.first(connection(), {"of": 1}) == ONE
        CHANGE.write(connection(), {"of_login": "li", "new": {"amount": Decimal("2.0")}})
        FORGET.write(connection(), {"of_login": "wang"})
    assert _logins() == ["li"]
    found = READ.first(connection(), {"of": 1})
    assert found is not None
    assert str(found["content"]["amount"]) == "2.0"


def test_nothing_is_found() -> None:
    assert READ.first(connection(), {"of": 9}) is None


def test_what_is_not_given_is_a_mistake_of_ours() -> None:
    with transaction(), pytest.raises(TypeError, match="not every value is given"):
        Prepared(insert(UserTask)).write(connection(), {"id": "1"})


def test_a_second_row_of_the_same_key_is_refused_without_telling_what_it_holds() -> None:
    with pytest.raises(IntegrityError) as refused, transaction():
        INSERT.write(connection(), ONE, ONE)
    assert "同意" not in str(refused.value)
    assert _logins() == []


@pytest.mark.postgresql
def test_a_text_that_the_database_cannot_hold_is_said_to_be_one() -> None:
    with pytest.raises(DataError), transaction():
        INSERT.write(connection(), {**ONE, "login": "\x00"})


@pytest.mark.postgresql
def test_a_connection_that_is_cut_is_made_anew(database_url: str) -> None:
    def cut() -> None:
        INSERT.write(connection(), ONE)
        pid = connection().connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
        other = create_engine(database_url)
        with other.connect() as outside:
            outside.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        other.dispose()
        INSERT.write(connection(), OTHER)

    with pytest.raises(Unavailable), transaction():
        cut()
    assert _logins() == []
    with transaction():
        INSERT.write(connection(), OTHER)
    assert _logins() == ["wang"]


@pytest.mark.sqlite
def test_a_database_that_cannot_be_written_is_unavailable() -> None:
    def write() -> None:
        connection().execute(text("PRAGMA query_only=ON"))
        INSERT.write(connection(), ONE)

    with pytest.raises(Unavailable), transaction():
        write()
    db.session.execute(text("PRAGMA query_only=OFF"))
    assert _logins() == []


def test_a_step_is_the_same_whether_somebody_watches_or_not() -> None:
    deploy(REVIEW)
    seen = []
    for watched in (False, True):
        if watched:
            _watch(db.engine)
        case = instances.start(key="review_flow", variables={}, actor=ZHANG)
        user_tasks.complete(open_tasks(case)["review"], variables={}, opinion="同意", actor=LI)
        written = [rows("step", instance_id=case), rows("user_task", instance_id=case), rows("process_instance", id=case)]
        told = re.sub(r"[0-9a-f]{64}", "HASH", str(written).replace(case, "CASE"))
        seen.append(told)
    assert seen[0] == seen[1]


def test_a_step_writes_of_its_case_what_has_changed() -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _connection, _cursor, statement, *_: asked.append(statement))
    user_tasks.complete(open_tasks(case)["review"], variables={}, opinion="同意", actor=LI)
    (update_of_case,) = [one for one in asked if one.startswith("UPDATE process_instance")]
    named = set(re.findall(r"(\w+)=", update_of_case))
    assert named == {"variables", "packed_variables", "engine_state", "last_seq", "last_hash"}
