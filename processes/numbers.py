"""Numbers without gaps, by series and year."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from processes.db import db
from processes.models import NumberSeries


def next_number(series: str, year: int) -> int:
    """The next number of a series in a year, from 1, inside the open transaction.

    The series is locked until the transaction ends: whoever rolls back gives the number back, nobody else can have it meanwhile.
    To be called as late as possible. What is pending is written first, so that it does not happen under the lock.
    """
    db.session.flush()
    dialect: Any = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    first = dialect.insert(NumberSeries).values(series=series, year=year, last=1)
    following = first.on_conflict_do_update(
        index_elements=[NumberSeries.series, NumberSeries.year], set_={"last": NumberSeries.last + 1}
    ).returning(NumberSeries.last)
    return int(db.session.scalars(following).one())
