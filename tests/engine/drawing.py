"""A small language for tiny diagrams, and a case that is driven by triggers.

`draw` gives a BPMN document; `Driven` plays it on the engine, loading the state anew for every step.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from lxml import etree

from engine.context import Context
from engine.definition import compile_process
from engine.execution import advance
from engine.library import Library, StoredDefinition
from engine.limits import Limits
from engine.outcome import Event, Outcome
from engine.outline import Source, outline_of
from engine.triggers import (
    BroadcastSignal,
    CompleteJob,
    CompleteUserTask,
    DeliverMessage,
    FireTimer,
    Retry,
    SetVariables,
    Start,
    Trigger,
)
from engine.workdays import WorkCalendar

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
NAMESPACES = f'xmlns="{BPMN}" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="x"'
DECLARED = (
    '<error id="E1" errorCode="e1" name="e1"/><error id="E2" errorCode="e2" name="e2"/>'
    '<escalation id="X1" escalationCode="x1" name="x1"/><signal id="S1" name="s1"/>'
    '<message id="M1" name="m1"/><message id="M2" name="m2"/>'
)
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)


def node(tag: str, id: str, inner: str = "", **attributes: str) -> str:
    """An element; `camunda_x` attributes get that prefix."""
    written = "".join(
        f' {name.replace("_", ":", 1) if name.startswith("camunda_") else name}="{value}"' for name, value in attributes.items()
    )
    return f'<{tag} id="{id}"{written}>{inner}</{tag}>'


def flow(*ids: str, when: str | None = None, id: str | None = None) -> str:
    """Flows from each id to the next."""
    condition = f"<conditionExpression><![CDATA[{when}]]></conditionExpression>" if when else ""
    pairs = pairwise(ids)
    return "".join(f'<sequenceFlow id="{id or f"f_{a}_{b}"}" sourceRef="{a}" targetRef="{b}">{condition}</sequenceFlow>' for a, b in pairs)


def start(id: str = "s", inner: str = "", **attributes: str) -> str:
    """A start event."""
    return node("startEvent", id, inner, **attributes)


def end(id: str = "e", inner: str = "") -> str:
    """An end event."""
    return node("endEvent", id, inner)


def user(*ids: str, **attributes: str) -> str:
    """User tasks."""
    return "".join(node("userTask", id, **attributes) for id in ids)


def script(id: str, text: str) -> str:
    """A script task."""
    return node("scriptTask", id, f"<script><![CDATA[{text}]]></script>")


def event(kind: str, reference: str | None = None) -> str:
    """An event definition: timer, date and cycle take a time, conditional a condition, the others a reference."""
    if kind in ("timer", "date", "cycle"):
        tag = {"timer": "timeDuration", "date": "timeDate", "cycle": "timeCycle"}[kind]
        return f"<timerEventDefinition><{tag}>{reference}</{tag}></timerEventDefinition>"
    if kind == "conditional":
        return f"<conditionalEventDefinition><condition><![CDATA[{reference}]]></condition></conditionalEventDefinition>"
    named = f' {kind}Ref="{reference}"' if reference else ""
    return f"<{kind}EventDefinition{named}/>"


def boundary(id: str, on: str, inner: str, *, interrupting: bool = True) -> str:
    """A boundary event."""
    return node("boundaryEvent", id, inner, attachedToRef=on, cancelActivity=str(interrupting).lower())


def event_subprocess(inner: str, *, interrupting: bool, body: str | None = None, id: str = "esp") -> str:
    """An event sub-process with one user task `h`, unless a body is given."""
    first = start("es", inner, isInterrupting=str(interrupting).lower())
    return node("subProcess", id, first + (body or user("h") + end("ee") + flow("es", "h", "ee")), triggeredByEvent="true")


def many(
    items: str = "items", *, sequential: bool = False, until: str | None = None, out: str | None = None, count: str | None = None
) -> str:
    """Multi-instance characteristics; with `out`, the local variable `vote` of each instance is collected."""
    parts = f"<loopCardinality>{count}</loopCardinality>" if count else ""
    parts += f"<loopDataOutputRef>{out}</loopDataOutputRef>" if out else ""
    parts += '<inputDataItem id="item" name="item"/>' if not count else ""
    parts += '<outputDataItem id="vote" name="vote"/>' if out else ""
    parts += f"<completionCondition><![CDATA[{until}]]></completionCondition>" if until else ""
    collection = "" if count else f' camunda:collection="{items}"'
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"{collection}>{parts}</multiInstanceLoopCharacteristics>'
    )


def draw(body: str, key: str = "p", declared: str = DECLARED) -> bytes:
    """A document with one process."""
    return f'<definitions {NAMESPACES}>{declared}<process id="{key}" isExecutable="true">{body}</process></definitions>'.encode()


class Shelf:
    """Definitions by key and version, as a database would keep them."""

    def __init__(self) -> None:
        self.stored: dict[tuple[str, int], StoredDefinition] = {}
        self.library = Library(lambda key, version: self.stored.get((key, version)))
        self.latest: dict[str, int] = {}

    def deploy(self, xml: bytes, decisions: Mapping[str, dict[str, Any]] | None = None) -> str:
        """Store every process of a document as its next version; returns the key of the first."""
        root = etree.fromstring(xml)
        source = Source.of("p.bpmn", root)
        keys = []
        for process in root.iter(f"{{{BPMN}}}process"):
            outline = outline_of(process, source)
            key = outline["key"]
            version = self.latest.get(key, 0) + 1
            self.stored[(key, version)] = StoredDefinition(key, version, compile_process(key, outline), outline, dict(decisions or {}))
            self.latest[key] = version
            keys.append(key)
        return keys[0]

    def together(self, *keys: str) -> None:
        """Let the newest versions of these processes be of one deployment."""
        versions = {key: self.latest[key] for key in keys}
        for key, version in versions.items():
            self.stored[(key, version)].siblings.update(versions)


class Driven:
    """A case that is driven by triggers; every step loads the state that the step before has dumped."""

    def __init__(
        self,
        xml: bytes | Shelf,
        variables: dict[str, Any] | None = None,
        *,
        key: str = "p",
        limits: Limits | None = None,
        starter: str | None = "wang",
        decisions: Mapping[str, dict[str, Any]] | None = None,
        element_id: str | None = None,
    ) -> None:
        self.shelf = xml if isinstance(xml, Shelf) else Shelf()
        if not isinstance(xml, Shelf):
            key = self.shelf.deploy(xml, decisions)
        self.now = T0
        self.limits = limits or Limits()
        self.state: bytes | None = None
        self.events: list[Event] = []
        #: how many of them each step has given
        self.counts: list[int] = []
        self.log: list[tuple[Trigger, Context]] = []
        self.outcome: Outcome
        self.take(Start(key, self.shelf.latest[key], variables or {}, starter, element_id=element_id))

    def take(self, trigger: Trigger) -> "Driven":
        """One step."""
        context = Context(self.now, WorkCalendar(), dict(self.shelf.latest), {}, self.limits)
        self.outcome = advance(self.shelf.library, self.state, trigger, context)
        self.state = self.outcome.state
        self.events.extend(self.outcome.events)
        self.counts.append(len(self.outcome.events))
        self.log.append((trigger, context))
        return self

    def waiting(self, made: str, *ended: str) -> list[Event]:
        """What was made and has not ended, oldest first."""
        over = {event.number for event in self.events if event.type in ended}
        return [event for event in self.events if event.type == made and event.number not in over]

    @property
    def tasks(self) -> list[Event]:
        """Open user tasks."""
        return self.waiting("user_task_created", "user_task_completed", "user_task_cancelled")

    @property
    def jobs(self) -> list[Event]:
        """Open jobs."""
        return self.waiting("job_created", "job_completed", "job_failed", "job_cancelled")

    @property
    def timers(self) -> list[Event]:
        """Waiting timers, the earliest first."""
        found = self.waiting("timer_scheduled", "timer_fired", "timer_cancelled")
        return sorted(found, key=lambda event: (event.details["due_at"], event.number))

    @property
    def subscriptions(self) -> list[Event]:
        """Awaited messages and signals."""
        return self.waiting("subscription_created", "message_received", "signal_received", "subscription_cancelled")

    @property
    def incidents(self) -> list[dict[str, Any]]:
        """Details of the open incidents."""
        return [
            event.details for event in self.events if event.type == "incident_raised" and event.details["number"] in self.outcome.incidents
        ]

    @property
    def open(self) -> list[str]:
        """Element ids of open user tasks and jobs, sorted."""
        return sorted(str(event.element_id) for event in [*self.tasks, *self.jobs])

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the case."""
        return self.outcome.variables

    @property
    def status(self) -> str:
        """running, completed or cancelled."""
        return self.outcome.status

    def types(self) -> list[tuple[str, str | None]]:
        """Type and element of the events of the last step."""
        return [(event.type, event.element_id) for event in self.outcome.events]

    def complete(
        self, element_id: str, path: tuple[int, ...] | None = None, outcome: str | None = None, opinion: str | None = None, **variables: Any
    ) -> "Driven":
        """Complete the oldest open user task or job of this element."""
        found = next(e for e in [*self.tasks, *self.jobs] if e.element_id == element_id and path in (None, e.path))
        if found.type == "job_created":
            return self.take(CompleteJob(found.number, element_id, found.path, variables))
        return self.take(CompleteUserTask(found.number, element_id, found.path, variables, outcome, opinion))

    def message(self, name: str, **variables: Any) -> "Driven":
        """Deliver a message."""
        return self.take(DeliverMessage(name, variables))

    def signal(self, name: str, **variables: Any) -> "Driven":
        """Broadcast a signal."""
        return self.take(BroadcastSignal(name, variables))

    def retry(self, **variables: Any) -> "Driven":
        """Retry the oldest open incident."""
        return self.take(Retry(self.outcome.incidents[0], variables))

    def set(self, **variables: Any) -> "Driven":
        """Set variables from outside."""
        return self.take(SetVariables(variables))

    def later(self, **delta: float) -> "Driven":
        """Let time pass at once, as after a standstill: every timer that has fallen due fires, in order."""
        self.now += timedelta(**delta)
        while self.timers and datetime.fromisoformat(self.timers[0].details["due_at"]) <= self.now and self.status == "running":
            due = self.timers[0]
            self.take(FireTimer(due.number, due.element_id, due.path))
        return self
