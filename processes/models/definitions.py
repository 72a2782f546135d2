"""Deployments and what they define: processes, decisions, forms."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from processes.db import Base, Json, Moment


class Deployment(Base):
    """One upload of files, kept by digest; instances never read the disk."""

    __tablename__ = "deployment"
    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Moment)
    deployed_by: Mapped[str] = mapped_column(String(100))
    #: SHA-256 over names and bytes of all files: the same set of files deploys once
    digest: Mapped[str] = mapped_column(String(64), index=True)
    findings: Mapped[Any] = mapped_column(Json)


class DeploymentFile(Base):
    """A file of a deployment, as uploaded."""

    __tablename__ = "deployment_file"
    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployment.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    #: bpmn, dmn, form, settings (process.toml), other
    kind: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ProcessDefinition(Base):
    """A version of a process; its id is `key:version`."""

    __tablename__ = "process_definition"
    __table_args__ = (UniqueConstraint("key", "version"),)
    id: Mapped[str] = mapped_column(String(280), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), index=True)
    version: Mapped[int]
    version_tag: Mapped[str | None] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(255))
    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployment.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    #: place among the processes of the deployment, in document order
    position: Mapped[int] = mapped_column(default=0)
    deployed_at: Mapped[datetime] = mapped_column(Moment)
    #: active, suspended (starts nothing new)
    state: Mapped[str] = mapped_column(String(20), default="active")
    #: what engine.definition stores: the restored specification's source, compressed
    compiled: Mapped[bytes] = mapped_column(LargeBinary)
    #: engine.outline of the process as JSON: elements, people rules, forms
    outline: Mapped[Any] = mapped_column(Json)
    #: process.toml as JSON
    settings: Mapped[Any] = mapped_column(Json)


class DecisionDefinition(Base):
    """A version of a decision (DMN)."""

    __tablename__ = "decision_definition"
    __table_args__ = (UniqueConstraint("key", "version"),)
    id: Mapped[str] = mapped_column(String(280), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), index=True)
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployment.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    document: Mapped[Any] = mapped_column(Json)


class FormDefinition(Base):
    """A version of a form document."""

    __tablename__ = "form_definition"
    __table_args__ = (UniqueConstraint("key", "version"),)
    id: Mapped[str] = mapped_column(String(280), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), index=True)
    version: Mapped[int]
    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployment.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    document: Mapped[Any] = mapped_column(Json)


class StartSubscription(Base):
    """A message, signal or timer start event of the newest version of a process."""

    __tablename__ = "start_subscription"
    __table_args__ = (Index("ix_start_subscription_name", "kind", "name"), Index("ix_start_subscription_due", "due_at"))
    definition_id: Mapped[str] = mapped_column(ForeignKey("process_definition.id"), primary_key=True)
    element_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    #: message, signal, timer
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(String(255))
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    #: of a timer: engine.times.Due as JSON, from which the next occurrence is counted
    due: Mapped[Any] = mapped_column(Json, nullable=True)
