"""What is not a step of a case: sign-in, deployment, roles, settings, refused attempts. One chain of rows, append-only (DESIGN 3).

An act is recorded inside the transaction of the command that does it: when it cannot be recorded, it is not done. The attempt at a
privileged act that was refused is recorded in a transaction of its own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from sqlalchemy import RowMapping, String, select, text, type_coerce
from sqlalchemy.dialects import postgresql, sqlite

from engine import values
from processes import chain, clock, refusals
from processes.actors import Actor
from processes.db import db, moment_text, reading, transaction
from processes.errors import NotAllowed, Refused
from processes.models import Act, ChainHead

CHAIN = "act"
#: many more refused attempts of one account, which were only counted
REFUSED_MORE = "refused_more"
SUBJECT_LENGTH = 300


def record(kind: str, subject: str | None, *, actor: Actor, details: Any = None, allowed: bool = True) -> int:
    """Add an act to the chain inside the open transaction and give its seq; the chain is locked until its end."""
    return append(kind, subject, login=actor.login, details={"via": actor.via} | (details or {}), allowed=allowed)


def append(kind: str, subject: str | None, *, login: str, details: Any, allowed: bool) -> int:
    """As `record`, for an act of somebody who is not signed in."""
    head, now = lock(), clock.now()
    stored = {
        "seq": head.last_seq + 1,
        "at": moment_text(now),
        "actor": login,
        "kind": kind,
        "subject": None if subject is None else _storable(subject),
        "allowed": int(allowed),
        "details": values.dumps(details).decode(),
        "algorithm": chain.column_value(),
    }
    digest = chain.row_hash(head.last_hash, stored)
    act = Act(**stored | {"at": now, "allowed": allowed, "details": details}, previous_hash=head.last_hash, hash=digest)
    db.session.add(act)
    head.last_seq, head.last_hash = act.seq, act.hash
    db.session.flush()
    return act.seq


def _storable(subject: str) -> str:
    plain = subject.encode("utf-8", "replace").decode().replace("\x00", "")
    return plain[:SUBJECT_LENGTH]


def lock(name: str = CHAIN) -> ChainHead:
    """The end of the chain of acts, or of another, locked for this transaction; the first call makes it."""
    query = select(ChainHead).where(ChainHead.chain == name).with_for_update().execution_options(populate_existing=True)
    head = db.session.scalar(query)
    if head is None:
        dialect: Any = sqlite if db.engine.dialect.name == "sqlite" else postgresql
        first = dialect.insert(ChainHead).values(chain=name, last_seq=0, last_hash=chain.START)
        db.session.execute(first.on_conflict_do_nothing())
        head = db.session.scalar(query)
    if head is None:
        raise RuntimeError(f"the chain {name} has no end")
    return head


def require_role(actor: Actor, roles: Iterable[str], kind: str, subject: str | None) -> None:
    """Raise NotAllowed unless the actor holds one of the account roles; the attempt is recorded. To be called before a transaction.

    The command line (`via` system) may do everything; a token that is limited to processes may do nothing privileged.
    """
    needed = sorted(roles)
    if actor.via == "system" or (actor.roles.intersection(needed) and (actor.scope is None or "*" in actor.scope)):
        return
    refuse(actor, kind, subject, NotAllowed("role_needed", roles=needed))


def refuse(actor: Actor, kind: str, subject: str | None, refusal: Refused) -> NoReturn:
    """Record the attempt at a privileged act and raise the refusal. To be called outside a transaction."""
    record_refused(actor, kind, subject, refusal)
    raise refusal


def record_refused(actor: Actor, kind: str, subject: str | None, refusal: Refused) -> None:
    """Put an attempt that was refused on record, once; attempts without end are counted instead (processes/refusals.py)."""
    if refusal.on_record:
        return
    refusal.on_record = True
    with transaction(aside=True):
        lock()
        in_full, earlier = refusals.take(actor.login, kind)
        _say_counted(actor.login, earlier)
        if in_full:
            record(kind, subject, actor=actor, details={"code": refusal.code, "values": refusal.values}, allowed=False)


def close_windows() -> int:
    """Put on record what was only counted in windows of refused attempts that are over; gives how many windows were closed."""
    with reading():
        if not refusals.over():
            return 0
    with transaction():
        lock()
        windows = refusals.over()
        for window in windows:
            _say_counted(window.login, refusals.summary(window))
            db.session.delete(window)
    return len(windows)


def _say_counted(login: str, counted: dict[str, Any] | None) -> None:
    if counted is not None:
        append(REFUSED_MORE, None, login=login, details=counted, allowed=False)


@dataclass(frozen=True)
class ActFacts:
    """An act as pages show it."""

    seq: int
    at: datetime
    actor: str
    kind: str
    subject: str | None
    allowed: bool
    details: Any


#: the columns as stored: a row that somebody has spoilt must not hide the others
_as_stored = [type_coerce(column, String) if column.name in ("at", "details") else column for column in Act.__table__.c]
UNREADABLE = datetime.fromtimestamp(0, UTC)


def page(*, kind: str | None = None, login: str | None = None, limit: int = 50, before: int | None = None) -> list[ActFacts]:
    """Acts, newest first; the next page begins `before` the last seq."""
    query = select(*_as_stored).order_by(Act.seq.desc()).limit(limit)
    if kind:
        query = query.where(Act.kind == kind)
    if login:
        query = query.where(Act.actor == login)
    if before is not None:
        query = query.where(Act.seq < before)
    with reading():
        return [_facts(row) for row in db.session.execute(query).mappings()]


def _facts(row: RowMapping) -> ActFacts:
    known = {name: row[name] for name in ("seq", "actor", "kind", "subject", "allowed")}
    return ActFacts(at=_moment(row["at"]), details=_details(row["details"]), **known)


def _moment(stored: Any) -> datetime:
    try:
        return datetime.fromisoformat(stored)
    except (ValueError, TypeError):
        return UNREADABLE


def _details(stored: Any) -> Any:
    try:
        return values.loads(stored)
    except (values.ValueRefused, TypeError):
        return {}


@dataclass(frozen=True)
class Break:
    """Where the chain of acts does not hold: a changed, missing or added act, or a cut end."""

    seq: int
    problem: str


def breaks() -> Iterator[Break]:
    """Every place where the chain of acts is broken, read from the rows as stored."""
    with reading():
        previous, expected = chain.START, 1
        for row in db.session.execute(text("SELECT * FROM act ORDER BY seq")).mappings():
            stored = dict(row)
            yield from _breaks_of(stored, expected, previous)
            previous, expected = stored["hash"], stored["seq"] + 1
        head = db.session.get(ChainHead, CHAIN)
        if (head.last_seq, head.last_hash) != (expected - 1, previous) if head else expected > 1:
            yield Break(expected, "cut_or_added")


def _breaks_of(stored: dict[str, Any], expected: int, previous: str) -> Iterator[Break]:
    if stored["seq"] != expected:
        yield Break(expected, "missing")
    elif stored["previous_hash"] != previous:
        yield Break(expected, "not_chained")
    if chain.row_hash(stored["previous_hash"], stored) != stored["hash"]:
        yield Break(stored["seq"], "changed")
