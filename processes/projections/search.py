"""The text by which a case is found, and its amount: written when its title, its number or one of these variables changes."""

from decimal import Decimal
from typing import Any

from forms import money
from processes import listed, search_text
from processes.projections.work import Work


def follow(work: Work) -> None:
    """After a step's events: the new text and amount of the case, where they may have changed them."""
    instance = work.instance
    columns, amount = listed.columns(instance.definition_id), listed.amount(instance.definition_id)
    keys = {column.key for column in columns} | {amount}
    if any(_concerns(event["type"], event["details"], keys) for event in work.step.events):
        work.changes.search[instance.id] = search_text.of_case(instance.title, instance.business_key, columns, instance.variables)
        instance.amount = None if amount is None else _fen(instance.variables.get(amount))


def _concerns(kind: str, details: dict[str, Any], keys: set[str | None]) -> bool:
    if kind == "instance_registered":
        return True
    changes = details.get("changes") if kind == "variables_changed" and details.get("scope") is None else None
    return isinstance(changes, dict) and not keys.isdisjoint(changes)


def _fen(value: Any) -> int | None:
    """An amount in fen, rounded down to whole ones; None for what is no amount."""
    yuan: Decimal | None = money.read(value)
    return None if yuan is None or abs(yuan) > money.LIMIT else int(yuan * 100)
