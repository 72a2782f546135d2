"""Filters of lists that people keep, for themselves or for those who hold a role or belong to a department."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from processes.db import Base, Json, Moment


class SavedFilter(Base):
    """A filter of one list (常用筛选): its conditions, its order and its columns as the address of the list holds them."""

    __tablename__ = "saved_filter"
    __table_args__ = (Index("ix_saved_filter_owner", "owner", "position"), Index("ix_saved_filter_shared", "shared_kind", "shared_with"))
    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    owner: Mapped[str] = mapped_column(ForeignKey("person.login"))
    name: Mapped[str] = mapped_column(String(60))
    #: todo, unclaimed, done, started, search, all
    box: Mapped[str] = mapped_column(String(20))
    conditions: Mapped[Any] = mapped_column(Json)
    position: Mapped[int]
    #: role or department, and its code; neither: the owner's alone. The code may be of one that is gone
    shared_kind: Mapped[str | None] = mapped_column(String(20))
    shared_with: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(Moment)


class DefaultFilter(Base):
    """The filter with which a list opens for somebody."""

    __tablename__ = "default_filter"
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), primary_key=True)
    box: Mapped[str] = mapped_column(String(20), primary_key=True)
    filter_id: Mapped[str] = mapped_column(ForeignKey("saved_filter.id", ondelete="CASCADE"))
