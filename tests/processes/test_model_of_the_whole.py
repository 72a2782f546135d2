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
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from processes import (
    backup,
    clock,
    deployed,
    idempotency,
    ids,
    incidents,
    instances,
    jobs,
    messages,
    rebuild,
    stuck,
    sweep,
    user_tasks,
    worker,
)
from processes import settings as the_settings
from processes.approval import circulating, copying, delegating, reassigning, reminding, sending_back, signing, substitution, withdrawing
from processes.audit import replay
from processes.audit.verify import verify
from processes.calendar import office
from processes.db import db
from processes.errors import Refused
from processes.people import directory
from processes.queries import inbox
from tests.databases import Databases
from tests.engine.drawing import boundary, draw, end, event, flow, node, start, user
from tests.figures import tell
from tests.processes.cases import LI, OPERATOR, ROBOT, WANG, ZHANG, ZHAO, deploy, rows
from tests.processes.conftest import NOW, app_over, fill, settings_for
from tests.processes.forked import killed_at

SEEDS = int(os.environ.get("BANJIE_TEST_SEEDS", "1"))
RUNS, STEPS = 12, 40
#: rules between two looks at whole logs, which cost most
LOOK_EVERY = 5
PEOPLE = (ZHANG, LI, WANG, ZHAO, OPERATOR, ROBOT)
BY_LOGIN = {one.login: one for one in PEOPLE}
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


class Whole(RuleBasedStateMachine):
    """The model beside the system: what was answered, and so must be in the log, once."""

    databases: Databases
    counted: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.folder = Path(tempfile.mkdtemp(prefix="banjie-whole-"))
        self.url = self.databases.fresh(self.folder)
        the_settings.configure(settings_for(self.folder, self.url))
        self.stack = ExitStack()
        self.stack.enter_context(app_over(self.url).app_context())
        self.started: set[str] = set()
        self.completed: dict[str, str] = {}
        self.fired: set[str] = set()
        self.rules = 0
        self.keys = itertools.count()
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

    @rule(pick=st.integers(0, 99), actor=st.sampled_from(PEOPLE))
    def claim(self, pick: int, actor: Any) -> None:
        if (task := self._pick("user_task", pick, state="open")) is not None:
            self._do("claim", lambda: user_tasks.claim(task["id"], actor=actor))

    @rule(pick=st.integers(0, 99), actor=st.sampled_from(PEOPLE))
    def give_back(self, pick: int, actor: Any) -> None:
        if (task := self._pick("user_task", pick, state="open")) is not None:
            self._do("give back", lambda: user_tasks.unclaim(task["id"], actor=actor))

    @rule(pick=st.integers(0, 99), actor=st.sampled_from(PEOPLE), to=st.sampled_from(("li", "wang", "zhao", "nobody")))
    def reassign(self, pick: int, actor: Any, to: str) -> None:
        if (task := self._pick("user_task", pick, state="open")) is not None:
            done = self._do("reassign", lambda: reassigning.reassign(task["id"], to=to, actor=actor))
            assert done is None or rows("user_task", id=task["id"])[0]["assignee"] == to

    @rule(pick=st.integers(0, 99), actor=st.sampled_from((LI, WANG, ZHAO)), to=st.sampled_from(("li", "wang", "zhao")))
    def delegate(self, pick: int, actor: Any, to: str) -> None:
        if (task := self._pick("user_task", pick, state="open")) is not None:
            self._do("delegate", lambda: delegating.delegate(task["id"], to=to, actor=actor))

    @rule(pick=st.integers(0, 99), back=st.booleans())
    def advice_ends(self, pick: int, back: bool) -> None:
        """It is given, or the task is taken back; then it is its owner's."""
        asked = [row for row in rows("user_task") if row["state"] == "open" and row["delegated_by"] is not None]
        if not asked:
            return
        task = asked[pick % len(asked)]
        actor = BY_LOGIN[task["delegated_by"] if back else task["assignee"]]
        verb = delegating.recall if back else delegating.resolve
        given = {} if back else {"opinion": "可以"}
        if self._do("recall" if back else "resolve", lambda: verb(task["id"], **given, actor=actor)) is not None:
            (after,) = rows("user_task", id=task["id"])
            assert (after["assignee"], after["delegated_by"]) == (task["delegated_by"], None)

    @rule(
        pick=st.integers(0, 99),
        actor=st.sampled_from((LI, WANG, ZHAO)),
        to=st.sampled_from(("li", "wang", "zhao", "ops")),
        position=st.sampled_from(("before", "after", "parallel")),
    )
    def ask_to_sign(self, pick: int, actor: Any, to: str, position: str) -> None:
        if (task := self._pick("user_task", pick, state="open")) is not None:
            self._do("sign", lambda: signing.add(task["id"], [to], position, actor=actor))

    @rule(pick=st.integers(0, 99), actor=st.sampled_from((LI, WANG, OPERATOR)))
    def take_a_signer_off(self, pick: int, actor: Any) -> None:
        having = [row for row in rows("user_task") if (row["signing"] or {}).get("signers")]
        if having:
            task = having[pick % len(having)]
            login = task["signing"]["signers"][-1]["user"]
            self._do("unsign", lambda: signing.remove(task["id"], login, actor=actor))

    @rule(pick=st.integers(0, 99), actor=st.sampled_from(PEOPLE), verb=st.sampled_from(("remind", "copy", "circulate")))
    def tell(self, pick: int, actor: Any, verb: str) -> None:
        """Reminders, copies and circulations decide nothing: the tasks are as they were."""
        task = self._pick("user_task", pick, state="open")
        if task is None:
            return
        others = [login for login in ("zhao", "wang") if login != actor.login]
        works: dict[str, Callable[[], Any]] = {
            "remind": lambda: reminding.remind(task["id"], actor=actor),
            "copy": lambda: copying.copy_task(task["id"], others, actor=actor).new,
            "circulate": lambda: circulating.circulate(task["instance_id"], others, actor=actor).id,
        }
        before = rows("user_task")
        self._do(verb, works[verb])
        assert rows("user_task") == before

    @rule(pick=st.integers(0, 99))
    def read_what_went_round(self, pick: int) -> None:
        sent = rows("delivery", kind="circulation")
        if sent:
            one = sent[pick % len(sent)]
            reader = BY_LOGIN[one["login"]]
            assert self._do("receipt", lambda: circulating.acknowledge(one["circulation"], "已阅", actor=reader)) is not None

    @rule(principal=st.sampled_from((LI, WANG)), days=st.integers(0, 2))
    def ask_a_substitute(self, principal: Any, days: int) -> None:
        with clock.at(self.now):
            today = office.today()
        until = today + timedelta(days=days)
        give = lambda: substitution.give(principal.login, "zhao", valid_from=today, valid_until=until, actor=principal)  # noqa: E731
        self._do("substitution", give)

    @rule(pick=st.integers(0, 99))
    def a_substitute_completes(self, pick: int) -> None:
        """What the box shows can be done, and what cannot be done stands in no box."""
        with clock.at(self.now):
            zhao = directory.actor("zhao")
            box = {one["id"] for one in inbox.page(zhao, limit=200)["items"]}
        task = self._pick("user_task", pick, state="open")
        if task is None:
            return
        suspended = rows("process_instance", id=task["instance_id"])[0]["state"] == "suspended"
        done = self._do("complete for another", lambda: self._completion(task["id"], zhao))
        signing_of = task["signing"] or {}
        held_back = bool(signing_of.get("waits")) or suspended or task["delegated_by"] is not None
        possible = task["id"] in box and not held_back
        # whoever signs a task does not decide it too, although it may stand among those of a group
        assert (done is not None) == possible or (possible and signing_of.get("signers"))
        if done is not None:
            self.completed[task["id"]] = "zhao"

    @rule(pick=st.integers(0, 99), actor=st.sampled_from((LI, WANG, ZHAO)), repeated=st.booleans())
    def complete(self, pick: int, actor: Any, repeated: bool) -> None:
        """Complete with a key; a client that lost the answer sends it again and learns the same."""
        task = self._pick("user_task", pick, state="open")
        if task is None:
            return
        key = f"key-{next(self.keys)}"
        done = self._do("complete", lambda: self._keyed(actor.login, key, lambda: self._completion(task["id"], actor)))
        if done is not None:
            self.completed[task["id"]] = actor.login
        if done is not None and repeated:
            assert self._do("repeat", lambda: self._keyed(actor.login, key, lambda: self._completion(task["id"], actor))) == done

    @rule(
        pick=st.integers(0, 99),
        actor=st.sampled_from((LI, WANG, ZHAO)),
        how=st.sampled_from(["rerun", "straight_back"]),
        to=st.sampled_from([None, "review"]),
    )
    def send_back(self, pick: int, actor: Any, how: str, to: str | None) -> None:
        if (task := self._pick("user_task", pick, state="open")) is not None:
            given = {"reason": "补", "resubmit": how, "to_element_id": to}
            self._do("send back", lambda: sending_back.send_back(task["id"], **given, actor=actor))

    @rule(pick=st.integers(0, 99), actor=st.sampled_from((LI, WANG, ZHAO)))
    def take_back(self, pick: int, actor: Any) -> None:
        """A decision that was taken back was taken all the same; the log says both."""
        if (task := self._pick("user_task", pick, state="completed")) is not None:
            self._do("withdraw", lambda: withdrawing.withdraw(task["id"], actor=actor))

    @rule(pick=st.integers(0, 99), actor=st.sampled_from((LI, WANG, ZHAO)))
    def complete_what_is_done(self, pick: int, actor: Any) -> None:
        if (task := self._pick("user_task", pick, state="completed")) is not None:
            assert self._do("stale", lambda: user_tasks.complete(task["id"], variables={}, actor=actor)) is None

    @rule(pick=st.integers(0, 99))
    def complete_from_an_old_page(self, pick: int) -> None:
        if (task := self._pick("user_task", pick, state="open")) is not None:
            stale = task["revision"] - 1
            assert self._do("stale", lambda: user_tasks.complete(task["id"], variables={}, revision=stale, actor=LI)) is None

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

    def _do(self, what: str, work: Callable[[], Any]) -> Any:
        """What the command gives; None when it is refused, which changes nothing."""
        steps = len(rows("step"))
        with clock.at(self.now):
            try:
                done = work()
            except Refused:
                assert len(rows("step")) == steps
                self.counted["refused"] += 1
                return None
        self.counted[what] += 1
        return done

    def _pick(self, table: str, pick: int, **where: Any) -> dict[str, Any] | None:
        found = [row for row in rows(table) if all(row[name] == value for name, value in where.items())]
        return found[pick % len(found)] if found else None

    def _completion(self, task: str, actor: Any) -> tuple[str, str]:
        return user_tasks.complete(task, variables={}, outcome="agree", opinion="同意", actor=actor)

    def _keyed(self, login: str, key: str, work: Callable[[], Any]) -> Any:
        """As a request with an Idempotency-Key whose answer is lost."""
        try:
            assert idempotency.begin(login, "/complete", key, "digest") is None
            return work()
        finally:
            idempotency.end()

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
