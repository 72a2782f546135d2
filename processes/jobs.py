"""Jobs: what a worker does with one that is due, and an operator with one that failed.

A run is taken by compare-and-swap, so that it happens once whoever rings how often. A timer is taken and fired in one transaction.
A connector runs outside any transaction, between the one that takes the job and the one that takes its answer to the case.
"""

import logging
import os
from datetime import timedelta

from sqlalchemy import RowMapping, select

from engine import values
from engine.triggers import CompleteJob, FireTimer
from processes import clock, correlation, idempotency, ids, incidents, job_rows, policy, queues, runtime, settings
from processes.actors import SYSTEM, Actor
from processes.connectors import TOPICS, Call, ConnectorFailed
from processes.correlation import Sent
from processes.db import db, looking, transaction
from processes.errors import Conflict, NotFound, Unavailable
from processes.locking import LockedInstance
from processes.models import Job
from processes.projections.work import Event

logger = logging.getLogger(__name__)
#: kinds that our own workers run
OURS = tuple(queues.OF_KIND)


def due_ids(limit: int, kinds: tuple[str, ...] = OURS) -> list[str]:
    """Ids of jobs of these kinds that are due, longest first; reads nothing but the due end of the index."""
    query = select(Job.id).where(Job.state == "waiting", Job.due_at <= clock.now(), Job.kind.in_(kinds))
    with looking():
        return list(db.session.scalars(query.order_by(Job.due_at).limit(limit)))


def run(job_id: str) -> bool:
    """Run a job that is due; False when it is not (any more). Failures are written down, not raised; Unavailable is."""
    with looking():
        query = select(Job.kind).where(Job.id == job_id, Job.state == "waiting", Job.due_at <= clock.now())
        kind = db.session.scalar(query)
    runs = {"timer": _run_timer, "connector": _run_connector, "message": _run_message}
    if kind not in runs:
        return False
    try:
        return runs[kind](job_id)
    except Unavailable:
        raise
    except Exception as problem:
        # Whatever it was, the job must not be due again at once, for ever and in silence.
        logger.exception("job %s failed", job_id)
        return _write_down(job_id, f"{type(problem).__name__}: {problem}", None)


def _run_timer(job_id: str) -> bool:
    with transaction():
        instance, job = job_rows.lock(job_id)
        if not job_rows.take(job_id, None, None):
            return False
        runtime.advance(instance, FireTimer(job["number"], job["element_id"], tuple(job["path"])), actor=SYSTEM)
    return True


def _run_connector(job_id: str) -> bool:
    worker = f"{os.getpid()}-{ids.new_id()}"
    lock_until = clock.now() + timedelta(seconds=settings.current().jobs.lock_seconds)
    with transaction():
        instance, job = job_rows.lock(job_id)
        runtime.require_readable(instance)
        if not job_rows.take(job_id, worker, lock_until):
            return False
        if job["worker"] is not None:
            job_rows.failed(instance, job, "上一次执行中断，没有结果。", actor=SYSTEM)
            return True
    try:
        answer = TOPICS[job["topic"]](Call(job_id, job["instance_id"], job["payload"]["variables"]))
        values.check(answer)
    except ConnectorFailed as failure:
        return _write_down(job_id, str(failure), worker, permanent=failure.permanent)
    with transaction():
        instance, job = job_rows.lock(job_id)
        if not _still_mine(job, worker):
            return False
        trigger = CompleteJob(job["number"], job["element_id"], tuple(job["path"]), answer)
        runtime.advance(instance, trigger, actor=SYSTEM)
    return True


def _still_mine(job: RowMapping, worker: str) -> bool:
    return bool(job["state"] == "waiting" and job["worker"] == worker)


def _write_down(job_id: str, message: str, worker: str | None, *, permanent: bool = False) -> bool:
    with transaction():
        instance, job = job_rows.lock(job_id)
        if job["state"] != "waiting" or (worker is not None and job["worker"] != worker):
            return False
        job_rows.failed(instance, job, message, retries=0 if permanent else None, actor=SYSTEM)
    return True


def _run_message(job_id: str) -> bool:
    """A thrown message or signal reaches its receivers, and the thrower learns of it, in one transaction: never twice, never not at all."""
    with transaction():
        instance, job = job_rows.lock(job_id)
        if not job_rows.take(job_id, None, None):
            return False
        thrown, sender = job["payload"], (instance.definition_key, instance.id)
        sent = Sent(thrown["kind"], thrown["name"], thrown["variables"], sender=sender, partners=thrown.get("partners", {}))
        result = correlation.to_all(sent, SYSTEM, lambda other: instance if other == instance.id else runtime.lock_instance(other))
        if not (result.anybody or job["attempts"] + 1 >= job["retries"]):
            # The receiver may not have come to its waiting yet. Nothing has happened in the case, so nothing is written in its log.
            job_rows.put_off(job)
            return False
        reached = {"correlated": result.correlated, "started": result.started, "attempts": job["attempts"] + 1}
        told = job_rows.event("message_delivered", instance, job, **reached)
        runtime.record(instance, {"kind": "message_delivered", "job_id": job_id}, [told], actor=SYSTEM)
    return True


def retry(job_id: str, *, actor: Actor) -> str:
    """Run a failed job again, or one that waits after a failed attempt now; gives the id of the job that runs.

    Outgoing work that had failed runs again as a new job; the one that failed is `retried` from then on. Raises Conflict for any other.
    """
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        instance, job = job_rows.lock(job_id)
        if not policy.is_operator(actor, instance.definition_key):
            raise NotFound("job_not_found")
        if instance.ended or instance.state == "suspended":
            raise Conflict("process_instance_suspended" if instance.state == "suspended" else "process_instance_ended")
        if job["state"] == "failed":
            running = incidents.run_again(instance, job, actor)
        elif job["state"] == "waiting" and job["attempts"] > 0 and job["worker"] is None:
            runtime.record(instance, {"kind": "retry_job", "job_id": job_id}, [_retried(instance, job)], actor=actor)
            running = job_id
        else:
            raise Conflict("job_has_not_failed", state=job["state"])
        idempotency.keep(running)
    return running


def _retried(instance: LockedInstance, job: RowMapping) -> Event:
    return job_rows.event("job_retried", instance, job, retries=max(job["retries"], 1))
