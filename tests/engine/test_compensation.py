"""Compensation: handlers run last one first, by scripts or people, all of a scope or one activity."""

import pytest

from engine.errors import NotExecutable
from tests.engine.drawing import Driven, boundary, draw, end, event, flow, many, node, start, user


def undo(name: str, *, by_hand: bool = False) -> str:
    """A compensation event at an activity with its handler."""
    inner = "" if by_hand else f"<script>log = log + ['{name}']</script>"
    handler = node("userTask" if by_hand else "scriptTask", "un" + name, inner, isForCompensation="true")
    return (
        boundary("c" + name, name, event("compensate"))
        + handler
        + node("association", "as" + name, sourceRef="c" + name, targetRef="un" + name)
    )


def throw(reference: str = "") -> str:
    """A throwing compensation event."""
    named = f' activityRef="{reference}"' if reference else ""
    return node("intermediateThrowEvent", "t", f"<compensateEventDefinition{named}/>")


def body(reference: str = "", *, by_hand: bool = False) -> bytes:
    """Two activities that can be taken back, and a throw."""
    parts = start() + user("a", "b", "z") + undo("a", by_hand=by_hand) + undo("b", by_hand=by_hand) + throw(reference) + end()
    return draw(parts + flow("s", "a", "b", "t", "z", "e"))


@pytest.mark.parametrize(("reference", "log"), [("", ["b", "a"]), ("a", ["a"])])
def test_handlers_run_in_reverse_order(reference: str, log: list[str]) -> None:
    case = Driven(body(reference), {"log": []}).complete("a").complete("b")
    assert case.open == ["z"]
    assert case.variables["log"] == log


def test_handlers_may_be_people() -> None:
    case = Driven(body(by_hand=True)).complete("a").complete("b")
    assert [case.open] + [case.complete(name).open for name in ("unb", "una")] == [["unb"], ["una"], ["z"]]
    assert case.complete("z").status == "completed"


def test_what_was_not_done_is_not_taken_back() -> None:
    parts = start() + user("a", "b") + undo("a") + undo("b") + throw() + end() + node("parallelGateway", "g")
    case = Driven(draw(parts + flow("s", "g", "a", "t", "e") + flow("g", "b")), {"log": []}).complete("a")
    assert case.variables["log"] == ["a"]
    assert case.open == ["b"]


def test_each_round_of_a_loop_is_taken_back() -> None:
    parts = start() + node("exclusiveGateway", "m") + user("a") + undo("a") + node("exclusiveGateway", "x", default="fd") + throw() + end()
    case = Driven(
        draw(parts + flow("s", "m", "a", "x") + flow("x", "m", when="${again}") + flow("x", "t", id="fd") + flow("t", "e")), {"log": []}
    )
    assert case.complete("a", again=True).complete("a", again=False).variables["log"] == ["a", "a"]


def test_a_compensating_end_event() -> None:
    parts = start() + user("a") + undo("a") + end("e", event("compensate")) + flow("s", "a", "e")
    case = Driven(draw(parts), {"log": []}).complete("a")
    assert (case.status, case.variables["log"]) == ("completed", ["a"])


UNDONE = start("ss") + user("b") + undo("b") + end("se") + flow("ss", "b", "se")


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (user("a") + boundary("ca", "a", event("compensate")), "compensation_without_handler"),
        (node("subProcess", "a", UNDONE) + throw() + flow("a", "t"), "compensation_of_subprocess"),
        (node("userTask", "a", many()) + undo("a") + throw() + flow("a", "t"), "compensation_of_instances"),
    ],
)  # fmt: skip
def test_compensation_that_is_not_exact_is_refused(parts: str, code: str) -> None:
    with pytest.raises(NotExecutable) as refused:
        Driven(draw(start() + parts + end() + flow("s", "a", "e")))
    assert refused.value.code == code


def test_a_cancelled_transaction_is_compensated_and_then_left() -> None:
    inner = start("ss") + user("a", "b", "other") + undo("a", by_hand=True) + end("se", event("cancel")) + end("se2")
    inner += flow("ss", "a", "b", "se") + flow("ss", "other", "se2")
    parts = (
        start()
        + node("transaction", "tx", inner)
        + boundary("c", "tx", event("cancel"))
        + user("h")
        + end()
        + flow("s", "tx", "e")
        + flow("c", "h", "e")
    )
    case = Driven(draw(parts)).complete("a").complete("b")
    assert case.open == ["una"]
    assert ("user_task_cancelled", "other") in case.types()
    assert case.complete("una").open == ["h"]
    assert ("element_left", "tx") in case.types()
    assert case.complete("h").status == "completed"


def test_a_transaction_without_a_way_out_is_refused() -> None:
    inner = start("ss") + end("se", event("cancel")) + flow("ss", "se")
    with pytest.raises(NotExecutable) as refused:
        Driven(draw(start() + node("transaction", "tx", inner) + end() + flow("s", "tx", "e")))
    assert refused.value.code == "cancel_without_boundary"
