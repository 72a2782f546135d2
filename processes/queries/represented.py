"""Who may do tasks for somebody else, and for whom somebody finds a task: substitutes (代理), and successors of people who left."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from processes import locked_task, policy
from processes.actors import Actor, StandIn
from processes.db import db
from processes.models import ProcessInstance
from processes.people import standing_in

Row = Mapping[Any, Any]


def add(acting: dict[str, list[str]], rows: Iterable[Row]) -> None:
    """Add to those who may act on each open task whoever may do so for one of them, or has succeeded one who has left."""
    waiting = [row for row in rows if row["state"] == "open"]
    stands = standing_in.by_principal({login for row in waiting for login in acting[row["id"]]})
    left = standing_in.successors({name for row in waiting for name in _named(row)} - {one for row in waiting for one in acting[row["id"]]})
    if not stands and not left:
        return
    cases = _applications(row["instance_id"] for row in waiting)
    for row in waiting:
        facts, case = locked_task.facts(row), cases[row["instance_id"]]
        asked = [(login, stand) for principal in acting[row["id"]] for login, stand in stands.get(principal, ())]
        asked += [(left[name], StandIn(name, name, succeeds=True)) for name in _named(row) if name in left]
        found = {login for login, stand in asked if policy.reaches(stand, login, facts, case)}
        acting[row["id"]] = sorted({*acting[row["id"]], *found})


def _named(row: Row) -> list[str]:
    """The logins by which a task names people."""
    return list(row["candidate_users"]) if row["assignee"] is None else [row["assignee"]]


def _applications(instance_ids: Iterable[str]) -> dict[str, policy.ApplicationFacts]:
    case = ProcessInstance
    query = select(case.id, case.started_by, case.started_for, case.amount).where(case.id.in_(set(instance_ids)))
    return {row.id: locked_task.application(row) for row in db.session.execute(query)}


def by_task(rows: Iterable[Row], actor: Actor) -> dict[str, StandIn]:
    """By which rule the actor finds each of those open tasks that are not the actor's own to do."""
    others = (
        [row for row in rows if row["state"] == "open" and not policy.may_work_on(actor, locked_task.facts(row))] if actor.stands_in else []
    )
    if not others:
        return {}
    cases = _applications(row["instance_id"] for row in others)
    rules = {row["id"]: policy.stand_in(actor, locked_task.facts(row), cases[row["instance_id"]]) for row in others}
    return {task_id: stand for task_id, stand in rules.items() if stand is not None}
