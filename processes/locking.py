"""The case that a command works on: its row, locked first and decided on afterwards."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from processes import case_variables, log_context, measures
from processes.db import connection
from processes.errors import NotFound
from processes.models import CalendarYear, Incident, ProcessInstance
from processes.prepared import Prepared

_row = ProcessInstance.__table__.c
_columns = [column for column in _row]
_NAMES = tuple(column.name for column in _columns)
_calendar = select(func.coalesce(func.max(CalendarYear.version), 0)).scalar_subquery().label("calendar_version")
_lock = Prepared(select(*_columns, _calendar).where(_row.id == bindparam("instance_id")).with_for_update())
#: what a step may change besides the engine's state and the end of the chain
_CHANGING = ("business_key", "title", "state", "started_for", "ended_at", "due_at", "revises", "end_events", "variables", "amount")


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An incident that waits for somebody, or for the new run of its job."""

    #: by which the engine knows it
    number: int
    #: the outgoing work that failed, or that is to run again
    job_id: str | None


@dataclass(slots=True)
class LockedInstance:
    """A case whose row this transaction holds; fields change as its step is applied, and are written back with the step."""

    id: str
    definition_id: str
    definition_key: str
    version: int
    title: str
    state: str
    started_by: str
    started_at: datetime
    business_key: str | None = None
    started_for: str | None = None
    ended_at: datetime | None = None
    due_at: datetime | None = None
    revises: str | None = None
    end_events: list[list[str | None]] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    #: of a case that has ended, as it is read; they are in `variables` from then on
    packed_variables: dict[str, Any] | None = None
    amount: int | None = None
    engine_state: bytes = b""
    last_seq: int = 0
    last_hash: str = ""
    #: of the working days, read with the row so that a step needs one statement less; None: not read
    calendar_version: int | None = None
    #: the incidents that are open, by id
    open_incidents: dict[str, OpenIncident] = field(default_factory=dict)
    #: the row as it was read; documents are replaced and never changed in place
    stored: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.packed_variables is not None:
            self.variables, self.packed_variables = self.packed_variables, None

    @property
    def ended(self) -> bool:
        """Whether nothing can happen in the case any more."""
        return self.state in ("completed", "cancelled")

    def changed(self) -> dict[str, Any]:
        """The columns to write after a step."""
        different = {name: getattr(self, name) for name in _CHANGING if _differs(getattr(self, name), self.stored.get(name))}
        if different.keys() & {"variables", "state"}:
            different |= case_variables.stored(self.variables, self.state)
        return {**different, "engine_state": self.engine_state, "last_seq": self.last_seq, "last_hash": self.last_hash}


def _differs(new: Any, old: Any) -> bool:
    """Equal documents may still be written differently (1.50 and 1.5), so they are the same only as one object."""
    return new is not old and (isinstance(new, dict | list) or new != old)


def lock(instance_id: str) -> LockedInstance:
    """Lock the row of a case until the command ends (on SQLite the whole database is already); raises NotFound."""
    with measures.LOCK_WAIT_SECONDS.time():
        row = _lock.first(connection(), {"instance_id": instance_id})
    if row is None:
        raise NotFound("process_instance_not_found")
    log_context.note(case=instance_id)
    instance = LockedInstance(**row, stored=row)
    if instance.state in ("incident", "suspended"):
        instance.open_incidents = _open_incidents(instance_id)
    return instance


def _open_incidents(instance_id: str) -> dict[str, OpenIncident]:
    row = Incident
    query = select(row.id, row.number, row.job_id).where(row.instance_id == instance_id, row.state == "open")
    return {incident_id: OpenIncident(number, job_id) for incident_id, number, job_id in connection().execute(query)}


def to_row(instance: LockedInstance) -> dict[str, Any]:
    """The row of the case as it is to be stored."""
    packed = case_variables.stored(instance.variables, instance.state)
    return {name: packed[name] if name in packed else getattr(instance, name) for name in _NAMES}
