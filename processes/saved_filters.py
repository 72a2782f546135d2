"""Saved filters (常用筛选): kept on the server by name, put in order, shared with a role or a department, one of them opened first.

Operators and system administrators share with anybody, the head of a department with the department. What is shared stays when its owner
leaves, and those who may share with anybody can take it away; of a role or department that is gone nobody but the owner sees it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, false, func, or_, select

from processes import clock, ids
from processes.actors import Actor
from processes.calendar import office
from processes.db import db, reading, transaction
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.models import DefaultFilter, Department, Person, Post, Role, SavedFilter
from processes.people import periods, texts

BOXES = ("todo", "unclaimed", "done", "started", "search", "all")
#: conditions that a filter may hold: the parameters of a list's address
CONDITIONS = frozenset(
    ("q", "definition_key", "list", "due", "state", "applicant", "department", "since", "until", "amount_from", "amount_to", "waiting_for")
) | {"sort", "columns"}
MOST = 50
MAX_NAME = 60
MAX_TEXT = 200
SHARES_WITH_ALL = frozenset({"operator", "system_admin"})
KINDS: Final[dict[str, type[Role] | type[Department]]] = {"role": Role, "department": Department}


@dataclass(frozen=True, slots=True)
class FilterFacts:
    """A filter as pages show it."""

    id: str
    name: str
    box: str
    conditions: dict[str, str]
    own: bool
    owner_name: str
    owner_left: bool
    #: role or department, its code, and its name; the name is None where that is gone
    shared_kind: str | None
    shared_with: str | None
    shared_name: str | None
    default: bool


def listed(actor: Actor, box: str | None = None) -> list[FilterFacts]:
    """One's own filters in their order, then those that are shared with one; of one list, or of all."""
    row = SavedFilter
    query = select(row, Person.name, Person.active).join(Person, Person.login == row.owner).where(_seen_by(actor))
    if box is not None:
        query = query.where(row.box == box)
    with reading():
        found = db.session.execute(query.order_by(row.owner != actor.login, row.position, row.id)).all()
        first = set(db.session.scalars(select(DefaultFilter.filter_id).where(DefaultFilter.login == actor.login)))
        names = _shared_names([one for one, _, _ in found])
        return [_facts(one, name, active, actor, first, names) for one, name, active in found]


def _facts(
    row: SavedFilter, owner: str, active: bool, actor: Actor, first: set[str], names: Mapping[tuple[str | None, str | None], str]
) -> FilterFacts:
    shared = names.get((row.shared_kind, row.shared_with))
    own = row.owner == actor.login
    return FilterFacts(
        row.id, row.name, row.box, dict(row.conditions), own, owner, not active, row.shared_kind, row.shared_with, shared, row.id in first
    )


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    row = SavedFilter
    held = list(actor.groups)
    roles = and_(row.shared_kind == "role", row.shared_with.in_(select(Role.code).where(Role.code.in_(held))))
    units = and_(row.shared_kind == "department", row.shared_with.in_(select(Department.code).where(Department.code.in_(held))))
    managed = row.shared_kind.is_not(None) if actor.roles & SHARES_WITH_ALL else false()
    return or_(row.owner == actor.login, roles, units, managed)


def _shared_names(rows: list[SavedFilter]) -> dict[tuple[str | None, str | None], str]:
    found: dict[tuple[str | None, str | None], str] = {}
    for kind, table in KINDS.items():
        codes = {row.shared_with for row in rows if row.shared_kind == kind}
        query = select(table.code, table.name).where(table.code.in_(codes))
        found |= {(kind, code): name for code, name in db.session.execute(query)} if codes else {}
    return found


def get(filter_id: str, actor: Actor) -> FilterFacts:
    """One filter that the actor sees; raises NotFound."""
    found = next((one for one in listed(actor) if one.id == filter_id), None)
    if found is None:
        raise NotFound("saved_filter_not_found")
    return found


def default(actor: Actor, box: str) -> FilterFacts | None:
    """The filter with which a list opens; None where there is none, or it is no longer shared with the actor."""
    row = DefaultFilter
    with reading():
        chosen = db.session.scalar(select(row.filter_id).where(row.login == actor.login, row.box == box))
    return None if chosen is None else next((one for one in listed(actor, box) if one.id == chosen), None)


def may_share_with(actor: Actor) -> dict[tuple[str, str], str]:
    """What the actor may share filters with: (kind, code) -> name."""
    with reading():
        if actor.roles & SHARES_WITH_ALL:
            kinds = {kind: select(table.code, table.name).order_by(table.code) for kind, table in KINDS.items()}
        else:
            headed = select(Post.department).where(Post.login == actor.login, Post.head, periods.valid_on(Post, office.today()))
            kinds = {"department": select(Department.code, Department.name).where(Department.code.in_(headed))}
        return {(kind, code): name for kind, query in kinds.items() for code, name in db.session.execute(query)}


def save(name: str, box: str, conditions: Mapping[str, str], *, actor: Actor) -> str:
    """Keep a filter and give its id; raises Invalid, Conflict for more than 50 or a name that is taken."""
    kept_name = texts.name(name, "name", longest=MAX_NAME)
    kept = _checked(box, conditions)
    with transaction():
        row = SavedFilter
        own = db.session.execute(select(row.name, row.box, row.position).where(row.owner == actor.login)).all()
        if len(own) >= MOST:
            raise Conflict("too_many_saved_filters", limit=MOST)
        if any((one.name, one.box) == (kept_name, box) for one in own):
            raise Conflict("saved_filter_name_taken", name=kept_name)
        position = max((one.position for one in own), default=0) + 1
        made = SavedFilter(id=ids.new_id(), owner=actor.login, name=kept_name, box=box, conditions=kept, position=position)
        made.created_at = clock.now()
        db.session.add(made)
        return made.id


def _checked(box: str, conditions: Mapping[str, str]) -> dict[str, str]:
    if box not in BOXES:
        raise Invalid("field_invalid", fields={"box": ["没有这个列表。"]})
    wrong = [name for name, text in conditions.items() if name not in CONDITIONS or not isinstance(text, str) or len(text) > MAX_TEXT]
    if wrong or any("\x00" in text for text in conditions.values()):
        raise Invalid("field_invalid", fields={"conditions": ["筛选条件有误。"]})
    return {name: text for name, text in conditions.items() if text}


def change(filter_id: str, *, name: str | None = None, shared: tuple[str | None, str | None] | None = None, actor: Actor) -> None:
    """Give one's own filter another name, and show it to those who hold a role or belong to a department (kind and code), or with a kind
    of None to nobody else; both or neither. Raises NotFound, Invalid, Conflict, NotAllowed."""
    kept_name = None if name is None else texts.name(name, "name", longest=MAX_NAME)
    if shared is not None and shared[0] is not None and shared not in may_share_with(actor):
        raise NotAllowed("may_not_share_filter")
    with transaction():
        row = _own(filter_id, actor)
        if kept_name is not None:
            _check_free(kept_name, row, actor)
            row.name = kept_name
        if shared is not None:
            row.shared_kind, row.shared_with = shared[0], shared[1] if shared[0] is not None else None


def _check_free(name: str, renamed: SavedFilter, actor: Actor) -> None:
    taken = select(func.count()).select_from(SavedFilter).where(SavedFilter.owner == actor.login, SavedFilter.box == renamed.box)
    if db.session.scalar(taken.where(SavedFilter.name == name, SavedFilter.id != renamed.id)):
        raise Conflict("saved_filter_name_taken", name=name)


def replace(filter_id: str, conditions: Mapping[str, str], *, actor: Actor) -> None:
    """Give one's own filter other conditions; raises NotFound, Invalid."""
    with transaction():
        row = _own(filter_id, actor)
        row.conditions = _checked(row.box, conditions)


def move(filter_id: str, up: bool, *, actor: Actor) -> None:
    """Move one's own filter by one place; raises NotFound."""
    with transaction():
        _own(filter_id, actor)
        row = SavedFilter
        order = list(db.session.scalars(select(row).where(row.owner == actor.login).order_by(row.position, row.id)))
        here = next(place for place, one in enumerate(order) if one.id == filter_id)
        there = max(0, min(len(order) - 1, here + (-1 if up else 1)))
        order[here], order[there] = order[there], order[here]
        for place, one in enumerate(order, 1):
            one.position = place


def remove(filter_id: str, *, actor: Actor) -> None:
    """Delete one's own filter, or a shared one where one shares with anybody; raises NotFound."""
    with transaction():
        row = db.session.get(SavedFilter, filter_id)
        manages = bool(actor.roles & SHARES_WITH_ALL) and row is not None and row.shared_kind is not None
        if row is None or not (row.owner == actor.login or manages):
            raise NotFound("saved_filter_not_found")
        db.session.execute(delete(DefaultFilter).where(DefaultFilter.filter_id == filter_id))
        db.session.delete(row)


def open_with(box: str, filter_id: str | None, *, actor: Actor) -> None:
    """Let a list open with a filter that the actor sees, or without one; raises NotFound, Invalid."""
    if filter_id is not None and get(filter_id, actor).box != box:
        raise Invalid("field_invalid", fields={"filter": ["这个筛选属于另一个列表。"]})
    with transaction():
        db.session.execute(delete(DefaultFilter).where(DefaultFilter.login == actor.login, DefaultFilter.box == box))
        if filter_id is not None:
            db.session.add(DefaultFilter(login=actor.login, box=box, filter_id=filter_id))


def _own(filter_id: str, actor: Actor) -> SavedFilter:
    row = db.session.get(SavedFilter, filter_id)
    if row is None or row.owner != actor.login:
        raise NotFound("saved_filter_not_found")
    return row
