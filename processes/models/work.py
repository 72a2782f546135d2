"""What waits: user tasks (待办), jobs, subscriptions, incidents. Projections of the step log."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from processes.db import Base, Json, Moment

_DONE = "completed_by IS NOT NULL"
_HELD = "assignee IS NOT NULL"
#: so that an index of open tasks is found whatever way the state is asked for
_OPEN_TASK = "completed_at IS NULL"
_LATER = "follow_up IS NOT NULL"


class UserTask(Base):
    """A user task; its id is `instance-number`, with the number that the engine gave it, so that a rebuild gives the same."""

    __tablename__ = "user_task"
    __table_args__ = (
        Index("ix_user_task_instance", "instance_id", "state"),
        # what is open, which few tasks are; the cases that are over are read by their other indexes
        Index("ix_user_task_state", "state", "sort_due", "id", sqlite_where=text(_OPEN_TASK), postgresql_where=text(_OPEN_TASK)),
        # each index is a page more that a step writes: of what is empty at first they hold nothing
        Index("ix_user_task_done", "completed_by", "completed_at", sqlite_where=text(_DONE), postgresql_where=text(_DONE)),
        Index("ix_user_task_assignee", "assignee", "instance_id", sqlite_where=text(_HELD), postgresql_where=text(_HELD)),
        Index("ix_user_task_untold", "id", sqlite_where=text("untold"), postgresql_where=text("untold")),
    )
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"))
    definition_key: Mapped[str] = mapped_column(String(255))
    definition_id: Mapped[str] = mapped_column(String(280))
    #: key:version of the process that holds the element: the called one inside a call activity
    element_definition_id: Mapped[str] = mapped_column(String(280))
    number: Mapped[int]
    element_id: Mapped[str] = mapped_column(String(255))
    path: Mapped[Any] = mapped_column(Json)
    name: Mapped[str] = mapped_column(String(255))
    #: title of the case
    title: Mapped[str] = mapped_column(String(300))
    business_key: Mapped[str | None] = mapped_column(String(100))
    #: the inbox list (DOMAIN part J), e.g. 待审核
    list_name: Mapped[str | None] = mapped_column(String(100))
    form_key: Mapped[str | None] = mapped_column(String(255))
    assignee: Mapped[str | None] = mapped_column(String(255))
    #: as drawn, resolved by the engine: names
    candidate_users: Mapped[Any] = mapped_column(Json)
    candidate_groups: Mapped[Any] = mapped_column(Json)
    #: rules and texts of the element: outcomes, fields, list, ...
    properties: Mapped[Any] = mapped_column(Json)
    #: variables local to an instance of a multi-instance: item, loopCounter
    local: Mapped[Any] = mapped_column(Json)
    priority: Mapped[int] = mapped_column(default=50)
    #: 0 特急, 1 加急, 2 平急; None 普通
    urgency: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    follow_up_at: Mapped[datetime | None] = mapped_column(Moment)
    #: text of due_at, or "9" where there is none: tightest first
    sort_due: Mapped[str] = mapped_column(String(27))
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    #: open, completed, cancelled
    state: Mapped[str] = mapped_column(String(20))
    completed_at: Mapped[datetime | None] = mapped_column(Moment)
    completed_by: Mapped[str | None] = mapped_column(String(100))
    outcome: Mapped[str | None] = mapped_column(String(100))
    opinion: Mapped[str | None] = mapped_column(Text)
    #: who reassigned it last: it is not given back to its candidates, but reassigned again
    reassigned_by: Mapped[str | None] = mapped_column(String(100))
    #: whose task it is while another person is asked for advice, who then is the assignee
    delegated_by: Mapped[str | None] = mapped_column(String(100))
    #: what the last person asked has given: by, opinion, variables
    advice: Mapped[Any] = mapped_column(Json, nullable=True)
    #: of a signer's task (加签): of which task, `position`, `by`, `depth`; of a task with signers: for how many it `waits`
    signing: Mapped[Any] = mapped_column(Json, nullable=True)
    #: seq of the last step that touched it
    revision: Mapped[int]
    #: those whom it waits for have not been told yet; no part of the record
    untold: Mapped[bool | None]


class InboxEntry(Base):
    """Who may find an open task: one row a holder (`user:LOGIN` or `group:NAME`), tightest first; a claimed task has one row.

    What a box is filtered by stands here too, so that an index leads to the few that are wanted among very many.
    """

    __tablename__ = "inbox_entry"
    __table_args__ = (
        Index("ix_inbox_entry_list", "holder", "list_name", "sort_due", "user_task_id"),
        Index("ix_inbox_entry_definition", "holder", "definition_key", "sort_due", "user_task_id"),
        Index("ix_inbox_entry_follow_up", "holder", "follow_up", sqlite_where=text(_LATER), postgresql_where=text(_LATER)),
    )
    holder: Mapped[str] = mapped_column(String(270), primary_key=True)
    sort_due: Mapped[str] = mapped_column(String(27), primary_key=True)
    user_task_id: Mapped[str] = mapped_column(ForeignKey("user_task.id", ondelete="CASCADE"), primary_key=True, index=True)
    #: of the task, which has the same
    definition_key: Mapped[str | None] = mapped_column(String(255))
    list_name: Mapped[str | None] = mapped_column(String(100))
    #: text of follow_up_at: until then it is not in the list
    follow_up: Mapped[str | None] = mapped_column(String(27))


class Job(Base):
    """A timer, or outgoing work; the outbox. Redis only rings."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_due", "state", "due_at"),
        Index("ix_job_instance", "instance_id", "state"),
        Index("ix_job_topic", "state", "topic", "due_at"),
    )
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"))
    #: timer, connector (a topic we ship), external (an outside worker), message (to another case)
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    element_id: Mapped[str] = mapped_column(String(255))
    element_name: Mapped[str | None] = mapped_column(String(255))
    path: Mapped[Any] = mapped_column(Json)
    topic: Mapped[str | None] = mapped_column(String(255))
    #: waiting, suspended, done, failed (no retries left: an incident), retried (another job has taken its place), cancelled
    state: Mapped[str] = mapped_column(String(20))
    #: not before this moment; a lock is a due_at in the future with a worker
    due_at: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    retries: Mapped[int]
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(100))
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
    last_error: Mapped[str | None] = mapped_column(Text)
    payload: Mapped[Any] = mapped_column(Json)


class Subscription(Base):
    """A case that waits for a message or a signal."""

    __tablename__ = "subscription"
    __table_args__ = (Index("ix_subscription_name", "kind", "name"), Index("ix_subscription_instance", "instance_id"))
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"))
    #: message, signal
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(255))
    number: Mapped[int]
    element_id: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Moment)


class Incident(Base):
    """An automatic part that failed behind a right input: what failed and what to do (异常)."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_state", "state", "raised_at"), Index("ix_incident_instance", "instance_id"))
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"))
    definition_key: Mapped[str] = mapped_column(String(255))
    element_id: Mapped[str | None] = mapped_column(String(255))
    element_name: Mapped[str | None] = mapped_column(String(255))
    #: which instance of the element
    path: Mapped[Any] = mapped_column(Json)
    #: by which the engine knows it at present
    number: Mapped[int]
    job_id: Mapped[str | None] = mapped_column(String(60))
    #: stable: no_path, unknown_variable, expression, decision, limit, connector, stuck ...
    code: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(Text)
    details: Mapped[Any] = mapped_column(Json)
    raised_at: Mapped[datetime] = mapped_column(Moment)
    #: open, resolved
    state: Mapped[str] = mapped_column(String(20))
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolved_by: Mapped[str | None] = mapped_column(String(100))


class Draft(Base):
    """What somebody has typed and not sent: of a user task (`task:ID`) or a start (`start:KEY`, `revise:ID`); outside the chain."""

    __tablename__ = "draft"
    subject: Mapped[str] = mapped_column(String(300), primary_key=True)
    login: Mapped[str] = mapped_column(String(100), primary_key=True)
    variables: Mapped[Any] = mapped_column(Json)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    #: counts up with every change, so that two windows do not write over each other
    version: Mapped[int | None]
    #: what came from a window that had not seen the newest version, and when
    other: Mapped[Any] = mapped_column(Json, nullable=True)
    other_at: Mapped[datetime | None] = mapped_column(Moment)


class Notice(Base):
    """A message in somebody's message centre (消息)."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_login", "login", "read_at", "at"),)
    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    login: Mapped[str] = mapped_column(String(100))
    instance_id: Mapped[str | None] = mapped_column(ForeignKey("process_instance.id"), index=True)
    user_task_id: Mapped[str | None] = mapped_column(String(60))
    #: reminder, escalation, rejected, filed, system
    kind: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
