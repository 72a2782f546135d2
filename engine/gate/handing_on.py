"""What a user task says about being handed on: `reassign` and `delegate` among its properties."""

from engine.gate.findings import Findings
from engine.gate.graph import Graph

VERBS = ("reassign", "delegate")
#: with or without a reason, with a reason, not at all
VALUES = ("allowed", "reason", "forbidden")


def check(graph: Graph, findings: Findings) -> None:
    """Refuse values that mean nothing: what was meant to be forbidden would be allowed."""
    for identity, entry in graph.located("userTask"):
        for verb in VERBS:
            value = (entry.get("properties") or {}).get(verb, "allowed")
            if value not in VALUES:
                findings.error("handing_on_unknown", (identity, entry), property=verb, value=value, known=list(VALUES))
