"""Reminders: who may, whom they reach, how often, and what is refused."""

from datetime import timedelta

import pytest

from processes import clock, idempotency, instances, jobs, notices, settings, user_tasks
from processes.actors import Actor
from processes.approval import daily, reminding
from processes.db import db, transaction
from processes.errors import Conflict, Invalid, NotAllowed, NotFound, TooOften
from processes.models import AccountRole
from tests.engine.drawing import boundary, draw, end, event, flow, start, user
from tests.processes.approval.checks import check_log_gives_all
from tests.processes.approval.places import PLACES, SINGLE
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def task() -> str:
    """An open task of the finance bureau in a case of Zhang's."""
    deploy(REVIEW)
    return open_tasks(instances.start(key="review_flow", variables={}, title="路灯更换", actor=ZHANG))["review"]


def _told(login: str) -> list[str]:
    return [one.text for one in notices.page(Actor(login, login)).items]


@pytest.mark.parametrize("place", PLACES)
def test_the_applicant_reminds_those_who_are_asked_wherever_the_task_stands(place: str) -> None:
    where = PLACES[place]()
    assert reminding.remind(where.task, "请尽快。", actor=ZHANG) == ["li", "wang"]
    assert [len(_told(login)) for login in ("li", "wang", "zhao", "zhang")] == [1, 1, 0, 0]
    check_log_gives_all()


def test_a_message_says_who_reminds_of_what(task: str) -> None:
    reminding.remind(task, "请尽快。", actor=ZHANG)
    assert _told("li") == ["张三催办“路灯更换”（审核）：请尽快。"]
    reminding.remind(task, actor=ZHANG)
    assert "张三催办“路灯更换”（审核）。" in _told("li")


def test_a_reminder_stands_in_the_record_and_leaves_the_task_as_it_is(task: str) -> None:
    before = rows("user_task")
    reminding.remind(task, "请尽快。", actor=ZHANG)
    assert rows("user_task") == before
    step = rows("step")[-1]
    assert (step["actor"], step["trigger"]["kind"]) == ("zhang", "remind")
    assert [(one["type"], one["element_id"], one["details"]) for one in step["events"]] == [
        ("user_task_reminded", "review", {"to": ["li", "wang"], "message": "请尽快。"})
    ]
    (told,) = reminding.of_tasks([task])[task]
    assert (told["login"], told["receivers"], told["message"], told["at"]) == ("zhang", ["li", "wang"], "请尽快。", NOW)
    assert reminding.of_tasks([]) == {}


def test_a_claimed_task_is_reminded_of_to_its_holder_alone(task: str) -> None:
    user_tasks.claim(task, actor=LI)
    assert reminding.remind(task, actor=ZHANG) == ["li"]


def test_where_nobody_is_found_operators_are_reminded() -> None:
    deploy(draw(start() + user("u", camunda_candidateGroups="空岗") + end() + flow("s", "u", "e")))
    task = open_tasks(instances.start(key="p", variables={}, actor=ZHANG))["u"]
    with pytest.raises(Conflict) as refusal:
        reminding.remind(task, actor=ZHANG)
    assert refusal.value.code == "nobody_to_remind"
    with transaction():
        db.session.add(AccountRole(login="ops", role="operator"))
    assert reminding.remind(task, actor=ZHANG) == ["ops"]


def test_who_took_part_and_operators_and_other_systems_remind(task: str) -> None:
    case = task.partition("-")[0]
    user_tasks.complete(task, variables={}, actor=LI)
    approve = open_tasks(case)["approve"]
    for actor in (LI, OPERATOR, ROBOT):
        assert reminding.remind(approve, actor=actor) == ["zhao"]
    with pytest.raises(NotAllowed) as refusal:
        # asked once, and somebody else was quicker
        reminding.remind(approve, actor=WANG)
    assert refusal.value.code == "may_not_remind"


def test_a_stranger_does_not_learn_of_the_task(task: str) -> None:
    for unknown in (task, "nothing-1", "nothing"):
        with pytest.raises(NotFound):
            reminding.remind(unknown, actor=ZHAO)
    with pytest.raises(NotFound):
        reminding.remind(task, actor=Actor("erp", "接口", frozenset({"integrator"}), scope=("other",), via="token"))


def test_an_auditor_reads_and_does_not_remind(task: str) -> None:
    with pytest.raises(NotAllowed):
        reminding.remind(task, actor=Actor("audit", "审计", frozenset({"auditor"})))


def test_nobody_reminds_himself(task: str) -> None:
    for actor in (LI, WANG):
        with pytest.raises(Conflict) as refusal:
            reminding.remind(task, actor=actor)
        assert refusal.value.code == "reminder_to_oneself"
    user_tasks.claim(task, actor=LI)
    with pytest.raises(Conflict):
        reminding.remind(task, actor=LI)


def test_the_third_reminder_of_a_day_says_when_again(task: str) -> None:
    reminding.remind(task, actor=ZHANG)
    reminding.remind(task, actor=ZHANG)
    with pytest.raises(TooOften) as refusal:
        reminding.remind(task, actor=ZHANG)
    assert refusal.value.values == {"limit": 2, "again_at": "2026-11-25 00:00"}
    assert refusal.value.retry_after == (24 - 10) * 3600 - 24 * 60 + 1
    assert len(rows("reminder")) == 2
    assert reminding.remind(task, actor=OPERATOR)
    with clock.at(NOW + timedelta(seconds=refusal.value.retry_after)):
        assert reminding.remind(task, actor=ZHANG) == ["li", "wang"]


def test_the_limit_counts_each_task_by_itself() -> None:
    where = PLACES["parallel"]()
    other = open_tasks(where.case)["w"]
    for task in (where.task, other, where.task, other):
        reminding.remind(task, actor=ZHANG)
    for task in (where.task, other):
        with pytest.raises(TooOften):
            reminding.remind(task, actor=ZHANG)


@pytest.mark.parametrize(("written", "allowed"), [(1, 1), (9, 2), (0, 0)])
def test_a_process_lowers_the_limit_and_never_raises_it(written: int, allowed: int) -> None:
    deploy(SINGLE, process__toml=f"reminders_a_day = {written}\n".encode())
    task = open_tasks(instances.start(key="single", variables={}, actor=ZHANG))["u"]
    for _ in range(allowed):
        reminding.remind(task, actor=ZHANG)
    with pytest.raises((TooOften, Conflict)) as refusal:
        reminding.remind(task, actor=ZHANG)
    assert refusal.value.code == ("too_many_reminders" if allowed else "reminders_off")


def test_what_waits_for_nothing_cannot_be_reminded_of(task: str) -> None:
    case = task.partition("-")[0]
    instances.suspend(case, "核实", actor=OPERATOR)
    with pytest.raises(Conflict) as refusal:
        reminding.remind(task, actor=ZHANG)
    assert refusal.value.code == "process_instance_suspended"
    instances.resume(case, "", actor=OPERATOR)
    user_tasks.complete(task, variables={}, actor=LI)
    with pytest.raises(Conflict) as refusal:
        reminding.remind(task, actor=ZHANG)
    assert refusal.value.code == "user_task_not_open"
    instances.cancel(case, "完", actor=ZHANG)
    with pytest.raises(Conflict):
        reminding.remind(open_tasks(case).get("approve", task), actor=ZHANG)


def test_a_task_that_a_timer_took_back_is_over() -> None:
    deploy(
        draw(
            start()
            + user("u", camunda_assignee="li")
            + boundary("late", "u", event("timer", "PT1H"))
            + user("v", camunda_assignee="wang")
            + end()
            + end("e2")
            + flow("s", "u", "e")
            + flow("late", "v", "e2")
        )
    )
    case = instances.start(key="p", variables={}, actor=ZHANG)
    task = open_tasks(case)["u"]
    with clock.at(NOW + timedelta(hours=2)):
        jobs.run(jobs.due_ids(1)[0])
        with pytest.raises(Conflict):
            reminding.remind(task, actor=ZHANG)
        assert reminding.remind(open_tasks(case)["v"], actor=ZHANG) == ["wang"]


@pytest.mark.parametrize("message", ["x" * 501, 7, "\x00", ["a"]])
def test_a_message_that_cannot_be_is_refused(task: str, message: object) -> None:
    with pytest.raises(Invalid):
        reminding.remind(task, message, actor=ZHANG)
    assert rows("reminder") == []


def test_the_same_request_reminds_once(task: str) -> None:
    for _ in range(2):
        try:
            idempotency.begin("zhang", "/", "k", "d")
            assert reminding.remind(task, actor=ZHANG) == ["li", "wang"]
        finally:
            idempotency.end()
    assert len(rows("reminder")) == 1 == len(_told("li"))


def test_the_setting_is_what_counts_where_the_process_says_nothing(task: str) -> None:
    assert daily.limit_of("review_flow:1") == settings.current().approval.reminders_a_day == 2
