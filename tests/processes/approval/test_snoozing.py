"""Putting tasks aside, and how urgent they are: what leaves the box, what comes back, and in which order."""

from datetime import date, timedelta
from typing import Any

import pytest

from processes import clock, instances, user_tasks
from processes.actors import Actor
from processes.approval import snoozing
from processes.errors import Conflict, Invalid, NotFound
from processes.queries import asleep, counters, inbox
from tests.engine.drawing import draw, end, flow, start, user
from tests.processes.approval.checks import check_log_gives_all
from tests.processes.approval.places import PLACES
from tests.processes.cases import LI, ROBOT, WANG, ZHAO, deploy, open_tasks, rows
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")
LATER = date(2026, 12, 1)


def _box(actor: Actor, **filters: Any) -> list[str]:
    return [task["id"] for task in inbox.page(actor, "todo", filters)["items"]]


def _task(**attributes: str) -> str:
    deploy(draw(start() + user("u", camunda_candidateGroups="财政局", **attributes) + end() + flow("s", "u", "e")))
    return open_tasks(instances.start(key="p", variables={}, actor=ROBOT))["u"]


@pytest.mark.parametrize("place", PLACES)
def test_a_task_leaves_the_box_of_one_person_until_the_day(place: str) -> None:
    where = PLACES[place]()
    snoozing.snooze(where.task, LATER, actor=LI)
    assert (_box(LI, snoozed=False), _box(LI, snoozed=True), _box(WANG, snoozed=False)) == ([], [where.task], [where.task])
    assert _box(LI) == [where.task]
    assert (counters.of(LI)["todo"], counters.snoozed(LI), counters.of(WANG)["todo"]) == (0, 1, 1)
    check_log_gives_all()
    assert counters.snoozed(LI) == 1
    with clock.at(NOW + timedelta(days=8)):
        assert (_box(LI, snoozed=False), _box(LI, snoozed=True), counters.snoozed(LI)) == ([where.task], [], 0)
        assert asleep.of_tasks([where.task], LI)[where.task] <= clock.now()


def test_it_comes_back_when_it_is_taken_back() -> None:
    task = _task()
    snoozing.snooze(task, "2026-12-01", actor=LI)
    snoozing.snooze(task, "2026-12-02", actor=LI)
    assert asleep.of_tasks([task], LI)[task].isoformat().startswith("2026-12-01T16:00")
    snoozing.wake(task, actor=LI)
    assert (_box(LI, snoozed=False), asleep.of_tasks([task], LI)) == ([task], {})
    snoozing.wake(task, actor=LI)
    user_tasks.complete(task, variables={}, actor=LI)


def test_the_deadline_wins() -> None:
    task = _task(camunda_dueDate="2026-11-27T17:00:00+08:00")
    snoozing.snooze(task, LATER, actor=LI)
    assert _box(LI, snoozed=False) == []
    with clock.at(NOW + timedelta(days=3)):
        assert (_box(LI, snoozed=False), _box(LI, snoozed=True)) == ([task], [])
        with pytest.raises(Conflict) as refusal:
            snoozing.snooze(task, LATER, actor=LI)
        assert refusal.value.code == "snooze_due"


def test_a_drawn_day_puts_it_aside_for_all_and_anybody_takes_it_back() -> None:
    task = _task(camunda_followUpDate="2026-12-01")
    assert (_box(LI, snoozed=False), _box(LI, snoozed=True), _box(WANG, snoozed=False)) == ([], [task], [])
    snoozing.wake(task, actor=LI)
    assert (_box(LI, snoozed=False), _box(WANG, snoozed=False)) == ([task], [])
    user_tasks.claim(task, actor=LI)
    user_tasks.unclaim(task, actor=LI)
    assert (_box(LI, snoozed=False), _box(WANG, snoozed=False)) == ([task], [])
    check_log_gives_all()
    with clock.at(NOW + timedelta(days=8)):
        assert _box(WANG, snoozed=False) == [task]


@pytest.mark.parametrize("until", ["2026-11-24", "2026-11-23", "2028-01-01", "morgen", None, 7, "2026-13-01"])
def test_days_that_cannot_be_are_refused(until: Any) -> None:
    with pytest.raises(Invalid) as refusal:
        snoozing.snooze(_task(), until, actor=LI)
    assert refusal.value.code == "snooze_day"


def test_only_whoever_may_do_it_puts_it_aside() -> None:
    task = _task()
    for attempt in (lambda: snoozing.snooze(task, LATER, actor=ZHAO), lambda: snoozing.wake("nothing-1", actor=LI)):
        with pytest.raises(NotFound):
            attempt()
    user_tasks.claim(task, actor=WANG)
    with pytest.raises(Conflict):
        snoozing.snooze(task, LATER, actor=LI)
    user_tasks.complete(task, variables={}, actor=WANG)
    with pytest.raises(Conflict):
        snoozing.snooze(task, LATER, actor=WANG)


URGENT = draw(start() + user("u", camunda_candidateGroups="财政局", camunda_dueDate="${due}") + end() + flow("s", "u", "e"), key="urgent")


def test_urgency_by_the_named_variable_is_the_second_key() -> None:
    deploy(URGENT, process__toml='urgency = "紧急程度"\n'.encode())
    words = ["普通", "特急", "平急", "加急", "一般", "没有这个词"]
    for word in words:
        instances.start(key="urgent", variables={"紧急程度": word, "due": "2026-11-27"}, title=word, actor=ROBOT)
    instances.start(key="urgent", variables={"紧急程度": "普通", "due": "2026-11-26"}, title="先到期", actor=ROBOT)
    listed = inbox.page(LI)["items"]
    assert [task["title"] for task in listed][:4] == ["先到期", "特急", "加急", "平急"]
    assert [task["urgency"] for task in listed][1:5] == ["most_urgent", "urgent", "less_urgent", "ordinary"]
    assert [task["title"] for task in inbox.page(LI, "todo", {"urgency": "urgent"})["items"]] == ["加急"]
    assert len(inbox.page(LI, "todo", {"urgency": "ordinary"})["items"]) == 4
    seen: list[str] = []
    cursor = None
    while True:
        page = inbox.page(LI, limit=2, cursor=cursor)
        seen += [task["title"] for task in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [task["title"] for task in listed]
    task = listed[1]["id"]
    user_tasks.claim(task, actor=LI)
    user_tasks.unclaim(task, actor=LI)
    assert [one["id"] for one in inbox.page(LI)["items"]][1] == task
    check_log_gives_all()


@pytest.mark.parametrize(
    ("priority", "urgency"),
    [
        ("100", "most_urgent"),
        ("90", "most_urgent"),
        ("89", "urgent"),
        ("75", "urgent"),
        ("51", "less_urgent"),
        ("50", "ordinary"),
        ("0", "ordinary"),
    ],
)
def test_the_drawn_priority_says_it_else(priority: str, urgency: str) -> None:
    task = _task(camunda_priority=priority)
    assert inbox.get(task, LI)["urgency"] == urgency
    check_log_gives_all()


def test_without_a_deadline_the_urgent_come_first_after_those_with_one() -> None:
    undated = URGENT.replace(b' camunda:dueDate="${due}"', b"").replace(b'"urgent"', b'"undated"')
    deploy(URGENT, process__toml=b'urgency = "urgency"\n')
    deploy(undated, process__toml=b'urgency = "urgency"\n')
    for title, urgency in (("三", "普通"), ("二", "加急")):
        instances.start(key="undated", variables={"urgency": urgency}, title=title, actor=ROBOT)
    for title, urgency, due in (("一", "普通", "2027-01-01"), ("零", "most_urgent", "2026-11-20")):
        instances.start(key="urgent", variables={"urgency": urgency, "due": due}, title=title, actor=ROBOT)
    assert [task["title"] for task in inbox.page(LI)["items"]] == ["零", "一", "二", "三"]
    assert counters.of(LI)["overdue"] == 1


def test_rows_of_tasks_of_the_release_before_keep_their_place() -> None:
    task = _task(camunda_dueDate="2026-11-27T17:00:00+08:00")
    (row,) = rows("user_task", id=task)
    assert row["sort_due"] == "2026-11-27T09:00:00.000000Z"
