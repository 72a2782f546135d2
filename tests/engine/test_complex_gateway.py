"""The complex gateway: activation by a condition, tokens that come late, and what they do."""

import pytest

from tests.engine.drawing import Driven, boundary, draw, end, event, flow, node, start, user


def drawn(condition: str, *, out: str = "", more: str = "", names: str = "abc") -> bytes:
    """User tasks in parallel, a complex gateway `x` behind them, and a user task `z`."""
    gateway = node("complexGateway", "x", f"<activationCondition><![CDATA[{condition}]]></activationCondition>")
    branches = "".join(flow("g", name, "x") for name in names)
    parts = start() + node("parallelGateway", "g") + user(*names, "z") + gateway + end() + flow("s", "g") + branches
    return draw(parts + (out or flow("x", "z", "e")) + more)


def test_so_many_tokens_are_enough_and_late_ones_end_here() -> None:
    case = Driven(drawn("${activationCount >= 2}")).complete("a")
    assert case.open == ["b", "c"]
    assert case.complete("c").open == ["b", "z"]
    assert case.complete("b").open == ["z"]
    assert case.complete("z").status == "completed"


def test_the_process_does_not_wait_for_a_reset_that_nothing_brings() -> None:
    case = Driven(drawn("${activationCount >= 2}")).complete("a").complete("b").complete("z")
    assert (case.status, case.open) == ("running", ["c"])
    assert case.complete("c").status == "completed"


@pytest.mark.parametrize(("order", "opens_at"), [("abc", 1), ("bca", 3), ("cab", 2)])
def test_the_condition_may_name_flows(order: str, opens_at: int) -> None:
    case = Driven(drawn("${f_a_x >= 1 or f_b_x + f_c_x + f_a_x == 3}"))
    opened = [count for count, name in enumerate(order, 1) if "z" in case.complete(name).open]
    assert opened[0] == opens_at


def test_the_condition_sees_variables() -> None:
    case = Driven(drawn("${activationCount >= needed}"), {"needed": 3}).complete("a").complete("b")
    assert case.open == ["c"]
    case.set(needed=2)
    assert case.open == ["c", "z"]


def test_a_flow_that_speaks_of_the_phase_is_taken_at_the_reset() -> None:
    out = flow("x", "z", when="${waitingForStart}") + flow("z", "e") + flow("x", "late", when="${not waitingForStart}") + user("late")
    case = Driven(drawn("${activationCount >= 2}", out=out)).complete("a").complete("b")
    assert case.open == ["c", "z"]
    assert case.complete("c").open == ["late", "z"]
    assert case.complete("late").complete("z").status == "completed"


def test_a_reset_happens_when_nothing_can_come_any_more() -> None:
    out = flow("x", "z", when="${waitingForStart}") + flow("z", "e") + flow("x", "late", when="${not waitingForStart}") + user("late")
    other = boundary("t", "b", event("timer", "PT1H")) + user("gone") + flow("t", "gone")
    case = Driven(drawn("${activationCount >= 2}", out=out, more=other)).complete("a").complete("c")
    assert case.open == ["b", "z"]
    assert case.later(hours=2).open == ["gone", "late", "z"]


def test_it_may_be_activated_again_after_its_reset() -> None:
    gateway = node("complexGateway", "x", "<activationCondition>activationCount >= 1</activationCondition>")
    again = node("exclusiveGateway", "y", default="fd") + node("exclusiveGateway", "m")
    parts = start() + again + node("parallelGateway", "g") + user("a", "b", "z") + gateway + end()
    parts += flow("s", "m", "g", "a", "x", "z", "y") + flow("g", "b", "x") + flow("y", "m", when="${more}") + flow("y", "e", id="fd")
    case = Driven(draw(parts)).complete("a").complete("b")
    assert case.complete("z", more=True).open == ["a", "b"]
    assert case.complete("b").open == ["a", "z"]
    assert case.complete("a").complete("z", more=False).status == "completed"


def test_a_token_of_the_next_round_waits_for_the_reset() -> None:
    gateway = node("complexGateway", "x", "<activationCondition>activationCount >= 2</activationCondition>")
    parts = start() + node("parallelGateway", "g") + user("a", "b", "d", "z") + gateway + end() + node("exclusiveGateway", "m")
    parts += flow("s", "g", "a", "m", "x", "z", "m") + flow("g", "b", "x") + flow("g", "d", "x")
    case = Driven(draw(parts)).complete("a").complete("b").complete("z")
    assert case.open == ["d"]
    assert [incident["code"] for incident in case.complete("d").incidents] == ["stuck"]


def test_with_one_flow_in_it_only_chooses() -> None:
    out = flow("x", "a", when="${n > 1}") + flow("x", "b", when="${n > 2}") + flow("x", "d", id="fd")
    parts = start() + node("complexGateway", "x", default="fd") + user("a", "b", "d") + flow("s", "x") + out
    assert [Driven(draw(parts), {"n": n}).open for n in (3, 2, 1)] == [["a", "b"], ["a"], ["d"]]


def test_no_way_out_is_an_incident() -> None:
    case = Driven(drawn("${activationCount >= 2}", out=flow("x", "z", when="${go}")), {"go": False}).complete("a").complete("b")
    assert [incident["code"] for incident in case.incidents] == ["no_path"]
    assert case.retry(go=True).open == ["c", "z"]


def test_a_condition_that_fails_is_an_incident() -> None:
    case = Driven(drawn("${activationCount >= needed}")).complete("a")
    assert [incident["code"] for incident in case.incidents] == ["unknown_variable"]
    case.retry(needed=2)
    assert case.complete("b").open == ["c", "z"]
