"""What service, send and business rule tasks, throwing message events and calls of cases do."""

import re

from engine import copy_rules, expressions
from engine.dialects.names import (
    SPIFF,
    Entry,
    Node,
    attribute,
    content,
    extensions,
    local,
    namespace,
    vendor_extensions,
)
from engine.dialects.parameters import parameters_of
from engine.dialects.scripts import assignment_of

#: a class or a bean of the engine that the diagram was drawn for: we have no Java
_JAVA = ("class", "delegateExpression")
#: work for outside workers: Camunda's word and Flowable's
_OUTSIDE = ("external", "external-worker")
_RETRY_CYCLE = re.compile(r"R(\d{1,3})/.+")


def work_of(node: Node, properties: dict[str, str]) -> Entry:
    """`implementation` (external, expression, record, decision, message or unmapped) and what belongs to it."""
    inputs, outputs = parameters_of(node)
    work: Entry = {
        "implementation": "unmapped",
        "topic": None,
        "expression": None,
        "result_variable": attribute(node, "resultVariable") or attribute(node, "resultVariableName"),
        "decision_ref": None,
        "map_result": None,
        "retries": _retries(node),
        "inputs": inputs,
        "outputs": outputs,
    }
    work.update(_implementation(node, properties))
    if copy_rules.is_by_topic(work["topic"], inputs):
        work["implementation"] = "copy"
    if work["implementation"] == "unmapped":
        work["fields"] = _fields(node)
    return work


def _fields(node: Node) -> list[list[str]]:
    """What is injected into a foreign class: whoever does the work instead gets it with the variables."""
    found = []
    for field in vendor_extensions(node, "field"):
        text = field.get("stringValue") or field.get("expression") or content(field) or ""
        try:
            expressions.check(text, kind="template")
        except expressions.ExpressionRefused:
            text = text.replace("${", "\\${").replace("#{", "\\#{")
        if re.fullmatch(r"[^\W\d_]\w*", field.get("name") or ""):
            found.append([field.get("name"), text])
    return found


def _implementation(node: Node, properties: dict[str, str]) -> Entry:
    if properties.get("record"):
        return {"implementation": "record"}
    if copy_rules.names_drawn(properties):
        return {"implementation": "copy"}
    decision = _decision(node)
    if decision:
        return {"implementation": "decision", **decision}
    if attribute(node, "type") in _OUTSIDE and attribute(node, "topic"):
        return {"implementation": "external", "topic": attribute(node, "topic")}
    expression = attribute(node, "expression")
    if expression:
        assigned = assignment_of(expression)
        if assigned is not None:
            return {"implementation": "expression", "expression": assigned[1], "result_variable": assigned[0]}
        return {"implementation": "expression", "expression": expression}
    if node.get("messageRef") and not foreign_work(node):
        return {"implementation": "message"}
    return {}


def foreign_work(node: Node) -> str | None:
    """The words that name foreign code, e.g. `class org.example.Mail`; None where the diagram names none."""
    for name in _JAVA:
        value = attribute(node, name)
        if value:
            return f"{name} {value}"
    kind = attribute(node, "type")
    if kind:
        return f"type {'external' if kind in _OUTSIDE else kind}"
    for child in extensions(node):
        if local(child) in ("connector", "serviceTaskOperator", "taskDefinition"):
            named = next((content(inner) for inner in child if local(inner) == "connectorId"), None)
            return " ".join(part for part in (local(child), child.get("id") or child.get("type") or named) if part)
    if attribute(node, "caseRef"):
        return f"case {attribute(node, 'caseRef')}"
    return None


def names_of_work(node: Node) -> list[str]:
    """By what `process.toml` may map the foreign work of an element: its class, bean, expression, type or connector, and its id."""
    texts = [attribute(node, name) for name in (*_JAVA, "expression")]
    found = [text for text in texts if text]
    found += [text[2:-1].strip() for text in found if text[:2] in ("${", "#{") and text.endswith("}")]
    found.append((foreign_work(node) or "").partition(" ")[2])
    holder = node if node.get("id") else node.getparent()
    return [name for name in (*found, holder.get("id")) if name]


def case_of(node: Node) -> Entry | None:
    """The work of a call activity that calls a case (CMMN), which nothing here plays; None for every other one."""
    if not attribute(node, "caseRef") or node.get("calledElement"):
        return None
    work = work_of(node, {})
    work["inputs"] = [*work["inputs"], *(pair for pair in _mapped(node, "in"))]
    work["outputs"] = [*work["outputs"], *(pair for pair in _mapped(node, "out"))]
    return work


def _mapped(node: Node, direction: str) -> list[list[str]]:
    pairs = []
    for child in vendor_extensions(node, direction):
        source = (child.get("sourceExpression") or child.get("source") or "").strip()
        if source and child.get("target"):
            pairs.append([child.get("target"), source if "{" in source else f"${{{source}}}"])
    return pairs


def _decision(node: Node) -> Entry:
    """The decision of a business rule task; Flowable writes it as a service task of type dmn."""
    reference = attribute(node, "decisionRef")
    if reference:
        return {"decision_ref": reference, "map_result": attribute(node, "mapDecisionResult")}
    for child in extensions(node):
        if namespace(child) == SPIFF and local(child) == "calledDecisionId" and content(child):
            return {"decision_ref": content(child)}
    if attribute(node, "type") == "dmn":
        for field in vendor_extensions(node, "field"):
            if field.get("name") == "decisionTableReferenceKey":
                return {"decision_ref": field.get("stringValue") or content(field)}
    return {}


def _retries(node: Node) -> int | None:
    """Tries of a job, from `failedJobRetryTimeCycle` (R3/PT5M: three)."""
    for child in vendor_extensions(node, "failedJobRetryTimeCycle"):
        cycle = _RETRY_CYCLE.fullmatch(content(child) or "")
        if cycle:
            return int(cycle[1])
    return None
