"""Where a case is on its diagram: what is done, what is current, what waits, what failed, and which way it went."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from processes import deployed, step_log
from processes.actors import Actor
from processes.db import db, reading
from processes.models import Incident, Job, Step, Subscription, UserTask
from processes.queries import cases


@dataclass(slots=True)
class Progress:
    """Elements by how they stand, of one definition (`key:version`): the case's own, or one that it calls."""

    #: element id -> done, current (a person is asked, or the case is inside), waiting (a time, message or outside work), failed,
    #: cancelled (begun, taken back, never done)
    elements: dict[str, str] = field(default_factory=dict)
    #: sequence flows that were taken
    flows: set[str] = field(default_factory=set)
    #: how often an element has been entered and not left
    inside: Counter[str] = field(default_factory=Counter)


def of(instance_id: str, actor: Actor) -> dict[str, Progress]:
    """How the elements stand, by definition, the case's own first; raises NotFound."""
    case = cases.get(instance_id, actor)
    own = case["definition_id"]
    progress: dict[str, Progress] = {own: Progress()}
    with reading():
        for row in db.session.execute(select(*step_log.CONTENT).where(Step.instance_id == instance_id).order_by(Step.seq)):
            for event in step_log.events(row):
                _follow(progress.setdefault(event["definition"] or own, Progress()), event)
        for found in progress.values():
            found.elements |= {element_id: "current" for element_id, number in found.inside.items() if number > 0}
        _mark(progress, "waiting", _waiting(instance_id))
        task = select(UserTask.element_definition_id, UserTask.element_id).where(UserTask.instance_id == instance_id)
        for definition_id, element_id in db.session.execute(task.where(UserTask.state == "open")):
            progress.setdefault(definition_id, Progress()).elements[element_id] = "current"
        failed = select(Incident.element_id).where(Incident.instance_id == instance_id, Incident.state == "open")
        _mark(progress, "failed", [one for one in db.session.scalars(failed) if one is not None])
    return progress


def _follow(progress: Progress, event: dict[str, Any]) -> None:
    kind, element_id = event["type"], event["element_id"]
    if kind == "end_event_reached" and element_id is not None:
        progress.elements[element_id] = "done"
    elif kind == "condition_evaluated" and event["details"].get("result"):
        progress.flows.add(event["details"]["flow_id"])
    elif kind == "element_entered" and element_id is not None:
        progress.inside[element_id] += 1
    elif kind == "element_left" and element_id is not None:
        progress.inside[element_id] -= 1
        if event["details"].get("cancelled"):
            progress.elements.setdefault(element_id, "cancelled")
        else:
            progress.elements[element_id] = "done"


def _mark(progress: dict[str, Progress], state: str, element_ids: list[str]) -> None:
    """Give elements a state, each in the definition that has it."""
    for element_id in element_ids:
        holding = (one for one in progress if element_id in deployed.definition(one).outline["elements"])
        progress[next(holding, next(iter(progress)))].elements[element_id] = state


def _waiting(instance_id: str) -> list[str]:
    jobs = select(Job.element_id).where(Job.instance_id == instance_id, Job.state.in_(("waiting", "suspended")), Job.kind != "message")
    subscriptions = select(Subscription.element_id).where(Subscription.instance_id == instance_id)
    return [*db.session.scalars(jobs), *db.session.scalars(subscriptions)]
