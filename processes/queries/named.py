"""Whom a word of a filter names: people by name or login, departments by name or code, and the cases that wait for them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, or_, select

from processes.db import db
from processes.models import Department, InboxEntry, Person, Post, Role, UserTask
from processes.people import directory, groups

MOST_PEOPLE = 20
MOST_NAMES = 100


def people(word: str) -> list[str]:
    """Logins of the people, also of those who have left, whose name or login holds the word; some of very many."""
    if not word.strip():
        return []
    query = select(Person.login).where(directory.holds(word, Person.name, Person.login)).order_by(Person.login).limit(MOST_PEOPLE)
    return list(db.session.scalars(query))


def departments(word: str) -> list[str]:
    """Codes of the departments whose name or code holds the word."""
    if not word.strip():
        return []
    query = select(Department.code).where(directory.holds(word, Department.name, Department.code)).order_by(Department.code)
    return list(db.session.scalars(query.limit(MOST_NAMES)))


def holders(word: str) -> list[str]:
    """The holders of inbox entries that a word names: people with all that they hold, and roles, departments and posts by name."""
    logins = people(word)
    homes = {login: home for login, home in db.session.execute(select(Person.login, Person.department).where(Person.login.in_(logins)))}
    held = groups.held_by_each(homes).values()
    names = {*logins, *_groups(word), *(name for each in held for name in each)}
    return sorted({f"user:{login}" for login in logins} | {f"group:{name}" for name in names})


def _groups(word: str) -> Iterable[str]:
    """Roles, departments and posts whose name or code holds the word, by both."""
    for columns in ((Role.name, Role.code), (Department.name, Department.code), (Post.name, Post.name)):
        query = select(*dict.fromkeys(columns)).where(or_(directory.holds(word, *dict.fromkeys(columns)))).limit(MOST_NAMES)
        for row in db.session.execute(query):
            yield from row


def waiting_cases(word: str) -> Select[Any] | None:
    """Ids of the cases with an open task that one of those may find whom a word names; None where it names nobody."""
    named = holders(word) if word.strip() else []
    if not named:
        return None
    return select(UserTask.instance_id).join(InboxEntry, InboxEntry.user_task_id == UserTask.id).where(InboxEntry.holder.in_(named))
