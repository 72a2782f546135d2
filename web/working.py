"""A worker process: takes ringing jobs from Redis one after the other, in this very process, and is recycled now and then."""

import logging
import time
from typing import Any

from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.job import Job

from processes import doorbell, queues
from processes import worker as jobs_of
from processes.settings import Settings
from web.app import create_app

#: a process that has run so many jobs ends, and its parent starts a fresh one: what a library leaks goes with it
JOBS_OF_A_LIFE = 5_000
WAIT_SECONDS = 2.0
#: a worker of which nothing was heard for so long counts as gone
HEARTBEAT_SECONDS = 60


class JobWorker(SimpleWorker):  # type: ignore[misc]
    """Runs each job in an application context of its own, so that no session outlives it."""

    app: Flask

    def is_stopping(self) -> bool:
        """Whether a signal has come: the job in hand is finished, the rest of its ring is given back."""
        return bool(self._stop_requested)

    def perform_job(self, job: Job, queue: Queue, *arguments: Any) -> bool:
        with self.app.app_context():
            return bool(super().perform_job(job, queue, *arguments))


def work(settings: Settings, served: tuple[str, ...] = queues.NAMES) -> None:
    """Serve these queues until a signal ends it, or so many jobs are done; while Redis is away, wait for it."""
    app = create_app(settings)
    level = "DEBUG" if settings.log.level == "debug" else "WARNING"
    logging.getLogger("rq").setLevel(level)
    while True:
        connection = Redis.from_url(settings.redis.url)
        try:
            rung = [doorbell.queue(connection, name) for name in served]
            worker = JobWorker(rung, connection=connection, serializer=rung[0].serializer, worker_ttl=HEARTBEAT_SECONDS)
            worker.app = app
            jobs_of.stop_when(worker.is_stopping)
            worker.work(logging_level=level, max_jobs=JOBS_OF_A_LIFE)
            return
        except (RedisError, OSError) as problem:
            logging.getLogger(__name__).warning("Redis does not answer (%s); trying again", problem)
            time.sleep(WAIT_SECONDS)
        finally:
            connection.close()
