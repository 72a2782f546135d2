"""The office's calendar, files, phrases and signatures."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from processes.db import Base, Moment


class CalendarYear(Base):
    """A loaded year of the working-day calendar; `version` counts the changes of any year."""

    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    source: Mapped[str] = mapped_column(String(200))
    loaded_at: Mapped[datetime] = mapped_column(Moment)


class CalendarDay(Base):
    """A day that is not what its weekday says: a holiday, or a make-up working day (调休)."""

    __tablename__ = "calendar_day"
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    works: Mapped[bool]
    name: Mapped[str] = mapped_column(String(100))


class Attachment(Base):
    """An uploaded file: the bytes lie under var/ by their SHA-256, written before this row."""

    __tablename__ = "attachment"
    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(100))
    uploaded_by: Mapped[str] = mapped_column(String(100), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(Moment)


class AttachmentUse(Base):
    """An attachment belongs to a case: who may see the case may read it."""

    __tablename__ = "attachment_use"
    __table_args__ = (Index("ix_attachment_use_instance", "instance_id"),)
    attachment_id: Mapped[str] = mapped_column(ForeignKey("attachment.id"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(200))


class Phrase(Base):
    """A common opinion (常用意见) of a person."""

    __tablename__ = "phrase"
    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    login: Mapped[str] = mapped_column(String(100), index=True)
    text: Mapped[str] = mapped_column(String(300))
    used: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    #: where its owner has put it; None: by use, after those that were put somewhere
    place: Mapped[int | None]


class Signature(Base):
    """A picture of somebody's signature; which one is in use stands with the person, old ones stay for the decisions that bear them."""

    __tablename__ = "signature"
    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    login: Mapped[str] = mapped_column(String(100), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    #: a decision bears it
    stamped: Mapped[bool] = mapped_column(default=False)
    uploaded_at: Mapped[datetime] = mapped_column(Moment)


class SharedByHosts(Base):
    """What every host must have: a fingerprint of the key that signs, and the mark of the folder of attachments."""

    __tablename__ = "shared_by_hosts"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    #: the host that registered it
    host: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(Moment)
