"""An organisation as a document (organisation.toml): departments, roles, people, posts, holdings, lines of responsibility.

Loading adds and changes, it removes nothing: what the document does not name stays as it is, so that loading twice is loading once.
"""

import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from processes import acts, clock, ids
from processes.actors import Actor
from processes.db import db, transaction
from processes.errors import Invalid
from processes.models import Department, Holding, Person, Post, ResponsibilityLine, Role
from processes.people import accounts, texts
from processes.people.texts import AT

LEVELS = frozenset({"district", "town", "department", "village", "station", "bureau"})


class _Part(msgspec.Struct, forbid_unknown_fields=True):
    """A part of the document; a key that nobody knows is refused."""


class DepartmentPart(_Part):
    """A department."""

    code: str
    name: str
    parent: str | None = None
    level: str = "department"


class RolePart(_Part):
    """A role that diagrams name."""

    code: str
    name: str
    description: str | None = None


class PostPart(_Part):
    """A post of a department; both days of a period belong to it."""

    name: str
    department: str
    head: bool = False
    valid_from: date | None = None
    valid_until: date | None = None


class PersonPart(_Part):
    """A person: `post` is the main one, in the own department; `roles` may be `role@department`."""

    login: str
    name: str
    department: str | None = None
    phone: str | None = None
    post: str | None = None
    head: bool = False
    roles: list[str] = []
    posts: list[PostPart] = []
    account_roles: list[str] = []


class LinePart(_Part):
    """A leader and what the leader is in charge of."""

    leader: str
    departments: list[str] = []
    business: list[str] = []
    valid_from: date | None = None
    valid_until: date | None = None


class Organisation(_Part):
    """The whole document."""

    departments: list[DepartmentPart] = []
    roles: list[RolePart] = []
    people: list[PersonPart] = []
    vacancies: list[PostPart] = []
    lines: list[LinePart] = []


def read(source: Path) -> Organisation:
    """The document of a TOML file; raises Invalid("organisation_refused") that says what is wrong and where."""
    try:
        return parse(tomllib.loads(source.read_text("utf-8")))
    except (OSError, ValueError) as problem:
        raise Invalid("organisation_refused", reason=str(problem)) from problem


def parse(document: dict[str, Any]) -> Organisation:
    """The document, its shape checked; raises Invalid("organisation_refused")."""
    try:
        return msgspec.convert(document, Organisation)
    except msgspec.ValidationError as problem:
        raise Invalid("organisation_refused", reason=str(problem)) from problem


def load(source: Path | Organisation, *, actor: Actor) -> None:
    """Bring an organisation into the database, as a command; for the command line and imports."""
    document = read(source) if isinstance(source, Path) else source
    acts.require_role(actor, (), "organisation_loaded", None)
    with transaction():
        acts.lock()
        write(document)
        acts.record("organisation_loaded", None, actor=actor, details={"people": len(document.people)})


def write(document: Organisation, *, demo: bool = False) -> list[str]:
    """Write the document inside the open transaction and return the logins of the people who are new (`demo`: marked as such)."""
    _write_departments(document.departments)
    _write_roles(document.roles)
    roles = {name: role.code for role in db.session.scalars(select(Role)) for name in (role.code, role.name)}
    units = {name: unit.code for unit in db.session.scalars(select(Department)) for name in (unit.code, unit.name)}
    new = [part.login for part in document.people if _write_person(part, units, demo=demo)]
    db.session.flush()
    _write_holdings(document.people, roles, units)
    _write_posts(document, units)
    _write_lines(document.lines, units)
    return new


def _known(names: dict[str, str], name: str, what: str) -> str:
    if name not in names:
        raise Invalid("organisation_refused", reason=f"没有{what}“{name}”")
    return names[name]


def _write_departments(parts: Iterable[DepartmentPart]) -> None:
    parts = list(parts)
    for part in parts:
        if part.level not in LEVELS:
            raise Invalid("organisation_refused", reason=f"部门“{part.name}”的 level 不是 {'、'.join(sorted(LEVELS))} 之一")
        row = db.session.get(Department, part.code) or Department(code=texts.code(part.code))
        row.name, row.level = texts.group_name(part.name), part.level
        db.session.add(row)
    db.session.flush()
    for part in parts:
        if part.parent is not None and db.session.get(Department, part.parent) is None:
            raise Invalid("organisation_refused", reason=f"没有部门“{part.parent}”")
        row = db.session.get_one(Department, part.code)
        row.parent = part.parent
    db.session.flush()
    _refuse_circles(part.code for part in parts)


def _refuse_circles(codes: Iterable[str]) -> None:
    """No department is above itself: nobody could be found upwards."""
    above = {row.code: row.parent for row in db.session.execute(select(Department.code, Department.parent))}
    for code in codes:
        seen, unit = {code}, above.get(code)
        while unit is not None:
            if unit in seen:
                raise Invalid("organisation_refused", reason=f"部门“{code}”的上级绕回了自己")
            seen.add(unit)
            unit = above.get(unit)


def _write_roles(parts: Iterable[RolePart]) -> None:
    for part in parts:
        row = db.session.get(Role, part.code) or Role(code=texts.code(part.code))
        row.name, row.description = texts.group_name(part.name), part.description
        db.session.add(row)
    db.session.flush()


def _write_person(part: PersonPart, units: dict[str, str], *, demo: bool) -> bool:
    department = None if part.department is None else _known(units, part.department, "部门")
    row = db.session.get(Person, part.login)
    if row is None:
        row = Person(login=texts.login(part.login), name=texts.name(part.name, "name"), created_at=clock.now(), demo=demo)
        row.department, row.phone = department, texts.phone(part.phone)
        db.session.add(row)
        db.session.flush()
        accounts.write_roles(part.login, accounts.check_roles(part.account_roles))
        return True
    row.name, row.department, row.phone = texts.name(part.name, "name"), department, texts.phone(part.phone)
    return False


def _write_holdings(people: Iterable[PersonPart], roles: dict[str, str], units: dict[str, str]) -> None:
    present = {(row.login, row.role, row.department) for row in db.session.scalars(select(Holding).where(Holding.valid_until.is_(None)))}
    for part in people:
        for text in part.roles:
            name, at, unit = text.partition(AT)
            key = (part.login, _known(roles, name, "角色"), _known(units, unit, "部门") if at else None)
            if key not in present:
                present.add(key)
                db.session.add(Holding(id=ids.new_id(), login=key[0], role=key[1], department=key[2]))
    db.session.flush()


def _write_posts(document: Organisation, units: dict[str, str]) -> None:
    for part in document.people:
        if part.post is not None:
            if part.department is None:
                raise Invalid("organisation_refused", reason=f"“{part.login}”有岗位而没有部门")
            _write_post(PostPart(part.post, part.department, part.head), part.login, units, main=True)
        for second in part.posts:
            _write_post(second, part.login, units, main=False)
    for vacancy in document.vacancies:
        _write_post(vacancy, None, units, main=True)
    db.session.flush()


def _write_post(part: PostPart, login: str | None, units: dict[str, str], *, main: bool) -> None:
    name, department = texts.group_name(part.name), _known(units, part.department, "部门")
    same = (Post.name == name, Post.department == department)
    if part.valid_from is not None or part.valid_until is not None:
        _write_dated_post(part, login, name, department, main=main)
        return
    rows = list(db.session.scalars(select(Post).where(*same, Post.valid_until.is_(None))))
    row = next((row for row in rows if row.login == login), None) or next((row for row in rows if row.login is None), None)
    if row is None and login is None and rows:
        return
    row = row or Post(id=ids.new_id(), name=name, department=department)
    row.login, row.head, row.main = login, part.head, main
    db.session.add(row)


def _write_dated_post(part: PostPart, login: str | None, name: str, department: str, *, main: bool) -> None:
    """A post that somebody holds between two days is a row of its own."""
    texts.period(part.valid_from, part.valid_until)
    query = select(Post).where(Post.name == name, Post.department == department, Post.login == login)
    row = next((row for row in db.session.scalars(query) if (row.valid_from, row.valid_until) == (part.valid_from, part.valid_until)), None)
    row = row or Post(id=ids.new_id(), name=name, department=department, login=login)
    row.head, row.main, row.valid_from, row.valid_until = part.head, main, part.valid_from, part.valid_until
    db.session.add(row)


def _write_lines(parts: Iterable[LinePart], units: dict[str, str]) -> None:
    rows = list(db.session.scalars(select(ResponsibilityLine)))
    present = {(row.leader, row.department, row.line, row.valid_from, row.valid_until) for row in rows}
    lasting = {(row.leader, row.department, row.line) for row in rows if row.valid_until is None}
    for part in parts:
        if db.session.get(Person, part.leader) is None:
            raise Invalid("organisation_refused", reason=f"没有账号“{part.leader}”")
        texts.period(part.valid_from, part.valid_until)
        wanted: list[tuple[str, str | None, str | None]] = [(part.leader, _known(units, unit, "部门"), None) for unit in part.departments]
        wanted += [(part.leader, None, business) for business in part.business]
        dates = (part.valid_from, part.valid_until)
        for leader, department, business in wanted:
            known = (
                (leader, department, business) in lasting if dates == (None, None) else (leader, department, business, *dates) in present
            )
            if not known:
                row = ResponsibilityLine(id=ids.new_id(), leader=leader, department=department, line=business)
                row.valid_from, row.valid_until = dates
                db.session.add(row)
    db.session.flush()
