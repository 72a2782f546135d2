"""When a timer is due: ISO 8601 durations, dates and cycles as diagrams hold them, and what expressions give for them.

A time without a zone is the office's. Days and months are the calendar's, hours are real time. Nothing lies more than 100 years ahead.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from engine import cron, expressions
from engine.expressions.durations import Duration, NotISO, is_date, parse_date, parse_duration, parse_moment
from engine.workdays import NotCountable, WorkCalendar

KINDS: Final = ("duration", "date", "moment", "cycle", "due")
MAX_YEARS: Final = 100
MAX_REPEATS: Final = 10_000
SHORTEST_PERIOD: Final = 1
#: seconds; a cycle without end that comes more often fills the record of a case
HASTY_PERIOD: Final = 60

_CYCLE: Final = re.compile(r"R([0-9]{0,6})/([^/]+)(?:/([^/]+))?")
_COUNTED: Final = re.compile(r"(workdays|workhours)\(\s*([0-9]{1,5})\s*\)")
_LOOKS_ISO: Final = re.compile(r"-?PT?[0-9]|-?PT[A-Z]{0,2}\Z|R[0-9]*/|[0-9]{4,}-[0-9]{2}", re.ASCII)
_CRON: Final = re.compile(r"F+(?: +F+){4,6}".replace("F", rf"(?:[-0-9*,/?#A-Z]|(?i:{'|'.join(cron.MONTHS + cron.DAYS)}))"))
#: stands for now where none is known: late enough that no date is refused which some day may be right
_FAR_NOW: Final = datetime(2100, 1, 1, tzinfo=UTC)
_FURTHEST: Final = timedelta(days=366 * MAX_YEARS)


class TimeRefused(ValueError):
    """A time that we do not wait for: unreadable, negative, too far, too often; `code` and `values` say which."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(f"{code} {values}")
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, as plain JSON values.

    `due_at` is ISO text in UTC. A cycle also has its `period` text, how often it comes after this (`remaining`, None: without end),
    and what it is counted from: `anchor` (ISO text) and the `ordinal` of this occurrence, so that P1M from the 31st does not drift.
    """

    due_at: str
    period: str | None = None
    remaining: int | None = 0
    anchor: str | None = None
    ordinal: int = 0

    @property
    def moment(self) -> datetime:
        """`due_at` as a moment."""
        return datetime.fromisoformat(self.due_at)

    def following(self, now: datetime, calendar: WorkCalendar) -> "Due | None":
        """The next occurrence of a cycle that lies after `now`; None when there is none.

        Occurrences missed meanwhile are passed over, so that a standstill ends with one reminder, not a storm. `R3/P1D` still comes three
        times in all, however late; what has a fixed end (`R3/P1D/2026-05-04`) does not come after it.
        """
        if self.remaining is None or self.ordinal < 0:
            return _ahead(self, now, calendar)
        if self.remaining == 0:
            return None
        due = _ahead(replace(self, remaining=None), now, calendar)
        return replace(due, remaining=self.remaining - 1) if due else None

    def to_document(self) -> dict[str, Any]:
        """The value as a JSON object; a single time has only `due_at`."""
        if self.period is None:
            return {"due_at": self.due_at}
        return {
            "due_at": self.due_at,
            "period": self.period,
            "remaining": self.remaining,
            "anchor": self.anchor,
            "ordinal": self.ordinal,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Due":
        """The value that `to_document` wrote."""
        return cls(**document)


def resolve(
    kind: str,
    text: str,
    variables: Mapping[str, Any],
    functions: Mapping[str, Callable[..., Any]],
    *,
    now: datetime,
    calendar: WorkCalendar,
) -> Due:
    """When the text of a diagram is due: an ISO time bare or quoted, or an expression that gives one.

    Raises TimeRefused, ExpressionRefused or ExpressionFailed.
    """
    plain = _unquoted(text)
    if _is_plain(plain):
        return parse_time(kind, plain, now=now, calendar=calendar)
    if "${" in plain or "#{" in plain or plain.startswith("="):
        value = expressions.evaluate_template(plain, variables, functions)
    else:
        value = expressions.evaluate(plain, variables, functions)
    return parse_time(kind, value, now=now, calendar=calendar)


def check_time(kind: str, text: str, *, calendar: WorkCalendar) -> None:
    """Raise TimeRefused or ExpressionRefused unless the text is a time or an expression that may give one.

    What lies in the past is not refused: a date may have passed, it then is due at once.
    """
    plain = _unquoted(text)
    if not _is_plain(plain):
        is_template = "${" in plain or "#{" in plain
        expressions.check(plain, kind="template" if is_template else "expression")
        return
    try:
        parse_time(kind, plain, now=_FAR_NOW, calendar=calendar)
    except TimeRefused as refusal:
        if refusal.code != "cycle_over":
            raise


def is_hasty(text: str) -> bool:
    """Whether a cycle as drawn, already checked, comes without end more than once a minute."""
    if _CRON.fullmatch(_unquoted(text)):
        return cron.read(_unquoted(text)).is_hasty
    match = _CYCLE.fullmatch(_unquoted(text))
    if match is None or match[1]:
        return False
    period = match[2].strip() if match[2].strip().startswith(("P", "work")) else (match[3] or "").strip()
    return _seconds(period) < HASTY_PERIOD


def parse_time(kind: str, value: Any, *, now: datetime, calendar: WorkCalendar) -> Due:
    """When a value is due: ISO text or a date. Raises TimeRefused.

    `kind` is duration (a moment is taken too: `workdays(3)` gives one), date, moment (a date or duration), cycle, or due (the same, and a
    day without a time means the office's closing time, since work is due within that day).
    """
    if isinstance(value, date):
        return _due(_moment_of(value, kind, calendar), now)
    if not isinstance(value, str) or not value.strip():
        raise TimeRefused("no_time", kind=kind, found="" if value is None else str(value)[:40])
    text = _unquoted(value)
    if kind == "cycle":
        return _cycle(text, now, calendar)
    if kind != "date" and text.lstrip("-").startswith("P"):
        return _due(_after(_duration(text), now.astimezone(calendar.zone)), now)
    return _due(_moment(text, kind, calendar), now)


def _unquoted(text: str) -> str:
    plain = text.strip()
    if len(plain) >= 2 and plain[0] == plain[-1] and plain[0] in "\"'" and plain[0] not in plain[1:-1]:
        return plain[1:-1].strip()
    return plain


def _is_plain(text: str) -> bool:
    if not text or _CRON.fullmatch(text):
        return True
    return _LOOKS_ISO.match(text) is not None and "${" not in text and "#{" not in text


def _due(moment: datetime, now: datetime) -> Due:
    return Due(_utc(_within_reach(moment, now)))


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _within_reach(moment: datetime, now: datetime) -> datetime:
    if moment - now > _FURTHEST or moment.year > 9998:
        raise TimeRefused("time_too_far", maximum=MAX_YEARS)
    return moment


def _moment_of(value: date, kind: str, calendar: WorkCalendar) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=calendar.zone)
    at = calendar.closes if kind == "due" else datetime.min.time()
    return datetime.combine(value, at, calendar.zone)


def _moment(text: str, kind: str, calendar: WorkCalendar) -> datetime:
    try:
        return _moment_of(parse_date(text) if is_date(text) else parse_moment(text), kind, calendar)
    except NotISO as problem:
        raise TimeRefused({"duration": "bad_duration", "due": "bad_due"}.get(kind, "bad_date"), found=text[:80]) from problem


def _duration(text: str) -> Duration:
    try:
        duration = parse_duration(text)
    except NotISO as problem:
        raise TimeRefused("bad_duration", found=text[:80]) from problem
    if text.startswith("-"):
        raise TimeRefused("negative_time", found=text[:80])
    return duration


def _after(duration: Duration, moment: datetime, times: int = 1) -> datetime:
    whole = Duration(duration.months * times, duration.days * times, duration.seconds * times)
    try:
        return whole.after(moment)
    except (OverflowError, ValueError) as problem:
        raise TimeRefused("time_too_far", maximum=MAX_YEARS) from problem


# Cycles


def _cycle(text: str, now: datetime, calendar: WorkCalendar) -> Due:
    if _CRON.fullmatch(text):
        first_time = _cron_after(text, now, calendar)
        if first_time is None:
            raise TimeRefused("cycle_over", found=text[:80])
        return Due(_utc(_within_reach(first_time, now)), text, None, None, 0)
    match = _CYCLE.fullmatch(text)
    if match is None:
        raise TimeRefused("bad_cycle", found=text[:80])
    count = _count(match[1], text)
    first, second = match[2].strip(), (match[3] or "").strip()
    here = now.astimezone(calendar.zone)
    if not second:
        return _first(_checked(first), here, count, 1, now, calendar)
    if first.startswith("P"):
        return _until(_checked(first), _moment(second, "date", calendar), count, now)
    start = _moment(first, "date", calendar)
    return _first(_checked(second), start, count, 0, now, calendar)


def _cron_after(text: str, moment: datetime, calendar: WorkCalendar) -> datetime | None:
    """The next time of a cron text in the office; None when there is none any more."""
    try:
        return cron.read(text).after(moment, calendar.zone)
    except cron.NotCron as problem:
        raise TimeRefused("cron", found=text[:80], part=problem.reason[:40]) from problem


def _count(digits: str, text: str) -> int | None:
    if not digits:
        return None
    if not 1 <= int(digits) <= MAX_REPEATS:
        raise TimeRefused("repeats", found=text[:80], maximum=MAX_REPEATS)
    return int(digits)


def _checked(period: str) -> str:
    """The period's text when it is readable and long enough."""
    if _seconds(period) < SHORTEST_PERIOD:
        raise TimeRefused("period_too_short", found=period, minimum=SHORTEST_PERIOD)
    return period


def _seconds(period: str) -> Decimal:
    counted = _COUNTED.fullmatch(period)
    return Decimal(int(counted[2]) * 3600) if counted else _duration(period).rank()


def _first(period: str, anchor: datetime, count: int | None, ordinal: int, now: datetime, calendar: WorkCalendar) -> Due:
    """The first occurrence that is not over; `ordinal` periods after the anchor, or later."""
    start = Due(_utc(_within_reach(anchor, now)), period, count, anchor.isoformat(), 0)
    if ordinal == 0 and anchor >= now:
        return replace(start, remaining=None if count is None else count - 1)
    if ordinal == 0 and count is not None:
        start = replace(start, remaining=count - 1)
    due = _ahead(start, now, calendar) if ordinal == 0 else _next(start, calendar)
    if due is None:
        raise TimeRefused("cycle_over", found=period)
    _within_reach(due.moment, now)
    return due


def _until(period: str, end: datetime, count: int | None, now: datetime) -> Due:
    """`R3/P1D/end`: the last occurrence is at the end, the others lie whole periods before it."""
    if end < now:
        raise TimeRefused("cycle_over", found=period)
    _within_reach(end, now)
    duration = _duration(period)
    back = int(Decimal((end - now).total_seconds()) / duration.rank()) + 1
    if count is not None:
        back = min(back, count - 1)
    back = min(back, MAX_REPEATS)
    while back > 0 and _after(duration, end, -back) < now:
        back -= 1
    return Due(_utc(_after(duration, end, -back)), period, back, end.isoformat(), -back)


def _next(due: Due, calendar: WorkCalendar) -> Due:
    """The occurrence after this one, whether or not its time has passed."""
    remaining = None if due.remaining is None else due.remaining - 1
    period = due.period or ""
    counted = _COUNTED.fullmatch(period)
    try:
        if counted:
            add: Callable[[datetime, int], datetime] = calendar.add_working_days if counted[1] == "workdays" else calendar.add_working_hours
            moment = add(due.moment, int(counted[2]))
        else:
            moment = _after(_duration(period), datetime.fromisoformat(due.anchor or due.due_at), due.ordinal + 1)
    except NotCountable as problem:
        raise TimeRefused("time_too_far", maximum=MAX_YEARS) from problem
    return replace(due, due_at=_utc(moment), remaining=remaining, ordinal=due.ordinal + 1)


def _ahead(due: Due, now: datetime, calendar: WorkCalendar) -> Due | None:
    """The first occurrence after this one that lies ahead; those before it count as had."""
    if due.period is not None and _CRON.fullmatch(due.period):
        moment = _cron_after(due.period, max(now, due.moment), calendar)
        return None if moment is None else replace(due, due_at=_utc(moment), ordinal=due.ordinal + 1)
    if due.period is not None and _COUNTED.fullmatch(due.period) is None:
        due = _skipped(due, now, calendar)
    while due.remaining != 0:
        due = _next(due, calendar)
        if due.moment > now:
            return due
    return None


def _skipped(due: Due, now: datetime, calendar: WorkCalendar) -> Due:
    """The cycle moved close to `now` without visiting every missed occurrence."""
    length = _duration(due.period or "").rank()
    missed = int(Decimal((now - due.moment).total_seconds()) / length) - 2
    if due.remaining is not None:
        missed = min(missed, due.remaining - 1)
    if missed <= 0:
        return due
    remaining = None if due.remaining is None else due.remaining - missed
    return replace(due, ordinal=due.ordinal + missed, remaining=remaining)
