"""User tasks (待办): find them, claim them, fill in their forms, complete them."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint
from marshmallow import fields, validate

from processes import drafts, urgency, user_tasks
from processes.errors import NotFound
from processes.queries import cases, forms_for, inbox, votes
from web.access import signed_in
from web.api.definitions import FormAnswer
from web.api.instances import InstanceAnswer
from web.api.votes import VoteAnswer
from web.auth import current_actor
from web.fields import Answer, Moment, Paging, Strict, Text, Truth, Variables, Whole, page_of
from web.operations import operation

blueprint = Blueprint("api_user_tasks", __name__)
BOXES = ("todo", "unclaimed", "done", "started", "copied", "all")
STATES = ("open", "completed", "cancelled")


class AdviceAnswer(Answer):
    """What whoever was asked last has answered: filled in, and an opinion."""

    by = fields.String()
    opinion = fields.String(allow_none=True)
    variables = fields.Dict(keys=fields.String())


class HandedOnAnswer(Answer):
    """In the box done: how the task left without having been completed: reassigned, delegated, resolved, represented; to whom, when."""

    verb = fields.String()
    to = fields.String()
    at = Moment()


class SignerAnswer(Answer):
    """Somebody who was asked to sign."""

    user = fields.String()
    position = fields.String(metadata={"enum": ["before", "after", "parallel"]})
    by = fields.String(allow_none=True)
    state = fields.String(metadata={"enum": ["planned", "open", "decided", "removed", "cancelled"]})
    user_task_id = fields.String(allow_none=True)


class SigningAnswer(Answer):
    """Signers of a task, and for how many who sign before it waits; of a signer's own task the one that it signs for (`of`)."""

    of = fields.String(allow_none=True)
    position = fields.String(allow_none=True, metadata={"enum": ["before", "after", "parallel"]})
    by = fields.String(allow_none=True)
    depth = fields.Integer()
    waits = fields.Integer()
    signers = fields.List(fields.Nested(SignerAnswer))


class Signing(fields.Nested):
    """What a task's row keeps of its signers, with ids of tasks for their numbers."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        if value is None:
            return None
        case = obj["process_instance_id"]
        told = {"of": None, "position": None, "by": None, "depth": 0, "waits": 0, "signers": [], **value}
        told["of"] = None if told["of"] is None else f"{case}-{told['of']}"
        told["signers"] = [
            {**one, "user_task_id": None if one["state"] == "planned" else f"{case}-{one['number']}"} for one in told["signers"]
        ]
        return super()._serialize(told, attr, obj, **kwargs)  # type: ignore[no-untyped-call]


class UserTaskAnswer(Answer):
    """A user task."""

    id = fields.String()
    element_id = fields.String()
    name = fields.String()
    process_instance_id = fields.String()
    definition_key = fields.String()
    title = fields.String()
    business_key = fields.String(allow_none=True)
    assignee = fields.String(allow_none=True)
    candidate_groups = fields.List(fields.String())
    candidate_users = fields.List(fields.String())
    created_at = Moment()
    due_at = Moment(allow_none=True)
    state = fields.String(metadata={"enum": list(STATES)})
    form_key = fields.String(allow_none=True)
    #: whose task it is while the assignee is asked for advice
    delegated_by = fields.String(allow_none=True)
    advice = fields.Nested(AdviceAnswer, allow_none=True)
    handed_on = fields.Nested(HandedOnAnswer, allow_none=True)
    signing = Signing(SigningAnswer, allow_none=True)
    urgency = fields.String(metadata={"enum": list(urgency.CODES)})
    revision = fields.Integer()


class OneUserTaskAnswer(UserTaskAnswer):
    """A user task, with the joint decision that it is part of."""

    votes = fields.Nested(VoteAnswer, allow_none=True)


class CopyAnswer(Answer):
    """Something of a case that was put before somebody who has nothing to decide."""

    id = fields.String()
    kind = fields.String(metadata={"enum": ["copy", "circulation"]})
    circulation = fields.String(allow_none=True)
    login = fields.String()
    given_by = fields.String()
    at = Moment()
    message = fields.String(allow_none=True)
    element_name = fields.String(allow_none=True)
    read_at = Moment(allow_none=True)
    comment = fields.String(allow_none=True)


class BoxItemAnswer(UserTaskAnswer):
    """A user task; in the box `copied` with what was sent, and without a task (`id` null) where the case alone was."""

    id = fields.String(allow_none=True)
    element_id = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    state = fields.String(allow_none=True, metadata={"enum": [*STATES, None]})
    urgency = fields.String(allow_none=True, metadata={"enum": [*urgency.CODES, None]})
    revision = fields.Integer(allow_none=True)
    copy = fields.Nested(CopyAnswer, allow_none=True)


class CompletionAnswer(Answer):
    """The task as done, and the case as it stands now."""

    task = fields.Nested(UserTaskAnswer)
    instance = fields.Nested(InstanceAnswer)


class SavedDraftAnswer(Answer):
    """What was kept, when, and as which version."""

    variables = fields.Dict(keys=fields.String())
    saved_at = Moment()
    version = fields.Integer()


class DraftAnswer(SavedDraftAnswer):
    """A draft, and what a window typed that had not seen its newest version."""

    other = fields.Dict(keys=fields.String(), allow_none=True)
    other_at = Moment(allow_none=True)


class InboxQuery(Paging):
    """Which tasks."""

    box = Text(longest=20, load_default="todo", validate=[validate.OneOf(BOXES)])
    state = Text(longest=20, load_default=None, validate=[validate.OneOf(STATES)])
    element_id = Text(longest=255, load_default=None)
    process_instance_id = Text(longest=60, load_default=None)
    definition_key = Text(longest=255, load_default=None)
    overdue = Truth(load_default=None)
    q = Text(longest=100, load_default=None, metadata={"description": "words of the title, the number, people or listed columns"})
    waiting_for = Text(longest=100, load_default=None)
    sort = Text(longest=20, load_default=None)
    urgency = Text(longest=20, load_default=None, validate=[validate.OneOf(urgency.CODES)])
    #: in the box todo: what the reader has put aside, or has not
    snoozed = Truth(load_default=None)
    #: in the box copied: what was not read, or was
    unread = Truth(load_default=None)


class CompletionBody(Strict):
    """A decision."""

    variables = Variables(load_default=dict)
    outcome = Text(longest=100, load_default=None, allow_none=True)
    opinion = Text(longest=2000, lines=True, empty=True, load_default=None, allow_none=True)
    revision = Whole(load_default=None, allow_none=True)
    on_behalf_of = Text(longest=100, load_default=None, allow_none=True)
    attachments = fields.List(Text(longest=60), load_default=None, allow_none=True)


class DraftBody(Strict):
    """What was typed so far, and the version of the draft that was seen (0: none); without it, what was kept is replaced."""

    variables = Variables(load_default=dict)
    version = Whole(load_default=None, allow_none=True, validate=validate.Range(0, 2**31 - 1))


class NothingBody(Strict):
    """No fields."""


@blueprint.get("/user-tasks")
@signed_in
@operation("List user tasks of a box", query=InboxQuery, answer=page_of(BoxItemAnswer), refuses=(403,))
def page(query: dict[str, Any]) -> Any:
    """A page of tasks, the tightest deadline first."""
    box, limit, cursor, sort = (query.pop(name) for name in ("box", "limit", "cursor", "sort"))
    found = inbox.page(current_actor(), box, {**query, "text": query.pop("q")}, limit, cursor, sort)
    return {**found, "items": [{"copy": None, **item} for item in found["items"]]}


@blueprint.get("/user-tasks/<task_id>")
@signed_in
@operation("Read a user task", answer=OneUserTaskAnswer, refuses=(404,))
def show(task_id: str) -> Any:
    """One task."""
    task = inbox.get(task_id, current_actor())
    return {**task, "votes": votes.of_task(task, current_actor())}


@blueprint.get("/user-tasks/<task_id>/form")
@signed_in
@operation("Read the form of a user task", answer=FormAnswer, refuses=(404,))
def form(task_id: str) -> Any:
    """The form as its reader may see and fill it."""
    return forms_for.task_form(task_id, current_actor())


@blueprint.post("/user-tasks/<task_id>/claim")
@signed_in
@operation("Claim a user task", body=NothingBody, answer=UserTaskAnswer, refuses=(403, 404, 409))
def claim(task_id: str, body: dict[str, Any]) -> Any:
    """Take the task: others no longer find it."""
    user_tasks.claim(task_id, actor=current_actor())
    return inbox.get(task_id, current_actor())


@blueprint.post("/user-tasks/<task_id>/unclaim")
@signed_in
@operation("Give a claimed user task back", body=NothingBody, answer=UserTaskAnswer, refuses=(403, 404, 409))
def unclaim(task_id: str, body: dict[str, Any]) -> Any:
    """Put the task back to those who may take it."""
    user_tasks.unclaim(task_id, actor=current_actor())
    return inbox.get(task_id, current_actor())


@blueprint.post("/user-tasks/<task_id>/completion")
@signed_in
@operation("Complete a user task", body=CompletionBody, answer=CompletionAnswer, refuses=(403, 404, 409, 422))
def complete(task_id: str, body: dict[str, Any]) -> Any:
    """Record the decision and let the case go on; 409 when the task is no longer open or `revision` is stale."""
    task, instance = user_tasks.complete(task_id, **body, actor=current_actor())
    return {"task": inbox.get(task, current_actor()), "instance": cases.get(instance, current_actor())}


@blueprint.put("/user-tasks/<task_id>/draft")
@signed_in
@operation("Keep what was typed into a user task's form", body=DraftBody, answer=SavedDraftAnswer, refuses=(404, 409, 422))
def draft(task_id: str, body: dict[str, Any]) -> Any:
    """Keep a draft, for this account alone; it is no part of the case's record. 409 when another window has written since `version`:
    then both are kept."""
    task = inbox.get(task_id, current_actor())
    kept = drafts.save(f"task:{task['id']}", body["variables"], actor=current_actor(), version=body["version"])
    return {"variables": body["variables"], "saved_at": kept.saved_at, "version": kept.version}


@blueprint.get("/user-tasks/<task_id>/draft")
@signed_in
@operation("Read your draft of a user task, also of one that is no longer yours", answer=DraftAnswer, refuses=(404,))
def read_draft(task_id: str) -> Any:
    """What was typed and not sent, and what another window typed beside it."""
    task = inbox.get(task_id, current_actor())
    found = drafts.load(f"task:{task['id']}", actor=current_actor())
    if found is None:
        raise NotFound("draft_not_found")
    return asdict(found)
