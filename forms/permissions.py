"""What a task lets its person do with each field: edit, read, or not see it.

The rule is the property `fields` of a user task: "*: read; minutes: edit; secret: hidden". A field that no entry names follows `*`;
without a rule everything can be edited.
"""

import re
from typing import Final, Literal

from forms.definition import Form, Problem

Mode = Literal["edit", "read", "hidden"]
MODES: Final[dict[str, Mode]] = {"edit": "edit", "read": "read", "hidden": "hidden"}
_SPLIT = re.compile(r"[;；\n]")


def resolve(form: Form, rule: str | None) -> dict[str, Mode]:
    """The mode of every field of the form; entries of the rule that cannot be read are left out (check_rule finds them)."""
    entries = {key: mode for key, mode in _entries(rule) if mode is not None}
    otherwise = entries.get("*", "edit")
    return {field.key: _mode(entries.get(field.key, otherwise), field.read_only) for field in form.fields}


def public(modes: dict[str, Mode]) -> dict[str, str]:
    """The modes as clients see them: hidden fields are not named."""
    return {key: mode for key, mode in modes.items() if mode != "hidden"}


def check_rule(form: Form | None, rule: str | None) -> list[Problem]:
    """Faults of a rule text: entries that cannot be read, and names that the form does not have."""
    known = {field.key for field in form.fields} | {"*"} if form else None
    problems = []
    for key, mode in _entries(rule):
        if mode is None:
            problems.append(Problem("fields", "bad_field_rule", {"entry": key}))
        elif known is not None and key not in known:
            problems.append(Problem("fields", "rule_for_unknown_field", {"key": key}))
    return problems


def _entries(rule: str | None) -> list[tuple[str, Mode | None]]:
    entries: list[tuple[str, Mode | None]] = []
    for part in _SPLIT.split(rule or ""):
        if not part.strip():
            continue
        key, colon, mode = part.replace("：", ":").rpartition(":")
        known = MODES.get(mode.strip()) if colon and key.strip() else None
        entries.append((key.strip() if known else part.strip(), known))
    return entries


def _mode(mode: Mode, read_only: bool) -> Mode:
    return "read" if read_only and mode == "edit" else mode
