"""What people are told about a case without being asked to decide (催办, 抄送, 传阅), and what they put aside."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from processes.db import Base, Json, Moment


class Reminder(Base):
    """Somebody reminded those whom a user task waits for; a projection of the step that says so, by its number (`instance-seq`)."""

    __tablename__ = "reminder"
    __table_args__ = (Index("ix_reminder_task", "user_task_id", "login", "at"), Index("ix_reminder_instance", "instance_id"))
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"))
    #: of a circulation: `circulation:ID`
    user_task_id: Mapped[str] = mapped_column(String(60))
    #: who reminded
    login: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(Moment)
    #: who was reminded
    receivers: Mapped[Any] = mapped_column(Json)
    message: Mapped[str | None] = mapped_column(Text)


class Delivery(Base):
    """A case put before somebody who has nothing to decide: a copy (抄送) or a circulated case (传阅); a projection of its step."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_login", "login", "at", "id"),
        Index("ix_delivery_instance", "instance_id", "login"),
        Index("ix_delivery_circulation", "circulation", "login"),
    )
    #: instance-seq-place in the step
    id: Mapped[str] = mapped_column(String(70), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"))
    definition_key: Mapped[str] = mapped_column(String(255))
    #: copy, circulation
    kind: Mapped[str] = mapped_column(String(20))
    #: the circulation that it belongs to (instance-seq)
    circulation: Mapped[str | None] = mapped_column(String(60))
    #: how often it was passed on before it came here
    depth: Mapped[int]
    login: Mapped[str] = mapped_column(String(100))
    given_by: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(Moment)
    message: Mapped[str | None] = mapped_column(Text)
    user_task_id: Mapped[str | None] = mapped_column(String(60))
    #: the step of the diagram that sent it
    element_name: Mapped[str | None] = mapped_column(String(255))
    #: what it was sent for, which sends it to nobody twice: `case`, `start`, `task:NUMBER`, `step:NUMBER`, `circulation:ID`
    occasion: Mapped[str] = mapped_column(String(100))
    #: a circulated case: when its receiver said that it was read (已阅), and what else
    receipt_at: Mapped[datetime | None] = mapped_column(Moment)
    comment: Mapped[str | None] = mapped_column(Text)


class DeliveryRead(Base):
    """Somebody has opened a copy; no part of the record."""

    __tablename__ = "delivery_read"
    delivery_id: Mapped[str] = mapped_column(String(70), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)


class Snooze(Base):
    """Somebody has put a task aside until a day (稍后办理); for that person alone, and no part of the record."""

    __tablename__ = "snooze"
    __table_args__ = (Index("ix_snooze_login", "login", "until"),)
    user_task_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    login: Mapped[str] = mapped_column(String(100), primary_key=True)
    until: Mapped[datetime] = mapped_column(Moment)
    at: Mapped[datetime] = mapped_column(Moment)
