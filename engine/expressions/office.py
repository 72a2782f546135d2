"""The functions that depend on a step: its moment and the office's calendar. The engine gives them to every evaluation."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from engine.expressions import temporal
from engine.expressions.errors import ExpressionFailed
from engine.expressions.functions import WrongArgument, number_in, to_date, whole_in
from engine.workdays import NotCountable, WorkCalendar


class OfficeFunctions(dict[str, Callable[..., Any]]):
    """Functions for one step, with the office's time zone for texts that name none."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]], zone: tzinfo) -> None:
        super().__init__(functions)
        self.zone = zone


def office_functions(now: datetime, calendar: WorkCalendar) -> OfficeFunctions:
    """`now()`, `today()`, `dateTime()`, `workdays(n[, from])`, `workhours(n[, from])` and the like at this moment."""
    here = now.astimezone(calendar.zone)

    def workdays(count: Any, start: Any = None) -> datetime:
        return _counted(calendar.add_working_days, _start(start, here), whole_in(count))

    def workhours(hours: Any, start: Any = None) -> datetime:
        return _counted(calendar.add_working_hours, _start(start, here), number_in(hours))

    def workdays_between(start: Any, end: Any) -> int:
        return calendar.working_days_between(_start(start, here), _start(end, here))

    def is_working_day(day: Any) -> bool:
        return calendar.is_working_day(to_date(day))

    functions: dict[str, Callable[..., Any]] = {
        "now": lambda: here,
        "dateTime": lambda: here,
        "today": lambda: here.date(),
        "is_working_day": is_working_day,
        "workdays": workdays,
        "workhours": workhours,
        "workdays_between": workdays_between,
    }
    return OfficeFunctions(functions, calendar.zone)


def _start(value: Any, here: datetime) -> datetime:
    if value is None:
        return here
    found = temporal.as_date(value)
    if not isinstance(found, date):
        raise WrongArgument(value)
    return temporal.moment(found)


def _counted(count: Callable[[datetime, Any], datetime], start: datetime, amount: Any) -> datetime:
    try:
        return count(start, amount)
    except NotCountable as problem:
        raise ExpressionFailed(problem.code, **problem.values) from problem
