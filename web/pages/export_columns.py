"""The columns of an exported list: those of its page, in full, and those that the process declares."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from forms import money
from processes import listed
from processes.actors import Actor
from processes.people import directory
from processes.queries import cases, definitions
from web.language import gettext as _
from web.pages import casework, filters, list_columns, lists
from web.pages.asked import Asked
from web.sheets import Cell, Head

Row = Mapping[str, Any]
_FEN = Decimal(100)


@dataclass(frozen=True, slots=True)
class Table:
    """The heads of a list, and its rows as cells."""

    heads: list[Head]
    rows: Callable[[Iterable[dict[str, Any]]], Iterable[list[Cell]]]


def table_of(box: str, asked: Asked, actor: Actor) -> Table:
    """The table of a list."""
    declared = _declared(asked, actor)
    if box in ("todo", "unclaimed", "done"):
        return _of_tasks(declared, actor, done=box == "done")
    return _of_cases(declared)


def _declared(asked: Asked, actor: Actor) -> list[listed.Column]:
    """The columns of the process to which the list is limited."""
    if not asked.definition_key:
        return []
    newest = definitions.page(actor, key=asked.definition_key, latest=True, limit=1)["items"]
    found = list_columns.columns([newest[0]["id"]] if newest else [])
    return [one for one in found if one.key in asked.columns] or found


def _of_tasks(declared: list[listed.Column], actor: Actor, *, done: bool) -> Table:
    heads = [Head(_("标题"), 36), Head(_("编号"), 20), Head(_("流程"), 18), Head(_("环节"), 18), Head(_("申请人"), 18)]
    heads += [Head(_("金额（元）")), *(Head(one.label, 18) for one in declared), Head(_("办理时间") if done else _("到达时间"), 18)]
    heads += [Head(_("时限"), 18), Head(_("结果")), Head(_("现在等谁"), 30)] if done else [Head(_("时限"), 18), Head(_("列表"))]

    def rows(items: Iterable[dict[str, Any]]) -> Iterable[list[Cell]]:
        shown = casework.task_rows(items, actor, done=done)
        facts = cases.listed(row["instance_id"] for row in shown)
        for row in shown:
            case = facts[row["instance_id"]]
            begin: list[Cell] = [
                row["title"],
                row["business_key"],
                casework.process_name(case["definition_id"]),
                row["name"],
                row["starter"],
            ]
            last: list[Cell] = [row["result"], row["waits_for"]] if done else [row["list_name"]]
            yield [*begin, _amount(case), *_cells(declared, case), _local(row["at"]), _local(row["due_at"]), *last]

    return Table(heads, rows)


def _of_cases(declared: list[listed.Column]) -> Table:
    heads = [Head(_("标题"), 36), Head(_("编号"), 20), Head(_("流程"), 18), Head(_("申请人"), 18), Head(_("金额（元）"))]
    heads += [*(Head(one.label, 18) for one in declared), Head(_("发起时间"), 18), Head(_("时限"), 18), Head(_("办结时间"), 18)]
    heads += [Head(_("状态")), Head(_("结果"), 18), Head(_("等谁"), 30)]

    def rows(items: Iterable[dict[str, Any]]) -> Iterable[list[Cell]]:
        shown = casework.case_rows(items)
        names = directory.names(row["on_behalf_of"] or row["started_by"] for row in shown)
        for row in shown:
            applicant = names.get(row["on_behalf_of"] or row["started_by"])
            begin: list[Cell] = [row["title"], row["business_key"], row["process"], applicant, _amount(row)]
            times = [_local(row[name]) for name in ("started_at", "due_at", "ended_at")]
            yield [*begin, *_cells(declared, row), *times, lists.states().get(row["state"]), row["result"], row["waits_for"]]

    return Table(heads, rows)


def _amount(case: Row) -> Cell:
    return None if case["amount"] is None else Decimal(case["amount"]) / _FEN


def _cells(declared: list[listed.Column], case: Row) -> list[Cell]:
    return [_cell(column, case) for column in declared]


def _cell(column: listed.Column, case: Row) -> Cell:
    value = case["variables"].get(column.key)
    if column.field is not None and column.field.kind in ("money", "number"):
        number = money.read(value)
        return number if number is not None and abs(number) <= money.LIMIT else None
    words = list_columns.cell(column, dict(case))
    return None if words == "—" else words


def _local(moment: datetime | None) -> Cell:
    """A moment on the office's clock, as a sheet holds it: without a zone."""
    return None if moment is None else filters.office_time(moment).replace(tzinfo=None, microsecond=0)
