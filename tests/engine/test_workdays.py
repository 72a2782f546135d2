"""Working days and hours: weekends, holidays, make-up Saturdays, and what holds for any calendar."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import values
from engine.workdays import NotCountable, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")

# May Day 2026: off from 1 to 5 May, made up for on Saturday 9 May
MAY_DAY = WorkCalendar(
    days={date(2026, 5, day): False for day in (1, 4, 5)} | {date(2026, 5, 9): True},
    loaded_years=frozenset({2026}),
    version=3,
)


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=SHANGHAI)


def closing(day: int) -> datetime:
    return at(day, 17, 30)


def test_weekdays_work_and_weekends_do_not() -> None:
    assert WorkCalendar().is_working_day(date(2026, 5, 8))
    assert not WorkCalendar().is_working_day(date(2026, 5, 9))


def test_a_holiday_is_off_and_a_make_up_saturday_is_on() -> None:
    assert not MAY_DAY.is_working_day(date(2026, 5, 4))
    assert MAY_DAY.is_working_day(date(2026, 5, 9))
    assert not MAY_DAY.is_working_day(date(2026, 5, 10))


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (at(6), 1, closing(7)),
        (at(6, 20), 1, closing(7)),
        (at(6, 0), 3, closing(9)),
        (at(6), 4, closing(11)),
        (at(1), 1, closing(6)),
        (at(3), 2, closing(7)),
        (datetime(2026, 4, 30, 10, tzinfo=SHANGHAI), 1, closing(6)),
        (at(6), 0, closing(6)),
        (at(6, 17, 30), 0, closing(6)),
        (at(6, 18), 0, closing(7)),
        (at(4), 0, closing(6)),
        (at(10), 0, closing(11)),
    ],
)
def test_so_many_working_days_later_at_closing_time(start: datetime, count: int, due: datetime) -> None:
    assert MAY_DAY.add_working_days(start, count) == due


def test_the_day_is_the_one_in_the_office() -> None:
    late_in_utc = datetime(2026, 5, 6, 17, 0, tzinfo=UTC)
    assert MAY_DAY.add_working_days(late_in_utc, 1) == closing(8)
    assert MAY_DAY.add_working_days(late_in_utc.replace(tzinfo=None), 1) == closing(7)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (at(6, 10), 4, at(6, 14)),
        (at(6, 16), 4, at(7, 11)),
        (at(6, 6), 1, at(6, 9, 30)),
        (at(6, 20), 1, at(7, 9, 30)),
        (at(9, 17), 1, at(11, 9)),
        (at(4), 9, closing(6)),
        (at(6, 8, 30), 9, closing(6)),
        (at(6, 8, 30), 18, closing(7)),
        (at(6, 10), Decimal("0.5"), at(6, 10, 30)),
        (at(6, 10), 0, at(6, 10)),
        (at(4, 10), 0, at(6, 8, 30)),
        (at(6, 17, 30), 0, closing(6)),
    ],
)
def test_so_many_working_hours_later(start: datetime, hours: int | Decimal, due: datetime) -> None:
    assert MAY_DAY.add_working_hours(start, hours) == due


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2026, 4, 30), date(2026, 5, 6), 1),
        (date(2026, 4, 30), date(2026, 5, 5), 0),
        (date(2026, 5, 6), date(2026, 5, 6), 0),
        (date(2026, 5, 6), date(2026, 5, 11), 4),
        (date(2026, 5, 11), date(2026, 5, 6), -4),
        (at(6, 23), at(7, 0), 1),
    ],
)
def test_working_days_between_two_days(start: date, end: date, count: int) -> None:
    assert MAY_DAY.working_days_between(start, end) == count


def test_a_day_of_a_year_that_is_not_loaded_is_uncertain() -> None:
    assert MAY_DAY.uncertain(date(2027, 1, 1))
    assert not MAY_DAY.uncertain(date(2026, 12, 31))


@pytest.mark.parametrize("count", [-1, 10_001, 10**30])
def test_a_count_out_of_range_is_refused(count: int) -> None:
    with pytest.raises(NotCountable) as refusal:
        MAY_DAY.add_working_days(at(6), count)
    assert refusal.value.code == "working_days"


@pytest.mark.parametrize("hours", [-1, Decimal("-0.5"), 50_001])
def test_hours_out_of_range_are_refused(hours: int | Decimal) -> None:
    with pytest.raises(NotCountable) as refusal:
        MAY_DAY.add_working_hours(at(6), hours)
    assert refusal.value.code == "working_hours"


def test_beyond_the_last_year_is_refused() -> None:
    with pytest.raises(NotCountable) as refusal:
        MAY_DAY.add_working_days(datetime(9999, 12, 30, 12, tzinfo=SHANGHAI), 5)
    assert refusal.value.code == "time_too_far"


def test_an_office_opens_before_it_closes() -> None:
    with pytest.raises(NotCountable):
        WorkCalendar(opens=time(18), closes=time(9))


def test_a_calendar_is_the_same_after_json() -> None:
    assert WorkCalendar.from_document(values.loads(values.dumps(MAY_DAY.to_document()))) == MAY_DAY


DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
CALENDARS = st.dictionaries(DAYS, st.booleans(), max_size=40).map(lambda days: WorkCalendar(days=days))
MOMENTS = st.builds(datetime.combine, DAYS, st.times(), st.sampled_from([UTC, SHANGHAI]))


@given(CALENDARS, MOMENTS, st.integers(0, 60))
@settings(deadline=None)
def test_the_result_is_a_working_day_and_not_before(calendar: WorkCalendar, moment: datetime, count: int) -> None:
    due = calendar.add_working_days(moment, count)
    assert calendar.is_working_day(due.date())
    assert due.time() == calendar.closes
    assert due >= moment


@given(CALENDARS, MOMENTS, st.integers(1, 60))
@settings(deadline=None)
def test_between_undoes_adding(calendar: WorkCalendar, moment: datetime, count: int) -> None:
    assert calendar.working_days_between(moment, calendar.add_working_days(moment, count)) == count


@given(CALENDARS, MOMENTS, st.integers(0, 30), st.integers(0, 30))
@settings(deadline=None)
def test_more_days_are_never_earlier(calendar: WorkCalendar, moment: datetime, fewer: int, more: int) -> None:
    assert calendar.add_working_days(moment, fewer) <= calendar.add_working_days(moment, fewer + more)


@given(CALENDARS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)), st.integers(0, 30))
@settings(deadline=None)
def test_starting_later_never_ends_earlier(calendar: WorkCalendar, moment: datetime, delay: timedelta, count: int) -> None:
    assert calendar.add_working_days(moment, count) <= calendar.add_working_days(moment + delay, count)
    assert calendar.add_working_hours(moment, count) <= calendar.add_working_hours(moment + delay, count)


@given(CALENDARS, MOMENTS, st.integers(1, 20), st.integers(0, 20))
@settings(deadline=None)
def test_days_add_up(calendar: WorkCalendar, moment: datetime, first: int, second: int) -> None:
    assert calendar.add_working_days(calendar.add_working_days(moment, first), second) == calendar.add_working_days(moment, first + second)


@given(CALENDARS, MOMENTS, st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
@settings(deadline=None)
def test_hours_add_up_and_end_in_office_time(calendar: WorkCalendar, moment: datetime, first: Decimal, second: Decimal) -> None:
    due = calendar.add_working_hours(moment, first)
    assert calendar.is_working_day(due.date())
    assert calendar.opens <= due.time() <= calendar.closes
    assert calendar.add_working_hours(due, second) == calendar.add_working_hours(moment, first + second)


@given(CALENDARS, DAYS, DAYS)
@settings(deadline=None)
def test_between_counts_the_working_days_one_by_one(calendar: WorkCalendar, start: date, end: date) -> None:
    first, last = min(start, end), min(max(start, end), min(start, end) + timedelta(days=100))
    days = [first + timedelta(days=offset) for offset in range(1, (last - first).days + 1)]
    assert calendar.working_days_between(first, last) == sum(calendar.is_working_day(day) for day in days)
    assert calendar.working_days_between(last, first) == -calendar.working_days_between(first, last)
