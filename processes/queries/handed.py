"""What somebody had and handed on (转办, 委派), was asked about, or had decided by a substitute: part of what is done."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, func, select

from processes import locked_task, policy
from processes.db import db
from processes.models import HandedOn, UserTask

_handed, _task = HandedOn.__table__.c, UserTask.__table__.c
AT = _handed.at
#: who was asked for advice and is no more has nothing to show
SHOWN = ("reassigned", "delegated", "resolved", "represented")


def tasks_of(login: str) -> Select[Any]:
    """Ids of those tasks with the moment, but for those that the same person has completed after all."""
    mine = (_handed.login == login, _handed.verb.in_(SHOWN), func.coalesce(_task.completed_by, "") != login)
    return select(_task.id, AT.label("done_at")).join_from(HandedOn, UserTask, _handed.user_task_id == _task.id).where(*mine)


def how(login: str, user_task_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """How somebody's part in these tasks ended: verb, to whom, when; by task."""
    query = select(_handed.user_task_id, _handed.verb, _handed.to, _handed.at)
    query = query.where(_handed.login == login, _handed.verb.in_(SHOWN), _handed.user_task_id.in_(list(user_task_ids)))
    rows = db.session.execute(query).mappings()
    return {row["user_task_id"]: {"verb": row["verb"], "to": row["to"], "at": row["at"]} for row in rows}


def facts(task: Mapping[str, Any]) -> policy.TaskFacts:
    """What decides who may do what, of a task as `inbox.as_tasks` gives it: there `candidate_users` are all who may act."""
    return locked_task.facts({**task, "candidate_users": task["drawn_users"]})
