"""ISO 8601 durations and moments: reading, writing and calendar arithmetic."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

_NUMBER: Final = r"([0-9]{1,9}(?:[.,][0-9]{1,6})?)"
_WEEKS: Final = re.compile(rf"P{_NUMBER}W")
_DURATION: Final = re.compile(
    rf"P(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?",
)
_DAY: Final = 86_400
MAX_YEARS: Final = 100


class NotISO(ValueError):
    """The text is no ISO 8601 duration, date or moment that we read."""


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months, calendar days and seconds; a month and a day have the length that the calendar gives them."""

    months: int = 0
    days: int = 0
    seconds: Decimal = Decimal(0)

    def after(self, moment: datetime) -> datetime:
        """The moment this much later on the wall clock of `moment`'s zone for months and days, in real time for the rest."""
        moved = add_months(moment, self.months) + timedelta(days=self.days)
        return moved if not self.seconds else _real_time(moved, timedelta(seconds=float(self.seconds)))

    def negated(self) -> "Duration":
        """The same length backwards."""
        return Duration(-self.months, -self.days, -self.seconds)

    def plus(self, other: "Duration") -> "Duration":
        """Both lengths together."""
        return Duration(self.months + other.months, self.days + other.days, self.seconds + other.seconds)

    def rank(self) -> Decimal:
        """A number to compare lengths by, in seconds, a month taken as 30.436875 days."""
        return self.months * Decimal("2629746") + self.days * _DAY + self.seconds

    def parts(self) -> dict[str, int | Decimal]:
        """Years, months, days, hours, minutes and seconds as they are written."""
        hours, rest = divmod(self.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        years, months = divmod(self.months, 12)
        return {"years": years, "months": months, "days": self.days, "hours": int(hours), "minutes": int(minutes), "seconds": seconds}

    def __str__(self) -> str:
        """The ISO 8601 text."""
        return _text(self)


def _real_time(moment: datetime, delta: timedelta) -> datetime:
    zone = moment.tzinfo
    if zone is None:
        return moment + delta
    return (moment.astimezone(_UTC) + delta).astimezone(zone)


_UTC: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00").tzinfo


def add_months(moment: datetime, months: int) -> datetime:
    """The same day and time that many months later, or the last day of that month where it is shorter; OverflowError beyond year 9999."""
    if not months:
        return moment
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("year out of range")
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def parse_duration(text: str) -> Duration:
    """The duration written as `text`, such as `P1Y2M3DT4H5M6S`, `P2W` or `PT0.5H`; raises NotISO."""
    negative = text.startswith("-")
    body = text[1:] if negative else text
    weeks = _WEEKS.fullmatch(body)
    if weeks:
        duration = _parts(Decimal(0), Decimal(0), _decimal(weeks[1]) * 7, Decimal(0))
    else:
        match = _DURATION.fullmatch(body)
        if match is None or body.endswith("T") or body == "P":
            raise NotISO(text)
        years, months, days, hours, minutes, seconds = (_decimal(part) for part in match.groups())
        duration = _parts(years, months, days, hours * 3600 + minutes * 60 + seconds)
    return duration.negated() if negative else duration


def _decimal(part: str | None) -> Decimal:
    return Decimal(part.replace(",", ".")) if part else Decimal(0)


def _parts(years: Decimal, months: Decimal, days: Decimal, seconds: Decimal) -> Duration:
    total = years * 12 + months
    if total != int(total):
        raise NotISO("a part of a month has no length")
    whole_days = int(days)
    return Duration(int(total), whole_days, (days - whole_days) * _DAY + seconds)


def _text(duration: Duration) -> str:
    backwards = duration.rank() < 0
    parts = (duration.negated() if backwards else duration).parts()
    day_part = "".join(f"{parts[name]}{name[0].upper()}" for name in ("years", "months", "days") if parts[name])
    time_part = "".join(f"{Decimal(parts[name]).normalize():f}{name[0].upper()}" for name in ("hours", "minutes", "seconds") if parts[name])
    text = "P" + day_part + ("T" + time_part if time_part else "")
    return ("-" if backwards else "") + (text if len(text) > 1 else "PT0S")


def is_date(text: str) -> bool:
    """Whether the text has the form of an ISO date."""
    return len(text) == 10 and _DATE.fullmatch(text) is not None


def is_moment(text: str) -> bool:
    """Whether the text has the form of an ISO date and time."""
    return 16 <= len(text) <= 40 and _MOMENT.fullmatch(text) is not None


def parse_date(text: str) -> date:
    """The day written as `2026-05-04`; raises NotISO."""
    if not is_date(text):
        raise NotISO(text)
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise NotISO(text) from problem


def parse_moment(text: str) -> datetime:
    """The moment written as `2026-05-04T10:00[:00[.0]][Z|+08:00]`, without a zone when none is written; raises NotISO."""
    if not is_moment(text):
        raise NotISO(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError as problem:
        raise NotISO(text) from problem
