"""Whether a decision can still be taken back: whether nobody has acted on what followed from it. Pure, over the events of the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import moving
from processes import deployed, past
from processes.past import Path, Seen

#: what says that somebody has acted on a task, or that something has come from outside
ACTED = frozenset(
    {
        "user_task_completed",
        "user_task_claimed",
        "user_task_reassigned",
        "user_task_delegated",
        "user_task_resolved",
        "user_task_recalled",
        "signers_added",
        "sent_back",
        "withdrawn",
        "job_completed",
        "job_failed",
        "message_received",
        "signal_received",
        "timer_fired",
        "incident_resolved",
    }
)
#: what has left the case and cannot be called back
OUT = {"record_written": "withdraw_recorded", "message_thrown": "withdraw_sent_out", "signal_thrown": "withdraw_sent_out"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether it is possible, else why not: a code with its values."""

    code: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def possible(self) -> bool:
        """Whether the decision can be taken back."""
        return not self.code


def standing(task: Mapping[Any, Any], events: Sequence[Seen], completion: Seen) -> Standing:
    """Of a completed task of a case that runs; `events` need not begin before the completion."""
    if task["signing"]:
        return Standing("withdraw_signed")
    behind = events[completion.at - events[0].at + 1 :]
    several = _several(completion)
    if several and _is_over(completion, behind):
        return Standing("withdraw_decided", {"element": task["name"]})
    reached = _reached(events, completion)
    for one in behind:
        if not _follows(one, events, completion, reached, several=several):
            continue
        if one.event["type"] in OUT:
            return Standing(OUT[one.event["type"]], {"element": one.event["element_name"] or one.event["element_id"]})
        if one.seq != completion.seq and one.event["type"] in ACTED:
            return Standing("withdraw_acted", _who(one))
    return Standing()


def _who(one: Seen) -> dict[str, Any]:
    return {"element": one.event["element_name"] or one.event["element_id"], "by": one.actor, "at": one.moment.isoformat()}


def _several(completion: Seen) -> bool:
    """Whether the task is one of several instances, or of the rounds of a loop."""
    entry = deployed.definition(completion.event["definition"]).element(completion.event["element_id"])
    return "multi_instance" in entry or "loop" in entry


def _is_over(completion: Seen, behind: Sequence[Seen]) -> bool:
    """Whether the activity that it is one instance of has been left since."""
    place = (completion.event["definition"], completion.event["element_id"])
    left = (one for one in behind if one.event["type"] == "element_left" and (one.event["definition"], one.event["element_id"]) == place)
    return any(one.path == completion.path[:-1] for one in left)


def _reached(events: Sequence[Seen], completion: Seen) -> set[tuple[str, str]]:
    """The elements that the decision may have led to by now, as (definition, element)."""
    event = completion.event
    since = completion.at - events[0].at
    calls = past.calls(events, event["definition"], completion.path, since)
    return moving.what_followed(
        deployed.library(), event["definition"], event["element_id"], calls, past.passed(events, since, completion.path)
    )


def _follows(one: Seen, events: Sequence[Seen], completion: Seen, reached: set[tuple[str, str]], *, several: bool) -> bool:
    """Whether an event happened to what followed: in the same step, behind it, or to the next of its instances."""
    event, path = one.event, completion.path
    if one.seq == completion.seq:
        return True
    if several:
        same = (event["definition"], event["element_id"]) == (completion.event["definition"], completion.event["element_id"])
        return same and _is_next(one.path, path) and _one_by_one(completion)
    if one.path[: len(path)] != path or event["element_id"] is None:
        return False
    called = past.calls(events, event["definition"], one.path, one.at - events[0].at)
    return any(tuple(place) in reached for place in [(event["definition"], event["element_id"]), *called])


def _is_next(other: Path, path: Path) -> bool:
    return len(other) == len(path) and other[:-1] == path[:-1] and other[-1] > path[-1]


def _one_by_one(completion: Seen) -> bool:
    entry = deployed.definition(completion.event["definition"]).element(completion.event["element_id"])
    return "loop" in entry or bool((entry.get("multi_instance") or {}).get("sequential"))
