"""Who signs a user task, read from its row: what commands and queries ask."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from engine.signers import DECIDED, OPEN, PLANNED
from processes.db import db
from processes.errors import Conflict
from processes.locked_task import LockedTask
from processes.models import UserTask

_ASKED = frozenset({PLANNED, OPEN, DECIDED})
_row = UserTask.__table__.c


def is_signers(task: Mapping[Any, Any]) -> bool:
    """Whether it is the task of a signer."""
    return "of" in (task["signing"] or {})


def check_no_signer(held: LockedTask, whose: str) -> None:
    """Raise Conflict where the person signs the task: whoever signs does not hold it too."""
    if any(one["user"] == whose and one["state"] in _ASKED for one in asked_for(held.row)):
        raise Conflict("signer_may_not_decide", login=whose)


def chooses_at(task: Mapping[Any, Any]) -> str:
    """The element whose choices of people the task offers; a signer chooses nobody."""
    return "" if is_signers(task) else str(task["element_id"])


def asked_for(task: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """The signers of a task, in the order in which they were added."""
    found: list[dict[str, Any]] = (task["signing"] or {}).get("signers", [])
    return found


def people_of(held: LockedTask) -> set[str]:
    """Everybody who has, signs or has signed the task, at any depth: nobody is asked twice."""
    tasks = {row["number"]: row for row in _rows(held)}
    root = _root(held.row, tasks)
    ours = [row for row in tasks.values() if _root(row, tasks)["number"] == root["number"]]
    found = {signer["user"] for row in ours for signer in asked_for(row) if signer["state"] in _ASKED}
    holding = (row for row in ours if row["state"] != "cancelled")
    return found | {login for row in holding for login in (row["assignee"], row["completed_by"]) if login is not None}


def _rows(held: LockedTask) -> Iterable[Mapping[str, Any]]:
    query = select(_row.number, _row.assignee, _row.completed_by, _row.state, _row.signing).where(
        _row.instance_id == held.instance.id, _row.element_id == held.row["element_id"]
    )
    return [dict(row) for row in db.session.execute(query).mappings()]


def _root(row: Mapping[str, Any], tasks: Mapping[int, Mapping[str, Any]]) -> Mapping[str, Any]:
    while "of" in (row["signing"] or {}):
        row = tasks[row["signing"]["of"]]
    return row
