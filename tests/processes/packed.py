"""Packed steps as nobody should find them, and steps as releases before wrote them."""

import zlib
from typing import Any

from sqlalchemy import insert, select, text, update

from engine import values
from processes import chain, packing, step_log
from processes.db import db
from processes.models import ProcessInstance, Step
from tests.processes.tampering import tamper

SOUND: dict[str, Any] = {"context": {}, "events": [], "trigger": {"kind": "start"}}


def packed(plain: bytes, dictionary: bytes = packing.CODECS[packing.CODEC].dictionary) -> bytes:
    """Any bytes, packed."""
    made = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=dictionary)
    return made.compress(plain) + made.flush()


def _json(**parts: Any) -> bytes:
    return packed(values.dumps({**SOUND, **parts}))


#: content and other columns of a step: each is no step, whatever its hash
WRONG: dict[str, tuple[bytes | None, dict[str, Any]]] = {
    "nothing": (None, {}),
    "empty": (b"", {}),
    "cut": (_json()[:-3], {}),
    "longer": (_json() + b"x", {}),
    "no deflate": (b"\xff" * 20, {}),
    "no json": (packed(b"{"), {}),
    "no utf-8": (packed(b'{"context":{},"events":[],"trigger":{"kind":"\xff"}}'), {}),
    "a list": (packed(b"[]"), {}),
    "a part too few": (packed(b'{"context":{},"events":[]}'), {}),
    "a part too many": (_json(more=1), {}),
    "no kind": (_json(trigger={}), {}),
    "another kind in the open": (_json(trigger={"kind": "cancel"}), {}),
    "context in the open": (_json(), {"context": '{"now":1}'}),
    "events in the open": (_json(), {"events": '[{"type":"x"}]'}),
    "a codec that is not known": (_json(), {"codec": "deflate-0"}),
    "no codec": (_json(), {"codec": None}),
    "a bomb": (packed(b" " * (packing.MOST + 1)), {}),
}


def without_columns(row: dict[str, Any]) -> dict[str, Any]:
    """What a packed step holds of a row of `cases.rows`: all but what its other columns say."""
    context = {name: value for name, value in row["context"].items() if name != "now"}
    context["case"] = {name: value for name, value in context["case"].items() if name != "id"}
    return {"context": context, "events": row["events"], "trigger": row["trigger"]}


def stored(case: str) -> list[dict[str, Any]]:
    """The rows of the steps of a case as they are stored."""
    query = text("SELECT * FROM step WHERE instance_id = :case ORDER BY seq")
    return [dict(row) for row in db.session.execute(query, {"case": case}).mappings()]


def rewrite(case: str, **columns: dict[str, Any]) -> None:
    """Write the steps of a case anew with right hashes, as somebody could who has the whole database; `step1={...}` changes the first."""
    rows, previous = stored(case), chain.START
    for row in rows:
        row |= columns.get(f"step{row['seq']}", {})
        row["previous_hash"] = previous
        previous = row["hash"] = chain.row_hash(previous, row)
        if row["codec"] is not None:
            row["previous_hash"] = ""
    tamper("DELETE FROM step WHERE instance_id = :case", case=case)
    db.session.execute(insert(step_log._stored), rows)
    db.session.execute(update(ProcessInstance).where(ProcessInstance.id == case).values(last_hash=previous))
    db.session.commit()


def as_before(case: str, *seqs: int) -> None:
    """Let steps of a case be as a release wrote them that did not pack."""
    unpacked = {row.seq: step_log.read(row) for row in db.session.execute(select(Step).where(Step.instance_id == case)).scalars()}
    parts = {
        f"step{seq}": {**{name: values.dumps(part).decode() for name, part in unpacked[seq].items()}, "codec": None, "content": None}
        for seq in seqs
    }
    rewrite(case, **parts)
