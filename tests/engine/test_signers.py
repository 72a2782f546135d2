"""Signers of a user task (加签, 减签): before, after, in parallel, nested, taken off, and with what ends the task they sign for."""

from typing import Any

import pytest
import zstandard

from engine.errors import NotWaiting
from engine.triggers import AddSigners, Cancel, CompleteUserTask, RemoveSigner
from tests.engine.drawing import Driven, boundary, draw, end, event, flow, many, node, start, user

ONE = draw(start() + user("u", name="审核", camunda_assignee="holder") + user("z") + end() + flow("s", "u", "z", "e"))


def task(case: Driven, who: str) -> Any:
    return next(one for one in case.tasks if one.details["assignee"] == who)


def add(case: Driven, who: str, users: str, position: str) -> Driven:
    found = task(case, who)
    return case.take(AddSigners(found.number, "u", found.path, users.split(), position, who))


def say(case: Driven, who: str, outcome: str = "agree", opinion: str | None = None, **variables: Any) -> Driven:
    found = task(case, who)
    return case.take(CompleteUserTask(found.number, "u", found.path, variables, outcome, opinion, who))


def remove(case: Driven, holder: str, user: str, number: int | None = None) -> Driven:
    found = number or task(case, holder).number
    added = next(one for e in case.events if e.type == "signers_added" for one in e.details["users"] if one["user"] == user)
    return case.take(RemoveSigner(found, "u", (), added["number"], holder))


def who(case: Driven) -> list[str]:
    return sorted(str(one.details["assignee"]) for one in case.tasks)


def told(case: Driven, kind: str) -> dict[str, Any]:
    return next(one.details for one in reversed(case.events) if one.type == kind)


def test_the_holder_waits_for_those_who_sign_before() -> None:
    case = add(Driven(ONE), "holder", "a b", "before")
    assert who(case) == ["a", "b", "holder"]
    assert told(case, "signers_added")["signing"]["waits"] == 2
    state = case.state
    with pytest.raises(NotWaiting, match="waits_for_signers"):
        say(case, "holder")
    assert case.state == state
    say(case, "a", "disagree", "造价偏高")
    with pytest.raises(NotWaiting):
        say(case, "holder")
    say(case, "b")
    assert told(case, "signer_decided")["signing"]["waits"] == 0
    say(case, "holder", "agree", "已核实")
    assert (case.variables["outcome_u"], case.variables["opinion_u"], case.open) == ("agree", "已核实", ["z"])


def test_those_who_sign_after_are_asked_when_the_holder_has_decided() -> None:
    case = add(Driven(ONE), "holder", "a b", "after")
    assert who(case) == ["holder"]
    say(case, "holder", "agree", "同意", note=1)
    assert (who(case), "outcome_u" in case.variables, case.variables["note"]) == (["a", "b"], False, 1)
    with pytest.raises(NotWaiting):
        case.take(CompleteUserTask(next(e.number for e in case.events if e.type == "user_task_created"), "u", ()))
    say(case, "b")
    assert who(case) == ["a"]
    say(case, "a")
    assert (case.variables["outcome_u"], case.variables["opinion_u"], case.open) == ("agree", "同意", ["z"])


def test_a_refusal_after_makes_the_step_a_refusal() -> None:
    case = say(add(Driven(ONE), "holder", "a b", "after"), "holder", "agree", "同意")
    say(say(case, "a", "disagree", "不符合规定"), "b")
    assert (case.variables["outcome_u"], case.variables["opinion_u"]) == ("disagree", "不符合规定")
    assert told(case, "outcome_turned") == {"outcome": "disagree", "own": "agree", "refused_by": ["a"]}


@pytest.mark.parametrize("order", [("holder", "a", "b"), ("a", "holder", "b"), ("a", "b", "holder")])
@pytest.mark.parametrize("refuses", [None, "a", "holder"])
def test_in_parallel_all_decide_in_any_order(order: tuple[str, ...], refuses: str | None) -> None:
    case = add(Driven(ONE), "holder", "a b", "parallel")
    for name in order:
        assert "z" not in case.open
        say(case, name, "disagree" if name == refuses else "agree")
    assert (case.variables["outcome_u"], case.open) == ("agree" if refuses is None else "disagree", ["z"])


def test_signers_ask_signers() -> None:
    case = add(add(add(Driven(ONE), "holder", "a", "after"), "holder", "b", "parallel"), "b", "c", "before")
    assert [e.details["signing"]["depth"] for e in case.events if e.type == "user_task_created" and e.details.get("signing")] == [1, 2]
    with pytest.raises(NotWaiting):
        say(case, "b")
    say(say(say(case, "c"), "holder"), "b")
    assert who(case) == ["a"]
    add(case, "a", "d e", "after")
    say(case, "a")
    say(say(case, "d"), "e", "disagree", "缺材料")
    assert (case.variables["outcome_u"], case.variables["opinion_u"]) == ("disagree", "缺材料")


def test_a_person_signs_once() -> None:
    case = add(Driven(ONE), "holder", "a", "parallel")
    for users in ("a", "b b", "c a"):
        with pytest.raises(NotWaiting, match="signer_twice"):
            add(case, "holder", users, "before")
    add(case, "a", "b", "after")
    with pytest.raises(NotWaiting, match="signer_twice"):
        add(case, "holder", "b", "before")
    say(say(case, "a"), "b")
    with pytest.raises(NotWaiting, match="signer_twice"):
        add(case, "holder", "b", "before")
    for users, position in (("x", "beside"), ("", "before")):
        with pytest.raises(NotWaiting, match="signers_wrong"):
            add(case, "holder", users, position)


def test_taking_off_lets_the_step_go_on() -> None:
    case = add(Driven(ONE), "holder", "a b", "before")
    say(remove(case, "holder", "a"), "b")
    assert [e.details["reason"] for e in case.events if e.type == "user_task_cancelled"] == ["signer_removed"]
    add(case, "holder", "a", "parallel")
    number = task(case, "holder").number
    say(case, "holder")
    case.take(RemoveSigner(number, "u", (), task(case, "a").number, "holder"))
    assert (case.open, case.variables["outcome_u"]) == (["z"], "agree")
    assert [one["state"] for one in told(case, "signer_removed")["signing"]["signers"]] == ["removed", "decided", "removed"]


def test_taking_off_a_planned_one_and_one_with_signers_of_their_own() -> None:
    case = remove(add(Driven(ONE), "holder", "a b", "after"), "holder", "a")
    say(case, "holder")
    assert who(case) == ["b"]
    nested = add(add(Driven(ONE), "holder", "a", "parallel"), "a", "b c", "parallel")
    remove(nested, "holder", "a")
    assert who(nested) == ["holder"]
    assert say(nested, "holder").open == ["z"]


def test_one_who_has_decided_is_not_taken_off() -> None:
    case = say(add(Driven(ONE), "holder", "a b", "parallel"), "a")
    for name in ("a", "a"):
        with pytest.raises(NotWaiting, match="signer_not_open"):
            remove(case, "holder", name)
    waiting = say(add(add(Driven(ONE), "holder", "a", "parallel"), "a", "b", "after"), "a")
    with pytest.raises(NotWaiting, match="signer_not_open"):
        remove(waiting, "holder", "a")
    with pytest.raises(NotWaiting):
        waiting.take(RemoveSigner(9999, "u", (), 1, "x"))


def test_signers_end_with_the_task_they_sign_for() -> None:
    late = boundary("late", "u", event("timer", "PT1H")) + user("h") + end("e2") + flow("late", "h", "e2")
    timed = draw(start() + user("u", camunda_assignee="holder") + end() + flow("s", "u", "e") + late)
    case = add(add(Driven(timed), "holder", "a", "before"), "a", "b", "parallel").later(hours=1)
    assert case.open == ["h"]
    assert [e.details["reason"] for e in case.events if e.type == "user_task_cancelled"] == ["interrupted"] * 3
    decided = say(add(Driven(timed), "holder", "a", "after"), "holder").later(hours=1)
    assert (decided.open, "outcome_u" in decided.variables) == (["h"], False)
    assert [e.type for e in decided.outcome.events].count("user_task_cancelled") == 1
    assert add(Driven(ONE), "holder", "a", "parallel").take(Cancel("作废")).open == []


def several(**properties: str) -> bytes:
    drawn = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    inner = f"<extensionElements><camunda:properties>{drawn}</camunda:properties></extensionElements>{many('people')}"
    return draw(start() + node("userTask", "u", inner, camunda_assignee="${item}") + user("z") + end() + flow("s", "u", "z", "e"))


@pytest.mark.parametrize("number", [3, 40])
def test_signers_belong_to_one_instance(number: int) -> None:
    people = [f"p{k}" for k in range(number)]
    case = add(Driven(several(decide="ratio", votes_needed="2"), {"people": people}), "p1", "a", "after")
    say(case, "p1")
    assert (len(case.tasks), task(case, "a").path) == (number, (1,))
    say(say(case, "p0"), "p2", "disagree")
    assert "z" not in case.open
    say(case, "a", "disagree", "不同意")
    assert told(case, "votes_counted")["tally"]["no"] == 2
    if number == 3:
        assert (case.open, case.variables["outcome_u"]) == (["z"], "disagree")
        assert case.variables["votes_u"]["people"][2] == {"login": "p1", "outcome": "disagree", "weight": 1}


def test_a_certain_result_takes_signers_back() -> None:
    case = add(Driven(several(decide="any"), {"people": ["p0", "p1"]}), "p0", "a", "before")
    say(case, "p1")
    assert case.open == ["z"]
    assert sorted(e.details["reason"] for e in case.outcome.events if e.type == "user_task_cancelled") == ["decided", "decided"]


def test_in_a_sub_process_and_in_a_loop_of_tasks() -> None:
    inner = start("ss") + user("u", camunda_assignee="holder") + end("se") + flow("ss", "u", "se")
    case = Driven(draw(start() + node("subProcess", "sp", inner) + user("z") + end() + flow("s", "sp", "z", "e")))
    say(add(case, "holder", "a", "after"), "holder")
    assert say(case, "a").open == ["z"]


def test_a_signers_task_is_to_read_unless_drawn() -> None:
    drawn = (
        '<extensionElements><camunda:properties><camunda:property name="signer_fields" value="*: read; note: edit"/>'
        '<camunda:property name="list" value="待审核"/></camunda:properties></extensionElements>'
    )
    body = start() + node("userTask", "u", drawn, camunda_assignee="holder", camunda_formKey="f") + end() + flow("s", "u", "e")
    details = task(add(Driven(draw(body)), "holder", "a", "before"), "a").details
    outcomes = "agree:同意; disagree:不同意:required"
    assert details["properties"] == {"list": "待审核", "fields": "*: read; note: edit", "outcomes": outcomes, "send_back": "none"}
    assert details["name"] == "u（加签）"
    assert (details["form_key"], details["signing"]) == (
        "f",
        {"of": details["signing"]["of"], "position": "before", "by": "holder", "depth": 1},
    )
    assert task(add(Driven(ONE), "holder", "a", "before"), "a").details["properties"]["fields"] == "*: read"


@pytest.mark.parametrize("number", [1, 40])
def test_an_older_release_leaves_such_a_case_alone(number: int) -> None:
    """It knows no signers and no votes: a state that has some says so, also where they sleep."""
    plain = Driven(several(), {"people": [f"p{k}" for k in range(number)]})
    assert plain.state is not None
    assert b'"format":1,' in decompressed(plain)
    assert b'"format":2,' in decompressed(add(plain, "p0", "a", "before"))
    voting = Driven(several(decide="all"), {"people": [f"p{k}" for k in range(number)]})
    assert b'"format":2,' in decompressed(voting)


def decompressed(case: Driven) -> bytes:
    assert case.state is not None
    return zstandard.ZstdDecompressor().decompress(case.state)
