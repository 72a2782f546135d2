"""Signals: to every case that waits for one, and to every start event that does."""

from typing import Any

from processes import inputs, messages, policy
from processes.actors import Actor
from processes.correlation import Correlated, Sent


def broadcast(name: str, variables: Any = None, *, actor: Actor) -> Correlated:
    """Tell everybody who waits for the signal; it is no error that nobody does."""
    policy.check_may_send(actor)
    known = inputs.check_text("name", name, inputs.MAX_NAME, required=True) or ""
    return messages.send(Sent("signal", known, inputs.check_variables(variables)), actor)
