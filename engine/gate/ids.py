"""Ids and names: there, different, and harmless."""

import re
from typing import Any

from engine.dialects.names import BPMN, FLOW_NODES, Node, bpmn_elements, is_element, local, word
from engine.gate.findings import Findings

MAX_ID = 200
MAX_NAME = 500
MAX_PROCESS_NAME = 255
#: an XML name without colon; letters of any language
_ID = re.compile(r"[^\W\d][\w.\-]*")
_NEEDS_ID = FLOW_NODES | {"process"}


def complete(root: Node) -> None:
    """Give sequence flows without id one that is made of their ends: engines run them so, and the record must name them."""
    numbers: dict[str, int] = {}
    taken = {node.get("id") for node in root.iter() if is_element(node) and node.get("id")}
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        if flow.get("id"):
            continue
        made = re.sub(r"[^\w.\-]", "_", f"flow_{flow.get('sourceRef')}_{flow.get('targetRef')}"[: MAX_ID - 10])
        identity = made
        while identity in taken:
            numbers[made] = numbers.get(made, 1) + 1
            identity = f"{made}_{numbers[made]}"
        taken.add(identity)
        flow.set("id", identity)


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
