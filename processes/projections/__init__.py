"""What lists and pages read, written from a step's events in the step's own transaction.

`apply` is a function of the case's row and the step alone: the same steps give the same rows, and `rebuild` relies on it.
"""

from processes.changes import Changes
from processes.locking import LockedInstance
from processes.projections import cases, handing_on, incidents, jobs, records, search, signing, telling, user_tasks, votes
from processes.projections.work import Handler, Work
from processes.step_log import Step

_HANDLERS: dict[str, Handler] = {
    **cases.HANDLERS,
    **user_tasks.HANDLERS,
    **handing_on.HANDLERS,
    **jobs.HANDLERS,
    **incidents.HANDLERS,
    **records.HANDLERS,
    **votes.HANDLERS,
    **signing.HANDLERS,
    **telling.HANDLERS,
}


def apply(instance: LockedInstance, step: Step, changes: Changes) -> None:
    """Gather in `changes` the rows that the step gives, and bring the case's own row up to it."""
    work = Work(instance, step, changes)
    for event in step.events:
        handler = _HANDLERS.get(event["type"])
        if handler is not None:
            handler(work, event, event["details"])
    search.follow(work)
    if instance.state in ("running", "incident"):
        instance.state = "incident" if instance.open_incidents else "running"
