"""Whom a user task asks."""

from engine.gate.findings import Findings
from engine.gate.graph import Graph


def check(graph: Graph, findings: Findings) -> None:
    """Warn of user tasks without any rule about people; whether a rule finds somebody is known only to who knows the office."""
    for identity, entry in graph.located("userTask"):
        if not (entry["assignee"] or entry["candidate_users"] or entry["candidate_groups"]):
            findings.warning("nobody_asked", (identity, entry))
