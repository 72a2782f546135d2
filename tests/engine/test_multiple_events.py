"""Events with several definitions: any of them, all of them, and what is thrown together."""

import pytest

from tests.engine.drawing import DECLARED, Driven, Shelf, boundary, draw, end, event, event_subprocess, flow, node, start, user

SEVERAL = event("message", "M1") + event("timer", "PT1H") + event("signal", "S1")


def caught(*, all_of: bool) -> Driven:
    """A catch event `c` with three definitions, and a user task `u` behind it."""
    catch = node("intermediateCatchEvent", "c", SEVERAL, parallelMultiple=str(all_of).lower())
    return Driven(draw(start() + catch + user("u") + end() + flow("s", "c", "u", "e")))


@pytest.mark.parametrize("comes", ["message", "timer", "signal"])
def test_any_of_several_events_is_enough(comes: str) -> None:
    case = caught(all_of=False)
    assert ([event.details["name"] for event in case.subscriptions], len(case.timers)) == (["m1", "s1"], 1)
    {"message": lambda: case.message("m1", v=1), "timer": lambda: case.later(hours=1), "signal": lambda: case.signal("s1", v=1)}[comes]()
    assert (case.open, case.timers, case.subscriptions) == (["u"], [], [])
    assert comes == "timer" or case.variables == {"v": 1}
    assert [element for kind, element in case.types() if kind == "element_left"] == ["c"]


def test_all_of_several_events_are_needed() -> None:
    case = caught(all_of=True).signal("s1").later(hours=1)
    assert (case.open, [event.details["name"] for event in case.subscriptions]) == ([], ["m1"])
    assert case.message("m1").open == ["u"]
    assert case.complete("u").status == "completed"


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_boundary_event_with_several_definitions(interrupting: bool) -> None:
    body = start() + user("a", "b") + boundary("x", "a", SEVERAL, interrupting=interrupting) + end() + flow("s", "a", "e") + flow("x", "b")
    case = Driven(draw(body)).message("m1")
    assert case.open == (["b"] if interrupting else ["a", "b"])
    assert [kind for kind, element in case.types() if element == "x" and kind.startswith("element")] == ["element_entered", "element_left"]
    if not interrupting:
        assert case.message("m1").later(hours=1).signal("s1").open == ["a", "b", "b", "b", "b"]
        assert case.complete("a").subscriptions == []


def test_a_boundary_event_that_needs_all_waits_for_all_again() -> None:
    both = event("message", "M1") + event("signal", "S1")
    inner = boundary("x", "a", both, interrupting=False).replace("<boundaryEvent", '<boundaryEvent parallelMultiple="true"')
    case = Driven(draw(start() + user("a", "b") + inner + end() + flow("s", "a", "e") + flow("x", "b"))).message("m1")
    assert case.open == ["a"]
    assert case.signal("s1").open == ["a", "b"]
    assert case.signal("s1").message("m1").open == ["a", "b", "b"]
    assert case.complete("a").complete("b").complete("b").status == "completed"


def test_an_inclusive_join_behind_a_boundary_event_with_several_definitions() -> None:
    body = start() + user("a", "b") + boundary("x", "a", SEVERAL, interrupting=False) + node("inclusiveGateway", "j") + user("z") + end()
    case = Driven(draw(body + flow("s", "a", "j", "z", "e") + flow("x", "b", "j"))).signal("s1")
    assert case.complete("a").open == ["b"]
    assert case.complete("b").open == ["z"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_subprocess_starts_with_any_of_several_events(interrupting: bool) -> None:
    body = start() + user("a") + end() + flow("s", "a", "e")
    case = Driven(draw(body + event_subprocess(event("signal", "S1") + event("conditional", "${n > 1}"), interrupting=interrupting)))
    case.set(n=2)
    assert case.open == (["h"] if interrupting else ["a", "h"])
    assert ("element_entered", "es") in case.types()
    assert len(case.subscriptions) == (0 if interrupting else 1)
    if not interrupting:
        assert case.signal("s1").open == ["a", "h", "h"]


def test_an_event_subprocess_may_need_all() -> None:
    drawn = event_subprocess(event("message", "M1") + event("message", "M2"), interrupting=True)
    drawn = drawn.replace('id="es"', 'id="es" parallelMultiple="true"')
    case = Driven(draw(start() + user("a") + end() + flow("s", "a", "e") + drawn)).message("m2")
    assert case.open == ["a"]
    assert case.message("m1").open == ["h"]


def test_several_events_are_thrown_one_after_the_other() -> None:
    body = start() + node("intermediateThrowEvent", "t", event("signal", "S1") + event("message", "M1")) + end()
    case = Driven(draw(body + flow("s", "t", "e")))
    assert [kind for kind, element in case.types() if kind.endswith("thrown")] == ["signal_thrown", "message_thrown"]


def test_what_ends_the_process_comes_last() -> None:
    body = start() + node("parallelGateway", "g") + user("a") + end("e", "<terminateEventDefinition/>" + event("signal", "S1"))
    case = Driven(draw(body + flow("s", "g", "a") + flow("g", "e")))
    assert case.status == "completed"
    assert "signal_thrown" in [kind for kind, _ in case.types()]


def test_behind_an_event_gateway_any_of_several_takes_the_token() -> None:
    catch = node("intermediateCatchEvent", "c", SEVERAL) + node("intermediateCatchEvent", "d", event("message", "M2"))
    body = start() + node("eventBasedGateway", "g") + catch + user("u", "v") + flow("s", "g", "c", "u") + flow("g", "d", "v")
    case = Driven(draw(body))
    assert case.later(hours=1).open == ["u"]
    assert case.subscriptions == []
    assert Driven(draw(body)).message("m2").open == ["v"]


def test_a_process_may_start_with_any_of_several_events() -> None:
    shelf = Shelf()
    shelf.deploy(draw(start("s", event("message", "M1") + event("signal", "S1")) + user("u") + flow("s", "u")))
    starts = shelf.stored[("p", 1)].outline["starts"]
    assert [(one["element_id"], one["kind"], one["name"]) for one in starts] == [("s", "message", "m1"), ("s [2]", "signal", "s1")]
    for one in starts:
        assert Driven(shelf, element_id=one["element_id"]).open == ["u"]


def test_a_definition_may_stand_beside_the_process() -> None:
    shared = '<signalEventDefinition id="D1" signalRef="S1"/>'
    body = start() + node("intermediateCatchEvent", "c", "<eventDefinitionRef>D1</eventDefinitionRef>") + user("u") + flow("s", "c", "u")
    assert Driven(draw(body, declared=DECLARED + shared)).signal("s1").open == ["u"]
