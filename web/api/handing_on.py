"""User tasks handed on: to somebody else (转办), or to somebody for advice and back (委派)."""

from typing import Any

from flask import Blueprint

from processes.approval import delegating, reassigning
from processes.queries import inbox
from web.access import signed_in
from web.api.user_tasks import UserTaskAnswer
from web.auth import current_actor
from web.fields import Strict, Text, Variables, Whole
from web.operations import operation

blueprint = Blueprint("api_handing_on", __name__)


class RecallBody(Strict):
    """Why, and what was seen."""

    reason = Text(longest=2000, lines=True, empty=True, load_default=None, allow_none=True)
    revision = Whole(load_default=None, allow_none=True)


class HandOnBody(RecallBody):
    """To whom, and why."""

    to = Text(longest=100, required=True)


class DelegationAnswerBody(Strict):
    """Advice: what was filled in, and an opinion."""

    variables = Variables(load_default=dict)
    opinion = Text(longest=2000, lines=True, empty=True, load_default=None, allow_none=True)
    revision = Whole(load_default=None, allow_none=True)


def _answer(task_id: str) -> Any:
    return inbox.get(task_id, current_actor())


@blueprint.post("/user-tasks/<task_id>/reassignment")
@signed_in
@operation("Give a user task to another person", body=HandOnBody, answer=UserTaskAnswer, refuses=(403, 404, 409, 422))
def reassign(task_id: str, body: dict[str, Any]) -> Any:
    """From now on the task is that person's alone; whoever had it finds it in the box done."""
    return _answer(reassigning.reassign(task_id, **body, actor=current_actor()))


@blueprint.post("/user-tasks/<task_id>/delegation")
@signed_in
@operation("Ask another person for advice about a user task", body=HandOnBody, answer=UserTaskAnswer, refuses=(403, 404, 409, 422))
def delegate(task_id: str, body: dict[str, Any]) -> Any:
    """That person fills the form in and gives an opinion; the decision stays with whose task it is."""
    return _answer(delegating.delegate(task_id, **body, actor=current_actor()))


@blueprint.post("/user-tasks/<task_id>/resolution")
@signed_in
@operation("Give the advice that was asked for", body=DelegationAnswerBody, answer=UserTaskAnswer, refuses=(403, 404, 409, 422))
def resolve(task_id: str, body: dict[str, Any]) -> Any:
    """The task goes back to whose it is, with the opinion, and with what was filled in as the values of its form."""
    return _answer(delegating.resolve(task_id, **body, actor=current_actor()))


@blueprint.post("/user-tasks/<task_id>/recall")
@signed_in
@operation("Take a user task back before the advice comes", body=RecallBody, answer=UserTaskAnswer, refuses=(403, 404, 409, 422))
def recall(task_id: str, body: dict[str, Any]) -> Any:
    """Whose task it is does so at any time, and operators."""
    return _answer(delegating.recall(task_id, **body, actor=current_actor()))
