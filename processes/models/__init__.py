"""Tables by subject; importing this package defines all of them."""

from processes.models import append_only
from processes.models.audit import AuditHead, AuditLeaf, LegalHold, RefusalWindow, RetentionSeal
from processes.models.definitions import (
    DecisionDefinition,
    Deployment,
    DeploymentFile,
    FormDefinition,
    ProcessDefinition,
    StartSubscription,
)
from processes.models.handing_on import HandedOn, Substitution, Succession
from processes.models.instances import (
    Act,
    ChainHead,
    IdempotencyKey,
    NumberSeries,
    ProcessInstance,
    RegisterRow,
    Step,
    StepCodec,
)
from processes.models.office import Attachment, AttachmentUse, CalendarDay, CalendarYear, Phrase, SharedByHosts, Signature
from processes.models.outbox import NoticeChoice, OutgoingMessage
from processes.models.people import (
    AccountRole,
    Department,
    Holding,
    Person,
    Post,
    ResponsibilityLine,
    Role,
    SignIn,
    Token,
)
from processes.models.saved_filters import DefaultFilter, SavedFilter
from processes.models.search import CaseSearch
from processes.models.telling import Delivery, DeliveryRead, Reminder, Snooze
from processes.models.votes import Vote
from processes.models.work import Draft, InboxEntry, Incident, Job, Notice, Subscription, UserTask

__all__ = [
    "AccountRole",
    "Act",
    "Attachment",
    "AttachmentUse",
    "AuditHead",
    "AuditLeaf",
    "CalendarDay",
    "CalendarYear",
    "CaseSearch",
    "ChainHead",
    "DecisionDefinition",
    "DefaultFilter",
    "Delivery",
    "DeliveryRead",
    "Department",
    "Deployment",
    "DeploymentFile",
    "Draft",
    "FormDefinition",
    "HandedOn",
    "Holding",
    "IdempotencyKey",
    "InboxEntry",
    "Incident",
    "Job",
    "LegalHold",
    "Notice",
    "NoticeChoice",
    "NumberSeries",
    "OutgoingMessage",
    "Person",
    "Phrase",
    "Post",
    "ProcessDefinition",
    "ProcessInstance",
    "RefusalWindow",
    "RegisterRow",
    "Reminder",
    "ResponsibilityLine",
    "RetentionSeal",
    "Role",
    "SavedFilter",
    "SharedByHosts",
    "SignIn",
    "Signature",
    "Snooze",
    "StartSubscription",
    "Step",
    "StepCodec",
    "Subscription",
    "Substitution",
    "Succession",
    "Token",
    "UserTask",
    "Vote",
    "append_only",
]
