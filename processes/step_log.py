"""The step log: one row a command, append-only, chained by hash.

What a step holds is packed into its column `content` (processes/packing.py), without what its other columns say; `trigger` then keeps its
kind alone, for eyes and queries, `context` and `events` are empty, and so is `previous_hash`, which is the hash of the row before. Steps of
releases before that, and very large ones, have no codec and hold all in their columns.
Whoever reads a step reads it here.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sqlalchemy import column, insert, table

from engine import values
from processes import chain, packing
from processes.actors import Actor
from processes.db import connection, moment_text
from processes.locking import LockedInstance
from processes.models import Step as Row
from processes.prepared import Prepared

COLUMNS = (
    "instance_id",
    "seq",
    "at",
    "actor",
    "actor_name",
    "on_behalf_of",
    "engine_version",
    "definition_id",
    "trigger",
    "context",
    "events",
    "codec",
    "content",
    "algorithm",
)
#: what `read` and `events` need of a row
CONTENT = (Row.instance_id, Row.at, Row.trigger, Row.context, Row.events, Row.codec, Row.content)
Document = dict[str, Any]
#: the table without our column types: what is hashed is what is stored
_stored = table("step", *(column(name) for name in (*COLUMNS, "previous_hash", "hash")))
_insert = Prepared(insert(_stored))


def _engine_version() -> str:
    try:
        return version("banjie")
    except PackageNotFoundError:
        return "0"


ENGINE_VERSION = _engine_version()


@dataclass(frozen=True, slots=True)
class Step:
    """What one command did to a case."""

    instance_id: str
    seq: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    trigger: dict[str, Any]
    context: dict[str, Any]
    events: list[dict[str, Any]]


def next_row(instance: LockedInstance, step: Step, actor: Actor) -> dict[str, Any]:
    """The stored row of the step as the next of the case; moves the case's end of chain to it."""
    stored = {
        "instance_id": step.instance_id,
        "seq": step.seq,
        "at": moment_text(step.at),
        "actor": step.actor,
        "actor_name": actor.name,
        "on_behalf_of": step.on_behalf_of,
        "engine_version": ENGINE_VERSION,
        "definition_id": instance.definition_id,
        **_content(step),
        "algorithm": chain.column_value(),
    }
    previous = instance.last_hash or chain.START
    digest = chain.row_hash(previous, stored)
    instance.last_seq, instance.last_hash = step.seq, digest
    # what comes before is covered by the hash; it stands in the row before
    return {**stored, "previous_hash": "" if stored["codec"] else previous, "hash": digest}


def _content(step: Step) -> dict[str, Any]:
    document = {"context": step.context, "events": step.events, "trigger": step.trigger}
    packed = packing.pack({**document, "context": _without_columns(step)})
    if packed is None:
        return {name: values.dumps(part).decode() for name, part in document.items()} | {"codec": None, "content": None}
    kind = values.dumps(packing.shown(step.trigger)).decode()
    return {"trigger": kind, "context": "{}", "events": "[]", "codec": packing.CODEC, "content": packed}


def _without_columns(step: Step) -> Document:
    """The context without the moment and the case where the row has the same."""
    context = dict(step.context)
    if context.get("now") == moment_text(step.at):
        del context["now"]
    if context.get("case", {}).get("id") == step.instance_id:
        context["case"] = {name: value for name, value in context["case"].items() if name != "id"}
    return context


def _with_columns(context: Document, row: Any) -> Document:
    if not context:
        return context
    if "case" in context:
        context["case"] = {"id": row.instance_id, **context["case"]}
    return {"now": moment_text(row.at), **context}


def read(row: Any) -> Document:
    """The trigger, context and events of a row that has the columns CONTENT; raises packing.Unreadable."""
    if row.codec is None:
        return {"trigger": row.trigger, "context": row.context, "events": row.events}
    content = packing.unpack(row.codec, row.content)
    return {"trigger": _part(content.trigger), "context": _with_columns(_part(content.context), row), "events": _part(content.events)}


def events(row: Any) -> list[dict[str, Any]]:
    """What happened, of a row that has the columns CONTENT; raises packing.Unreadable."""
    found: list[dict[str, Any]] = row.events if row.codec is None else _part(packing.unpack(row.codec, row.content).events)
    return found


def _part(raw: Any) -> Any:
    return values.loads(bytes(raw))


def append(row: dict[str, Any]) -> None:
    """Write a row made by `next_row`."""
    _insert.write(connection(), row)
