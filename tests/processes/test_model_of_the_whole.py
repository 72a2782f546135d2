"""A model of the whole (hypothesis): people, workers, operators, crashes, lost rings, clock jumps, backups, in any order.

After every rule: one completion a task, one effect a timer, exactly what was answered; nothing stops in silence; the projections are
those that the log gives; a replay gives the stored states; every chain holds. BANJIE_TEST_SEEDS=n looks at n times as many runs.
"""

import itertools
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from processes import (
    backup,
    clock,
    deployed,
    ids,
    incidents,
    instances,
    jobs,
    messages,
    rebuild,
    stuck,
    sweep,
    worker,
)
from processes import settings as the_settings
from processes.audit import replay
from processes.audit.verify import verify
from processes.db import db
from processes.errors import Refused
from tests.databases import Databases
from tests.engine.drawing import boundary, draw, end, event, flow, node, start, user
from tests.figures import tell
from tests.processes.cases import LI, OPERATOR, ROBOT, deploy, rows
from tests.processes.conftest import NOW, app_over, fill, settings_for
from tests.processes.forked import killed_at
from tests.processes.model_people import People

SEEDS = int(os.environ.get("BANJIE_TEST_SEEDS", "1"))
RUNS, STEPS = 12, 40
#: rules between two looks at whole logs, which cost most
LOOK_EVERY = 5
PROJECTED = ("user_task", "handed_on", "reminder", "delivery", "inbox_entry", "job", "subscription", "incident", "process_instance")


def _office(word: str) -> bytes:
    return draw(
        start()
        + user("review", name=f"审核{word}", camunda_candidateGroups="财政局")
        + boundary("late", "review", event("cycle", "R2/PT2H"), interrupting=False)
        + user("chase", camunda_assignee="zhao")
        + end("chased")
        + node("parallelGateway", "split")
        + user("left", camunda_assignee="li")
        + boundary("over", "left", event("timer", "PT5H"))
        + user("instead", camunda_assignee="wang")
        + node("intermediateCatchEvent", "right", event("message", "M1"))
        + node("exclusiveGateway", "merge")
        + node("parallelGateway", "join")
        + node("serviceTask", "sum", camunda_expression="${amount * 2}", camunda_resultVariable="double")
        + end()
        + flow("s", "review", "split", "left", "merge", "join", "sum", "e")
        + flow("split", "right", "join")
        + flow("over", "instead", "merge")
        + flow("late", "chase", "chased")
    )


class Whole(People):
    """The model beside the system: what was answered, and so must be in the log, once."""

    databases: Databases

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="banjie-whole-"))
        self.url = self.databases.fresh(self.folder)
        the_settings.configure(settings_for(self.folder, self.url))
        self.stack = ExitStack()
        self.stack.enter_context(app_over(self.url).app_context())
        self.started: set[str] = set()
        self.fired: set[str] = set()
        self.rules = 0
        self.versions = itertools.count()
        self.kept: tuple[Path, set[str], dict[str, str], set[str]] | None = None

    @initialize()
    def begin(self) -> None:
        with clock.at(self.now):
            fill()
            self._deploy()
        for amount in (3, None, 3):
            self.start(amount)

    def teardown(self) -> None:
        self._look()
        db.session.remove()
        db.engine.dispose()
        self.stack.close()
        self.databases.drop(self.url)
        shutil.rmtree(self.folder)

    # --- what people do ---

    @rule(amount=st.sampled_from([None, 3]))
    def start(self, amount: int | None) -> None:
        variables = {} if amount is None else {"amount": amount}
        case = self._do("start", lambda: instances.start(key="p", variables=variables, actor=ROBOT))
        if case is not None:
            self.started.add(case)

    @rule(pick=st.integers(0, 99), how=st.sampled_from(["suspend", "resume", "resume", "cancel"]))
    def steer(self, pick: int, how: str) -> None:
        if (case := self._pick("process_instance", pick, ended_at=None)) is not None:
            self._do(how, lambda: getattr(instances, how)(case["id"], "试", actor=OPERATOR))

    @rule(pick=st.integers(0, 99), amount=st.sampled_from([None, 7]))
    def resolve(self, pick: int, amount: int | None) -> None:
        if (incident := self._pick("incident", pick, state="open")) is not None:
            variables = {} if amount is None else {"amount": amount}
            self._do("resolve", lambda: incidents.resolve(incident["id"], variables=variables, actor=OPERATOR))
            (after,) = rows("incident", id=incident["id"])
            assert (
                after["state"] == "open"
                or amount is not None
                or "amount" in rows("process_instance", id=incident["instance_id"])[0]["variables"]
            )

    @rule()
    def message(self) -> None:
        self._do("message", lambda: messages.deliver(name="m1", variables={"told": True}, actor=ROBOT))

    # --- what happens to the machines ---

    @rule(minutes=st.sampled_from([-180, -1, 5, 130, 310]))
    def clock_jumps(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(doubled=st.booleans(), later=st.sampled_from([310, 130, 0]))
    def workers_run(self, doubled: bool, later: int) -> None:
        """Some time later the sweep rings, and every ring may arrive twice."""
        self.now += timedelta(minutes=later)
        with clock.at(self.now):
            sweep.sweep_once()
            for job_id in jobs.due_ids(50):
                self._fire(job_id)
                if doubled:
                    assert not jobs.run(job_id) or rows("job", id=job_id) == []

    @rule()
    def rings_are_lost(self) -> None:
        """Redis is wiped: nobody hears of what is due, and the sweep forgets for what it has rung."""
        with clock.at(self.now):
            sweep.sweep_once()
        sweep._rung.clear()
        self.counted["redis wipe"] += 1

    @rule()
    def a_worker_starts_again(self) -> None:
        """Nothing is kept in memory."""
        db.session.remove()
        db.engine.dispose()
        deployed._caches.clear()
        self.counted["restart"] += 1

    @rule()
    def redeploy(self) -> None:
        with clock.at(self.now):
            self._deploy()

    @rule(pick=st.integers(0, 99), moment=st.integers(1, 45), timer=st.booleans())
    def crash(self, pick: int, moment: int, timer: bool) -> None:
        """A completion or a timer dies at a statement: it has happened as a whole, or not at all."""
        table, state = ("job", "waiting") if timer else ("user_task", "open")
        row = self._pick(table, pick, state=state)
        if row is None:
            return
        before = len(rows("step", instance_id=row["instance_id"]))
        with clock.at(self.now):
            killed_at(moment, self._doomed(row["id"], timer))
        steps = rows("step", instance_id=row["instance_id"])
        assert len(steps) - before in (0, 1)
        self.counted["crash"] += 1
        if len(steps) > before and timer:
            self.fired.add(row["id"])
        elif len(steps) > before:
            self.completed[row["id"]] = "li"

    @precondition(lambda self: not self.databases.on_postgresql)
    @rule()
    def back_up(self) -> None:
        path = self.folder / "kept.zip"
        backup.make(path, lambda name: None)
        self.kept = (path, set(self.started), dict(self.completed), set(self.fired))
        self.counted["backup"] += 1

    @precondition(lambda self: self.kept is not None)
    @rule()
    def restore(self) -> None:
        assert self.kept is not None
        self.a_worker_starts_again()
        path, started, completed, fired = self.kept
        backup.restore(path, lambda name: None)
        self.started, self.completed, self.fired = set(started), dict(completed), set(fired)
        self.counted["restore"] += 1

    # --- what must always hold ---

    @invariant()
    def what_was_answered_is_there_once(self) -> None:
        assert {row["id"] for row in rows("process_instance")} == self.started
        completed, fired = [], []
        for step in rows("step"):
            for one in step["events"]:
                place = (f"{step['instance_id']}-{one['number']}", step["actor"])
                if one["type"] == "user_task_completed":
                    completed.append(place)
                elif one["type"] == "timer_fired":
                    fired.append(place[0])
        assert len(completed) == len(self.completed)
        assert dict(completed) == self.completed
        assert sorted(fired) == sorted(self.fired)

    @invariant()
    def nothing_stops_in_silence(self) -> None:
        assert stuck.look().sound

    @invariant()
    def the_log_gives_everything_again(self) -> None:
        self.rules += 1
        if self.rules % LOOK_EVERY == 0:
            self._look()

    def _look(self) -> None:
        with clock.at(self.now):
            before = {table: rows(table) for table in PROJECTED}
            rebuild.rebuild()
            assert {table: rows(table) for table in PROJECTED} == before
        assert [one for one in replay.replay_all() if not one.same] == []
        assert verify().unbroken

    # --- how ---

    def _doomed(self, row_id: str, timer: bool) -> Callable[[], None]:
        def work() -> None:
            with suppress(Refused):
                worker.run_job(row_id) if timer else self._completion(row_id, LI)

        return work

    def _fire(self, job_id: str) -> None:
        if jobs.run(job_id):
            self.fired.add(job_id)
            self.counted["timer"] += 1

    def _deploy(self) -> None:
        deploy(_office(str(next(self.versions))))
        self.counted["deploy"] += 1


@pytest.mark.slow
def test_whatever_happens_in_whatever_order(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    # ids that do not depend on the moment, so that a seed gives the same run again
    numbers = itertools.count(1)
    monkeypatch.setattr(ids, "ULID", lambda: f"{next(numbers):026d}")
    Whole.databases = databases
    Whole.counted = Counter()
    sweep._tidied = datetime.max.replace(tzinfo=NOW.tzinfo) - timedelta(days=1)
    try:
        run_state_machine_as_test(
            Whole,
            settings=settings(
                max_examples=RUNS * SEEDS,
                stateful_step_count=STEPS,
                derandomize=True,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=(Phase.generate,) if SEEDS == 1 else (Phase.generate, Phase.shrink),
            ),
        )
    finally:
        sweep._tidied = None
    tell(f"model of the whole: {RUNS * SEEDS} runs, {dict(sorted(Whole.counted.items()))}")
