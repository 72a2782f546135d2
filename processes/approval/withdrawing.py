"""Withdrawing (撤回) one's own decision, while nobody has acted on what followed from it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from engine.outcome import Outcome
from engine.triggers import Withdraw
from processes import clock, idempotency, inputs, locked_task, past, runtime, step_log
from processes.actors import Actor
from processes.approval import log
from processes.approval.untouched import Standing, standing
from processes.db import connection, db, reading, transaction
from processes.errors import Conflict, NotAllowed
from processes.locked_task import LockedTask
from processes.models import Draft, Job, ProcessInstance, Step
from processes.past import Seen
from processes.queries import inbox

#: how many steps lists look at behind a decision; the page of one looks at all
NEAR = 60
#: where a draft keeps the opinion (web.pages.formdata)
OPINION = "_opinion"


def withdraw(user_task_id: str, *, reason: Any = None, actor: Actor) -> tuple[str, str]:
    """Open a task again that the actor has completed, with what was filled in; gives the ids of the opened task and of the case.

    Raises NotFound, NotAllowed (not one's own decision), Conflict (somebody has acted on it: who and when; the case has ended).
    """
    if (done := idempotency.kept()) is not None:
        return done[0], done[1]
    with transaction():
        held = locked_task.lock(user_task_id)
        inbox.visible_row(user_task_id, actor)
        _check_own(held, actor)
        said = (inputs.check_text("reason", reason, inputs.MAX_REASON) or "").strip()
        held.check_present()
        events = log.read(held.instance.id)
        completion = completion_of(held, events)
        found = standing(held.row, events, completion)
        if not found.possible:
            raise Conflict(found.code, **found.values)
        _check_work(held.instance.id, events, completion)
        outcome = runtime.advance(held.instance, _trigger(held, events, completion, said), actor=actor)
        opened = _opened(held, outcome)
        _keep_what_was_said(held, completion, opened, actor)
        idempotency.keep([opened, held.instance.id])
    return opened, held.instance.id


def preview(user_task_id: str, *, actor: Actor) -> Standing:
    """Whether the actor may still take the decision back, and if not, why; raises NotFound, NotAllowed."""
    with reading():
        held = locked_task.LockedTask(log.case_of(user_task_id), inbox.visible_row(user_task_id, actor))
        _check_own(held, actor)
        if held.instance.state == "suspended":
            return Standing("process_instance_suspended")
        events = log.read(held.instance.id)
        completion = completion_of(held, events)
        found = standing(held.row, events, completion)
        return found if not found.possible else _rehearsed(held, events, completion)


def _rehearsed(held: LockedTask, events: list[Seen], completion: Seen) -> Standing:
    """What the engine says of it, with nothing written."""
    try:
        runtime.rehearse(held.instance, _trigger(held, events, completion, ""))
    except Conflict as refusal:
        return Standing(refusal.code, refusal.values)
    return Standing()


def standings(tasks: Iterable[Mapping[str, Any]], actor: Actor) -> dict[str, Standing]:
    """Whether each of the actor's own completed tasks can still be taken back, by id: from the log since then, without any state."""
    own = [task for task in tasks if task["state"] == "completed" and task["completed_by"] == actor.login]
    with reading():
        cases = _cases_of({task["instance_id"] for task in own})
        near = [task for task in own if cases[task["instance_id"]].last_seq - task["revision"] <= NEAR]
        since: dict[str, int] = {}
        for task in near:
            if cases[task["instance_id"]].ended_at is None:
                since[task["instance_id"]] = min(_since(task), since.get(task["instance_id"], _since(task)))
        logs = log.read_several(since)
        return {task["id"]: _standing_in_list(task, cases[task["instance_id"]], logs) for task in own}


def _since(task: Mapping[str, Any]) -> int:
    """From which step on the log says all: a task of a called process needs to know by which call it was entered."""
    return 1 if task["element_definition_id"] != task["definition_id"] else int(task["revision"])


def _cases_of(instance_ids: set[str]) -> dict[str, Any]:
    case = ProcessInstance
    query = select(case.id, case.state, case.ended_at, case.last_seq).where(case.id.in_(instance_ids))
    return {row.id: row for row in db.session.execute(query)} if instance_ids else {}


def _standing_in_list(task: Mapping[str, Any], case: Any, logs: Mapping[str, list[Seen]]) -> Standing:
    if case.ended_at is not None:
        return Standing("process_instance_ended")
    events = logs.get(task["instance_id"])
    if case.state == "suspended" or events is None:
        return Standing("process_instance_suspended" if case.state == "suspended" else "withdraw_far_back")
    completion = next((one for one in past.completions(events) if one.event["number"] == task["number"]), None)
    return Standing("withdraw_far_back") if completion is None else standing(task, events, completion)


def completion_of(held: LockedTask, events: list[Seen]) -> Seen:
    """The event by which a task was completed; raises Conflict."""
    found = next((one for one in past.completions(events) if one.event["number"] == held.row["number"]), None)
    if found is None:
        raise Conflict("withdraw_not_done", state=held.row["state"])
    return found


def _check_own(held: LockedTask, actor: Actor) -> None:
    row = held.row
    if row["state"] != "completed":
        raise Conflict("withdraw_not_done", state=row["state"])
    if row["completed_by"] != actor.login or "integrator" in actor.roles:
        raise NotAllowed("withdraw_not_ones_own")
    if held.instance.ended:
        raise Conflict("process_instance_ended", state=held.instance.state)


def _check_work(instance_id: str, events: list[Seen], completion: Seen) -> None:
    """Outside work that followed must not be at work just now."""
    made = {one.event["number"] for one in events[completion.at :] if one.event["type"] == "job_created"}
    query = select(Job.number, Job.element_name, Job.worker).where(
        Job.instance_id == instance_id, Job.state == "waiting", Job.worker.is_not(None), Job.locked_until > clock.now()
    )
    for number, name, worker in db.session.execute(query):
        if number in made:
            raise Conflict("withdraw_at_work", element=name, worker=worker)


def _trigger(held: LockedTask, events: list[Seen], completion: Seen, reason: str) -> Withdraw:
    row, event = held.row, completion.event
    return Withdraw(
        number=row["number"],
        element_id=row["element_id"],
        path=completion.path,
        definition=event["definition"],
        calls=past.calls(events, event["definition"], completion.path, completion.at),
        passed=past.passed(events, completion.at, completion.path),
        reason=reason,
        assignee=row["assignee"] or row["completed_by"],
        written=past.written(events, completion.at),
        place=past.place_among(events, completion),
        held=past.gone_back_to(events, completion),
    )


def _opened(held: LockedTask, outcome: Outcome) -> str:
    told = next(event.details for event in outcome.events if event.type == "withdrawn")
    return f"{held.instance.id}-{told['opened']}"


def _keep_what_was_said(held: LockedTask, completion: Seen, opened: str, actor: Actor) -> None:
    """What was filled in waits in the opened task as a draft, so that it need not be typed again."""
    query = select(*step_log.CONTENT).where(Step.instance_id == held.instance.id, Step.seq == completion.seq)
    trigger = step_log.read(connection().execute(query).one())["trigger"]
    opinion = {OPINION: trigger["opinion"]} if trigger.get("opinion") else {}
    typed = {**trigger.get("variables", {}), **opinion}
    if typed:
        db.session.add(Draft(subject=f"task:{opened}", login=actor.login, variables=typed, saved_at=clock.now()))
