"""Substitutes (代理): who stands in for whom, in which period, processes, up to which amount."""

from typing import Any

from flask import Blueprint
from marshmallow import fields

from processes.approval import substitution
from web.access import signed_in
from web.auth import current_actor
from web.fields import Answer, Moment, Strict, Text, Truth
from web.operations import operation

blueprint = Blueprint("api_substitutions", __name__)


class SubstitutionAnswer(Answer):
    """A rule by which somebody stands in for somebody else."""

    id = fields.String()
    principal = fields.String()
    substitute = fields.String()
    valid_from = fields.Date()
    valid_until = fields.Date()
    processes = fields.List(fields.String(), allow_none=True)
    up_to = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    created_at = Moment()
    created_by = fields.String()
    ended_at = Moment(allow_none=True)
    state = fields.String(metadata={"enum": ["coming", "active", "over", "ended"]})


class SubstitutionsAnswer(Answer):
    """Rules, newest first."""

    items = fields.List(fields.Nested(SubstitutionAnswer))


class SubstitutionsQuery(Strict):
    """Whose."""

    all = Truth(load_default=False)


class SubstitutionBody(Strict):
    """A rule; without `principal` for oneself, without `valid_from` from today on."""

    principal = Text(longest=100, load_default=None, allow_none=True)
    substitute = Text(longest=100, required=True)
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_until = fields.Date(required=True)
    processes = fields.List(Text(longest=255), load_default=None, allow_none=True)
    up_to = Text(longest=30, load_default=None, allow_none=True)
    reason = Text(longest=300, load_default=None, allow_none=True)


class EndingBody(Strict):
    """No fields."""


@blueprint.get("/substitutions")
@signed_in
@operation("List substitutions", query=SubstitutionsQuery, answer=SubstitutionsAnswer, refuses=(403,))
def page(query: dict[str, Any]) -> Any:
    """Those in which one is principal or substitute; `all=true`, for administrators: everybody's."""
    actor = current_actor()
    rules = substitution.everybodys(actor=actor) if query["all"] else substitution.of(actor.login)
    return {"items": rules}


@blueprint.post("/substitutions")
@signed_in
@operation("Let somebody stand in for a period", body=SubstitutionBody, answer=SubstitutionAnswer, statuses=(201,), refuses=(403, 409, 422))
def give(body: dict[str, Any]) -> Any:
    """What waits for the principal, also what waits already, may be done by the substitute from the first day to the last."""
    actor = current_actor()
    principal = body.pop("principal") or actor.login
    return substitution.get(substitution.give(principal, body.pop("substitute"), **body, actor=actor), actor)


@blueprint.post("/substitutions/<rule_id>/ending")
@signed_in
@operation("End a substitution", body=EndingBody, answer=SubstitutionAnswer, refuses=(403, 404, 409))
def end(rule_id: str, body: dict[str, Any]) -> Any:
    """It stops at once; principal, substitute and administrators end it."""
    substitution.end(rule_id, actor=current_actor())
    return substitution.get(rule_id, current_actor())
