"""Signers and joint decisions wherever a user task can stand: their cells of the table in docs/approval-rules.md."""

import pytest

from processes import instances, user_tasks
from processes.actors import Actor
from processes.approval import signing
from processes.queries import votes
from tests.engine.drawing import draw, end, flow, node, start, user
from tests.processes.cases import LI, ROBOT, WANG, ZHAO, deploy, rows
from tests.processes.test_handing_on import sound
from tests.processes.test_handing_on_everywhere import EACH, PLACES

pytestmark = pytest.mark.usefixtures("database")

OPERATOR = Actor("ops", "运维", frozenset({"clerk", "operator"}))
NEWER = pytest.mark.parametrize("newer", [False, True], ids=["", "after a newer version went live"])


def begun(documents: tuple[bytes, ...], *, newer: bool) -> str:
    """A case."""
    deploy(*documents)
    case = instances.start(key="p", variables={"people": ["li", "wang"]}, actor=ROBOT)
    if newer:
        deploy(*(document.replace(b"isExecutable", b'name="newer" isExecutable') for document in documents))
        deploy(draw(start() + end() + flow("s", "e")))
    return case


def task_of(case: str, login: str) -> str:
    (task,) = rows("user_task", instance_id=case, assignee=login, state="open")
    return str(task["id"])


def say(case: str, actor: Actor, outcome: str = "agree") -> None:
    user_tasks.complete(task_of(case, actor.login), variables={}, outcome=outcome, opinion="意见", actor=actor)


@NEWER
@pytest.mark.parametrize("position", ["before", "after", "parallel"])
@pytest.mark.parametrize("place", PLACES)
def test_signers_and_the_decision_with_them(place: str, position: str, newer: bool) -> None:
    case = begun(PLACES[place], newer=newer)
    task = task_of(case, "li")
    signing.add(task, ["zhao", "ops"], position, actor=LI)
    sound()
    signing.remove(task, "ops", actor=LI)
    order = {"before": (ZHAO, LI), "after": (LI, ZHAO), "parallel": (ZHAO, LI)}[position]
    for actor in order:
        say(case, actor, "disagree" if actor is ZHAO else "agree")
        sound()
    (turned,) = rows("user_task", id=task)
    assert (turned["state"], turned["outcome"]) == ("completed", "agree")
    (row,) = rows("process_instance", id=case)
    expected = "agree" if position == "before" else "disagree"
    # a called process keeps its outcome to itself unless it is mapped out
    assert row["variables"].get("outcome_u", expected) == expected
    while (left := rows("user_task", instance_id=case, state="open")) and left[0]["assignee"] == "wang":
        say(case, WANG)
    (row,) = rows("process_instance", id=case)
    assert row["state"] == "completed"


def joint(how: str = "") -> str:
    """A decision of several by ratio, as an element `u`."""
    drawn = '<camunda:property name="decide" value="ratio"/><camunda:property name="ratio" value="1/2"/>'
    inner = f"<extensionElements><camunda:properties>{drawn}</camunda:properties></extensionElements>{EACH.format(how=how)}"
    return node("userTask", "u", inner, camunda_assignee="${one}")


INNER = start(id="i") + joint() + end("o") + flow("i", "u", "o")
CALL = node(
    "callActivity",
    "call",
    '<extensionElements><camunda:in variables="all"/><camunda:out variables="all"/></extensionElements>',
    calledElement="called",
)
SEVERAL = node(
    "subProcess", "sub", "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>" + INNER
)
WHERE: dict[str, tuple[bytes, ...]] = {
    "single": (draw(start() + joint() + end() + flow("s", "u", "e")),),
    "in order": (draw(start() + joint('isSequential="true"') + end() + flow("s", "u", "e")),),
    "parallel": (
        draw(
            start()
            + node("parallelGateway", "split")
            + joint()
            + user("v", camunda_assignee="zhao")
            + node("parallelGateway", "join")
            + end()
            + flow("s", "split", "u", "join", "e")
            + flow("split", "v", "join")
        ),
    ),
    "sub-process": (draw(start() + node("subProcess", "sub", INNER) + end() + flow("s", "sub", "e")),),
    "call activity": (
        draw(start() + CALL + end() + flow("s", "call", "e")),
        draw(start() + joint() + end() + flow("s", "u", "e"), key="called"),
    ),
}


@NEWER
@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("place", WHERE)
def test_a_joint_decision(place: str, refused: bool, newer: bool) -> None:
    case = begun(WHERE[place], newer=newer)
    say(case, LI, "disagree")
    sound()
    (vote,) = votes.of_case(case, LI)
    assert (vote["state"], vote["tally"]["no"]) == ("open", 1)
    say(case, WANG, "disagree" if refused else "agree")
    sound()
    (vote,) = votes.of_case(case, LI)
    assert vote["outcome"] == ("disagree" if refused else "agree")
    (row,) = rows("process_instance", id=case)
    assert row["variables"]["outcome_u"] == vote["outcome"]
    if place == "parallel":
        say(case, ZHAO)
    (row,) = rows("process_instance", id=case)
    assert row["state"] == "completed"


@NEWER
def test_a_joint_decision_in_each_instance_of_a_sub_process(newer: bool) -> None:
    case = begun((draw(start() + SEVERAL + end() + flow("s", "sub", "e")),), newer=newer)
    assert len(votes.of_case(case, LI)) == 2
    for actor in (LI, WANG):
        for task in rows("user_task", instance_id=case, assignee=actor.login, state="open"):
            user_tasks.complete(task["id"], variables={}, outcome="agree" if task["path"][0] else "disagree", actor=actor)
    sound()
    assert sorted(vote["outcome"] for vote in votes.of_case(case, LI)) == ["agree", "disagree"]
    (row,) = rows("process_instance", id=case)
    assert row["state"] == "completed"
