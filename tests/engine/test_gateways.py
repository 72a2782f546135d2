"""Gateways, implicit splits and merges, links, and processes without start or end."""

from typing import Any

import pytest

from engine.errors import NotExecutable
from tests.engine.drawing import Driven, draw, end, event, flow, node, script, start, user


def names(case: Driven, kind: str) -> list[str | None]:
    """Elements with an event of this type in the last step."""
    return [element for found, element in case.types() if found == kind]


CHOICE = draw(
    start()
    + user("a", "big", "small")
    + node("exclusiveGateway", "g", default="fd")
    + end()
    + flow("s", "a", "g")
    + flow("g", "big", when="${amount >= 5000}", id="fbig")
    + flow("g", "small", id="fd")
    + flow("big", "e")
    + flow("small", "e")
)


@pytest.mark.parametrize(("amount", "taken"), [("4999.99", "small"), ("5000.00", "big"), (5000, "big")])
def test_a_condition_chooses_the_branch(amount: Any, taken: str) -> None:
    assert Driven(CHOICE, {"amount": amount}).complete("a").open == [taken]


def test_the_reason_of_a_choice_is_told() -> None:
    case = Driven(CHOICE, {"amount": "4999.99"}).complete("a")
    told = [e.details for e in case.outcome.events if e.type == "condition_evaluated"]
    assert told == [
        {"flow_id": "fbig", "flow_name": None, "expression": "${amount >= 5000}", "values": {"amount": "4999.99"}, "result": False},
        {"flow_id": "fd", "flow_name": None, "expression": None, "values": {}, "result": True, "default": True},
    ]


def test_a_gateway_without_a_path_is_an_incident_and_the_decision_is_kept() -> None:
    body = start() + user("a", "b") + node("exclusiveGateway", "g") + end() + end("e2") + flow("s", "a", "g")
    body += flow("g", "b", when="${x == 1}") + flow("g", "e2", when="${x == 2}") + flow("b", "e")
    case = Driven(draw(body)).complete("a", x=3)
    assert case.status == "running"
    assert case.open == []
    assert case.incidents[0]["code"] == "no_path"
    assert ("user_task_completed", "a") in case.types()
    assert case.retry(x=1).open == ["b"]
    assert ("incident_resolved", "g") in case.types()
    assert not case.outcome.incidents
    assert names(case, "element_entered") == ["b"]


def test_the_first_true_flow_in_the_order_drawn_is_taken() -> None:
    body = start() + node("exclusiveGateway", "g") + user("a", "b") + end() + flow("s", "g")
    body += flow("g", "a", when="${True}") + flow("g", "b", when="${True}") + flow("a", "e") + flow("b", "e")
    assert Driven(draw(body)).open == ["a"]


def test_a_lone_flow_without_a_condition_is_the_default() -> None:
    body = start() + node("exclusiveGateway", "g") + user("a", "b") + end() + flow("s", "g")
    body += flow("g", "b") + flow("g", "a", when="${x}") + flow("a", "e") + flow("b", "e")
    assert Driven(draw(body), {"x": False}).open == ["b"]
    assert Driven(draw(body), {"x": True}).open == ["a"]


def test_two_flows_without_a_condition_are_not_executable() -> None:
    body = start() + node("exclusiveGateway", "g") + user("a", "b") + end() + flow("s", "g") + flow("g", "a", "e") + flow("g", "b", "e")
    with pytest.raises(NotExecutable) as refused:
        Driven(draw(body))
    assert refused.value.code == "flow_without_condition"


PARALLEL = draw(
    start()
    + node("parallelGateway", "g")
    + node("parallelGateway", "j")
    + user("a", "b", "z")
    + end()
    + flow("s", "g")
    + flow("g", "a", "j")
    + flow("g", "b", "j")
    + flow("j", "z", "e")
)


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_parallel_changes_meet_in_both_orders(order: tuple[str, str]) -> None:
    case = Driven(PARALLEL, {"v": 0, "w": 0, "both": []})
    for name in order:
        case.complete(name, **{"v" if name == "a" else "w": 1}, both=[*case.variables["both"], name])
    assert case.open == ["z"]
    assert (case.variables["v"], case.variables["w"], case.variables["both"]) == (1, 1, list(order))


def test_a_join_is_entered_once_when_it_acts() -> None:
    case = Driven(PARALLEL).complete("a")
    assert names(case, "element_entered") == []
    case.complete("b")
    assert names(case, "element_entered") == ["j", "z"]


def test_excess_tokens_stay_at_a_parallel_join() -> None:
    body = start() + node("parallelGateway", "g") + node("exclusiveGateway", "m") + user("a", "b", "c", "z") + node("parallelGateway", "j")
    body += flow("s", "g") + flow("g", "a", "m") + flow("g", "b", "m") + flow("m", "j") + flow("g", "c", "j") + flow("j", "z")
    case = Driven(draw(body))
    assert [case.complete(name).open for name in ("a", "b", "c")] == [["b", "c"], ["c"], ["z"]]
    case.complete("z")
    assert case.incidents[0]["code"] == "stuck"


def test_two_flows_from_one_element_to_a_join_are_two_flows() -> None:
    body = start() + node("parallelGateway", "g") + node("parallelGateway", "j") + user("a", "z") + end()
    body += flow("s", "g") + flow("g", "j", id="f1") + flow("g", "j", id="f2") + flow("g", "a", "j") + flow("j", "z", "e")
    assert Driven(draw(body)).complete("a").open == ["z"]


def test_an_inclusive_join_waits_for_the_branches_that_were_taken() -> None:
    body = (
        start()
        + node("inclusiveGateway", "g", default="fd")
        + node("inclusiveGateway", "j")
        + user("a", "b", "c", "z")
        + end()
        + flow("s", "g")
    )
    body += flow("g", "a", when="${x}") + flow("g", "b", when="${y}") + flow("g", "c", id="fd")
    body += "".join(flow(name, "j") for name in "abc") + flow("j", "z", "e")
    case = Driven(draw(body), {"x": True, "y": True})
    assert case.open == ["a", "b"]
    assert case.complete("a").open == ["b"]
    assert case.complete("b").open == ["z"]
    assert Driven(draw(body), {"x": True, "y": False}).complete("a").open == ["z"]
    assert Driven(draw(body), {"x": False, "y": False}).open == ["c"]


def test_an_inclusive_join_does_not_wait_for_a_token_that_can_also_come_on_a_filled_flow() -> None:
    """BPMN 2.0, 13.4.3, second rule: `b` can reach the join by both flows, `a` has already come on one of them."""
    body = (
        start()
        + node("parallelGateway", "g")
        + user("a", "b", "z")
        + node("exclusiveGateway", "m")
        + node("exclusiveGateway", "x", default="fx")
    )
    body += node("inclusiveGateway", "j") + end() + flow("s", "g") + flow("g", "a", "m") + flow("m", "j") + flow("g", "b", "x")
    body += flow("x", "m", when="${left}") + flow("x", "j", id="fx") + flow("j", "z", "e")
    case = Driven(draw(body), {"left": False}).complete("a")
    assert case.open == ["b", "z"]
    assert case.complete("b").open == ["z", "z"]


def test_several_flows_out_of_a_task_split_and_merge() -> None:
    body = (
        start()
        + user("u", "a", "b")
        + script("m", "n = n + 1")
        + end()
        + flow("s", "u")
        + flow("u", "a", "m")
        + flow("u", "b", "m")
        + flow("m", "e")
    )
    case = Driven(draw(body), {"n": 0})
    assert [case.open] + [case.complete(name).open for name in ("u", "b", "a")] == [["u"], ["a", "b"], ["a"], []]
    assert case.status == "completed"
    assert case.variables == {"n": 2}


def test_conditional_flows_of_a_task() -> None:
    body = start() + node("userTask", "u", default="fd") + user("a", "b", "c", "d") + end() + flow("s", "u") + flow("u", "a", when="${x}")
    body += flow("u", "b", when="${y}") + flow("u", "d", id="fd") + flow("u", "c") + "".join(flow(name, "e") for name in "abcd")
    case = Driven(draw(body)).complete("u", x=True, y=False)
    assert case.open == ["a", "c"]
    assert {e.element_id for e in case.outcome.events if e.type == "condition_evaluated"} == {"u"}


def test_a_default_flow_of_a_task() -> None:
    body = start() + user("a", "b") + node("userTask", "u", default="fd") + end() + flow("s", "u")
    body += flow("u", "a", when="${x}") + flow("u", "b", id="fd") + flow("a", "e") + flow("b", "e")
    assert Driven(draw(body)).complete("u", x=False).open == ["b"]


def test_a_task_without_a_path_stops_behind_itself() -> None:
    body = (
        start()
        + user("u", "a", "b")
        + end()
        + flow("s", "u")
        + flow("u", "a", when="${x}")
        + flow("u", "b", when="${y}")
        + flow("a", "e")
        + flow("b", "e")
    )
    case = Driven(draw(body)).complete("u", x=False, y=False)
    assert [(e.element_id, e.details["code"]) for e in case.outcome.events if e.type == "incident_raised"] == [("u", "no_path")]
    assert case.retry(y=True).open == ["b"]


def test_made_up_elements_are_never_seen() -> None:
    body = start() + node("userTask", "u", default="fd") + user("a", "b") + end() + flow("s", "u")
    body += flow("u", "a", when="${x}") + flow("u", "b", id="fd") + flow("a", "e") + flow("b", "e")
    case = Driven(draw(body)).complete("u", x=False).complete("b")
    assert not [e for e in case.events if "[" in str(e.element_id)]
    assert case.status == "completed"


def test_a_process_without_end_events_ends() -> None:
    assert Driven(draw(start() + user("u") + flow("s", "u"))).complete("u").status == "completed"


def test_a_scope_without_a_start_event_begins_everywhere() -> None:
    body = start() + node("subProcess", "sp", user("a", "b")) + user("z") + flow("s", "sp", "z")
    case = Driven(draw(body))
    assert [case.open] + [case.complete(name).open for name in ("a", "b", "z")] == [["a", "b"], ["b"], ["z"], []]


@pytest.mark.parametrize("x", [True, False])
def test_links(x: bool) -> None:
    link = '<linkEventDefinition name="L"/>'
    body = (
        start()
        + node("exclusiveGateway", "g", default="fd")
        + node("intermediateThrowEvent", "t1", link)
        + node("intermediateThrowEvent", "t2", link)
    )
    body += (
        node("intermediateCatchEvent", "c", link)
        + user("a")
        + end()
        + flow("s", "g")
        + flow("g", "t1", when="${x}")
        + flow("g", "t2", id="fd")
        + flow("c", "a", "e")
    )
    case = Driven(draw(body), {"x": x})
    assert names(case, "element_entered") == ["s", "g", "t1" if x else "t2", "c", "a"]
    assert case.complete("a").status == "completed"


def test_a_terminate_end_event_ends_the_others() -> None:
    body = (
        start()
        + node("parallelGateway", "g")
        + user("a", "b")
        + end("t", event("terminate"))
        + end()
        + flow("s", "g")
        + flow("g", "a", "t")
        + flow("g", "b", "e")
    )
    case = Driven(draw(body)).complete("a")
    assert case.status == "completed"
    assert ("user_task_cancelled", "b") in case.types()
    assert [e.details for e in case.outcome.events if e.type == "end_event_reached"] == [{"top": True}]


def test_tasks_without_work_pass() -> None:
    body = start() + node("task", "t") + node("manualTask", "m") + user("a") + end() + flow("s", "t", "m", "a", "e")
    assert Driven(draw(body)).open == ["a"]


def test_a_parallel_gateway_looks_at_no_condition() -> None:
    body = start() + node("parallelGateway", "g") + user("a", "b") + end() + flow("s", "g")
    body += flow("g", "a", when="${False}") + flow("g", "b", when="${not_there > 1}") + flow("a", "e") + flow("b", "e")
    case = Driven(draw(body))
    assert (sorted(case.open), case.incidents) == (["a", "b"], [])
