"""Where a case is on its diagram: what is done, what is current, what waits, what failed, and which way it went."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from processes.actors import Actor
from processes.db import db, reading
from processes.models import Incident, Job, Step, Subscription, UserTask
from processes.queries import cases


@dataclass(slots=True)
class Progress:
    """Elements by how they stand, of one definition (`key:version`): the case's own, or one that it calls."""

    #: element id -> done, current (a person is asked), waiting (a time, message or outside work), failed
    elements: dict[str, str] = field(default_factory=dict)
    #: sequence flows that were taken
    flows: set[str] = field(default_factory=set)


def of(instance_id: str, actor: Actor) -> dict[str, Progress]:
    """How the elements stand, by definition; raises NotFound."""
    case = cases.get(instance_id, actor)
    progress: dict[str, Progress] = {case["definition_id"]: Progress()}
    with reading():
        for events in db.session.scalars(select(Step.events).where(Step.instance_id == instance_id).order_by(Step.seq)):
            for event in events:
                _follow(progress.setdefault(event["definition"], Progress()), event)
        own = progress[case["definition_id"]]
        for element_id in _waiting(instance_id):
            own.elements[element_id] = "waiting"
        task = select(UserTask.element_definition_id, UserTask.element_id).where(UserTask.instance_id == instance_id)
        for definition_id, element_id in db.session.execute(task.where(UserTask.state == "open")):
            progress.setdefault(definition_id, Progress()).elements[element_id] = "current"
        failed = select(Incident.element_id).where(Incident.instance_id == instance_id, Incident.state == "open")
        for found in db.session.scalars(failed):
            if found is not None:
                own.elements[found] = "failed"
    return progress


def _follow(progress: Progress, event: dict[str, Any]) -> None:
    kind, element_id = event["type"], event["element_id"]
    if kind == "element_left" and element_id is not None and not event["details"].get("cancelled"):
        progress.elements[element_id] = "done"
    elif kind == "element_entered" and element_id is not None:
        progress.elements.setdefault(element_id, "done")
    elif kind == "condition_evaluated" and event["details"].get("result"):
        progress.flows.add(event["details"]["flow_id"])


def _waiting(instance_id: str) -> list[str]:
    jobs = select(Job.element_id).where(Job.instance_id == instance_id, Job.state.in_(("waiting", "suspended")), Job.kind != "message")
    subscriptions = select(Subscription.element_id).where(Subscription.instance_id == instance_id)
    return [*db.session.scalars(jobs), *db.session.scalars(subscriptions)]
