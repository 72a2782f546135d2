"""Boxes in every order and with every mark of a deadline, page by page, as a plain sort of all tasks gives them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from processes import clock, deadlines, instances, settings, user_tasks
from processes.actors import Actor
from processes.db import db, reading
from processes.errors import Invalid
from processes.models import UserTask
from processes.queries import cases, counters, inbox, near, orders
from tests.engine.drawing import draw, end, flow, start, user
from tests.processes.cases import LI, OPERATOR, ROBOT, WANG, deploy, open_tasks
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")

HOSTILE = ("'; DROP TABLE user_task; --", "%_\\", "<script>alert(1)</script>", "路灯\u202e更换", "  ", "=1+1", "b", "B")


def _drawn(key: str, amber: str | None = None) -> None:
    drawing = draw(start() + user("u", camunda_candidateGroups="财政局", camunda_dueDate="${due}") + end() + flow("s", "u", "e"), key=key)
    deploy(drawing, **({"process__toml": f'amber = "{amber}"\ntime_limit = "${{due}}"'.encode()} if amber else {}))


def _started(key: str, number: int, due: str) -> str:
    with clock.at(NOW + timedelta(minutes=number)):
        title = HOSTILE[number % len(HOSTILE)]
        given = {"business_key": f"柳采〔2026〕{number % 3:04d}号"} if number % 4 else {}
        return instances.start(key=key, variables={"due": due}, title=title, actor=ROBOT, **given)


@pytest.fixture
def tasks() -> list[str]:
    _drawn("plain")
    _drawn("strict", "workdays(3)")
    dues = ("PT1H", "P1D", "P3D", "PT20M", "P9D")
    made = [open_tasks(_started(("plain", "strict")[number % 2], number, dues[number % 5]))["u"] for number in range(23)]
    user_tasks.claim(made[3], actor=LI)
    user_tasks.claim(made[4], actor=WANG)
    return made


def _all(box: str, sort: str | None, filters: dict[str, Any], actor: Actor = LI) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = inbox.page(actor, box, filters, limit=4, cursor=cursor, sort=sort)
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


@pytest.mark.parametrize("sort", [None, *(f"{down}{name}" for name in orders.TASKS if name != "done" for down in ("", "-"))])
def test_every_order_is_a_sort_of_all_tasks(tasks: list[str], sort: str | None) -> None:
    name = (sort or "due").removeprefix("-")
    column = {"due": "sort_due", "arrived": "created_at", "number": "business_key", "title": "title", "case": "id"}[name]
    found = _all("todo", sort, {})
    assert sorted(one["id"] for one in found) == sorted(set(tasks) - {tasks[4]})
    keys = [(one[column] or "", one["id"]) for one in found]
    ids = [one["id"] for one in sorted(found, key=lambda one: (one[column] or "", one["id"]), reverse=(sort or "")[:1] == "-")]
    # titles are sorted as the database sorts texts
    assert [one["id"] for one in found] == ids or (name in ("title", "number") and len({key for key, _ in keys}) < len(keys))


def test_what_is_over_comes_by_case_and_what_is_open_from_its_index(tasks: list[str]) -> None:
    for task in tasks[5:12]:
        user_tasks.complete(task, variables={}, actor=LI)
    over = _all("all", None, {"state": "completed"}, OPERATOR)
    assert [one["id"] for one in over] == sorted(tasks[5:12])
    still = _all("all", None, {"state": "open"}, OPERATOR)
    assert [one["id"] for one in still] == [one["id"] for one in _all("all", None, {}, OPERATOR)]
    assert {one["id"] for one in still} == set(tasks) - set(tasks[5:12])


@pytest.mark.sqlite
def test_the_index_of_open_tasks_leads_to_them(tasks: list[str]) -> None:
    order = orders.of_tasks("due")
    with reading():
        query = select(UserTask.id).where(*inbox._filters({"state": "open"})).order_by(*order.by()).limit(5)
        written = query.compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = [str(row) for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {written}"))]
    assert any("ix_user_task_state" in line for line in plan)
    assert not any("TEMP B-TREE" in line for line in plan)


@pytest.mark.parametrize("wanted", near.CHOICES)
def test_marks_filters_and_counters_agree_on_what_is_near(tasks: list[str], wanted: str) -> None:
    for hours in (0, 1, 20, 50):
        with clock.at(NOW + timedelta(hours=hours, minutes=30)):
            lines = deadlines.lines()
            listed = [one for one in _all("todo", None, {}) if one["due_at"] is not None]
            end = deadlines.end_of_day(clock.now())
            right = {
                one["id"]
                for one in listed
                if (lines.now <= one["due_at"] <= end if wanted == "today" else lines.tone(one["due_at"], one["definition_key"]) == wanted)
            }
            for sort in (None, "arrived"):
                assert {one["id"] for one in _all("todo", sort, {"due": wanted})} == right
            if wanted != "today":
                assert counters.of(LI)["overdue" if wanted == "late" else "soon"] == len(right)
            of_cases = cases.page(OPERATOR, {"due": wanted}, limit=200)["items"]
            assert all(lines.tone(one["due_at"], one["definition_key"]) != "" for one in of_cases if wanted == "soon")


def test_a_process_says_from_when_its_tasks_are_amber(tasks: list[str]) -> None:
    soon = {one["definition_key"] for one in _all("todo", None, {"due": "soon"}) if one["due_at"] > NOW + timedelta(hours=20)}
    assert soon == {"strict"}
    _drawn("strict", "workdays(0)")
    assert not [one for one in _all("todo", None, {"due": "soon"}) if one["due_at"] > NOW + timedelta(hours=20)]


def test_a_setting_says_it_for_the_others(tasks: list[str], database: str) -> None:
    wanted = settings.load({"BANJIE_LISTS__AMBER": "P2D", "BANJIE_REDIS__URL": "off", "BANJIE_DATABASE__URL": database})
    settings.configure(wanted)
    assert deadlines.lines().usual == NOW + timedelta(days=2)


@pytest.mark.parametrize("amber", ["bald", "workdays(x)", "${due}", "P1D; rm", "-P1D"])
def test_a_setting_that_is_no_time_stops_the_start(amber: str) -> None:
    with pytest.raises(settings.SettingRefused):
        settings.load({"BANJIE_LISTS__AMBER": amber})


def test_unclaimed_is_what_nobody_has_claimed(tasks: list[str]) -> None:
    for sort in (None, "title"):
        found = {one["id"] for one in _all("unclaimed", sort, {})}
        assert found == set(tasks) - {tasks[3], tasks[4]}
    assert counters.of(LI)["unclaimed"] == len(tasks) - 2


@pytest.mark.parametrize("sort", ["", "due; DROP", "-", "--due", "done desc", "id", "opinion"])
def test_an_order_that_there_is_not_is_refused(tasks: list[str], sort: str) -> None:
    if sort:
        with pytest.raises(Invalid):
            inbox.page(LI, sort=sort)
        with pytest.raises(Invalid):
            cases.page(LI, {}, sort=sort)
    with pytest.raises(Invalid):
        inbox.page(LI, filters={"due": sort or "x"})


def test_what_is_done_comes_newest_first_in_any_order(tasks: list[str]) -> None:
    for number, task in enumerate(tasks[5:12]):
        with clock.at(NOW + timedelta(hours=1, minutes=number)):
            user_tasks.complete(task, variables={}, actor=LI)
    assert [one["id"] for one in _all("done", None, {})] == tasks[5:12][::-1]
    assert [one["id"] for one in _all("done", "done", {})] == tasks[5:12]
    assert sorted(one["id"] for one in _all("done", "-title", {})) == sorted(tasks[5:12])


@pytest.mark.parametrize("sort", [f"{down}{name}" for name in orders.CASES for down in ("", "-")])
def test_cases_come_in_every_order_without_loss(tasks: list[str], sort: str) -> None:
    found: list[str] = []
    cursor = None
    while True:
        page = cases.page(OPERATOR, {}, limit=5, cursor=cursor, sort=sort)
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(found) == sorted({task.rpartition("-")[0] for task in tasks})
    assert len(found) == len(tasks)
