"""What people do in the model of the whole: claim, decide, hand on, ask others, tell, take back; and how any rule is carried out."""

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from processes import clock, idempotency, user_tasks
from processes.approval import circulating, copying, delegating, reassigning, reminding, sending_back, signing, substitution, withdrawing
from processes.calendar import office
from processes.errors import Refused
from processes.people import directory
from processes.queries import inbox
from tests.processes.cases import LI, OPERATOR, ROBOT, WANG, ZHANG, ZHAO, rows
from tests.processes.conftest import NOW

PEOPLE = (ZHANG, LI, WANG, ZHAO, OPERATOR, ROBOT)
BY_LOGIN = {one.login: one for one in PEOPLE}


class People(RuleBasedStateMachine):
    """People at their tasks, and what was answered to them."""

    counted: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        #: task -> who completed it
        self.completed: dict[str, str] = {}
        self.keys = itertools.count()

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
        give = partial(substitution.give, principal.login, "zhao", valid_from=today, valid_until=until, actor=principal)
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
