"""Times of timers and due dates: ISO 8601 as diagrams hold it, expressions, cycles, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import values
from engine.expressions import ExpressionFailed, ExpressionRefused, office_functions
from engine.expressions.codes import sentence
from engine.expressions.durations import Duration, NotISO, parse_duration
from engine.time_words import WORDS
from engine.times import Due, TimeRefused, check_time, parse_time, resolve
from engine.workdays import WorkCalendar

CALENDAR = WorkCalendar()
#: a Monday, 10:00 in the office
NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)


def due_at(kind: str, value: Any, now: datetime = NOW) -> str:
    return parse_time(kind, value, now=now, calendar=CALENDAR).due_at


def resolved(kind: str, text: str, **variables: Any) -> str:
    return resolve(kind, text, variables, office_functions(NOW, CALENDAR), now=NOW, calendar=CALENDAR).due_at


DURATIONS = [
    ("PT1H", "2026-05-04T03:00:00Z"),
    ('"PT1H"', "2026-05-04T03:00:00Z"),
    ("'PT1H'", "2026-05-04T03:00:00Z"),
    (" PT1H\n", "2026-05-04T03:00:00Z"),
    ("PT0S", "2026-05-04T02:00:00Z"),
    ("PT36H", "2026-05-05T14:00:00Z"),
    ("PT0.5H", "2026-05-04T02:30:00Z"),
    ("PT0,5H", "2026-05-04T02:30:00Z"),
    ("PT10S", "2026-05-04T02:00:10Z"),
    ("PT0.25S", "2026-05-04T02:00:00.250000Z"),
    ("P1D", "2026-05-05T02:00:00Z"),
    ("P1.5D", "2026-05-05T14:00:00Z"),
    ("P2W", "2026-05-18T02:00:00Z"),
    ("P1M", "2026-06-04T02:00:00Z"),
    ("P1Y", "2027-05-04T02:00:00Z"),
    ("P1Y2M3DT4H5M6S", "2027-07-07T06:05:06Z"),
    ("P100Y", "2126-05-04T02:00:00Z"),
]


@pytest.mark.parametrize(("text", "expected"), DURATIONS, ids=[text for text, _ in DURATIONS])
def test_a_duration_counts_from_now(text: str, expected: str) -> None:
    assert due_at("duration", text) == expected
    assert due_at("due", text) == expected


def test_months_are_the_calendar_s() -> None:
    last_of_january = datetime(2026, 1, 31, 2, 0, tzinfo=UTC)
    assert due_at("duration", "P1M", last_of_january) == "2026-02-28T02:00:00Z"
    assert due_at("duration", "P1M", datetime(2024, 1, 31, tzinfo=UTC)) == "2024-02-29T00:00:00Z"
    assert due_at("duration", "P1Y", datetime(2024, 2, 29, tzinfo=UTC)) == "2025-02-28T00:00:00Z"


def test_a_day_is_the_same_time_of_the_next_day_and_24_hours_are_not() -> None:
    berlin = WorkCalendar(timezone="Europe/Berlin")
    before_summer = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)
    assert parse_time("duration", "P1D", now=before_summer, calendar=berlin).due_at == "2026-03-29T10:00:00Z"
    assert parse_time("duration", "PT24H", now=before_summer, calendar=berlin).due_at == "2026-03-29T11:00:00Z"


DATES = [
    ("2026-05-05", "2026-05-04T16:00:00Z"),
    ("2026-05-05T09:00:00", "2026-05-05T01:00:00Z"),
    ("2026-05-05T09:00", "2026-05-05T01:00:00Z"),
    ("2026-05-05 09:00", "2026-05-05T01:00:00Z"),
    ("2026-05-05T09:00:00Z", "2026-05-05T09:00:00Z"),
    ("2026-05-05T09:00:00.5+02:00", "2026-05-05T07:00:00.500000Z"),
    ("2026-05-05T09:00:00+0200", "2026-05-05T07:00:00Z"),
    ("'2026-05-05'", "2026-05-04T16:00:00Z"),
    ("2000-01-01", "1999-12-31T16:00:00Z"),
]


@pytest.mark.parametrize(("text", "expected"), DATES, ids=[text for text, _ in DATES])
def test_a_date_without_a_zone_is_the_office_s(text: str, expected: str) -> None:
    assert due_at("date", text) == expected


def test_a_due_day_ends_when_the_office_closes() -> None:
    assert due_at("due", "2026-05-05") == "2026-05-05T09:30:00Z"
    assert due_at("due", date(2026, 5, 5)) == "2026-05-05T09:30:00Z"
    assert due_at("due", "2026-05-05T08:00") == "2026-05-05T00:00:00Z"


def test_a_value_may_be_a_date_or_a_moment() -> None:
    assert due_at("date", date(2026, 5, 5)) == "2026-05-04T16:00:00Z"
    assert due_at("duration", datetime(2026, 5, 5, 9, tzinfo=UTC)) == "2026-05-05T09:00:00Z"
    assert due_at("date", datetime(2026, 5, 5, 9)) == "2026-05-05T01:00:00Z"  # noqa: DTZ001


EXPRESSIONS = [
    ("due", "workdays(3)", "2026-05-07T09:30:00Z"),
    ("due", "${workdays(3)}", "2026-05-07T09:30:00Z"),
    ("due", "=workdays(3)", "2026-05-07T09:30:00Z"),
    ("duration", "${workhours(4)}", "2026-05-04T06:00:00Z"),
    ("duration", "wait", "2026-05-04T04:00:00Z"),
    ("duration", "${wait}", "2026-05-04T04:00:00Z"),
    ("duration", "PT${hours}H", "2026-05-04T05:00:00Z"),
    ("date", "deadline", "2026-06-01T01:00:00Z"),
    ("date", "${deadline}", "2026-06-01T01:00:00Z"),
    ("date", '=date(day) + duration("P1D")', "2026-06-01T16:00:00Z"),
    ("due", "${dateTime().plusWeeks(1).toDate()}", "2026-05-11T02:00:00Z"),
    ("due", "day", "2026-06-01T09:30:00Z"),
    ("cycle", "R3/PT${hours}H", "2026-05-04T05:00:00Z"),
    ("cycle", "${cycle}", "2026-05-05T02:00:00Z"),
]


@pytest.mark.parametrize(("kind", "text", "expected"), EXPRESSIONS, ids=[f"{kind} {text}" for kind, text, _ in EXPRESSIONS])
def test_an_expression_gives_the_time(kind: str, text: str, expected: str) -> None:
    assert resolved(kind, text, wait="PT2H", hours=3, deadline="2026-06-01T09:00:00", day="2026-06-01", cycle="R/P1D") == expected
    check_time(kind, text, calendar=CALENDAR)


def occurrences(text: str, limit: int = 5, now: datetime = NOW) -> list[str]:
    """The first times of a cycle, each asked for when the one before has come."""
    found = []
    due: Due | None = parse_time("cycle", text, now=now, calendar=CALENDAR)
    while due is not None and len(found) < limit:
        found.append(due.due_at)
        due = Due.from_document(values.loads(values.dumps(due.to_document()))).following(due.moment, CALENDAR)
    return found


CYCLES = [
    ("R3/PT10H", ["2026-05-04T12:00:00Z", "2026-05-04T22:00:00Z", "2026-05-05T08:00:00Z"]),
    ('"R1/PT1H"', ["2026-05-04T03:00:00Z"]),
    ("R/P1D", [f"2026-05-{day:02}T02:00:00Z" for day in range(5, 10)]),
    ("R2/2026-05-05T09:00/P1D", ["2026-05-05T01:00:00Z", "2026-05-06T01:00:00Z"]),
    ("R/2026-01-31T08:00/P1M", [f"2026-{month}T00:00:00Z" for month in ("05-31", "06-30", "07-31", "08-31", "09-30")]),
    ("R3/2026-05-03T10:30/P1D", ["2026-05-04T02:30:00Z", "2026-05-05T02:30:00Z"]),
    ("R3/P1D/2026-05-10T00:00Z", ["2026-05-08T00:00:00Z", "2026-05-09T00:00:00Z", "2026-05-10T00:00:00Z"]),
    ("R/P1D/2026-05-06T00:00Z", ["2026-05-05T00:00:00Z", "2026-05-06T00:00:00Z"]),
    ("R9/P1D/2026-05-06T00:00Z", ["2026-05-05T00:00:00Z", "2026-05-06T00:00:00Z"]),
    ("R3/workdays(1)", ["2026-05-05T09:30:00Z", "2026-05-06T09:30:00Z", "2026-05-07T09:30:00Z"]),
    ("R2/workhours(4)", ["2026-05-04T06:00:00Z", "2026-05-05T01:00:00Z"]),
    ("R2/PT1S", ["2026-05-04T02:00:01Z", "2026-05-04T02:00:02Z"]),
]


@pytest.mark.parametrize(("text", "expected"), CYCLES, ids=[text for text, _ in CYCLES])
def test_a_cycle_comes_as_often_as_it_says(text: str, expected: list[str]) -> None:
    assert occurrences(text) == expected


def test_a_standstill_ends_with_one_occurrence_not_a_storm() -> None:
    due = parse_time("cycle", "R/PT1H", now=NOW, calendar=CALENDAR)
    woken = NOW + timedelta(days=30, minutes=5)
    following = due.following(woken, CALENDAR)
    assert following is not None
    assert following.moment == NOW + timedelta(days=30, hours=1)


def test_a_counted_cycle_keeps_its_count_however_late_it_comes() -> None:
    due = parse_time("cycle", "R3/PT1S", now=NOW, calendar=CALENDAR)
    following = due.following(NOW + timedelta(seconds=5.5), CALENDAR)
    assert following is not None
    assert (following.moment, following.remaining) == (NOW + timedelta(seconds=6), 1)
    last = following.following(NOW + timedelta(hours=9), CALENDAR)
    assert last is not None
    assert last.remaining == 0
    assert last.following(NOW + timedelta(hours=10), CALENDAR) is None


def test_a_cycle_with_an_end_does_not_come_after_it() -> None:
    due = parse_time("cycle", "R3/PT1H/2026-05-04T06:00:00Z", now=NOW, calendar=CALENDAR)
    following = due.following(datetime(2026, 5, 4, 5, 30, tzinfo=UTC), CALENDAR)
    assert following is not None
    assert (following.moment, following.remaining) == (datetime(2026, 5, 4, 6, tzinfo=UTC), 0)
    assert due.following(datetime(2026, 5, 4, 6, 1, tzinfo=UTC), CALENDAR) is None


def test_a_century_of_minutes_is_passed_over_at_once() -> None:
    due = parse_time("cycle", "R/PT1M", now=NOW, calendar=CALENDAR)
    following = due.following(NOW + timedelta(days=36_000, seconds=30), CALENDAR)
    assert following is not None
    assert following.moment == NOW + timedelta(days=36_000, minutes=1)


def test_a_single_time_has_nothing_after_it() -> None:
    due = parse_time("duration", "PT1H", now=NOW, calendar=CALENDAR)
    assert due.following(NOW, CALENDAR) is None
    assert due.to_document() == {"due_at": "2026-05-04T03:00:00Z"}


REFUSED = [
    ("duration", "", "no_time"),
    ("duration", "PTXH", "bad_duration"),
    ("duration", "PT", "bad_duration"),
    ("duration", "P1H", "bad_duration"),
    ("duration", "P1W2D", "bad_duration"),
    ("duration", "P0.5M", "bad_duration"),
    ("duration", "PT1H30", "bad_duration"),
    ("duration", "-PT1H", "negative_time"),
    ("duration", "P101Y", "time_too_far"),
    ("duration", "P999999999Y", "time_too_far"),
    ("duration", "PT999999999H", "time_too_far"),
    ("duration", "P999999999W", "time_too_far"),
    ("duration", "R3/PT1H", "bad_duration"),
    ("date", "P1D", "bad_date"),
    ("date", "2026-13-01", "bad_date"),
    ("date", "2026-02-30", "bad_date"),
    ("date", "2026-05-05T25:00", "bad_date"),
    ("date", "2026-05-05T09:00:00[Asia/Shanghai]", "bad_date"),
    ("date", "9999-12-31", "time_too_far"),
    ("date", "2327-01-01", "time_too_far"),
    ("due", "2026-05", "bad_due"),
    ("cycle", "PT1H", "bad_cycle"),
    ("cycle", "R/", "bad_cycle"),
    ("cycle", "R0/PT1H", "repeats"),
    ("cycle", "R10001/PT1H", "repeats"),
    ("cycle", "R/PT0.5S", "period_too_short"),
    ("cycle", "R3/PT0.5S", "period_too_short"),
    ("cycle", "R3/PT0S", "period_too_short"),
    ("cycle", "R/workdays(0)", "period_too_short"),
    ("cycle", "R3/-PT1H", "negative_time"),
    ("cycle", "R3/P1X", "bad_duration"),
    ("cycle", "R3/tomorrow/P1D", "bad_date"),
    ("cycle", "0 0 9 1 * 2", "cron"),
    ("cycle", "*/5 * * * *", "cron"),
    ("cycle", "R2/P200Y", "time_too_far"),
]


@pytest.mark.parametrize(("kind", "text", "code"), REFUSED, ids=[f"{kind} {text}" for kind, text, _ in REFUSED])
def test_what_is_no_time_is_refused_at_deployment_and_when_it_is_due(kind: str, text: str, code: str) -> None:
    with pytest.raises(TimeRefused) as refusal:
        check_time(kind, text, calendar=CALENDAR)
    assert refusal.value.code == code
    with pytest.raises(TimeRefused):
        resolved(kind, text)
    for language in ("zh", "en"):
        assert "…" not in "".join(sentence(code, refusal.value.values, language, WORDS))


@pytest.mark.parametrize("text", ["R2/2020-01-01/P1D", "R2/P1D/2020-01-01"])
def test_a_cycle_that_is_over_is_refused_only_when_it_starts(text: str) -> None:
    check_time("cycle", text, calendar=CALENDAR)
    with pytest.raises(TimeRefused) as refusal:
        resolved("cycle", text)
    assert refusal.value.code == "cycle_over"


@pytest.mark.parametrize("value", [None, "", "  ", 5, True, [], {}])
@pytest.mark.parametrize("kind", ["duration", "date", "cycle", "due"])
def test_an_expression_that_gives_no_time_is_refused(kind: str, value: Any) -> None:
    with pytest.raises(TimeRefused) as refusal:
        due_at(kind, value)
    assert refusal.value.code == "no_time"


def test_expressions_are_checked_at_deployment_and_fail_by_name() -> None:
    with pytest.raises(ExpressionRefused):
        check_time("duration", "${bean.wait()}", calendar=CALENDAR)
    with pytest.raises(ExpressionRefused):
        check_time("date", "morgen früh", calendar=CALENDAR)
    with pytest.raises(ExpressionFailed):
        resolved("duration", "${missing}")


@given(st.text("PTRYMDHSW0123456789./-:+ Z${}\"'(),workdaysh", max_size=20), st.sampled_from(["duration", "date", "cycle", "due"]))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_time_or_refused(text: str, kind: str) -> None:
    try:
        due = resolve(kind, text, {}, office_functions(NOW, CALENDAR), now=NOW, calendar=CALENDAR)
    except (TimeRefused, ExpressionRefused, ExpressionFailed):
        return
    assert Due.from_document(due.to_document()) == due
    due.following(NOW, CALENDAR)


@given(st.integers(0, 99), st.integers(0, 11), st.integers(0, 99), st.integers(0, 10**6))
def test_a_duration_reads_as_it_is_written(years: int, months: int, days: int, seconds: int) -> None:
    duration = Duration(years * 12 + months, days, parse_duration(f"PT{seconds}S").seconds)
    assert parse_duration(str(duration)) == duration
    assert parse_duration(str(duration.negated())) == duration.negated()


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "1D", "P1", "PT1", "P-1D", "p1d", "P1H", "PT1D", "P1M2Y", "P١D"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(NotISO):
        parse_duration(text)
