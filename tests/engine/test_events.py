"""Timers, messages, signals, errors, escalations and conditions: caught, thrown, and at the boundary of activities."""

import pytest

from engine.errors import NotWaiting
from engine.triggers import DeliverMessage, FireTimer
from tests.engine.drawing import Driven, boundary, draw, end, event, flow, node, script, start, user

MAIN = start() + user("u") + end() + flow("s", "u", "e")


def of(case: Driven, *kinds: str) -> list[tuple[str, str | None]]:
    """Events of these types in the last step."""
    return [found for found in case.types() if found[0] in kinds]


def test_a_timer_is_scheduled_with_its_moment_and_fires() -> None:
    body = start() + node("intermediateCatchEvent", "t", event("timer", "PT1H")) + user("a") + end() + flow("s", "t", "a", "e")
    case = Driven(draw(body))
    assert [e.details for e in case.timers] == [{"due_at": "2026-03-02T10:00:00Z"}]
    assert case.later(hours=2).open == ["a"]
    assert of(case, "timer_fired") == [("timer_fired", "t")]


def test_a_timer_fires_only_while_it_waits() -> None:
    body = start() + node("intermediateCatchEvent", "t", event("timer", "PT1H")) + user("a") + end() + flow("s", "t", "a", "e")
    case = Driven(draw(body))
    due = case.timers[0]
    case.take(FireTimer(due.number, "t", ()))
    with pytest.raises(NotWaiting):
        case.take(FireTimer(due.number, "t", ()))
    assert case.open == ["a"]


@pytest.mark.parametrize("text", ["2026-03-04T10:00:00", '"2026-03-04T10:00:00+08:00"', "${when}"])
def test_a_date_without_a_zone_is_the_offices(text: str) -> None:
    body = start() + node("intermediateCatchEvent", "t", event("date", text)) + end() + flow("s", "t", "e")
    case = Driven(draw(body), {"when": "2026-03-04T10:00:00"})
    assert case.timers[0].details["due_at"] == "2026-03-04T02:00:00Z"


def test_a_timer_counts_working_days() -> None:
    body = start() + node("intermediateCatchEvent", "t", event("timer", "${workdays(5)}")) + end() + flow("s", "t", "e")
    assert Driven(draw(body)).timers[0].details["due_at"] == "2026-03-09T09:30:00Z"


def test_a_time_that_cannot_be_computed_is_an_incident() -> None:
    body = start() + user("u") + node("intermediateCatchEvent", "t", event("timer", "${wait}")) + end() + flow("s", "u", "t", "e")
    case = Driven(draw(body)).complete("u")
    assert case.incidents[0]["code"] == "unknown_variable"
    case.retry(wait="soon")
    assert case.incidents[0]["code"] == "timer"
    assert case.retry(wait="PT1H").timers
    assert not case.outcome.incidents


@pytest.mark.parametrize(("stop", "left"), [(True, ["r"]), (False, ["r", "u"])])
def test_a_boundary_timer(stop: bool, left: list[str]) -> None:
    body = MAIN + boundary("t", "u", event("timer", "PT1H"), interrupting=stop) + user("r") + end("e2") + flow("t", "r", "e2")
    case = Driven(draw(body)).later(hours=1)
    assert case.open == left
    assert bool(of(case, "user_task_cancelled")) is stop
    assert not case.timers


def test_a_boundary_timer_is_cancelled_when_its_activity_is_left() -> None:
    case = Driven(draw(MAIN + boundary("t", "u", event("timer", "PT1H")) + end("e2") + flow("t", "e2"))).complete("u")
    assert of(case, "timer_cancelled") == [("timer_cancelled", "t")]
    assert ("element_entered", "t") not in case.types()


def test_a_cycle_fires_once_after_a_standstill_and_goes_on() -> None:
    body = (
        MAIN
        + boundary("t", "u", event("cycle", "R/PT1H"), interrupting=False)
        + script("x", "n = n + 1")
        + end("e2")
        + flow("t", "x", "e2")
    )
    case = Driven(draw(body), {"n": 0}).later(hours=10.5)
    assert case.variables["n"] == 1
    assert [e.details["due_at"] for e in case.timers] == ["2026-03-02T20:00:00Z"]
    assert case.later(hours=1).variables["n"] == 2
    numbers = [e.number for e in case.events if e.type == "timer_scheduled"]
    assert len(set(numbers)) == len(numbers) == 3
    assert case.complete("u").status == "completed"


def test_a_counted_cycle_ends() -> None:
    body = (
        MAIN
        + boundary("t", "u", event("cycle", "R2/PT1H"), interrupting=False)
        + script("x", "n = n + 1")
        + end("e2")
        + flow("t", "x", "e2")
    )
    case = Driven(draw(body), {"n": 0}).later(hours=1).later(hours=1)
    assert case.variables["n"] == 2
    assert not case.timers


def test_a_message_is_awaited_and_brings_variables() -> None:
    body = start() + node("receiveTask", "m", messageRef="M1") + user("a") + end() + flow("s", "m", "a", "e")
    case = Driven(draw(body))
    assert [(e.details["kind"], e.details["name"]) for e in case.subscriptions] == [("message", "m1")]
    assert case.message("m1", answer=7).open == ["a"]
    assert case.variables["answer"] == 7


def test_a_message_that_nobody_awaits_is_refused() -> None:
    case = Driven(draw(MAIN))
    with pytest.raises(NotWaiting):
        case.message("m1")


def test_a_message_has_one_receiver_a_signal_has_all() -> None:
    for kind, reference in (("message", "M1"), ("signal", "S1")):
        catches = "".join(node("intermediateCatchEvent", name, event(kind, reference)) for name in ("c1", "c2"))
        body = (
            start() + node("parallelGateway", "g") + catches + user("a", "b") + flow("s", "g") + flow("g", "c1", "a") + flow("g", "c2", "b")
        )
        case = Driven(draw(body))
        if kind == "message":
            assert case.message("m1").open == ["a"]
            assert case.message("m1").open == ["a", "b"]
        else:
            assert case.signal("s1").open == ["a", "b"]


def test_a_message_for_one_of_several_subscriptions() -> None:
    catches = "".join(node("intermediateCatchEvent", name, event("message", "M1")) for name in ("c1", "c2"))
    body = start() + node("parallelGateway", "g") + catches + user("a", "b") + flow("s", "g") + flow("g", "c1", "a") + flow("g", "c2", "b")
    case = Driven(draw(body))
    second = next(e for e in case.subscriptions if e.element_id == "c2")
    assert case.take(DeliverMessage("m1", {}, second.number)).open == ["b"]
    with pytest.raises(NotWaiting):
        case.take(DeliverMessage("m1", {}, second.number))


@pytest.mark.parametrize(("stop", "opens"), [(True, [["h"]]), (False, [["h", "u"], ["h", "h", "u"]])])
def test_a_boundary_message(stop: bool, opens: list[list[str]]) -> None:
    body = MAIN + boundary("m", "u", event("message", "M1"), interrupting=stop) + user("h") + end("e2") + flow("m", "h", "e2")
    case = Driven(draw(body))
    assert [case.message("m1").open for _ in opens] == opens
    numbers = [e.number for e in case.events if e.type == "subscription_created"]
    assert len(set(numbers)) == len(numbers)


def test_a_signal_end_event_is_thrown() -> None:
    case = Driven(draw(start() + end("e", event("signal", "S1")) + flow("s", "e")))
    assert [e.details for e in case.outcome.events if e.type == "signal_thrown"] == [{"name": "s1", "variables": {}, "caught": False}]
    assert case.status == "completed"


def test_a_signal_is_caught_inside_the_case() -> None:
    body = start() + node("parallelGateway", "g") + node("intermediateCatchEvent", "c", event("signal", "S1")) + user("a", "b")
    body += end("e1", event("signal", "S1")) + end("e2") + flow("s", "g", "a", "e1") + flow("g", "c", "b", "e2")
    assert Driven(draw(body)).complete("a").open == ["b"]


def test_a_thrown_message_carries_what_the_diagram_says() -> None:
    given = '<camunda:inputParameter name="sum">${amount}</camunda:inputParameter>'
    inputs = f"<extensionElements><camunda:inputOutput>{given}</camunda:inputOutput></extensionElements>"
    body = start() + node("sendTask", "t", inputs, messageRef="M1") + end() + flow("s", "t", "e")
    case = Driven(draw(body), {"amount": 5, "secret": 1})
    assert [e.details for e in case.outcome.events if e.type == "message_thrown"] == [
        {"name": "m1", "variables": {"sum": 5}, "caught": False}
    ]


RACE = draw(
    start()
    + node("eventBasedGateway", "g")
    + node("intermediateCatchEvent", "t1", event("timer", "PT2H"), name="wait")
    + node("intermediateCatchEvent", "t2", event("timer", "PT1H"), name="wait")
    + node("intermediateCatchEvent", "m", event("message", "M1"))
    + user("a", "b", "c")
    + end()
    + flow("s", "g", "t1", "a", "e")
    + flow("g", "t2", "b", "e")
    + flow("g", "m", "c", "e")
)


def test_the_first_event_behind_an_event_gateway_wins() -> None:
    case = Driven(RACE)
    assert of(case, "element_entered") == [("element_entered", "s"), ("element_entered", "g")]
    case.later(minutes=90)
    assert case.open == ["b"]
    assert case.types()[:6] == [
        ("timer_fired", "t2"),
        ("timer_cancelled", "t1"),
        ("subscription_cancelled", "m"),
        ("element_left", "g"),
        ("element_entered", "t2"),
        ("element_left", "t2"),
    ]
    assert case.complete("b").status == "completed"
    assert Driven(RACE).message("m1").later(hours=3).open == ["c"]


SUB = node("subProcess", "sp", start("ss") + user("su") + end("se", event("error", "E1")) + flow("ss", "su", "se"))


def test_an_error_end_event_is_caught_at_the_boundary_and_cancels_the_siblings() -> None:
    inner = start("ss") + node("parallelGateway", "g") + user("su", "other") + end("se", event("error", "E1")) + end("se2")
    inner += boundary("late", "other", event("timer", "PT9H")) + end("le") + flow("late", "le")
    inner += flow("ss", "g", "su", "se") + flow("g", "other", "se2")
    body = (
        start()
        + node("subProcess", "sp", inner)
        + boundary("b", "sp", event("error", "E1"))
        + user("h")
        + end()
        + flow("s", "sp", "e")
        + flow("b", "h", "e")
    )
    case = Driven(draw(body)).complete("su")
    assert case.open == ["h"]
    assert of(case, "error_thrown", "user_task_cancelled", "timer_cancelled") == [
        ("error_thrown", "se"),
        ("timer_cancelled", "late"),
        ("user_task_cancelled", "other"),
    ]
    assert ("element_left", "sp") in case.types()
    assert not case.timers


def test_an_error_of_another_code_is_not_caught() -> None:
    body = (
        start() + SUB + boundary("b", "sp", event("error", "E2")) + user("h", "z") + end() + flow("s", "sp", "z", "e") + flow("b", "h", "e")
    )
    case = Driven(draw(body)).complete("su")
    assert case.open == ["z"]
    assert [e.details["caught"] for e in case.outcome.events if e.type == "error_thrown"] == [False]


def test_the_boundary_for_just_this_error_goes_before_the_one_for_all() -> None:
    body = start() + SUB + boundary("all", "sp", event("error")) + boundary("one", "sp", event("error", "E1")) + user("h", "k") + end()
    body += flow("s", "sp", "e") + flow("all", "h", "e") + flow("one", "k", "e")
    assert Driven(draw(body)).complete("su").open == ["k"]


def test_an_error_goes_outwards_only() -> None:
    """The error boundary of a neighbour inside the same scope must not catch it."""
    inner = start("ss") + node("parallelGateway", "g") + user("n", "k", "wrong") + boundary("nb", "n", event("error", "E1"))
    inner += end("ne", event("error", "E1")) + end("ke") + flow("ss", "g", "n", "ke") + flow("g", "k", "ne") + flow("nb", "wrong", "ke")
    body = (
        start()
        + node("subProcess", "sp", inner)
        + boundary("b", "sp", event("error", "E1"))
        + user("right")
        + end()
        + flow("s", "sp", "e")
        + flow("b", "right", "e")
    )
    case = Driven(draw(body))
    assert case.open == ["k", "n"]
    assert case.complete("k").open == ["right"]


def test_nothing_of_a_scope_runs_after_its_error() -> None:
    inner = start("ss") + node("parallelGateway", "g") + end("se", event("error", "E1")) + script("late", "n = n + 1") + end("se2")
    inner += flow("ss", "g", "se") + flow("g", "late", "se2")
    body = (
        start()
        + node("subProcess", "sp", inner)
        + boundary("b", "sp", event("error", "E1"))
        + end()
        + end("e2")
        + flow("s", "sp", "e")
        + flow("b", "e2")
    )
    case = Driven(draw(body), {"n": 0})
    assert (case.status, case.variables["n"]) == ("completed", 0)


@pytest.mark.parametrize("around", [False, True])
def test_a_failed_script_is_an_error_where_the_diagram_catches_one(around: bool) -> None:
    body = start() + user("u") + end() + flow("b", "u", "e")
    if around:
        body += node("subProcess", "sp", start("ss") + script("x", "y = 1 / 0") + end("se") + flow("ss", "x", "se")) + boundary(
            "b", "sp", event("error")
        )
        body += flow("s", "sp", "e")
    else:
        body += script("x", "y = 1 / 0") + boundary("b", "x", event("error")) + flow("s", "x", "e")
    case = Driven(draw(body))
    assert case.open == ["u"]
    assert case.complete("u").status == "completed"


@pytest.mark.parametrize(("stop", "left"), [(True, ["h"]), (False, ["h", "v"])])
def test_an_escalation(stop: bool, left: list[str]) -> None:
    inner = (
        start("ss")
        + user("su")
        + node("intermediateThrowEvent", "t", event("escalation", "X1"))
        + user("v")
        + end("se")
        + flow("ss", "su", "t", "v", "se")
    )
    body = start() + node("subProcess", "sp", inner) + boundary("b", "sp", event("escalation", "X1"), interrupting=stop) + user("h") + end()
    body += flow("s", "sp", "e") + flow("b", "h", "e")
    assert Driven(draw(body)).complete("su").open == left


def test_an_escalation_that_nobody_catches_changes_nothing() -> None:
    body = start() + node("intermediateThrowEvent", "t", event("escalation", "X1")) + user("a") + end() + flow("s", "t", "a", "e")
    assert Driven(draw(body)).open == ["a"]


def test_a_conditional_event_fires_when_its_condition_becomes_true() -> None:
    body = (
        start() + node("parallelGateway", "g") + user("a", "b", "c") + node("intermediateCatchEvent", "w", event("conditional", "${x > 5}"))
    )
    body += end() + flow("s", "g") + flow("g", "a", "b", "e") + flow("g", "w", "c", "e")
    case = Driven(draw(body))
    assert case.open == ["a"]
    assert case.complete("a", x=3).open == ["b"]
    assert case.set(x=9).open == ["b", "c"]


def test_a_conditional_boundary_fires_again_after_its_condition_was_false() -> None:
    body = MAIN + boundary("w", "u", event("conditional", "${x > 5}"), interrupting=False) + user("h") + end("e2") + flow("w", "h", "e2")
    case = Driven(draw(body), {"x": 9})
    assert case.open == ["h", "u"]
    assert case.set(x=10).open == ["h", "u"]
    assert case.set(x=1).set(x=7).open == ["h", "h", "u"]


def test_a_condition_that_fails_is_an_incident_and_holds_nothing_up() -> None:
    body = MAIN + boundary("w", "u", event("conditional", "${x > 5}"), interrupting=False) + user("h") + end("e2") + flow("w", "h", "e2")
    case = Driven(draw(body), {"x": [1]})
    assert [(i["code"], i["values"]["reason"]) for i in case.incidents] == [("expression", "type")]
    assert case.retry(x=9).open == ["h", "u"]
    held = Driven(draw(body), {"x": [1]}).complete("u")
    assert (held.status, held.outcome.incidents) == ("completed", ())
    assert not [e for e in held.events if e.type.startswith("element") and e.element_id == "w"]


def test_a_transaction_is_left_by_its_cancel_event() -> None:
    inner = (
        start("ss") + user("su", "other") + end("se", event("cancel")) + end("se2") + flow("ss", "su", "se") + flow("ss", "other", "se2")
    )
    body = (
        start()
        + node("transaction", "tx", inner)
        + boundary("b", "tx", event("cancel"))
        + user("h")
        + end()
        + flow("s", "tx", "e")
        + flow("b", "h", "e")
    )
    case = Driven(draw(body)).complete("su")
    assert case.open == ["h"]
    assert ("user_task_cancelled", "other") in case.types()


def test_the_initiator_is_kept_and_the_starter_can_be_read() -> None:
    body = start(camunda_initiator="who") + user("u", camunda_assignee="${starter}") + end() + flow("s", "u", "e")
    case = Driven(draw(body), starter="zhang")
    assert case.variables == {"who": "zhang"}
    assert case.tasks[0].details["assignee"] == "zhang"
    assert Driven(draw(body), {"starter": "li"}).tasks[0].details["assignee"] == "li"
