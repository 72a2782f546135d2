"""What the step log says of the past of a case, as sending back and taking back need it: pure functions over events."""

from collections.abc import Iterable, Mapping, Sequence
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
    """The elements that were left from a place in the log on, in the processes of one instance, by definition."""
    found: dict[str, set[str]] = {}
    for one in events[since:]:
        event = one.event
        if event["type"] == "element_left" and not event["details"].get("cancelled") and one.path == path:
            found.setdefault(event["definition"], set()).add(event["element_id"])
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
