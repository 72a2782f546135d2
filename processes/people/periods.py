"""When a dated row of the organisation holds."""

from datetime import date

from sqlalchemy import ColumnElement, or_

from processes.models import Holding, Post, ResponsibilityLine


def valid_on(row: type[Holding] | type[Post] | type[ResponsibilityLine], day: date) -> ColumnElement[bool]:
    """The condition that a dated row holds on a day; both ends are included."""
    begun = or_(row.valid_from.is_(None), row.valid_from <= day)
    return begun & or_(row.valid_until.is_(None), row.valid_until >= day)
