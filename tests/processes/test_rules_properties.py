"""Random organisations: rules find whom a slow and simple reference finds, with circles, vacancies and people who have left."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from processes.db import db, transaction
from processes.ids import new_id
from processes.models import Department, Person, Post, ResponsibilityLine
from processes.people import answers
from tests.processes.conftest import NOW

TODAY = NOW.date()
LOGINS = [f"p{number}" for number in range(7)]
UNITS = [f"u{number}" for number in range(6)]
DAYS = [None, TODAY - timedelta(days=30), TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=30)]


@dataclass(frozen=True)
class Holding:
    """Somebody heads a unit, or is in charge of it, between two days."""

    unit: str
    login: str
    begins: date | None
    ends: date | None

    def on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (self.begins is None or self.begins <= day) and (self.ends is None or day <= self.ends)


@dataclass(frozen=True)
class Organisation:
    """Units with the one above, people with their unit, who is here, heads and leaders."""

    above: dict[str, str | None]
    home: dict[str, str | None]
    here: frozenset[str]
    disabled: frozenset[str]
    heads: tuple[Holding, ...]
    leaders: tuple[Holding, ...]

    def way(self, unit: str | None) -> list[str]:
        """The unit and those above, each once."""
        found: list[str] = []
        while unit is not None and unit not in found:
            found.append(unit)
            unit = self.above[unit]
        return found

    def among(self, rows: tuple[Holding, ...], unit: str) -> list[str]:
        """Who is here and holds the unit today."""
        if unit in self.disabled:
            return []
        return sorted({row.login for row in rows if row.unit == unit and row.on(TODAY) and row.login in self.here})

    def nearest(self, rows: tuple[Holding, ...], unit: str | None) -> list[str]:
        """Those of the unit, else of the nearest one above."""
        return next((found for one in self.way(unit) if (found := self.among(rows, one))), [])

    def levels(self, login: str) -> list[list[str]]:
        """The heads above a person, level by level, nobody twice."""
        found: list[list[str]] = []
        for unit in self.way(self.home[login]):
            level = [one for one in self.among(self.heads, unit) if one != login and not any(one in other for other in found)]
            found += [level] if level else []
        return found


holdings = st.lists(
    st.builds(Holding, st.sampled_from(UNITS), st.sampled_from(LOGINS), st.sampled_from(DAYS), st.sampled_from(DAYS)), max_size=8
).map(tuple)
organisations = st.builds(
    Organisation,
    st.fixed_dictionaries({unit: st.sampled_from([None, *UNITS]) for unit in UNITS}),
    st.fixed_dictionaries({login: st.sampled_from([None, *UNITS]) for login in LOGINS}),
    st.frozensets(st.sampled_from(LOGINS), min_size=2),
    st.frozensets(st.sampled_from(UNITS), max_size=2),
    holdings,
    holdings,
)


def write(office: Organisation) -> None:
    """Put the organisation into the database, instead of the one before."""
    with transaction():
        for table in (Post, ResponsibilityLine):
            db.session.execute(delete(table))
        db.session.execute(update(Person).values(department=None))
        db.session.execute(update(Department).values(parent=None))
        db.session.execute(delete(Person).where(Person.login.in_(LOGINS)))
        db.session.execute(delete(Department))
        db.session.execute(
            insert(Department), [{"code": unit, "name": f"单位{unit}", "active": unit not in office.disabled} for unit in UNITS]
        )
        for unit, above in office.above.items():
            db.session.execute(update(Department).where(Department.code == unit).values(parent=above))
        people = [
            {"login": one, "name": one, "created_at": NOW, "department": office.home[one], "active": one in office.here} for one in LOGINS
        ]
        db.session.execute(insert(Person), people)
        for row in office.heads:
            dates = {"valid_from": row.begins, "valid_until": row.ends}
            db.session.add(Post(id=new_id(), name="岗位", department=row.unit, login=row.login, head=True, **dates))
        for row in office.leaders:
            dates = {"valid_from": row.begins, "valid_until": row.ends}
            db.session.add(ResponsibilityLine(id=new_id(), leader=row.login, department=row.unit, **dates))


def found(*question: Any) -> list[str]:
    """Who answers a question."""
    text = json.dumps(question)
    people: list[str] = answers.answers([text], TODAY)[text]["people"]
    return people


@pytest.mark.sqlite
@pytest.mark.usefixtures("database")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(office=organisations)
def test_rules_find_whom_the_reference_finds(office: Organisation) -> None:
    write(office)
    for unit in UNITS:
        assert found("head", ["unit", unit]) == found("head", ["unit", f"单位{unit}"]) == office.nearest(office.heads, unit)
        assert found("leader", ["unit", unit]) == office.nearest(office.leaders, unit)
        assert found("members", ["unit", unit]) == sorted(
            {one for one in office.here if office.home[one] == unit}
            | {row.login for row in office.heads if row.unit == unit and row.on(TODAY) and row.login in office.here}
        )
    for login in LOGINS:
        assert found("login", login) == [one for one in (login,) if one in office.here]
        assert found("head", ["person", login]) == office.nearest(office.heads, office.home[login])
        levels = office.levels(login)
        for n in (1, 2, 5):
            assert found("superior", ["person", login], n) == (levels[n - 1] if len(levels) >= n else [])
            assert found("superiors", ["person", login], n) == [one for level in levels[:n] for one in level]
