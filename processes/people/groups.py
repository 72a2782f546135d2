"""What a name in a diagram means: who holds it, and which names somebody holds.

A name is, in this order, a role (code or name), a department (its active members), a post, a login. `name@department` is the role
or post within a department. A holding that is limited to a department counts only for `role@department`; one that is not counts
for the plain name and for the holder's own department.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from processes.calendar import office
from processes.db import db, reading
from processes.models import Department, Holding, Person, Post, Role
from processes.people.periods import valid_on
from processes.people.texts import AT


@dataclass
class _Named:
    """The roles, departments and posts that some names mean."""

    roles: dict[str, str] = field(default_factory=dict)
    departments: dict[str, str] = field(default_factory=dict)


def holders(names: Iterable[str], on: date | None = None) -> dict[str, list[str]]:
    """Logins of the active people who hold each name on a day (default: today in the office), sorted; none: an empty list."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    day = on or office.today()
    with reading():
        named = _named({part for name in wanted for part in name.split(AT, 1)})
        found = _by_role(wanted, named, day)
        _by_department(wanted, named, day, found)
        _by_post(wanted, named, day, found)
        _by_login(wanted, named, found)
    return {name: sorted(found.get(name, ())) for name in wanted}


def _named(texts: set[str]) -> _Named:
    named = _Named()
    for table, into in ((Role, named.roles), (Department, named.departments)):
        rows = db.session.execute(select(table.code, table.name).where(or_(table.code.in_(texts), table.name.in_(texts)))).all()
        into.update({row.name: row.code for row in rows} | {row.code: row.code for row in rows})
    return named


def _split(name: str, named: _Named) -> tuple[str, str | None]:
    """The name and the code of the department it is limited to; an unknown department is no code."""
    base, at, department = name.partition(AT)
    return base, named.departments.get(department, "") if at else None


def _by_role(wanted: list[str], named: _Named, day: date) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    asked = {name: named.roles[base] for name in wanted if (base := _split(name, named)[0]) in named.roles}
    if not asked:
        return found
    query = (
        select(Holding.role, Holding.department, Person.login, Person.department.label("home"))
        .join(Person, Person.login == Holding.login)
        .where(Holding.role.in_(set(asked.values())), Person.active, valid_on(Holding, day))
    )
    rows = db.session.execute(query).all()
    for name, role in asked.items():
        department = _split(name, named)[1]
        found[name] = {
            row.login
            for row in rows
            if row.role == role and (row.department is None if department is None else (row.department or row.home) == department)
        }
    return found


def _by_department(wanted: list[str], named: _Named, day: date, found: dict[str, set[str]]) -> None:
    asked = {name: named.departments[name] for name in wanted if name not in found and name in named.departments}
    if not asked:
        return
    codes = set(asked.values())
    members = select(Person.department, Person.login).where(Person.active, Person.department.in_(codes))
    seconded = (
        select(Post.department, Person.login)
        .join(Person, Person.login == Post.login)
        .where(Person.active, Post.department.in_(codes), valid_on(Post, day))
    )
    by_code = defaultdict(set)
    for row in [*db.session.execute(members), *db.session.execute(seconded)]:
        by_code[row.department].add(row.login)
    found.update({name: by_code[code] for name, code in asked.items()})


def members(code: str, on: date | None = None) -> list[str]:
    """Logins of the active people of a department, those with a second post in it too."""
    found: dict[str, set[str]] = {}
    with reading():
        _by_department([code], _Named({}, {code: code}), on or office.today(), found)
    return sorted(found[code])


def _by_post(wanted: list[str], named: _Named, day: date, found: dict[str, set[str]]) -> None:
    asked = {name: _split(name, named) for name in wanted if name not in found}
    if not asked:
        return
    titles = {base for base, _ in asked.values()}
    rows = db.session.execute(select(Post.name, Post.department, Post.login).where(Post.name.in_(titles), valid_on(Post, day))).all()
    active = set(db.session.scalars(select(Person.login).where(Person.active, Person.login.in_([row.login for row in rows]))))
    for name, (title, department) in asked.items():
        posts = [row for row in rows if row.name == title and department in (None, row.department)]
        if posts:
            found[name] = {row.login for row in posts if row.login in active}


def _by_login(wanted: list[str], named: _Named, found: dict[str, set[str]]) -> None:
    asked = [name for name in wanted if name not in found]
    if asked:
        known = db.session.scalars(select(Person.login).where(Person.active, Person.login.in_(asked)))
        found.update({login: {login} for login in known})


def resolve(candidate_users: Iterable[str], candidate_groups: Iterable[str], on: date | None = None) -> list[str]:
    """Logins of all active people who are named themselves or hold one of the groups."""
    users = set(candidate_users)
    with reading():
        active = set(db.session.scalars(select(Person.login).where(Person.active, Person.login.in_(users)))) if users else set()
    for logins in holders(candidate_groups, on).values():
        active.update(logins)
    return sorted(active)


def held_by(login: str, home: str | None, on: date | None = None) -> frozenset[str]:
    """Every name that somebody of the department `home` holds on a day: those for which `holders` gives the login, but the login."""
    return held_by_each({login: home}, on)[login]


def held_by_each(homes: Mapping[str, str | None], on: date | None = None) -> dict[str, frozenset[str]]:
    """`held_by` of several people, with as many statements as of one; `homes`: the department of each login."""
    if not homes:
        return {}
    day = on or office.today()
    roles = select(Holding.login, Holding.department, Role.code, Role.name).join(Role, Role.code == Holding.role)
    titles = select(Post.login, Post.department, Post.name)
    with reading():
        holdings = db.session.execute(roles.where(Holding.login.in_(homes), valid_on(Holding, day))).all()
        posts = db.session.execute(titles.where(Post.login.in_(homes), valid_on(Post, day))).all()
        units = {*homes.values(), *(row.department for row in [*holdings, *posts])} - {None}
        wanted = select(Department.code, Department.name).where(Department.code.in_(units))
        departments = {row.code: row for row in db.session.execute(wanted)} if units else {}
        named = _named({text for unit in departments.values() for text in (unit.code, unit.name)} | {row.name for row in posts})
    found: dict[str, frozenset[str]] = {}
    for login, home in homes.items():
        own = _roles(home, [row for row in holdings if row.login == login], departments)
        found[login] = frozenset(own | _posts_and_departments(home, [row for row in posts if row.login == login], departments, named))
    return found


def _roles(home: str | None, holdings: Iterable[Any], departments: dict[str | None, Any]) -> set[str]:
    held: set[str] = set()
    for row in holdings:
        held.update(() if row.department else (row.code, row.name))
        held.update(_within((row.code, row.name), departments.get(row.department or home)))
    return held


def _within(names: tuple[str, ...], department: Any) -> set[str]:
    return {f"{name}{AT}{unit}" for name in names for unit in (department.code, department.name)} if department else set()


def _posts_and_departments(home: str | None, rows: Sequence[Any], departments: dict[str | None, Any], named: _Named) -> set[str]:
    """Names of departments and posts, but those that mean something nearer: a role before a department, a department before a post."""
    member_of = {departments[code] for code in {home, *(row.department for row in rows)} if code in departments}
    units = {text for unit in member_of for text in (unit.code, unit.name)}
    held = units - named.roles.keys()
    for row in rows:
        if row.name not in named.roles:
            held.update(_within((row.name,), departments.get(row.department)))
            held.update(() if row.name in named.departments else (row.name,))
    return held
