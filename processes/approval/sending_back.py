"""Sending back (退回): an earlier task opens again, what followed from it is redone, what others have signed beside it stays."""

from typing import Any

from engine.outcome import Event, Outcome
from processes import idempotency, inputs, locked_task, notices, runtime
from processes.actors import Actor
from processes.approval import log, standing_in, targets
from processes.db import transaction
from processes.errors import Invalid
from processes.locked_task import LockedTask
from processes.people import groups


def send_back(
    user_task_id: str,
    *,
    reason: Any,
    to_element_id: Any = None,
    resubmit: Any = None,
    revision: Any = None,
    actor: Actor,
) -> tuple[str, str]:
    """Send the case back from an open task, to the applicant where nothing else is named; gives the ids of the task and of the case.

    Raises NotFound, NotAllowed (the process forbids it), Conflict (no longer open, stale revision, it cannot be done exactly) or Invalid.
    """
    if (done := idempotency.kept()) is not None:
        return done[0], done[1]
    with transaction():
        held = locked_task.lock(user_task_id)
        stand = held.check_may_work_on(actor)
        held.check_present(revision)
        said = _check_reason(reason)
        wanted = inputs.check_text("to_element_id", to_element_id, 255)
        then = targets.check_resubmit(held, check_resubmit(resubmit))
        target = targets.chosen(held, log.read(held.instance.id), wanted)
        whose = standing_in.owner(stand, held, actor)
        trigger = target.trigger(held, said, then, whose)
        # who has taken the task gets it straight back
        first = standing_in.events(stand, held, actor) + held.taken(actor, whose)
        outcome = runtime.advance(held.instance, trigger, actor=actor, on_behalf_of=standing_in.represented(stand), before=first)
        _tell(held, outcome, said, actor)
        idempotency.keep([user_task_id, held.instance.id])
    return user_task_id, held.instance.id


def _check_reason(reason: Any) -> str:
    said = (inputs.check_text("reason", reason, inputs.MAX_REASON) or "").strip()
    if not said:
        raise Invalid("send_back_reason_required", fields={"reason": ["请写明要改什么，对方会原样看到。"]})
    return said


def check_resubmit(resubmit: Any) -> str | None:
    """How it goes on, as it may be asked for; None where nothing was said."""
    wanted = inputs.check_text("resubmit", resubmit, 20)
    if wanted not in (None, targets.RERUN, targets.STRAIGHT_BACK):
        raise Invalid("resubmit_unknown", fields={"resubmit": ["只能是 rerun 或 straight_back。"]})
    return wanted


def _tell(held: LockedTask, outcome: Outcome, reason: str, actor: Actor) -> None:
    """Put a message before whoever gets the case back."""
    instance = held.instance
    for event in opened(outcome):
        for login in receivers(event):
            if login != actor.login:
                task_id = f"{instance.id}-{event.number}"
                text = f"{actor.name}把“{instance.title}”退回到“{event.details['name']}”：{reason}"
                notices.send(f"{task_id}-sent-back-{login}", login, text[:1000], "sent_back", instance.id, task_id)


def opened(outcome: Outcome) -> list[Event]:
    """The tasks that a step has created."""
    return [event for event in outcome.events if event.type == "user_task_created"]


def receivers(event: Event) -> list[str]:
    """The logins of those who may act on a task that has just been created."""
    details = event.details
    if details["assignee"]:
        return [details["assignee"]]
    return groups.resolve(details["candidate_users"], details["candidate_groups"])
