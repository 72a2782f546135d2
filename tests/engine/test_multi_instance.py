"""Multi-instance activities and loops: variables of the standard, completion, results, open instances, and what ends them."""

from typing import Any

import pytest

from engine.errors import NotWaiting
from engine.triggers import CompleteUserTask
from tests.engine.drawing import Driven, boundary, draw, end, event, flow, many, node, script, start, user


def joint(inner: str, *, tag: str = "userTask", **attributes: str) -> bytes:
    """A process with one multi-instance activity `u` and a user task `z` behind it."""
    return draw(start() + node(tag, "u", inner, **attributes) + user("z") + end() + flow("s", "u", "z", "e"))


@pytest.mark.parametrize(("sequential", "opens"), [(False, [["u"] * 4, ["u"] * 3, ["z"]]), (True, [["u"], ["u"], ["z"]])])
def test_the_variables_of_the_standard(sequential: bool, opens: list[list[str]]) -> None:
    until = "${nrOfCompletedInstances / nrOfInstances >= 0.5 and vote == 1 and loopCounter >= 0}"
    case = Driven(joint(many(sequential=sequential, until=until, out="votes")), {"items": list("abcd")})
    seen = [case.open]
    seen.append(case.complete("u", (0,), vote=1).open)
    seen.append(case.complete("u", (1,), vote=1).open)
    assert seen == opens
    assert case.variables["votes"] == [1, 1]


def test_each_instance_has_its_item_its_number_and_its_people() -> None:
    case = Driven(joint(many("${leaders}"), camunda_assignee="${item}"), {"leaders": ["zhang", "li"]})
    assert [(e.path, e.details["assignee"], e.details["local"]) for e in case.tasks] == [
        ((0,), "zhang", {"loopCounter": 0, "item": "zhang"}),
        ((1,), "li", {"loopCounter": 1, "item": "li"}),
    ]
    assert len({e.number for e in case.tasks}) == 2


def test_one_disagreement_ends_the_joint_approval() -> None:
    case = Driven(joint(many(until="${outcome_u == 'disagree'}")), {"items": list("abcde")})
    case.complete("u", (3,), outcome="agree")
    assert len(case.tasks) == 4
    case.complete("u", (1,), outcome="disagree", opinion="no")
    assert case.open == ["z"]
    cancelled = [(e.path, e.details) for e in case.outcome.events if e.type == "user_task_cancelled"]
    assert cancelled == [((k,), {"reason": "not_needed"}) for k in (0, 2, 4)]
    assert (case.variables["outcome_u"], case.variables["opinion_u"]) == ("disagree", "no")


def test_a_veto_by_an_error_end_event_cancels_the_siblings() -> None:
    sub = many() + start("ss") + user("v") + node("exclusiveGateway", "g", default="fd") + end("no", event("error", "E1")) + end("se")
    sub += flow("ss", "v", "g") + flow("g", "no", when="${outcome_v == 'disagree'}") + flow("g", "se", id="fd")
    body = (
        start()
        + node("subProcess", "sp", sub)
        + boundary("b", "sp", event("error", "E1"))
        + user("h", "z")
        + end()
        + flow("s", "sp", "z", "e")
        + flow("b", "h", "e")
    )
    case = Driven(draw(body), {"items": [1, 2, 3]}).complete("v", (2,), outcome="agree")
    assert case.open == ["v", "v"]
    case.complete("v", (0,), outcome="disagree")
    assert case.open == ["h"]
    assert [e.path for e in case.outcome.events if e.type == "user_task_cancelled"] == [(1,)]


def test_an_open_instance_is_open_once() -> None:
    case = Driven(joint(many()), {"items": [1, 2]})
    first = case.tasks[0]
    case.take(CompleteUserTask(first.number, "u", (0,)))
    with pytest.raises(NotWaiting):
        case.take(CompleteUserTask(first.number, "u", (0,)))
    assert case.open == ["u"]


def test_again_in_a_loop_and_over_nothing() -> None:
    body = (
        start()
        + node("exclusiveGateway", "m")
        + node("userTask", "u", many(out="votes"))
        + node("exclusiveGateway", "g", default="fd")
        + end()
    )
    body += flow("s", "m", "u", "g") + flow("g", "m", when="${0 in votes}") + flow("g", "e", id="fd")
    case = Driven(draw(body), {"items": [1, 2]})
    for vote in (0, 1):
        for k in (0, 1):
            case.complete("u", (k,), vote=vote)
    assert (case.status, case.variables["votes"]) == ("completed", [1, 1])
    assert len({e.number for e in case.events if e.type == "user_task_created"}) == 4
    assert Driven(draw(body), {"items": []}).status == "completed"


@pytest.mark.parametrize("count", ["3", "${n}", "${n + 0}"])
def test_a_number_of_instances(count: str) -> None:
    assert Driven(joint(many(count=count)), {"n": 3}).open == ["u"] * 3


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"items": "zhang,li"}, "collection"),
        ({"items": 3}, "collection"),
        ({}, "unknown_variable"),
        ({"items": list(range(1001))}, "limit"),
    ],
)
def test_a_collection_that_is_none_is_an_incident(variables: dict[str, Any], code: str) -> None:
    case = Driven(joint(many()), variables)
    assert case.incidents[0]["code"] == code
    assert case.retry(items=["a"]).open == ["u"]


@pytest.mark.parametrize(("number", "code"), [(-1, "cardinality"), ("x", "cardinality"), (None, "cardinality"), (10**8, "limit")])
def test_a_number_that_is_none_is_an_incident(number: Any, code: str) -> None:
    assert Driven(joint(many(count="${n}")), {"n": number}).incidents[0]["code"] == code


def test_no_instances_at_all_are_passed() -> None:
    case = Driven(joint(many(count="0")), {})
    assert (case.open, case.incidents) == (["z"], [])


def test_people_that_cannot_be_computed_open_nothing() -> None:
    case = Driven(joint(many(), camunda_assignee="${item.login.trim()}"), {"items": [{"login": "a"}, {"name": "b"}]})
    assert case.incidents[0]["code"] == "expression"
    assert not case.tasks
    assert case.retry(items=[{"login": "a"}, {"login": "b"}]).open == ["u", "u"]


def test_a_completion_condition_that_fails_keeps_the_decision_and_the_others() -> None:
    case = Driven(joint(many(until="${enough}")), {"items": [1, 2, 3]}).complete("u", (0,))
    assert case.incidents[0]["code"] == "unknown_variable"
    assert ("user_task_completed", "u") in case.types()
    assert len(case.tasks) == 2
    assert case.complete("u", (1,)).incidents[0]["code"] == "unknown_variable"
    assert len(case.outcome.incidents) == 1
    assert case.retry(enough=True).open == ["z"]
    assert not case.outcome.incidents


def test_a_failed_look_at_the_condition_heals_with_the_next_instance() -> None:
    case = Driven(joint(many(until="${enough}")), {"items": [1, 2, 3]}).complete("u", (0,)).complete("u", (1,), enough=True)
    assert case.open == ["z"]
    assert not case.outcome.incidents


def test_the_end_of_a_boundary_cancels_instances_of_sub_processes() -> None:
    sub = (
        many(count="2")
        + start("ss")
        + user("a")
        + boundary("in", "a", event("timer", "PT5H"))
        + end("se")
        + flow("ss", "a", "se")
        + flow("in", "se")
    )
    body = (
        start()
        + node("subProcess", "sp", sub)
        + boundary("t", "sp", event("timer", "PT1H"))
        + user("z")
        + end()
        + flow("s", "sp", "e")
        + flow("t", "z", "e")
    )
    case = Driven(draw(body)).later(hours=2)
    assert case.open == ["z"]
    assert not case.timers
    assert [(e.element_id, e.path) for e in case.outcome.events if e.type == "user_task_cancelled"] == [("a", (0,)), ("a", (1,))]


def test_an_interrupting_boundary_cancels_open_instances() -> None:
    body = (
        start()
        + node("userTask", "u", many())
        + boundary("t", "u", event("timer", "PT1H"))
        + user("z")
        + end()
        + flow("s", "u", "e")
        + flow("t", "z", "e")
    )
    case = Driven(draw(body), {"items": [1, 2, 3]}).complete("u", (1,)).later(hours=1)
    assert case.open == ["z"]
    assert [e.path for e in case.outcome.events if e.type == "user_task_cancelled"] == [(0,), (2,)]


def test_instances_inside_instances() -> None:
    inner = many("${item}").replace('name="item"', 'name="one"').replace('inputDataItem id="item"', 'inputDataItem id="one"')
    sub = many() + start("ss") + node("userTask", "v", inner) + end("se") + flow("ss", "v", "se")
    case = Driven(joint(sub, tag="subProcess"), {"items": [["a", "b"], ["c"]]})
    assert [(e.path, e.details["local"]["one"]) for e in case.tasks] == [((0, 0), "a"), ((0, 1), "b"), ((1, 0), "c")]
    assert case.complete("v", (0, 1)).complete("v", (1, 0)).complete("v", (0, 0)).open == ["z"]


def test_instances_of_scripts_and_the_automatic_chain_of_each() -> None:
    """Each instance runs until it waits: what its script sets, its own gateway reads."""
    sub = many() + start("ss") + script("x", "mark = item") + node("exclusiveGateway", "g", default="fd") + user("even", "odd") + end("se")
    sub += (
        flow("ss", "x", "g")
        + flow("g", "even", when="${mark % 2 == 0}")
        + flow("g", "odd", id="fd")
        + flow("even", "se")
        + flow("odd", "se")
    )
    assert Driven(joint(sub, tag="subProcess"), {"items": [1, 2, 3, 4]}).open == ["even", "even", "odd", "odd"]


def test_results_do_not_depend_on_what_becomes_of_the_variable() -> None:
    case = Driven(joint(many(out="votes")), {"items": [1, 2]}).complete("u", (1,), vote="b").set(votes=5).complete("u", (0,), vote="a")
    assert case.variables["votes"] == ["b", "a"]
    assert case.open == ["z"]


def test_two_hundred_instances_with_several_elements_each_are_no_endless_loop() -> None:
    sub = many() + start("ss") + script("x", "mark = item") + script("y", "mark = mark + 1") + node("task", "t") + user("a") + end("se")
    case = Driven(joint(sub + flow("ss", "x", "y", "t", "a", "se"), tag="subProcess"), {"items": list(range(200))})
    assert len(case.tasks) == 200
    assert not case.incidents


def test_numbers_of_instances_are_unique_for_ever() -> None:
    case = Driven(joint(many()), {"items": list(range(20))})
    for k in range(0, 20, 3):
        case.complete("u", (k,))
    numbers = [e.number for e in case.events if e.type in ("user_task_created", "element_entered")]
    assert len(set(numbers)) == len(numbers)


LOOP = (
    '<standardLoopCharacteristics testBefore="{0}" loopMaximum="3"><loopCondition>${{again}}</loopCondition></standardLoopCharacteristics>'
)


def test_a_loop_repeats_while_its_condition_holds() -> None:
    case = Driven(joint(LOOP.format("false")), {"again": True})
    assert [e.path for e in case.tasks] == [(0,)]
    assert [e.path for e in case.complete("u").tasks] == [(1,)]
    assert case.complete("u", again=False).open == ["z"]


def test_a_loop_ends_at_its_maximum_and_may_test_before() -> None:
    case = Driven(joint(LOOP.format("false")), {"again": True}).complete("u").complete("u").complete("u")
    assert case.open == ["z"]
    assert Driven(joint(LOOP.format("true")), {"again": False}).open == ["z"]
