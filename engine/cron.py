"""Times as cron texts have them, in the form of Quartz that Flowable and Camunda read: seconds first, six or seven fields.

`second minute hour day-of-month month day-of-week [year]`; lists, ranges, steps, names of months and days, `?`, and of days also
`L` (last), `15W` (the nearest weekday), `6L` (the last Friday), `6#3` (the third Friday). Days of the week go from 1, Sunday, to 7.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from typing import Final

MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
#: years to look ahead for the next time; the rarest, a leap day on one weekday, comes within forty
MAX_YEARS: Final = 100
MAX_LENGTH: Final = 120

#: years that hold every day of a leap year on every day of the week
_SAMPLE: Final = range(2000, 2028)
_EVERY: Final = ("*", "?")
_STEP: Final = re.compile(r"(\*|\w+(?:-\w+)?)(?:/(\d{1,4}))?")
_NUMBER: Final = {
    **{name: str(number) for number, name in enumerate(MONTHS, 1)},
    **{name: str(number) for number, name in enumerate(DAYS, 1)},
}


class NotCron(ValueError):
    """A text that is no cron form, or one that means nothing; `reason` names the part."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron text as read: the numbers that each field allows, and the rules for days as they are written."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: str
    months: tuple[int, ...]
    weekdays: str
    years: frozenset[int] | None

    def after(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """The first time after a moment, on the clock of a zone; None when there is none within reach."""
        here = moment.astimezone(zone)
        for day in self._days_from(here.date()):
            for hour, minute, second in self._times_of(day, here):
                found = datetime.combine(day, time(hour, minute, second), zone)
                if found > moment:
                    return found
        return None

    def _days_from(self, first: date) -> Iterator[date]:
        for year in range(first.year, min(first.year + MAX_YEARS, 9_998) + 1):
            if self.years is not None and year not in self.years:
                continue
            for month in self.months:
                if (year, month) >= (first.year, first.month):
                    found = days_of(self.days, self.weekdays, year, month)
                    yield from (date(year, month, day) for day in found if date(year, month, day) >= first)

    def _times_of(self, day: date, here: datetime) -> Iterator[tuple[int, int, int]]:
        """The times of a day; on the day to begin with, those that are over are passed as far as whole hours tell."""
        begins = here.hour if day == here.date() else 0
        for hour in self.hours:
            if hour >= begins:
                yield from ((hour, minute, second) for minute in self.minutes for second in self.seconds)

    @property
    def is_hasty(self) -> bool:
        """Whether it comes more often than once a minute."""
        return len(self.seconds) > 1


@lru_cache(maxsize=256)
def read(text: str) -> Cron:
    """The cron form that a text is; raises NotCron."""
    fields = text.upper().split()
    if len(text) > MAX_LENGTH or len(fields) not in (6, 7):
        raise NotCron(text)
    seconds, minutes, hours, days, months, weekdays = fields[:6]
    if days not in _EVERY and weekdays not in _EVERY:
        raise NotCron(f"{days} + {weekdays}")
    years = None if len(fields) == 6 or fields[6] in _EVERY else frozenset(_numbers(fields[6], 1970, 9_998))
    found = Cron(_numbers(seconds, 0, 59), _numbers(minutes, 0, 59), _numbers(hours, 0, 23), days, _numbers(months, 1, 12), weekdays, years)
    if not any([days_of(days, weekdays, year, month) for year in _SAMPLE for month in found.months]):
        raise NotCron(days if days not in _EVERY else weekdays)
    return found


def days_of(days: str, weekdays: str, year: int, month: int) -> list[int]:
    """The days of a month that both rules allow."""
    last = calendar.monthrange(year, month)[1]
    chosen = set(range(1, last + 1))
    for rule, one in ((days, _day_of_month), (weekdays, _day_of_week)):
        if rule not in _EVERY:
            chosen &= {day for part in rule.split(",") for day in one(part, year, month, last)}
    return sorted(chosen)


def _day_of_month(part: str, year: int, month: int, last: int) -> tuple[int, ...]:
    if part == "L":
        return (last,)
    if part == "LW":
        return (_nearest_weekday(last, year, month, last),)
    before_last = re.fullmatch(r"L-(\d{1,2})", part)
    if before_last:
        day = last - int(before_last[1])
        return (day,) if day >= 1 else ()
    nearest = re.fullmatch(r"(\d{1,2})W", part)
    if nearest and 1 <= int(nearest[1]) <= 31:
        return (_nearest_weekday(int(nearest[1]), year, month, last),) if int(nearest[1]) <= last else ()
    return tuple(day for day in _numbers(part, 1, 31) if day <= last)


def _nearest_weekday(day: int, year: int, month: int, last: int) -> int:
    """The day itself from Monday to Friday, else the nearest of those in the same month."""
    weekday = date(year, month, day).isoweekday()
    if weekday == 6:
        return day - 1 if day > 1 else day + 2
    if weekday == 7:
        return day + 1 if day < last else day - 2
    return day


def _day_of_week(part: str, year: int, month: int, last: int) -> tuple[int, ...]:
    if part == "L":
        part = "7"
    special = re.fullmatch(r"(\w{1,3}?)(?:L|#([1-5]))", part)
    if special:
        (weekday,) = _numbers(special[1], 1, 7)
        found = _on_weekday(weekday, year, month, last)
        if special[2] is None:
            return found[-1:]
        return found[int(special[2]) - 1 : int(special[2])]
    return tuple(day for weekday in _numbers(part, 1, 7) for day in _on_weekday(weekday, year, month, last))


def _on_weekday(weekday: int, year: int, month: int, last: int) -> tuple[int, ...]:
    """The days of a month on a day of the week, counted from 1, Sunday."""
    first = date(year, month, 1)
    offset = (weekday - 1 - first.isoweekday() % 7) % 7
    return tuple(range(1 + offset, last + 1, 7))


def _numbers(field: str, low: int, high: int) -> tuple[int, ...]:
    """The numbers that a field of lists, ranges and steps allows; a range may go over the end."""
    found: set[int] = set()
    for part in field.split(","):
        match = _STEP.fullmatch("*" if part == "?" else part)
        if match is None:
            raise NotCron(field)
        found.update(_range(match[1], match[2], low, high))
    return tuple(sorted(found))


def _range(span: str, step: str | None, low: int, high: int) -> range | list[int]:
    begins, ends = _bounds(span, step is not None, low, high)
    width = int(step or 1)
    if width < 1 or not (low <= begins <= high and low <= ends <= high):
        raise NotCron(span)
    if begins <= ends:
        return range(begins, ends + 1, width)
    if high > 1_000:
        raise NotCron(span)
    size = high - low + 1
    return [low + (place - low) % size for place in range(begins, ends + size + 1, width)]


def _bounds(span: str, stepped: bool, low: int, high: int) -> tuple[int, int]:
    if span == "*":
        return low, high
    first, _, second = span.partition("-")
    names = [_NUMBER.get(name, name) for name in (first, second or first)]
    if not all(name.isascii() and name.isdigit() and len(name) <= 4 for name in names):
        raise NotCron(span)
    begins, ends = map(int, names)
    return begins, high if stepped and not second else ends
