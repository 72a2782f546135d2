"""Deciding on many user tasks in one request (批量办理)."""

from typing import Any

from flask import Blueprint
from marshmallow import fields, validate

from processes.approval import batch
from web import errors
from web.access import signed_in
from web.auth import current_actor
from web.fields import Answer, Strict, Text, Whole
from web.language import current_language
from web.operations import operation

blueprint = Blueprint("api_batch", __name__)


class BatchItemBody(Strict):
    """A task, and the revision that was seen."""

    id = Text(longest=60, required=True)
    revision = Whole(load_default=None, allow_none=True)


class BatchBody(Strict):
    """The tasks, and one decision on all of them."""

    items = fields.List(fields.Nested(BatchItemBody), required=True, validate=[validate.Length(1, batch.MOST)])
    outcome = Text(longest=100, load_default=None, allow_none=True)
    opinion = Text(longest=2000, lines=True, empty=True, load_default=None, allow_none=True)


class BatchResultAnswer(Answer):
    """What became of one task: `status` 200 and its case, or the problem with which it alone would have been answered."""

    id = fields.String()
    status = fields.Integer()
    process_instance_id = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    detail = fields.String(allow_none=True)


class BatchAnswer(Answer):
    """A result for each task, in the order given."""

    items = fields.List(fields.Nested(BatchResultAnswer))


@blueprint.post("/user-tasks/completions")
@signed_in
@operation("Decide on many user tasks at once", body=BatchBody, answer=BatchAnswer, refuses=(422,))
def complete(body: dict[str, Any]) -> Any:
    """Each is a step of its own; what is refused stops none of the others."""
    items = [batch.Item(one["id"], one["revision"]) for one in body["items"]]
    done = batch.complete(items, outcome=body["outcome"], opinion=body["opinion"], actor=current_actor())
    return {"items": [_document(one) for one in done]}


def _document(result: batch.Result) -> dict[str, Any]:
    if result.refusal is None:
        return {"id": result.id, "status": 200, "process_instance_id": result.instance_id, "code": None, "detail": None}
    problem = errors.of_refusal(result.refusal).to_document(current_language(), "")
    texts = [text for lines in (problem.get("fields") or {}).values() for text in lines]
    detail = "".join(texts) or problem["detail"]
    return {"id": result.id, "status": problem["status"], "process_instance_id": None, "code": problem["code"], "detail": detail}
