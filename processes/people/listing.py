"""What administrators' pages list: people with what they hold, roles with holders, posts, lines of responsibility. Only reads."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from processes.db import db, reading
from processes.errors import NotFound
from processes.models import AccountRole, Department, Holding, Person, Post, ResponsibilityLine, Role
from processes.people import directory


@dataclass(frozen=True)
class HoldingFacts:
    """Somebody holds a role between dates (both included; None: open)."""

    id: str
    login: str
    role: str
    role_name: str
    department: str | None
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True)
class PostFacts:
    """A post of a department and who holds it."""

    id: str
    name: str
    department: str
    login: str | None
    head: bool
    main: bool
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True)
class LineFacts:
    """A leader is in charge of a department or of a line of business."""

    id: str
    leader: str
    department: str | None
    business: str | None
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True)
class RoleFacts:
    """A role and who holds it."""

    code: str
    name: str
    description: str | None
    holdings: list[HoldingFacts] = field(default_factory=list)


@dataclass(frozen=True)
class AccountFacts:
    """A person with account, roles, posts and holdings."""

    person: directory.PersonFacts
    phone: str | None
    demo: bool
    has_password: bool
    must_change_password: bool
    locked_until: datetime | None
    created_at: datetime
    account_roles: list[str]
    holdings: list[HoldingFacts]
    posts: list[PostFacts]


def accounts(text: str = "", *, department: str | None = None, limit: int = 50, after: str | None = None) -> list[AccountFacts]:
    """Accounts in the order of their logins, disabled ones too; the next page begins `after` the last login."""
    query = select(Person).order_by(Person.login).limit(limit)
    if text.strip():
        query = query.where(directory.holds(text, Person.name, Person.login))
    if department:
        query = query.where(Person.department == department)
    if after:
        query = query.where(Person.login > after)
    with reading():
        return _accounts(db.session.scalars(query).all())


def account(login: str) -> AccountFacts:
    """One account; raises NotFound."""
    with reading():
        found = _accounts(db.session.scalars(select(Person).where(Person.login == login)).all())
    if not found:
        raise NotFound("person_not_found", login=login)
    return found[0]


def _accounts(rows: Iterable[Person]) -> list[AccountFacts]:
    people = {row.login: row for row in rows}
    facts = directory.people(people)
    roles: dict[str, list[str]] = defaultdict(list)
    for row in db.session.scalars(select(AccountRole).where(AccountRole.login.in_(people)).order_by(AccountRole.role)):
        roles[row.login].append(row.role)
    held: dict[str, list[HoldingFacts]] = defaultdict(list)
    for holding in _holdings(logins=people):
        held[holding.login].append(holding)
    posts: dict[str, list[PostFacts]] = defaultdict(list)
    for post in db.session.scalars(select(Post).where(Post.login.in_(people)).order_by(Post.id)):
        posts[str(post.login)].append(_post(post))
    return [
        AccountFacts(
            person=facts[login],
            phone=row.phone,
            demo=row.demo,
            has_password=row.password is not None,
            must_change_password=row.must_change_password,
            locked_until=row.locked_until,
            created_at=row.created_at,
            account_roles=roles[login],
            holdings=held[login],
            posts=posts[login],
        )
        for login, row in people.items()
    ]


def _holdings(*, logins: Iterable[str] | None = None) -> list[HoldingFacts]:
    query = select(Holding, Role.name.label("role_name")).join(Role, Role.code == Holding.role).order_by(Role.code, Holding.login)
    if logins is not None:
        query = query.where(Holding.login.in_(list(logins)))
    return [
        HoldingFacts(
            id=row.Holding.id,
            login=row.Holding.login,
            role=row.Holding.role,
            role_name=row.role_name,
            department=row.Holding.department,
            valid_from=row.Holding.valid_from,
            valid_until=row.Holding.valid_until,
        )
        for row in db.session.execute(query)
    ]


def roles() -> list[RoleFacts]:
    """All roles with everybody who holds or held them."""
    with reading():
        held: dict[str, list[HoldingFacts]] = defaultdict(list)
        for holding in _holdings():
            held[holding.role].append(holding)
        rows = db.session.scalars(select(Role).order_by(Role.code)).all()
        return [RoleFacts(code=row.code, name=row.name, description=row.description, holdings=held[row.code]) for row in rows]


def posts(department: str | None = None) -> list[PostFacts]:
    """The posts of a department, or all, heads first; ended ones too."""
    query = select(Post).join(Department, Department.code == Post.department).order_by(Post.department, Post.head.desc(), Post.id)
    if department:
        query = query.where(Post.department == department)
    with reading():
        return [_post(row) for row in db.session.scalars(query)]


def _post(row: Post) -> PostFacts:
    return PostFacts(
        id=row.id,
        name=row.name,
        department=row.department,
        login=row.login,
        head=row.head,
        main=row.main,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def lines() -> list[LineFacts]:
    """All lines of responsibility, ended ones too."""
    with reading():
        rows = db.session.scalars(select(ResponsibilityLine).order_by(ResponsibilityLine.leader, ResponsibilityLine.id))
        return [
            LineFacts(
                id=row.id,
                leader=row.leader,
                department=row.department,
                business=row.line,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
            )
            for row in rows
        ]
