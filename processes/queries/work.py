"""Jobs and incidents, as operators see them."""

from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, or_, select, true

from processes.actors import Actor
from processes.db import db, moment_text, reading
from processes.errors import NotAllowed, NotFound
from processes.models import Incident, Job, ProcessInstance
from processes.queries import paging

_job = Job.__table__.c
_incident = Incident.__table__.c


def jobs(
    actor: Actor,
    *,
    state: str | None = None,
    process_instance_id: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of jobs by due time; operators see those of their scope, others those of nobody. Raises NotAllowed."""
    keys = _keys(actor)
    query = select(*_job).order_by(_job.due_at, _job.id)
    if keys is not None:
        query = query.join(ProcessInstance, ProcessInstance.id == _job.instance_id).where(ProcessInstance.definition_key.in_(keys))
    if state is not None:
        query = query.where(_job.state == state)
    if process_instance_id is not None:
        query = query.where(_job.instance_id == process_instance_id)
    after = paging.read_cursor(cursor, (str, str))
    if after is not None:
        query = query.where(_after_moment(_job.due_at, _job.id, after))
    with reading():
        found = [_as_job(row) for row in db.session.execute(query.limit(paging.size(limit) + 1)).mappings()]
    return paging.page(found, limit, lambda job: paging.write_cursor(moment_text(job["due_at"]), job["id"]))


def job(job_id: str, actor: Actor) -> dict[str, Any]:
    """One job; raises NotFound, NotAllowed."""
    keys = _keys(actor)
    query = select(*_job, ProcessInstance.definition_key).join(ProcessInstance, ProcessInstance.id == _job.instance_id)
    with reading():
        row = db.session.execute(query.where(_job.id == job_id)).mappings().first()
    if row is None or (keys is not None and row["definition_key"] not in keys):
        raise NotFound("job_not_found")
    return _as_job(row)


def incidents(
    actor: Actor,
    *,
    state: str | None = "open",
    process_instance_id: str | None = None,
    definition_key: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of incidents, newest first. Raises NotAllowed."""
    keys = _keys(actor)
    conditions: list[ColumnElement[bool]] = [true()] if keys is None else [_incident.definition_key.in_(keys)]
    for column, value in (("state", state), ("instance_id", process_instance_id), ("definition_key", definition_key)):
        if value is not None:
            conditions.append(_incident[column] == value)
    after = paging.read_cursor(cursor, (str, str))
    if after is not None:
        conditions.append(_before_moment(after))
    query = _with_case_and_job().where(*conditions)
    query = query.order_by(_incident.raised_at.desc(), _incident.id.desc()).limit(paging.size(limit) + 1)
    with reading():
        found = [_as_incident(row) for row in db.session.execute(query).mappings()]
    return paging.page(found, limit, lambda one: paging.write_cursor(moment_text(one["raised_at"]), one["id"]))


def incident(incident_id: str, actor: Actor) -> dict[str, Any]:
    """One incident; raises NotFound, NotAllowed."""
    keys = _keys(actor)
    query = _with_case_and_job().where(_incident.id == incident_id)
    with reading():
        row = db.session.execute(query).mappings().first()
    if row is None or (keys is not None and row["definition_key"] not in keys):
        raise NotFound("incident_not_found")
    return _as_incident(row)


def _keys(actor: Actor) -> tuple[str, ...] | None:
    """Process keys that the operator is limited to; None for all."""
    if "operator" not in actor.roles:
        raise NotAllowed("operators_only")
    return None if actor.scope is None or "*" in actor.scope else actor.scope


def _after_moment(at: Any, row_id: Any, after: tuple[Any, ...]) -> ColumnElement[bool]:
    moment = paging.read_moment(after[0])
    return or_(at > moment, and_(at == moment, row_id > after[1]))


def _before_moment(after: tuple[Any, ...]) -> ColumnElement[bool]:
    moment = paging.read_moment(after[0])
    return or_(_incident.raised_at < moment, and_(_incident.raised_at == moment, _incident.id < after[1]))


def _as_job(row: RowMapping) -> dict[str, Any]:
    return {**row, "process_instance_id": row["instance_id"]}


def _with_case_and_job() -> Select[Any]:
    """Incidents with the title of their case, and with the attempts and the input of the outgoing work that failed."""
    columns = (ProcessInstance.title, ProcessInstance.business_key, _job.attempts, _job.payload)
    query = select(*_incident, *columns).join(ProcessInstance, ProcessInstance.id == _incident.instance_id)
    return query.outerjoin(Job, _job.id == _incident.job_id)


def _as_incident(row: RowMapping) -> dict[str, Any]:
    given = (row["payload"] or {}).get("variables")
    # the job counts the attempts that were followed by another one
    attempts = None if row["attempts"] is None else row["attempts"] + 1
    return {**row, "process_instance_id": row["instance_id"], "input": given, "attempts": attempts}
