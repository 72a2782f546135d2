"""The text by which a case is found, written when its title, its number or a listed variable changes."""

from typing import Any

from processes import listed, search_text
from processes.projections.work import Work


def follow(work: Work) -> None:
    """After a step's events: the new text of the case, where they may have changed it."""
    columns = listed.columns(work.instance.definition_id)
    keys = {column.key for column in columns}
    if any(_concerns(event["type"], event["details"], keys) for event in work.step.events):
        instance = work.instance
        work.changes.search[instance.id] = search_text.of_case(instance.title, instance.business_key, columns, instance.variables)


def _concerns(kind: str, details: dict[str, Any], keys: set[str]) -> bool:
    if kind == "instance_registered":
        return True
    changes = details.get("changes") if kind == "variables_changed" and details.get("scope") is None else None
    return isinstance(changes, dict) and not keys.isdisjoint(changes)
