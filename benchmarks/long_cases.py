"""Round 5,000 of a loop beside round 10, and a 1,000-way multi-instance beside a 100-way one: the engine alone, no database."""

import time
from collections.abc import Callable
from itertools import pairwise
from statistics import median

from engine.context import Context
from engine.execution import advance
from engine.library import Library, StoredDefinition
from engine.outcome import Outcome
from engine.reading import ReadOptions, read
from engine.triggers import CompleteUserTask, Start
from engine.workdays import WorkCalendar
from processes import clock

EARLY, LATE, WINDOW = 10, 5_000, 200
FEW, MANY = 100, 1_000
MODEL = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="bench"><process id="p" isExecutable="true"><startEvent id="s"/><endEvent id="e"/>{body}</process></definitions>'
LOOP = '<exclusiveGateway id="m"/><userTask id="u" camunda:assignee="a"/><exclusiveGateway id="x" default="out"/>{flows}<sequenceFlow id="again" sourceRef="x" targetRef="m"><conditionExpression>${{again}}</conditionExpression></sequenceFlow><sequenceFlow id="out" sourceRef="x" targetRef="e"/>'
REPEATED = '<multiInstanceLoopCharacteristics camunda:collection="items"/>'
TASK = '<userTask id="u" camunda:assignee="a">{inner}</userTask>'
SUB = '<subProcess id="a"><startEvent id="ss"/><userTask id="u" camunda:assignee="a"/><endEvent id="se"/>{flows}{inner}</subProcess>'


def flows(*ids: str) -> str:
    """Flows from each id to the next."""
    return "".join(f'<sequenceFlow id="{one}_{other}" sourceRef="{one}" targetRef="{other}"/>' for one, other in pairwise(ids))


class Played:
    """A case of a small model."""

    def __init__(self, body: str, variables: dict[str, object]) -> None:
        reading = read({"p.bpmn": MODEL.format(body=body).encode()}, options=ReadOptions())
        assert not reading.refused
        stored = StoredDefinition("p", 1, reading.processes[0].compiled, reading.processes[0].outline, {})
        self.library = Library(lambda key, version: stored)
        self.context = Context(clock.now(), WorkCalendar())
        self.outcome: Outcome = advance(self.library, None, Start("p", 1, variables), self.context)
        self.open = [(event.number, event.path) for event in self.outcome.events if event.type == "user_task_created"]

    def complete(self) -> float:
        """Complete the oldest open task; gives the seconds that it took."""
        number, path = self.open.pop(0)
        trigger = CompleteUserTask(number, "u", path)
        began = time.perf_counter()
        self.outcome = advance(self.library, self.outcome.state, trigger, self.context)
        taken = time.perf_counter() - began
        self.open += [(event.number, event.path) for event in self.outcome.events if event.type == "user_task_created"]
        return taken


def run() -> None:
    """Print what a late round and one of many instances cost beside an early round and one of a few."""
    case = Played(LOOP.format(flows=flows("s", "m", "u", "x")), {"again": True})
    times, sizes = [], []
    for _ in range(LATE):
        times.append(case.complete())
        sizes.append(len(case.outcome.state))
    early, late = median(times[EARLY : EARLY + WINDOW]), median(times[-WINDOW:])
    print(
        f"W5  loop of one user task: round {EARLY} {early * 1e6:4.0f} µs, {sizes[EARLY]} B; round {LATE:,} {late * 1e6:4.0f} µs, {sizes[-1]} B"
    )
    print(f"    time x {late / early:.2f}, bytes x {sizes[-1] / sizes[EARLY]:.2f}   (aim: at most 1.2)")
    _wide("user tasks", lambda: TASK.format(inner=REPEATED) + flows("s", "u", "e"))
    _wide("sub-processes", lambda: SUB.format(flows=flows("ss", "u", "se"), inner=REPEATED) + flows("s", "a", "e"))


def _wide(what: str, body: Callable[[], str]) -> None:
    each = {}
    for count in (FEW, MANY):
        case = Played(body(), {"items": list(range(count))})
        each[count] = sum(case.complete() for _ in range(count)) / count
    told = ", ".join(f"{count:,} at once {seconds * 1e6:5.0f} µs each" for count, seconds in each.items())
    print(f"    multi-instance of {what}: {told}   x {each[MANY] / each[FEW]:.2f}")
