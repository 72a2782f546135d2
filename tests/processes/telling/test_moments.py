"""When a message may go out: quiet hours, digests, and both."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from processes.telling.moments import due, is_quiet

NIGHT = (time(20), time(8))
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
moments = st.integers(0, 525_600).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


def at(hour: int, minute: int = 0) -> datetime:
    """A moment of one day."""
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC)


def test_nothing_wanted_is_now() -> None:
    assert due(at(3), quiet=None, digest=None) == at(3)


def test_the_night_ends_in_the_morning_and_its_end_is_outside() -> None:
    assert due(at(22), quiet=NIGHT, digest=None) == at(8) + timedelta(days=1)
    assert due(at(3), quiet=NIGHT, digest=None) == at(8)
    assert due(at(8), quiet=NIGHT, digest=None) == at(8)
    assert due(at(20), quiet=NIGHT, digest=None) == at(8) + timedelta(days=1)


def test_a_digest_is_at_its_hour_and_after_the_quiet_ones() -> None:
    assert due(at(9), quiet=None, digest=time(17)) == at(17)
    assert due(at(17), quiet=None, digest=time(17)) == at(17)
    assert due(at(18), quiet=None, digest=time(17)) == at(17) + timedelta(days=1)
    assert due(at(9), quiet=NIGHT, digest=time(21)) == at(8) + timedelta(days=1)


def test_equal_ends_are_no_quiet_hours() -> None:
    assert not is_quiet(time(8), (time(8), time(8)))


@given(moments, st.none() | st.tuples(times, times), st.none() | times)
def test_it_is_never_before_never_quiet_and_within_two_days(now: datetime, quiet: tuple[time, time] | None, digest: time | None) -> None:
    found = due(now, quiet=quiet, digest=digest)
    assert now <= found < now + timedelta(days=2)
    assert quiet is None or not is_quiet(found.time(), quiet)
