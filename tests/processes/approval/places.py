"""Where a user task can stand: alone, beside others, repeated, inside, called, on a version that is no longer the newest."""

from collections.abc import Callable
from dataclasses import dataclass

from processes import instances
from tests.engine.drawing import draw, end, flow, many, node, start, user
from tests.processes.cases import ROBOT, ZHANG, deploy, rows

ASKED = {"camunda_candidateGroups": "财政局"}
SINGLE = draw(start() + user("u", name="审核", **ASKED) + end() + flow("s", "u", "e"), key="single")
PARALLEL = draw(
    start()
    + node("parallelGateway", "split")
    + user("u", name="审核", **ASKED)
    + user("w", name="会办", camunda_candidateGroups="镇长")
    + node("parallelGateway", "join")
    + end()
    + flow("s", "split", "u", "join", "e")
    + flow("split", "w", "join"),
    key="parallel",
)
REPEATED = draw(
    start() + node("userTask", "u", many("items"), name="会签", camunda_candidateGroups="${item}") + end() + flow("s", "u", "e"),
    key="repeated",
)
INSIDE = draw(
    start()
    + node("subProcess", "sub", start("ss") + user("u", name="审核", **ASKED) + end("se") + flow("ss", "u", "se"))
    + end()
    + flow("s", "sub", "e"),
    key="inside",
)
CALLING = draw(start() + node("callActivity", "call", calledElement="single") + end() + flow("s", "call", "e"), key="calling")


@dataclass(frozen=True, slots=True)
class Place:
    """An open task of the finance bureau in a case that Zhang has started."""

    case: str
    task: str


def _started(key: str, **variables: object) -> Place:
    actor = ROBOT if variables else ZHANG
    case = instances.start(key=key, variables=variables, on_behalf_of="zhang" if variables else None, actor=actor)
    task = next(row for row in rows("user_task", instance_id=case, element_id="u") if row["candidate_groups"] == ["财政局"])
    return Place(case, task["id"])


def _single() -> Place:
    deploy(SINGLE)
    return _started("single")


def _parallel() -> Place:
    deploy(PARALLEL)
    return _started("parallel")


def _repeated() -> Place:
    deploy(REPEATED)
    return _started("repeated", items=["镇长", "财政局", "部门村居"])


def _inside() -> Place:
    deploy(INSIDE)
    return _started("inside")


def _called() -> Place:
    deploy(SINGLE, CALLING)
    return _started("calling")


def _older() -> Place:
    deploy(SINGLE)
    place = _started("single")
    deploy(SINGLE.replace("审核".encode(), "复核".encode()))
    return place


PLACES: dict[str, Callable[[], Place]] = {
    "single": _single,
    "parallel": _parallel,
    "multi-instance": _repeated,
    "sub-process": _inside,
    "call activity": _called,
    "older version": _older,
}
