"""What a user task says about being sent back: `send_back` and `resubmit` among its properties."""

from difflib import get_close_matches
from typing import Any

from engine.gate.findings import Findings
from engine.gate.graph import Graph

VALUES = {"send_back": ("any", "previous", "applicant", "none"), "resubmit": ("choose", "rerun", "straight_back")}


def check(graph: Graph, findings: Findings) -> None:
    """Refuse values that mean nothing: what was meant to be forbidden would be allowed; warn of names that are nearly these."""
    for located in graph.located("userTask"):
        properties: dict[str, Any] = located[1].get("properties") or {}
        for name, known in VALUES.items():
            value = str(properties.get(name, known[0])).strip()
            if value not in known:
                findings.error("send_back_unknown", located, property=name, value=value, known=list(known), **_guess(_near(value, known)))
        for name in properties:
            near = next(iter(get_close_matches(name, list(VALUES), n=1, cutoff=0.8)), None)
            if near is not None and name not in VALUES:
                findings.warning("people_property_nearly", located, property=name, **_guess(near))


def _near(value: str, known: tuple[str, ...]) -> str | None:
    return next(iter(get_close_matches(value, known, n=1, cutoff=0.6)), None)


def _guess(near: str | None) -> dict[str, str]:
    return {"guess_zh": f"，是不是“{near}”？", "guess_en": f", did you mean “{near}”?"} if near else {"guess_zh": "", "guess_en": ""}
