"""W3: a page of 50 of very many open tasks, filtered and sorted by due date, with the counters of all boxes, beside the bare indexed query.

All statements of the page are taken down with their parameters and asked again by the driver alone, in turns with the bare query, so
that both are the database's time to the last row. The time of the whole call in Python stands beside them.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from statistics import median
from typing import Any

from sqlalchemy import event, text

from benchmarks import office
from processes import clock, instances
from processes.actors import Actor
from processes.db import db, transaction
from processes.queries import counters, inbox

SIZES = (10_000, 1_000_000)
REPEATS = 40
TASKS_OF_A_CASE = 10
#: in the box of a group, which the clerk holds beside two others and his own name
CLERK = Actor("first", "first", frozenset({"clerk"}), frozenset({"财政局", "柳溪镇", "初审岗"}))
LISTS = ("待审核", "建设中", "待验收", "待备案")
BY_NUMBER = " ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(LISTS))
#: one task in so many is of another process: a filter that finds few
RARE = 150
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)"
#: what a new row does not take over from the row that it is copied from
CASE = {"id": "'c' || i", "title": "'Case ' || i", "engine_state": "x''", "variables": "'{}'"}
DUE = "'2026-12-' || substr('0' || (i % 28 + 1), -2) || 'T' || substr('0' || (i % 24), -2) || ':00:00.' || substr('00000' || i, -6) || 'Z'"
TASK = {
    "id": "'t' || i",
    "instance_id": f"'c' || (i / {TASKS_OF_A_CASE})",
    "due_at": DUE,
    "sort_due": DUE,
    "definition_key": f"CASE WHEN i % {RARE} = 0 THEN 'rare' ELSE 'approval' END",
    "list_name": f"CASE i % {len(LISTS)} {BY_NUMBER} END",
    "assignee": "NULL",
    "candidate_groups": "'[\"财政局\"]'",
}
ENTRIES = "INSERT INTO inbox_entry (holder, sort_due, user_task_id, definition_key, list_name) SELECT 'group:财政局', sort_due, id, definition_key, list_name FROM user_task WHERE id LIKE 't%'"
BARE = "SELECT t.* FROM inbox_entry e JOIN user_task t ON t.id = e.user_task_id WHERE e.holder = 'group:财政局'{condition} ORDER BY e.sort_due, e.user_task_id LIMIT 51"
Statements = list[tuple[str, Sequence[Any]]]


def _copied(table: str, changed: Mapping[str, str], source: str, count: int) -> None:
    """Copy a row many times over, with other values in some columns, within the database."""
    columns = list(db.metadata.tables[table].columns.keys())
    values = ", ".join(changed.get(name, f"old.{name}") for name in columns)
    statement = f"{NUMBERS} INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM n, {table} old WHERE old.id = :source"
    # SQLite has the recursive part in front of SELECT, not of INSERT
    insert, _, rest = statement.removeprefix(NUMBERS + " ").partition(" SELECT ")
    db.session.execute(text(f"{insert} {NUMBERS} SELECT {rest}"), {"count": count, "source": source})


def _fill(count: int) -> None:
    case = instances.start(key="approval", variables=office.FORM_DATA, actor=office.integrator("approval"))
    with transaction():
        _copied("process_instance", CASE, case, count // TASKS_OF_A_CASE)
        task = db.session.execute(text("SELECT id FROM user_task WHERE instance_id = :id LIMIT 1"), {"id": case}).scalar_one()
        _copied("user_task", TASK, str(task), count)
        db.session.execute(text(ENTRIES))
    with closing(db.engine.raw_connection()) as connection:
        # the log of so large a transaction goes into the file, as it would have gone bit by bit
        connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]


def _taken_down(work: Callable[[], object]) -> Statements:
    """The statements that some work asks the database, with their parameters."""
    asked: Statements = []

    def note(connection: object, cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    work()
    event.remove(db.engine, "before_cursor_execute", note)
    return asked


def _medians(*works: Callable[[], object]) -> list[float]:
    """Milliseconds of each, in turns."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(REPEATS):
        for work, seen in zip(works, times, strict=True):
            began = time.perf_counter()
            work()
            seen.append(time.perf_counter() - began)
    return [median(seen) * 1000 for seen in times]


def _page(filters: Mapping[str, Any]) -> None:
    found = inbox.page(CLERK, filters=filters, limit=50)["items"]
    assert len(found) == 50 or filters.get("definition_key") == "rare"
    counters.lists(CLERK, counters.of(CLERK)["todo"])


def _compare(name: str, filters: Mapping[str, Any], condition: str, driver: Any) -> None:
    def asked(statements: Statements) -> Callable[[], object]:
        return lambda: [driver.execute(statement, parameters).fetchall() for statement, parameters in statements]

    # that the box is full is found out once a minute
    _page(filters)
    only = _taken_down(lambda: inbox.page(CLERK, filters=filters, limit=50))
    whole = _taken_down(lambda: _page(filters))
    bare: Statements = [(BARE.format(condition=condition), ())]
    base, page, both, call = _medians(asked(bare), asked(only), asked(whole), lambda: _page(filters))
    print(f"    {name:22} bare {base:6.2f} ms   page {page:6.2f} ms, x {page / base:4.2f} (reach 2)   with counters {both:6.2f} ms", end="")
    print(f", x {both / base:4.2f}   whole call {call:6.2f} ms (reach under 15)")


def run() -> None:
    """Print the database's time of a page, of a page with all counters, and of the bare query; then of the whole call."""
    for count in SIZES:
        with office.opened():
            office.deploy("approval", office.APPROVAL)
            began = time.perf_counter()
            _fill(count)
            print(f"W3  inbox page, 50 of {count:,} open tasks of one box, tightest first, clerk of four names", end="")
            print(f"   ({time.perf_counter() - began:.0f} s to fill)")
            with closing(db.engine.raw_connection()) as driver:
                _compare("no filter", {}, "", driver.driver_connection)
                _compare("one list of four", {"list_name": LISTS[1]}, f" AND e.list_name = '{LISTS[1]}'", driver.driver_connection)
                rare = " AND e.definition_key = 'rare'"
                _compare(f"one task in {RARE:,}", {"definition_key": "rare"}, rare, driver.driver_connection)
                late = f" AND e.sort_due >= '{clock.now().isoformat()[:26]}Z'"
                _compare("not overdue", {"overdue": False}, late, driver.driver_connection)
