"""When a message may go out: not in somebody's quiet hours, and at the hour of the digest where one is wanted. Pure."""

from datetime import datetime, time, timedelta


def due(now: datetime, *, quiet: tuple[time, time] | None, digest: time | None) -> datetime:
    """The first moment from `now` on (on the office's clock) that the wishes allow; a digest within quiet hours waits for their end."""
    moment = now if digest is None else _next(now, digest)
    if quiet is None or not is_quiet(moment.timetz().replace(tzinfo=None), quiet):
        return moment
    return _next(moment, quiet[1])


def is_quiet(at: time, quiet: tuple[time, time]) -> bool:
    """Whether a time of the day lies within hours that may span midnight; the end is outside. Equal ends are no hours at all."""
    begins, ends = quiet
    return begins <= at < ends if begins <= ends else at >= begins or at < ends


def _next(now: datetime, at: time) -> datetime:
    """The next moment of that time of the day, now included."""
    today = datetime.combine(now.date(), at, now.tzinfo)
    return today if today >= now else datetime.combine(now.date() + timedelta(days=1), at, now.tzinfo)
