"""Handing on wherever a user task can stand: the cells of the table in docs/approval-rules.md."""

from collections.abc import Callable

import pytest

from processes import instances, user_tasks
from processes.approval import delegating, reassigning, substitution
from processes.calendar import office
from processes.people import directory
from processes.queries import inbox
from tests.engine.drawing import draw, end, flow, node, start, user
from tests.processes.cases import LI, ROBOT, WANG, ZHAO, deploy, rows
from tests.processes.test_handing_on import refused, sound

pytestmark = pytest.mark.usefixtures("database")

TASK = user("u", name="审核", camunda_assignee="li")
BOTH = (
    start()
    + node("parallelGateway", "split")
    + TASK
    + user("v", camunda_assignee="wang")
    + node("parallelGateway", "join")
    + end()
    + flow("s", "split", "u", "join", "e")
    + flow("split", "v", "join")
)
EACH = '<multiInstanceLoopCharacteristics {how} camunda:collection="${{people}}" camunda:elementVariable="one"/>'
INNER = user("u", camunda_assignee="li") + start(id="i") + end("o") + flow("i", "u", "o")


def joint(how: str) -> bytes:
    """A decision of several, at once or one after the other."""
    each = EACH.format(how=how)
    return draw(start() + node("userTask", "u", each, camunda_assignee="${one}") + end() + flow("s", "u", "e"))


PLACES: dict[str, tuple[bytes, ...]] = {
    "single": (draw(start() + TASK + end() + flow("s", "u", "e")),),
    "parallel": (draw(BOTH),),
    "multi-instance": (joint(""),),
    "multi-instance in order": (joint('isSequential="true"'),),
    "sub-process": (draw(start() + node("subProcess", "sub", INNER) + end() + flow("s", "sub", "e")),),
    "call activity": (
        draw(start() + node("callActivity", "call", calledElement="called") + end() + flow("s", "call", "e")),
        draw(start() + TASK + end() + flow("s", "u", "e"), key="called"),
    ),
}


def begun(place: str, *, newer: bool = False) -> str:
    """The task of li in a case there."""
    deploy(*PLACES[place])
    case = instances.start(key="p", variables={"people": ["li", "wang"]}, actor=ROBOT)
    if newer:
        deploy(*(document.replace("审核".encode(), "复核".encode()) for document in PLACES[place]))
        deploy(draw(start() + end() + flow("s", "e")))
    (task,) = rows("user_task", instance_id=case, assignee="li")
    return str(task["id"])


def _reassigned(task: str) -> None:
    reassigning.reassign(task, to="zhao", reason="出差", actor=LI)
    user_tasks.complete(task, variables={}, opinion="同意", actor=ZHAO)


def _advised(task: str) -> None:
    delegating.delegate(task, to="zhao", actor=LI)
    delegating.resolve(task, opinion="可以", actor=ZHAO)
    user_tasks.complete(task, variables={}, opinion="同意", actor=LI)


def _recalled(task: str) -> None:
    delegating.delegate(task, to="zhao", actor=LI)
    delegating.recall(task, actor=LI)
    user_tasks.complete(task, variables={}, opinion="同意", actor=LI)


def _represented(task: str) -> None:
    day = office.today()
    substitution.give("li", "zhao", valid_from=day, valid_until=day, processes=["p"], actor=LI)
    deputy = directory.actor("zhao")
    assert task in {one["id"] for one in inbox.page(deputy)["items"]}
    user_tasks.complete(task, variables={}, opinion="同意", actor=deputy)
    (row,) = rows("user_task", id=task)
    assert (row["assignee"], row["completed_by"]) == ("li", "zhao")


@pytest.mark.parametrize("newer", [False, True], ids=["", "after a newer version went live"])
@pytest.mark.parametrize("verb", [_reassigned, _advised, _recalled, _represented])
@pytest.mark.parametrize("place", PLACES)
def test_the_verb_and_the_decision_after_it(place: str, verb: Callable[[str], None], newer: bool) -> None:
    task = begun(place, newer=newer)
    case = task.rpartition("-")[0]
    verb(task)
    for other in rows("user_task", instance_id=case, state="open"):
        assert other["assignee"] == "wang"
        user_tasks.complete(other["id"], variables={}, actor=WANG)
    assert rows("process_instance", id=case)[0]["state"] == "completed"
    sound()


@pytest.mark.parametrize("place", ["multi-instance", "multi-instance in order"])
def test_in_one_round_nobody_decides_twice(place: str) -> None:
    task = begun(place)
    case = task.rpartition("-")[0]
    if place == "multi-instance":
        refused("already_signer", reassigning.reassign, task, to="wang", actor=LI)
    user_tasks.complete(task, variables={}, actor=LI)
    (other,) = rows("user_task", instance_id=case, state="open")
    refused("already_signer", reassigning.reassign, other["id"], to="li", actor=WANG)
    refused("already_signer", delegating.delegate, other["id"], to="li", actor=WANG)
