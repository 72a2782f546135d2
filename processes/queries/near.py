"""Conditions on a deadline: over (late), near (soon: processes/deadlines.py), today."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true

from processes import clock, deadlines
from processes.db import moment_text
from processes.errors import Invalid

CHOICES = ("late", "soon", "today")
Column = Any


def conditions(wanted: str | None, due: Column, definition_key: Column) -> list[ColumnElement[bool]]:
    """The conditions that a deadline (its text in `due`) is as wanted; none where nothing is. Raises Invalid."""
    if not wanted:
        return []
    now = clock.now()
    if wanted == "late":
        return [due < moment_text(now)]
    if wanted == "today":
        return [due >= moment_text(now), due <= moment_text(deadlines.end_of_day(now))]
    if wanted == "soon":
        return soon(due, definition_key, deadlines.lines())
    raise Invalid("field_invalid", fields={"due": ["时限只能是 late、soon 或 today。"]})


def soon(due: Column, definition_key: Column, lines: deadlines.Lines) -> list[ColumnElement[bool]]:
    """Not over, and not beyond the line of its process; within one range of an index."""
    usual, of_process = lines.texts()
    own = [and_(definition_key == key, due <= line) for key, line in of_process.items()]
    others = definition_key.not_in(list(of_process)) if of_process else true()
    furthest = max([usual, *of_process.values()])
    return [due >= moment_text(lines.now), due <= furthest, or_(and_(others, due <= usual), *own)]
