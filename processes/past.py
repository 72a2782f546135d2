"""What the step log says of the past of a case, as sending back and taking back need it: pure functions over events."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Event = Mapping[str, Any]
Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """An event of the log with the number and the actor of its step, and its place among all events of the case."""

    at: int
    seq: int
    actor: str
    moment: Any
    event: Event
    #: the account, unless it is another system's that acts for somebody
    by_person: str | None = None

    @property
    def path(self) -> Path:
        """Which instance."""
        return tuple(self.event["path"])


def last_left(events: Sequence[Seen], definition: str, element_id: str, path: Path) -> Seen | None:
    """When an element around an instance was last left along its flows; what went straight back to somebody did not leave along them."""
    back = {one.event["details"]["after"] for one in events if one.event["type"] == "went_straight_back"}
    for one in reversed(events):
        event = one.event
        if event["type"] != "element_left" or (event["definition"], event["element_id"]) != (definition, element_id):
            continue
        around = one.path == path[: len(one.path)]
        if around and not event["details"].get("cancelled") and event["number"] not in back:
            return one
    return None


def passed(events: Sequence[Seen], since: int, path: Path) -> dict[str, list[str]]:
    """The elements that were left from a place in the log on, in the processes of one instance, by definition; with them the flows whose
    tokens were put back before joins."""
    found: dict[str, set[str]] = {}
    for one in events[since:]:
        event = one.event
        if event["type"] == "element_left" and not event["details"].get("cancelled") and one.path == path:
            found.setdefault(event["definition"], set()).add(event["element_id"])
        for definition, inside, flow in event["details"]["kept"] if event["type"] in ("sent_back", "withdrawn") else ():
            if tuple(inside) == path:
                found.setdefault(definition, set()).add(flow)
    return {definition: sorted(ids) for definition, ids in sorted(found.items())}


def calls(events: Sequence[Seen], definition: str, path: Path, before: int) -> list[list[str]]:
    """The calls by which a called process was entered before a place in the log, innermost first, each [definition, element]."""
    found: list[list[str]] = []
    for one in reversed(events[:before]):
        event = one.event
        if event["type"] != "called_process_entered" or len(one.path) > len(path) or one.path != path[: len(one.path)]:
            continue
        if f"{event['details']['key']}:{event['details']['version']}" == definition:
            found.append([event["definition"], event["element_id"]])
            definition, path = event["definition"], one.path
    return found


def completions(events: Iterable[Seen]) -> list[Seen]:
    """The completions of user tasks, oldest first."""
    return [one for one in events if one.event["type"] == "user_task_completed"]


def of_step(events: Sequence[Seen], at: int) -> list[Seen]:
    """What happened in the same step from a place in the log on."""
    return [one for one in events[at:] if one.seq == events[at].seq]


def written(events: Sequence[Seen], at: int) -> list[dict[str, Any]]:
    """The variables that a decision has written, with what follows by itself in its step: their values before and after.

    `absent`: nothing before has ever written the variable, so that it was not there.
    """
    found: dict[tuple[str | None, str], dict[str, Any]] = {}
    for one in of_step(events, at):
        for scope, name, change in _changes(one.event):
            first = found.setdefault((scope, name), {"scope": scope, "name": name, "old": change["old"], "new": change["new"]})
            first["new"] = change["new"]
    before = _there(events[:at])
    for (scope, name), entry in found.items():
        known = any(one[:2] == (scope, name) and (scope is None or _same_line(one[2], events[at].path)) for one in before)
        if entry["old"] is None and not known:
            entry["absent"] = True
    return list(found.values())


def _there(events: Iterable[Seen]) -> set[tuple[str | None, str, Path]]:
    """The variables that are there after these events: the scope that each is in, its name, and the instance that wrote it."""
    found: set[tuple[str | None, str, Path]] = set()
    for one in events:
        if one.event["type"] == "instance_started":
            found |= {(None, name, ()) for name in one.event["details"]["variables"]}
        elif one.event["type"] == "called_process_entered":
            called = one.event["element_id"]
            found = {known for known in found if not (known[0] == called and _same_line(known[2], one.path))}
        for scope, name, change in _changes(one.event):
            found = {known for known in found if not (known[:2] == (scope, name) and (scope is None or _same_line(known[2], one.path)))}
            if not change.get("absent"):
                found.add((scope, name, one.path))
    return found


def _same_line(one: Path, other: Path) -> bool:
    """Whether one instance is the other one, or is inside or around it."""
    return all(a == b for a, b in zip(one, other, strict=False))


def _changes(event: Event) -> Iterator[tuple[str | None, str, Mapping[str, Any]]]:
    if event["type"] == "variables_changed":
        for name, change in event["details"]["changes"].items():
            yield event["details"]["scope"], name, change


def place_among(events: Sequence[Seen], completion: Seen) -> int:
    """Which of the decisions of one round of several instances it is, of those that were not withdrawn."""
    withdrawn = {one.event["number"] for one in events if one.event["type"] == "withdrawn"}
    place = 0
    for one in events[: completion.at]:
        event = one.event
        if (event["definition"], event["element_id"]) != (completion.event["definition"], completion.event["element_id"]):
            continue
        if event["type"] == "element_entered" and one.path == completion.path[:-1]:
            place = 0
        elif event["type"] == "user_task_completed" and one.path[:-1] == completion.path[:-1] and event["number"] not in withdrawn:
            place += 1
    return place


def gone_back_to(events: Sequence[Seen], completion: Seen) -> list[list[Any]]:
    """The tasks that a decision has opened again because they had been sent straight back: [number, element, whose it is]."""
    step = of_step(events, completion.at)
    back = {
        one.event["number"]
        for one in step
        if one.event["type"] == "went_straight_back" and one.event["details"]["after"] == completion.event["number"]
    }
    opened = [one.event for one in step if one.event["type"] == "user_task_created" and one.event["number"] in back]
    return [[event["number"], event["element_id"], event["details"]["assignee"]] for event in opened]
