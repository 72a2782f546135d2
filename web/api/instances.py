"""Process instances (办件): start them, find them, read what happened, stop them."""

from typing import Any

from flask import Blueprint
from marshmallow import fields, validate

from processes import instances
from processes.queries import cases, history
from web.access import signed_in
from web.auth import current_actor
from web.fields import Answer, Moment, Paging, Strict, Text, Variables, Whole, page_of
from web.operations import operation

blueprint = Blueprint("api_instances", __name__)
STATES = ("running", "suspended", "incident", "completed", "cancelled")


class InstanceAnswer(Answer):
    """A case."""

    id = fields.String()
    business_key = fields.String(allow_none=True)
    title = fields.String()
    state = fields.String(metadata={"enum": list(STATES)})
    definition_id = fields.String()
    definition_key = fields.String()
    version = fields.Integer()
    variables = fields.Dict(keys=fields.String())
    end_events = fields.List(fields.String())
    started_by = fields.String()
    on_behalf_of = fields.String(allow_none=True)
    started_at = Moment()
    ended_at = Moment(allow_none=True)
    due_at = Moment(allow_none=True)
    revises = fields.String(allow_none=True)


class HistoryAnswer(Answer):
    """Something that happened in a case."""

    seq = fields.Integer()
    at = Moment()
    type = fields.String()
    element_id = fields.String(allow_none=True)
    element_name = fields.String(allow_none=True)
    actor = fields.String()
    on_behalf_of = fields.String(allow_none=True)
    details = fields.Dict(keys=fields.String())
    hash = fields.String()


class StartBody(Strict):
    """How to start a case."""

    definition_key = Text(longest=255, required=True)
    version = Whole(load_default=None, allow_none=True, validate=validate.Range(1, 2**31 - 1))
    business_key = Text(longest=100, load_default=None, allow_none=True)
    title = Text(longest=300, load_default=None, allow_none=True)
    variables = Variables(load_default=dict)
    revises = Text(
        longest=26, load_default=None, allow_none=True, metadata={"description": "id of the rejected case that this one revises"}
    )
    on_behalf_of = Text(longest=100, load_default=None, allow_none=True)
    copies = fields.List(Text(longest=100), load_default=list, validate=[validate.Length(max=200)])


class ReasonBody(Strict):
    """Why."""

    reason = Text(longest=2000, lines=True, load_default="", empty=True)


class InstancesQuery(Paging):
    """Which cases."""

    definition_key = Text(longest=255, load_default=None)
    state = Text(longest=20, load_default=None, validate=[validate.OneOf(STATES)])
    business_key = Text(longest=100, load_default=None)
    started_by = Text(longest=100, load_default=None)
    q = Text(longest=100, load_default=None, metadata={"description": "words of the title, the number, people or listed columns"})
    waiting_for = Text(longest=100, load_default=None)
    sort = Text(longest=20, load_default=None)


@blueprint.post("/process-instances")
@signed_in
@operation(
    "Start a case and run it to its first wait", body=StartBody, answer=InstanceAnswer, statuses=(201,), refuses=(403, 404, 409, 422)
)
def start(body: dict[str, Any]) -> Any:
    """Start a case; an automatic part that fails behind a right input gives state `incident`."""
    given = {"key" if name == "definition_key" else name: value for name, value in body.items()}
    instance_id = instances.start(**given, actor=current_actor())
    return cases.get(instance_id, current_actor())


@blueprint.get("/process-instances")
@signed_in
@operation("List the cases that you may know", query=InstancesQuery, answer=page_of(InstanceAnswer))
def page(query: dict[str, Any]) -> Any:
    """A page of cases, newest first."""
    limit, cursor, sort = (query.pop(name) for name in ("limit", "cursor", "sort"))
    return cases.page(current_actor(), {**query, "text": query.pop("q")}, limit, cursor, sort)


@blueprint.get("/process-instances/<instance_id>")
@signed_in
@operation("Read a case", answer=InstanceAnswer, refuses=(404,))
def show(instance_id: str) -> Any:
    """One case."""
    return cases.get(instance_id, current_actor())


@blueprint.get("/process-instances/<instance_id>/history")
@signed_in
@operation("Read what happened in a case, oldest first", query=Paging, answer=page_of(HistoryAnswer), refuses=(404,))
def read_history(instance_id: str, query: dict[str, Any]) -> Any:
    """A page of the history."""
    return history.items(instance_id, current_actor(), **query)


@blueprint.post("/process-instances/<instance_id>/cancellation")
@signed_in
@operation("Cancel a case", body=ReasonBody, answer=InstanceAnswer, refuses=(403, 404, 409))
def cancel(instance_id: str, body: dict[str, Any]) -> Any:
    """End the case without a result."""
    instances.cancel(instance_id, body["reason"], actor=current_actor())
    return cases.get(instance_id, current_actor())


@blueprint.post("/process-instances/<instance_id>/suspension")
@signed_in
@operation("Suspend a case", body=ReasonBody, answer=InstanceAnswer, refuses=(403, 404, 409))
def suspend(instance_id: str, body: dict[str, Any]) -> Any:
    """Let nothing happen in the case until it is resumed."""
    instances.suspend(instance_id, body["reason"], actor=current_actor())
    return cases.get(instance_id, current_actor())


@blueprint.post("/process-instances/<instance_id>/resumption")
@signed_in
@operation("Resume a suspended case", body=ReasonBody, answer=InstanceAnswer, refuses=(403, 404, 409))
def resume(instance_id: str, body: dict[str, Any]) -> Any:
    """Let the case go on."""
    instances.resume(instance_id, body["reason"], actor=current_actor())
    return cases.get(instance_id, current_actor())
