"""Process instances (办件), their step log, and the records they write."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from processes.db import Base, Json, Moment, Packed

_ENDED = "ended_at IS NOT NULL"
_RUNNING = "ended_at IS NULL"
_FOR = "started_for IS NOT NULL"
_REVISES = "revises IS NOT NULL"


class ProcessInstance(Base):
    """A case: the engine's state as bytes, and a summary that lists can read without it."""

    __tablename__ = "process_instance"
    __table_args__ = (
        Index("ix_process_instance_state", "state", "id"),
        Index("ix_process_instance_starter", "started_by", "id"),
        Index("ix_process_instance_definition", "definition_key", "state", "id"),
        # boxes look for what somebody has running among all that somebody ever started
        Index("ix_process_instance_running", "started_by", "id", sqlite_where=text(_RUNNING), postgresql_where=text(_RUNNING)),
        Index("ix_process_instance_started_for", "started_for", "id", sqlite_where=text(_FOR), postgresql_where=text(_FOR)),
        Index("ix_process_instance_revises", "revises", sqlite_where=text(_REVISES), postgresql_where=text(_REVISES)),
        # of ended cases alone: daily heads look for what ended lately, retention for what ended long ago
        Index("ix_process_instance_ended", "ended_at", sqlite_where=text(_ENDED), postgresql_where=text(_ENDED)),
    )
    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    definition_id: Mapped[str] = mapped_column(ForeignKey("process_definition.id"), index=True)
    definition_key: Mapped[str] = mapped_column(String(255))
    version: Mapped[int]
    business_key: Mapped[str | None] = mapped_column(String(100), index=True)
    title: Mapped[str] = mapped_column(String(300))
    #: running, suspended, incident (running with open incidents), completed, cancelled
    state: Mapped[str] = mapped_column(String(20))
    started_by: Mapped[str] = mapped_column(String(100))
    started_for: Mapped[str | None] = mapped_column(String(100))
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    revises: Mapped[str | None] = mapped_column(ForeignKey("process_instance.id"))
    #: ids and names of the top-level end events reached, in order: [[id, name], ...]
    end_events: Mapped[Any] = mapped_column(Json)
    #: variables of the root scope, as a projection of the state
    variables: Mapped[Any] = mapped_column(Json)
    #: the same of a case that has ended, packed; `variables` is empty then (processes/case_variables.py reads them)
    packed_variables: Mapped[Any] = mapped_column(Packed, nullable=True)
    #: in fen, of the variable that process.toml names as `amount`; None where there is none, or it holds no amount
    amount: Mapped[int | None] = mapped_column(BigInteger)
    engine_state: Mapped[bytes] = mapped_column(LargeBinary)
    last_seq: Mapped[int]
    last_hash: Mapped[str] = mapped_column(String(64))


class Step(Base):
    """One command on a case: append-only, chained. The hash covers every column, as stored, but those with `hash` in their name."""

    __tablename__ = "step"
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(100))
    actor_name: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    engine_version: Mapped[str] = mapped_column(String(20))
    definition_id: Mapped[str] = mapped_column(String(280))
    #: engine.triggers document, or {"kind": "claim", ...} where the engine has no part; of a packed step the kind alone
    trigger: Mapped[Any] = mapped_column(Json)
    #: what the engine was given besides: now, versions of called processes and decisions, calendar version, candidates
    context: Mapped[Any] = mapped_column(Json)
    events: Mapped[Any] = mapped_column(Json)
    #: how it was hashed; NULL: SHA-256
    algorithm: Mapped[str | None] = mapped_column(String(20))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    #: how `content` is packed; NULL: trigger, context and events stand in their columns
    codec: Mapped[str | None] = mapped_column(String(20))
    #: trigger, context and events, packed: see processes/step_log.py, which reads them
    content: Mapped[bytes | None] = mapped_column(LargeBinary)


class StepCodec(Base):
    """What it takes to unpack steps besides zlib: the dictionary of each codec, so that the database can be read with nothing else."""

    __tablename__ = "step_codec"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    dictionary: Mapped[bytes] = mapped_column(LargeBinary)


class RegisterRow(Base):
    """A row of a register (台账), written by a case: a filing (备案), a use of a seal."""

    __tablename__ = "register_row"
    __table_args__ = (Index("ix_register_row_list", "register", "at"),)
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    register: Mapped[str] = mapped_column(String(100))
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"), index=True)
    definition_key: Mapped[str] = mapped_column(String(255))
    business_key: Mapped[str | None] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(Moment)
    values: Mapped[Any] = mapped_column(Json)


class NumberSeries(Base):
    """The last number given in a series and year: numbers have no gap."""

    __tablename__ = "number_series"
    series: Mapped[str] = mapped_column(String(100), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Act(Base):
    """What is not a step of a case: sign-in, deployment, roles, settings, refused attempts; one chain, append-only."""

    __tablename__ = "act"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str | None] = mapped_column(String(300))
    allowed: Mapped[bool]
    details: Mapped[Any] = mapped_column(Json)
    #: how it was hashed; NULL: SHA-256
    algorithm: Mapped[str | None] = mapped_column(String(20))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class ChainHead(Base):
    """The end of the chain of acts, so that a cut tail is seen."""

    __tablename__ = "chain_head"
    chain: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_seq: Mapped[int]
    last_hash: Mapped[str] = mapped_column(String(64))


class IdempotencyKey(Base):
    """The first answer to a request that carried an Idempotency-Key, kept 24 hours."""

    __tablename__ = "idempotency_key"
    login: Mapped[str] = mapped_column(String(100), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    status: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(Text)
