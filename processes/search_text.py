"""The text by which a case is found, and a question folded alike: one width, one case, single blanks."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forms import money, presentation
from processes.listed import Column

MAX_VALUE = 500
MAX_TEXT = 6_000
MOST_VALUES = 20
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")
#: kinds whose values say nothing as texts
_SILENT = frozenset({"attachment", "rows", "yes_no"})
#: before the login or code that stands for a person or a department, whose name may change
MARKS = {"user": "@", "department": "#"}


def folded(text: str) -> str:
    """A text as it is stored and looked for: full-width letters and digits as plain ones, capitals as small ones, blanks as one."""
    return _BLANK.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def of_case(title: str, number: str | None, columns: Iterable[Column], variables: Mapping[str, Any]) -> str:
    """A line each for title, number and what the columns hold; the text begins and ends with a line break."""
    lines = [title, number or ""]
    for column in columns:
        lines += list(_said(column, variables.get(column.key)))
    shown = [line for line in (folded(line[:MAX_VALUE]) for line in lines) if line]
    return "\n" + "\n".join(dict.fromkeys(shown))[:MAX_TEXT] + "\n"


def mark(kind: str, code: str) -> str:
    """The line that a person or a department gives."""
    return f"\n{folded(MARKS[kind] + code)}\n"


def _said(column: Column, value: Any) -> Iterator[str]:
    field = column.field
    kind = field.kind if field is not None else "text"
    if kind in _SILENT:
        return
    for one in (value if isinstance(value, list) else [value])[:MOST_VALUES]:
        if one in (None, "") or isinstance(one, bool | dict | list):
            continue
        if field is None or kind in ("text", "longtext"):
            yield str(one)
        elif kind in MARKS:
            yield MARKS[kind] + str(one)
        elif kind == "money":
            yield from _amounts(one)
        else:
            yield presentation.text(field, one, lambda _kind, code: code)
            yield str(one)


def _amounts(value: Any) -> Iterator[str]:
    """As it is written by hand, with and without separators."""
    number = money.read(value)
    if number is None or abs(number) > money.LIMIT:
        yield str(value)
    else:
        yield f"{number:.2f}"
        yield f"{number:,.2f}"
