"""Roles that diagrams name, who holds them, and lines of responsibility; commands of security administrators.

What is given or ended counts from the next request on (C-ORG-03): who may act is looked up then.
"""

from datetime import date
from typing import Any

from sqlalchemy import or_, select

from processes import acts, ids
from processes.actors import Actor
from processes.calendar import office
from processes.db import db, transaction
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.models import Department, Holding, Person, ResponsibilityLine, Role
from processes.people import texts

GRANTER = frozenset({"security_admin"})


def create_role(code: str, name: str, description: str | None = None, *, actor: Actor) -> None:
    """Make a role; raises Conflict when code or name is taken, Invalid."""
    acts.require_role(actor, GRANTER, "role_created", code)
    code, name = texts.code(code), texts.group_name(name)
    with transaction():
        acts.lock()
        _check_free(name, None)
        _check_free(code, None)
        db.session.add(Role(code=code, name=name, description=_described(description)))
        acts.record("role_created", code, actor=actor, details={"name": name})


def change_role(code: str, *, name: str, description: str | None, actor: Actor) -> None:
    """Rename or describe a role; diagrams that name it by its old name no longer find it. Raises NotFound, Conflict, Invalid."""
    acts.require_role(actor, GRANTER, "role_changed", code)
    name = texts.group_name(name)
    with transaction():
        acts.lock()
        row = _role(code)
        _check_free(name, code)
        before = row.name
        row.name, row.description = name, _described(description)
        acts.record("role_changed", code, actor=actor, details={"before": before, "after": name})


def delete_role(code: str, *, actor: Actor) -> None:
    """Delete a role that nobody holds or held; raises NotFound, Conflict("role_held")."""
    acts.require_role(actor, GRANTER, "role_deleted", code)
    with transaction():
        acts.lock()
        row = _role(code)
        if db.session.scalar(select(Holding.id).where(Holding.role == code).limit(1)) is not None:
            raise Conflict("role_held", role=row.name)
        name = row.name
        db.session.delete(row)
        acts.record("role_deleted", code, actor=actor, details={"name": name})


def _role(code: str) -> Role:
    row = db.session.get(Role, code)
    if row is None:
        raise NotFound("role_not_found", key=code)
    return row


def _check_free(text: str, own: str | None) -> None:
    """A text names one role only, be it as code or as name."""
    other = db.session.scalar(select(Role.code).where(or_(Role.code == text, Role.name == text), Role.code != (own or "")))
    if other is not None:
        raise Conflict("role_exists", key=other, name=text)


def _described(text: str | None) -> str | None:
    return texts.name(text, "description", longest=300) if text and text.strip() else None


def give(
    login: str,
    role: str,
    *,
    department: str | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    actor: Actor,
) -> str:
    """Let somebody hold a role, perhaps only within a department and between dates (both included); returns the holding's id.

    Never to oneself. Raises NotFound, NotAllowed, Invalid, Conflict("holding_exists") when the same is held then already.
    """
    acts.require_role(actor, GRANTER, "role_given", login)
    if actor.login == login:
        acts.refuse(actor, "role_given", login, NotAllowed("own_roles"))
    texts.period(valid_from, valid_until)
    with transaction():
        acts.lock()
        _role(role)
        _check_person(login)
        _check_department(department)
        if _held_then(login, role, department, valid_from, valid_until):
            raise Conflict("holding_exists")
        row = Holding(id=ids.new_id(), login=login, role=role, department=department, valid_from=valid_from, valid_until=valid_until)
        db.session.add(row)
        db.session.flush()
        acts.record("role_given", login, actor=actor, details=_of_holding(row))
        return row.id


def _check_person(login: str, field: str = "login") -> None:
    person = db.session.get(Person, login)
    if person is None or not person.active:
        raise Invalid("field_invalid", fields={field: ["没有这个在用账号。"]})


def _check_department(department: str | None) -> None:
    if department is not None and db.session.get(Department, department) is None:
        raise Invalid("field_invalid", fields={"department": ["没有这个部门。"]})


def _held_then(login: str, role: str, department: str | None, first: date | None, last: date | None) -> bool:
    query = select(Holding).where(Holding.login == login, Holding.role == role)
    query = query.where(Holding.department.is_(None) if department is None else Holding.department == department)
    return any(
        (last is None or row.valid_from is None or row.valid_from <= last)
        and (first is None or row.valid_until is None or row.valid_until >= first)
        for row in db.session.scalars(query)
    )


def end(holding_id: str, last: date | None = None, *, actor: Actor) -> None:
    """End a holding after a day; without one at once: the holder loses the role with the next request.

    Raises NotFound, Invalid for a day before it began.
    """
    acts.require_role(actor, GRANTER, "role_ended", holding_id)
    with transaction():
        acts.lock()
        row = db.session.get(Holding, holding_id)
        if row is None:
            raise NotFound("holding_not_found")
        details = _of_holding(row)
        _end(row, last)
        acts.record("role_ended", row.login, actor=actor, details=details)


def _end(row: Holding | ResponsibilityLine, last: date | None) -> None:
    """A period that would end before it begins never held: its row goes; the act tells of it."""
    if last is not None:
        texts.period(row.valid_from, last)
        row.valid_until = last
        return
    yesterday = date.fromordinal(office.today().toordinal() - 1)
    if row.valid_from is not None and row.valid_from > yesterday:
        db.session.delete(row)
    else:
        row.valid_until = min(yesterday, row.valid_until or yesterday)


def _of_holding(row: Holding) -> dict[str, Any]:
    return {
        "role": row.role,
        "department": row.department,
        "from": row.valid_from.isoformat() if row.valid_from else None,
        "until": row.valid_until.isoformat() if row.valid_until else None,
    }


def put_in_charge(
    leader: str,
    *,
    department: str | None = None,
    business: str | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    actor: Actor,
) -> str:
    """Put a leader in charge of a department or of a line of business (分管) from a day on (default: today); returns the line's id.

    Raises Invalid, Conflict.
    """
    acts.require_role(actor, GRANTER, "line_given", leader)
    if actor.login == leader:
        acts.refuse(actor, "line_given", leader, NotAllowed("own_roles"))
    if (department is None) == (business is None):
        raise Invalid("field_invalid", fields={"department": ["请填部门或业务条线中的一项。"]})
    line = None if business is None else texts.name(business, "business", longest=60)
    begins = valid_from or office.today()
    texts.period(begins, valid_until)
    with transaction():
        acts.lock()
        _check_person(leader, "leader")
        _check_department(department)
        if _in_charge(leader, department, line, begins, valid_until):
            raise Conflict("line_exists")
        row = ResponsibilityLine(
            id=ids.new_id(), leader=leader, department=department, line=line, valid_from=begins, valid_until=valid_until
        )
        db.session.add(row)
        db.session.flush()
        acts.record("line_given", leader, actor=actor, details=_of_line(row))
        return row.id


def _of_line(row: ResponsibilityLine) -> dict[str, Any]:
    return {
        "department": row.department,
        "business": row.line,
        "from": row.valid_from.isoformat() if row.valid_from else None,
        "until": row.valid_until.isoformat() if row.valid_until else None,
    }


def _in_charge(leader: str, department: str | None, line: str | None, first: date, last: date | None) -> bool:
    """Whether the leader is in charge of the same on some of these days."""
    query = select(ResponsibilityLine.id).where(
        ResponsibilityLine.leader == leader,
        ResponsibilityLine.department.is_(None) if department is None else ResponsibilityLine.department == department,
        ResponsibilityLine.line.is_(None) if line is None else ResponsibilityLine.line == line,
        or_(ResponsibilityLine.valid_until.is_(None), ResponsibilityLine.valid_until >= first),
    )
    if last is not None:
        query = query.where(or_(ResponsibilityLine.valid_from.is_(None), ResponsibilityLine.valid_from <= last))
    return db.session.scalar(query.limit(1)) is not None


def end_line(line_id: str, last: date | None = None, *, actor: Actor) -> None:
    """End a line of responsibility after a day, or at once. Raises NotFound, Invalid."""
    acts.require_role(actor, GRANTER, "line_ended", line_id)
    with transaction():
        acts.lock()
        row = db.session.get(ResponsibilityLine, line_id)
        if row is None:
            raise NotFound("line_not_found")
        details = _of_line(row)
        _end(row, last)
        acts.record("line_ended", row.leader, actor=actor, details=details)
