"""The office's clock: dates and years are those of its time zone, whatever the machine's."""

from datetime import date, datetime, time

from processes import clock, settings


def date_of(moment: datetime) -> date:
    """The date in the office at a moment."""
    return moment.astimezone(settings.current().office.timezone).date()


def today() -> date:
    """The present date in the office."""
    return date_of(clock.now())


def start_of_day(day: date) -> datetime:
    """The moment at which a day begins in the office."""
    return datetime.combine(day, time(), settings.current().office.timezone)


def start_of_year(year: int) -> datetime:
    """The moment at which a year begins in the office."""
    return datetime(year, 1, 1, tzinfo=settings.current().office.timezone)
