"""Counters say what a recount says, whatever has been done, and how many is too many to count."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import update

from processes import clock, deadlines, instances, user_tasks
from processes.actors import Actor
from processes.db import db, transaction
from processes.errors import Conflict
from processes.models import InboxEntry, ProcessInstance
from processes.queries import counters, inbox
from tests.engine.drawing import draw, end, flow, node, start
from tests.processes.cases import LI, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.conftest import NOW
from tests.processes.test_random_walks import OFFICE, PEOPLE, Walk
from web.pages import filters

pytestmark = pytest.mark.usefixtures("database")

LISTED = draw(
    start()
    + node(
        "userTask",
        "u",
        '<extensionElements><camunda:properties><camunda:property name="list" value="待审核"/></camunda:properties></extensionElements>',
        camunda_candidateGroups="财政局",
        camunda_candidateUsers="li",
        camunda_dueDate="${due}",
    )
    + end()
    + flow("s", "u", "e"),
    key="listed",
)


def _recount(actor: Actor) -> tuple[dict[str, int], dict[str, int]]:
    held = {row["user_task_id"] for holder in actor.holders for row in rows("inbox_entry", holder=holder)}
    tasks = [row for row in rows("user_task") if row["id"] in held]
    running = [row for row in rows("process_instance", started_by=actor.login) if row["state"] not in ("completed", "cancelled")]
    overdue = [row for row in tasks if row["due_at"] is not None and row["due_at"] < clock.now()]
    names = {row["list_name"] for row in tasks if row["list_name"]}
    by_list = {name: sum(row["list_name"] == name for row in tasks) for name in sorted(names)}
    soon = [row for row in tasks if row["due_at"] is not None and deadlines.lines().tone(row["due_at"]) == "soon"]
    unclaimed = [row for row in tasks if row["assignee"] is None]
    counted = {"todo": tasks, "overdue": overdue, "soon": soon, "unclaimed": unclaimed, "started": running}
    return {name: len(found) for name, found in counted.items()}, by_list


def _lists(actor: Actor) -> dict[str, int]:
    return counters.lists(actor, counters.of(actor)["todo"])


@pytest.mark.parametrize("few", [counters.FEW, 0])
@pytest.mark.parametrize("seed", range(4))
def test_counters_say_what_a_recount_says_after_any_walk(seed: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "FEW", few)
    monkeypatch.setattr(counters, "_full", {})
    deploy(OFFICE, LISTED)
    walk = Walk(seed)
    for _ in range(8):
        walk.go(6)
        with clock.at(walk.now):
            instances.start(key="listed", variables={"due": walk.chance.choice(("PT1H", "P1D", "P9D"))}, actor=ROBOT)
            found = inbox.page(LI, filters={"list_name": "待审核"})["items"]
            if found and walk.chance.random() < 0.5:
                with suppress(Conflict):
                    user_tasks.claim(walk.chance.choice(found)["id"], actor=LI)
            for actor in PEOPLE:
                assert (counters.of(actor), _lists(actor)) == _recount(actor)


def test_the_filters_of_a_box_hold_for_whoever_claimed() -> None:
    deploy(OFFICE, LISTED)
    task = open_tasks(instances.start(key="listed", variables={"due": "P1D"}, actor=ROBOT))["u"]
    instances.start(key="p", variables={}, actor=ROBOT)
    for change in (lambda: None, lambda: user_tasks.claim(task, actor=LI), lambda: user_tasks.unclaim(task, actor=LI)):
        change()
        for wanted in ({"list_name": "待审核"}, {"definition_key": "listed"}, {"overdue": False, "definition_key": "listed"}):
            assert [one["id"] for one in inbox.page(LI, filters=wanted)["items"]] == [task]
        assert _lists(LI) == {"待审核": 1}
        assert inbox.page(LI, filters={"list_name": "归档"})["items"] == []
    assert len(inbox.page(WANG)["items"]) == 2


def test_a_scope_limits_a_box() -> None:
    deploy(OFFICE, LISTED)
    for key in ("listed", "p"):
        instances.start(key=key, variables={"due": "P1D"}, actor=ROBOT)
    scoped = Actor("li", "李四", LI.roles, LI.groups, scope=("listed",), via="token")
    assert [one["definition_key"] for one in inbox.page(scoped)["items"]] == ["listed"]


def test_beyond_the_most_a_counter_says_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "MOST", 3)
    monkeypatch.setattr(counters, "MOST_OF_A_LIST", 2)
    deploy(OFFICE, LISTED)
    for number in range(1, 4):
        instances.start(key="listed", variables={"due": f"PT{number}H"}, actor=ROBOT)
        assert (counters.of(LI)["todo"], counters.of(ROBOT)["started"], _lists(LI)) == (number, number, {"待审核": number})
    instances.start(key="listed", variables={"due": "PT4H"}, actor=ROBOT)
    counted = counters.of(LI)
    assert [filters.counted(number) for number in (counted["todo"], counted["overdue"], counters.of(ROBOT)["started"])] == ["3+", "0", "3+"]
    assert [filters.counted(number) for number in _lists(LI).values()] == ["2+"]
    for hours, late in ((1, "1"), (2, "2"), (3, "3"), (4, "3+")):
        with clock.at(NOW + timedelta(hours=hours, minutes=1)):
            assert filters.counted(counters.of(LI)["overdue"]) == late
    assert (set(counters.of(ZHAO).values()), _lists(ZHAO)) == ({0}, {})


def test_what_was_started_for_somebody_is_in_the_box() -> None:
    deploy(LISTED)
    case = instances.start(key="listed", variables={"due": "P1D"}, actor=ROBOT)
    with transaction():
        db.session.execute(update(ProcessInstance).where(ProcessInstance.id == case).values(started_for="zhang"))
    task = open_tasks(case)["u"]
    assert [one["id"] for one in inbox.page(ZHANG, "started")["items"]] == [task]
    user_tasks.complete(task, variables={}, actor=LI)
    assert inbox.page(ZHANG, "started")["items"] == []
    assert [one["id"] for one in inbox.page(ZHANG, "started", {"state": "completed"})["items"]] == [task]
    assert rows(InboxEntry.__tablename__) == []
