"""People, workers and operators do things in any order; whatever they do, the log stays whole and gives everything again."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from processes import clock, incidents, instances, jobs, messages, rebuild, user_tasks
from processes.actors import Actor
from processes.audit import replay
from processes.audit.verify import verify
from processes.errors import Refused
from processes.queries import inbox
from tests.engine.drawing import boundary, draw, end, event, flow, node, start, user
from tests.processes.cases import LI, OPERATOR, ROBOT, WANG, ZHANG, ZHAO, deploy, rows
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")

OFFICE = draw(
    start()
    + user("review", camunda_candidateGroups="财政局")
    + boundary("late", "review", event("cycle", "R2/PT2H"), interrupting=False)
    + user("chase", camunda_assignee="zhao")
    + end("chased")
    + node("exclusiveGateway", "choice", default="f_choice_split")
    + node("parallelGateway", "split")
    + user("left", camunda_assignee="li")
    + node("intermediateCatchEvent", "right", event("message", "M1"))
    + node("parallelGateway", "join")
    + node("serviceTask", "sum", camunda_expression="${amount * 2}", camunda_resultVariable="double")
    + end()
    + flow("s", "review", "choice", "split", "left", "join", "sum", "e")
    + flow("split", "right", "join")
    + flow("choice", "review", when="${outcome_review == 'return'}")
    + flow("late", "chase", "chased")
)
PEOPLE = (ZHANG, LI, WANG, ZHAO, OPERATOR, ROBOT)
TABLES = ("user_task", "inbox_entry", "subscription", "incident", "process_instance")


class Walk:
    """A random walk through the commands; what is refused changes nothing."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = NOW

    def go(self, moves: int) -> None:
        """Take so many steps."""
        ways: list[Callable[[], object]] = [self.start, self.task, self.task, self.task, self.timers, self.message, self.steer, self.repair]
        for _ in range(moves):
            self.now += timedelta(minutes=self.chance.randrange(90))
            before = rows("step")
            with clock.at(self.now):
                try:
                    self.chance.choice(ways)()
                except Refused:
                    assert rows("step") == before

    def start(self) -> None:
        variables = {"amount": 3} if self.chance.random() < 0.6 else {}
        instances.start(key="p", variables=variables, actor=ROBOT)

    def task(self) -> None:
        actor = self.chance.choice(PEOPLE)
        found = inbox.page(self.chance.choice((actor, LI, ZHAO)))["items"]
        if found:
            self._work_on(self.chance.choice(found)["id"], actor)

    def _work_on(self, task: str, actor: Actor) -> None:
        match self.chance.randrange(4):
            case 0:
                user_tasks.claim(task, actor=actor)
            case 1:
                user_tasks.unclaim(task, actor=actor)
            case _:
                outcome = self.chance.choice(("agree", "return"))
                revision = self.chance.choice((None, None, 1))
                user_tasks.complete(task, variables={}, outcome=outcome, revision=revision, actor=actor)

    def timers(self) -> None:
        for job_id in jobs.due_ids(3):
            jobs.run(job_id)

    def message(self) -> None:
        messages.deliver(name="m1", variables={"told": True}, actor=ROBOT)

    def steer(self) -> None:
        case = self._any("process_instance")
        self.chance.choice((instances.suspend, instances.resume, instances.resume, instances.cancel))(case, "试", actor=OPERATOR)

    def repair(self) -> None:
        variables = self.chance.choice(({}, {"amount": 7}))
        incidents.resolve(self._any("incident"), variables=variables, actor=OPERATOR)

    def _any(self, table: str) -> str:
        found = rows(table)
        return str(self.chance.choice(found)["id"]) if found else "nothing-1"


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_done_the_log_stays_whole(seed: int) -> None:
    deploy(OFFICE)
    Walk(seed).go(60)
    assert verify().unbroken
    assert [one for one in replay.replay_all() if not one.same] == []
    before = {table: rows(table) for table in TABLES}
    jobs_before = rows("job")
    rebuild.rebuild()
    assert {table: rows(table) for table in TABLES} == before
    assert rows("job") == jobs_before
