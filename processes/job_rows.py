"""Job rows (timers and outgoing work): read under the lock of their case, and their events."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, bindparam, select, update

from engine.triggers import FailJob
from processes import clock, runtime, settings
from processes.actors import Actor
from processes.db import db, moment_text
from processes.errors import NotFound
from processes.locking import LockedInstance
from processes.models import Job
from processes.projections.work import Event

_read = select(*Job.__table__.c).where(Job.id == bindparam("job_id"))
MAX_MESSAGE = 2000
_random = random.SystemRandom()


def lock(job_id: str) -> tuple[LockedInstance, RowMapping]:
    """The case first, then its job as it is under the lock; raises NotFound."""
    try:
        instance = runtime.lock_instance(job_id.rpartition("-")[0])
    except NotFound:
        raise NotFound("job_not_found") from None
    return instance, read(job_id)


def read(job_id: str) -> RowMapping:
    """A job's row; raises NotFound."""
    row = db.session.connection().execute(_read, {"job_id": job_id}).mappings().first()
    if row is None:
        raise NotFound("job_not_found")
    return row


def take(job_id: str, worker: str | None, until: datetime | None) -> bool:
    """Compare and swap: the job is this run's if it waits and is due; nobody else's until the lock ends."""
    now = clock.now()
    free = update(Job).where(Job.id == job_id, Job.state == "waiting", Job.due_at <= now)
    held = {"worker": worker, "locked_until": until, "due_at": until} if until else {"worker": worker}
    taken: Any = db.session.execute(free.values(**held))
    return bool(taken.rowcount == 1)


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many attempts, with jitter, so that what failed together does not come back together."""
    waits = settings.current().jobs.backoff_seconds or (60,)
    seconds = waits[min(attempts, len(waits)) - 1]
    return timedelta(seconds=seconds * _random.uniform(0.8, 1.2))


def put_off(job: RowMapping) -> None:
    """Look again later."""
    attempts = job["attempts"] + 1
    later = {"attempts": attempts, "due_at": clock.now() + back_off(attempts)}
    db.session.execute(update(Job).where(Job.id == job["id"]).values(**later))


def failed(
    instance: LockedInstance,
    job: RowMapping,
    message: str,
    *,
    retries: int | None = None,
    wait: timedelta | None = None,
    actor: Actor,
) -> None:
    """Write down a failed run: another one later, or, with no retries left, an incident."""
    left = max(job["retries"] - 1 if retries is None else retries, 0)
    said = message.replace("\x00", "")[:MAX_MESSAGE] or "没有说明原因。"
    attempts = job["attempts"] + 1
    if left > 0:
        due = clock.now() + (back_off(attempts) if wait is None else wait)
        again = event("job_attempt_failed", instance, job, message=said, retries=left, attempts=attempts, due_at=moment_text(due))
        runtime.record(instance, {"kind": "job_attempt_failed", "job_id": job["id"]}, [again], actor=actor)
    elif job["kind"] in ("connector", "external"):
        trigger = FailJob(job["number"], job["element_id"], tuple(job["path"]), None, said)
        runtime.advance(instance, trigger, actor=actor)
    else:
        gave_up = [
            event("job_failed", instance, job, message=said),
            event("incident_raised", instance, job, code=job["kind"], message=said, values={}),
        ]
        runtime.record(instance, {"kind": "job_failed", "job_id": job["id"]}, gave_up, actor=actor)


def event(kind: str, instance: LockedInstance, job: RowMapping, **details: Any) -> Event:
    """An event about a job that the engine has no part in."""
    return {
        "type": kind,
        "element_id": job["element_id"],
        "element_name": job["element_name"],
        "number": job["number"],
        "path": job["path"],
        "definition": instance.definition_id,
        "details": details,
    }
