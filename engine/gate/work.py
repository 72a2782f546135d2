"""Service, send and business rule tasks: who does the work, and what happens where nobody here can."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from engine import expressions
from engine.dialects.names import BPMN, GATEWAYS, WORK, Entry, Node, bpmn_children, word
from engine.dialects.parameters import parameters_of
from engine.dialects.work import foreign_work, names_of_work
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located
from engine.gate.options import ReadOptions

_THROWS = ("endEvent", "intermediateThrowEvent")
_MAP_RESULTS = frozenset({"singleEntry", "singleResult", "collectEntries", "resultList"})
#: what `[services."..."]` of process.toml says of foreign work, by its name
Services = dict[str, dict[str, Any]]


def check(graph: Graph, process: Node, options: ReadOptions, services: Services, findings: Findings) -> set[str]:
    """Every task that works by itself; foreign work is mapped as process.toml says. Gives the names of the mappings that were used.

    With `unmapped_service="external"` what is left waits for an outside worker. The outline is completed.
    """
    _check_gateways(process, findings)
    used: set[str] = set()
    for located, work, node in _all_work(graph, process):
        used |= _mapped(work, node, services)
        if work["implementation"] == "external":
            _check_topic(located, work["topic"], options, findings)
        elif work["implementation"] == "unmapped":
            _check_unmapped(located, work, node, options, findings)
        elif work["implementation"] == "decision" and work["map_result"] not in (None, *_MAP_RESULTS):
            findings.error("decision_map_result", located, value=work["map_result"])
    return used


def _all_work(graph: Graph, process: Node) -> Iterator[tuple[Located, Entry, Node]]:
    """The elements that do something by themselves, with what they do and where it is drawn."""
    kinds = (*WORK, *_THROWS, "callActivity")
    drawn = {node.get("id"): node for node in process.iter(*(f"{{{BPMN}}}{kind}" for kind in kinds))}
    for identity, entry in graph.nodes.items():
        work = entry if entry["type"] in WORK else entry.get("work")
        if work is not None and identity in drawn:
            node = drawn[identity]
            yield (identity, entry), work, bpmn_children(node, "messageEventDefinition")[0] if entry["type"] in _THROWS else node


def _check_gateways(process: Node, findings: Findings) -> None:
    for gateway in process.iter(*(f"{{{BPMN}}}{kind}" for kind in GATEWAYS)):
        if any(parameters_of(gateway)):
            findings.error("parameters_not_executed", gateway, type=word(gateway))


def _mapped(work: Entry, node: Node, services: Services) -> set[str]:
    """Do foreign work as process.toml says, by the first of its names that stands there."""
    if work["implementation"] == "expression" and _calls_beans(work["expression"]):
        work["implementation"] = "unmapped"
    if work["implementation"] != "unmapped":
        return set()
    name = next((one for one in names_of_work(node) if one in services), None)
    if name is None:
        return set()
    mapping = services[name]
    if mapping.get("nothing"):
        work["implementation"] = "nothing"
    elif "topic" in mapping:
        work.update(implementation="external", topic=mapping["topic"])
    else:
        work.update(implementation="expression", expression=mapping["expression"])
        work["result_variable"] = mapping.get("result_variable", work["result_variable"])
    return {name}


def _check_topic(located: Located, topic: str, options: ReadOptions, findings: Findings) -> None:
    """A topic that nearly is one of ours would wait for an outside worker that nobody has."""
    if topic in options.known_topics:
        return
    similar = get_close_matches(topic, sorted(options.known_topics), n=1, cutoff=0.75)
    if similar:
        findings.warning("topic_nearly_ours", located, topic=topic, similar=similar[0])


def _calls_beans(expression: str) -> bool:
    """An expression that calls beans of another engine is foreign work, as a class is."""
    try:
        expressions.check(expression, kind="expression")
    except expressions.ExpressionRefused:
        return True
    return False


def _check_unmapped(located: Located, work: Entry, node: Node, options: ReadOptions, findings: Findings) -> None:
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
