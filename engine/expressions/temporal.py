"""Dates, moments and durations under the operators. Variables hold them as ISO texts; beside a date such a text is one."""

from contextvars import ContextVar
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal, localcontext
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine.expressions.durations import Duration, NotISO, is_date, is_moment, parse_date, parse_duration, parse_moment
from engine.expressions.errors import ExpressionFailed

OFFICE_ZONE: Final[tzinfo] = ZoneInfo("Asia/Shanghai")

#: a duration that is computed is no longer than ten thousand years
MAX_MONTHS: Final = 120_000
MAX_SECONDS: Final = 86_400 * 3_660_000

zone_of_office: ContextVar[tzinfo] = ContextVar("zone_of_office", default=OFFICE_ZONE)


def iso(value: date) -> str:
    """The ISO text of a date or a moment."""
    return value.isoformat()


def as_date(value: Any) -> date | None:
    """The date or moment itself, or the one that an ISO text spells; otherwise None."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    try:
        if is_date(value):
            return parse_date(value)
        return parse_moment(value) if is_moment(value) else None
    except NotISO:
        return None


def as_duration(value: Any) -> Duration | None:
    """The duration itself, or the one that an ISO text spells; otherwise None."""
    if isinstance(value, Duration):
        return value
    if not isinstance(value, str) or "P" not in value[:2]:
        return None
    try:
        return parse_duration(value)
    except NotISO:
        return None


def aligned(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Two dates, moments or durations made comparable; None when they are something else.

    A text joins in when the other side is a date, or when both are moments with a time; two ISO dates as texts order right anyway.
    """
    if isinstance(left, Duration) or isinstance(right, Duration):
        lengths = (as_duration(left), as_duration(right))
        return (lengths[0].rank(), lengths[1].rank()) if lengths[0] and lengths[1] else None
    if not (isinstance(left, date) or isinstance(right, date) or (_is_moment_text(left) and _is_moment_text(right))):
        return None
    first, second = as_date(left), as_date(right)
    if first is None or second is None:
        return None
    if isinstance(first, datetime) or isinstance(second, datetime):
        return moment(first), moment(second)
    return first, second


def _is_moment_text(value: Any) -> bool:
    return isinstance(value, str) and is_moment(value)


def moment(value: date) -> datetime:
    """The moment meant: midnight for a date, the office's zone where none is written."""
    zone = zone_of_office.get()
    at = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=zone)
    return at if at.tzinfo else at.replace(tzinfo=zone)


def add(left: Any, right: Any) -> Any:
    """A date and a duration, or two durations; None when they are something else."""
    if isinstance(left, Duration) and isinstance(right, Duration):
        return left.plus(right)
    if isinstance(right, Duration):
        return shifted(as_date(left), right)
    if isinstance(left, Duration):
        return shifted(as_date(right), left)
    if isinstance(left, date):
        duration = as_duration(right)
        return shifted(left, duration) if duration else None
    return None


def shifted(start: date | None, duration: Duration) -> date | None:
    """The date or moment that much later; fails outside the years 1 to 9999."""
    if start is None:
        return None
    try:
        if isinstance(start, datetime):
            return duration.after(start)
        at_midnight = datetime(start.year, start.month, start.day)  # noqa: DTZ001 a day has no zone
        later = duration.after(at_midnight)
    except (OverflowError, ValueError) as problem:
        raise ExpressionFailed("date_out_of_range") from problem
    return later if duration.seconds else later.date()


def scaled(length: Duration, times: Decimal = Decimal(1), by: Decimal = Decimal(1)) -> Duration:
    """So many times a duration, or that part of it; whole months, and seconds to the billionth."""
    with localcontext(prec=34):
        months, seconds = (size * times / by for size in (Decimal(length.months), length.days * Decimal(86_400) + length.seconds))
        if abs(months) > MAX_MONTHS or abs(seconds) > MAX_SECONDS:
            raise ExpressionFailed("date_out_of_range")
        whole = seconds.quantize(Decimal("1e-9")).normalize()
    days = int(whole / 86_400)
    return Duration(int(months), days, whole - days * 86_400)


def subtract(left: Any, right: Any) -> Any:
    """The duration between two dates, or a date that much earlier; None when they are something else."""
    if isinstance(right, Duration):
        if isinstance(left, Duration):
            return left.plus(right.negated())
        return shifted(as_date(left), right.negated())
    if isinstance(left, date) or isinstance(right, date):
        first, second = as_date(left), as_date(right)
        return None if first is None or second is None else between(first, second)
    return None


def between(later: date, earlier: date) -> Duration:
    """The days between two dates, or the seconds between two moments."""
    if isinstance(later, datetime) or isinstance(earlier, datetime):
        return Duration(seconds=_seconds(moment(later) - moment(earlier)))
    return Duration(days=(later - earlier).days)


def _seconds(delta: timedelta) -> Decimal:
    return Decimal(delta.days * 86_400 + delta.seconds) + Decimal(delta.microseconds) / 1_000_000


def part(value: Any, name: str) -> Any:
    """A part of a date, moment or duration by FEEL's names; None when it has none of that name."""
    if isinstance(value, Duration):
        parts = value.parts()
    elif isinstance(value, date):
        parts = {"year": value.year, "month": value.month, "day": value.day, "weekday": value.isoweekday()}
        if isinstance(value, datetime):
            parts |= {"hour": value.hour, "minute": value.minute, "second": value.second}
    else:
        return None
    return parts.get(name)
