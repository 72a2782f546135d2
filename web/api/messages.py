"""Messages and signals from other systems to cases that wait for them."""

from typing import Any

from flask import Blueprint
from marshmallow import fields

from processes import messages, signals
from web.access import allowed
from web.auth import current_actor
from web.fields import Answer, Strict, Text, Variables
from web.operations import operation

blueprint = Blueprint("api_messages", __name__)


class CorrelatedAnswer(Answer):
    """Ids of the cases that took it, and of those that it started."""

    correlated = fields.List(fields.String())
    started = fields.List(fields.String())


class MessageBody(Strict):
    """A message: to the case whose variables or business key fit, or to a process that such a message starts."""

    name = Text(longest=255, required=True)
    correlation = Variables(load_default=None, allow_none=True)
    business_key = Text(longest=100, load_default=None, allow_none=True)
    variables = Variables(load_default=dict)


class SignalBody(Strict):
    """A signal, to every case that waits for it."""

    name = Text(longest=255, required=True)
    variables = Variables(load_default=dict)


@blueprint.post("/messages")
@allowed("operator", "integrator")
@operation("Deliver a message", body=MessageBody, answer=CorrelatedAnswer, refuses=(403, 409, 422))
def deliver(body: dict[str, Any]) -> Any:
    """Deliver a message; 409 when nothing waits for it."""
    return messages.deliver(**body, actor=current_actor())


@blueprint.post("/signals")
@allowed("operator", "integrator")
@operation("Broadcast a signal", body=SignalBody, answer=CorrelatedAnswer, refuses=(403, 422))
def broadcast(body: dict[str, Any]) -> Any:
    """Broadcast a signal; it is no error that nobody waits for it."""
    return signals.broadcast(**body, actor=current_actor())
