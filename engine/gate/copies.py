"""Service tasks that send copies of the case: whether they name anybody, by rules that can be read."""

from engine.copy_rules import MESSAGE, TO, names_drawn
from engine.dialects.names import WORK
from engine.gate import people_rules
from engine.gate.findings import Findings
from engine.gate.graph import Graph
from engine.gate.references import Known


def check(graph: Graph, known: Known, findings: Findings) -> None:
    """The property `copy` where it is drawn; on anything but a service or send task it does nothing."""
    for located in graph.nodes.items():
        properties = located[1].get("properties") or {}
        if TO not in properties and MESSAGE not in properties:
            continue
        if located[1]["type"] not in WORK:
            findings.warning("copy_not_here", located)
        elif located[1]["implementation"] != "copy":
            findings.error("copy_to_nobody", located)
        else:
            for text in names_drawn(properties):
                people_rules.check_text(located, text, known, findings)
