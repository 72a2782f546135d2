"""What pages read besides lists: forecasts, progress on the diagram, figures, what may be started."""

import pytest

from processes import instances, user_tasks
from processes.errors import Invalid, NotFound
from processes.queries import cases, counters, definitions, figures, history, inbox, paging, progress, work
from tests.engine.drawing import draw, end, event, flow, node, start, user
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows

pytestmark = pytest.mark.usefixtures("database")

BRANCHES = draw(
    start()
    + user("u", camunda_assignee="li")
    + node("exclusiveGateway", "x", default="f_x_e")
    + user("more", camunda_candidateGroups="镇长", name="审批")
    + end("rejected")
    + end()
    + flow("s", "u", "x", "e")
    + flow("x", "more", when="${outcome_u == 'agree'}")
    + flow("more", "rejected")
)


def test_progress_says_what_is_done_and_what_is_current() -> None:
    deploy(BRANCHES)
    case = instances.start(key="p", variables={}, actor=ZHANG)
    user_tasks.complete(open_tasks(case)["u"], variables={}, outcome="agree", actor=LI)
    (own,) = progress.of(case, ZHANG).values()
    assert own.elements == {"s": "done", "u": "done", "x": "done", "more": "current"}
    assert own.flows >= {"f_x_more"}


def test_progress_shows_what_waits_and_what_failed() -> None:
    waits = node("intermediateCatchEvent", "wait", event("timer", "P1D"))
    deploy(
        draw(
            start()
            + node("parallelGateway", "split")
            + waits
            + node("serviceTask", "broken", camunda_expression="${nothing}")
            + end()
            + end("e2")
            + flow("s", "split", "wait", "e")
            + flow("split", "broken", "e2")
        )
    )
    case = instances.start(key="p", variables={}, actor=ZHANG)
    (own,) = progress.of(case, ZHANG).values()
    assert (own.elements["wait"], own.elements["broken"]) == ("waiting", "failed")


def test_figures_count_what_there_is() -> None:
    deploy(REVIEW)
    for _ in range(2):
        instances.start(key="review_flow", variables={}, actor=ZHANG)
    found = figures.now()
    assert (found.cases, found.open_user_tasks, found.open_incidents, found.due_jobs) == ({"running": 2}, 2, 0, 0)
    assert figures.steps() == 2


def test_only_what_one_may_start_is_offered() -> None:
    deploy(REVIEW, process__toml='starters = ["财政局"]'.encode())
    assert [one["key"] for one in definitions.startable(LI)] == ["review_flow"]
    assert definitions.startable(ZHANG) == []


def test_the_steps_of_a_case_are_given_in_order() -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    user_tasks.complete(open_tasks(case)["review"], variables={}, actor=LI)
    assert [(step["seq"], step["actor_name"]) for step in history.steps(case, ZHANG)] == [(1, "张三"), (2, "李四")]


def test_inbox_lists_are_counted_by_name() -> None:
    named = '<extensionElements><camunda:properties><camunda:property name="list" value="待审核"/></camunda:properties></extensionElements>'
    deploy(draw(start() + node("userTask", "u", named, camunda_candidateGroups="财政局") + end() + flow("s", "u", "e")))
    for _ in range(2):
        instances.start(key="p", variables={}, actor=ZHANG)
    assert counters.lists(WANG, 2) == {"待审核": 2}
    assert len(inbox.page(WANG, filters={"list_name": "待审核"})["items"]) == 2
    assert inbox.page(WANG, filters={"list_name": "别的"})["items"] == []


def test_cases_are_found_by_text_and_counted() -> None:
    deploy(REVIEW)
    for title in ("桌椅 100%", "打印机"):
        instances.start(key="review_flow", variables={}, title=title, actor=ROBOT)
    assert [case["title"] for case in cases.page(OPERATOR, {"text": "0%"})["items"]] == ["桌椅 100%"]
    assert cases.count(OPERATOR, {"open": True}) == 2
    assert cases.count(ZHAO, {}) == 0


CURSORS = ["", "x", "!", "W10", "bnVsbA", "WyJhIl0", "é", "x" * 2000, "WzEsMl0"]


@pytest.mark.parametrize("cursor", CURSORS[1:])
def test_cursors_that_no_list_has_given_are_refused(cursor: str) -> None:
    lists = [
        lambda: inbox.page(LI, cursor=cursor),
        lambda: inbox.page(LI, "done", cursor=cursor),
        lambda: definitions.page(LI, cursor=cursor),
        lambda: work.jobs(OPERATOR, cursor=cursor),
        lambda: work.incidents(OPERATOR, cursor=cursor),
    ]
    for read in lists:
        with pytest.raises(Invalid) as refusal:
            read()
        assert refusal.value.code == "invalid_cursor"


def test_a_cursor_with_a_moment_that_is_none_is_refused() -> None:
    for text in ("yesterday", "2026-01-01", "0001-01-01T00:00:00+08:00"):
        with pytest.raises(Invalid):
            work.jobs(OPERATOR, cursor=paging.write_cursor(text, "x"))


def test_jobs_and_incidents_are_read_page_by_page() -> None:
    waits = node("intermediateCatchEvent", "wait", event("timer", "P1D"))
    deploy(draw(start() + waits + end() + flow("s", "wait", "e")))
    for _ in range(5):
        instances.start(key="p", variables={}, actor=ZHANG)
    first = work.jobs(OPERATOR, limit=3)
    second = work.jobs(OPERATOR, limit=3, cursor=first["next"])
    found = [job["id"] for job in first["items"] + second["items"]]
    assert found == sorted(row["id"] for row in rows("job"))
    assert work.job(found[0], OPERATOR)["kind"] == "timer"
    with pytest.raises(NotFound):
        work.job("nothing", OPERATOR)
    with pytest.raises(NotFound):
        work.incident("nothing", OPERATOR)
