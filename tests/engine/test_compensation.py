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


@pytest.mark.parametrize("note", ["before", "after"])
def test_an_association_may_be_drawn_either_way_and_notes_do_not_matter(note: str) -> None:
    drawn = undo("a")
    turned = drawn.replace('sourceRef="ca"', 'sourceRef="una"').replace('targetRef="una"', 'targetRef="ca"')
    text = node("textAnnotation", "n", "<text>why</text>") + node("association", "an", sourceRef="ca", targetRef="n")
    parts = start() + user("a", "z") + (text + turned if note == "before" else turned + text) + throw() + end()
    assert Driven(draw(parts + flow("s", "a", "t", "z", "e")), {"log": []}).complete("a").variables["log"] == ["a"]


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


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (user("a") + boundary("ca", "a", event("compensate")), "compensation_without_handler"),
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


def step(name: str) -> str:
    """A script that notes that it ran."""
    return node("scriptTask", name, f"<script>log = log + ['{name}']</script>")


def body_of(subprocess: str, inner: str, *, throws: str = "") -> bytes:
    """A sub-process and then a throw."""
    return draw(
        start() + node("subProcess", "sub", inner + subprocess) + throw(throws) + user("z") + end() + flow("s", "sub", "t", "z", "e")
    )


INNER = start("ss") + user("a") + undo("a") + user("b") + undo("b") + end("se") + flow("ss", "a", "b", "se")


@pytest.mark.parametrize("reference", ["", "sub"])
def test_a_finished_subprocess_is_taken_back_from_inside(reference: str) -> None:
    case = Driven(body_of("", INNER, throws=reference), {"log": []}).complete("a").complete("b")
    assert case.variables["log"] == ["b", "a"]
    assert case.complete("z").status == "completed"


def test_people_may_take_a_finished_subprocess_back() -> None:
    inner = start("ss") + user("a") + undo("a", by_hand=True) + end("se") + flow("ss", "a", "se")
    case = Driven(body_of("", inner)).complete("a")
    assert case.open == ["una"]
    assert ("element_entered", "sub") not in case.types()
    assert case.complete("una").open == ["z"]


def test_a_subprocess_inside_a_finished_one_is_taken_back_too() -> None:
    deeper = start("ds") + node("subProcess", "deep", INNER) + user("c") + undo("c") + end("de") + flow("ds", "deep", "c", "de")
    case = Driven(body_of("", deeper), {"log": []}).complete("a").complete("b").complete("c")
    assert case.variables["log"] == ["c", "b", "a"]


def test_a_handler_at_the_subprocess_stands_for_those_inside() -> None:
    parts = start() + node("subProcess", "sub", INNER) + undo("sub") + throw() + end() + flow("s", "sub", "t", "e")
    assert Driven(draw(parts), {"log": []}).complete("a").complete("b").variables["log"] == ["sub"]


def test_an_event_subprocess_takes_its_subprocess_back_instead_of_the_default() -> None:
    handler = (
        start("hs", event("compensate")) + step("h") + node("intermediateThrowEvent", "ht", "<compensateEventDefinition activityRef='a'/>")
    )
    handler += end("he") + flow("hs", "h", "ht", "he")
    esp = node("subProcess", "esp", handler, triggeredByEvent="true")
    case = Driven(body_of(esp, INNER), {"log": []}).complete("a").complete("b")
    assert case.variables["log"] == ["h", "a"]
    assert case.open == ["z"]


def test_an_event_subprocess_takes_back_what_was_done_around_it() -> None:
    handler = start("hs", event("message", "M1")) + throw() + user("h") + end("he") + flow("hs", "t", "h", "he")
    esp = node("subProcess", "esp", handler, triggeredByEvent="true")
    parts = start() + user("a", "b") + undo("a", by_hand=True) + esp + end() + flow("s", "a", "b", "e")
    case = Driven(draw(parts)).complete("a").message("m1")
    assert case.open == ["una"]
    assert case.complete("una").open == ["h"]
    assert case.complete("h").status == "completed"


@pytest.mark.parametrize("sequential", [False, True])
def test_each_instance_is_taken_back_with_its_own_item(sequential: bool) -> None:
    handler = "<script>log = log + [item]</script>"
    parts = start() + node("userTask", "a", many(sequential=sequential)) + undo("a").replace("<script>log = log + ['a']</script>", handler)
    case = Driven(draw(parts + throw() + end() + flow("s", "a", "t", "e")), {"log": [], "items": ["x", "y"]})
    assert case.complete("a", (0,)).complete("a", (1,)).variables["log"] == ["y", "x"]


def test_each_instance_of_a_subprocess_is_taken_back_from_inside() -> None:
    inner = start("ss") + user("a") + undo("a", by_hand=True) + end("se") + many() + flow("ss", "a", "se")
    case = Driven(body_of("", inner), {"items": ["x", "y"]}).complete("a", (1,)).complete("a", (0,))
    assert [(task.element_id, task.details["local"]["item"]) for task in case.tasks] == [("una", "x")]
    assert [task.details["local"]["item"] for task in case.complete("una").tasks] == ["y"]
    assert case.complete("una").open == ["z"]


def test_every_round_of_a_repeated_activity_is_taken_back() -> None:
    loop = "<standardLoopCharacteristics loopMaximum='3'><loopCondition>${again}</loopCondition></standardLoopCharacteristics>"
    parts = start() + node("userTask", "a", loop) + undo("a") + throw() + end() + flow("s", "a", "t", "e")
    case = Driven(draw(parts), {"log": []}).complete("a", again=True).complete("a", again=False)
    assert case.variables["log"] == ["a", "a"]


def test_a_handler_may_be_a_multi_instance_and_sees_the_item() -> None:
    undone = undo("a", by_hand=True).replace(
        'isForCompensation="true">', 'isForCompensation="true">' + many("again").replace('"item"', '"other"')
    )
    parts = start() + node("userTask", "a", many()) + undone + throw() + end() + flow("s", "a", "t", "e")
    case = Driven(draw(parts), {"items": ["x"], "again": [1, 2]}).complete("a")
    assert [task.details["local"]["item"] for task in case.tasks] == ["x", "x"]
    assert case.complete("una").complete("una").status == "completed"


def test_what_is_taken_back_is_not_taken_back_again() -> None:
    handler = node("subProcess", "una", INNER.replace('"a"', '"ha"').replace('"b"', '"hb"'), isForCompensation="true")
    parts = start() + user("a") + boundary("ca", "a", event("compensate")) + node("association", "as", sourceRef="ca", targetRef="una")
    inner = start("xs") + user("ha") + undo("ha") + end("xe") + flow("xs", "ha", "xe")
    handler = node("subProcess", "una", inner, isForCompensation="true")
    twice = throw() + throw().replace('"t"', '"t2"')
    case = Driven(draw(parts + handler + twice + end() + flow("s", "a", "t", "t2", "e")), {"log": []}).complete("a")
    assert case.complete("ha").status == "completed"
    assert case.variables["log"] == []


def test_a_compensation_that_is_not_waited_for_runs_beside() -> None:
    parts = body(by_hand=True).replace(b"<compensateEventDefinition/>", b'<compensateEventDefinition waitForCompletion="false"/>')
    case = Driven(parts).complete("a").complete("b")
    assert case.open == ["unb", "z"]
    assert case.complete("z").complete("unb").status == "running"
    assert case.complete("una").status == "completed"


def test_a_cancelled_transaction_takes_back_what_was_done_in_an_open_subprocess() -> None:
    inner = start("xs") + node("parallelGateway", "g") + node("subProcess", "sub", INNER) + user("c") + end("ce", event("cancel"))
    parts = (
        start()
        + node("transaction", "tx", inner + flow("g", "sub") + flow("g", "c", "ce") + flow("xs", "g"))
        + boundary("x", "tx", event("cancel"))
    )
    case = Driven(draw(parts + user("h") + end() + flow("s", "tx", "e") + flow("x", "h", "e")), {"log": []})
    assert case.complete("a").complete("c").open == ["h"]
    assert case.variables["log"] == ["a"]


def test_an_error_in_a_handler_is_caught_around() -> None:
    undone = node("subProcess", "una", start("us") + end("ue", event("error", "E1")) + flow("us", "ue"), isForCompensation="true")
    inner = start("ss") + user("a") + boundary("ca", "a", event("compensate")) + undone + throw() + end("se")
    inner += node("association", "as", sourceRef="ca", targetRef="una") + flow("ss", "a", "t", "se")
    parts = start() + node("subProcess", "sub", inner) + boundary("b", "sub", event("error", "E1")) + user("h") + end()
    assert Driven(draw(parts + flow("s", "sub", "e") + flow("b", "h", "e"))).complete("a").open == ["h"]
