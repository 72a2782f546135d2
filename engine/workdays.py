"""Working days and working hours: weekdays, with the holidays and make-up days (调休) that the calendar names as exceptions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

MAX_WORKING_DAYS: Final = 10_000
MAX_WORKING_HOURS: Final = 50_000
_DAY: Final = timedelta(days=1)


class NotCountable(ValueError):
    """A number of working days or hours that is negative, not whole, or beyond the limits; `code` and `values` say which."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(f"{code} {values}")
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When the office works. `days` names only what differs from Monday to Friday; `version` tells recorded calendars apart."""

    days: Mapping[date, bool] = field(default_factory=dict)
    loaded_years: frozenset[int] = frozenset()
    timezone: str = "Asia/Shanghai"
    opens: time = time(8, 30)
    closes: time = time(17, 30)
    version: int = 0

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise NotCountable("office_hours", opens=self.opens.isoformat("minutes"), closes=self.closes.isoformat("minutes"))

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.timezone)

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on this day; a day of a year that is not loaded counts by its weekday."""
        return self.days.get(day, day.weekday() < 5)

    def uncertain(self, day: date) -> bool:
        """Whether the holidays of this day's year are not known."""
        return day.year not in self.loaded_years

    def add_working_days(self, moment: datetime, count: int) -> datetime:
        """Closing time of the `count`-th working day after the day of `moment`; with 0 of that day, or of the next while it is over.

        Raises NotCountable for a negative or excessive count, or beyond the year 9999.
        """
        if not 0 <= count <= MAX_WORKING_DAYS:
            raise NotCountable("working_days", count=count, maximum=MAX_WORKING_DAYS)
        start = self._local(moment)
        if count == 0:
            day = start.date() if start.time() <= self.closes else self._following(start.date())
            return self._at(self._working_from(day), self.closes)
        day = start.date()
        for _ in range(count):
            day = self._working_from(self._following(day))
        return self._at(day, self.closes)

    def add_working_hours(self, moment: datetime, hours: int | Decimal) -> datetime:
        """The moment when so many hours of office time have passed. Raises NotCountable as `add_working_days` does."""
        if not 0 <= hours <= MAX_WORKING_HOURS:
            raise NotCountable("working_hours", count=str(hours), maximum=MAX_WORKING_HOURS)
        day, at = self._next_office_time(self._local(moment))
        left = timedelta(microseconds=int(Decimal(hours) * 3_600_000_000))
        while True:
            closing = datetime.combine(day, self.closes)
            start = datetime.combine(day, at)
            if start + left <= closing:
                return self._at(day, (start + left).time())
            left -= closing - start
            day, at = self._working_from(self._following(day)), self.opens

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after the day `start` up to and with the day `end`; negative when `end` lies before."""
        first, last = self._day(start), self._day(end)
        if last < first:
            return -self.working_days_between(last, first)
        weeks, rest = divmod((last - first).days, 7)
        count = weeks * 5 + sum((first + _DAY * offset).weekday() < 5 for offset in range(1, rest + 1))
        for day, works in self.days.items():
            if first < day <= last:
                count += works - (day.weekday() < 5)
        return count

    def to_document(self) -> dict[str, Any]:
        """The calendar as a JSON object."""
        return {
            "days": {day.isoformat(): works for day, works in sorted(self.days.items())},
            "loaded_years": sorted(self.loaded_years),
            "timezone": self.timezone,
            "opens": self.opens.isoformat("minutes"),
            "closes": self.closes.isoformat("minutes"),
            "version": self.version,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "WorkCalendar":
        """The calendar that `to_document` wrote."""
        return cls(
            days={date.fromisoformat(day): works for day, works in document["days"].items()},
            loaded_years=frozenset(document["loaded_years"]),
            timezone=document["timezone"],
            opens=time.fromisoformat(document["opens"]),
            closes=time.fromisoformat(document["closes"]),
            version=document["version"],
        )

    def _local(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=self.zone) if moment.tzinfo is None else moment.astimezone(self.zone)

    def _day(self, moment: date) -> date:
        return self._local(moment).date() if isinstance(moment, datetime) else moment

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone)

    def _following(self, day: date) -> date:
        try:
            return day + _DAY
        except OverflowError as problem:
            raise NotCountable("time_too_far") from problem

    def _working_from(self, day: date) -> date:
        while not self.is_working_day(day):
            day = self._following(day)
        return day

    def _next_office_time(self, moment: datetime) -> tuple[date, time]:
        day, at = moment.date(), moment.time()
        if self.is_working_day(day) and at <= self.closes:
            return day, max(at, self.opens)
        return self._working_from(self._following(day)), self.opens
