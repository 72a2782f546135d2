"""Ad-hoc sub-processes: what is enabled, in which order, and when it is over."""

import pytest

from tests.engine.drawing import Driven, boundary, draw, end, event, flow, many, node, script, start, user


def drawn(inner: str, *, until: str | None = None, beside: str = "", **attributes: str) -> bytes:
    """An ad-hoc sub-process `x`, and a user task `z` behind it."""
    condition = f"<completionCondition><![CDATA[{until}]]></completionCondition>" if until else ""
    ad_hoc = node("adHocSubProcess", "x", inner + condition, **attributes)
    return draw(start() + ad_hoc + user("z") + end() + beside + flow("s", "x", "z", "e"))


def test_everything_that_no_flow_leads_to_is_open_at_once() -> None:
    case = Driven(drawn(user("a", "b", "c") + flow("b", "c")))
    assert case.open == ["a", "b"]
    assert case.complete("b").open == ["a", "c"]
    assert case.complete("c").complete("a").open == ["z"]


def test_the_completion_condition_ends_it_and_takes_the_rest_back() -> None:
    case = Driven(drawn(user("a", "b", "c") + flow("a", "c"), until="${enough}"), {"enough": False})
    assert case.complete("b").open == ["a"]
    assert case.complete("a", enough=True).open == ["z"]
    assert [task.element_id for task in case.waiting("user_task_created", "user_task_completed")] == ["z"]


def test_what_runs_may_end_when_the_diagram_says_so() -> None:
    inner = user("a", "b", "c") + flow("b", "c")
    case = Driven(drawn(inner, until="${enough}", cancelRemainingInstances="false")).complete("a", enough=True)
    assert case.open == ["b"]
    assert case.complete("b").open == ["z"]


def test_all_is_enabled_again_until_the_condition_holds() -> None:
    case = Driven(drawn(user("a", "b"), until="${votes > 2}"), {"votes": 0})
    assert case.complete("a", votes=1).complete("b", votes=2).open == ["a", "b"]
    assert case.complete("b", votes=3).open == ["z"]


def test_in_sequence_people_choose_the_order_by_completing() -> None:
    case = Driven(drawn(user("a", "b", "c"), ordering="Sequential"))
    assert case.open == ["a", "b", "c"]
    assert case.complete("b").open == ["a", "c"]
    assert not [event for event in case.events if event.type == "user_task_cancelled"]
    assert case.complete("c").complete("a").open == ["z"]


def test_in_sequence_what_follows_comes_before_the_next_choice() -> None:
    case = Driven(drawn(user("a", "b", "b2") + flow("b", "b2"), ordering="Sequential"))
    assert case.open == ["a", "b"]
    assert case.complete("b").open == ["b2"]
    assert [e.details["reason"] for e in case.events if e.type == "user_task_cancelled"] == ["not_now"]
    assert case.complete("b2").open == ["a"]
    assert case.complete("a").open == ["z"]


def test_in_sequence_what_needs_nobody_comes_first_and_alone() -> None:
    inner = user("a") + script("k", "log = log + ['k']") + node("userTask", "m", many()) + node("serviceTask", "j", **JOB)
    case = Driven(drawn(inner, ordering="Sequential"), {"log": [], "items": [1, 2]})
    assert (case.open, case.variables["log"]) == (["m", "m"], ["k"])
    assert case.complete("m").complete("m").open == ["j"]
    assert case.complete("j").open == ["a"]


JOB = {"camunda_type": "external", "camunda_topic": "t"}


def test_in_sequence_the_condition_ends_it_too() -> None:
    case = Driven(drawn(user("a", "b"), until="${done}", ordering="Sequential"), {"done": False})
    assert case.complete("a", done=False).complete("b", done=False).open == ["a", "b"]
    assert case.complete("a", done=True).open == ["z"]


def test_a_condition_that_fails_is_an_incident_and_the_work_goes_on() -> None:
    case = Driven(drawn(user("a", "b"), until="${enough}")).complete("a")
    assert [incident["code"] for incident in case.incidents] == ["unknown_variable"]
    assert case.open == ["b"]
    assert case.retry(enough=True).open == ["z"]
    assert not case.incidents


def test_a_condition_that_fails_at_last_waits_for_the_retry() -> None:
    case = Driven(drawn(user("a"), until="${enough}")).complete("a")
    assert (case.status, case.open) == ("running", [])
    assert case.retry(enough=False).open == ["a"]
    assert case.complete("a", enough=True).open == ["z"]


def test_another_activity_may_mend_the_condition() -> None:
    case = Driven(drawn(user("a", "b", "c"), until="${enough}")).complete("a").complete("b", enough=False)
    assert not case.incidents
    assert case.complete("c", enough=True).open == ["z"]


def test_events_work_in_and_on_it() -> None:
    inner = user("a", "b", "c") + boundary("t", "a", event("timer", "PT1H"), interrupting=False) + flow("t", "c")
    timed = boundary("stop", "x", event("timer", "P1D")) + user("late") + flow("stop", "late", "e")
    case = Driven(drawn(inner, beside=timed)).later(hours=2)
    assert case.open == ["a", "b", "c"]
    assert case.later(days=2).open == ["late"]
    assert case.complete("late").status == "completed"


@pytest.mark.parametrize("ordering", ["Parallel", "Sequential"])
def test_it_may_be_repeated_for_many(ordering: str) -> None:
    case = Driven(drawn(user("a", "b") + many(), ordering=ordering), {"items": [1, 2]})
    assert case.open == ["a", "a", "b", "b"]
    case.complete("a", (1,)).complete("b", (1,)).complete("b", (0,))
    assert case.open == ["a"]
    assert case.complete("a", (0,)).open == ["z"]


def test_work_without_people_and_without_end_is_an_incident() -> None:
    case = Driven(drawn(script("k", "n = 1"), until="${n == 2}"))
    assert [incident["code"] for incident in case.incidents] == ["limit"]


def test_a_finished_one_is_taken_back_from_inside() -> None:
    undone = (
        boundary("ca", "a", event("compensate"))
        + node("userTask", "una", isForCompensation="true")
        + node("association", "as", sourceRef="ca", targetRef="una")
    )
    throw = node("intermediateThrowEvent", "t", "<compensateEventDefinition/>")
    body = start() + node("adHocSubProcess", "x", user("a", "b") + undone) + throw + end() + flow("s", "x", "t", "e")
    case = Driven(draw(body)).complete("b").complete("a")
    assert case.open == ["una"]
    assert case.complete("una").status == "completed"
