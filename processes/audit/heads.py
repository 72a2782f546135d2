"""Daily heads: once an office day one row seals the ends of all cases that changed since the head before, and of the chain of acts.

Each head is chained to the one before, and told to the outside (log, `audit/heads.txt` under var.dir), so that whoever kept one, on
paper too, finds a case that was deleted whole, a cut chain with its case's row made to fit, or a history that was replaced.
"""

import logging
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, String, insert, select, text, type_coerce

from processes import acts, chain, clock, settings
from processes.audit import merkle
from processes.calendar import office
from processes.db import after_commit, db, moment_text, reading, transaction
from processes.models import AuditHead

logger = logging.getLogger(__name__)

CHAIN = "head"
Head = dict[str, Any]
#: a case that ended before the last head by more than this is not looked at again; clocks of several machines may differ a little
MARGIN = timedelta(days=2)
#: after a failure the next attempt waits this long
AGAIN = timedelta(minutes=5)
BATCH = 1000
#: so many of the newest heads are looked for in the file outside
UNTOLD = 10

_columns = list(AuditHead.__table__.c)
#: for showing: a moment that somebody has spoilt must not hide the rest
_as_stored = [type_coerce(column, String) if column.name == "at" else column for column in _columns]
_newest = select(*_columns).order_by(AuditHead.seq.desc()).limit(1)
_SEAL = """
INSERT INTO audit_leaf (instance_id, last_seq, last_hash, head)
SELECT p.id, p.last_seq, p.last_hash, :head FROM process_instance p
WHERE p.last_seq > 0 AND (p.ended_at IS NULL OR p.ended_at >= :since)
AND NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.instance_id = p.id AND l.last_seq = p.last_seq)
"""
_NEW_CASES = """
SELECT count(*) FROM audit_leaf l WHERE l.head = :head
AND NOT EXISTS (SELECT 1 FROM audit_leaf o WHERE o.instance_id = l.instance_id AND o.head < :head)
"""
_done_on: date | None = None
_not_before: datetime | None = None


def seal_due() -> Head | None:
    """Make the head of this office day unless there is one; for the sweep, which calls it at every look. Failures are logged."""
    global _done_on, _not_before
    today, now = office.today(), clock.now()
    if _done_on == today or (_not_before is not None and now < _not_before):
        return None
    try:
        head = seal(only_if_due=True)
    except Exception:
        _not_before = now + AGAIN
        logger.exception("no daily head could be made; tried again in %s", AGAIN)
        return None
    _done_on, _not_before = today, None
    return head


def seal(*, only_if_due: bool = False) -> Head | None:
    """Make a head now. With `only_if_due` none is made where this office day has one, or a later day (a clock went back)."""
    today = office.today()
    with transaction():
        end = acts.lock(CHAIN)
        before = db.session.execute(_newest).mappings().first()
        last_day = date.fromisoformat(before["day"]) if before else today - timedelta(days=1)
        if only_if_due and last_day >= today:
            return None
        head = _sealed(before, today, max(0, (today - last_day).days - 1), end.last_hash)
        db.session.execute(insert(AuditHead), {**head})
        end.last_seq, end.last_hash = head["seq"], head["hash"]
        after_commit(lambda: _tell(head))
    return head


def _sealed(before: RowMapping | None, today: date, missed: int, previous: str) -> Head:
    seq, algorithm, now = (before["seq"] if before else 0) + 1, chain.algorithm(), clock.now()
    connection = db.session.connection()
    since = moment_text(before["at"] - MARGIN) if before else ""
    connection.execute(text(_SEAL), {"head": seq, "since": since})
    root = merkle.Root(algorithm)
    for instance_id, last_seq, last_hash in connection.execute(leaves(), {"head": seq}):
        root.add(merkle.leaf(algorithm, instance_id.encode(), last_seq, last_hash.encode()))
    acts_end = connection.execute(text("SELECT last_seq, last_hash FROM chain_head WHERE chain = :chain"), {"chain": acts.CHAIN}).first()
    stored: Head = {
        "seq": seq,
        "day": today.isoformat(),
        "at": moment_text(now),
        "missed": missed,
        "algorithm": algorithm,
        "cases": (before["cases"] if before else 0) + connection.scalar(text(_NEW_CASES), {"head": seq}),
        "changed": root.leaves,
        "root": root.hexdigest(),
        "acts": acts_end[0] if acts_end else 0,
        "acts_end": acts_end[1] if acts_end else chain.START,
    }
    return {**stored, "at": now, "previous_hash": previous, "hash": chain.row_hash(previous, stored)}


def leaves(*, of_head: bool = True) -> Any:
    """The leaves of a head (or of all, by head) in the order of the tree: by the bytes of their ids, on any database."""
    collated = "" if db.engine.dialect.name == "sqlite" else ' COLLATE "C"'
    head, where, order = ("", "WHERE head = :head", "") if of_head else (", head", "", "head, ")
    query = text(f"SELECT instance_id, last_seq, last_hash{head} FROM audit_leaf {where} ORDER BY {order}instance_id{collated}")  # noqa: S608
    return query.execution_options(yield_per=BATCH)


def newest(limit: int = 1, before: int | None = None) -> list[Head]:
    """The newest heads as they are stored, newest first; the next page begins `before` the last seq."""
    query = select(*_as_stored).order_by(AuditHead.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditHead.seq < before)
    with reading():
        return [dict(row) for row in db.session.execute(query).mappings()]


def line(head: Head) -> str:
    """A head as a line to keep: everything that is needed to find out later whether it is still there."""
    missed = f" missed {head['missed']}" if head["missed"] else ""
    counted = f"cases {head['cases']} changed {head['changed']} acts {head['acts']}{missed}"
    at = as_document(head)["at"]
    return f"{head['day']} head {head['seq']} {head['algorithm']} {head['hash']} {counted} at {at}"


def as_document(head: Head) -> dict[str, Any]:
    """A head as plain values: as it is stored, which is what its hash covers."""
    return {name: moment_text(value) if isinstance(value, datetime) else value for name, value in head.items()}


def kept() -> Path:
    """The file outside the database to which every head is added."""
    return settings.current().var.dir / "audit" / "heads.txt"


def _tell(head: Head) -> None:
    """Log the head, and add to the file what it has not got: this one, and those of a process that died before it could."""
    logger.info("audit head: %s", line(head))
    path = kept()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "rb+") as file:
        there = file.read().decode("utf-8", "replace")
        missing = [line(one) for one in reversed(newest(UNTOLD)) if one["seq"] <= head["seq"] and one["hash"] not in there]
        start = "" if not there or there.endswith("\n") else "\n"
        file.write((start + "".join(f"{one}\n" for one in missing)).encode())
        file.flush()
        os.fsync(file.fileno())
