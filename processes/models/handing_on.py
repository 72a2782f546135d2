"""Who handed a user task on, and who may stand in for whom."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from processes.db import Base, Json, Moment


class HandedOn(Base):
    """Somebody had a user task and has it no more (转办, 委派), or was asked for advice; one row a task and person, the latest.

    A projection of the step log: it leads people from what they have handled to what became of it.
    """

    __tablename__ = "handed_on"
    __table_args__ = (Index("ix_handed_on_login", "login", "at"), Index("ix_handed_on_task", "user_task_id"))
    id: Mapped[str] = mapped_column(String(170), primary_key=True)
    user_task_id: Mapped[str] = mapped_column(String(60))
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"), index=True)
    login: Mapped[str] = mapped_column(String(100))
    #: reassigned, delegated, resolved (gave advice), recalled (was asked, and is no more), represented (somebody else decided for them)
    verb: Mapped[str] = mapped_column(String(20))
    #: to whom it went, or who did it
    to: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(Moment)


class Substitution(Base):
    """Somebody stands in for somebody else for a period (代理): what waits for the principal may be done by the substitute too."""

    __tablename__ = "substitution"
    __table_args__ = (Index("ix_substitution_substitute", "substitute", "valid_until"),)
    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    principal: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    substitute: Mapped[str] = mapped_column(ForeignKey("person.login"))
    #: days of the office, both included
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    #: keys of processes; None: all
    processes: Mapped[Any] = mapped_column(Json, nullable=True)
    #: cases of more are left to the principal, in fen; None: no limit
    up_to: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[str] = mapped_column(String(100))
    #: ended before its time
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(String(100))


class Succession(Base):
    """Whoever has left, and who takes over what names them by login (离职交接), from a day on."""

    __tablename__ = "succession"
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), primary_key=True)
    successor: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    valid_from: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[str] = mapped_column(String(100))
