"""Attributes of BPMN whose other values would make something else happen than what is executed."""

from engine.dialects.names import ACTIVITIES, Node, bpmn_elements, word
from engine.gate.findings import Findings

_QUANTITIES = ("startQuantity", "completionQuantity")
#: a transaction is taken back by compensation, and by no other protocol
_METHODS = (None, "", "##Compensate", "compensate", "##compensate")


def check(process: Node, findings: Findings) -> None:
    """Quantities of tokens, events thrown by instances, and protocols of transactions."""
    for node in bpmn_elements(process):
        kind = word(node)
        if kind in ACTIVITIES:
            for name in _QUANTITIES:
                if (node.get(name) or "1").strip() != "1":
                    findings.error("token_quantity", node, attribute=name, value=node.get(name))
        if kind == "transaction" and node.get("method") not in _METHODS:
            findings.error("transaction_method", node, method=node.get("method"))
        if kind == "multiInstanceLoopCharacteristics" and (node.get("behavior") or "All") != "All":
            findings.error("instance_events", node.getparent(), behavior=node.get("behavior"))
