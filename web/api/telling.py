"""Telling people about a case without asking them to decide: reminders (催办), copies (抄送), circulation (传阅)."""

from typing import Any

from flask import Blueprint
from marshmallow import fields, validate

from processes.approval import circulating, copying, reminding, snoozing
from processes.queries import cases, deliveries, inbox
from web.access import signed_in
from web.api.instances import InstanceAnswer
from web.api.user_tasks import CopyAnswer, NothingBody, UserTaskAnswer
from web.auth import current_actor
from web.fields import Answer, Moment, Strict, Text
from web.operations import operation

blueprint = Blueprint("api_telling", __name__)


class ReminderBody(Strict):
    """What to say besides."""

    message = Text(longest=500, lines=True, empty=True, load_default=None, allow_none=True)


class CopiesBody(ReminderBody):
    """Who gets a copy."""

    users = fields.List(Text(longest=100), required=True, validate=[validate.Length(1, 200)])


class ReminderAnswer(UserTaskAnswer):
    """The task, and who was reminded."""

    reminded = fields.List(fields.String())


@blueprint.post("/user-tasks/<task_id>/reminder")
@signed_in
@operation("Remind those whom a user task waits for", body=ReminderBody, answer=ReminderAnswer, refuses=(403, 404, 409, 422, 429))
def remind(task_id: str, body: dict[str, Any]) -> Any:
    """Put a message before them; 429 with Retry-After when the actor has reminded often enough today."""
    reminded = reminding.remind(task_id, body["message"], actor=current_actor())
    return {**inbox.get(task_id, current_actor()), "reminded": reminded}


class TaskCopiesAnswer(UserTaskAnswer):
    """The task, who got a copy now, and who had it already."""

    copied = fields.List(fields.String())
    already = fields.List(fields.String())


class CaseCopiesAnswer(InstanceAnswer):
    """The case, who got a copy now, and who had it already."""

    copied = fields.List(fields.String())
    already = fields.List(fields.String())


class ReaderAnswer(Answer):
    """Somebody to whom a case went round."""

    login = fields.String()
    read_at = Moment(allow_none=True)
    comment = fields.String(allow_none=True)


class CirculationAnswer(Answer):
    """A case that went round, and who has read it."""

    id = fields.String()
    process_instance_id = fields.String()
    given_by = fields.String()
    at = Moment()
    message = fields.String(allow_none=True)
    depth = fields.Integer()
    readers = fields.List(fields.Nested(ReaderAnswer))


class NewCirculationAnswer(CirculationAnswer):
    """A new circulation, and who has the case already and has not read it."""

    already = fields.List(fields.String())


class CirculationListAnswer(Answer):
    """The circulations of a case."""

    items = fields.List(fields.Nested(CirculationAnswer))
    next = fields.String(allow_none=True)


class ReceiptBody(Strict):
    """What one thinks of it."""

    comment = Text(longest=2000, lines=True, empty=True, load_default=None, allow_none=True)


class CopyListAnswer(Answer):
    """What was sent of a case to whom."""

    items = fields.List(fields.Nested(CopyAnswer))
    next = fields.String(allow_none=True)


class FollowUpBody(Strict):
    """Until which day; null: not any more."""

    until = fields.Date(required=True, allow_none=True)


class FollowUpAnswer(UserTaskAnswer):
    """The task, and until when it is put aside."""

    until = Moment(allow_none=True)


@blueprint.put("/user-tasks/<task_id>/follow-up")
@signed_in
@operation("Put a user task aside until a day", body=FollowUpBody, answer=FollowUpAnswer, refuses=(403, 404, 409, 422))
def follow_up(task_id: str, body: dict[str, Any]) -> Any:
    """For this account alone; the deadline wins. With null it comes back at once."""
    if body["until"] is None:
        snoozing.wake(task_id, actor=current_actor())
        until = None
    else:
        until = snoozing.snooze(task_id, body["until"], actor=current_actor())
    return {**inbox.get(task_id, current_actor()), "until": until}


@blueprint.post("/user-tasks/<task_id>/copies")
@signed_in
@operation("Send copies of what a user task is about", body=CopiesBody, answer=TaskCopiesAnswer, refuses=(403, 404, 409, 422))
def copy_task(task_id: str, body: dict[str, Any]) -> Any:
    """Put the case before people who have nothing to decide; each gets it once with this task."""
    told = copying.copy_task(task_id, body["users"], body["message"], actor=current_actor())
    return {**inbox.get(task_id, current_actor()), "copied": told.new, "already": told.already}


@blueprint.post("/process-instances/<instance_id>/copies")
@signed_in
@operation("Send copies of a case", body=CopiesBody, answer=CaseCopiesAnswer, refuses=(403, 404, 409, 422))
def copy_case(instance_id: str, body: dict[str, Any]) -> Any:
    """Put the case before people who have nothing to decide, also after its end; each gets it once by hand."""
    told = copying.copy_case(instance_id, body["users"], body["message"], actor=current_actor())
    return {**cases.get(instance_id, current_actor()), "copied": told.new, "already": told.already}


@blueprint.get("/process-instances/<instance_id>/copies")
@signed_in
@operation("List what was sent of a case to whom, and what was read", answer=CopyListAnswer, refuses=(404,))
def copies(instance_id: str) -> Any:
    """Copies and circulated cases, oldest first."""
    cases.check_visible(instance_id, current_actor())
    return {"items": [deliveries.as_copy(row) for row in deliveries.of_case(instance_id)], "next": None}


@blueprint.post("/copies/<copy_id>/receipt")
@signed_in
@operation("Mark a copy that was sent to you as read", body=NothingBody, answer=CopyAnswer, refuses=(404,))
def read_copy(copy_id: str, body: dict[str, Any]) -> Any:
    """It is no part of the record of the case."""
    return deliveries.as_copy(copying.open_one(copy_id, actor=current_actor()))


@blueprint.post("/process-instances/<instance_id>/circulations")
@signed_in
@operation("Let a case go round among people", body=CopiesBody, answer=NewCirculationAnswer, statuses=(201,), refuses=(403, 404, 409, 422))
def circulate(instance_id: str, body: dict[str, Any]) -> Any:
    """They say that they have read it, and maybe what they think; nobody waits for them."""
    made = circulating.circulate(instance_id, body["users"], body["message"], actor=current_actor())
    return {**_circulation(instance_id, made.id), "already": made.already}


@blueprint.get("/process-instances/<instance_id>/circulations")
@signed_in
@operation("List the circulations of a case, and who has read it", answer=CirculationListAnswer, refuses=(404,))
def circulations(instance_id: str) -> Any:
    """Oldest first."""
    cases.check_visible(instance_id, current_actor())
    return {"items": deliveries.circulations(instance_id), "next": None}


@blueprint.post("/circulations/<circulation_id>/receipt")
@signed_in
@operation("Say that you have read a circulated case", body=ReceiptBody, answer=CirculationAnswer, refuses=(404, 422))
def acknowledge(circulation_id: str, body: dict[str, Any]) -> Any:
    """With a comment, if there is something to say; again, the new comment counts."""
    return _circulation(circulating.acknowledge(circulation_id, body["comment"], actor=current_actor()), circulation_id)


@blueprint.post("/circulations/<circulation_id>/reminder")
@signed_in
@operation("Remind those who have not read it", body=NothingBody, answer=CirculationAnswer, refuses=(403, 404, 409, 429))
def remind_readers(circulation_id: str, body: dict[str, Any]) -> Any:
    """For who let it go round, as often a day as of a user task."""
    circulating.remind(circulation_id, actor=current_actor())
    return _circulation(circulation_id.rpartition("-")[0], circulation_id)


def _circulation(instance_id: str, circulation_id: str) -> dict[str, Any]:
    return next(one for one in deliveries.circulations(instance_id) if one["id"] == circulation_id)
