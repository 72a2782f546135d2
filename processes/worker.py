"""What RQ calls: the ids of jobs that are due. Whoever starts a worker process pushes the application context first."""

import logging

from processes import jobs
from processes.errors import Unavailable

logger = logging.getLogger(__name__)


def run_jobs(job_ids: list[str]) -> int:
    """Run the jobs that are still due; gives how many ran. What cannot run now stays due: the sweep rings again."""
    done = 0
    for job_id in job_ids:
        try:
            done += jobs.run(job_id)
        except Unavailable:
            logger.warning("the database does not answer; %s stays due", job_id)
    return done


def run_job(job_id: str) -> bool:
    """Run one job that is due; False when it is not (any more)."""
    return run_jobs([job_id]) == 1
