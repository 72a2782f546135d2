"""When an automatic part fails: the decision is kept, the token stays, others go on, a retry runs it again; limits; stuck cases."""

import pytest

from engine.errors import LimitReached, NotWaiting
from engine.limits import Limits
from engine.triggers import Retry
from tests.engine.drawing import Driven, draw, end, event, flow, many, node, script, start, user

FORK = draw(
    start()
    + node("parallelGateway", "g")
    + script("x", "r = 1 / n")
    + user("a", "z")
    + node("parallelGateway", "j")
    + end()
    + flow("s", "g", "x", "j")
    + flow("g", "a", "j")
    + flow("j", "z", "e")
)


def test_an_incident_waits_and_is_retried_while_the_others_go_on() -> None:
    case = Driven(FORK, {"n": 0})
    first = case.incidents[0]
    assert (first["code"], first["values"]["reason"]) == ("expression", "division_by_zero")
    assert "表达式" in first["message"]
    assert case.complete("a").status == "running"
    second = case.retry(n=0).incidents[0]
    assert second["number"] != first["number"]
    assert [e.details for e in case.outcome.events if e.type == "incident_resolved"] == [{"number": first["number"]}]
    assert case.retry(n=2).open == ["z"]
    assert not case.outcome.incidents
    assert str(case.variables["r"]) == "0.5"


def test_an_incident_can_be_named_by_its_token() -> None:
    case = Driven(FORK, {"n": 0})
    token = next(e.number for e in case.events if e.type == "incident_raised")
    assert not case.take(Retry(token, {"n": 1})).outcome.incidents


def test_a_failed_element_is_entered_once_and_left_once() -> None:
    case = Driven(FORK, {"n": 0}).retry(n=0).retry(n=1)
    assert [kind for kind, element in ((e.type, e.element_id) for e in case.events) if element == "x" and kind.startswith("element")] == [
        "element_entered",
        "element_left",
    ]


def test_a_retry_of_nothing_is_refused() -> None:
    with pytest.raises(NotWaiting):
        Driven(FORK, {"n": 1}).take(Retry(99))


def test_people_that_cannot_be_computed_are_an_incident() -> None:
    body = start() + user("a") + user("u", camunda_assignee="${leader}") + end() + flow("s", "a", "u", "e")
    case = Driven(draw(body)).complete("a")
    assert case.incidents[0] == {
        "code": "unknown_variable",
        "message": "表达式用到了没有赋值的变量“leader”。请补上该变量后重试。",
        "values": {"name": "leader"},
        "number": case.outcome.incidents[0],
    }
    assert not case.tasks
    assert case.retry(leader="zhang").tasks[0].details["assignee"] == "zhang"


def test_a_script_sets_all_or_nothing() -> None:
    body = start() + script("x", "a = 1\nb = a + missing") + end() + flow("s", "x", "e")
    assert Driven(draw(body)).variables == {}


ENDLESS = draw(
    start()
    + node("parallelGateway", "g")
    + node("exclusiveGateway", "m")
    + script("x", "n = n + 1")
    + node("exclusiveGateway", "q", default="fd")
    + script("y", "y = 1")
    + user("a")
    + end()
    + flow("s", "g", "m", "x", "q")
    + flow("q", "m", id="fd")
    + flow("q", "e", when="${n > 2000}")
    + flow("g", "y", "a", "e")
)


def test_an_endless_loop_is_an_incident_and_the_other_branch_goes_on() -> None:
    case = Driven(ENDLESS, {"n": 0})
    assert [(i["code"], i["values"]) for i in case.incidents] == [("limit", {"limit": "steps", "maximum": 500})]
    assert case.open == ["a"]
    assert 100 < case.variables["n"] < 200
    before = case.variables["n"]
    assert case.retry().variables["n"] > before
    assert len(case.outcome.incidents) == 1


@pytest.mark.parametrize("steps", range(1, 14))
def test_a_retry_after_the_limit_goes_on_where_the_case_stood(steps: int) -> None:
    """Whatever was about to act: it acts, it does not begin anew."""
    inner = start("ss") + script("x", "n = n + 1") + end("se") + flow("ss", "x", "se")
    again = start("ss2") + script("x2", "n = n + 1") + end("se2") + flow("ss2", "x2", "se2")
    body = start() + node("subProcess", "sp", inner) + node("subProcess", "mi", many(sequential=True) + again) + user("a") + end()
    case = Driven(draw(body + flow("s", "sp", "mi", "a", "e")), {"n": 0, "items": [1, 2]}, limits=Limits(steps=steps))
    for _ in range(40):
        if not case.outcome.incidents:
            break
        case.retry()
    assert (case.open, case.variables["n"]) == (["a"], 3)


def test_an_event_that_has_happened_is_not_awaited_again_after_the_limit() -> None:
    body = start() + node("intermediateCatchEvent", "m", event("message", "M1")) + script("x", "n = n + 1") + user("a") + end()
    case = Driven(draw(body + flow("s", "m", "x", "a", "e")), {"n": 0}, limits=Limits(steps=1)).message("m1")
    while case.outcome.incidents:
        case.retry()
    assert (case.open, case.variables["n"]) == (["a"], 1)
    assert not case.subscriptions


def test_an_exploding_diagram_is_an_incident() -> None:
    body = (
        start()
        + node("exclusiveGateway", "m")
        + node("parallelGateway", "g")
        + script("x", "n = n + 1")
        + script("y", "n = n + 1")
        + user("a")
    )
    body += flow("s", "m", "g", "x", "m") + flow("g", "y", "m") + flow("g", "a")
    case = Driven(draw(body), {"n": 0}, limits=Limits(steps=100_000, tokens=200))
    assert {i["code"] for i in case.incidents} == {"limit"}
    assert case.incidents[0]["values"]["limit"] == "tokens"


def test_a_case_that_becomes_too_large_is_refused() -> None:
    with pytest.raises(LimitReached):
        Driven(draw(start() + user("a") + flow("s", "a")), {"text": "x" * 200_000}, limits=Limits(state_bytes=100_000))


def test_a_limit_of_instances() -> None:
    body = start() + node("userTask", "u", many()) + end() + flow("s", "u", "e")
    case = Driven(draw(body), {"items": [1, 2, 3]}, limits=Limits(instances=2))
    assert case.incidents[0]["values"] == {"limit": "instances", "maximum": 2, "value": 3}


def test_a_case_in_which_nothing_can_move_says_so_once() -> None:
    body = start() + node("exclusiveGateway", "x") + user("a", "b", "z") + node("parallelGateway", "j") + end()
    body += flow("s", "x") + flow("x", "a", "j", when="${True}") + flow("x", "b", id="fd") + flow("b", "j") + flow("j", "z", "e")
    case = Driven(draw(body.replace('id="x"', 'id="x" default="fd"'))).complete("a")
    assert [
        (i["code"], e.element_id) for i, e in zip(case.incidents, [e for e in case.events if e.type == "incident_raised"], strict=True)
    ] == [("stuck", "j")]
    number = case.outcome.incidents[0]
    assert case.set(y=1).outcome.incidents == (number,)
    assert [e.type for e in case.outcome.events] == ["variables_changed"]
    again = case.retry().outcome.incidents[0]
    assert again != number


def test_the_incidents_of_what_is_taken_back_are_closed() -> None:
    inner = start("ss") + script("x", "r = 1 / 0") + end("se") + flow("ss", "x", "se")
    body = (
        start()
        + node("subProcess", "sp", inner)
        + node("boundaryEvent", "t", event("timer", "PT1H"), attachedToRef="sp")
        + user("h")
        + end()
    )
    case = Driven(draw(body + flow("s", "sp", "e") + flow("t", "h", "e")))
    assert case.incidents
    case.later(hours=1)
    assert case.open == ["h"]
    assert not case.outcome.incidents
    assert ("incident_resolved", "x") in case.types()
