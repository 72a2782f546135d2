"""For whom somebody may act on a day besides themselves: substitutions (代理) that hold then, and successions of people who left."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select

from processes.actors import StandIn
from processes.calendar import office
from processes.db import db
from processes.models import Person, Substitution, Succession
from processes.people import groups

_rule, _left = Substitution, Succession


def holds_on(day: date) -> ColumnElement[bool]:
    """The condition that a substitution holds on a day of the office; both ends are included, and what was ended does not hold."""
    return and_(_rule.valid_from <= day, _rule.valid_until >= day, _rule.ended_at.is_(None))


def of(login: str) -> tuple[StandIn, ...]:
    """For whom an account may act today, in a fixed order: never on and on, never for who has left but as their successor."""
    day = office.today()
    columns = (_rule.id, _rule.principal, _rule.processes, _rule.up_to, Person.department)
    query = select(*columns).join(Person, and_(Person.login == _rule.principal, Person.active))
    rows = db.session.execute(query.where(_rule.substitute == login, holds_on(day)).order_by(_rule.principal, _rule.id)).all()
    held = groups.held_by_each({row.principal: row.department for row in rows}, day)
    return (*(_substitution(row, held[row.principal]) for row in rows), *_successions(login, day))


def _substitution(row: Row[Any], held: frozenset[str]) -> StandIn:
    return StandIn(row.id, row.principal, held, None if row.processes is None else frozenset(row.processes), row.up_to)


def _successions(login: str, day: date) -> list[StandIn]:
    """Of whoever left, and of whoever they had succeeded before they left themselves."""
    found: dict[str, StandIn] = {}
    ahead = {login}
    while ahead:
        query = select(_left.login).join(Person, and_(Person.login == _left.login, ~Person.active))
        query = query.where(_left.successor.in_(ahead), _left.valid_from <= day)
        ahead = set(db.session.scalars(query)) - found.keys() - {login}
        found |= {one: StandIn(one, one, succeeds=True) for one in ahead}
    return [found[one] for one in sorted(found)]


def by_principal(logins: Iterable[str]) -> dict[str, list[tuple[str, StandIn]]]:
    """Who may act for each of these people today: (login, rule); only people who work here. What principals hold is left out."""
    wanted, day = sorted(set(logins)), office.today()
    if not wanted:
        return {}
    columns = (_rule.id, _rule.principal, _rule.substitute, _rule.processes, _rule.up_to)
    query = select(*columns).join(Person, and_(Person.login == _rule.substitute, Person.active))
    found: dict[str, list[tuple[str, StandIn]]] = {}
    for row in db.session.execute(query.where(_rule.principal.in_(wanted), holds_on(day)).order_by(_rule.id)):
        found.setdefault(row.principal, []).append((row.substitute, _substitution(row, frozenset())))
    return found


def successors(logins: Iterable[str]) -> dict[str, str]:
    """Who works here and has succeeded each of these people who have left."""
    wanted, day = sorted(set(logins)), office.today()
    if not wanted:
        return {}
    left = {row.login: row.successor for row in db.session.execute(select(_left.login, _left.successor).where(_left.valid_from <= day))}
    chain = {login: _last(login, left) for login in wanted if login in left}
    active = set(db.session.scalars(select(Person.login).where(Person.active, Person.login.in_([*wanted, *chain.values()]))))
    return {login: last for login, last in chain.items() if last in active and login not in active}


def _last(login: str, left: dict[str, str]) -> str:
    """Along the successors to the first who works here is for the database to say; circles end where they begin."""
    seen = {login}
    here = left[login]
    while here in left and here not in seen and not _is_active(here):
        seen.add(here)
        here = left[here]
    return here


def _is_active(login: str) -> bool:
    return db.session.scalar(select(Person.active).where(Person.login == login)) is True
