"""Cron forms as Flowable and Camunda read them: seconds first, Sunday is 1."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine import cron, times
from engine.workdays import WorkCalendar
from tests.engine.drawing import Driven, draw, end, event, flow, node, start, user

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: a Wednesday
BEGIN = datetime(2026, 4, 1, 10, 30, tzinfo=SHANGHAI)


def following(text: str, count: int = 3) -> list[str]:
    found, at = [], BEGIN
    for _ in range(count):
        after = cron.read(text).after(at, SHANGHAI)
        if after is None:
            break
        found.append(after.strftime("%Y-%m-%d %H:%M:%S"))
        at = after
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 9 * * ?", ["2026-04-02 09:00:00", "2026-04-03 09:00:00", "2026-04-04 09:00:00"]),
        ("0 0/20 10-11 * * ?", ["2026-04-01 10:40:00", "2026-04-01 11:00:00", "2026-04-01 11:20:00"]),
        ("30 0 12 ? * MON-FRI", ["2026-04-01 12:00:30", "2026-04-02 12:00:30", "2026-04-03 12:00:30"]),
        ("0 0 9 ? * mon", ["2026-04-06 09:00:00", "2026-04-13 09:00:00", "2026-04-20 09:00:00"]),
        ("0 0 9 ? * 2", ["2026-04-06 09:00:00", "2026-04-13 09:00:00", "2026-04-20 09:00:00"]),
        ("0 0 9 ? * 1,7", ["2026-04-04 09:00:00", "2026-04-05 09:00:00", "2026-04-11 09:00:00"]),
        ("0 0 9 L * ?", ["2026-04-30 09:00:00", "2026-05-31 09:00:00", "2026-06-30 09:00:00"]),
        ("0 0 9 L-3 * ?", ["2026-04-27 09:00:00", "2026-05-28 09:00:00", "2026-06-27 09:00:00"]),
        ("0 0 9 LW * ?", ["2026-04-30 09:00:00", "2026-05-29 09:00:00", "2026-06-30 09:00:00"]),
        ("0 0 9 15W * ?", ["2026-04-15 09:00:00", "2026-05-15 09:00:00", "2026-06-15 09:00:00"]),
        ("0 0 9 1W 8 ?", ["2026-08-03 09:00:00", "2027-08-02 09:00:00", "2028-08-01 09:00:00"]),
        ("0 0 9 ? * 6L", ["2026-04-24 09:00:00", "2026-05-29 09:00:00", "2026-06-26 09:00:00"]),
        ("0 0 9 ? * FRI#1", ["2026-04-03 09:00:00", "2026-05-01 09:00:00", "2026-06-05 09:00:00"]),
        ("0 0 9 31 * ?", ["2026-05-31 09:00:00", "2026-07-31 09:00:00", "2026-08-31 09:00:00"]),
        ("0 0 0 29 FEB ?", ["2028-02-29 00:00:00", "2032-02-29 00:00:00", "2036-02-29 00:00:00"]),
        ("0 0 22-1 1 5 ?", ["2026-05-01 00:00:00", "2026-05-01 01:00:00", "2026-05-01 22:00:00"]),
        ("0 0 0 1 1 ? 2027-2028", ["2027-01-01 00:00:00", "2028-01-01 00:00:00"]),
        ("0 0 9 1 1 ? 2020", []),
    ],
)
def test_the_next_times_follow(text: str, expected: list[str]) -> None:
    assert following(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "*/5 * * * *",
        "0 0 9 1 * 2",
        "60 0 9 * * ?",
        "0 0 24 * * ?",
        "0 0 9 0 * ?",
        "0 0 9 31 2 ?",
        "0 0 9 ? * 8",
        "0 0 9 ? * FRI#6",
        "0 0 9 40W * ?",
        "0 0/0 9 * * ?",
        "0 0 9 ? JANUARY *",
        "0 0 9 * * ? * *",
        "a b c d e f",
        "0 0 9 " + "1," * 80 + "1 * ?",
    ],
)
def test_what_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(cron.NotCron):
        cron.read(text)


def test_a_timer_comes_by_its_cron_form_without_catching_up() -> None:
    timer = node("boundaryEvent", "late", event("cycle", "0 0 9 * * ?"), attachedToRef="it", cancelActivity="false")
    case = Driven(draw(start() + user("it", "remind") + timer + end() + end("e2") + flow("s", "it", "e") + flow("late", "remind", "e2")))
    assert case.timers[0].details["due_at"] == "2026-03-03T01:00:00Z"
    case.later(days=5)
    assert len(case.tasks) == 2
    assert case.timers[0].details["due_at"] == "2026-03-08T01:00:00Z"


def test_a_cron_form_may_come_from_an_expression_and_seconds_are_hasty() -> None:
    given = times.resolve("cycle", "${when}", {"when": "0 0 9 * * ?"}, {}, now=datetime(2026, 3, 2, tzinfo=UTC), calendar=WorkCalendar())
    assert given.due_at == "2026-03-02T01:00:00Z"
    assert times.is_hasty("*/10 * * * * ?")
    assert not times.is_hasty("0 * * * * ?")


def test_a_year_that_is_over_is_told_when_it_is_due() -> None:
    with pytest.raises(times.TimeRefused, match="cycle_over"):
        times.parse_time("cycle", "0 0 9 1 1 ? 2020", now=datetime(2026, 3, 2, tzinfo=UTC), calendar=WorkCalendar())
