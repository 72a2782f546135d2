"""Case numbers (办件编号): taken as the last thing before a new case is written, so that a series without gaps holds nobody up."""

import re
from datetime import datetime

from processes import numbers
from processes.calendar import office
from processes.deployed import Definition

DEFAULT = "{year}-{number:04d}"
_FIELD = re.compile(r"\{(year|number)(?::0?(\d{1,2})d?)?\}")


def take(definition: Definition, at: datetime) -> str | None:
    """The next number of the process's series in the office's year; None where the process has no series."""
    rule = definition.settings.get("business_key")
    if not rule:
        return None
    year = office.date_of(at).year
    number = numbers.next_number(rule.get("series") or definition.key, year)
    return write(rule.get("pattern") or DEFAULT, year, number)[:100]


def write(pattern: str, year: int, number: int) -> str:
    """A number in its pattern, as 柳采〔{year}〕{number:04d}号; nothing but these two fields is replaced."""

    def field(match: re.Match[str]) -> str:
        value = year if match[1] == "year" else number
        return str(value).zfill(int(match[2] or 0))

    return _FIELD.sub(field, pattern)
