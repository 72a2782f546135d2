"""Rows to be written to the projections: gathered from a step's events, written with one statement a table."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, String, bindparam, delete, insert, select, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite

from processes.db import moment_text
from processes.models import CaseSearch, Delivery, HandedOn, InboxEntry, Incident, Job, RegisterRow, Reminder, Subscription, UserTask, Vote
from processes.prepared import Prepared

Row = dict[str, Any]
_forget_entries = Prepared(delete(InboxEntry).where(InboxEntry.user_task_id == bindparam("gone")))
_insert_entries = Prepared(insert(InboxEntry))
#: for a task that stands in the database: what boxes are filtered by is the task's
_insert_entries_of_old = Prepared(
    insert(InboxEntry).from_select(
        ["holder", "sort_due", "user_task_id", "definition_key", "list_name", "follow_up"],
        select(
            bindparam("holder", type_=String),
            bindparam("sort_due", type_=String),
            UserTask.id,
            UserTask.definition_key,
            UserTask.list_name,
            type_coerce(UserTask.follow_up_at, String),
        ).where(UserTask.id == bindparam("user_task_id")),
    )
)
_insert_user_tasks = Prepared(insert(UserTask))


class Rows(Struct):
    """New, changed and removed rows of one table, by id; a change to a new row is made in the row."""

    new: dict[str, Row] = {}
    changed: dict[str, Row] = {}
    removed: set[str] = set()

    def put(self, row: Row) -> None:
        """A row that is there from now on."""
        self.removed.discard(row["id"])
        self.changed.pop(row["id"], None)
        self.new[row["id"]] = row

    def change(self, row_id: str, **values: Any) -> None:
        """New values of a row."""
        if row_id in self.new:
            self.new[row_id].update(values)
        else:
            self.changed.setdefault(row_id, {}).update(values)

    def remove(self, row_id: str) -> None:
        """A row that is gone from now on."""
        self.new.pop(row_id, None)
        self.changed.pop(row_id, None)
        self.removed.add(row_id)


@dataclass(slots=True)
class Inbox:
    """Who finds an open task: holders and place in the list; None where nobody does any more."""

    holders: dict[str, tuple[str, list[str]] | None] = field(default_factory=dict)

    def rows(self, of: Callable[[str], bool]) -> list[Row]:
        """The inbox entries of those tasks, in a fixed order."""
        return [
            {"holder": holder, "sort_due": entry[0], "user_task_id": task_id}
            for task_id, entry in self.holders.items()
            if entry is not None and of(task_id)
            for holder in entry[1]
        ]


@dataclass(slots=True)
class Changes:
    """All rows that a step (or, in a rebuild, a whole case) gives."""

    user_tasks: Rows = field(default_factory=Rows)
    inbox: Inbox = field(default_factory=Inbox)
    jobs: Rows = field(default_factory=Rows)
    subscriptions: Rows = field(default_factory=Rows)
    incidents: Rows = field(default_factory=Rows)
    register_rows: Rows = field(default_factory=Rows)
    votes: Rows = field(default_factory=Rows)
    reminders: Rows = field(default_factory=Rows)
    deliveries: Rows = field(default_factory=Rows)
    handed_on: Rows = field(default_factory=Rows)
    #: the text by which a case is found, by case
    search: dict[str, str] = field(default_factory=dict)
    #: set when the case is suspended or resumed: the state that its waiting or suspended jobs get
    jobs_of_instance: str | None = None


def write(connection: Connection, changes: Changes) -> None:
    """Write everything, tables in the order of their references."""
    _write_rows(connection, UserTask, changes.user_tasks)
    _write_inbox(connection, changes)
    _write_rows(connection, Job, changes.jobs)
    _write_rows(connection, Subscription, changes.subscriptions)
    _write_rows(connection, Incident, changes.incidents)
    _write_rows(connection, RegisterRow, changes.register_rows)
    _write_rows(connection, Vote, changes.votes)
    _write_rows(connection, Reminder, changes.reminders)
    _write_rows(connection, Delivery, changes.deliveries)
    _write_rows(connection, HandedOn, changes.handed_on)

    if changes.search:
        texts = [{"instance_id": instance_id, "text": text} for instance_id, text in changes.search.items()]
        _search_texts(connection.dialect.name).write(connection, *texts)


@cache
def _search_texts(dialect: str) -> Prepared:
    """New texts; an equal one is left alone, with its entries in the index."""
    statement = sqlite.insert(CaseSearch) if dialect == "sqlite" else postgresql.insert(CaseSearch)
    new = statement.excluded.text
    return Prepared(statement.on_conflict_do_update(index_elements=["instance_id"], set_={"text": new}, where=CaseSearch.text != new))


def _write_rows(connection: Connection, model: Any, rows: Rows) -> None:
    if rows.removed:
        connection.execute(delete(model).where(model.id.in_(sorted(rows.removed))))
    if rows.new:
        _upsert(connection, model).write(connection, *rows.new.values())
    for columns, changed in _by_columns(rows.changed):
        _update(model, columns).write(connection, *changed)


@cache
def _update(model: Any, columns: tuple[str, ...]) -> Prepared:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    return Prepared(update(model).where(model.id == bindparam("row_id")).values(values))


def _by_columns(changed: dict[str, Row]) -> Iterable[tuple[tuple[str, ...], list[Row]]]:
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row_id, values in changed.items():
        groups[tuple(sorted(values))].append({"row_id": row_id, **{f"new_{name}": value for name, value in values.items()}})
    return groups.items()


def _upsert(connection: Connection, model: Any) -> Prepared:
    """A task that waits again (a retry, a cycle) may keep its number, and so its row; user tasks are always new."""
    return _insert_user_tasks if model is UserTask else _insert_or_update(model, connection.dialect.name)


@cache
def _insert_or_update(model: Any, dialect: str) -> Prepared:
    statement = sqlite.insert(model) if dialect == "sqlite" else postgresql.insert(model)
    taken_over = {column.name: statement.excluded[column.name] for column in model.__table__.c if column.name != "id"}
    return Prepared(statement.on_conflict_do_update(index_elements=["id"], set_=taken_over))


def _write_inbox(connection: Connection, changes: Changes) -> None:
    new = changes.user_tasks.new
    gone = [{"gone": task_id} for task_id in changes.inbox.holders if task_id not in new]
    if gone:
        _forget_entries.write(connection, *gone)
    rows = changes.inbox.rows(lambda task_id: task_id in new)
    for row in rows:
        task = new[row["user_task_id"]]
        row["definition_key"], row["list_name"] = task["definition_key"], task["list_name"]
        row["follow_up"] = None if task["follow_up_at"] is None else moment_text(task["follow_up_at"])
    if rows:
        _insert_entries.write(connection, *rows)
    moved = changes.inbox.rows(lambda task_id: task_id not in new)
    if moved:
        _insert_entries_of_old.write(connection, *moved)
