"""The office's calendar: where it comes from, its versions, editing, years that are missing."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from processes.actors import SYSTEM, Actor
from processes.calendar import days
from processes.db import db
from processes.errors import Conflict, Invalid, NotAllowed
from processes.models import CalendarDay
from processes.people import directory
from processes.settings import Settings


@pytest.fixture(scope="module")
def known(shared_office: Settings) -> Settings:
    """An office with a calendar that no test changes."""
    days.ensure_loaded(actor=SYSTEM)
    return shared_office


@pytest.fixture
def loaded(office: Settings) -> Settings:
    days.ensure_loaded(actor=SYSTEM)
    return office


def admin() -> Actor:
    return directory.actor("info_admin")


def test_the_package_knows_the_years_until_this_one() -> None:
    assert set(range(2004, 2027)) <= days.known_years()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 2, 17), False),
        (date(2026, 2, 14), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 3), False),
        (date(2026, 11, 23), True),
        (date(2026, 11, 22), False),
        (date(2025, 10, 1), False),
    ],
)
def test_holidays_are_free_and_make_up_days_are_not(known: Settings, day: date, works: bool) -> None:
    assert days.work_calendar().is_working_day(day) is works


def test_loading_again_changes_nothing(known: Settings) -> None:
    rows = db.session.scalar(select(func.count()).select_from(CalendarDay))
    version = days.work_calendar().version
    assert days.ensure_loaded(actor=SYSTEM) == []
    assert (db.session.scalar(select(func.count()).select_from(CalendarDay)), days.work_calendar().version) == (rows, version)


def test_days_have_chinese_names(known: Settings) -> None:
    named = {facts.day: facts for facts in days.exceptions(2026)}
    assert (named[date(2026, 10, 1)].name, named[date(2026, 10, 1)].works) == ("国庆节", False)
    assert named[date(2026, 2, 14)].name == "春节调休上班"
    assert all(facts.works == (facts.day.weekday() >= 5) for facts in named.values())


def test_an_office_without_calendar_counts_weekdays_and_is_certain_of_nothing(office: Settings) -> None:
    calendar = days.work_calendar()
    assert calendar.version == 0
    assert calendar.is_working_day(date(2026, 10, 1))
    assert calendar.uncertain(date(2026, 10, 1))


def test_editing_a_day_makes_a_version_and_keeps_the_old_one(loaded: Settings) -> None:
    before = days.work_calendar()
    version = days.set_day(date(2026, 12, 1), False, "停电检修", actor=admin())
    after = days.work_calendar()
    assert (before.version, after.version) == (1, version)
    assert (before.is_working_day(date(2026, 12, 1)), after.is_working_day(date(2026, 12, 1))) == (True, False)
    assert days.work_calendar(version=1).is_working_day(date(2026, 12, 1))
    again = days.set_day(date(2026, 12, 1), True, "取消停电", actor=admin())
    assert [days.work_calendar(version=number).is_working_day(date(2026, 12, 1)) for number in (1, version, again)] == [True, False, True]
    assert date(2026, 12, 1) not in [facts.day for facts in days.exceptions(2026)]


def test_a_day_of_a_year_that_is_not_published_is_refused(known: Settings) -> None:
    with pytest.raises(Conflict) as refusal:
        days.set_day(date(2031, 1, 2), False, "元旦", actor=admin())
    assert refusal.value.code == "year_not_loaded"
    with pytest.raises(Invalid):
        days.set_day(date(2026, 12, 1), False, "", actor=admin())


def test_a_year_is_published_and_published_again(loaded: Settings) -> None:
    first = days.publish_year(
        2027, {date(2027, 1, 1): (False, "元旦"), date(2027, 1, 2): (True, "元旦调休上班")}, source="通知一", actor=admin()
    )
    second = days.publish_year(2027, {date(2027, 1, 1): (False, "元旦")}, source="通知二", actor=admin())
    saturday = date(2027, 1, 2)
    assert [days.work_calendar(version=number).is_working_day(saturday) for number in (first, second)] == [True, False]
    assert next((year.year, year.source, year.version) for year in days.years()) == (2027, "通知二", second)
    assert days.years_missing(date(2027, 6, 1)) == []


@pytest.mark.parametrize(("year", "day"), [(2027, date(2028, 1, 1)), (1999, date(1999, 1, 1)), (2100, date(2100, 1, 1))])
def test_a_year_takes_only_its_own_days(known: Settings, year: int, day: date) -> None:
    with pytest.raises(Invalid):
        days.publish_year(year, {day: (False, "元旦")}, source="通知", actor=admin())


@pytest.mark.parametrize("login", ["clerk_finance", "security_admin"])
def test_only_a_system_administrator_edits_the_calendar(known: Settings, login: str) -> None:
    with pytest.raises(NotAllowed):
        days.set_day(date(2026, 12, 1), False, "x", actor=directory.actor(login))
    with pytest.raises(NotAllowed):
        days.publish_year(2027, {}, source="x", actor=directory.actor(login))


def test_a_due_date_in_a_year_that_is_not_loaded_is_named(known: Settings) -> None:
    missing = next(year for year in range(2026, 2040) if year not in days.known_years())
    last_evening = datetime(missing - 1, 12, 31, 15, 59, tzinfo=UTC)
    assert days.years_missing(last_evening) == []
    assert days.years_missing(last_evening.replace(hour=16)) == [missing]
    assert days.years_missing(None, date(missing, 3, 1), date(missing + 1, 1, 1), date(2026, 1, 1)) == [missing, missing + 1]


def test_hours_and_zone_are_settings(make_office) -> None:
    make_office(OFFICE__OPENS="09:00", OFFICE__CLOSES="17:00")
    calendar = days.work_calendar()
    assert (calendar.opens.isoformat(), calendar.closes.isoformat(), calendar.timezone) == ("09:00:00", "17:00:00", "Asia/Shanghai")


def test_a_calendar_is_read_once_a_version(known: Settings) -> None:
    assert days.work_calendar() is days.work_calendar()
