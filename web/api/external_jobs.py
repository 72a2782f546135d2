"""External jobs: outgoing work that outside workers fetch, carry out and report back."""

from typing import Any

from flask import Blueprint
from marshmallow import fields, validate

from processes import external_jobs
from web.access import allowed
from web.auth import current_actor
from web.fields import Answer, Moment, Strict, Text, Variables, Whole
from web.operations import operation

blueprint = Blueprint("api_external_jobs", __name__)
LONGEST_LOCK_SECONDS = 24 * 3600


class ExternalJobAnswer(Answer):
    """A job that a worker holds."""

    id = fields.String()
    topic = fields.String()
    process_instance_id = fields.String()
    element_id = fields.String()
    variables = fields.Dict(keys=fields.String())
    retries = fields.Integer()
    locked_until = Moment()


class FetchedAnswer(Answer):
    """The jobs that the worker now holds."""

    items = fields.List(fields.Nested(ExternalJobAnswer))


class JobStateAnswer(Answer):
    """A job after a report."""

    id = fields.String()
    state = fields.String()
    retries = fields.Integer()
    locked_until = Moment(allow_none=True)


class WorkerBody(Strict):
    """Who reports."""

    worker = Text(longest=100, required=True)


class FetchBody(WorkerBody):
    """What a worker takes."""

    topics = fields.List(Text(longest=255), required=True, validate=validate.Length(min=1, max=100))
    max = Whole(load_default=10, validate=validate.Range(1, 200))
    lock_seconds = Whole(load_default=60, validate=validate.Range(1, LONGEST_LOCK_SECONDS))


class DoneBody(WorkerBody):
    """The result."""

    variables = Variables(load_default=dict)


class FailureBody(WorkerBody):
    """A failed attempt; without `retries` there is one less."""

    message = Text(longest=2000, lines=True, empty=True, load_default="")
    retries = Whole(load_default=None, allow_none=True, validate=validate.Range(0, 100))
    retry_seconds = Whole(load_default=None, allow_none=True, validate=validate.Range(0, LONGEST_LOCK_SECONDS))


class BpmnErrorBody(WorkerBody):
    """An error that the diagram knows."""

    code = Text(longest=255, required=True)
    message = Text(longest=2000, lines=True, empty=True, load_default="")
    variables = Variables(load_default=dict)


class LockBody(WorkerBody):
    """For how long, from now."""

    lock_seconds = Whole(required=True, validate=validate.Range(1, LONGEST_LOCK_SECONDS))


@blueprint.post("/external-jobs/fetch")
@allowed("operator", "integrator")
@operation("Fetch and lock jobs", body=FetchBody, answer=FetchedAnswer, refuses=(403, 422))
def fetch(body: dict[str, Any]) -> Any:
    """Take jobs of these topics; `["*"]` is every topic."""
    return {"items": external_jobs.fetch(**body, actor=current_actor())}


@blueprint.post("/external-jobs/<job_id>/completion")
@allowed("operator", "integrator")
@operation("Report a job done", body=DoneBody, answer=JobStateAnswer, refuses=(403, 404, 409, 422))
def complete(job_id: str, body: dict[str, Any]) -> Any:
    """Let the case go on; 409 when the lock is lost."""
    return external_jobs.complete(job_id, **body, actor=current_actor())


@blueprint.post("/external-jobs/<job_id>/failure")
@allowed("operator", "integrator")
@operation("Report a job failed", body=FailureBody, answer=JobStateAnswer, refuses=(403, 404, 409, 422))
def fail(job_id: str, body: dict[str, Any]) -> Any:
    """Try again later, or raise an incident when no retries are left."""
    return external_jobs.fail(job_id, **body, actor=current_actor())


@blueprint.post("/external-jobs/<job_id>/bpmn-error")
@allowed("operator", "integrator")
@operation("Throw an error that the diagram knows", body=BpmnErrorBody, answer=JobStateAnswer, refuses=(403, 404, 409, 422))
def bpmn_error(job_id: str, body: dict[str, Any]) -> Any:
    """Let the error's boundary event or event sub-process go on."""
    return external_jobs.bpmn_error(job_id, **body, actor=current_actor())


@blueprint.post("/external-jobs/<job_id>/lock")
@allowed("operator", "integrator")
@operation("Hold a job longer", body=LockBody, answer=JobStateAnswer, refuses=(403, 404, 409, 422))
def extend_lock(job_id: str, body: dict[str, Any]) -> Any:
    """Lock the job anew, from now."""
    return external_jobs.extend_lock(job_id, **body, actor=current_actor())
