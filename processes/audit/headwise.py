"""The daily heads against what they seal: their own chain, the roots of their leaves, the steps and acts that these name, and the seals."""

import re
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select, text

from engine import values
from processes import chain
from processes.audit import heads, merkle, seals
from processes.audit.following import NAMED, Chain
from processes.audit.rows import Reader, plain, snapshot
from processes.db import db, reading
from processes.models import AuditHead

if TYPE_CHECKING:
    from processes.audit.verify import Report

HASH = re.compile(r"[0-9a-f]{64}")
_LEAVES_AND_STEPS = """
SELECT l.instance_id, l.last_seq, l.head, CASE WHEN s.hash IS NULL THEN 1 ELSE 0 END
FROM audit_leaf l LEFT JOIN step s ON s.instance_id = l.instance_id AND s.seq = l.last_seq
WHERE (s.hash IS NULL OR s.hash <> l.last_hash){only}
AND NOT EXISTS (SELECT 1 FROM retention_seal r WHERE r.instance_id = l.instance_id
    AND (r.last_seq > l.last_seq OR (r.last_seq = l.last_seq AND r.last_hash = l.last_hash)))
ORDER BY l.instance_id, l.last_seq LIMIT :most
"""
_HEADS_AND_ACTS = """
SELECT h.seq, h.acts FROM audit_head h LEFT JOIN act a ON a.seq = h.acts
WHERE h.acts > 0 AND (a.hash IS NULL OR a.hash <> h.acts_end) ORDER BY h.seq LIMIT :most
"""


def look(report: "Report", case: str | None) -> None:
    """Look at all heads, or at those that seal one case."""
    with snapshot(db.engine) as connection:
        if case is None:
            _chain(connection, report)
            _roots(connection, report)
            for seq, act in connection.execute(text(_HEADS_AND_ACTS), {"most": NAMED}):
                report.found.note("act", act, f"changed or missing: daily head {seq} sealed another")
            _seals(connection, report)
        _leaves(connection, report, case)
    if case is None:
        _kept(report, heads.kept())


def end_of(connection: Connection, name: str) -> tuple[Any, Any] | None:
    """The end that is remembered of a chain."""
    found = connection.execute(text("SELECT last_seq, last_hash FROM chain_head WHERE chain = :name"), {"name": name}).first()
    return (found[0], found[1]) if found is not None else None


def _chain(connection: Connection, report: "Report") -> None:
    followed = Chain("head", report.found)
    for row in Reader(db.engine, "audit_head").rows(connection):
        report.heads += 1
        followed.follow(row)
    end = end_of(connection, heads.CHAIN)
    if end is not None or report.heads:
        followed.end(*(end or (0, chain.START)))
    newest = connection.execute(text("SELECT seq, day, hash FROM audit_head ORDER BY seq DESC LIMIT 1")).first()
    if newest is not None:
        report.head = (newest[0], plain(newest[1]), plain(newest[2]))


def _roots(connection: Connection, report: "Report") -> None:
    query = text("SELECT seq, algorithm, root, changed FROM audit_head")
    told = {row[0]: (plain(row[1]), plain(row[2]), row[3]) for row in connection.execute(query)}
    rows = connection.execute(heads.leaves(of_head=False))
    for seq, group in groupby(rows, key=lambda row: row[3]):
        algorithm, root, changed = told.pop(seq, ("", "", None))
        made = merkle.Root(algorithm if algorithm in chain.DIGESTS else chain.SHA256)
        for row in group:
            made.add(_leaf(made, row))
        if (made.leaves, made.hexdigest()) != (changed, root):
            report.found.note("head", _number(seq), "the cases that it sealed are changed, missing or added")
    for seq, (algorithm, root, changed) in told.items():
        if algorithm not in chain.DIGESTS or (changed, root) != (0, merkle.Root(algorithm).hexdigest()):
            report.found.note("head", _number(seq), "the cases that it sealed are changed, missing or added")


def _leaf(made: merkle.Root, row: Any) -> bytes:
    instance_id, last_seq, last_hash = plain(row[0]).encode(), row[1], plain(row[2]).encode()
    return merkle.leaf(made.algorithm, instance_id, last_seq, last_hash)


def _number(seq: Any) -> int | None:
    return seq if isinstance(seq, int) else None


def _leaves(connection: Connection, report: "Report", case: str | None) -> None:
    query = text(_LEAVES_AND_STEPS.format(only=" AND l.instance_id = :case" if case else ""))
    for instance_id, last_seq, head, missing in connection.execute(query, {"case": case, "most": NAMED}):
        what = "missing" if missing else "another"
        report.found.note(plain(instance_id), _number(last_seq), f"{what}: daily head {head} sealed it")


def _seals(connection: Connection, report: "Report") -> None:
    """Each sealed summary must be told by an act in the same words."""
    query = text("SELECT r.*, a.kind, a.subject, a.details FROM retention_seal r LEFT JOIN act a ON a.seq = r.act")
    for row in connection.execute(query.execution_options(yield_per=heads.BATCH)).mappings():
        stored = {name: _readable(value) for name, value in row.items()}
        named = stored["kind"], stored["subject"]
        if named != (seals.KIND, stored["instance_id"]) or _told(stored["details"]) != _told(seals.as_told(stored)):
            report.found.note(str(stored["instance_id"]), None, "its seal is not what the act says that sealed it")


def _readable(value: Any) -> Any:
    return plain(value) if isinstance(value, bytes) else value


def _told(details: Any) -> bytes | None:
    """The seal inside the details of an act, in one spelling; None for what is none."""
    try:
        document = values.loads(details)
        return values.dumps(document["seal"])
    except (values.ValueRefused, ValueError, TypeError, KeyError, AttributeError):
        return None


def _kept(report: "Report", path: Path) -> None:
    """The heads that were told to the outside must be there."""
    if not path.exists():
        return
    with reading():
        known = set(db.session.scalars(select(AuditHead.hash)))
    for told in path.read_text("utf-8", "replace").splitlines():
        found = HASH.search(told)
        if found and found[0] not in known:
            report.found.note("head", None, f"kept in {path.name} and not here any more: {told[:160]}")


def find(report: "Report", wanted: str) -> None:
    """Whether a head that somebody kept is among ours; spaces and hyphens between its digits do not count."""
    digits = re.sub(r"[\s-]", "", wanted).lower()
    with reading():
        row = db.session.execute(select(AuditHead.seq, AuditHead.day).where(AuditHead.hash == digits)).first()
    if row is None:
        report.found.note("head", None, f"no daily head has the hash {digits[:70]}: the history was replaced, or is from another place")
    else:
        report.known = (row.seq, row.day)
