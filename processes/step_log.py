"""The step log: one row a command, append-only, chained by hash."""

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sqlalchemy import column, insert, table

from engine import values
from processes import chain
from processes.actors import Actor
from processes.db import connection, moment_text
from processes.locking import LockedInstance

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
    "algorithm",
)
#: the table without our column types: what is hashed is what is stored
_stored = table("step", *(column(name) for name in (*COLUMNS, "previous_hash", "hash")))
_insert = insert(_stored)


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
        "trigger": values.dumps(step.trigger).decode(),
        "context": values.dumps(step.context).decode(),
        "events": values.dumps(step.events).decode(),
        "algorithm": chain.column_value(),
    }
    previous = instance.last_hash or chain.START
    digest = chain.row_hash(previous, stored)
    instance.last_seq, instance.last_hash = step.seq, digest
    return {**stored, "previous_hash": previous, "hash": digest}


def append(row: dict[str, Any]) -> None:
    """Write a row made by `next_row`."""
    connection().execute(_insert, row)
