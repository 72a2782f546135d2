"""Whom a user task asks."""

from typing import Any

from engine.gate.findings import Findings
from engine.gate.graph import Graph


def check(graph: Graph, findings: Findings) -> None:
    """Warn of user tasks without any rule about people; whether a rule finds somebody is known only to who knows the office."""
    for identity, entry in graph.located("userTask"):
        if not (entry["assignee"] or entry["candidate_users"] or entry["candidate_groups"]):
            findings.warning("nobody_asked", (identity, entry))


def check_starters(outline: dict[str, Any], settings: dict[str, Any], findings: Findings) -> None:
    """Who the diagram says may start; names that are computed, or that process.toml overrules, are left out and told."""
    place = (outline["key"], outline)
    drawn: list[str] = outline["starters"]
    overruled = [name for name in drawn if "{" in name or settings.get("starters") or settings.get("called_only")]
    for name in overruled:
        findings.warning("starters_ignored", place, value=name)
    outline["starters"] = [name for name in drawn if name not in overruled]
