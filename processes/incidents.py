"""Incidents (异常): an operator lets what failed run again. Resolved is only what then ran well."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, select

from engine.triggers import Retry
from processes import idempotency, inputs, job_rows, policy, runtime
from processes.actors import Actor
from processes.db import db, transaction
from processes.errors import Conflict, NotAllowed, NotFound
from processes.locking import LockedInstance
from processes.models import Incident

_columns = tuple(Incident.__table__.c)


def resolve(incident_id: str, *, variables: Any = None, actor: Actor) -> str:
    """Let the failed part run again, with corrected variables if given; the incident's state then says whether it ran well.

    Outgoing work runs later: until it has, the incident stays open. Raises NotFound, NotAllowed or Conflict (resolved already).
    """
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        _resolve(incident_id, inputs.check_variables(variables), actor)
        idempotency.keep(incident_id)
    return incident_id


def resolve_many(incident_ids: Sequence[str], *, variables: Any = None, actor: Actor) -> dict[str, str | None]:
    """Let many run again, each a transaction of its own; gives by id why one was refused, None where it runs again.

    A request that is sent again with its key goes on where it was stopped.
    """
    given = inputs.check_variables(variables)
    known: dict[str, str | None] = dict(idempotency.kept() or {})
    for incident_id in incident_ids:
        if incident_id in known:
            continue
        with transaction():
            try:
                _resolve(incident_id, given, actor)
                known[incident_id] = None
            except (NotFound, NotAllowed, Conflict) as refusal:
                # refused before anything was written
                known[incident_id] = refusal.code
            idempotency.keep(known)
    return known


def _resolve(incident_id: str, variables: dict[str, Any], actor: Actor) -> None:
    instance, incident = _lock(incident_id)
    if not policy.is_operator(actor, instance.definition_key):
        raise NotAllowed("operators_only")
    if incident["state"] != "open":
        raise Conflict("incident_not_open", state=incident["state"])
    if instance.state == "suspended":
        raise Conflict("process_instance_suspended")
    job = job_rows.read(incident["job_id"]) if incident["job_id"] else None
    if job is not None and job["state"] != "failed":
        raise Conflict("retry_under_way", job_id=job["id"])
    _run_again(instance, incident, job, variables, actor)


def run_again(instance: LockedInstance, job: RowMapping, actor: Actor) -> str:
    """Let a failed job run again inside the open transaction; gives the id of the job that runs now: outgoing work gets a new one."""
    query = select(*_columns).where(Incident.instance_id == instance.id, Incident.job_id == job["id"], Incident.state == "open")
    incident = db.session.execute(query).mappings().first()
    if incident is None:
        raise Conflict("job_has_not_failed", state=job["state"])
    _run_again(instance, incident, job, {}, actor)
    waits = instance.open_incidents.get(incident["id"])
    return (waits.job_id if waits else None) or str(job["id"])


def _lock(incident_id: str) -> tuple[LockedInstance, RowMapping]:
    try:
        instance = runtime.lock_instance(incident_id.rpartition("-")[0])
    except NotFound:
        raise NotFound("incident_not_found") from None
    row = db.session.execute(select(*_columns).where(Incident.id == incident_id)).mappings().first()
    if row is None:
        raise NotFound("incident_not_found")
    return instance, row


def _run_again(instance: LockedInstance, incident: RowMapping, job: RowMapping | None, variables: dict[str, Any], actor: Actor) -> None:
    if job is not None and job["kind"] in ("timer", "message"):
        # The engine does not know that these failed: it still waits for them.
        again = job_rows.event("job_retried", instance, job, retries=1)
        runtime.record(instance, {"kind": "retry_job", "job_id": job["id"]}, [again], actor=actor)
        return
    runtime.advance(instance, Retry(incident["number"], variables), actor=actor)
