"""What RQ calls: the ids of jobs that are due. Whoever starts a worker process pushes the application context first."""

import logging
from collections.abc import Callable

from processes import doorbell, jobs, log_context
from processes.errors import Unavailable
from processes.telling import delivering

logger = logging.getLogger(__name__)
#: kinds that call nobody outside
QUICK = ("timer", "message")


def _never() -> bool:
    return False


_stopping: Callable[[], bool] = _never


def stop_when(stopping: Callable[[], bool]) -> None:
    """From now on ask between two jobs whether this process is to end."""
    global _stopping
    _stopping = stopping


def run_jobs(job_ids: list[str], queue: str | None = None) -> int:
    """Run the jobs that are still due; gives how many ran. What cannot run now stays due: the sweep rings again.

    A process that is to end gives back what it has not begun, by ringing in the queue that it came from.
    """
    done = 0
    for position, job_id in enumerate(job_ids):
        if _stopping():
            if queue is not None:
                doorbell.ring_in({queue: job_ids[position:]})
            break
        try:
            with log_context.working_for(job=job_id, case=job_id.rpartition("-")[0]):
                done += jobs.run(job_id)
        except Unavailable:
            logger.warning("the database does not answer; %s stays due", job_id)
    return done


def run_job(job_id: str) -> bool:
    """Run one job that is due; False when it is not (any more)."""
    return run_jobs([job_id]) == 1


def deliver(message_ids: list[str]) -> int:
    """Send the messages to people that are still due; gives how many went. What is left stays due: the sweep rings again."""
    done = 0
    for message_id in message_ids:
        if _stopping():
            break
        try:
            done += delivering.deliver(message_id)
        except Unavailable:
            logger.warning("the database does not answer; message %s stays due", message_id)
    return done


def run_due(limit: int) -> int:
    """Where no doorbell answers: run what is due, and look for timers again after each call to another system."""
    done = run_jobs(jobs.due_ids(limit, QUICK))
    for job_id in jobs.due_ids(limit, ("connector",)):
        if _stopping():
            break
        done += run_jobs([job_id]) + run_jobs(jobs.due_ids(limit, QUICK))
    return done + deliver(delivering.due_ids(limit))
