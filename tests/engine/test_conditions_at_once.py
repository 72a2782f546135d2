"""Conditional events count as soon as their condition is true: before the activity that made it true is left."""

import pytest

from tests.engine.drawing import Driven, Shelf, boundary, draw, end, event, event_subprocess, flow, node, script, start, user

MORE = event("conditional", "${n > 1}")
OUT = user("out") + flow("b", "out")


def guarded(activity: str, *, interrupting: bool = True) -> bytes:
    """An activity `a` with a conditional boundary event, and a task behind each."""
    caught = boundary("b", "a", MORE, interrupting=interrupting) + OUT
    return draw(start() + activity + user("z") + end() + flow("s", "a", "z", "e") + caught)


@pytest.mark.parametrize(
    "activity",
    [
        script("a", "n = 2"),
        node("serviceTask", "a", camunda_expression="${2}", camunda_resultVariable="n"),
        node("subProcess", "a", start("ss") + script("x", "n = 2") + script("y", "late = true") + end("se") + flow("ss", "x", "y", "se")),
    ],
)
@pytest.mark.parametrize("interrupting", [True, False])
def test_an_automatic_activity_is_ended_by_the_condition_that_it_makes_true(activity: str, interrupting: bool) -> None:
    case = Driven(guarded(activity, interrupting=interrupting))
    assert case.open == (["out"] if interrupting else ["out", "z"])
    assert case.variables.get("late") is (None if interrupting or "late" not in activity else True)


def test_the_answer_of_an_outside_worker_and_of_a_called_process_count() -> None:
    job = node("serviceTask", "a", camunda_type="external", camunda_topic="x")
    assert Driven(guarded(job)).complete("a", n=2).open == ["out"]
    shelf = Shelf()
    shelf.deploy(draw(start() + user("t") + end() + flow("s", "t", "e"), "q"))
    shelf.deploy(guarded(node("callActivity", "a", calledElement="q")))
    assert Driven(shelf).complete("t", n=2).open == ["out"]


def test_what_is_true_at_the_beginning_counts_before_anything_runs() -> None:
    body = start() + script("a", "ran = true") + end() + flow("s", "a", "e") + event_subprocess(MORE, interrupting=True)
    case = Driven(draw(body), {"n": 2})
    assert (case.open, case.variables) == (["h"], {"n": 2})
    assert Driven(draw(body), {"n": 1}).status == "completed"


def test_an_interrupting_event_sub_process_ends_an_automatic_process() -> None:
    body = start() + script("a", "n = 2") + script("c", "ran = true") + end() + flow("s", "a", "c", "e")
    case = Driven(draw(body + event_subprocess(MORE, interrupting=True)))
    assert (case.open, case.variables) == (["h"], {"n": 2})
