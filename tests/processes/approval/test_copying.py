"""Copies by hand, at the start and in the diagram: who gets them once, who then may know the case, and what was read."""

from typing import Any

import pytest

from processes import deployments, idempotency, instances, notices, user_tasks
from processes.actors import Actor
from processes.approval import copying
from processes.db import db, transaction
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.models import Person
from processes.queries import cases, deliveries, inbox
from tests.engine.drawing import draw, end, flow, many, node, start, user
from tests.processes.approval.checks import check_log_gives_all
from tests.processes.approval.places import PLACES, SINGLE
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")
OFFERS = b"copies_at_start = true\n"


@pytest.fixture
def task() -> str:
    """An open task of the finance bureau in a case of Zhang's."""
    deploy(REVIEW)
    return open_tasks(instances.start(key="review_flow", variables={}, title="路灯更换", actor=ZHANG))["review"]


def _got(actor: Actor, **filters: Any) -> list[tuple[str, str, str | None]]:
    return [(one["instance_id"], one["given_by"], one["message"]) for one in deliveries.page(actor, filters)["items"]]


@pytest.mark.parametrize("place", PLACES)
def test_whoever_works_on_a_task_sends_copies_wherever_it_stands(place: str) -> None:
    where = PLACES[place]()
    assert copying.copy_task(where.task, ["zhao", "ops"], "请知悉", actor=LI) == copying.Told(["zhao", "ops"], [])
    assert _got(ZHAO) == [(where.case, "li", "请知悉")]
    check_log_gives_all()


def test_a_copy_lets_its_receiver_know_the_case_and_nothing_more(task: str) -> None:
    case = task.partition("-")[0]
    with pytest.raises(NotFound):
        cases.get(case, ZHAO)
    copying.copy_task(task, ["zhao"], actor=LI)
    assert cases.get(case, ZHAO)["id"] == case
    assert [one["id"] for one in cases.page(ZHAO, {})["items"]] == [case]
    assert inbox.page(ZHAO)["items"] == []
    for attempt in (lambda: user_tasks.claim(task, actor=ZHAO), lambda: copying.copy_case(case, ["wang"], actor=ZHAO)):
        with pytest.raises(NotAllowed):
            attempt()


def test_nobody_gets_a_copy_twice_for_one_occasion(task: str) -> None:
    case = task.partition("-")[0]
    assert copying.copy_task(task, ["zhao", "zhao"], actor=LI) == copying.Told(["zhao"], [])
    before = rows("step")
    assert copying.copy_task(task, ["zhao"], "再看一次", actor=WANG) == copying.Told([], ["zhao"])
    assert rows("step") == before
    assert copying.copy_task(task, ["ops", "zhao"], actor=WANG) == copying.Told(["ops"], ["zhao"])
    assert copying.copy_case(case, ["zhao"], actor=ZHANG) == copying.Told(["zhao"], [])
    assert len(_got(ZHAO)) == 2 == len(notices.page(ZHAO).items)


def test_the_message_says_who_sends_what(task: str) -> None:
    copying.copy_task(task, ["zhao"], "请知悉", actor=LI)
    copying.copy_case(task.partition("-")[0], ["zhao"], actor=ZHANG)
    assert sorted(one.text for one in notices.page(ZHAO).items) == [
        "张三把“路灯更换”抄送给您。",
        "李四把“路灯更换”抄送给您：请知悉",
    ]


def test_a_case_that_has_ended_is_still_copied(task: str) -> None:
    case = task.partition("-")[0]
    user_tasks.complete(task, variables={}, actor=LI)
    user_tasks.complete(open_tasks(case)["approve"], variables={}, actor=ZHAO)
    assert copying.copy_case(case, ["wang"], actor=ZHANG).new == ["wang"]
    assert rows("process_instance", id=case)[0]["state"] == "completed"
    check_log_gives_all()


def test_copies_that_are_refused(task: str) -> None:
    case = task.partition("-")[0]
    with pytest.raises(NotFound):
        copying.copy_task(task, ["li"], actor=ZHAO)
    with pytest.raises(NotFound):
        copying.copy_case("nothing", ["li"], actor=ZHAO)
    with pytest.raises(NotAllowed):
        copying.copy_case(case, ["li"], actor=Actor("audit", "审计", frozenset({"auditor"})))
    user_tasks.complete(task, variables={}, actor=LI)
    with pytest.raises(Conflict) as refusal:
        copying.copy_task(task, ["ops"], actor=LI)
    assert refusal.value.code == "user_task_not_open"
    instances.suspend(case, "核实", actor=OPERATOR)
    for attempt in (
        lambda: copying.copy_task(open_tasks(case)["approve"], ["ops"], actor=LI),
        lambda: copying.copy_case(case, ["ops"], actor=LI),
    ):
        with pytest.raises(Conflict) as refusal:
            attempt()
        assert refusal.value.code == "process_instance_suspended"


@pytest.mark.parametrize(
    "users", [None, [], "zhao", ["nobody"], ["li"], [7], ["x" * 101], ["\x00"], [f"p{n}" for n in range(201)], ["zhao", "gone"]]
)
def test_receivers_that_cannot_be_are_refused(task: str, users: Any) -> None:
    with transaction():
        db.session.add(Person(login="gone", name="离职", created_at=NOW, active=False))
    with pytest.raises(Invalid):
        copying.copy_task(task, users, actor=LI)
    assert rows("delivery") == []


def test_what_was_opened_is_read(task: str) -> None:
    copying.copy_task(task, ["zhao", "ops"], actor=LI)
    copying.copy_case(task.partition("-")[0], ["zhao"], actor=LI)
    assert deliveries.unread("zhao") == 2
    newest = deliveries.page(ZHAO)["items"][0]
    assert newest["read_at"] is None
    assert copying.open_one(newest["id"], actor=ZHAO)["read_at"] == NOW
    assert (deliveries.unread("zhao"), len(_got(ZHAO, unread=True)), len(_got(ZHAO, unread=False))) == (1, 1, 1)
    for login in (OPERATOR, LI):
        with pytest.raises(NotFound):
            copying.open_one(newest["id"], actor=login)
    assert copying.mark_read(actor=ZHAO) == 1
    assert copying.mark_read(actor=ZHAO) == 0
    assert (deliveries.unread("zhao"), deliveries.unread("ops")) == (0, 1)
    check_log_gives_all()
    assert deliveries.unread("zhao") == 0


def test_the_box_is_paged_newest_first(task: str) -> None:
    case = task.partition("-")[0]
    others = [instances.start(key="review_flow", variables={}, title=f"第{n}件", actor=ZHANG) for n in range(5)]
    for one in (case, *others):
        copying.copy_case(one, ["zhao"], actor=ZHANG)
    seen: list[str] = []
    cursor = None
    while True:
        found = deliveries.page(ZHAO, limit=2, cursor=cursor)
        seen += [one["instance_id"] for one in found["items"]]
        cursor = found["next"]
        if cursor is None:
            break
    assert sorted(seen) == sorted([case, *others])
    for word in ("第3", " 第3", "第3\x00"):
        assert [one[0] for one in _got(ZHAO, text=word)] == [others[3]]
    assert _got(ZHAO, text="%") == []
    assert len(_got(ZHAO, definition_key="review_flow")) == 6
    assert _got(ZHAO, kind="circulation") == []


def test_a_token_sees_the_copies_of_its_scope(task: str) -> None:
    copying.copy_task(task, ["zhao"], actor=LI)
    assert _got(Actor("zhao", "赵六", scope=("other",), via="token")) == []
    assert len(_got(Actor("zhao", "赵六", scope=("review_flow",), via="token"))) == 1


def test_the_same_request_copies_once(task: str) -> None:
    for _ in range(2):
        try:
            idempotency.begin("li", "/", "k", "d")
            assert copying.copy_task(task, ["zhao"], actor=LI) == copying.Told(["zhao"], [])
        finally:
            idempotency.end()
    assert len(rows("delivery")) == 1


def test_copies_at_the_start_where_the_process_offers_them() -> None:
    deploy(SINGLE, process__toml=OFFERS)
    case = instances.start(key="single", variables={}, copies=["zhao"], actor=ZHANG)
    assert _got(ZHAO) == [(case, "zhang", None)]
    assert len(rows("step")) == 1
    check_log_gives_all()
    for copies in (["zhang"], ["nobody"]):
        with pytest.raises(Invalid):
            instances.start(key="single", variables={}, copies=copies, actor=ZHANG)
    assert len(rows("process_instance")) == 1


def test_copies_at_the_start_are_refused_where_the_process_does_not() -> None:
    deploy(SINGLE)
    with pytest.raises(Invalid) as refusal:
        instances.start(key="single", variables={}, copies=["zhao"], actor=ZHANG)
    assert refusal.value.code == "copies_not_offered"


def _sends(copy: str, message: str = "") -> bytes:
    said = f'<camunda:property name="copy_message" value="{message}"/>' if message else ""
    drawn = f'<camunda:properties><camunda:property name="copy" value="{copy}"/>{said}</camunda:properties>'
    task = node("serviceTask", "tell", f"<extensionElements>{drawn}</extensionElements>", name="抄送领导")
    return draw(start() + task + user("u", camunda_assignee="li") + end() + flow("s", "tell", "u", "e"), key="sends")


def test_the_diagram_sends_copies_in_the_step_that_passes_it() -> None:
    deploy(_sends("镇长, ${watcher}", "${project}请阅"))
    case = instances.start(key="sends", variables={"watcher": "wang", "project": "路灯"}, title="路灯更换", actor=ROBOT)
    assert [(one[1], one[2]) for one in _got(ZHAO)] == [("system", "路灯请阅")] == [(one[1], one[2]) for one in _got(WANG)]
    assert [one.text for one in notices.page(ZHAO).items] == ["流程把“路灯更换”抄送给您（抄送领导）：路灯请阅"]
    assert "u" in open_tasks(case)
    (step,) = rows("step")
    (sent,) = [one for one in step["events"] if one["type"] == "copies_sent"]
    assert sent["details"]["to"] == ["zhao", "wang"]
    assert [one["rule"] for one in sent["details"]["found_by"]] == ["镇长", "${watcher}"]
    check_log_gives_all()


def test_a_diagram_whose_copies_find_nobody_goes_on() -> None:
    deploy(_sends("空岗"))
    case = instances.start(key="sends", variables={}, actor=ROBOT)
    assert "u" in open_tasks(case)
    assert rows("delivery") == []
    check_log_gives_all()


def test_copies_to_a_name_that_nobody_has_are_warned_of_at_deployment() -> None:
    findings = deployments.deploy("x", {"a.bpmn": _sends("财政局长")}, actor=OPERATOR).findings
    (found,) = [one for one in findings if one.code == "nobody_gets_copies"]
    assert (found.severity, found.element_id) == ("warning", "tell")
    assert "财政局长" in found.message("zh")
    assert [one.code for one in deployments.deploy("x", {"a.bpmn": _sends("财政局")}, actor=OPERATOR).findings] == []


def test_a_loop_sends_again_each_time_it_passes() -> None:
    drawn = '<camunda:properties><camunda:property name="copy" value="镇长"/></camunda:properties>'
    tell = node("serviceTask", "tell", f"<extensionElements>{drawn}</extensionElements>")
    deploy(
        draw(
            start()
            + tell
            + user("u", camunda_assignee="li")
            + node("exclusiveGateway", "again", default="out")
            + end()
            + flow("s", "tell", "u", "again")
            + flow("again", "tell", when="${outcome_u == 'return'}")
            + flow("again", "e", id="out"),
            key="loops",
        )
    )
    case = instances.start(key="loops", variables={}, actor=ROBOT)
    user_tasks.complete(open_tasks(case)["u"], variables={}, outcome="return", actor=LI)
    assert len(_got(ZHAO)) == 2
    check_log_gives_all()


COPIES = '<extensionElements><camunda:properties><camunda:property name="copy" value="镇长"/></camunda:properties></extensionElements>'
INNER = start("ss") + node("serviceTask", "tell", COPIES) + user("u", camunda_candidateGroups="财政局") + end("se")
BODIES = {
    "single": draw(start() + node("serviceTask", "tell", COPIES) + user("u") + end() + flow("s", "tell", "u", "e"), key="place"),
    "parallel": draw(
        start()
        + node("parallelGateway", "split")
        + node("serviceTask", "tell", COPIES)
        + user("u")
        + user("w")
        + node("parallelGateway", "join")
        + end()
        + flow("s", "split", "tell", "u", "join", "e")
        + flow("split", "w", "join"),
        key="place",
    ),
    "multi-instance": draw(
        start() + node("subProcess", "sub", many("items") + INNER + flow("ss", "tell", "u", "se")) + end() + flow("s", "sub", "e"),
        key="place",
    ),
    "sub-process": draw(
        start() + node("subProcess", "sub", INNER + flow("ss", "tell", "u", "se")) + end() + flow("s", "sub", "e"), key="place"
    ),
    "call activity": draw(start() + node("callActivity", "call", calledElement="called") + end() + flow("s", "call", "e"), key="place"),
    "older version": draw(
        start() + user("u") + node("serviceTask", "tell", COPIES) + user("v") + end() + flow("s", "u", "tell", "v", "e"), key="place"
    ),
}


@pytest.mark.parametrize("place", BODIES)
def test_the_diagram_sends_copies_wherever_the_step_stands(place: str) -> None:
    called = draw(start() + node("serviceTask", "tell", COPIES) + user("u") + end() + flow("s", "tell", "u", "e"), key="called")
    deploy(called, BODIES[place])
    case = instances.start(key="place", variables={"items": ["a", "b"]}, actor=ROBOT)
    if place == "older version":
        deploy(called, draw(start() + user("u") + end() + flow("s", "u", "e"), key="place"))
        user_tasks.complete(open_tasks(case)["u"], variables={}, actor=ROBOT)
    assert [one[0] for one in _got(ZHAO)] == [case] * (2 if place == "multi-instance" else 1)
    check_log_gives_all()
