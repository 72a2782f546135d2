"""In which order lists come, and how a page begins after the row of a cursor: by one column and the id, so that no row is passed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, func, tuple_, type_coerce

from processes.db import moment_text
from processes.errors import Invalid
from processes.models import ProcessInstance, UserTask
from processes.queries import paging

_task, _case = UserTask.__table__.c, ProcessInstance.__table__.c
#: what tasks are sorted by: name -> column; a minus before the name turns the order around
TASKS: dict[str, ColumnElement[Any]] = {
    "due": _task.sort_due,
    "arrived": _task.created_at,
    "done": _task.completed_at,
    "number": _task.business_key,
    "title": _task.title,
    "case": _task.id,
}
CASES: dict[str, ColumnElement[Any]] = {
    "started": _case.id,
    "due": _case.due_at,
    "number": _case.business_key,
    "title": _case.title,
}
#: stands where there is no deadline: after all others
NO_DUE = "9"


@dataclass(frozen=True, slots=True)
class Order:
    """One order of one kind of rows."""

    name: str
    column: ColumnElement[Any]
    id: ColumnElement[Any]
    down: bool

    def _value(self) -> ColumnElement[Any]:
        """The column as text; whose values may be missing gets one, but for the moments of what is done, which an index holds."""
        value = type_coerce(self.column, String)
        return func.coalesce(value, self._missing()) if self.name in ("due", "number") and self.column is not _task.sort_due else value

    def _missing(self) -> str:
        return NO_DUE if self.name == "due" else ""

    def by(self) -> list[ColumnElement[Any]]:
        """What ORDER BY names."""
        parts = [self._value(), self.id]
        return [part.desc() for part in parts] if self.down else parts

    def after(self, cursor: str | None) -> list[ColumnElement[bool]]:
        """The condition that a row comes after the cursor; none at the beginning. Raises Invalid."""
        key = paging.read_cursor(cursor, (str, str))
        if key is None:
            return []
        here = tuple_(self._value(), self.id)
        return [here < tuple_(*key) if self.down else here > tuple_(*key)]

    def cursor(self, row: Mapping[str, Any]) -> str:
        """The cursor after a row."""
        value = row[str(self.column.name)]
        if isinstance(value, datetime):
            value = moment_text(value)
        return paging.write_cursor(self._missing() if value is None else value, row["id"])


def of_tasks(name: str) -> Order:
    """An order of tasks; raises Invalid for one that there is not."""
    return _order(name, TASKS, _task.id)


def of_cases(name: str) -> Order:
    """An order of cases; raises Invalid for one that there is not."""
    return _order(name, CASES, _case.id)


def _order(name: str, known: Mapping[str, ColumnElement[Any]], row_id: ColumnElement[Any]) -> Order:
    plain = name.removeprefix("-")
    if plain not in known:
        raise Invalid("field_invalid", fields={"sort": ["不能按这一项排序。"]})
    return Order(plain, known[plain], row_id, name.startswith("-"))
