"""A worker process: takes ringing jobs from Redis one after the other, in this very process, and is recycled now and then."""

import logging
import signal
import threading
from types import FrameType
from typing import Any

from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job

from processes import doorbell, queues, schema
from processes import worker as jobs_of
from processes.settings import Settings
from web import preparing
from web.app import create_app

#: a process that has run so many jobs ends, and its parent starts a fresh one: what a library leaks goes with it
JOBS_OF_A_LIFE = 5_000
WAIT_SECONDS = 2.0
#: a worker of which nothing was heard for so long counts as gone
HEARTBEAT_SECONDS = 60

logger = logging.getLogger(__name__)


class JobWorker(SimpleWorker):  # type: ignore[misc]
    """Runs each job in an application context of its own, so that no session outlives it."""

    app: Flask
    _stop_requested: bool

    def is_stopping(self) -> bool:
        """Whether a signal has come, or another release the schema: the job in hand is finished, the rest of its ring is given back."""
        if not self._stop_requested and not schema.fits():
            self._stop_requested = True
        return bool(self._stop_requested)

    @property
    def told_to_end(self) -> bool:
        """Whether it was a signal."""
        return self._shutdown_requested_date is not None

    def perform_job(self, job: Job, queue: Queue, *arguments: Any) -> bool:
        with self.app.app_context():
            return bool(super().perform_job(job, queue, *arguments))


class _Ending:
    """Whether a signal has asked this process to end while it waits."""

    def __init__(self) -> None:
        self.asked = threading.Event()

    def listen(self) -> None:
        """Take the signals over from whoever has them."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked.set()


def work(settings: Settings, served: tuple[str, ...] = queues.NAMES) -> None:
    """Serve these queues until a signal ends it, or so many jobs are done.

    While Redis is away, or the schema is not that of this release, it waits.
    """
    app = create_app(settings)
    level = "DEBUG" if settings.log.level == "debug" else "WARNING"
    logging.getLogger("rq").setLevel(level)
    ending = _Ending()
    while not ending.asked.is_set():
        ending.listen()
        if not _fits(app):
            ending.asked.wait(WAIT_SECONDS)
            continue
        preparing.join(app)
        connection = Redis.from_url(settings.redis.url)
        try:
            worker = _worker(app, connection, served)
            worker.work(logging_level=level, max_jobs=JOBS_OF_A_LIFE)
            if worker.told_to_end or _fits(app):
                return
        except StopRequested:
            # the signal came while the worker said good-bye
            return
        except (RedisError, OSError) as problem:
            logger.warning("Redis does not answer (%s); trying again", problem)
            ending.asked.wait(WAIT_SECONDS)
        finally:
            connection.close()


def _worker(app: Flask, connection: Redis, served: tuple[str, ...]) -> JobWorker:
    rung = [doorbell.queue(connection, name) for name in served]
    worker = JobWorker(rung, connection=connection, serializer=rung[0].serializer, worker_ttl=HEARTBEAT_SECONDS)
    worker.app = app
    jobs_of.stop_when(worker.is_stopping)
    return worker


def _fits(app: Flask) -> bool:
    with app.app_context():
        return schema.fits()
