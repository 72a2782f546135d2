"""All checks of one process."""

from typing import Any

from engine.dialects.names import Node
from engine.gate import (
    attributes,
    compensation,
    copies,
    data,
    deadlocks,
    elements,
    events,
    expressions,
    extensions,
    flow,
    handing_on,
    joins,
    limits,
    loops,
    messages,
    people,
    people_rules,
    references,
    sending_back,
    structure,
    times,
    variables,
    votes,
    work,
    writers,
)
from engine.gate.findings import Findings
from engine.gate.graph import Graph
from engine.gate.references import Known
from engine.outline import Source


def check_file(root: Node, findings: Findings) -> None:
    """What concerns a BPMN file as a whole; its processes follow one by one."""
    elements.check_definitions(root, findings)
    expressions.check_correlations(root, findings)
    messages.check(root, findings)


def check_process(node: Node, outline: dict[str, Any], source: Source, known: Known, findings: Findings) -> None:
    """Everything that can be said about an executable process; completes its outline (foreign work, foreign forms)."""
    graph = Graph(outline)
    if limits.is_too_large(graph, findings):
        return
    elements.check_process(node, findings)
    attributes.check(node, findings)
    known.used_services.update(extensions.check(node, known.services, findings))
    times.check(node, findings)
    data.check(node, graph, source, findings)
    messages.check_correlation(node, source.root, findings)
    limits.check(graph, known.options.limits, findings)
    structure.check(graph, findings)
    events.check(graph, node, source, findings)
    compensation.check(graph, findings)
    flow.check(graph, findings)
    references.check_foreign_forms(node, graph, known, findings)
    references.check(graph, source.declared, known, findings)
    known.used_services.update(work.check(graph, node, known.options, known.services, findings))
    expressions.check(graph, node, findings)
    people.check(graph, findings)
    people_rules.check(graph, known, findings)
    votes.check(graph, findings)
    handing_on.check(graph, findings)
    sending_back.check(graph, findings)
    copies.check(graph, known, findings)
    people.check_starters(outline, known.settings, findings)
    if not findings.refused:
        deadlocks.check(graph, findings, joins.check(graph, findings))
        writers.check(graph, known.form_fields, findings)
    loops.check(graph, findings)
    limits.check_steps(graph, known.options.limits, findings)
    variables.check(graph, known, findings)
