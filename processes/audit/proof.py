"""What proves one case to somebody who has nothing else: its steps, its end, the daily heads that seal it, and the paths to their roots."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text

from engine import values
from processes.audit import heads, merkle, seals
from processes.db import db, reading
from processes.models import AuditHead, AuditLeaf

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Proof:
    """The steps as stored, and the rest as a document."""

    steps: list[Document]
    document: Document


def gather(case: str) -> Proof:
    """The proof of a case, all of one moment."""
    with reading():
        steps = _rows("SELECT * FROM step WHERE instance_id = :case ORDER BY seq", case=case)
        end = _rows("SELECT id, last_seq, last_hash FROM process_instance WHERE id = :case", case=case)[0]
        query = select(AuditLeaf.head, AuditLeaf.last_seq, AuditLeaf.last_hash).where(AuditLeaf.instance_id == case)
        leaves = [dict(row) for row in db.session.execute(query.order_by(AuditLeaf.head)).mappings()]
        first = leaves[0]["head"] if leaves else 0
        chained = select(*AuditHead.__table__.c).where(AuditHead.seq >= first).order_by(AuditHead.seq)
        sealing = [heads.as_document(dict(row)) for row in db.session.execute(chained).mappings()] if leaves else []
        algorithms = {head["seq"]: head["algorithm"] for head in sealing}
        for leaf in leaves:
            leaf["path"] = _path(case, leaf["head"], algorithms[leaf["head"]])
        seal, act = _seal(case)
    return Proof(steps, {"case": end, "leaves": leaves, "heads": sealing, "seal": seal, "seal_act": act})


def _rows(query: str, **given: Any) -> list[Document]:
    return [dict(row) for row in db.session.execute(text(query), given).mappings()]


def _path(case: str, head: int, algorithm: str) -> list[Document]:
    index = 0
    hashed: list[bytes] = []
    for instance_id, last_seq, last_hash in db.session.execute(heads.leaves(), {"head": head}):
        if instance_id == case:
            index = len(hashed)
        hashed.append(merkle.leaf(algorithm, instance_id.encode(), last_seq, last_hash.encode()))
    return [{"side": beside.side, "hash": beside.hash} for beside in merkle.path(algorithm, hashed, index)]


def _seal(case: str) -> tuple[Document | None, Document | None]:
    """The sealed summary of a case whose content is gone, and the act that says the same."""
    found = _rows("SELECT * FROM retention_seal WHERE instance_id = :case", case=case)
    if not found:
        return None, None
    stored = found[0]
    documents = {name: values.loads(stored[name]) for name in seals.DOCUMENTS}
    act = _rows("SELECT * FROM act WHERE seq = :seq", seq=stored["act"])
    acted = {name: int(value) if isinstance(value, bool) else value for name, value in act[0].items()} if act else None
    return seals.facts({**stored, **documents}), acted
