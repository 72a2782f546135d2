"""Service, send and business rule tasks: who does the work, and what happens where nobody here can."""

from difflib import get_close_matches

from engine import expressions
from engine.dialects.names import BPMN, WORK, Node, bpmn_children
from engine.dialects.work import foreign_work
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located
from engine.gate.options import ReadOptions

_THROWS = ("endEvent", "intermediateThrowEvent")
_MAP_RESULTS = frozenset({"singleEntry", "singleResult", "collectEntries", "resultList"})


def check(graph: Graph, process: Node, options: ReadOptions, findings: Findings) -> None:
    """Every task that works by itself. With `unmapped_service="external"` foreign work waits in the outline for an outside worker."""
    drawn = {node.get("id"): node for node in process.iter(*(f"{{{BPMN}}}{kind}" for kind in (*WORK, *_THROWS)))}
    for identity, entry in graph.nodes.items():
        if entry["type"] not in WORK and entry["type"] not in _THROWS and (entry.get("inputs") or entry.get("outputs")):
            findings.error("parameters_not_executed", (identity, entry), type=entry["type"])
        work = entry if entry["type"] in WORK else entry.get("work")
        if work is None or identity not in drawn:
            continue
        node = drawn[identity] if work is entry else bpmn_children(drawn[identity], "messageEventDefinition")[0]
        if work["implementation"] == "expression":
            _check_expression(work)
        if work["implementation"] == "external":
            _check_topic((identity, entry), work["topic"], options, findings)
        elif work["implementation"] == "unmapped":
            _check_unmapped((identity, entry), work, node, options, findings)
        elif work["implementation"] == "decision" and work["map_result"] not in (None, *_MAP_RESULTS):
            findings.error("decision_map_result", (identity, entry), value=work["map_result"])


def _check_topic(located: Located, topic: str, options: ReadOptions, findings: Findings) -> None:
    """A topic that nearly is one of ours would wait for an outside worker that nobody has."""
    if topic in options.known_topics:
        return
    similar = get_close_matches(topic, sorted(options.known_topics), n=1, cutoff=0.75)
    if similar:
        findings.warning("topic_nearly_ours", located, topic=topic, similar=similar[0])


def _check_expression(work: dict[str, object]) -> None:
    """An expression that calls beans of another engine is foreign work, as a class is."""
    try:
        expressions.check(str(work["expression"]), kind="expression")
    except expressions.ExpressionRefused:
        work["implementation"] = "unmapped"


def _check_unmapped(located: Located, work: dict[str, object], node: Node, options: ReadOptions, findings: Findings) -> None:
    reason = foreign_work(node) or (f"expression {work['expression']}" if work["expression"] else "")
    if options.unmapped_service == "external":
        work["implementation"] = "external"
        work["topic"] = located[0]
        findings.warning("service_waits_outside", located, reason=reason, topic=located[0])
    elif reason == "type external":
        findings.error("topic_absent", located)
    elif located[1]["type"] == "businessRuleTask" and not reason:
        findings.error("decision_absent", located)
    else:
        findings.error("unmapped_service", located, reason=reason or located[1]["type"])
