"""What sending back would do: the engine takes the step on the state as it is, and nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from processes import deployed, inputs, runtime
from processes.actors import Actor
from processes.approval import log, sending_back, targets
from processes.approval.targets import Target
from processes.db import connection, reading
from processes.locked_task import LockedTask
from processes.models import UserTask
from processes.past import Seen
from processes.people import groups
from processes.queries import inbox


@dataclass(frozen=True, slots=True)
class Part:
    """A step in the preview: what it is called, and who did it or has it."""

    element_id: str
    name: str
    people: list[str]
    #: completed, open, or None: it has not been come to
    state: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What sending back would do: nothing of it has happened."""

    targets: list[Target]
    target: Target
    resubmit: str
    #: whether the person may choose how it goes on, and whether it could come straight back
    may_choose: bool
    straight_back: bool
    redone: list[Part]
    kept: list[Part]
    opened: list[Part]


def preview(user_task_id: str, *, to_element_id: Any = None, resubmit: Any = None, actor: Actor) -> Preview:
    """What would be redone, what stays and who gets it; raises what `send_back` raises."""
    with reading():
        held = _look(user_task_id, actor)
        held.check_may_work_on(actor)
        held.check_present()
        wanted, then = inputs.check_text("to_element_id", to_element_id, 255), sending_back.check_resubmit(resubmit)
        events = log.read(held.instance.id)
        if targets.rule(held.row["properties"])[0] == targets.NONE:
            targets.chosen(held, events, wanted)
        listed = targets.offered(held, events)
        target = _among(listed, wanted) or targets.chosen(held, events, wanted)
        return _foresee(held, events, listed, target, targets.check_resubmit(held, then))


def _among(listed: Sequence[Target], wanted: str | None) -> Target | None:
    """The one that is named; without a name the applicant, as the API sends back to, else the step before."""
    if wanted is not None:
        return next((one for one in listed if one.element_id == wanted), None)
    return next((one for one in listed if one.applicant), next(iter(listed), None))


def _look(user_task_id: str, actor: Actor) -> LockedTask:
    """The task and its case as they are, without a lock: nothing will be written."""
    row = inbox.visible_row(user_task_id, actor)
    return LockedTask(log.case_of(user_task_id), row)


def _foresee(held: LockedTask, events: Sequence[Seen], listed: list[Target], target: Target, then: str) -> Preview:
    straight = targets.why_not(held, target, targets.STRAIGHT_BACK) is None
    outcome = runtime.rehearse(held.instance, target.trigger(held, "", then, None))
    told = next(event.details for event in outcome.events if event.type == "sent_back")
    taken = {event.number for event in outcome.events if event.type == "user_task_cancelled"}
    tasks = connection().execute(_tasks_of(held.instance.id)).mappings().all()
    again = _elements(told["redone"], [target.definition_id, held.row["element_definition_id"]])
    redone = [task for task in tasks if task["number"] in taken or (task["state"] == "completed" and task["element_id"] in again)]
    kept = [task for task in tasks if task["number"] not in taken and task["element_id"] not in again and task["state"] != "cancelled"]
    new = [
        Part(str(event.element_id), event.details["name"], sending_back.receivers(event), None) for event in sending_back.opened(outcome)
    ]
    return Preview(
        targets=listed,
        target=target,
        resubmit=then,
        may_choose=targets.rule(held.row["properties"])[1] == targets.CHOOSE,
        straight_back=straight,
        redone=_once([*new, *map(_part, redone)]),
        kept=_once(map(_part, kept)),
        opened=new,
    )


def _tasks_of(instance_id: str) -> Any:
    return select(*UserTask.__table__.c).where(UserTask.instance_id == instance_id).order_by(UserTask.number)


def _elements(redone: Sequence[str], definitions: Sequence[str]) -> set[str]:
    """These elements and those in the sub-processes among them."""
    found = set(redone)
    for definition_id in definitions:
        for element_id, entry in deployed.definition(definition_id).outline["elements"].items():
            if entry["parent"] in found:
                found.add(element_id)
    return found


def _part(task: Any) -> Part:
    who = [task["completed_by"]] if task["completed_by"] else [task["assignee"]] if task["assignee"] else None
    people = who if who is not None else groups.resolve(list(task["candidate_users"]), list(task["candidate_groups"]))
    return Part(task["element_id"], task["name"], people, task["state"])


def _once(parts: Any) -> list[Part]:
    """Each step with these people once, as it was last."""
    found: dict[tuple[str, tuple[str, ...]], Part] = {}
    for part in parts:
        found[(part.element_id, tuple(part.people))] = part
    return list(found.values())
