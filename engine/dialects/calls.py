"""What a call activity calls, and the variables that go in and come out."""

import json

from engine.dialects.names import Entry, Node, attribute, is_true, vendor_extensions


def call_of(node: Node) -> Entry:
    """The called process, its binding, and the variables that go in and come out."""
    call: Entry = {
        "called_element": (node.get("calledElement") or "").strip() or None,
        "binding": attribute(node, "calledElementBinding") or "latest",
        "called_version": attribute(node, "calledElementVersion"),
        "called_tag": attribute(node, "calledElementVersionTag"),
        "in": [],
        "out": [],
        "in_all": is_true(attribute(node, "inheritVariables")),
        "in_local": False,
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
        is_local = direction == "in" and is_true(child.get("local"))
        call["in_local" if is_local else f"{direction}_all"] = True
    else:
        call[direction].append([_source(child), (child.get("target") or child.get("targetExpression") or "").strip()])


def _source(child: Node) -> str:
    """The name of a variable, or an expression; an expression without marks is a text that stands for itself."""
    text = (child.get("sourceExpression") or "").strip()
    if not text:
        return (child.get("source") or "").strip()
    is_expression = text.startswith("=") or "${" in text or "#{" in text
    return text if is_expression else "${" + json.dumps(text, ensure_ascii=False) + "}"
