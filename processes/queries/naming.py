"""What names a person: roles, posts, lines of responsibility, substitutions, diagrams. For who hands over their work (离职交接)."""

from typing import Any

from sqlalchemy import func, or_, select

from processes.calendar import office
from processes.db import db, reading
from processes.models import AccountRole, Department, Holding, Post, ProcessDefinition, ResponsibilityLine, Role, Substitution


def of(login: str) -> dict[str, list[str]]:
    """By kind: roles, posts, lines, substitutions (others' logins), account_roles, diagrams (of newest versions: process, step)."""
    with reading():
        return {
            "roles": _roles(login),
            "posts": _posts(login),
            "lines": _lines(login),
            "substitutions": _substitutions(login),
            "account_roles": sorted(db.session.scalars(select(AccountRole.role).where(AccountRole.login == login)) or ()),
            "diagrams": _diagrams(login),
        }


def _lasting(column: Any) -> Any:
    return or_(column.is_(None), column >= office.today())


def _roles(login: str) -> list[str]:
    query = select(Role.name, Department.name).select_from(Holding).join(Role, Role.code == Holding.role)
    query = query.outerjoin(Department, Department.code == Holding.department).where(Holding.login == login, _lasting(Holding.valid_until))
    return sorted(f"{role}@{unit}" if unit else role for role, unit in db.session.execute(query))


def _posts(login: str) -> list[str]:
    query = select(Post.name, Department.name).select_from(Post).join(Department, Department.code == Post.department)
    return sorted(f"{unit}·{name}" for name, unit in db.session.execute(query.where(Post.login == login, _lasting(Post.valid_until))))


def _lines(login: str) -> list[str]:
    line = ResponsibilityLine
    query = select(line.line, Department.name).select_from(line).outerjoin(Department, Department.code == line.department)
    found = db.session.execute(query.where(line.leader == login, _lasting(line.valid_until)))
    return sorted(str(business or unit) for business, unit in found)


def _substitutions(login: str) -> list[str]:
    rule = Substitution
    query = select(rule.principal, rule.substitute).where(rule.ended_at.is_(None), rule.valid_until >= office.today())
    found = db.session.execute(query.where(or_(rule.principal == login, rule.substitute == login)))
    return sorted(substitute if principal == login else principal for principal, substitute in found)


def _diagrams(login: str) -> list[str]:
    newest = select(ProcessDefinition.key, func.max(ProcessDefinition.version).label("version")).group_by(ProcessDefinition.key).subquery()
    one = ProcessDefinition
    query = select(one.name, one.outline).join(newest, (newest.c.key == one.key) & (newest.c.version == one.version)).order_by(one.key)
    return [
        f"{name}：{entry.get('name') or element_id}"
        for name, outline in db.session.execute(query)
        for element_id, entry in outline["elements"].items()
        if entry.get("type") == "userTask" and login in _named(entry)
    ]


def _named(entry: dict[str, Any]) -> list[str]:
    return [entry.get("assignee") or "", *(entry.get("candidate_users") or []), *(entry.get("candidate_groups") or [])]
