"""Processes that call each other: in a circle, or too deep; those that are deployed already count."""

from typing import Any

from engine.gate.findings import Findings
from engine.gate.references import Known

Calls = dict[str, set[str]]


def check(outlines: list[tuple[dict[str, Any], Findings]], known: Known) -> None:
    """Refuse circles of calls, which never come to an end, and warn of calls within calls beyond the limit."""
    calls = {key: set(called) for key, called in known.options.known_calls.items()}
    for outline, _ in outlines:
        activities = [entry for entry in outline["elements"].values() if entry["type"] == "callActivity"]
        calls[outline["key"]] = {entry["called_element"] for entry in activities if entry["called_element"]}
    callers = _turned_round(calls)
    limit = known.options.limits.call_depth
    for outline, findings in outlines:
        activities = [(one, entry) for one, entry in outline["elements"].items() if entry["type"] == "callActivity"]
        onward = _ways_to(outline["key"], callers) if activities else {}
        for identity, entry in activities:
            called = entry["called_element"]
            if called in onward:
                findings.error("call_circle", (identity, entry), path=" → ".join(_path(called, outline["key"], onward)))
            elif called and len(deep := _deepest(called, calls, limit)) > limit:
                findings.warning("calls_too_deep", (identity, entry), count=len(deep), limit=limit, path=" → ".join(deep))


def _turned_round(calls: Calls) -> dict[str, list[str]]:
    """The processes that call each process."""
    callers: dict[str, list[str]] = {}
    for key in sorted(calls):
        for called in sorted(calls[key]):
            callers.setdefault(called, []).append(key)
    return callers


def _ways_to(goal: str, callers: dict[str, list[str]]) -> dict[str, str]:
    """For every process from which calls lead to `goal`: the next process on the shortest way."""
    onward: dict[str, str] = {goal: goal}
    queue = [goal]
    for key in queue:
        for caller in callers.get(key, ()):
            if caller not in onward:
                onward[caller] = key
                queue.append(caller)
    return onward


def _path(start: str, goal: str, onward: dict[str, str]) -> list[str]:
    """The processes from the caller to itself, both named."""
    path = [goal, start]
    while path[-1] != goal:
        path.append(onward[path[-1]])
    return path


def _deepest(start: str, calls: Calls, limit: int) -> list[str]:
    """A longest row of calls that begins with a process, looked for one level beyond the limit."""
    rows = [{start: [start]}]
    while len(rows) <= limit:
        following = {called: [*row, called] for row in rows[-1].values() for called in sorted(calls.get(row[-1], ())) if called not in row}
        if not following:
            break
        rows.append(following)
    return next(iter(rows[-1].values()))
