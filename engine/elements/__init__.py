"""The words of BPMN: which class executes which element, and what is not executed, with the reason.

An element that is in neither table does not exist for the engine; the gate refuses it by name.
"""

from typing import Any

from engine.elements.ad_hoc import AdHoc
from engine.elements.base import Element, Passing
from engine.elements.compensation import CancelEnd, Compensating, CompensatingEnd
from engine.elements.complex_gateway import ComplexGateway
from engine.elements.copies import Copy
from engine.elements.decisions import DecisionTask
from engine.elements.events import BoundaryEvent, CatchEvent, EventGateway, EventSubprocessStart, StartEvent
from engine.elements.gateways import ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.elements.scopes import CallActivity, SubProcess
from engine.elements.tasks import ScriptTask, Skip, UserTask
from engine.elements.throwing import EndEvent, Throwing
from engine.elements.waiting import Part
from engine.elements.work import Computed, Job, Record

WORDS: dict[str, type[Element]] = {
    "task": Passing,
    "manualTask": Passing,
    "userTask": UserTask,
    "scriptTask": ScriptTask,
    "receiveTask": CatchEvent,
    "subProcess": SubProcess,
    "transaction": SubProcess,
    "adHocSubProcess": AdHoc,
    "callActivity": CallActivity,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "complexGateway": ComplexGateway,
    "eventBasedGateway": EventGateway,
    "startEvent": StartEvent,
    "endEvent": EndEvent,
    "intermediateCatchEvent": CatchEvent,
    "intermediateThrowEvent": Throwing,
    "boundaryEvent": BoundaryEvent,
    # words that the normaliser gives
    "eventSubprocessStart": EventSubprocessStart,
    "pass": Passing,
    "skip": Skip,
    "part": Part,
    "compensate": Compensating,
    "compensateEnd": CompensatingEnd,
    "cancelEnd": CancelEnd,
    "job": Job,
    "expression": Computed,
    "record": Record,
    "copy": Copy,
    "decision": DecisionTask,
    "message": Throwing,
}

#: what is not executed exactly: element, or element and feature -> reason code
REFUSED: dict[str, str] = {
    "eventBasedGateway/parallel": "parallel_event_gateway",
    "event/several_definitions": "several_event_definitions",
    "startEvent/conditional": "conditional_start",
    "startEvent/error": "error_start",
    "startEvent/escalation": "escalation_start",
    "startEvent/compensate": "compensation_start",
    "endEvent/cancel/outside_transaction": "cancel_outside_transaction",
    "endEvent/cancel/without_boundary": "cancel_without_boundary",
    "compensate/subprocess": "compensation_of_subprocess",
    "eventBasedGateway/target": "event_gateway_target",
}


def refused(entry: dict[str, Any], *, in_event_subprocess: bool = False) -> tuple[str, str] | None:
    """The row of REFUSED that an element of the outline meets by itself, as (element, reason); None for what is executed."""
    word = entry["type"]
    name = word if word in REFUSED else _refused_feature(entry, word, in_event_subprocess)
    return (name, REFUSED[name]) if name else None


def _refused_feature(entry: dict[str, Any], word: str, in_event_subprocess: bool) -> str | None:
    if word == "eventBasedGateway" and entry.get("kind") == "Parallel" and not entry.get("instantiate"):
        return "eventBasedGateway/parallel"
    kind = (entry.get("event") or {}).get("kind")
    if word == "startEvent" and f"startEvent/{kind}" in REFUSED and not in_event_subprocess:
        return f"startEvent/{kind}"
    return None
