"""Claiming, giving back and completing user tasks."""

from datetime import timedelta

import pytest

from processes import clock, instances, user_tasks
from processes.actors import Actor
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.queries import counters, inbox
from tests.engine.drawing import draw, end, flow, node, start, user
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def task() -> str:
    """An open task of the finance bureau."""
    deploy(REVIEW)
    return open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]


def _ids(actor: Actor, box: str = "todo", **filters: object) -> list[str]:
    return [item["id"] for item in inbox.page(actor, box, filters)["items"]]


def test_every_holder_of_the_group_finds_the_task(task: str) -> None:
    assert _ids(LI) == _ids(WANG) == [task]
    assert _ids(ZHAO) == []


def test_the_api_names_all_who_may_act(task: str) -> None:
    shown = inbox.get(task, LI)
    assert (shown["candidate_groups"], shown["candidate_users"], shown["assignee"]) == (["财政局"], ["li", "wang"], None)


def test_a_claimed_task_is_in_one_list_alone(task: str) -> None:
    user_tasks.claim(task, actor=LI)
    assert (_ids(LI), _ids(WANG)) == ([task], [])
    assert inbox.get(task, LI)["assignee"] == "li"
    user_tasks.unclaim(task, actor=LI)
    assert _ids(LI) == _ids(WANG) == [task]


def test_claiming_ones_own_again_changes_nothing(task: str) -> None:
    user_tasks.claim(task, actor=LI)
    before = rows("step")
    user_tasks.claim(task, actor=LI)
    assert rows("step") == before


def test_what_another_has_claimed_is_a_conflict(task: str) -> None:
    user_tasks.claim(task, actor=LI)
    for attempt in (lambda: user_tasks.claim(task, actor=WANG), lambda: user_tasks.complete(task, variables={}, actor=WANG)):
        with pytest.raises(Conflict) as refusal:
            attempt()
        assert refusal.value.code == "user_task_claimed_by_another"


def test_a_stranger_does_not_learn_of_the_task(task: str) -> None:
    for attempt in (user_tasks.claim, user_tasks.unclaim):
        with pytest.raises(NotFound):
            attempt(task, actor=ZHAO)
    with pytest.raises(NotFound):
        user_tasks.complete(task, variables={}, actor=ZHAO)
    with pytest.raises(NotFound):
        inbox.get(task, ZHAO)


def test_who_knows_the_case_and_is_not_asked_is_not_allowed(task: str) -> None:
    with pytest.raises(NotAllowed):
        user_tasks.complete(task, variables={}, actor=ZHANG)
    with pytest.raises(NotAllowed):
        user_tasks.complete(task, variables={}, actor=OPERATOR)


def test_completing_without_claiming_claims_in_the_same_step(task: str) -> None:
    user_tasks.complete(task, variables={}, outcome="agree", opinion="同意采购", actor=LI)
    (row,) = rows("user_task", id=task)
    assert (row["assignee"], row["completed_by"], row["state"], row["outcome"], row["opinion"]) == (
        "li",
        "li",
        "completed",
        "agree",
        "同意采购",
    )
    types = [event["type"] for event in rows("step")[-1]["events"]]
    assert types[:2] == ["user_task_claimed", "user_task_completed"]


def test_completing_twice_is_a_conflict_for_whoever_could_have(task: str) -> None:
    user_tasks.complete(task, variables={}, actor=LI)
    for actor in (LI, WANG):
        with pytest.raises(Conflict) as refusal:
            user_tasks.complete(task, variables={}, actor=actor)
        assert refusal.value.code == "user_task_not_open"
    assert len(rows("step")) == 2


def test_a_stale_revision_is_a_conflict(task: str) -> None:
    seen = inbox.get(task, LI)["revision"]
    user_tasks.claim(task, actor=LI)
    with pytest.raises(Conflict) as refusal:
        user_tasks.complete(task, variables={}, revision=seen, actor=LI)
    assert refusal.value.code == "stale_revision"
    user_tasks.complete(task, variables={}, revision=inbox.get(task, LI)["revision"], actor=LI)


@pytest.mark.parametrize("revision", ["1", True, 1.0, []])
def test_a_revision_is_a_whole_number(task: str, revision: object) -> None:
    with pytest.raises(Invalid):
        user_tasks.complete(task, variables={}, revision=revision, actor=LI)


@pytest.mark.parametrize("task_id", ["", "x", "-", "01-3", "x" * 300, "01m8640jc8c2x43vgb5cvrcn4g-99"])
def test_ids_that_are_none_are_not_found(task: str, task_id: str) -> None:
    with pytest.raises(NotFound):
        user_tasks.complete(task_id, variables={}, actor=LI)


def test_an_integrator_completes_what_is_anybodys_and_says_for_whom(task: str) -> None:
    user_tasks.claim(task, actor=LI)
    user_tasks.complete(task, variables={"x": 1}, on_behalf_of="王老五", actor=ROBOT)
    (row,) = rows("user_task", id=task)
    assert (row["assignee"], row["completed_by"]) == ("li", "robot")
    assert rows("step")[-1]["on_behalf_of"] == "王老五"


def test_an_integrator_out_of_scope_finds_nothing(task: str) -> None:
    narrow = Actor("robot", "接口", frozenset({"integrator"}), scope=("other",), via="token")
    with pytest.raises(NotFound):
        user_tasks.complete(task, variables={}, actor=narrow)
    assert _ids(narrow) == []
    assert _ids(ROBOT) == [task]


def test_outcomes_that_are_drawn_are_the_only_ones() -> None:
    rule = "agree:同意; disagree:不同意:required"
    written = f'<camunda:properties><camunda:property name="outcomes" value="{rule}"/></camunda:properties>'
    properties = f"<extensionElements>{written}</extensionElements>"
    deploy(draw(start() + node("userTask", "u", properties, camunda_assignee="li") + end() + flow("s", "u", "e")))
    task = open_tasks(instances.start(key="p", variables={}, actor=ZHANG))["u"]
    for outcome, opinion, field in ((None, None, "outcome"), ("return", None, "outcome"), ("disagree", " ", "opinion")):
        with pytest.raises(Invalid) as refusal:
            user_tasks.complete(task, variables={}, outcome=outcome, opinion=opinion, actor=LI)
        assert list(refusal.value.fields) == [field]
    user_tasks.complete(task, variables={}, outcome="disagree", opinion="不行", actor=LI)


@pytest.mark.parametrize("opinion", ["x" * 2001, "\x00", 5, "\ud800"])
def test_opinions_that_cannot_be_kept_are_refused(task: str, opinion: object) -> None:
    with pytest.raises(Invalid):
        user_tasks.complete(task, variables={}, opinion=opinion, actor=LI)


def test_a_task_without_rules_is_the_operators() -> None:
    deploy(draw(start() + user("u") + end() + flow("s", "u", "e")))
    task = open_tasks(instances.start(key="p", variables={}, actor=ZHANG))["u"]
    assert (_ids(OPERATOR), _ids(LI)) == ([task], [])
    with pytest.raises(NotAllowed):
        user_tasks.complete(task, variables={}, actor=ZHANG)
    user_tasks.complete(task, variables={}, actor=OPERATOR)


def test_a_task_for_whom_nobody_is_stays_open_for_the_operator() -> None:
    deploy(draw(start() + user("u", camunda_candidateGroups="空岗") + end() + flow("s", "u", "e")))
    task = open_tasks(instances.start(key="p", variables={}, actor=ZHANG))["u"]
    assert inbox.get(task, ZHANG)["nobody"] is True
    user_tasks.complete(task, variables={}, actor=OPERATOR)


def test_an_assignee_without_an_account_is_kept_as_text() -> None:
    deploy(draw(start() + user("u", camunda_assignee="陌生人") + end() + flow("s", "u", "e")))
    task = open_tasks(instances.start(key="p", variables={}, actor=ZHANG))["u"]
    shown = inbox.get(task, ZHANG)
    assert (shown["assignee"], shown["candidate_users"]) == ("陌生人", [])
    user_tasks.complete(task, variables={}, actor=ROBOT)


def test_the_tightest_deadline_comes_first_and_pages_do_not_repeat() -> None:
    deploy(draw(start() + user("u", camunda_candidateGroups="财政局", camunda_dueDate="${due}") + end() + flow("s", "u", "e")))
    deploy(draw(start() + user("u", camunda_candidateGroups="财政局") + end() + flow("s", "u", "e"), key="whenever"))
    instances.start(key="whenever", variables={}, actor=ROBOT)
    for due in ("P3D", "P1D", "P2D"):
        instances.start(key="p", variables={"due": due}, actor=ROBOT)
    found, cursor = [], None
    while True:
        page = inbox.page(LI, limit=1, cursor=cursor)
        found += [item["due_at"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == [NOW + timedelta(days=1), NOW + timedelta(days=2), NOW + timedelta(days=3), None]
    with clock.at(NOW + timedelta(days=1, hours=1)):
        assert len(_ids(LI, overdue=True)) == 1
        assert len(_ids(LI, overdue=False)) == 3
        assert {name: counters.of(LI)[name] for name in ("todo", "overdue", "started")} == {"todo": 4, "overdue": 1, "started": 0}


def test_boxes_hold_what_their_names_say(task: str) -> None:
    assert _ids(ZHANG, "started") == [task]
    assert _ids(OPERATOR, "all") == [task]
    with pytest.raises(NotAllowed):
        inbox.page(LI, "all")
    user_tasks.complete(task, variables={}, actor=LI)
    assert _ids(LI, "done") == [task]
    assert (_ids(LI), _ids(WANG, "done"), _ids(LI, "copied")) == ([], [], [])
    assert _ids(OPERATOR, "all", state="completed") == [task]


def test_a_task_of_a_case_is_found_by_its_case(task: str) -> None:
    case = task.rpartition("-")[0]
    assert _ids(LI, process_instance_id=case) == [task]
    assert _ids(LI, element_id="review", definition_key="review_flow") == [task]
    assert _ids(LI, element_id="approve") == []
