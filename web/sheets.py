"""Tables as files: XLSX and CSV, written row by row, in which no text is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

Cell = str | Decimal | int | datetime | date | None
#: what programs take for the beginning of a formula, also at full width
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
MAX_CELL = 30_000
XLSX, CSV = "xlsx", "csv"
MEDIA_TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Head:
    """A column: what stands over it, and how wide it is, in characters."""

    label: str
    width: int = 14


def neutral(text: str) -> str:
    """A text for CSV: one that a program would compute has an apostrophe before it."""
    shown = text.replace("\x00", "")[:MAX_CELL]
    return f"'{shown}" if shown[:1] in _FORMULA or shown.lstrip()[:1] in _FORMULA else shown


def write_csv(into: IO[bytes], heads: Sequence[Head], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a CSV in UTF-8 with the mark by which Excel knows it."""
    text = io.TextIOWrapper(into, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([neutral(head.label) for head in heads])
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    text.detach()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return neutral(cell) if isinstance(cell, str) else str(cell)


def write_xlsx(into: IO[bytes], title: str, heads: Sequence[Head], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a workbook of one sheet: amounts as numbers, times as times, and every text as text."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(into, {**options, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet(_sheet_name(title))
        bold = book.add_format({"bold": True})
        formats = {Decimal: book.add_format({"num_format": "#,##0.00"}), date: book.add_format({"num_format": "yyyy-mm-dd"})}
        sheet.freeze_panes(1, 0)
        for number, head in enumerate(heads):
            sheet.set_column(number, number, head.width)
            sheet.write_string(0, number, head.label, bold)
        for line, row in enumerate(rows, 1):
            for number, cell in enumerate(row):
                _put(sheet, line, number, cell, formats)


def _put(sheet: Any, line: int, number: int, cell: Cell, formats: dict[type, Any]) -> None:
    if isinstance(cell, str):
        sheet.write_string(line, number, cell.encode("utf-8", "replace").decode()[:MAX_CELL])
    elif isinstance(cell, datetime):
        sheet.write_datetime(line, number, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(line, number, cell, formats[date])
    elif cell is not None:
        sheet.write_number(line, number, cell, formats.get(type(cell)))


def _sheet_name(title: str) -> str:
    """A name that a sheet may have."""
    plain = "".join(" " if character in "[]:*?/\\" else character for character in title).strip(" '")
    return plain[:31] or "Sheet1"
