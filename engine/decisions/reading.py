"""DMN files to decisions: versions 1.1 to 1.5 by the local names of their elements, whoever drew them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from engine.decisions import columns
from engine.decisions.columns import Notes, local_name, named, plain, text_of
from engine.decisions.coverage import check_coverage
from engine.decisions.decision import Decision
from engine.decisions.errors import Problem
from engine.decisions.hit_policies import AGGREGATIONS, HIT_POLICIES
from engine.decisions.model import Logic, Table

NAMESPACE: Final = "://www.omg.org/spec/DMN/"
MAX_DECISIONS: Final = 200
_OTHER_LOGIC: Final = ("context", "invocation", "functionDefinition", "relation", "list", "conditional", "for", "every", "some", "filter")
_PARSER_OPTIONS: Final[dict[str, Any]] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


@dataclass
class _Drawn:
    """A decision as drawn: its element, what it requires, and what became of it."""

    element: Any
    requires: tuple[str, ...]
    logic: Logic | None = None


@dataclass
class _File:
    notes: Notes
    drawn: dict[str, _Drawn] = field(default_factory=dict)
    ordered: dict[str, tuple[Logic, ...] | None] = field(default_factory=dict)


def is_dmn(root: Any) -> bool:
    """Whether an element is the root of a DMN file, of any version."""
    return local_name(root) == "definitions" and NAMESPACE in str(root.tag)


def read(xml: Any, file: str) -> tuple[list[Decision], list[Problem]]:
    """The decisions of a DMN file, given as bytes or as its root element, and what is wrong with it. Never raises for bad input."""
    notes = Notes(file)
    root = _root(xml, notes)
    if root is None:
        return [], notes.problems
    if not is_dmn(root):
        notes.error("not_dmn", root, found=str(root.tag)[:100])
        return [], notes.problems
    found = _File(notes)
    _collect(root, found)
    for name, drawn in found.drawn.items():
        drawn.logic = _logic(name, drawn.element, notes)
    decisions = [Decision(steps) for name in found.drawn if (steps := _steps(name, found, ()))]
    return decisions, notes.problems


def _root(xml: Any, notes: Notes) -> Any:
    if not isinstance(xml, bytes):
        return xml
    try:
        return etree.fromstring(xml, etree.XMLParser(**_PARSER_OPTIONS))
    except etree.XMLSyntaxError as problem:
        notes.problems.append(Problem("not_xml", "error", notes.file, problem.lineno, None, None, {"reason": str(problem)[:200]}))
        return None


def _collect(root: Any, found: _File) -> None:
    elements = [element for element in root.iter() if local_name(element) == "decision"]
    if not elements:
        found.notes.error("no_decision", root)
    if len(elements) > MAX_DECISIONS:
        found.notes.error("too_many_decisions", root, count=len(elements), maximum=MAX_DECISIONS)
        return
    for element in elements:
        name = element.get("id")
        if not name:
            found.notes.error("decision_without_id", element, name=element.get("name") or "")
        elif name in found.drawn:
            found.notes.error("decision_id_twice", element, id=name)
        else:
            found.drawn[name] = _Drawn(element, tuple(_required(element, "requiredDecision")))


def _required(element: Any, kind: str) -> Iterator[str]:
    for requirement in element:
        for reference in requirement:
            if local_name(reference) == kind:
                yield str(reference.get("href") or "").removeprefix("#")


def _logic(name: str, element: Any, notes: Notes) -> Logic | None:
    """The decision's own table or expression; None when it has none that we make."""
    title = element.get("name") or ""
    variable = named(element, "variable")
    own_name = variable.get("name") if variable is not None and variable.get("name") else name
    type_name = columns.type_of(variable) if variable is not None else ""
    before = len(notes.errors)
    if any(_required(element, "requiredKnowledge")):
        notes.error("knowledge_model", element)
    table = named(element, "decisionTable")
    literal = named(element, "literalExpression")
    if table is not None:
        made: Logic | None = Logic(name, title, own_name, type_name, table=_table(table, element, own_name, notes))
    elif literal is not None:
        columns.check_language(literal, element, notes)
        text = columns.checked(plain(text_of(literal)), element, notes, {"rule": "", "column": title or name})
        made = Logic(name, title, own_name, type_name, expression=text)
    else:
        other = next((local_name(child) for child in element if local_name(child) in _OTHER_LOGIC), None)
        notes.error("decision_logic", element, kind=other) if other else notes.warn("no_logic", element)
        return None
    return made if len(notes.errors) == before else None


def _table(element: Any, decision: Any, own_name: str, notes: Notes) -> Table:
    policy = " ".join((element.get("hitPolicy") or "UNIQUE").upper().split())
    aggregation = (element.get("aggregation") or "").upper()
    if policy not in HIT_POLICIES:
        notes.error("hit_policy", decision, policy=policy, allowed=list(HIT_POLICIES))
    if aggregation and (policy != "COLLECT" or aggregation not in AGGREGATIONS):
        notes.error("aggregation", decision, aggregation=aggregation)
    inputs = columns.inputs(element, decision, notes)
    outputs = columns.outputs(element, decision, own_name, notes)
    rules = columns.rules(element, decision, inputs, outputs, notes)
    table = Table(policy, aggregation if policy == "COLLECT" else "", inputs, outputs, rules)
    if aggregation and len(outputs) != 1:
        notes.error("aggregation_outputs", decision, aggregation=aggregation)
    if policy in ("PRIORITY", "OUTPUT ORDER") and not any(column.values for column in outputs):
        notes.error("no_output_values", decision, policy=policy)
    if not notes.errors:
        check_coverage(table, decision, notes)
    return table


def _steps(name: str, found: _File, above: tuple[str, ...]) -> tuple[Logic, ...] | None:
    """The decision behind all that it requires, each once; None when one of them cannot be made."""
    if name in found.ordered:
        return found.ordered[name]
    drawn = found.drawn[name]
    ordered: dict[str, Logic] = {}
    complete = drawn.logic is not None
    for required in drawn.requires:
        if required in above or required == name:
            found.notes.error("decision_cycle", drawn.element, decisions=[*above, name, required])
            complete = False
            continue
        if required not in found.drawn:
            found.notes.error("required_decision", drawn.element, required=required)
            complete = False
            continue
        steps = _steps(required, found, (*above, name))
        if steps is None:
            complete = False
            if found.drawn[required].logic is None and drawn.logic is not None:
                found.notes.error("required_without_logic", drawn.element, required=required)
        ordered.update({step.id: step for step in steps or ()})
    result = (*ordered.values(), drawn.logic) if complete and drawn.logic is not None else None
    found.ordered[name] = result
    return result
