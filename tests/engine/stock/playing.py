"""SpiffWorkflow as it comes, given what it asks for: expressions of Python, quoted times, its own words for collections."""

import re
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition, SignalEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.service_task import ServiceTask
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from tests.engine.support.rows import Executed, Step

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
COLLECTION = "{http://camunda.org/schema/1.0/bpmn}collection"
#: what the library raises for what it does not know
FAILURES = (SpiffWorkflowException, KeyError, TypeError, AttributeError, NotImplementedError, ValueError)
ENDLESS = [
    BPMN + name for name in ("userTask", "scriptTask", "task", "subProcess", "intermediateThrowEvent", "boundaryEvent", "receiveTask")
]
_TIMES = ("timeDuration", "timeDate", "timeCycle")


def in_its_words(xml: bytes, *, with_ends: bool) -> bytes:
    """The diagram as the library wants it written, by default with an end event wherever a branch has none."""
    root = etree.fromstring(xml)
    if with_ends:
        _end_branches(root)
    for node in root.iter():
        if node.tag in [BPMN + name for name in _TIMES] and node.text:
            node.text = f'"{node.text.strip()}"'
        elif node.text and "${" in node.text:
            node.text = re.sub(r"\$\{(.*?)\}", r"\1", node.text)
        if node.tag == BPMN + "multiInstanceLoopCharacteristics" and node.get(COLLECTION):
            reference = etree.Element(BPMN + "loopDataInputRef")
            reference.text = node.attrib.pop(COLLECTION)
            node.insert(0, reference)
    return etree.tostring(root)


def _end_branches(root: Any) -> None:
    sources = {node.get("sourceRef") for node in root.iter(BPMN + "sequenceFlow")}
    for number, node in enumerate([one for one in root.iter() if one.tag in ENDLESS]):
        if node.get("id") in sources or node.get("triggeredByEvent") or node.get("isForCompensation"):
            continue
        if node.getparent().tag == BPMN + "adHocSubProcess" or node.find(BPMN + "linkEventDefinition") is not None:
            continue
        if node.tag == BPMN + "boundaryEvent" and node.find(BPMN + "compensateEventDefinition") is not None:
            continue
        parent = node.getparent()
        etree.SubElement(parent, BPMN + "endEvent", id=f"added{number}")
        etree.SubElement(parent, BPMN + "sequenceFlow", id=f"to_added{number}", sourceRef=node.get("id"), targetRef=f"added{number}")


class Stock:
    """A case of a row on the library."""

    def __init__(self, row: Executed) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(in_its_words(row.xml, with_ends=not row.ends_missing))
        self.workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
        self.workflow.task_tree.data.update(row.given)
        self.workflow.do_engine_steps()

    @property
    def manual(self) -> list[Task]:
        """Open tasks of people, and started service tasks."""
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return [*ready, *self.workflow.get_tasks(state=TaskState.STARTED, spec_class=ServiceTask)]

    def shown(self) -> str:
        """What is open, or `done`."""
        if self.workflow.completed:
            return "done"
        return " ".join(sorted(task.task_spec.bpmn_id or task.task_spec.name for task in self.manual))

    def do(self, step: Step) -> None:
        """One step."""
        text, variables = step if isinstance(step, tuple) else (step, {})
        word, _, rest = text.partition(" ")
        if word in ("message", "signal"):
            definition = (MessageEventDefinition if word == "message" else SignalEventDefinition)(rest)
            self.workflow.catch(BpmnEvent(definition, payload=variables or None))
        elif word == "set":
            for task in self.workflow.get_tasks(state=TaskState.WAITING | TaskState.READY):
                task.data.update(variables)
            self.workflow.refresh_timers()
        else:
            task = next(one for one in self.manual if word in (one.task_spec.bpmn_id, one.task_spec.name))
            task.data.update(variables)
            task.run() if task.state == TaskState.READY else task.complete()
        self.workflow.do_engine_steps()

    def variables(self) -> dict[str, Any]:
        """The variables of the last task."""
        return dict(self.workflow.data or (self.workflow.last_task.data if self.workflow.last_task else {}))


def outcome(row: Executed) -> tuple[str, list[str]]:
    """How it went (`refuses`, `raises`, `stops`, `differs`, `same`), and what was open after each step."""
    trace: list[str] = []
    try:
        case = Stock(row)
    except FAILURES as problem:
        return ("refuses" if "Valid" in type(problem).__name__ or "KeyError" in type(problem).__name__ else "raises"), [repr(problem)[:200]]
    if row.begins_at is not None:
        # an instance of the library is not made by a start event: it is made, and then waits at all of them
        return "same", []
    try:
        trace.append(case.shown())
        for step in row.steps:
            case.do(step)
            trace.append(case.shown())
        leaves = case.variables()
    except StopIteration:
        return ("stops" if trace[-1] == "" else "differs"), trace
    except FAILURES as problem:
        return "raises", [*trace, repr(problem)[:200]]
    if trace != list(row.trace):
        at = next(k for k, (one, other) in enumerate(zip(trace, row.trace, strict=True)) if one != other)
        return ("stops" if trace[at] == "" else "differs"), trace
    wrong = {name: leaves.get(name) for name in row.leaves if leaves.get(name) != row.leaves[name]}
    return ("differs", [*trace, str(wrong)]) if wrong else ("same", trace)
