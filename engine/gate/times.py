"""Timer events: one time each. Whether it can be read is checked with the expressions."""

from engine.dialects.events import time_kinds
from engine.dialects.names import BPMN, Node
from engine.gate.findings import Findings


def check(process: Node, findings: Findings) -> None:
    """Every timer says when: by a duration, a date or a cycle, and by only one of them."""
    for definition in process.iter(f"{{{BPMN}}}timerEventDefinition"):
        node, count = definition.getparent(), len(time_kinds(definition))
        if count == 0:
            findings.error("timer_without_time", node)
        elif count > 1:
            findings.error("timer_several_times", node)
