"""How times, amounts and sizes read on a page (ui: typography)."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask, g

from processes import clock, deadlines, settings
from processes.calendar import days
from processes.queries import counters
from web.language import gettext as _


def office_time(moment: datetime | str) -> datetime:
    """A moment on the office's clock."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    return moment.astimezone(settings.current().office.timezone)


def long_day(day: date) -> str:
    """2026年11月23日"""
    return _("%(year)d年%(month)d月%(day)d日", year=day.year, month=day.month, day=day.day)


def short_day(day: date, today: date) -> str:
    """11月23日, with the year when it is another."""
    return _("%(month)d月%(day)d日", month=day.month, day=day.day) if day.year == today.year else long_day(day)


def clock_time(moment: datetime | str) -> str:
    """09:40 on the office's clock."""
    return office_time(moment).strftime("%H:%M")


def short_time(moment: datetime | str | None) -> str:
    """The time of day today, else the day with the time."""
    if moment is None:
        return "—"
    local, today = office_time(moment), office_time(clock.now()).date()
    return local.strftime("%H:%M") if local.date() == today else f"{short_day(local.date(), today)} {local:%H:%M}"


def long_time(moment: datetime | str | None) -> str:
    """Day and time in full, for details and paper."""
    if moment is None:
        return "—"
    local = office_time(moment)
    return f"{long_day(local.date())} {local:%H:%M}"


def file_size(size: int) -> str:
    """86 KB, 1.2 MB"""
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, round(size / 1024))} KB"


def counted(number: int) -> str:
    """A counter of a box: 999+ where more are not counted."""
    return f"{number}+" if isinstance(number, counters.More) else str(number)


def due_mark(due: datetime | str | None, definition_key: str | None = None) -> dict[str, Any] | None:
    """A deadline in words, shape and tone: 剩 3 个工作日, 今天 17:30 到期, 超期 2 个工作日; amber by the rule of its process."""
    if due is None:
        return None
    local, now = office_time(due), office_time(clock.now())
    mark: dict[str, Any] = {"iso": local.isoformat(), "day": short_day(local.date(), now.date()), "tone": ""}
    if local < now:
        number = days.work_calendar().working_days_between(local.date(), now.date())
        mark.update(tone="late", words=_("超期 %(n)d 个工作日", n=number) if number else _("今天 %(at)s 已到期", at=f"{local:%H:%M}"))
    elif local.date() == now.date():
        mark.update(tone="soon", words=_("今天 %(at)s 到期", at=f"{local:%H:%M}"), day=None)
    else:
        number = days.work_calendar().working_days_between(now.date(), local.date())
        mark.update(tone=_lines().tone(local, definition_key), words=_("剩 %(n)d 个工作日", n=number))
    return mark


def _lines() -> deadlines.Lines:
    """From when deadlines are near, asked once a request."""
    if "deadline_lines" not in g:
        g.deadline_lines = deadlines.lines()
    lines: deadlines.Lines = g.deadline_lines
    return lines


def weekday(day: date) -> str:
    """星期一"""
    return (_("星期一"), _("星期二"), _("星期三"), _("星期四"), _("星期五"), _("星期六"), _("星期日"))[day.weekday()]


def uncertain(*moments: datetime | None) -> str | None:
    """A warning when a deadline falls in a year whose holidays are not loaded."""
    years = days.years_missing(*moments)
    if not years:
        return None
    return _("%(years)s 年的节假日安排还没有登记，落在那一年的时限只按周末推算。", years="、".join(map(str, years)))


def greeting() -> str:
    """上午好, by the office's clock."""
    hour = office_time(clock.now()).hour
    return _("上午好") if hour < 12 else _("下午好") if hour < 18 else _("晚上好")


def today_words() -> str:
    """2026年11月23日 星期一"""
    today = office_time(clock.now()).date()
    return f"{long_day(today)} {weekday(today)}"


def week_words() -> str:
    """本周 5 个工作日, by the calendar with its make-up days."""
    today, calendar = office_time(clock.now()).date(), days.work_calendar()
    monday = today - timedelta(days=today.weekday())
    number = sum(calendar.is_working_day(monday + timedelta(days=one)) for one in range(7))
    return _("本周 %(n)d 个工作日", n=number)


def init_app(app: Flask) -> None:
    """Give templates these words."""
    app.jinja_env.filters.update(short_time=short_time, long_time=long_time, clock=clock_time, file_size=file_size, counted=counted)
    app.jinja_env.globals.update(mark=due_mark)
