"""What service, send and business rule tasks, throwing message events, scripts and call activities do."""

import re

from engine import expressions
from engine.dialects.names import (
    SPIFF,
    Entry,
    Node,
    attribute,
    bpmn_text,
    content,
    extensions,
    is_true,
    local,
    namespace,
    vendor_extensions,
)
from engine.dialects.parameters import parameters_of

#: a class or a bean of the engine that the diagram was drawn for: we have no Java
_JAVA = ("class", "delegateExpression")
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
    return {**work, **_implementation(node, properties)}


def _implementation(node: Node, properties: dict[str, str]) -> Entry:
    if properties.get("record"):
        return {"implementation": "record"}
    decision = _decision(node)
    if decision:
        return {"implementation": "decision", **decision}
    if attribute(node, "type") == "external" and attribute(node, "topic"):
        return {"implementation": "external", "topic": attribute(node, "topic")}
    if attribute(node, "expression"):
        return {"implementation": "expression", "expression": attribute(node, "expression")}
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
    if kind and kind != "external":
        return f"type {kind}"
    if kind == "external":
        return "type external"
    for child in extensions(node):
        if local(child) in ("connector", "serviceTaskOperator", "taskDefinition"):
            return " ".join(part for part in (local(child), child.get("id") or child.get("type")) if part)
    return None


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


def script_of(node: Node) -> Entry:
    """Script and its language. A script of one expression with a result variable becomes the line that sets it.

    `result_variable` is left only where that could not be done; the gate says why.
    """
    script = bpmn_text(node, "script")
    language = (node.get("scriptFormat") or "").strip() or None
    result = attribute(node, "resultVariable") or attribute(node, "resultVariableName")
    if script and result:
        text = f"={script}" if language == "feel" and not script.startswith("=") else script
        try:
            return {"script": f"{result} = {expressions.translate(text)}", "script_format": language, "result_variable": None}
        except expressions.ExpressionRefused:
            return {"script": text, "script_format": language, "result_variable": result}
    return {"script": script, "script_format": language, "result_variable": None}


def call_of(node: Node) -> Entry:
    """The called process, its binding, and the variables that go in and come out."""
    call: Entry = {
        "called_element": (node.get("calledElement") or "").strip() or None,
        "binding": attribute(node, "calledElementBinding") or "latest",
        "called_version": attribute(node, "calledElementVersion"),
        "in": [],
        "out": [],
        "in_all": is_true(attribute(node, "inheritVariables")),
        "out_all": False,
        "business_key": attribute(node, "businessKey"),
    }
    if is_true(attribute(node, "sameDeployment")) and not attribute(node, "calledElementBinding"):
        call["binding"] = "deployment"
    for direction in ("in", "out"):
        for child in vendor_extensions(node, direction):
            _read_mapping(child, direction, call)
    return call


def _read_mapping(child: Node, direction: str, call: Entry) -> None:
    if child.get("businessKey"):
        call["business_key"] = child.get("businessKey")
    elif child.get("variables") == "all":
        call[f"{direction}_all"] = True
    else:
        source = (child.get("sourceExpression") or child.get("source") or "").strip()
        call[direction].append([source, (child.get("target") or child.get("targetExpression") or "").strip()])
