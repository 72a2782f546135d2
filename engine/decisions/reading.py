"""DMN files to decisions: versions 1.1 to 1.5 by the local names of their elements, whoever drew them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from lxml import etree

from engine.decisions.boxes import KINDS, Reader
from engine.decisions.decision import Decision
from engine.decisions.errors import Problem
from engine.decisions.item_types import item_types
from engine.decisions.model import Logic
from engine.decisions.names import spaced_names, used
from engine.decisions.notes import Notes
from engine.decisions.parts import tables_of, texts_of
from engine.decisions.tables import table_of
from engine.decisions.xml import local_name, named, type_of

NAMESPACE: Final = "://www.omg.org/spec/DMN/"
MAX_DECISIONS: Final = 2_000
#: how many decisions may stand one behind the other
MAX_CHAIN: Final = 200
#: how many characters all expressions of a file may have: about what can be read in a second
MAX_TEXT: Final = 500_000
#: each decision is kept with all that it requires: the cells of all of them, and 10 for each
MAX_WEIGHT: Final = 300_000
_PARSER_OPTIONS: Final[dict[str, Any]] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


@dataclass
class _Drawn:
    """A decision or business knowledge model as drawn: its element, what it requires, and what became of it."""

    element: Any
    requires: tuple[str, ...]
    is_function: bool = False
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
    notes.names, notes.types = spaced_names(root), item_types(root)
    notes.language, notes.often_juel = str(root.get("expressionLanguage") or ""), "/DMN/2015" in str(root.tag)
    found = _File(notes)
    _collect(root, found)
    for name, drawn in found.drawn.items():
        drawn.logic = _logic(name, drawn, found)
    decisions = [Decision(steps) for name, drawn in found.drawn.items() if not drawn.is_function and (steps := _steps(name, found, ()))]
    weight = sum(10 + _cells(step) for decision in decisions for step in decision.steps)
    if weight > MAX_WEIGHT:
        notes.error("decisions_weight", root, weight=weight, maximum=MAX_WEIGHT)
        return [], notes.problems
    return decisions, notes.problems


def _cells(logic: Logic) -> int:
    return sum(len(table.rules) * (len(table.inputs) + len(table.outputs)) for table in tables_of(logic))


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
    length = sum(len("".join(element.itertext())) for element in root.iter() if local_name(element) == "text")
    if length > MAX_TEXT:
        found.notes.error("decisions_text", root, length=length, maximum=MAX_TEXT)
        return
    models = [element for element in root.iter() if local_name(element) == "businessKnowledgeModel"]
    own = str(root.get("namespace") or "")
    for element in (*elements, *models[:MAX_DECISIONS]):
        name = element.get("id")
        if not name:
            found.notes.error("decision_without_id", element, name=element.get("name") or "")
        elif name in found.drawn:
            found.notes.error("decision_id_twice", element, id=name)
        else:
            found.drawn[name] = _Drawn(element, tuple(_required(element, own)), local_name(element) == "businessKnowledgeModel")


def _required(element: Any, namespace: str) -> Iterator[str]:
    """The ids of the decisions and business knowledge models that one requires; a reference may name the file's own namespace."""
    for requirement in element:
        for reference in requirement:
            if local_name(reference) in ("requiredDecision", "requiredKnowledge"):
                where, _, name = str(reference.get("href") or "").rpartition("#")
                yield name if where in ("", namespace) else f"{where}#{name}"


def _logic(name: str, drawn: _Drawn, found: _File) -> Logic | None:
    """What stands in a decision or business knowledge model; None when it holds nothing that we make."""
    notes, element = found.notes, drawn.element
    before = len(notes.errors)
    notes.functions = frozenset(_tidy(found.drawn[one].element.get("name")) for one in drawn.requires if _is_function(one, found))
    made = _function(name, element, notes) if drawn.is_function else _decision(name, element, notes)
    if made is None or len(notes.errors) > before:
        return None
    return replace(made, names=used(notes.names, texts_of(made)))


def _is_function(name: str, found: _File) -> bool:
    return name in found.drawn and found.drawn[name].is_function


def _tidy(name: Any) -> str:
    return " ".join(str(name or "").split())


def _function(name: str, element: Any, notes: Notes) -> Logic | None:
    """A business knowledge model: a function written in FEEL or as a table."""
    body = named(element, "encapsulatedLogic")
    if body is None or body.get("kind") not in (None, "FEEL", "F"):
        notes.error("knowledge_model", element, kind="" if body is None else body.get("kind"))
        return None
    parameters = tuple(_tidy(child.get("name")) for child in body if local_name(child) == "formalParameter")
    made = _body(name, element, body, ("result", type_of(body)), notes)
    return None if made is None else replace(made, name=_tidy(element.get("name")), parameters=parameters)


def _decision(name: str, element: Any, notes: Notes) -> Logic | None:
    variable = named(element, "variable")
    own_name = variable.get("name") if variable is not None and variable.get("name") else name
    made = _body(name, element, element, (_tidy(own_name), type_of(variable)), notes)
    if made is None and not any(local_name(child) in KINDS for child in element):
        notes.warn("no_logic", element)
    return made


def _body(name: str, element: Any, body: Any, own: tuple[str, str], notes: Notes) -> Logic | None:
    """The table or expression of a decision; `own` are the name and type of what it gives."""
    logic = Logic(name, _tidy(element.get("name")), own[0], notes.types.base(own[1]))
    table = named(body, "decisionTable")
    if table is not None:
        return replace(logic, table=table_of(table, element, own, notes))
    box = Reader(element, own, notes).inside(body)
    if box is None:
        return None
    if box["kind"] == "function":
        notes.error("decision_logic", element, kind="functionDefinition")
        return None
    return replace(logic, expression=box["text"]) if box["kind"] == "text" else replace(logic, box=box)


def _steps(name: str, found: _File, above: tuple[str, ...]) -> tuple[Logic, ...] | None:
    """The decision behind all that it requires, each once; None when one of them cannot be made."""
    if name in found.ordered:
        return found.ordered[name]
    drawn = found.drawn[name]
    ordered: dict[str, Logic] = {}
    complete = drawn.logic is not None
    for required in drawn.requires:
        if len(above) >= MAX_CHAIN:
            found.notes.error("decision_chain", drawn.element, maximum=MAX_CHAIN)
            complete = False
            continue
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
