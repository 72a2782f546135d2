"""To what a user task can be sent back (退回): who applied, the step before, and every earlier one from which it was come to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.triggers import SendBack
from processes import deployed, past, runtime
from processes.actors import SYSTEM
from processes.errors import Conflict, NotAllowed
from processes.locked_task import LockedTask
from processes.past import Seen
from processes.people import directory

#: what an element says of it: properties `send_back` and `resubmit`
NONE, APPLICANT, PREVIOUS, ANY = "none", "applicant", "previous", "any"
RERUN, STRAIGHT_BACK, CHOOSE = "rerun", "straight_back", "choose"
#: more of them are no choice any more
MOST = 30
#: what the task of an applicant is called (engine.elements.revision)
REVISION = "修改后重新提交"


@dataclass(frozen=True, slots=True)
class Target:
    """An element to go back to, who did it and when, and what the engine has to know to open it again."""

    element_id: str
    definition_id: str
    name: str
    #: login of who did it last
    by: str | None
    at: datetime
    #: who gets it; None: as drawn
    assignee: str | None
    applicant: bool
    previous: bool = False
    calls: Sequence[list[str]] = ()
    passed: Mapping[str, list[str]] | None = None

    def trigger(self, held: LockedTask, reason: str, resubmit: str, by: str | None) -> SendBack:
        """What the engine is asked."""
        row = held.row
        place = (row["number"], row["element_id"], tuple(row["path"]), self.element_id, self.definition_id)
        return SendBack(*place, list(self.calls), dict(self.passed or {}), reason, resubmit, self.assignee, by)


def rule(drawn: Mapping[str, str]) -> tuple[str, str]:
    """What the properties of a task say of sending it back: to whom, and how it goes on."""
    where, then = (drawn.get("send_back") or ANY).strip(), (drawn.get("resubmit") or CHOOSE).strip()
    return (where if where in (NONE, APPLICANT, PREVIOUS, ANY) else ANY, then if then in (RERUN, STRAIGHT_BACK, CHOOSE) else CHOOSE)


def check_resubmit(held: LockedTask, resubmit: str | None) -> str:
    """How it goes on afterwards; raises NotAllowed where the process says otherwise."""
    _, then = rule(held.row["properties"])
    if then == CHOOSE:
        return resubmit or RERUN
    if resubmit not in (None, then):
        raise NotAllowed("resubmit_is_drawn", resubmit=then)
    return then


def offered(held: LockedTask, events: Sequence[Seen]) -> list[Target]:
    """The targets that are possible and allowed, the newest first, the applicant last."""
    where, then = rule(held.row["properties"])
    if where == NONE:
        return []
    resubmit = STRAIGHT_BACK if then == STRAIGHT_BACK else RERUN
    found = [one for one in _known(held, events) if why_not(held, one, resubmit) is None]
    first = next((one for one in found if not one.applicant), found[0] if found else None)
    marked = [replace(one, previous=one is first) for one in found]
    if where == APPLICANT:
        return [one for one in marked if one.applicant]
    return [one for one in marked if one.previous] if where == PREVIOUS else marked


def chosen(held: LockedTask, events: Sequence[Seen], element_id: str | None) -> Target:
    """The target that is meant, the applicant without a name; raises NotAllowed or Conflict with the reason why it is none."""
    where, then = rule(held.row["properties"])
    if where == NONE:
        raise NotAllowed("send_back_forbidden")
    known = [one for one in _known(held, events) if one.element_id == element_id or (element_id is None and one.applicant)]
    if not known:
        raise Conflict("send_back_no_applicant" if element_id is None else "send_back_target_unknown", element_id=element_id)
    refusal = why_not(held, known[0], STRAIGHT_BACK if then == STRAIGHT_BACK else RERUN)
    if refusal is not None:
        raise refusal
    if where == APPLICANT and not known[0].applicant:
        raise NotAllowed("send_back_target_forbidden", allowed=where)
    if where == PREVIOUS and known[0].element_id not in {one.element_id for one in offered(held, events)}:
        raise NotAllowed("send_back_target_forbidden", allowed=where)
    return known[0]


def why_not(held: LockedTask, target: Target, resubmit: str) -> Conflict | None:
    """Why it cannot be sent back there; None where it can."""
    try:
        runtime.rehearse(held.instance, target.trigger(held, "", resubmit, None))
    except Conflict as refusal:
        return refusal
    return None


def _known(held: LockedTask, events: Sequence[Seen]) -> list[Target]:
    """Every element around the task that a person has completed, the newest first, and the start of the case."""
    applicant = _applicant(held)
    done = past.completions(events)
    first = next((one for one in done if one.by_person == applicant), None) if applicant else None
    drawn_first = first is not None and first is done[0] and first.event["element_id"] != _start(held, events)
    found: dict[tuple[str, str], Target] = {}
    for one in reversed(done):
        place = (one.event["definition"], one.event["element_id"])
        if place in found or place == (held.row["element_definition_id"], held.row["element_id"]) or len(found) == MOST:
            continue
        if _is_start(*place):
            continue
        target = _target(held, events, one)
        if target is not None:
            found[place] = replace(target, applicant=drawn_first and _same_place(one, done[0]))
    listed = list(found.values())
    if not any(one.applicant for one in listed):
        listed += _revision(held, events, applicant)
    return listed


def _same_place(one: Seen, other: Seen) -> bool:
    return bool((one.event["definition"], one.event["element_id"]) == (other.event["definition"], other.event["element_id"]))


def _target(held: LockedTask, events: Sequence[Seen], completion: Seen) -> Target | None:
    event, path = completion.event, tuple(held.row["path"])
    # what is around this task, else inside of something that has ended, where the engine says whether it can be opened again
    left = past.last_left(events, event["definition"], event["element_id"], path)
    left = left or past.last_left(events, event["definition"], event["element_id"], completion.path)
    if left is None:
        return None
    entry = deployed.definition(event["definition"]).element(event["element_id"])
    return Target(
        element_id=event["element_id"],
        definition_id=event["definition"],
        name=event["element_name"] or entry.get("name") or event["element_id"],
        by=completion.actor,
        at=completion.moment,
        assignee=None if "multi_instance" in entry or "loop" in entry else _still_there(completion.by_person),
        applicant=False,
        calls=past.calls(events, event["definition"], left.path, left.at),
        passed=past.passed(events, left.at, left.path),
    )


def _still_there(login: str | None) -> str | None:
    return login if login is not None and directory.exists(login) else None


def _revision(held: LockedTask, events: Sequence[Seen], applicant: str | None) -> Iterator[Target]:
    """The start form once more, for whoever applied."""
    start = _start(held, events)
    if applicant is None or start is None or not events:
        return
    definition = held.instance.definition_id
    if (definition, start) == (held.row["element_definition_id"], held.row["element_id"]):
        return
    yield Target(
        element_id=start,
        definition_id=definition,
        name=REVISION,
        by=applicant,
        at=events[0].moment,
        assignee=applicant,
        applicant=True,
        passed=past.passed(events, 0, ()),
    )


def _applicant(held: LockedTask) -> str | None:
    """The account of whoever applied: for whom another system has started the case, else who has started it."""
    instance = held.instance
    if instance.started_for is not None and directory.exists(instance.started_for):
        return instance.started_for
    return None if instance.started_by == SYSTEM.login else instance.started_by


def _start(held: LockedTask, events: Sequence[Seen]) -> str | None:
    """The start event by which the case began."""
    entered = (
        one.event for one in events if one.event["type"] == "element_entered" and one.event["definition"] == held.instance.definition_id
    )
    return next((str(one["element_id"]) for one in entered if _is_start(one["definition"], one["element_id"])), None)


def _is_start(definition_id: str, element_id: str) -> bool:
    return deployed.definition(definition_id).element(element_id).get("type") == "startEvent"
