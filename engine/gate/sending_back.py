"""What a user task says about being sent back: `send_back` and `resubmit` among its properties."""

from typing import Any

from engine.gate.findings import Findings
from engine.gate.graph import Graph
from engine.gate.nearly import check_names, guess, nearest

VALUES = {"send_back": ("any", "previous", "applicant", "none"), "resubmit": ("choose", "rerun", "straight_back")}


def check(graph: Graph, findings: Findings) -> None:
    """Refuse values that mean nothing: what was meant to be forbidden would be allowed; warn of names that are nearly these."""
    for located in graph.located("userTask"):
        properties: dict[str, Any] = located[1].get("properties") or {}
        for name, known in VALUES.items():
            value = str(properties.get(name, known[0])).strip()
            if value not in known:
                findings.error("send_back_unknown", located, property=name, value=value, known=list(known), **guess(nearest(value, known)))
        check_names(located, VALUES, findings)
