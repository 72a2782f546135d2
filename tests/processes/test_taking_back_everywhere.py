"""Sending back and taking back in every place of a process: the table of docs/approval-rules.md, a cell a test."""

import pytest

from processes import instances, user_tasks
from processes.actors import Actor
from processes.approval import sending_back, withdrawing
from processes.errors import Conflict
from tests.engine.drawing import boundary, draw, end, event, flow, many, node, start, user
from tests.processes.cases import LI, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.test_sending_back import sound

pytestmark = pytest.mark.usefixtures("database")

PEOPLE = {"li": LI, "wang": WANG, "zhao": ZHAO, "zhang": ZHANG}
DRAWN = {"a": "li", "x": "wang", "y": "zhao", "r": "wang", "z": "zhao"}


def task(element: str) -> str:
    return user(element, name=f"环节{element}", camunda_assignee=DRAWN[element])


SINGLE = start() + task("a") + task("x") + task("z") + end() + flow("s", "a", "x", "z", "e")
GATES = node("parallelGateway", "split") + node("parallelGateway", "join")
PARALLEL = (
    start() + GATES + "".join(map(task, "axrz")) + end() + flow("s", "split", "a", "x", "join", "z", "e") + flow("split", "r", "join")
)
INSIDE = start("ss") + task("a") + task("x") + end("se") + flow("ss", "a", "x", "se")
SUB = start() + node("subProcess", "sub", INSIDE) + task("z") + end() + flow("s", "sub", "z", "e")
CALL = start() + node("callActivity", "call", calledElement="q") + task("z") + end() + flow("s", "call", "z", "e")
MANY = start() + task("a") + node("userTask", "v", many(), camunda_assignee="${item}") + task("z") + end() + flow("s", "a", "v", "z", "e")
BODIES = {"single": SINGLE, "parallel": PARALLEL, "sub-process": SUB, "call activity": CALL, "newer version": SINGLE}


def begun(where: str) -> str:
    """A case there, whose first task is done."""
    if where == "call activity":
        deploy(draw(INSIDE, "q"))
    deploy(draw(BODIES[where]))
    case = instances.start(key="p", variables={}, actor=ZHANG)
    done(case, "a")
    if where == "newer version":
        deploy(draw(SINGLE.replace("环节x", "新环节x")))
    return case


def actor_of(task_id: str) -> Actor:
    (row,) = rows("user_task", id=task_id)
    return PEOPLE[row["assignee"]]


def done(case: str, element: str) -> str:
    """Complete an open task as whose it is; gives its id."""
    task_id = open_tasks(case)[element]
    user_tasks.complete(task_id, variables={}, actor=actor_of(task_id))
    return task_id


def finish(case: str) -> list[str]:
    """Complete what is open until the case has ended; gives the elements in order."""
    order = []
    while tasks := rows("user_task", instance_id=case, state="open"):
        one = min(tasks, key=lambda row: row["number"])
        user_tasks.complete(one["id"], variables={}, actor=PEOPLE[one["assignee"]])
        order.append(one["element_id"])
    assert rows("process_instance", id=case)[0]["state"] == "completed"
    sound(case)
    return order


@pytest.mark.parametrize("where", BODIES)
@pytest.mark.parametrize("how", ["rerun", "straight_back"])
def test_send_back_one_step(where: str, how: str) -> None:
    case = begun(where)
    sending_back.send_back(open_tasks(case)["x"], to_element_id="a", reason="补", resubmit=how, actor=WANG)
    opened = open_tasks(case)
    assert set(opened) == ({"a", "r"} if where == "parallel" else {"a"})
    done(case, "a")
    assert rows("user_task", id=open_tasks(case)["x"])[0]["name"] == "环节x"
    finish(case)


@pytest.mark.parametrize("where", BODIES)
@pytest.mark.parametrize("how", ["rerun", "straight_back"])
def test_send_back_from_behind_it_all(where: str, how: str) -> None:
    """Out of what is finished: a join, a sub-process, a called process."""
    case = begun(where)
    done(case, "x")
    if where == "parallel":
        done(case, "r")
    sending_back.send_back(open_tasks(case)["z"], to_element_id="a", reason="补", resubmit=how, actor=ZHAO)
    assert set(open_tasks(case)) == {"a"}
    assert finish(case) == (["a", "x", "z"] if how == "rerun" else ["a", "z"])


@pytest.mark.parametrize("where", BODIES)
def test_send_back_to_the_applicant(where: str) -> None:
    case = begun(where)
    sending_back.send_back(open_tasks(case)["x"], reason="补", actor=WANG)
    assert set(open_tasks(case)) == {"s"}
    assert sorted(finish(case)) == sorted(["s", "a", "x", "z", *(["r"] if where == "parallel" else [])])


@pytest.mark.parametrize("where", BODIES)
def test_withdraw_one_step(where: str) -> None:
    case = begun(where)
    (row,) = rows("user_task", instance_id=case, element_id="a", state="completed")
    withdrawing.withdraw(row["id"], actor=LI)
    assert set(open_tasks(case)) == ({"a", "r"} if where == "parallel" else {"a"})
    finish(case)


@pytest.mark.parametrize("where", BODIES)
def test_withdraw_what_ended_it_all(where: str) -> None:
    case = begun(where)
    if where == "parallel":
        done(case, "r")
    last = done(case, "x")
    assert set(open_tasks(case)) == {"z"}
    withdrawing.withdraw(last, actor=WANG)
    assert set(open_tasks(case)) == {"x"}
    assert finish(case) == ["x", "z"]


def joint() -> tuple[str, dict[str, str]]:
    """A case in a joint decision of three, and their tasks."""
    deploy(draw(MANY))
    case = instances.start(key="p", variables={"items": ["li", "wang", "zhao"]}, actor=ROBOT)
    done(case, "a")
    return case, {row["assignee"]: row["id"] for row in rows("user_task", instance_id=case, element_id="v")}


@pytest.mark.parametrize("how", ["rerun", "straight_back"])
def test_send_back_from_one_of_several(how: str) -> None:
    case, votes = joint()
    user_tasks.complete(votes["li"], variables={}, actor=LI)
    sending_back.send_back(votes["wang"], to_element_id="a", reason="补", resubmit=how, actor=WANG)
    left = len(rows("user_task", instance_id=case, element_id="v", state="open"))
    assert left == (0 if how == "rerun" else 1)
    assert sorted(finish(case)) == sorted(["a", "z", *["v"] * (3 if how == "rerun" else 2)])


@pytest.mark.parametrize("how", ["rerun", "straight_back"])
def test_send_back_to_several(how: str) -> None:
    case, votes = joint()
    for login, vote in votes.items():
        user_tasks.complete(vote, variables={}, actor=PEOPLE[login])
    sending_back.send_back(open_tasks(case)["z"], to_element_id="v", reason="补", resubmit=how, actor=ZHAO)
    assert len(rows("user_task", instance_id=case, element_id="v", state="open")) == 3
    assert finish(case) == ["v", "v", "v", "z"]


def test_withdraw_one_of_several_and_not_once_it_is_decided() -> None:
    case, votes = joint()
    user_tasks.complete(votes["li"], variables={}, actor=LI)
    opened, _ = withdrawing.withdraw(votes["li"], actor=LI)
    for vote, actor in ((opened, LI), (votes["wang"], WANG), (votes["zhao"], ZHAO)):
        user_tasks.complete(vote, variables={}, actor=actor)
    with pytest.raises(Conflict, match="withdraw_decided"):
        withdrawing.withdraw(opened, actor=LI)
    finish(case)


def test_what_is_refused_says_why() -> None:
    inside = start("ss") + task("a") + end("se") + flow("ss", "a", "se")
    mapped = '<extensionElements><camunda:in source="n" target="n"/></extensionElements>'
    late = boundary("late", "y", event("timer", "PT1H")) + end("e2") + flow("late", "e2")
    deploy(draw(start("qs") + task("x") + end("qe") + flow("qs", "x", "qe"), "q"))
    deploy(
        draw(
            start()
            + node("subProcess", "sub", many(count="1") + inside)
            + node("callActivity", "call", mapped, calledElement="q")
            + task("y")
            + late
            + task("z")
            + end()
            + flow("s", "sub", "call", "y", "z", "e")
        )
    )
    case = instances.start(key="p", variables={"n": 1}, actor=ROBOT)
    for element in "axy":
        done(case, element)
    sent = open_tasks(case)["z"]
    for target, how, code in (
        ("a", "rerun", "move_into_instances"),
        ("x", "rerun", "move_into_mapped_call"),
        ("y", "straight_back", "move_may_be_interrupted"),
    ):
        with pytest.raises(Conflict, match=code):
            sending_back.send_back(sent, to_element_id=target, reason="补", resubmit=how, actor=ZHAO)
    sending_back.send_back(sent, to_element_id="y", reason="补", actor=ZHAO)
    assert finish(case) == ["y", "z"]
