"""Signers of a user task (加签, 减签)."""

from typing import Any

from flask import Blueprint
from marshmallow import fields, validate

from engine.signers import POSITIONS
from processes.approval import signing
from processes.queries import inbox
from web.access import signed_in
from web.api.user_tasks import UserTaskAnswer
from web.auth import current_actor
from web.fields import Strict, Text, Whole
from web.operations import operation

blueprint = Blueprint("api_signing", __name__)


class SignersBody(Strict):
    """Who is to sign, and when."""

    users = fields.List(Text(longest=100), required=True, validate=validate.Length(min=1, max=signing.MOST_AT_ONCE))
    position = Text(longest=20, required=True, validate=[validate.OneOf(POSITIONS)])
    revision = Whole(load_default=None, allow_none=True)


class SignerRemovalBody(Strict):
    """Who is asked no more."""

    user = Text(longest=100, required=True)


@blueprint.post("/user-tasks/<task_id>/signers")
@signed_in
@operation("Ask others to sign a user task", body=SignersBody, answer=UserTaskAnswer, refuses=(403, 404, 409, 422))
def add(task_id: str, body: dict[str, Any]) -> Any:
    """Before the decision of who has it (advice), after it, or in parallel; a refusal after or in parallel makes the step `disagree`."""
    signing.add(task_id, **body, actor=current_actor())
    return inbox.get(task_id, current_actor())


@blueprint.post("/user-tasks/<task_id>/signers/removal")
@signed_in
@operation("Ask a signer no more", body=SignerRemovalBody, answer=UserTaskAnswer, refuses=(403, 404, 409, 422))
def remove(task_id: str, body: dict[str, Any]) -> Any:
    """Who added the signer does so, who has the task or has decided it, and operators; not one who has decided."""
    signing.remove(task_id, **body, actor=current_actor())
    return inbox.get(task_id, current_actor())
