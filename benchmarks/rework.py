"""W2: a rework loop through processes/: rounds after the 5,000th beside rounds after the 10th of a fresh case, in time and in bytes.

Both cases go on in turns, so that what else the machine does falls on both.
"""

import time
from dataclasses import dataclass, field
from statistics import median

from sqlalchemy import text

from benchmarks import office
from benchmarks.long_cases import LOOP, MODEL, flows
from processes import instances, user_tasks
from processes.db import db

EARLY, LATE, WINDOW = 10, 5_000, 200
LARGEST = "SELECT LENGTH(trigger) + LENGTH(context) + LENGTH(events) FROM step WHERE instance_id = :id AND seq = :seq"
ROW = "SELECT LENGTH(engine_state), LENGTH(variables), last_seq FROM process_instance WHERE id = :id"
OPEN = "SELECT id FROM user_task WHERE instance_id = :id AND state = 'open'"


@dataclass(slots=True)
class Case:
    """A case in a loop of one user task, and what its rounds took."""

    id: str
    seconds: list[float] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    states: list[int] = field(default_factory=list)

    def round(self, *, seen: bool) -> None:
        """Complete the open task, which comes again."""
        task = db.session.execute(text(OPEN), {"id": self.id}).scalar_one()
        db.session.rollback()
        began = time.perf_counter()
        user_tasks.complete(str(task), variables={"again": True}, actor=office.integrator("p"))
        if seen:
            self.seconds.append(time.perf_counter() - began)
            self._weigh()

    def _weigh(self) -> None:
        state, variables, seq = db.session.execute(text(ROW), {"id": self.id}).one()
        self.states.append(int(state) + int(variables))
        self.steps.append(int(db.session.execute(text(LARGEST), {"id": self.id, "seq": seq}).scalar_one()))
        db.session.rollback()


def _begun(rounds: int) -> Case:
    case = Case(instances.start(key="p", variables={"again": True}, actor=office.integrator("p")))
    for _ in range(rounds):
        case.round(seen=False)
    return case


def run() -> None:
    """Print what a late round costs beside an early one."""
    with office.opened():
        office.deploy("p", MODEL.format(body=LOOP.format(flows=flows("s", "m", "u", "x"))))
        late, early = _begun(LATE), _begun(EARLY)
        for _ in range(WINDOW):
            late.round(seen=True)
            early.round(seen=True)
    times, steps, states = ([median(getattr(case, name)) for case in (early, late)] for name in ("seconds", "steps", "states"))
    print(f"W2  rework loop through processes/, {WINDOW} rounds after round {LATE:,} in turns with {WINDOW} after round {EARLY}")
    print(
        f"    a round {times[0] * 1e3:5.2f} ms early, {times[1] * 1e3:5.2f} ms late, x {times[1] / times[0]:4.2f} (reach at most 1.2)",
        end="",
    )
    print(f"   state and variables {states[0]:,.0f} B, {states[1]:,.0f} B, x {states[1] / states[0]:4.2f}", end="")
    print(f"   step {steps[0]:,.0f} B, {steps[1]:,.0f} B, x {steps[1] / steps[0]:4.2f}")
