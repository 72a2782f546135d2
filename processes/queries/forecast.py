"""What if: who comes next after a decision that has not been taken. Nothing is stored."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.errors import EngineError
from engine.triggers import CompleteUserTask
from processes import contexts
from processes.actors import Actor
from processes.db import db, reading
from processes.models import ProcessInstance
from processes.people import directory, groups
from processes.queries import inbox


@dataclass(frozen=True, slots=True)
class Next:
    """What a decision would lead to: a task and who would have it, or an end."""

    kind: str
    element_id: str | None
    name: str
    #: names with posts of who could act
    people: list[str]


def next_steps(user_task_id: str, actor: Actor, *, variables: dict[str, Any] | None = None, outcome: str | None = None) -> list[Next]:
    """What would follow if the task were completed like this; empty when it cannot be foreseen. Raises NotFound."""
    with reading():
        task = inbox.visible_row(user_task_id, actor)
        if task["state"] != "open":
            return []
        case = ProcessInstance
        row = db.session.execute(
            select(case.engine_state, case.definition_id, case.id, case.business_key).where(case.id == task["instance_id"])
        ).one()
        trigger = CompleteUserTask(task["number"], task["element_id"], tuple(task["path"]), variables or {}, outcome, None)
        built = contexts.build(row.definition_id, row.id, row.business_key)
        try:
            outcome_of, _, _ = contexts.advance(row.engine_state, trigger, *built)
        except EngineError:
            return []
        found = [_next(event.to_document()) for event in outcome_of.events]
    return [one for one in found if one is not None]


def _next(event: dict[str, Any]) -> Next | None:
    details, element_id = event["details"], event["element_id"]
    name = event["element_name"] or element_id or ""
    if event["type"] == "user_task_created":
        assignee = details["assignee"]
        logins = [assignee] if assignee else groups.resolve(details["candidate_users"], details["candidate_groups"])
        return Next("user_task", element_id, details["name"] or name, sorted(directory.names(logins).values()))
    if event["type"] == "end_event_reached" and details["top"]:
        return Next("end", element_id, name, [])
    return None
