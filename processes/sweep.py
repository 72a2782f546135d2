"""The sweep: finds what is due and rings; it runs no job itself. Any number of sweeps may run."""

import logging
from datetime import datetime, timedelta

from processes import acts, clock, doorbell, idempotency, jobs, settings, start_timers, stuck
from processes.errors import Unavailable
from processes.telling import delivering, new_tasks

logger = logging.getLogger(__name__)
#: a job that was rung for is left to the workers this long before it is rung for again
PATIENCE = timedelta(seconds=5)
TIDY_EVERY = timedelta(hours=1)
_rung: dict[str, datetime] = {}
_tidied: datetime | None = None


def sweep_once() -> int:
    """Ring for a batch of due jobs, and start the processes whose start timers are due; gives how many jobs were rung for.

    Each kind has a batch of its own, so that none stands before the others. Reads the due end of the job
    index and nothing else. A lock that ran out makes its job due by itself.
    """
    try:
        start_timers.run_due()
        new_tasks.tell(settings.current().jobs.batch)
        messages = delivering.due_ids(settings.current().jobs.batch)
        due = [(kind, job_id) for kind in jobs.OURS for job_id in jobs.due_ids(settings.current().jobs.batch, (kind,))]
        _tidy()
    except Unavailable:
        logger.warning("the database does not answer; the next sweep looks again")
        return 0
    wanted = _not_rung_lately(due)
    doorbell.ring(wanted)
    told = [message_id for _, message_id in _not_rung_lately([("message", one) for one in messages])]
    doorbell.ring_for_messages(told)
    return len(wanted) + len(told)


def _not_rung_lately(due: list[tuple[str, str]]) -> list[tuple[str, str]]:
    now = clock.now()
    for job_id in [job_id for job_id, at in _rung.items() if now - at >= PATIENCE or at > now]:
        del _rung[job_id]
    wanted = [(kind, job_id) for kind, job_id in due if job_id not in _rung]
    _rung.update((job_id, now) for _, job_id in wanted)
    return wanted


def _tidy() -> None:
    global _tidied
    now = clock.now()
    if _tidied is None or now - _tidied >= TIDY_EVERY:
        _tidied = now
        idempotency.sweep()
        acts.close_windows()
        stuck.watch()
