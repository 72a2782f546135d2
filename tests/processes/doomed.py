"""Commands that a test kills in the middle: what they do, and how much of their effect is there."""

from collections.abc import Callable
from dataclasses import dataclass

from processes import instances
from tests.processes.cases import ZHANG, open_tasks, rows


@dataclass(frozen=True)
class Command:
    """One command over a case made for it: what it does, and how much of its effect is there."""

    work: Callable[[], object]
    effect: Callable[[], int]
    whole: int = 1
    #: whether a client asks, with a key, and not one of our own workers
    keyed: bool = True


def steps_of(case: str, kind: str) -> int:
    """How many steps of a kind a case has."""
    return sum(row["trigger"]["kind"] == kind for row in rows("step", instance_id=case))


def one_step(case: str, kind: str, work: Callable[[], object]) -> Command:
    """A command that writes one step of a kind."""
    return Command(work, lambda: steps_of(case, kind))


def review() -> tuple[str, str]:
    """A case with the task that waits for two."""
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    return case, open_tasks(case)["review"]
