"""From when a deadline is near (amber): by the `amber` of the process, else by the setting `lists.amber`; what is due today is near anyway.

The newest version of a process says it for all its cases, so that marks, filters and counters agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from engine import expressions, times
from engine.expressions import ExpressionFailed, ExpressionRefused
from processes import clock, deployed, settings
from processes.calendar import days
from processes.db import db, moment_text, reading
from processes.models import ProcessDefinition


@dataclass(frozen=True, slots=True)
class Lines:
    """What is due at the latest at its line, and not yet over, is near."""

    now: datetime
    usual: datetime
    #: process key -> the line of a process with a rule of its own
    of_process: Mapping[str, datetime]

    def of(self, definition_key: str | None) -> datetime:
        """The line of a process."""
        return self.of_process.get(definition_key or "", self.usual)

    def tone(self, due: datetime, definition_key: str | None = None) -> str:
        """`late`, `soon`, or nothing."""
        if due < self.now:
            return "late"
        return "soon" if due <= self.of(definition_key) else ""

    def texts(self) -> tuple[str, dict[str, str]]:
        """The lines as the database holds moments."""
        return moment_text(self.usual), {key: moment_text(line) for key, line in self.of_process.items()}


def lines() -> Lines:
    """The lines of this moment."""
    now = clock.now()
    usual = _line(settings.current().lists.amber, now, end_of_day(now))
    row = ProcessDefinition
    newest = select(row.key, func.max(row.version)).where(row.state == "active").group_by(row.key)
    with reading():
        rules = {key: deployed.definition(f"{key}:{version}").settings.get("amber") for key, version in db.session.execute(newest).all()}
    return Lines(now, usual, {key: _line(rule, now, usual) for key, rule in rules.items() if rule})


def end_of_day(now: datetime) -> datetime:
    """The end of the office's day."""
    local = now.astimezone(settings.current().office.timezone)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(microseconds=1)


def _line(rule: str, now: datetime, otherwise: datetime) -> datetime:
    """Now and the time of the rule further, and never before the day is over."""
    calendar = days.work_calendar()
    try:
        due = times.resolve("due", rule, {}, expressions.office_functions(now, calendar), now=now, calendar=calendar)
    except (ExpressionFailed, ExpressionRefused, times.TimeRefused):
        return otherwise
    return max(due.moment, end_of_day(now))
