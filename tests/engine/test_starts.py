"""Where a case begins: several start events, receive tasks and event-based gateways that start the process."""

import pytest

from engine.errors import NotWaiting
from tests.engine.drawing import Driven, Shelf, draw, event, flow, node, start, user


def shelf(body: str) -> Shelf:
    """A shelf with one process."""
    found = Shelf()
    found.deploy(draw(body))
    return found


def starts(of: Shelf) -> list[tuple[str, str, str]]:
    """What starts the process."""
    return [(one["element_id"], one["kind"], one["name"]) for one in of.stored[("p", 1)].outline["starts"]]


def test_a_case_begins_at_the_start_event_that_was_triggered_and_at_no_other() -> None:
    several = start("s") + start("m", event("message", "M1")) + start("g", event("signal", "S1")) + start("t", event("cycle", "R/P1D"))
    of = shelf(several + user("a", "b", "c", "d") + flow("s", "a") + flow("m", "b") + flow("g", "c") + flow("t", "d"))
    assert [Driven(of, element_id=name).open for name in (None, "m", "g", "t")] == [["a"], ["b"], ["c"], ["d"]]


def test_start_events_may_lead_to_the_same_join() -> None:
    several = start("s") + start("m", event("message", "M1")) + node("exclusiveGateway", "x") + node("inclusiveGateway", "o")
    of = shelf(several + user("a", "z") + flow("s", "a", "o") + flow("m", "x", "o", "z"))
    assert Driven(of, element_id="m").open == ["z"]
    assert Driven(of).complete("a").open == ["z"]


def test_a_receive_task_may_start_the_process() -> None:
    of = shelf(node("receiveTask", "r", instantiate="true", messageRef="M1") + user("u") + flow("r", "u"))
    assert starts(of) == [("r", "message", "m1")]
    case = Driven(of, {"v": 1}, element_id="r")
    assert (case.open, case.subscriptions, case.variables) == (["u"], [], {"v": 1})
    assert [kind for kind, element in case.types() if element == "r"] == ["element_entered", "message_received", "element_left"]


GATEWAY = node("intermediateCatchEvent", "a", event("message", "M1")) + node("receiveTask", "b", messageRef="M2") + user("u", "v")
GATEWAY += flow("g", "a", "u") + flow("g", "b", "v")


@pytest.mark.parametrize(("first", "opens"), [("a", "u"), ("b", "v")])
def test_an_event_based_gateway_may_start_the_process_by_the_first_event(first: str, opens: str) -> None:
    of = shelf(node("eventBasedGateway", "g", instantiate="true") + GATEWAY)
    assert starts(of) == [("a", "message", "m1"), ("b", "message", "m2")]
    case = Driven(of, element_id=first)
    assert (case.open, case.subscriptions) == ([opens], [])
    assert [element for kind, element in case.types() if kind == "element_entered"] == ["g", first, opens]
    assert case.complete(opens).status == "completed"


def test_a_parallel_event_based_gateway_waits_for_the_others_in_the_same_case() -> None:
    of = shelf(node("eventBasedGateway", "g", instantiate="true", eventGatewayType="Parallel") + GATEWAY)
    case = Driven(of, element_id="b")
    assert (case.open, [event.details["name"] for event in case.subscriptions]) == (["v"], ["m1"])
    assert case.complete("v").status == "running"
    assert case.message("m1").open == ["u"]
    assert case.complete("u").status == "completed"


def test_nothing_else_is_a_start() -> None:
    of = shelf(start() + user("u") + node("intermediateCatchEvent", "c", event("message", "M1")) + flow("s", "u", "c"))
    for name in ("u", "c", "gone", "(root)", "(undo)"):
        with pytest.raises(NotWaiting):
            Driven(of, element_id=name)
