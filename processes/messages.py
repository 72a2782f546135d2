"""Messages and signals from outside, each receiver a command of its own."""

from dataclasses import dataclass, field
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
    """Give it to everybody who waits, one transaction each; what was given before a failure stays given.

    A request that is sent again with its key goes on where it was stopped: the key keeps who is still to be told.
    """
    course = _Course.of(idempotency.kept()) or _begin(sent, actor)
    while course.receivers:
        with transaction():
            instance_id = course.receivers.pop(0)
            taken = receivers_of.give(runtime.lock_instance(instance_id), sent, actor)
            course.keep(course.correlated if taken else None, instance_id)
    if course.correlated and sent.kind == "message":
        course.begins.clear()
    while course.begins:
        with transaction():
            course.keep(course.started, receivers_of.begin(*course.begins.pop(0), sent, actor))
    return Correlated(course.correlated, course.started)


@dataclass(slots=True)
class _Course:
    """How far a message has come: who has taken it, and who is still to be told."""

    receivers: list[str]
    begins: list[tuple[str, str]]
    correlated: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, kept: Any) -> "_Course | None":
        """As it was kept with the key of the request; one that reached nobody begins anew."""
        if kept is None or not any(kept.values()):
            return None
        begins = [(definition_id, element_id) for definition_id, element_id in kept.get("begins", [])]
        return cls(kept.get("receivers", []), begins, kept["correlated"], kept["started"])

    def keep(self, told: list[str] | None, instance_id: str) -> None:
        """Note who has been told, inside the transaction that told them."""
        if told is not None:
            told.append(instance_id)
        rest = {"receivers": self.receivers, "begins": [list(one) for one in self.begins]}
        idempotency.keep({"correlated": self.correlated, "started": self.started, **rest})


def _begin(sent: Sent, actor: Actor) -> _Course:
    with reading():
        return _Course(receivers_of.waiting(sent, actor), receivers_of.starts(sent, actor))
