"""Editing departments and people: commands of system administrators. Roles and who holds them: `granting`; posts: `posts`."""

from typing import Any

from sqlalchemy import select

from processes import acts
from processes.actors import Actor
from processes.db import db, transaction
from processes.errors import Conflict, Invalid, NotFound
from processes.models import Department, Holding, Person, Post, ResponsibilityLine
from processes.people import accounts, passwords, sessions, texts
from processes.people.organisation import LEVELS

KEEPER = frozenset({"system_admin"})


def create_department(code: str, name: str, *, parent: str | None = None, level: str = "department", actor: Actor) -> None:
    """Make a department; raises Conflict when its code or name is taken, Invalid."""
    acts.require_role(actor, KEEPER, "department_created", code)
    code = texts.code(code)
    with transaction():
        acts.lock()
        if db.session.get(Department, code) is not None:
            raise Conflict("department_exists", key=code)
        row = Department(code=code, name=_free_name(name, code), parent=_parent(parent, code), level=_level(level))
        db.session.add(row)
        db.session.flush()
        acts.record("department_created", code, actor=actor, details=_of_department(row))


def change_department(code: str, *, name: str, parent: str | None, level: str, active: bool, actor: Actor) -> None:
    """Rename, move, disable or enable a department; raises NotFound, Conflict, Invalid."""
    acts.require_role(actor, KEEPER, "department_changed", code)
    with transaction():
        acts.lock()
        row = _department(code)
        before = _of_department(row)
        row.name, row.parent, row.level, row.active = _free_name(name, code), _parent(parent, code), _level(level), active
        db.session.flush()
        acts.record("department_changed", code, actor=actor, details={"before": before, "after": _of_department(row)})


def delete_department(code: str, *, actor: Actor) -> None:
    """Delete a department that nothing belongs to; one with people, posts or departments below raises Conflict: disable it (C-ORG-01)."""
    acts.require_role(actor, KEEPER, "department_deleted", code)
    with transaction():
        acts.lock()
        row = _department(code)
        if _in_use(code):
            raise Conflict("department_in_use", key=code)
        details = _of_department(row)
        db.session.delete(row)
        db.session.flush()
        acts.record("department_deleted", code, actor=actor, details=details)


def _department(code: str) -> Department:
    row = db.session.get(Department, code)
    if row is None:
        raise NotFound("department_not_found", key=code)
    return row


def _of_department(row: Department) -> dict[str, Any]:
    return {"name": row.name, "parent": row.parent, "level": row.level, "active": row.active is not False}


def _free_name(text: str, code: str) -> str:
    name = texts.group_name(text)
    other = db.session.scalar(select(Department.code).where(Department.name == name, Department.code != code))
    if other is not None:
        raise Conflict("department_exists", key=other, name=name)
    return name


def _level(level: str) -> str:
    if level not in LEVELS:
        raise Invalid("field_invalid", fields={"level": ["没有这样的级别。"]})
    return level


def _parent(parent: str | None, code: str) -> str | None:
    """The code of the department above; raises Invalid when it is not there or is the department itself or below it."""
    above, steps = parent or None, 0
    while above is not None:
        row = db.session.get(Department, above)
        if row is None or above == code or steps > 50:
            raise Invalid("field_invalid", fields={"parent": ["上级部门不存在，或就在本部门之下。"]})
        above, steps = row.parent, steps + 1
    return parent or None


def _in_use(code: str) -> bool:
    used = (
        select(Person.login).where(Person.department == code),
        select(Post.id).where(Post.department == code),
        select(Holding.id).where(Holding.department == code),
        select(ResponsibilityLine.id).where(ResponsibilityLine.department == code),
        select(Department.code).where(Department.parent == code),
    )
    return any(db.session.scalar(query.limit(1)) is not None for query in used)


def create_person(login: str, name: str, *, department: str | None = None, phone: str | None = None, actor: Actor) -> str:
    """Make an account for a person and return its one-time password, which must be changed at the first sign-in (C-ACC-08)."""
    password = passwords.one_time()
    accounts.create(login, name, password=password, department=department, phone=phone, must_change_password=True, actor=actor)
    return password


def change_person(login: str, *, name: str, department: str | None, phone: str | None, actor: Actor) -> None:
    """Change name, department or phone of a person; raises NotFound, Invalid."""
    acts.require_role(actor, KEEPER, "person_changed", login)
    with transaction():
        row = accounts.locked_person(login)
        before = _of_person(row)
        if department and db.session.get(Department, department) is None:
            raise Invalid("field_invalid", fields={"department": ["没有这个部门。"]})
        row.name, row.department, row.phone = texts.name(name, "name"), department or None, texts.phone(phone)
        db.session.flush()
        acts.record("person_changed", login, actor=actor, details={"before": before, "after": _of_person(row)})


def _of_person(row: Person) -> dict[str, Any]:
    return {"name": row.name, "department": row.department, "phone": row.phone}


def set_active(login: str, active: bool, *, actor: Actor) -> None:
    """Disable an account, whose sessions end at once and whose tokens are worth nothing, or enable it again (C-ORG-02).

    Raises NotFound, NotAllowed (see `accounts.check_may_keep`), Conflict when no administrator would remain.
    """
    kind = "account_enabled" if active else "account_disabled"
    accounts.check_may_keep(actor, kind, login)
    with transaction():
        row = accounts.locked_person(login)
        if row.active == active:
            return
        row.active = active
        if not active:
            sessions.end_all(login)
        db.session.flush()
        accounts.check_keepers_remain()
        acts.record(kind, login, actor=actor)
