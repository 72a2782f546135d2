"""Telling people about a case without asking them to decide: reminders (催办)."""

from typing import Any

from flask import Blueprint
from marshmallow import fields

from processes.approval import reminding
from processes.queries import inbox
from web.access import signed_in
from web.api.user_tasks import UserTaskAnswer
from web.auth import current_actor
from web.fields import Strict, Text
from web.operations import operation

blueprint = Blueprint("api_telling", __name__)


class MessageBody(Strict):
    """What to say besides."""

    message = Text(longest=500, lines=True, empty=True, load_default=None, allow_none=True)


class ReminderAnswer(UserTaskAnswer):
    """The task, and who was reminded."""

    reminded = fields.List(fields.String())


@blueprint.post("/user-tasks/<task_id>/reminder")
@signed_in
@operation("Remind those whom a user task waits for", body=MessageBody, answer=ReminderAnswer, refuses=(403, 404, 409, 422, 429))
def remind(task_id: str, body: dict[str, Any]) -> Any:
    """Put a message before them; 429 with Retry-After when the actor has reminded often enough today."""
    reminded = reminding.remind(task_id, body["message"], actor=current_actor())
    return {**inbox.get(task_id, current_actor()), "reminded": reminded}
