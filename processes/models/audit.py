"""Proof over all cases (daily heads), what retention leaves of a case, holds against it, and windows of refused attempts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from processes.db import Base, Json, Moment


class AuditHead(Base):
    """A daily head: seals the ends of all cases that changed since the one before, and of the chain of acts. Append-only, chained."""

    __tablename__ = "audit_head"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: the date in the office on which it was made; it seals what was there before
    day: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Moment)
    #: days between the head before and this one on which none was made
    missed: Mapped[int]
    algorithm: Mapped[str] = mapped_column(String(20))
    #: cases that are sealed by this head or one before
    cases: Mapped[int]
    #: leaves of this head: cases that changed
    changed: Mapped[int]
    #: Merkle root over the leaves, by id
    root: Mapped[str] = mapped_column(String(64))
    #: the last act that is sealed, and its hash
    acts: Mapped[int]
    acts_end: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditLeaf(Base):
    """The end of a case that a daily head seals. Append-only; stays when the case's content goes."""

    __tablename__ = "audit_leaf"
    __table_args__ = (Index("ix_audit_leaf_head", "head", "instance_id"),)
    instance_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    last_seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_hash: Mapped[str] = mapped_column(String(64))
    head: Mapped[int]


class RetentionSeal(Base):
    """What stays of a case whose content was removed when its time was over; an act with the same facts proves it. Append-only."""

    __tablename__ = "retention_seal"
    instance_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    business_key: Mapped[str | None] = mapped_column(String(100))
    definition_id: Mapped[str] = mapped_column(String(280))
    state: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime] = mapped_column(Moment)
    end_events: Mapped[Any] = mapped_column(Json)
    first_seq: Mapped[int]
    last_seq: Mapped[int]
    last_hash: Mapped[str] = mapped_column(String(64))
    #: SHA-256 of each attachment that went
    attachments: Mapped[Any] = mapped_column(Json)
    #: seq of the act that says the same
    act: Mapped[int]


class LegalHold(Base):
    """A case that is kept whatever its retention says, until the hold is released."""

    __tablename__ = "legal_hold"
    instance_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    reason: Mapped[str] = mapped_column(String(300))
    held_by: Mapped[str] = mapped_column(String(100))
    held_at: Mapped[datetime] = mapped_column(Moment)


class RefusalWindow(Base):
    """How many refused attempts of an account were put on record since a moment, and how many more were only counted."""

    __tablename__ = "refusal_window"
    login: Mapped[str] = mapped_column(String(100), primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment, index=True)
    written: Mapped[int]
    #: those that were only counted, by kind of act
    counted: Mapped[Any] = mapped_column(Json)
