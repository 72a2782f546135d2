"""Jobs and incidents (异常): what runs by itself, and what failed and waits for an operator."""

from typing import Any

from flask import Blueprint
from marshmallow import fields, validate

from processes import incidents, jobs
from processes.queries import work
from web.access import allowed
from web.auth import current_actor
from web.fields import Answer, Moment, Paging, Strict, Text, Variables, page_of
from web.operations import operation

blueprint = Blueprint("api_jobs", __name__)
JOB_STATES = ("waiting", "suspended", "done", "failed", "retried", "cancelled")
INCIDENT_STATES = ("open", "resolved")


class JobAnswer(Answer):
    """A timer or outgoing work."""

    id = fields.String()
    kind = fields.String(metadata={"enum": ["timer", "connector", "external", "message"]})
    topic = fields.String(allow_none=True)
    process_instance_id = fields.String()
    element_id = fields.String()
    element_name = fields.String(allow_none=True)
    state = fields.String(metadata={"enum": list(JOB_STATES)})
    due_at = Moment()
    created_at = Moment()
    retries = fields.Integer()
    attempts = fields.Integer()
    locked_until = Moment(allow_none=True)
    last_error = fields.String(allow_none=True)


class IncidentAnswer(Answer):
    """What failed, why, and what can be done."""

    id = fields.String()
    process_instance_id = fields.String()
    definition_key = fields.String()
    element_id = fields.String(allow_none=True)
    element_name = fields.String(allow_none=True)
    code = fields.String()
    message = fields.String()
    job_id = fields.String(allow_none=True)
    #: of the outgoing work that failed: how often it was tried, and what it was given
    attempts = fields.Integer(allow_none=True)
    input = fields.Dict(allow_none=True)
    state = fields.String(metadata={"enum": list(INCIDENT_STATES)})
    raised_at = Moment()
    resolved_at = Moment(allow_none=True)
    resolved_by = fields.String(allow_none=True)


class JobsQuery(Paging):
    """Which jobs."""

    state = Text(longest=20, load_default=None, validate=[validate.OneOf(JOB_STATES)])
    process_instance_id = Text(longest=60, load_default=None)


class IncidentsQuery(Paging):
    """Which incidents."""

    state = Text(longest=20, load_default="open", validate=[validate.OneOf(INCIDENT_STATES)])
    process_instance_id = Text(longest=60, load_default=None)
    definition_key = Text(longest=255, load_default=None)


class RetryBody(Strict):
    """No fields."""


class ResolutionBody(Strict):
    """Variables to set before the failed part runs again."""

    variables = Variables(load_default=None, allow_none=True)


class ResolutionsBody(Strict):
    """Incidents, and variables to set in each of their cases first."""

    ids = fields.List(Text(longest=60, required=True), required=True, validate=[validate.Length(1, 200)])
    variables = Variables(load_default=None, allow_none=True)


class ResolutionsAnswer(Answer):
    """Why one was refused, by id; null where it runs again."""

    results = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True))


@blueprint.get("/jobs")
@allowed("operator")
@operation("List jobs", query=JobsQuery, answer=page_of(JobAnswer))
def page(query: dict[str, Any]) -> Any:
    """A page of jobs, by due time."""
    return work.jobs(current_actor(), **query)


@blueprint.post("/jobs/<job_id>/retry")
@allowed("operator")
@operation("Run a failed job again", body=RetryBody, answer=JobAnswer, refuses=(403, 404, 409))
def retry(job_id: str, body: dict[str, Any]) -> Any:
    """Give the job its retries back, due now; answers with the job that runs, which is a new one for outgoing work that had failed."""
    running = jobs.retry(job_id, actor=current_actor())
    return work.job(running, current_actor())


@blueprint.get("/incidents")
@allowed("operator")
@operation("List incidents; open ones unless `state=resolved`", query=IncidentsQuery, answer=page_of(IncidentAnswer))
def incident_page(query: dict[str, Any]) -> Any:
    """A page of incidents, newest first."""
    return work.incidents(current_actor(), **query)


@blueprint.post("/incidents/<incident_id>/resolution")
@allowed("operator")
@operation("Run the failed part again", body=ResolutionBody, answer=IncidentAnswer, refuses=(403, 404, 409, 422))
def resolve(incident_id: str, body: dict[str, Any]) -> Any:
    """Try again; state `resolved` only when the new run raised no incident."""
    incidents.resolve(incident_id, variables=body["variables"], actor=current_actor())
    return work.incident(incident_id, current_actor())


@blueprint.post("/incidents/resolutions")
@allowed("operator")
@operation("Run many failed parts again", body=ResolutionsBody, answer=ResolutionsAnswer, refuses=(403, 422))
def resolve_many(body: dict[str, Any]) -> Any:
    """Each by itself: what is refused stops none of the others."""
    return {"results": incidents.resolve_many(body["ids"], variables=body["variables"], actor=current_actor())}
