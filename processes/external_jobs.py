"""External jobs: outgoing work that outside workers fetch, do and report. A lock is theirs until its time is over."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, select, update

from engine.triggers import CompleteJob, FailJob
from processes import clock, idempotency, inputs, job_rows, policy, runtime
from processes.actors import Actor
from processes.db import db, reading, transaction
from processes.errors import Conflict, Invalid
from processes.locking import LockedInstance
from processes.models import Job, ProcessInstance

MAX_WORKER = 100
MAX_FETCHED = 200
MAX_LOCK = 24 * 3600
EVERY_TOPIC = "*"


def fetch(*, worker: str, topics: Sequence[str], max: int = 10, lock_seconds: int = 60, actor: Actor) -> list[dict[str, Any]]:
    """Lock due jobs of these topics for a worker, longest due first; those of processes beyond the actor's scope are left out."""
    if (done := idempotency.kept()) is not None:
        return [_item(job_rows.read(job_id)) for job_id in done]
    policy.check_may_fetch_jobs(actor)
    known = _worker(worker)
    count, seconds = _whole("max", max, MAX_FETCHED), _whole("lock_seconds", lock_seconds, MAX_LOCK)
    now = clock.now()
    until = now + timedelta(seconds=seconds)
    with transaction():
        query = (
            select(Job.id)
            .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
            .where(Job.state == "waiting", Job.due_at <= now, Job.kind == "external")
            .order_by(Job.due_at, Job.id)
            .limit(count)
            .with_for_update(skip_locked=True, of=Job)
        )
        if EVERY_TOPIC not in topics:
            query = query.where(Job.topic.in_([str(topic) for topic in topics]))
        scope = _scope(actor)
        if scope is not None:
            query = query.where(ProcessInstance.definition_key.in_(scope))
        job_ids = list(db.session.scalars(query))
        if job_ids:
            lock = {"worker": known, "locked_until": until, "due_at": until}
            db.session.execute(update(Job).where(Job.id.in_(job_ids)).values(**lock))
        items = [_item(job_rows.read(job_id)) for job_id in job_ids]
        idempotency.keep(job_ids)
    return items


def complete(job_id: str, *, worker: str, variables: Any = None, actor: Actor) -> dict[str, Any]:
    """Take the worker's answer to the case; raises Conflict when the lock is lost."""
    if idempotency.kept() is None:
        with transaction():
            instance, job = _lock(job_id, worker, actor)
            answer = inputs.check_variables(variables)
            trigger = CompleteJob(job["number"], job["element_id"], tuple(job["path"]), answer)
            runtime.advance(instance, trigger, actor=actor)
            idempotency.keep(job_id)
    return _state(job_id)


def fail(
    job_id: str,
    *,
    worker: str,
    message: str | None = None,
    retries: int | None = None,
    retry_seconds: int | None = None,
    actor: Actor,
) -> dict[str, Any]:
    """Write down that a run failed: tried again later, or an incident when no retries are left."""
    if idempotency.kept() is None:
        left = None if retries is None else _whole("retries", retries, 100, least=0)
        wait = None if retry_seconds is None else timedelta(seconds=_whole("retry_seconds", retry_seconds, MAX_LOCK, least=0))
        said = inputs.check_text("message", message, job_rows.MAX_MESSAGE) or ""
        with transaction():
            instance, job = _lock(job_id, worker, actor)
            job_rows.failed(instance, job, said, retries=left, wait=wait, actor=actor)
            idempotency.keep(job_id)
    return _state(job_id)


def bpmn_error(job_id: str, *, worker: str, code: str, message: str | None = None, variables: Any = None, actor: Actor) -> dict[str, Any]:
    """Throw an error that the diagram knows; where nothing catches it, an incident."""
    if idempotency.kept() is None:
        known = inputs.check_text("code", code, inputs.MAX_NAME, required=True)
        said = inputs.check_text("message", message, job_rows.MAX_MESSAGE) or ""
        with transaction():
            instance, job = _lock(job_id, worker, actor)
            answer = inputs.check_variables(variables)
            trigger = FailJob(job["number"], job["element_id"], tuple(job["path"]), known, said, answer)
            runtime.advance(instance, trigger, actor=actor)
            idempotency.keep(job_id)
    return _state(job_id)


def extend_lock(job_id: str, *, worker: str, lock_seconds: int, actor: Actor) -> dict[str, Any]:
    """Hold a job longer, counted from now."""
    if idempotency.kept() is None:
        seconds = _whole("lock_seconds", lock_seconds, MAX_LOCK)
        with transaction():
            _lock(job_id, worker, actor)
            until = clock.now() + timedelta(seconds=seconds)
            db.session.execute(update(Job).where(Job.id == job_id).values(locked_until=until, due_at=until))
            idempotency.keep(job_id)
    return _state(job_id)


def _scope(actor: Actor) -> tuple[str, ...] | None:
    """Process keys that the actor's token is limited to; an integrator without a scope has none."""
    if actor.scope is None:
        return None if "operator" in actor.roles else ()
    return None if "*" in actor.scope else actor.scope


def _lock(job_id: str, worker: Any, actor: Actor) -> tuple[LockedInstance, RowMapping]:
    """The case and the job that the worker holds; raises NotFound or Conflict."""
    policy.check_may_fetch_jobs(actor)
    known = _worker(worker)
    instance, job = job_rows.lock(job_id)
    if job["kind"] != "external" or not policy.may_correlate(actor, instance.definition_key):
        raise policy.hidden(actor, instance.definition_key, "job_not_found")
    if job["state"] != "waiting":
        raise Conflict("suspended" if job["state"] == "suspended" else "job_not_open", state=job["state"])
    if job["worker"] != known or job["locked_until"] is None or job["locked_until"] <= clock.now():
        raise Conflict("lock_lost", job_id=job_id)
    return instance, job


def _worker(worker: Any) -> str:
    return inputs.check_text("worker", worker, MAX_WORKER, required=True) or ""


def _whole(field: str, value: Any, most: int, *, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Invalid("number_out_of_range", fields={field: [f"请填 {least} 到 {most} 的整数。"]}, field=field)
    return value


def _item(job: RowMapping) -> dict[str, Any]:
    return {
        "id": job["id"],
        "topic": job["topic"],
        "process_instance_id": job["instance_id"],
        "element_id": job["element_id"],
        "variables": job["payload"]["variables"],
        "retries": job["retries"],
        "locked_until": job["locked_until"],
    }


def _state(job_id: str) -> dict[str, Any]:
    with reading():
        job = job_rows.read(job_id)
    return {name: job[name] for name in ("id", "state", "retries", "locked_until")}
