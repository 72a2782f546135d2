"""User tasks sent back (退回), what that would do, and decisions taken back (撤回)."""

from typing import Any

from flask import Blueprint
from marshmallow import fields, validate

from processes.approval import send_back_preview, sending_back, withdrawing
from processes.approval.targets import RERUN, STRAIGHT_BACK
from processes.queries import cases, inbox
from web.access import signed_in
from web.api.user_tasks import CompletionAnswer
from web.auth import current_actor
from web.fields import Answer, Moment, Strict, Text, Whole
from web.operations import operation

blueprint = Blueprint("api_taking_back", __name__)
RESUBMITS = (RERUN, STRAIGHT_BACK)


class SendBackBody(Strict):
    """To where, why, and how it goes on."""

    to_element_id = Text(longest=255, load_default=None, allow_none=True)
    reason = Text(longest=2000, lines=True, required=True)
    resubmit = Text(longest=20, load_default=None, allow_none=True, validate=[validate.OneOf(RESUBMITS)])
    revision = Whole(load_default=None, allow_none=True)


class WithdrawalBody(Strict):
    """Why."""

    reason = Text(longest=2000, lines=True, empty=True, load_default=None, allow_none=True)


class SendBackQuery(Strict):
    """What would happen."""

    to_element_id = Text(longest=255, load_default=None)
    resubmit = Text(longest=20, load_default=None, validate=[validate.OneOf(RESUBMITS)])


class TargetAnswer(Answer):
    """A step that the task can be sent back to."""

    element_id = fields.String()
    name = fields.String()
    by = fields.String(allow_none=True, metadata={"description": "login of who did it last"})
    at = Moment()
    applicant = fields.Boolean()
    previous = fields.Boolean()


class PartAnswer(Answer):
    """A step, and who did it, has it or will get it."""

    element_id = fields.String()
    name = fields.String()
    people = fields.List(fields.String())
    state = fields.String(allow_none=True)


class SendBackAnswer(Answer):
    """What sending back would do; nothing of it has happened."""

    targets = fields.List(fields.Nested(TargetAnswer))
    to_element_id = fields.String(attribute="target.element_id")
    resubmit = fields.String(metadata={"enum": list(RESUBMITS)})
    may_choose = fields.Boolean(metadata={"description": "whether the process leaves `resubmit` to the person"})
    straight_back = fields.Boolean(metadata={"description": "whether it could come straight back"})
    redone = fields.List(fields.Nested(PartAnswer))
    kept = fields.List(fields.Nested(PartAnswer))
    opened = fields.List(fields.Nested(PartAnswer))


@blueprint.get("/user-tasks/<task_id>/send-back")
@signed_in
@operation("Foresee what sending a user task back would do", query=SendBackQuery, answer=SendBackAnswer, refuses=(403, 404, 409))
def foresee(task_id: str, query: dict[str, Any]) -> Any:
    """The possible targets, what would be redone, what would stay and who would get it; the applicant unless a target is named."""
    return send_back_preview.preview(task_id, **query, actor=current_actor())


@blueprint.post("/user-tasks/<task_id>/send-back")
@signed_in
@operation("Send a user task back", body=SendBackBody, answer=CompletionAnswer, refuses=(403, 404, 409, 422))
def send_back(task_id: str, body: dict[str, Any]) -> Any:
    """An earlier step opens again, the applicant's unless one is named; what others have signed beside it stays."""
    task, instance = sending_back.send_back(task_id, **body, actor=current_actor())
    return {"task": inbox.get(task, current_actor()), "instance": cases.get(instance, current_actor())}


@blueprint.post("/user-tasks/<task_id>/withdrawal")
@signed_in
@operation("Take an own decision back", body=WithdrawalBody, answer=CompletionAnswer, refuses=(403, 404, 409, 422))
def withdraw(task_id: str, body: dict[str, Any]) -> Any:
    """The task opens again as another one, which is answered; 409 says who has acted on what followed, and when."""
    task, instance = withdrawing.withdraw(task_id, **body, actor=current_actor())
    return {"task": inbox.get(task, current_actor()), "instance": cases.get(instance, current_actor())}
