"""Errors and escalations on their way out: who catches them, and what they take along."""

import pytest

from tests.engine.drawing import DECLARED, Driven, Shelf, boundary, draw, end, event, event_subprocess, flow, node, start, user

CODELESS = '<escalation id="X2" name="x2"/><error id="E3" name="e3"/>'
THROWN = {"escalation": ("X1", "x1"), "error": ("E1", "e1")}


def escalates(inner: str, more: str = "") -> bytes:
    """A sub-process that escalates and then has a task, with what is around."""
    body = start("ss") + node("intermediateThrowEvent", "t", event("escalation", "X1")) + user("in") + end("se")
    sub = node("subProcess", "sub", body + flow("ss", "t", "in", "se") + inner)
    return draw(start() + sub + user("z") + end() + flow("s", "sub", "z", "e") + more, declared=DECLARED + CODELESS)


def test_what_an_event_sub_process_throws_again_is_caught_further_out() -> None:
    again = user("h") + end("ee", event("escalation", "X1")) + flow("es", "h", "ee")
    inner = event_subprocess(event("escalation", "X1"), interrupting=False, body=again)
    outer = boundary("b", "sub", event("escalation", "X1"), interrupting=False) + user("out") + flow("b", "out")
    assert Driven(escalates(inner)).complete("h").open == ["in"]
    assert Driven(escalates(inner, outer)).complete("h").open == ["in", "out"]


@pytest.mark.parametrize("kind", THROWN)
def test_a_catch_whose_declaration_has_no_code_catches_every_code(kind: str) -> None:
    reference, codeless = THROWN[kind][0], {"escalation": "X2", "error": "E3"}[kind]
    sub = node("subProcess", "sub", start("ss") + user("in") + end("se", event(kind, reference)) + flow("ss", "in", "se"))
    caught = boundary("b", "sub", event(kind, codeless)) + user("out") + flow("b", "out")
    xml = draw(start() + sub + end() + flow("s", "sub", "e") + caught, declared=DECLARED + CODELESS)
    assert Driven(xml).complete("in").open == ["out"]


def test_of_two_declarations_without_codes_the_one_that_was_thrown_counts() -> None:
    sub = node("subProcess", "sub", start("ss") + end("se", event("error", "E3")) + flow("ss", "se"))
    first = boundary("b", "sub", event("error", "E4")) + user("first") + flow("b", "first")
    second = boundary("c", "sub", event("error", "E3")) + user("second") + flow("c", "second")
    xml = draw(start() + sub + end() + flow("s", "sub", "e") + first + second, declared=CODELESS + '<error id="E4" name="e4"/>')
    assert Driven(xml).open == ["second"]


@pytest.mark.parametrize("kind", THROWN)
def test_the_code_that_was_caught_is_a_variable(kind: str) -> None:
    reference, code = THROWN[kind]
    sub = node("subProcess", "sub", start("ss") + end("se", event(kind, reference)) + flow("ss", "se"))
    definition = event(kind).replace("/>", f' camunda:{kind}CodeVariable="code"/>')
    xml = draw(start() + sub + end() + flow("s", "sub", "e") + boundary("b", "sub", definition) + user("out") + flow("b", "out"))
    assert Driven(xml).variables == {"code": code}


def test_the_message_of_an_error_is_a_variable() -> None:
    declared = '<error id="E1" errorCode="e1" camunda:errorMessage="No money for ${what}"/>'
    sub = node("subProcess", "sub", start("ss") + end("se", event("error", "E1")) + flow("ss", "se"))
    definition = event("error").replace("/>", ' camunda:errorMessageVariable="told"/>')
    body = start() + sub + end() + flow("s", "sub", "e") + boundary("b", "sub", definition) + user("out") + flow("b", "out")
    case = Driven(draw(body, declared=declared), {"what": "chairs"})
    assert case.variables["told"] == "No money for chairs"


@pytest.mark.parametrize("kind", THROWN)
@pytest.mark.parametrize("is_caught", [True, False])
def test_what_leaves_a_called_process_takes_the_variables_along(kind: str, is_caught: bool) -> None:
    reference, shelf = THROWN[kind][0], Shelf()
    called = start("qs") + user("t") + node("parallelGateway", "g") + user("u") + end("qe") + end("bad", event(kind, reference))
    shelf.deploy(draw(called + flow("qs", "t", "g", "bad") + flow("g", "u", "qe"), "q"))
    mapping = '<extensionElements><camunda:out source="why" target="reason"/></extensionElements>'
    caught = boundary("b", "c", event(kind, reference), interrupting=False) + user("out") + flow("b", "out") if is_caught else ""
    shelf.deploy(draw(start() + node("callActivity", "c", mapping, calledElement="q") + end() + flow("s", "c", "e") + caught))
    case = Driven(shelf).complete("t", why="late", other=1)
    assert case.variables == {"reason": "late"}
    assert ("out" in case.open) is is_caught


@pytest.mark.parametrize(
    ("handed", "variables"),
    [
        ('<camunda:in variables="all"/>', {"a": 1, "b": 2}),
        ('<camunda:in source="a" target="x"/><camunda:in sourceExpression="${b + 1}" target="y"/>', {"x": 1, "y": 3}),
        ('<camunda:in variables="all" local="true"/>', {}),
    ],
)
def test_a_signal_hands_out_what_is_drawn(handed: str, variables: dict[str, int]) -> None:
    definition = f'<signalEventDefinition signalRef="S1"><extensionElements>{handed}</extensionElements></signalEventDefinition>'
    case = Driven(draw(start() + end("e", definition) + flow("s", "e")), {"a": 1, "b": 2})
    assert [e.details["variables"] for e in case.events if e.type == "signal_thrown"] == [variables]
