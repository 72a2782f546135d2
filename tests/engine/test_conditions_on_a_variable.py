"""Conditional events that name a variable: the condition counts when that one changes."""

import pytest

from tests.engine.drawing import Driven, boundary, draw, end, flow, node, start, user


def on(changes: str = "", condition: str = "${true}") -> str:
    """A conditional event about the variable `x`."""
    events = f' camunda:variableEvents="{changes}"' if changes else ""
    return f'<conditionalEventDefinition camunda:variableName="x"{events}><condition>{condition}</condition></conditionalEventDefinition>'


def guarded(definition: str) -> bytes:
    """A task with a conditional boundary event that does not interrupt."""
    body = start() + user("s1", "a") + boundary("b", "a", definition, interrupting=False) + user("h") + end()
    return draw(body + flow("s", "s1", "a", "e") + flow("b", "h"))


def test_it_comes_again_whenever_the_variable_changes() -> None:
    case = Driven(guarded(on(condition="${x > 1}"))).complete("s1")
    assert case.set(y=5).open == ["a"]
    assert case.set(x=1).open == ["a"]
    assert case.set(x=2).open == ["a", "h"]
    assert case.set(y=6).open == ["a", "h"]
    assert case.set(x=3).open == ["a", "h", "h"]


def test_the_condition_counts_when_the_wait_begins() -> None:
    assert Driven(guarded(on(condition="${x > 1}")), {"x": 2}).complete("s1").open == ["a", "h"]


@pytest.mark.parametrize(("changes", "opened"), [("create", [1, 1]), ("update", [0, 1]), ("create, update", [1, 2]), ("delete", [0, 0])])
def test_only_the_changes_that_are_asked_for_count(changes: str, opened: list[int]) -> None:
    case = Driven(guarded(on(changes, "${x > 1}"))).complete("s1")
    assert [case.set(x=value).open.count("h") for value in (2, 3)] == opened


def test_a_catching_event_waits_for_the_change() -> None:
    catch = node("intermediateCatchEvent", "c", on(condition="${y == 1}"))
    case = Driven(draw(start() + catch + user("a") + end() + flow("s", "c", "a", "e")))
    assert case.set(y=1).open == []
    assert case.set(x=1).open == ["a"]
