"""What can be asked of a case: imperative, few, and complete, so that the triggers of a case give it again."""

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

Variables = dict[str, Any]
#: by kind of trigger, the names of what it holds
_names: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Trigger:
    """The base of all triggers; `kind` names one in the step log."""

    kind: ClassVar[str]

    def to_document(self) -> dict[str, Any]:
        """The trigger as the step log stores it."""
        names = _names.get(self.kind)
        if names is None:
            names = _names[self.kind] = tuple(one.name for one in fields(self))
        values = {name: getattr(self, name) for name in names}
        return {"kind": self.kind, **{name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}}


@dataclass(frozen=True, slots=True)
class Start(Trigger):
    """Begin a case at its plain start event, or at the start event `element_id`."""

    kind: ClassVar[str] = "start"
    key: str
    version: int
    variables: Variables = field(default_factory=dict)
    starter: str | None = None
    business_key: str | None = None
    element_id: str | None = None
    #: process key and id of the case whose message starts this one
    sender: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class CompleteUserTask(Trigger):
    """A person has decided."""

    kind: ClassVar[str] = "complete_user_task"
    number: int
    element_id: str
    path: tuple[int, ...] = ()
    variables: Variables = field(default_factory=dict)
    outcome: str | None = None
    opinion: str | None = None
    #: whose task it was: what `task.assignee` is
    by: str | None = None


@dataclass(frozen=True, slots=True)
class CompleteJob(Trigger):
    """Outgoing work has answered."""

    kind: ClassVar[str] = "complete_job"
    number: int
    element_id: str
    path: tuple[int, ...] = ()
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FailJob(Trigger):
    """Outgoing work has failed: with a BPMN error `code`, or without one when its retries are used up (an incident)."""

    kind: ClassVar[str] = "fail_job"
    number: int
    element_id: str
    path: tuple[int, ...] = ()
    code: str | None = None
    message: str = ""
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FireTimer(Trigger):
    """A timer's moment has come; whoever asks has looked at the clock."""

    kind: ClassVar[str] = "fire_timer"
    number: int
    element_id: str
    path: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliverMessage(Trigger):
    """A message has come for the subscription `number`, or for the oldest one of that name."""

    kind: ClassVar[str] = "deliver_message"
    name: str
    variables: Variables = field(default_factory=dict)
    number: int | None = None
    #: process key and id of the case that has thrown it, and whether it means this case and no other
    sender: tuple[str, str] | None = None
    addressed: bool = False


@dataclass(frozen=True, slots=True)
class BroadcastSignal(Trigger):
    """A signal reaches everything in the case that waits for it."""

    kind: ClassVar[str] = "broadcast_signal"
    name: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetVariables(Trigger):
    """Variables of the case are corrected from outside."""

    kind: ClassVar[str] = "set_variables"
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SendBack(Trigger):
    """A person who has an open task sends the case back to an earlier one (退回)."""

    kind: ClassVar[str] = "send_back"
    number: int
    element_id: str
    path: tuple[int, ...] = ()
    #: the element to go to, and `key:version` of the process that it is in
    to: str = ""
    definition: str = ""
    #: where that is a called process: the calls that it was entered by, each [definition, element], innermost first
    calls: list[list[str]] = field(default_factory=list)
    #: what was left since the target was completed, by definition
    passed: dict[str, list[str]] = field(default_factory=dict)
    reason: str = ""
    #: afterwards: rerun what is drawn, or go straight_back to this task
    resubmit: str = "rerun"
    #: who gets the task; None: as drawn
    assignee: str | None = None
    #: who sends back, and gets the task again when it goes straight back
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Withdraw(Trigger):
    """A person takes the own decision on the completed task `number` back while nobody has acted on it (撤回)."""

    kind: ClassVar[str] = "withdraw"
    number: int
    element_id: str
    path: tuple[int, ...] = ()
    definition: str = ""
    calls: list[list[str]] = field(default_factory=list)
    passed: dict[str, list[str]] = field(default_factory=dict)
    reason: str = ""
    assignee: str | None = None
    #: what the decision has written: {"scope", "name", "old", "new"}, with "absent" where there was no such variable before
    written: list[dict[str, Any]] = field(default_factory=list)
    #: of one of several instances: which of the decisions that count it was
    place: int = 0
    #: tasks that the decision has opened again because they had been sent straight back: [number, element, whose it is]
    held: list[list[Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AddSigners(Trigger):
    """Whoever has an open user task asks others to sign with them (加签): before, after, or in parallel."""

    kind: ClassVar[str] = "add_signers"
    number: int
    element_id: str
    path: tuple[int, ...] = ()
    users: list[str] = field(default_factory=list)
    position: str = "before"
    by: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveSigner(Trigger):
    """One who was asked to sign is asked no more (减签): `signer` is the number of their task, `number` that of the one they sign for."""

    kind: ClassVar[str] = "remove_signer"
    number: int
    element_id: str
    path: tuple[int, ...] = ()
    signer: int = 0
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Retry(Trigger):
    """What failed runs once more, with other variables if need be; `number` is that of the incident, or of its token."""

    kind: ClassVar[str] = "retry"
    number: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cancel(Trigger):
    """The case ends here; everything open is taken back."""

    kind: ClassVar[str] = "cancel"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Suspend(Trigger):
    """The case takes no trigger until it is resumed."""

    kind: ClassVar[str] = "suspend"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resume(Trigger):
    """The case takes triggers again."""

    kind: ClassVar[str] = "resume"
    reason: str = ""


_EVERY: tuple[type[Trigger], ...] = (
    Start,
    CompleteUserTask,
    CompleteJob,
    FailJob,
    FireTimer,
    DeliverMessage,
    BroadcastSignal,
    SetVariables,
    SendBack,
    Withdraw,
    AddSigners,
    RemoveSigner,
    Retry,
    Cancel,
    Suspend,
    Resume,
)
_KINDS = {one.kind: one for one in _EVERY}


def from_document(document: dict[str, Any]) -> Trigger:
    """The trigger that `to_document` wrote; raises KeyError for a kind that the engine has no part in."""
    kind = _KINDS[document["kind"]]
    values = {name: value for name, value in document.items() if name != "kind"}
    for name in ("path", "sender"):
        if values.get(name) is not None:
            values[name] = tuple(values[name])
    return kind(**values)
