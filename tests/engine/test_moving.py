"""Sending back: what is redone, what stays, and what is refused."""

import pytest

from engine.errors import MoveRefused, NotWaiting
from engine.triggers import SendBack
from tests.engine.drawing import Driven, Shelf, boundary, draw, end, event, event_subprocess, flow, many, node, script, start, user
from tests.engine.taking_back import send_back, task, told

LINE = draw(start() + user("a", "b", "c") + end() + flow("s", "a", "b", "c", "e"))
SPLIT = draw(
    start()
    + user("a", "l1", "l2", "r", "z")
    + node("parallelGateway", "split")
    + node("parallelGateway", "join")
    + end()
    + flow("s", "a", "split", "l1", "l2", "join", "z", "e")
    + flow("split", "r", "join")
)


def finish(case: Driven, *never: str, most: int = 30) -> list[str]:
    """Complete what is open, the oldest first, until the case ends; gives the order."""
    done = []
    while case.tasks and len(done) < most:
        one = case.tasks[0]
        done.append(str(one.element_id))
        case.complete(str(one.element_id), one.path)
    assert case.status == "completed"
    return done


def test_the_earlier_task_opens_and_everything_behind_it_is_done_once_more() -> None:
    case = Driven(LINE).complete("a").complete("b")
    send_back(case, "c", "a")
    assert case.open == ["a"]
    assert told(case, "user_task_cancelled") == {"reason": "sent_back"}
    said = told(case, "sent_back")
    assert (said["to"], said["reason"], said["resubmit"], said["by"], said["taken"]) == ("a", "请补充", "rerun", "li", ["c"])
    assert finish(case) == ["a", "b", "c"]


def test_it_goes_to_whoever_did_it() -> None:
    case = Driven(LINE).complete("a")
    send_back(case, "b", "a", assignee="wang")
    assert task(case, "a").details["assignee"] == "wang"
    case.complete("a")
    assert task(case, "b").details["assignee"] is None


def test_only_the_branch_is_redone_while_the_other_has_signed() -> None:
    case = Driven(SPLIT).complete("a").complete("l1").complete("r")
    send_back(case, "l2", "l1")
    assert case.open == ["l1"]
    assert finish(case) == ["l1", "l2", "z"]


def test_only_the_branch_is_redone_while_the_other_is_open() -> None:
    case = Driven(SPLIT).complete("a").complete("l1")
    kept = task(case, "r").number
    send_back(case, "l2", "l1")
    assert case.open == ["l1", "r"]
    assert task(case, "r").number == kept
    assert sorted(finish(case)) == ["l1", "l2", "r", "z"]


def test_from_a_branch_to_before_the_split_takes_up_the_other_one() -> None:
    case = Driven(SPLIT).complete("a").complete("r")
    send_back(case, "l1", "a")
    assert case.open == ["a"]
    assert sorted(told(case, "sent_back")["taken"]) == ["join", "l1"]
    assert finish(case) == ["a", "l1", "r", "l2", "z"]


def test_from_behind_the_join_to_before_the_split() -> None:
    case = Driven(SPLIT).complete("a").complete("l1").complete("l2").complete("r")
    send_back(case, "z", "a")
    assert finish(case) == ["a", "l1", "r", "l2", "z"]


def test_from_behind_the_join_into_one_branch_keeps_what_the_other_one_has_signed() -> None:
    case = Driven(SPLIT).complete("a").complete("l1").complete("l2").complete("r")
    send_back(case, "z", "l1")
    assert case.open == ["l1"]
    assert finish(case) == ["l1", "l2", "z"]


def test_a_branch_inside_a_branch_keeps_both_others() -> None:
    inner = node("parallelGateway", "s2") + node("parallelGateway", "j2") + user("x", "y")
    case = Driven(
        draw(
            start()
            + user("r", "z")
            + node("parallelGateway", "s1")
            + node("parallelGateway", "j1")
            + inner
            + end()
            + flow("s", "s1", "s2", "x", "j2", "j1", "z", "e")
            + flow("s2", "y", "j2")
            + flow("s1", "r", "j1")
        )
    )
    case.complete("x").complete("y").complete("r")
    send_back(case, "z", "y")
    assert case.open == ["y"]
    assert finish(case) == ["y", "z"]


@pytest.mark.parametrize("kind", ["inclusiveGateway", "exclusiveGateway"])
def test_behind_other_joins(kind: str) -> None:
    gates = node(kind, "split", default="f_split_r") + node(kind, "join")
    body = start() + user("l", "r", "z") + gates + end()
    case = Driven(
        draw(body + flow("s", "split") + flow("split", "l", when="go") + flow("l", "join", "z", "e") + flow("split", "r", "join")),
        {"go": True},
    )
    case.complete("l")
    send_back(case, "z", "l")
    assert finish(case) == ["l", "z"]


LOOP = draw(
    start()
    + node("exclusiveGateway", "merge")
    + node("parallelGateway", "split")
    + user("l1", "l2", "r", "z")
    + node("parallelGateway", "join")
    + node("exclusiveGateway", "again", default="out")
    + end()
    + flow("s", "merge", "split", "l1", "l2", "join", "z", "again")
    + flow("split", "r", "join")
    + flow("again", "merge", when="again")
    + flow("again", "e", id="out")
)


def test_in_the_second_round_of_a_loop_only_the_branch_of_this_round_is_redone() -> None:
    case = Driven(LOOP, {"again": True})
    for one in ("l1", "l2", "r", "z"):
        case.complete(one)
    case.complete("l1").complete("r")
    send_back(case, "l2", "l1")
    assert case.open == ["l1"]
    case.complete("l1").complete("l2")
    assert case.open == ["z"]
    send_back(case, "z", "r")
    assert case.open == ["r"]
    case.complete("r", again=False)
    assert finish(case) == ["z"]


def test_to_what_was_only_done_in_an_earlier_round() -> None:
    case = Driven(LOOP, {"again": True})
    for one in ("l1", "l2", "r", "z"):
        case.complete(one)
    send_back(case, "l1", "z")
    assert case.open == ["z"]
    assert finish(case.set(again=False)) == ["z"]


def test_what_comes_another_way_after_the_gateway_was_not_asked_before() -> None:
    body = start() + user("a", "small", "large", "c") + node("exclusiveGateway", "x", default="d") + node("exclusiveGateway", "m") + end()
    body += (
        flow("s", "a", "x")
        + flow("x", "large", when="amount > 10")
        + flow("large", "m", "c", "e")
        + flow("x", "small", id="d")
        + flow("small", "m")
    )
    case = Driven(draw(body)).complete("a", amount=5).complete("small")
    send_back(case, "c", "a")
    case.complete("a", amount=50)
    assert case.open == ["large"]
    assert finish(case) == ["large", "c"]


COUNTERSIGN = draw(start() + user("a") + node("userTask", "v", many()) + user("z") + end() + flow("s", "a", "v", "z", "e"))


def test_from_one_of_several_the_whole_joint_task_is_taken_up() -> None:
    case = Driven(COUNTERSIGN, {"items": ["p", "q", "r"]}).complete("a").complete("v", (1,))
    send_back(case, "v", "a", path=(2,))
    assert case.open == ["a"]
    assert [event.path for event in case.outcome.events if event.type == "user_task_cancelled"] == [(2,), (0,)]
    case.complete("a")
    assert case.open == ["v", "v", "v"]
    assert finish(case) == ["v", "v", "v", "z"]


def test_to_a_joint_task_is_a_new_round_of_all() -> None:
    case = Driven(COUNTERSIGN, {"items": ["p", "q"]}).complete("a").complete("v").complete("v")
    send_back(case, "z", "v")
    assert case.open == ["v", "v"]
    assert finish(case) == ["v", "v", "z"]


def sub(*inside: str, id: str = "sub", more: str = "") -> str:
    """A sub-process."""
    return node("subProcess", id, start("ss") + user(*inside) + end("se") + flow("ss", *inside, "se") + more)


SUB = draw(
    start()
    + user("a")
    + sub("x", "y")
    + boundary("late", "sub", event("timer", "PT5H"))
    + user("z", "h")
    + end()
    + end("e2")
    + flow("s", "a", "sub", "z", "e")
    + flow("late", "h", "e2")
)


def test_within_a_sub_process() -> None:
    case = Driven(SUB).complete("a").complete("x")
    send_back(case, "y", "x")
    assert case.open == ["x"]
    assert len(case.timers) == 1
    assert finish(case) == ["x", "y", "z"]


def test_out_of_a_sub_process_takes_it_up_as_a_whole() -> None:
    case = Driven(SUB).complete("a").complete("x")
    send_back(case, "y", "a")
    assert case.open == ["a"]
    assert case.timers == []
    assert finish(case) == ["a", "x", "y", "z"]


def test_into_a_finished_sub_process_opens_it_again_with_its_boundary_events() -> None:
    case = Driven(SUB).complete("a").complete("x").complete("y")
    assert case.timers == []
    send_back(case, "z", "y")
    assert case.open == ["y"]
    assert len(case.timers) == 1
    assert finish(case) == ["y", "z"]


def test_into_one_branch_of_a_finished_sub_process() -> None:
    inside = start("ss") + user("x", "y") + node("parallelGateway", "sp") + node("parallelGateway", "jn") + end("se")
    inside += flow("ss", "sp", "x", "jn", "se") + flow("sp", "y", "jn")
    case = Driven(draw(start() + node("subProcess", "sub", inside) + user("z") + end() + flow("s", "sub", "z", "e")))
    case.complete("x").complete("y")
    send_back(case, "z", "x")
    assert finish(case) == ["x", "z"]


def test_two_sub_processes_deep() -> None:
    outer = node("subProcess", "outer", start("os") + sub("x", "y", id="inner") + end("oe") + flow("os", "inner", "oe"))
    case = Driven(draw(start() + outer + user("z") + end() + flow("s", "outer", "z", "e"))).complete("x").complete("y")
    send_back(case, "z", "x")
    assert case.open == ["x"]
    assert finish(case) == ["x", "y", "z"]


def calling(mapping: str = "") -> Driven:
    """A process that calls another one, which asks x and y."""
    shelf = Shelf()
    shelf.deploy(draw(start("qs") + user("x", "y") + end("qe") + flow("qs", "x", "y", "qe"), "q"))
    shelf.deploy(
        draw(
            start()
            + user("a")
            + node("callActivity", "call", mapping, calledElement="q")
            + user("z")
            + end()
            + flow("s", "a", "call", "z", "e")
        )
    )
    return Driven(shelf)


def test_within_and_out_of_and_into_a_called_process() -> None:
    case = calling().complete("a", amount=1).complete("x")
    send_back(case, "y", "x")
    assert case.open == ["x"]
    send_back(case, "x", "a")
    assert case.open == ["a"]
    case.complete("a").complete("x").complete("y", amount=2)
    send_back(case, "z", "y")
    assert case.open == ["y"]
    assert task(case, "y").details["local"]["amount"] == 2
    assert finish(case) == ["y", "z"]
    assert case.variables["amount"] == 2


def test_a_call_that_maps_variables_is_not_opened_in_the_middle() -> None:
    inner = '<extensionElements><camunda:in source="a" target="b"/></extensionElements>'
    case = calling(inner).complete("a", a=1).complete("x").complete("y")
    before = case.state
    with pytest.raises(MoveRefused, match="move_into_mapped_call"):
        send_back(case, "z", "y")
    assert case.state == before


def test_a_called_process_stays_on_its_version() -> None:
    case = calling().complete("a").complete("x").complete("y")
    case.shelf.deploy(draw(start("qs") + user("new") + end("qe") + flow("qs", "new", "qe"), "q"))
    send_back(case, "z", "x")
    assert case.open == ["x"]


def test_to_the_applicant_the_start_form_is_filled_in_once_more() -> None:
    drawn = draw(start(camunda_formKey="apply", camunda_initiator="who") + user("a", "b") + end() + flow("s", "a", "b", "e"))
    case = Driven(drawn, {"amount": 1}).complete("a")
    send_back(case, "b", "s", assignee="wang")
    assert case.open == ["s"]
    opened = task(case, "s").details
    assert (opened["name"], opened["assignee"], opened["form_key"]) == ("修改后重新提交", "wang", "apply")
    case.complete("s", amount=3)
    assert case.open == ["a"]
    assert case.variables["amount"] == 3
    send_back(case, "a", "s", "straight_back", assignee="wang")
    assert case.open == ["s"]
    case.complete("s")
    assert case.open == ["a"]
    assert finish(case) == ["a", "b"]


def test_timers_jobs_and_incidents_behind_are_taken_up() -> None:
    body = start() + user("a", "t") + node("parallelGateway", "sp") + node("serviceTask", "job", camunda_type="external", camunda_topic="x")
    body += script("bad", "x = nobody") + boundary("late", "t", event("timer", "PT1H")) + end() + end("e2") + end("e3") + end("e4")
    body += flow("s", "a", "sp", "t", "e") + flow("sp", "job", "e2") + flow("sp", "bad", "e3") + flow("late", "e4")
    case = Driven(draw(body)).complete("a")
    assert (len(case.timers), len(case.jobs), len(case.outcome.incidents)) == (1, 1, 1)
    send_back(case, "t", "a")
    assert (case.open, case.timers, case.outcome.incidents) == (["a"], [], ())


CHASED = draw(
    start()
    + user("a", "b", "c", "h")
    + boundary("late", "b", event("cycle", "R2/PT1H"), interrupting=False)
    + end()
    + end("e2")
    + flow("s", "a", "b", "c", "e")
    + flow("late", "h", "e2")
)


def test_what_a_boundary_event_has_begun_follows_from_its_activity() -> None:
    case = Driven(CHASED).complete("a").later(hours=1)
    case.complete("b")
    assert case.open == ["c", "h"]
    send_back(case, "c", "a")
    assert case.open == ["a"]


def test_what_was_begun_while_the_target_was_open_does_not_follow_from_its_completion() -> None:
    case = Driven(CHASED).complete("a").later(hours=1)
    case.complete("b")
    send_back(case, "c", "b")
    assert case.open == ["b", "h"]


def test_out_of_an_event_sub_process_that_has_ended_everything() -> None:
    body = start() + user("a", "b") + end() + flow("s", "a", "b", "e") + event_subprocess(event("message", "M1"), interrupting=True)
    case = Driven(draw(body)).complete("a").message("m1")
    assert case.open == ["h"]
    send_back(case, "h", "a")
    assert case.open == ["a"]
    assert len(case.subscriptions) == 1
    case.complete("a").message("m1")
    assert case.open == ["h"]


def test_what_does_not_lead_here_is_refused_and_nothing_has_happened() -> None:
    case = Driven(SPLIT).complete("a").complete("r")
    before = case.state
    for to, code in (("r", "move_not_before"), ("nowhere", "move_target_unknown"), ("l1", "move_to_itself")):
        with pytest.raises(MoveRefused, match=code):
            send_back(case, "l1", to)
    assert case.state == before


def test_from_a_task_that_is_done_nothing_is_sent_back() -> None:
    case = Driven(LINE).complete("a")
    done = next(event for event in case.events if event.type == "user_task_completed")
    with pytest.raises(NotWaiting, match="user_task_not_open"):
        case.take(SendBack(done.number or 0, "a", (), "a", "p:1"))


def test_what_is_open_already_is_not_opened_once_more() -> None:
    case = Driven(CHASED).complete("a").complete("b")
    send_back(case, "c", "b")
    case.later(hours=1)
    assert case.open == ["b", "h"]
    with pytest.raises(MoveRefused, match="move_already_open"):
        send_back(case, "h", "b")
