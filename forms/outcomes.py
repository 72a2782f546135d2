"""The buttons of a user task: property `outcomes`, "agree:同意; disagree:不同意:required; return:退回:required"."""

import re
from typing import Final

from forms.definition import Problem

_SPLIT = re.compile(r"[;；\n]")
_VALUE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_OPINIONS: Final = ("optional", "required")
#: labels of the outcomes that approvals use, where the diagram gives none
LABELS: Final = {"agree": "同意", "disagree": "不同意", "return": "退回", "abstain": "弃权"}


def parse(text: str | None) -> list[dict[str, str]]:
    """The outcomes as `{value, label, opinion}` in the order drawn; entries that cannot be read are left out (check finds them)."""
    return [outcome for _, outcome in _entries(text) if outcome is not None]


def check(text: str | None) -> list[Problem]:
    """Faults of the text: entries that cannot be read, and values named twice."""
    problems = []
    seen: set[str] = set()
    for entry, outcome in _entries(text):
        if outcome is None:
            problems.append(Problem("outcomes", "bad_outcome", {"entry": entry}))
        elif outcome["value"] in seen:
            problems.append(Problem("outcomes", "duplicate_outcome", {"value": outcome["value"]}))
        else:
            seen.add(outcome["value"])
    return problems


def _entries(text: str | None) -> list[tuple[str, dict[str, str] | None]]:
    return [(entry.strip(), _outcome(entry)) for entry in _SPLIT.split(text or "") if entry.strip()]


def _outcome(entry: str) -> dict[str, str] | None:
    value, _, rest = entry.replace("：", ":").partition(":")
    label, _, opinion = rest.partition(":")
    value, label, opinion = value.strip(), label.strip(), opinion.strip() or "optional"
    if not _VALUE.fullmatch(value) or opinion not in _OPINIONS or len(label) > 60:
        return None
    return {"value": value, "label": label or LABELS.get(value, value), "opinion": opinion}
