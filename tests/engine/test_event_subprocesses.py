"""Event sub-processes: every kind of start event, interrupting or not, in the process and in a sub-process."""

import pytest

from tests.engine.drawing import Driven, boundary, draw, end, event, event_subprocess, flow, node, start, user

MAIN = start() + user("u") + end() + flow("s", "u", "e")


def test_an_interrupting_message() -> None:
    case = Driven(draw(MAIN + event_subprocess(event("message", "M1"), interrupting=True))).message("m1", why="x")
    assert case.open == ["h"]
    assert case.variables["why"] == "x"
    kinds = [found for found in case.types() if found[0] != "variables_changed"]
    assert kinds[:6] == [
        ("message_received", "es"),
        ("element_entered", "es"),
        ("user_task_cancelled", "u"),
        ("element_left", "u"),
        ("element_left", "es"),
        ("element_entered", "esp"),
    ]
    assert case.complete("h").status == "completed"


def test_a_non_interrupting_message_may_come_again() -> None:
    case = Driven(draw(MAIN + event_subprocess(event("message", "M1"), interrupting=False)))
    assert case.message("m1").open == ["h", "u"]
    assert case.message("m1").open == ["h", "h", "u"]
    assert case.complete("u").complete("h").complete("h").status == "completed"


@pytest.mark.parametrize(("stop", "left"), [(True, ["h"]), (False, ["h", "u"])])
def test_a_timer(stop: bool, left: list[str]) -> None:
    assert Driven(draw(MAIN + event_subprocess(event("timer", "PT1H"), interrupting=stop))).later(hours=2).open == left


def test_what_waits_for_a_scope_ends_with_it() -> None:
    body = MAIN + event_subprocess(event("timer", "PT1H"), interrupting=True)
    case = Driven(draw(body)).complete("u")
    assert case.status == "completed"
    assert ("timer_cancelled", "es") in case.types()


def test_a_signal_inside_a_sub_process() -> None:
    inner = start("ss") + user("su") + end("se") + flow("ss", "su", "se") + event_subprocess(event("signal", "S1"), interrupting=True)
    case = Driven(draw(start() + node("subProcess", "sp", inner) + user("z") + end() + flow("s", "sp", "z", "e")))
    assert case.signal("s1").open == ["h"]
    assert case.complete("h").open == ["z"]


def test_an_error() -> None:
    body = (
        start()
        + user("u")
        + end("e", event("error", "E1"))
        + flow("s", "u", "e")
        + event_subprocess(event("error", "E1"), interrupting=True)
    )
    case = Driven(draw(body)).complete("u")
    assert case.open == ["h"]
    assert case.complete("h").status == "completed"


def test_an_error_inside_the_handler_goes_further_out() -> None:
    handler = user("h") + end("ee", event("error", "E1")) + flow("es", "h", "ee")
    inner = start("ss") + user("su") + end("se", event("error", "E1")) + flow("ss", "su", "se")
    inner += event_subprocess(event("error", "E1"), interrupting=True, body=handler)
    body = (
        start()
        + node("subProcess", "sp", inner)
        + boundary("b", "sp", event("error", "E1"))
        + user("z")
        + end()
        + flow("s", "sp", "e")
        + flow("b", "z", "e")
    )
    assert Driven(draw(body)).complete("su").complete("h").open == ["z"]


@pytest.mark.parametrize(("stop", "left"), [(True, ["h"]), (False, ["h", "v"])])
def test_an_escalation(stop: bool, left: list[str]) -> None:
    body = start() + user("u", "v") + node("intermediateThrowEvent", "t", event("escalation", "X1")) + end() + flow("s", "u", "t", "v", "e")
    assert Driven(draw(body + event_subprocess(event("escalation", "X1"), interrupting=stop))).complete("u").open == left


def test_a_condition() -> None:
    body = MAIN + event_subprocess(event("conditional", "${x > 5}"), interrupting=False)
    assert Driven(draw(body), {"x": 9}).open == ["h", "u"]
    assert Driven(draw(body), {"x": 1}).set(x=6).open == ["h", "u"]


def test_an_interrupting_one_also_ends_the_running_non_interrupting_one() -> None:
    second = event_subprocess(event("message", "M2"), interrupting=True, id="esp2")
    for old, new in (('"es"', '"es2"'), ('"h"', '"h2"'), ('"ee"', '"ee2"'), ("f_es_h", "f_es2_h2"), ("f_h_ee", "f_h2_ee2")):
        second = second.replace(old, new)
    case = Driven(draw(MAIN + event_subprocess(event("message", "M1"), interrupting=False) + second))
    assert case.message("m1").open == ["h", "u"]
    assert case.message("m2").open == ["h2"]
    assert case.complete("h2").status == "completed"


def test_a_terminate_end_event_beside_an_event_sub_process_ends_the_whole_process() -> None:
    body = (
        start()
        + node("parallelGateway", "g")
        + user("a", "b")
        + end("t", event("terminate"))
        + end()
        + flow("s", "g", "a", "t")
        + flow("g", "b", "e")
    )
    case = Driven(draw(body + event_subprocess(event("message", "M1"), interrupting=False))).message("m1")
    assert case.open == ["a", "b", "h"]
    assert case.complete("a").status == "completed"
    assert not case.tasks
    assert not case.subscriptions
