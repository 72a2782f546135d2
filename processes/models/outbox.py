"""Messages on their way to people outside Banjie, and how each person wants them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from processes.db import Base, Json, Moment

_OPEN = "state IN ('waiting', 'sending')"


class OutgoingMessage(Base):
    """A notice on its way by mail, SMS or a robot. The row is the outbox: what is sent, kept to be read here, or given up stays in it."""

    __tablename__ = "outgoing_message"
    __table_args__ = (
        Index("ix_outgoing_message_due", "due_at", "id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_outgoing_message_state", "state", "at", "id"),
        Index("ix_outgoing_message_login", "login", "channel", "at"),
    )
    #: id of the notice and the channel
    id: Mapped[str] = mapped_column(String(140), primary_key=True)
    login: Mapped[str] = mapped_column(String(100))
    #: mail, sms, wecom, dingtalk
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    instance_id: Mapped[str | None] = mapped_column(String(26))
    user_task_id: Mapped[str | None] = mapped_column(String(60))
    #: waiting, sending, sent, kept (to be read here), dropped (no use any more), failed (given up)
    state: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Moment)
    #: not before; while it is being sent: when somebody else may try
    due_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    #: the message that it was sent together with
    sent_with: Mapped[str | None] = mapped_column(String(140))


class NoticeChoice(Base):
    """How somebody wants to be told; who never chose has no row."""

    __tablename__ = "notice_choice"
    login: Mapped[str] = mapped_column(String(100), primary_key=True)
    mail_address: Mapped[str | None] = mapped_column(String(255))
    #: group of kinds -> channels
    channels: Mapped[Any] = mapped_column(Json)
    #: HH:MM on the office's clock; nothing is sent between them
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_until: Mapped[str | None] = mapped_column(String(5))
    #: HH:MM: all but reminders wait for this time of the day
    digest_at: Mapped[str | None] = mapped_column(String(5))
