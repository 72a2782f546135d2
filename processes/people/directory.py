"""Who people are: actors, names, departments; what pickers search. Only reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, ColumnExpressionArgument, Row, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from processes.actors import SYSTEM, Actor, Via
from processes.calendar import office
from processes.db import db, reading
from processes.errors import NotFound
from processes.models import AccountRole, Department, Person, Post
from processes.people import groups, standing_in
from processes.people.periods import valid_on

MOST_FOUND = 50
#: characters with a meaning in LIKE
_WILD = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


@dataclass(frozen=True)
class PersonFacts:
    """A person as lists and pickers show them."""

    login: str
    name: str
    department: str | None
    department_name: str | None
    #: the main post, which signs
    post: str | None
    active: bool
    signature: str | None = None

    @property
    def display(self) -> str:
        """The name with the post, or with the department where there is none: 何静安·财政局."""
        return with_post(self.name, self.post or self.department_name)


@dataclass(frozen=True)
class DepartmentFacts:
    """A department as trees and pickers show it."""

    code: str
    name: str
    parent: str | None
    level: str
    active: bool


def with_post(name: str, post: str | None) -> str:
    """A name as records show it."""
    return f"{name}·{post}" if post else name


def actor(login: str, *, scope: tuple[str, ...] | None = None, via: Via = "session") -> Actor:
    """The active account of that login with what it may do now; raises NotFound. Read anew for each request, so that what was
    revoked is gone at the next."""
    with reading():
        found = _people([login]).get(login)
        if found is None or not found.active:
            raise NotFound("person_not_found", login=login)
        roles = frozenset(db.session.scalars(select(AccountRole.role).where(AccountRole.login == login)))
        held, stands_in = groups.held_by(login, found.department), standing_in.of(login)
    return Actor(found.login, found.display, roles, held, found.department, scope, via, found.signature, stands_in)


def holders(group_name: str, on: date | None = None) -> list[str]:
    """Logins of the active people who hold a name on a day (default: today); `groups.holders` answers for many names at once."""
    return groups.holders([group_name], on)[group_name]


def resolve(candidate_users: Iterable[str], candidate_groups: Iterable[str], on: date | None = None) -> list[str]:
    """Logins of all active people who are named themselves or hold one of the groups."""
    return groups.resolve(candidate_users, candidate_groups, on)


def _people(logins: Iterable[str]) -> dict[str, PersonFacts]:
    return {facts.login: facts for facts in _facts(Person.login.in_(set(logins)))}


def _facts(*conditions: ColumnExpressionArgument[bool], limit: int | None = None) -> list[PersonFacts]:
    query = (
        select(Person.login, Person.name, Person.department, Person.active, Person.signature, Department.name.label("department_name"))
        .outerjoin(Department, Department.code == Person.department)
        .where(*conditions)
        .order_by(Person.active.desc(), Person.department, Person.login)
        .limit(limit)
    )
    rows = db.session.execute(query).all()
    posts = _main_posts([row.login for row in rows])
    return [_as_facts(row, posts.get(row.login)) for row in rows]


def _as_facts(row: Row[str, str, str | None, bool, str | None, str], post: str | None) -> PersonFacts:
    return PersonFacts(
        login=row.login,
        name=row.name,
        department=row.department,
        department_name=row.department_name,
        post=post,
        active=row.active,
        signature=row.signature,
    )


def _main_posts(logins: list[str]) -> dict[str, str]:
    query = select(Post.login, Post.name).where(Post.login.in_(logins), Post.main, valid_on(Post, office.today()))
    return {row.login: row.name for row in db.session.execute(query.order_by(Post.id.desc()))}


def people(logins: Iterable[str]) -> dict[str, PersonFacts]:
    """The people of these logins; unknown logins are left out."""
    with reading():
        return _people(logins)


def names(logins: Iterable[str | None]) -> dict[str, str]:
    """Names with posts of these logins; a login without an account is its own name."""
    wanted = {login for login in logins if login}
    with reading():
        found = _people(wanted)
    return {login: found[login].display if login in found else _other_name(login) for login in wanted}


def _other_name(login: str) -> str:
    return SYSTEM.name if login == SYSTEM.login else login


def exists(login: str) -> bool:
    """Whether an active account has this login."""
    with reading():
        return db.session.scalar(select(Person.active).where(Person.login == login)) is True


def working(logins: Iterable[str]) -> set[str]:
    """Those of these logins to whom work can be given: active people. Other systems have accounts too, and are nobody."""
    system = select(AccountRole.login).where(AccountRole.login == Person.login, AccountRole.role == "integrator").exists()
    with reading():
        return set(db.session.scalars(select(Person.login).where(Person.login.in_(set(logins)), Person.active, ~system)))


def search(text: str, limit: int = 20) -> list[PersonFacts]:
    """Active people whose name, login, post or department holds the text."""
    posts = select(Post.login).where(holds(text, Post.name), valid_on(Post, office.today()))
    matches = holds(text, Person.name, Person.login, Department.name) | Person.login.in_(posts)
    with reading():
        return _facts(Person.active, matches, limit=min(limit, MOST_FOUND))


def active() -> list[PersonFacts]:
    """Everybody with an active account, department by department, for fields that name anybody."""
    with reading():
        return _facts(Person.active)


def holds(text: str, *columns: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    """The condition that one of the columns holds the text, upper and lower case alike, wildcards as themselves."""
    like = f"%{text.strip().replace(chr(0), '').translate(_WILD)}%"
    return or_(*(column.ilike(like, escape="\\") for column in columns))


def departments(text: str = "", limit: int | None = None, *, disabled: bool = False) -> list[DepartmentFacts]:
    """Departments whose name or code holds the text; the disabled ones only when asked for."""
    query = select(Department).where(holds(text, Department.name, Department.code))
    if not disabled:
        query = query.where(Department.active)
    with reading():
        return [
            DepartmentFacts(code=row.code, name=row.name, parent=row.parent, level=row.level, active=row.active)
            for row in db.session.scalars(query.order_by(Department.code).limit(limit))
        ]


def department_exists(code: str) -> bool:
    """Whether there is an active department of this code."""
    with reading():
        return db.session.scalar(select(Department.active).where(Department.code == code)) is True
