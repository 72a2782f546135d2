"""Figures for Prometheus: requests of this process, and what the database says about cases, tasks, jobs and incidents."""

import os
import time
from collections.abc import Iterator, Mapping

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from processes import doorbell, measures
from processes.queries import figures
from processes.step_log import ENGINE_VERSION
from web.access import public

blueprint = Blueprint("metrics", __name__)
_EXTENSION = "banjie.metrics"
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class _Figures(Collector):
    """What the database says at the moment of the question."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = figures.now()
        yield _by("process_instances", "Cases by state", "state", now.cases)
        yield _by("jobs", "Timers and outgoing work by state", "state", now.jobs)
        yield _one("open_user_tasks", "User tasks that wait for somebody", now.open_user_tasks)
        yield _one("overdue_user_tasks", "Open user tasks past their due date", now.overdue_user_tasks)
        yield _one("due_jobs", "Jobs of our workers that are due and not done", now.due_jobs)
        yield _one("oldest_due_job_seconds", "How long the oldest of them has been due", now.lag.total_seconds())
        yield _one("open_incidents", "Incidents that wait for an operator", now.open_incidents)
        yield _by("incidents", "Incidents that wait for an operator", "code", now.incidents)
        yield _by("queue_due_jobs", "Due jobs by queue", "queue", {name: number for name, (number, _) in now.queues.items()})
        oldest = {name: lag.total_seconds() for name, (_, lag) in now.queues.items()}
        yield _by("queue_oldest_due_seconds", "How long the oldest of a queue has been due", "queue", oldest)
        yield _one("retrying_jobs", "Jobs that wait after a failed attempt", now.retrying)
        yield _one("due_messages", "Messages to people outside that are due and not sent", now.due_messages)
        yield _one("failed_messages", "Messages to people outside that were given up", now.failed_messages)
        if now.head_age is not None:
            yield _one("chain_head_age_seconds", "Since the newest daily head", now.head_age.total_seconds())
        alive = doorbell.workers()
        if alive is not None:
            yield _by("workers", "Workers whose heartbeat is heard", "queue", alive)
        yield _by("build_info", "The release", "version", {ENGINE_VERSION: 1})


def _one(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"banjie_{name}", about, value=value)


def _by(name: str, about: str, label: str, numbers: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"banjie_{name}", about, labels=[label])
    for value, number in sorted(numbers.items()):
        family.add_metric([value], number)
    return family


class Meters:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self.requests = Counter("banjie_requests", "Requests answered", ["endpoint", "method", "status"], registry=self.registry)
        self.seconds = Histogram("banjie_request_seconds", "Time to answer", ["endpoint"], registry=self.registry)

    def observe(self, answer: Response) -> Response:
        """Count an answer."""
        endpoint = request.endpoint or "none"
        method = request.method if request.method in _METHODS else "other"
        self.requests.labels(endpoint, method, str(answer.status_code)).inc()
        self.seconds.labels(endpoint).observe(time.monotonic() - g.get("began", time.monotonic()))
        return answer


def _begin() -> None:
    g.began = time.monotonic()


def _counted(meters: Meters) -> bytes:
    """What this process has counted; all processes of this server where they share a folder for it."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(meters.registry) + generate_latest(measures.REGISTRY)
    together = CollectorRegistry(auto_describe=False)
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """All figures, in Prometheus' text format."""
    meters: Meters = current_app.extensions[_EXTENSION]
    database = CollectorRegistry(auto_describe=False)
    database.register(_Figures())
    return Response(_counted(meters) + generate_latest(database), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def init_app(app: Flask) -> None:
    """Count every request of `app`."""
    meters = app.extensions[_EXTENSION] = Meters()
    app.before_request(_begin)
    app.after_request(meters.observe)
