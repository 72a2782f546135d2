"""Messages and signals from outside, each receiver a command of its own."""

from typing import Any

from processes import correlation as receivers_of
from processes import idempotency, inputs, policy, runtime
from processes.actors import Actor
from processes.correlation import Correlated, Sent
from processes.db import reading, transaction
from processes.errors import Conflict, Invalid


def deliver(*, name: str, correlation: Any = None, business_key: str | None = None, variables: Any = None, actor: Actor) -> Correlated:
    """Give a message to the cases that wait for it and fit; when none does, to the start events that wait for it.

    Raises Conflict when nothing waits.
    """
    policy.check_may_send(actor)
    sent = Sent(
        "message",
        inputs.check_text("name", name, inputs.MAX_NAME, required=True) or "",
        inputs.check_variables(variables),
        _pattern(correlation),
        inputs.check_text("business_key", business_key, 100),
    )
    result = send(sent, actor)
    if not result.anybody:
        raise Conflict("nothing_waits", name=name)
    return result


def _pattern(pattern: Any) -> dict[str, Any] | None:
    """Variables by which the receiving case is told."""
    if pattern is None:
        return None
    if not isinstance(pattern, dict):
        raise Invalid("correlation_not_an_object", fields={"correlation": ["这里要是一组变量。"]})
    return inputs.check_variables(pattern)


def send(sent: Sent, actor: Actor) -> Correlated:
    """Give it to everybody who waits, one transaction each; what was given before a failure stays given."""
    if (done := idempotency.kept()) is not None:
        return Correlated(done["correlated"], done["started"])
    with reading():
        receivers = receivers_of.waiting(sent, actor)
    result = Correlated([], [])
    for instance_id in receivers:
        with transaction():
            if receivers_of.give(runtime.lock_instance(instance_id), sent, actor):
                result.correlated.append(instance_id)
                _keep(result)
    if result.correlated and sent.kind == "message":
        return result
    with reading():
        begins = receivers_of.starts(sent, actor)
    for definition_id, element_id in begins:
        with transaction():
            result.started.append(receivers_of.begin(definition_id, element_id, sent, actor))
            _keep(result)
    return result


def _keep(result: Correlated) -> None:
    idempotency.keep({"correlated": result.correlated, "started": result.started})
