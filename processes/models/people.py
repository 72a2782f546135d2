"""People and how they are organised; with dates, so that "who was head then" can be answered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from processes.db import Base, Json, Moment


class Department(Base):
    """A unit of the organisation (部门, 村居): a tree."""

    __tablename__ = "department"
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    parent: Mapped[str | None] = mapped_column(ForeignKey("department.code"))
    #: district, town, department, village, station, bureau
    level: Mapped[str] = mapped_column(String(20), default="department")
    active: Mapped[bool] = mapped_column(default=True)


class Person(Base):
    """A person with an account; people are disabled, never deleted: history keeps the name."""

    __tablename__ = "person"
    login: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    department: Mapped[str | None] = mapped_column(ForeignKey("department.code"), index=True)
    phone: Mapped[str | None] = mapped_column(String(30))
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)
    #: SHA-256 of the picture that decisions bear
    signature: Mapped[str | None] = mapped_column(String(64))
    #: argon2; None: cannot sign in with a password
    password: Mapped[str | None] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)


class AccountRole(Base):
    """What an account may do in Banjie (CONTRACT 3): clerk, analyst, publisher, operator, ..."""

    __tablename__ = "account_role"
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), primary_key=True)
    role: Mapped[str] = mapped_column(String(30), primary_key=True)


class Role(Base):
    """An office or role of the organisation that diagrams name as candidate group: 财政局, 镇长, 分管领导."""

    __tablename__ = "role"
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    #: what the role is for, shown to administrators
    description: Mapped[str | None] = mapped_column(String(300))


class Holding(Base):
    """Somebody holds a role, perhaps within a department and between dates."""

    __tablename__ = "holding"
    __table_args__ = (
        UniqueConstraint("login", "role", "department", "valid_from"),
        Index("ix_holding_role", "role"),
    )
    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    role: Mapped[str] = mapped_column(ForeignKey("role.code"))
    department: Mapped[str | None] = mapped_column(ForeignKey("department.code"))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)


class Post(Base):
    """A post (岗位) of a department and who holds it; the main post signs."""

    __tablename__ = "post"
    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    department: Mapped[str] = mapped_column(ForeignKey("department.code"), index=True)
    login: Mapped[str | None] = mapped_column(ForeignKey("person.login"), index=True)
    #: the post heads the department
    head: Mapped[bool] = mapped_column(default=False)
    main: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)


class ResponsibilityLine(Base):
    """A line of responsibility (分管关系): a leader is in charge of a department or of a business line."""

    __tablename__ = "responsibility_line"
    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    leader: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    department: Mapped[str | None] = mapped_column(ForeignKey("department.code"), index=True)
    #: procurement, public_resource, works ...
    line: Mapped[str | None] = mapped_column(String(60))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)


class SignIn(Base):
    """A browser session, kept on the server; `id` is the SHA-256 of what the cookie holds."""

    __tablename__ = "sign_in"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    #: a secret for the CSRF token
    secret: Mapped[str] = mapped_column(String(64))
    address: Mapped[str | None] = mapped_column(String(60))


class Token(Base):
    """A bearer token for the API; `id` is the SHA-256 of what the client holds."""

    __tablename__ = "token"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    #: list of process keys, ["*"], or None: whatever the account may (an integrator: nothing)
    scope: Mapped[Any] = mapped_column(Json, nullable=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
