"""Ids and names: there, different, and harmless."""

import re
from typing import Any

from engine.dialects.names import BPMN, FLOW_NODES, Node, bpmn_elements, is_element, is_true, local, word
from engine.gate.findings import Findings

MAX_ID = 200
MAX_NAME = 500
MAX_PROCESS_NAME = 255
#: an XML name without colon; letters of any language
_ID = re.compile(r"[^\W\d][\w.\-]*")
_NEEDS_ID = FLOW_NODES | {"process"}
#: what names another element, besides what ends in `Ref`
_REFERENCES = frozenset({"id", "default", "calledElement", "processRef", "bpmnElement"})


def complete(root: Node, findings: Findings) -> None:
    """Give sequence flows and event sub-processes without id one: engines run them so, and the record must name them.

    Blanks around ids and references go first: XML Schema collapses them in values of these types before they are compared.
    """
    for node in root.iter():
        if is_element(node):
            _trim(node)
    numbers: dict[str, int] = {}
    taken = {node.get("id") for node in root.iter() if is_element(node) and node.get("id")}
    for node in root.iter(f"{{{BPMN}}}sequenceFlow", f"{{{BPMN}}}subProcess"):
        if node.get("id") or not (word(node) == "sequenceFlow" or is_true(node.get("triggeredByEvent"))):
            continue
        made = identity = _made(node)
        while identity in taken:
            numbers[made] = numbers.get(made, 1) + 1
            identity = f"{made}_{numbers[made]}"
        taken.add(identity)
        node.set("id", identity)
        if word(node) == "subProcess":
            findings.warning("id_made", node, id=identity)


def _trim(node: Node) -> None:
    for name, value in node.attrib.items():
        if (name in _REFERENCES or name.endswith("Ref")) and value != value.strip() and value.strip():
            node.set(name, value.strip())


def _made(node: Node) -> str:
    """An id of what a sequence flow connects, or of where an event sub-process stands."""
    is_flow = word(node) == "sequenceFlow"
    text = f"flow_{node.get('sourceRef')}_{node.get('targetRef')}" if is_flow else f"event_subprocess_{node.getparent().get('id')}"
    return re.sub(r"[^\w.\-]", "_", text[: MAX_ID - 10])


def check(root: Node, findings: Findings) -> None:
    """Ids of all BPMN elements of a file: missing, used twice, unusable; names: too long."""
    seen: dict[str, Node] = {}
    for node in bpmn_elements(root):
        identity = node.get("id")
        if identity is None:
            if word(node) in _NEEDS_ID:
                findings.error("id_missing", node, type=word(node))
            continue
        _check_one(identity, node, seen, findings)
        seen.setdefault(identity, node)
    for process in root.iter(f"{{{BPMN}}}process"):
        _check_name(process, MAX_PROCESS_NAME, findings)


def _check_one(identity: str, node: Node, seen: dict[str, Node], findings: Findings) -> None:
    check_key(identity, node, findings)
    if identity in seen:
        findings.error("id_twice", node, id=identity, type=word(node), other=word(seen[identity]), other_line=seen[identity].sourceline)
    if word(node) in FLOW_NODES:
        _check_name(node, MAX_NAME, findings)


def _check_name(node: Node, limit: int, findings: Findings) -> None:
    if len(node.get("name") or "") > limit:
        findings.error("name_too_long", node, limit=limit)


def check_decisions(root: Node, findings: Findings) -> None:
    """Ids of the decisions of a DMN file are names, too: they are part of addresses and of file names."""
    for node in root.iter():
        if local(node) == "decision" and node.get("id"):
            check_key(node.get("id"), node, findings)


def check_key(key: str, at: Any, findings: Findings) -> None:
    """The id of a decision or form."""
    if len(key) > MAX_ID:
        findings.error("id_too_long", at, limit=MAX_ID)
    elif not _ID.fullmatch(key):
        findings.error("id_not_a_name", at, id=key)


def check_across(keys: list[tuple[str, Any, Findings]]) -> None:
    """Keys of one kind (process, decision, form) that two definitions of a deployment share; each with its place and findings."""
    seen: dict[str, str] = {}
    for key, at, findings in keys:
        if key in seen:
            findings.error("key_twice", at, key=key, other=seen[key])
        seen.setdefault(key, findings.file)
