"""The columns that processes declare, in lists: all of one process where the list is limited to it, else the amount alone."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from forms.definition import Component
from processes import listed
from processes.queries import cases
from web.language import gettext as _
from web.pages import casework, formview

MOST = 4
MAX_CELL = 80
#: kinds that make no column
_LONG = frozenset({"rows", "attachment", "longtext", "opinion"})
Rows = list[dict[str, Any]]


def added(rows: Rows, definition_key: str, keys: Sequence[str] = ()) -> tuple[Rows, list[dict[str, Any]]]:
    """The rows with their cells, and the heads of the columns; `keys`: those that are wanted."""
    facts = cases.listed(row.get("instance_id") or row["id"] for row in rows)
    if not definition_key:
        return _with_amounts(rows, facts)
    declared = columns(one["definition_id"] for one in facts.values())
    chosen = [one for one in declared if one.key in keys] or declared[:MOST]
    heads = [{"label": column.label, "num": is_number(column.field)} for column in chosen]
    return [{**row, "cells": [cell(column, _facts(row, facts)) for column in chosen]} for row in rows], heads


def columns(definition_ids: Iterable[str]) -> list[listed.Column]:
    """The columns of the newest of some versions of a process."""
    newest = max(definition_ids, key=lambda one: int(one.rpartition(":")[2]), default=None)
    if newest is None:
        return []
    return [one for one in listed.columns(newest) if one.field is None or one.field.kind not in _LONG]


def choices(definition_id: str | None, keys: Sequence[str]) -> list[dict[str, Any]]:
    """The columns of a version for the form of a list, and whether each is shown; none where there is nothing to choose."""
    declared = columns([definition_id] if definition_id else [])
    shown = [one.key for one in declared if one.key in keys] or [one.key for one in declared[:MOST]]
    return [{"key": one.key, "label": one.label, "shown": one.key in shown} for one in declared]


def _with_amounts(rows: Rows, facts: dict[str, dict[str, Any]]) -> tuple[Rows, list[dict[str, Any]]]:
    if not any(one["amount"] is not None for one in facts.values()):
        return [{**row, "cells": []} for row in rows], []
    return [{**row, "cells": [_amount(_facts(row, facts))]} for row in rows], [{"label": _("金额（元）"), "num": True}]


def _facts(row: dict[str, Any], facts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return facts.get(row.get("instance_id") or row["id"], {"amount": None, "variables": {}})


def _amount(facts: dict[str, Any]) -> str:
    fen = facts["amount"]
    return "—" if fen is None else f"{Decimal(fen) / 100:,.2f}"


def cell(column: listed.Column, facts: dict[str, Any]) -> str:
    """What a case has in a column, in words."""
    value = facts["variables"].get(column.key)
    if value in (None, "", []):
        return "—"
    if column.field is None:
        return str(value)[:MAX_CELL]
    if column.field.kind == "money":
        return formview.amount(value)
    return formview.spoken(column.field, value, casework.people())[:MAX_CELL]


def is_number(field: Component | None) -> bool:
    """Whether a column stands to the right."""
    return field is not None and field.kind in ("money", "number")
