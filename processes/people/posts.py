"""Posts (岗位) of departments and who holds them, with dates; commands of system administrators."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from processes import acts, ids
from processes.actors import Actor
from processes.calendar import office
from processes.db import db, transaction
from processes.errors import Conflict, Invalid, NotFound
from processes.models import Department, Person, Post
from processes.people import texts
from processes.people.editing import KEEPER


def create(name: str, department: str, *, head: bool = False, actor: Actor) -> str:
    """Make a post that nobody holds yet and return its id; raises Invalid."""
    acts.require_role(actor, KEEPER, "post_created", name)
    with transaction():
        acts.lock()
        if db.session.get(Department, department) is None:
            raise Invalid("field_invalid", fields={"department": ["没有这个部门。"]})
        row = Post(id=ids.new_id(), name=texts.group_name(name), department=department, head=head)
        db.session.add(row)
        db.session.flush()
        acts.record("post_created", row.id, actor=actor, details=_of(row))
        return row.id


def change(post_id: str, *, name: str, head: bool, actor: Actor) -> None:
    """Rename a post, or say whether it heads the department; raises NotFound, Invalid."""
    acts.require_role(actor, KEEPER, "post_changed", post_id)
    with transaction():
        acts.lock()
        row = _post(post_id)
        before = _of(row)
        row.name, row.head = texts.group_name(name), head
        db.session.flush()
        acts.record("post_changed", post_id, actor=actor, details={"before": before, "after": _of(row)})


def appoint(
    post_id: str, login: str | None, *, main: bool = True, valid_from: date | None = None, valid_until: date | None = None, actor: Actor
) -> str:
    """Let somebody hold a post from a day on (None: from today), or nobody (`login` None); returns the id of the row that says so.

    The row of who held it before ends the day before, so that "who was head then" stays answered. A person has one main post.
    Raises NotFound, Conflict for a post that has ended, Invalid.
    """
    acts.require_role(actor, KEEPER, "post_appointed", post_id)
    begins = valid_from or office.today()
    texts.period(begins, valid_until)
    with transaction():
        acts.lock()
        row = _post(post_id)
        if row.valid_until is not None and row.valid_until < begins:
            raise Conflict("post_ended", until=row.valid_until.isoformat())
        if login is not None and not _is_active(login):
            raise Invalid("field_invalid", fields={"login": ["没有这个在用账号。"]})
        if row.login is not None:
            row = _successor(row, begins)
        row.login, row.main = login, main
        if login is not None and main:
            db.session.execute(update(Post).where(Post.login == login, Post.id != row.id).values(main=False))
        row.valid_from, row.valid_until = (begins, valid_until) if login is not None else (None, None)
        db.session.add(row)
        db.session.flush()
        acts.record("post_appointed", row.id, actor=actor, details=_of(row))
        return row.id


def _successor(row: Post, begins: date) -> Post:
    """End the row of who holds the post and return the next one; a holder who would never have held it leaves no row behind."""
    last = begins - timedelta(days=1)
    if row.valid_from is not None and row.valid_from > last:
        return row
    row.valid_until = last
    return Post(id=ids.new_id(), name=row.name, department=row.department, head=row.head)


def delete(post_id: str, *, actor: Actor) -> None:
    """Delete a post that nobody holds or held; raises NotFound, Conflict("post_held")."""
    acts.require_role(actor, KEEPER, "post_deleted", post_id)
    with transaction():
        acts.lock()
        row = _post(post_id)
        if row.login is not None:
            raise Conflict("post_held", login=row.login)
        details = _of(row)
        db.session.delete(row)
        db.session.flush()
        acts.record("post_deleted", post_id, actor=actor, details=details)


def _post(post_id: str) -> Post:
    row = db.session.get(Post, post_id)
    if row is None:
        raise NotFound("post_not_found")
    return row


def _is_active(login: str) -> bool:
    person = db.session.get(Person, login)
    return person is not None and person.active


def _of(row: Post) -> dict[str, Any]:
    return {
        "name": row.name,
        "department": row.department,
        "head": bool(row.head),
        "login": row.login,
        "from": row.valid_from.isoformat() if row.valid_from else None,
        "until": row.valid_until.isoformat() if row.valid_until else None,
    }
