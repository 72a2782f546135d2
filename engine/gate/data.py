"""Data objects, data stores and the arrows between them and activities."""

from engine.dialects.data import (
    ValueUnreadable,
    computed,
    name_of_object,
    objects_with_values,
    renamed,
    stores_read,
    value_of,
)
from engine.dialects.names import BPMN, SCOPES, Node, bpmn_children, word
from engine.gate.findings import Findings
from engine.gate.graph import Graph
from engine.gate.names import is_variable
from engine.outline import Source

#: what is computed here and could not look anything up
_COMPUTED = frozenset({"expression", "decision"})


def check(process: Node, graph: Graph, source: Source, findings: Findings) -> None:
    """Values that can be read, and nothing that an arrow would move and that is only drawn."""
    for scope in (process, *(node for node in process.iter(*(f"{{{BPMN}}}{kind}" for kind in SCOPES)))):
        for node in objects_with_values(scope):
            _check_value(node, findings)
    for association in computed(process):
        findings.error("data_computed", _holder(association))
    for association, old, new in renamed(process, source.ids):
        findings.error("data_renamed", _holder(association), source=old, target=new)
    _check_stores(process, graph, source, findings)


def _holder(association: Node) -> Node:
    return association.getparent()


def _check_value(node: Node, findings: Findings) -> None:
    name = name_of_object(node)
    if not is_variable(name):
        findings.error("variable_name", node, variable=name)
    try:
        value_of(node)
    except ValueUnreadable as problem:
        findings.error("data_value", node, value=str(problem), type=node.get("itemSubjectRef") or "")


def _check_stores(process: Node, graph: Graph, source: Source, findings: Findings) -> None:
    """Rows are written; nothing is read: a person or an outside worker looks it up, what is computed here cannot."""
    moves = 0
    first = None
    for association in process.iter(f"{{{BPMN}}}dataInputAssociation", f"{{{BPMN}}}dataOutputAssociation"):
        holder = association.getparent()
        if word(association) == "dataInputAssociation" and stores_read(holder, source.ids):
            continue
        if any(store is not None and word(store) == "dataStoreReference" for store in _targets(association, source)):
            continue
        moves, first = moves + 1, association if first is None else first
    if first is not None:
        findings.warning("data_only_drawn", first, count=moves)
    for identity, entry in graph.nodes.items():
        node = source.ids.get(identity)
        for store in dict.fromkeys(stores_read(node, source.ids)) if node is not None else ():
            computes = entry["type"] == "scriptTask" or entry.get("implementation") in _COMPUTED
            (findings.error if computes else findings.warning)(
                "data_store_not_read" if computes else "data_store_by_hand", (identity, entry), store=store
            )


def _targets(association: Node, source: Source) -> list[Node | None]:
    return [source.ids.get((child.text or "").strip()) for child in bpmn_children(association, "targetRef")]
