"""Handover of who leaves (离职交接): what waits for them goes to a successor, a step a task."""

from typing import Any

from flask import Blueprint
from marshmallow import fields

from processes.approval import handover
from processes.errors import NotFound
from processes.people import directory
from web import errors
from web.access import allowed
from web.auth import current_actor
from web.fields import Answer, Strict, Text
from web.language import current_language
from web.operations import operation

blueprint = Blueprint("api_handover", __name__)


class MovedAnswer(Answer):
    """A task and what became of it; `code` and `detail` where it was not moved."""

    id = fields.String()
    title = fields.String()
    name = fields.String()
    code = fields.String(allow_none=True)
    detail = fields.String(allow_none=True)


class HandoverAnswer(Answer):
    """Who takes over, what was moved now, and how many tasks are left, by process."""

    successor = fields.String(allow_none=True)
    items = fields.List(fields.Nested(MovedAnswer))
    left = fields.Dict(keys=fields.String(), values=fields.Integer())


class HandoverBody(Strict):
    """To whom; left out, to the successor that was named before."""

    successor = Text(longest=100, load_default=None, allow_none=True)
    valid_from = fields.Date(load_default=None, allow_none=True)
    reason = Text(longest=300, load_default=None, allow_none=True)


@blueprint.get("/people/<login>/handover")
@allowed("system_admin", "operator")
@operation("See what waits for somebody who leaves", answer=HandoverAnswer, refuses=(403, 404))
def preview(login: str) -> Any:
    """The tasks that nobody else can do, by process, and who takes over."""
    _check_known(login)
    return {"successor": handover.successor_of(login), "items": [], "left": handover.by_process(login)}


@blueprint.post("/people/<login>/handover")
@allowed("system_admin", "operator")
@operation("Hand over what waits for somebody who leaves", body=HandoverBody, answer=HandoverAnswer, refuses=(403, 404, 409, 422))
def hand_over(login: str, body: dict[str, Any]) -> Any:
    """Moves up to a hundred tasks, each a step of its own; called again, it goes on with what is left."""
    actor = current_actor()
    _check_known(login)
    if body["successor"] is not None:
        handover.begin(login, body.pop("successor"), **body, actor=actor)
    items = [_row(one) for one in handover.move_some(login, actor=actor)]
    return {"successor": handover.successor_of(login), "items": items, "left": handover.by_process(login)}


def _check_known(login: str) -> None:
    """A wrong login would look like somebody for whom nothing waits."""
    if login not in directory.people([login]):
        raise NotFound("person_not_found", login=login)


def _row(moved: handover.Moved) -> dict[str, Any]:
    task = moved.task
    row: dict[str, Any] = {"id": task.id, "title": task.title, "name": task.name, "code": None, "detail": None}
    if moved.refusal is not None:
        problem = errors.of_refusal(moved.refusal).to_document(current_language(), "")
        row |= {"code": problem["code"], "detail": problem["detail"]}
    return row
