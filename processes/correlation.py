"""Who waits for a message or a signal: cases, and start events of newest versions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from engine import values
from engine.triggers import BroadcastSignal, DeliverMessage, Start
from processes import deployed, instances, policy, runtime
from processes.actors import Actor
from processes.db import db
from processes.errors import Conflict
from processes.locking import LockedInstance
from processes.models import ProcessDefinition, ProcessInstance, StartSubscription, Subscription

Variables = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message or a signal on its way. `correlation`: variables that a receiving case must have with these values.

    A case that throws a message is its `sender`, (process key, id); `partners` are the cases by process that it is in conversation
    with: of those processes no other case is meant.
    """

    kind: str
    name: str
    variables: Variables
    correlation: Mapping[str, Any] | None = None
    business_key: str | None = None
    sender: tuple[str, str] | None = None
    partners: Mapping[str, list[str]] = field(default_factory=dict)

    def trigger(self, receiver: LockedInstance) -> DeliverMessage | BroadcastSignal:
        """What a receiving case is given."""
        if self.kind == "signal":
            return BroadcastSignal(self.name, self.variables)
        sender = None if self.sender is None or self.sender[1] == receiver.id else self.sender
        addressed = receiver.id in self.partners.get(receiver.definition_key, ())
        return DeliverMessage(self.name, self.variables, sender=sender, addressed=addressed)

    def means(self, definition_key: str, instance_id: str) -> bool:
        """Whether a case may be meant."""
        return definition_key not in self.partners or instance_id in self.partners[definition_key]


@dataclass(frozen=True, slots=True)
class Correlated:
    """Ids of the cases that took it, and of those that it started."""

    correlated: list[str]
    started: list[str]

    @property
    def anybody(self) -> bool:
        """Whether anybody took it."""
        return bool(self.correlated or self.started)


def waiting(sent: Sent, actor: Actor) -> list[str]:
    """Ids of the cases that wait for it and fit, eldest first; those beyond the actor's scope are left out."""
    row = ProcessInstance
    query = (
        select(row.id, row.definition_key, row.variables)
        .join(Subscription, Subscription.instance_id == row.id)
        .where(Subscription.kind == sent.kind, Subscription.name == sent.name, row.state.in_(("running", "incident")))
        .order_by(row.id)
    )
    if sent.business_key is not None:
        query = query.where(row.business_key == sent.business_key)
    found = [one for one in db.session.execute(query) if policy.may_correlate(actor, one.definition_key) and _fits(sent, one.variables)]
    return list(dict.fromkeys(one.id for one in found if sent.means(one.definition_key, one.id)))


def _fits(sent: Sent, variables: Mapping[str, Any]) -> bool:
    wanted = sent.correlation or {}
    return all(name in variables and _same(variables[name], value) for name, value in wanted.items())


def _same(present: Any, wanted: Any) -> bool:
    return bool(present == wanted) and values.dumps(present) == values.dumps(wanted)


def starts(sent: Sent, actor: Actor) -> list[tuple[str, str]]:
    """The start events that wait for it, as (definition id, element id)."""
    row = StartSubscription
    query = (
        select(row.definition_id, row.element_id, ProcessDefinition.key)
        .join(ProcessDefinition, ProcessDefinition.id == row.definition_id)
        .where(row.kind == sent.kind, row.name == sent.name, ProcessDefinition.state == "active")
        .order_by(row.definition_id)
    )
    return [(one.definition_id, one.element_id) for one in db.session.execute(query) if policy.may_correlate(actor, one.key)]


def give(instance: LockedInstance, sent: Sent, actor: Actor) -> bool:
    """Let a locked case take it; False when it no longer waits."""
    if instance.ended or instance.state == "suspended":
        return False
    try:
        runtime.advance(instance, sent.trigger(instance), actor=actor)
    except Conflict as refusal:
        if refusal.code == "not_waiting":
            return False
        raise
    return True


def begin(definition_id: str, element_id: str, sent: Sent, actor: Actor) -> str:
    """Start a case at a start event that waits for it, inside the open transaction; gives its id."""
    definition = deployed.definition(definition_id)
    trigger = Start(definition.key, definition.version, sent.variables, actor.login, sent.business_key, element_id, sent.sender)
    return instances.open_case(definition, trigger, actor=actor).id


def to_all(sent: Sent, actor: Actor, lock: Callable[[str], LockedInstance]) -> Correlated:
    """Give it to everybody inside the open transaction of one command (thrown messages and signals)."""
    taken = [instance_id for instance_id in waiting(sent, actor) if give(lock(instance_id), sent, actor)]
    begun = [] if taken and sent.kind == "message" else [begin(*start, sent, actor) for start in starts(sent, actor)]
    return Correlated(taken, begun)
