"""Which days the office works: holidays and make-up days (调休), stored with versions.

Every change makes a new version of the whole calendar; older versions stay, so that a step of the past can be counted again as it
was. The first source is the package chinesecalendar; a year that it does not know yet is published by an administrator.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from weakref import WeakKeyDictionary

from chinese_calendar import constants
from sqlalchemy import Engine, func, select

from engine.workdays import WorkCalendar
from processes import acts, clock, settings
from processes.actors import Actor
from processes.db import connection, db, reading, transaction
from processes.errors import Conflict, Invalid
from processes.models import CalendarDay, CalendarYear
from processes.people import texts
from processes.prepared import Prepared

SOURCE = "chinesecalendar"
KEEPER = frozenset({"system_admin"})
YEARS = range(2000, 2100)
MAKE_UP = "调休上班"
#: each start asks it
_newest_version = Prepared(select(func.coalesce(func.max(CalendarYear.version), 0).label("version")))


@dataclass(frozen=True)
class YearFacts:
    """A loaded year: the version that last changed it, where it came from."""

    year: int
    version: int
    source: str
    loaded_at: datetime


@dataclass(frozen=True)
class DayFacts:
    """A day that is not what its weekday says."""

    day: date
    works: bool
    name: str


def known_years() -> frozenset[int]:
    """The years that the package knows."""
    return frozenset(day.year for day in constants.holidays)


def _package_days(year: int) -> dict[date, tuple[bool, str]]:
    """The exceptions of a year as the package has them: {day: (works, name)}."""
    off = {day: (False, _chinese(name)) for day, name in constants.holidays.items() if day.year == year and day.weekday() < 5}
    on = {day: (True, f"{_chinese(name)}{MAKE_UP}") for day, name in constants.workdays.items() if day.year == year and day.weekday() >= 5}
    return off | on


_HOLIDAYS: dict[str, str] = {holiday.value: holiday.chinese for holiday in constants.Holiday}


def _chinese(name: str) -> str:
    return _HOLIDAYS.get(name, name)


def ensure_loaded(*, actor: Actor) -> list[int]:
    """Load the years that the package knows and the tables do not; returns them. A year that is there stays as it was edited."""
    with reading():
        missing = known_years() - _loaded_years()
    if not missing:
        return []
    with transaction():
        acts.lock()
        missing = known_years() - _loaded_years()
        if missing:
            version = _version() + 1
            for year in sorted(missing):
                _write_year(year, _package_days(year), version, SOURCE)
            acts.record("calendar_loaded", None, actor=actor, details={"years": sorted(missing), "version": version})
    return sorted(missing)


def _loaded_years() -> frozenset[int]:
    return frozenset(db.session.scalars(select(CalendarYear.year)))


def _version() -> int:
    found = _newest_version.first(connection(), {})
    return int(found["version"]) if found else 0


def _write_year(year: int, days: Mapping[date, tuple[bool, str]], version: int, source: str) -> None:
    row = db.session.get(CalendarYear, year) or CalendarYear(year=year)
    row.version, row.source, row.loaded_at = version, source, clock.now()
    db.session.add(row)
    db.session.add_all(CalendarDay(day=day, version=version, works=works, name=name) for day, (works, name) in days.items())
    db.session.flush()


def publish_year(year: int, days: Mapping[date, tuple[bool, str]], *, source: str, actor: Actor) -> int:
    """Publish the exceptions of a year, in place of those known so far, and return the new version.

    `days`: {day: (works, name)}, `source`: the announcement it rests on. Needs a system administrator; raises Invalid.
    """
    acts.require_role(actor, KEEPER, "calendar_published", str(year))
    wanted = {day: (works, texts.name(name, "name")) for day, (works, name) in days.items()}
    if year not in YEARS or any(day.year != year for day in wanted):
        raise Invalid("field_invalid", fields={"days": [f"日期要在 {year} 年内，年份要在 {YEARS.start} 到 {YEARS.stop - 1} 之间。"]})
    source = texts.name(source, "source", longest=200)
    with transaction():
        acts.lock()
        version = _version() + 1
        dropped = {day: (_by_weekday(day), "") for day in _at(version - 1) if day.year == year}
        _write_year(year, dropped | wanted, version, source)
        acts.record("calendar_published", str(year), actor=actor, details={"version": version, "source": source, "days": len(wanted)})
    return version


def set_day(day: date, works: bool, name: str, *, actor: Actor) -> int:
    """Say whether the office works on a day, and return the new version. Needs a system administrator.

    Raises Conflict("year_not_loaded") for a day of a year that has not been published, Invalid.
    """
    acts.require_role(actor, KEEPER, "calendar_changed", day.isoformat())
    name = texts.name(name, "name")
    with transaction():
        acts.lock()
        year = db.session.get(CalendarYear, day.year)
        if year is None:
            raise Conflict("year_not_loaded", year=day.year)
        version = _version() + 1
        year.version = version
        db.session.add(CalendarDay(day=day, version=version, works=works, name=name))
        acts.record("calendar_changed", day.isoformat(), actor=actor, details={"works": works, "name": name, "version": version})
    return version


def _by_weekday(day: date) -> bool:
    return day.weekday() < 5


def _at(version: int) -> dict[date, CalendarDay]:
    """The newest row of each day that is not younger than a version."""
    query = select(CalendarDay).where(CalendarDay.version <= version).order_by(CalendarDay.day, CalendarDay.version)
    return {row.day: row for row in db.session.scalars(query)}


def work_calendar(version: int | None = None) -> WorkCalendar:
    """The calendar of a version (None: the present one) with the office's hours and time zone."""
    if version is None:
        with reading():
            version = _version()
    wanted = (version, settings.current().office)
    known = _known.setdefault(db.engine, {})
    found = known.get(wanted)
    if found is None:
        found = known[wanted] = _read(*wanted)
    return found


#: rows of a version never change, so each is read once a database
_known: WeakKeyDictionary[Engine, dict[tuple[int, settings.Office], WorkCalendar]] = WeakKeyDictionary()


def _read(version: int, office: settings.Office) -> WorkCalendar:
    with reading():
        rows = _at(version)
        years = _loaded_years()
    return WorkCalendar(
        days={day: row.works for day, row in rows.items() if row.works != _by_weekday(day)},
        loaded_years=years,
        timezone=office.timezone.key,
        opens=office.opens,
        closes=office.closes,
        version=version,
    )


def years_missing(*moments: date | datetime | None) -> list[int]:
    """The years among these days or moments whose holidays are not loaded: what falls there is counted by weekday alone."""
    calendar = work_calendar()
    days = [moment.astimezone(calendar.zone).date() if isinstance(moment, datetime) else moment for moment in moments if moment]
    return sorted({day.year for day in days if calendar.uncertain(day)})


def years() -> list[YearFacts]:
    """The loaded years, newest first."""
    with reading():
        rows = db.session.scalars(select(CalendarYear).order_by(CalendarYear.year.desc()))
        return [YearFacts(year=row.year, version=row.version, source=row.source, loaded_at=row.loaded_at) for row in rows]


def exceptions(year: int) -> list[DayFacts]:
    """The days of a year that are not what their weekday says, in order."""
    with reading():
        rows: Iterable[CalendarDay] = _at(_version()).values()
        days = [DayFacts(day=row.day, works=row.works, name=row.name) for row in rows if row.day.year == year]
    return sorted((facts for facts in days if facts.works != _by_weekday(facts.day)), key=lambda facts: facts.day)
