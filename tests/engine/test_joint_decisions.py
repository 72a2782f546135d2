"""Several people decide one user task together: 或签, 会签, 依次, 票签, in a case."""

from decimal import Decimal
from typing import Any

import pytest

from engine.triggers import Cancel, CompleteUserTask
from tests.engine.drawing import Driven, boundary, draw, end, event, flow, many, node, start, user
from tests.engine.test_people_edges import Answered


def drawn(sequential: bool = False, extra: str = "", items: str = "people", **properties: str) -> bytes:
    """People decide `u` together, then comes `z`."""
    inner = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    inner = f"<extensionElements><camunda:properties>{inner}</camunda:properties></extensionElements>"
    task = node("userTask", "u", inner + many(items, sequential=sequential), camunda_assignee="${item}")
    return draw(start() + task + user("z") + end() + flow("s", "u", "z", "e") + extra)


def case_of(
    people: str | list[Any] = "abc", *, variables: dict[str, Any] | None = None, sequential: bool = False, **properties: str
) -> Driven:
    names = list(people) if isinstance(people, str) else people
    return Driven(drawn(sequential, **properties), {"people": names, **(variables or {})})


def vote(case: Driven, who: str, outcome: str | None, opinion: str | None = None, **variables: Any) -> Driven:
    found = next(one for one in case.tasks if one.details["assignee"] == who)
    return case.take(CompleteUserTask(found.number, "u", found.path, variables, outcome, opinion, who))


def told(case: Driven, kind: str) -> dict[str, Any]:
    return next(one.details for one in reversed(case.events) if one.type == kind)


def taken_back(case: Driven) -> list[Any]:
    return [one.details["reason"] for one in case.outcome.events if one.type == "user_task_cancelled"]


def test_one_of_several_decides() -> None:
    case = vote(case_of(decide="any"), "b", "agree")
    assert (case.open, taken_back(case)) == (["z"], ["decided", "decided"])
    assert case.variables["outcome_u"] == "agree"
    assert vote(case_of(decide="any"), "c", "disagree").variables["outcome_u"] == "disagree"


def test_all_must_agree_and_the_first_refusal_decides() -> None:
    case = vote(case_of(decide="all"), "a", "agree")
    assert (case.open, "outcome_u" in case.variables) == (["u", "u"], False)
    vote(case, "b", "disagree", "预算不足")
    assert (case.open, case.variables["outcome_u"], case.variables["opinion_u"]) == (["z"], "disagree", "预算不足")
    agreed = case_of(decide="all")
    for who in "abc":
        vote(agreed, who, "agree")
    assert (agreed.open, agreed.variables["outcome_u"]) == (["z"], "agree")


def test_in_order_with_the_same_rules() -> None:
    case = case_of(decide="all", sequential=True)
    vote(case, "a", "agree")
    assert [one.details["assignee"] for one in case.tasks] == ["b"]
    vote(case, "b", "disagree")
    assert (case.open, taken_back(case), case.variables["votes_u"]["voted"]) == (["z"], [], 2)


def test_one_refusal_does_not_end_a_decision_by_ratio() -> None:
    case = case_of("abcd", decide="ratio", ratio="0.5")
    vote(case, "a", "disagree")
    assert case.open == ["u"] * 3
    vote(vote(case, "b", "agree"), "c", "agree")
    assert (case.open, case.variables["outcome_u"]) == (["z"], "agree")
    refused = case_of("abcd", decide="ratio", ratio="0.5")
    for who in "abc":
        assert refused.open == ["u"] * (4 - "abc".index(who))
        vote(refused, who, "disagree")
    assert (refused.open, refused.variables["outcome_u"], taken_back(refused)) == (["z"], "disagree", ["decided"])


@pytest.mark.parametrize(("rule", "value"), [("ratio", "2/3"), ("ratio", "${share}"), ("votes_needed", "2"), ("votes_needed", "${n}")])
def test_a_share_or_a_number_drawn_or_computed(rule: str, value: str) -> None:
    case = case_of(variables={"share": "2/3", "n": 2}, decide="ratio", **{rule: value})
    vote(vote(case, "a", "agree"), "b", "agree")
    assert (case.open, case.variables["outcome_u"]) == (["z"], "agree")


def test_waiting_for_all_asks_everybody() -> None:
    case = case_of(decide="all", wait_for_all="true")
    vote(vote(case, "a", "disagree"), "b", "agree")
    assert case.open == ["u"]
    vote(case, "c", "agree")
    assert (case.variables["outcome_u"], told(case, "vote_closed")["early"]) == ("disagree", False)


def test_the_tally_is_told_and_kept() -> None:
    case = vote(case_of(decide="ratio", ratio="2/3"), "a", "agree", weight="x")
    tally = {"yes": 1, "no": 0, "abstained": 0, "open": 2, "total": 3, "asked": 3, "voted": 1, "needed": 2}
    assert told(case, "votes_counted")["tally"] == tally
    vote(vote(case, "b", "disagree"), "c", "agree")
    closed = told(case, "vote_closed")
    assert (closed["outcome"], closed["reason"], closed["tally"]["yes"]) == ("agree", "reached", 2)
    assert case.variables["votes_u"]["people"] == [
        {"login": "a", "outcome": "agree", "weight": 1},
        {"login": "b", "outcome": "disagree", "weight": 1},
        {"login": "c", "outcome": "agree", "weight": 1},
    ]


def test_weights_quorum_and_abstention() -> None:
    rule = {"decide": "vote", "weights": "${shares}", "quorum": "1/2", "ratio": ">1/2"}
    case = case_of("abcd", variables={"shares": {"a": 3, "b": Decimal("1.5")}}, **rule)
    people = next(one.details["people"] for one in case.events if one.type == "vote_opened")
    assert [(one["who"], one["weight"]) for one in people] == [("a", 3), ("b", Decimal("1.5")), ("c", 1), ("d", 1)]
    vote(case, "a", "abstain")
    assert told(case, "votes_counted")["tally"] == {
        "yes": 0, "no": 0, "abstained": 3, "open": Decimal("3.5"), "total": Decimal("6.5"), "asked": 4, "voted": 1, "needed": Decimal("2"),
    }  # fmt: skip
    vote(case, "b", "agree")
    assert case.open == ["u", "u"]
    vote(case, "c", "agree")
    assert (case.variables["outcome_u"], case.variables["votes_u"]["yes"]) == ("agree", Decimal("2.5"))


def test_everybody_abstains() -> None:
    case = case_of(decide="vote")
    for who in "abc":
        vote(case, who, "abstain")
    assert (case.variables["outcome_u"], case.variables["votes_u"]["reason"]) == ("disagree", "all_abstained")


def test_a_tie_does_not_pass() -> None:
    case = case_of("ab", decide="vote", wait_for_all="true")
    vote(vote(case, "a", "agree"), "b", "disagree")
    assert (case.variables["outcome_u"], case.variables["votes_u"]["reason"]) == ("disagree", "tie")


@pytest.mark.parametrize("veto", ["b", "x, b", "${boss}", ">=2"])
def test_whoever_has_a_veto_refuses_alone_and_is_waited_for(veto: str) -> None:
    rule = {"decide": "vote", "weights": "b: 2", "ratio": "1/4", "share_of": "all", "veto": veto.replace(">", "&gt;")}
    case = case_of("abc", variables={"boss": ["b"]}, **rule)
    vote(vote(case, "a", "agree"), "c", "agree")
    assert case.open == ["u"]
    vote(case, "b", "disagree")
    assert (case.variables["outcome_u"], case.variables["votes_u"]["reason"]) == ("disagree", "veto")


def test_what_counts_as_yes_and_no() -> None:
    rule = {"decide": "all", "yes_outcomes": "pass, agree", "no_outcomes": "fail"}
    case = case_of("ab", **rule)
    vote(vote(case, "a", "pass"), "b", "agree")
    assert case.variables["outcome_u"] == "agree"
    assert vote(case_of("ab", **rule), "a", "fail").variables["outcome_u"] == "disagree"
    assert vote(case_of("ab", decide="all"), "a", "return").variables["outcome_u"] == "disagree"
    named = vote(case_of("ab", decide="all", yes_outcomes="return"), "a", "return")
    assert named.open == ["u"]


def test_the_same_person_twice_is_asked_once() -> None:
    case = case_of("aba", decide="all")
    assert [one.details["assignee"] for one in case.tasks] == ["a", "b"]
    objects = Driven(
        drawn(decide="all", items="rows").replace(b"${item}", b"${item.login}"), {"rows": [{"login": "a", "k": 1}, {"login": "a", "k": 2}]}
    )
    assert len(objects.tasks) == 1


def test_nobody_to_ask_is_told_and_passes_only_where_drawn() -> None:
    case = case_of("", decide="all")
    assert case.incidents[0]["code"] == "nobody_to_ask"
    assert case.retry(people=["a"]).open == ["u"]
    passed = Answered(drawn(items="${[]}", decide="all", when_nobody="skip"), {})
    assert ("z" in passed.open, passed.variables["outcome_u"]) == (True, "agree")
    refused = Answered(drawn(items="${[]}", decide="all", when_nobody="refuse"), {})
    assert refused.incidents[0]["code"] == "nobody_found"


def test_roles_have_weights_and_vetoes_and_rules_name_people() -> None:
    answers = {
        ("name", "镇长"): ["b"],
        ("head", ("unit", "财政局")): ["a"],
        ("head", ("unit", "党政办")): ["a"],
        ("head", ("unit", "农业办")): ["b"],
    }
    rule = {"decide": "vote", "ratio": "1/3", "share_of": "all", "weights": "镇长: 2", "veto": "镇长"}
    xml = drawn(items="${['财政局', '党政办', '农业办']}", **rule).replace(b"${item}", "负责人(${item})".encode())
    case = Answered(xml, answers)
    people = next(one.details["people"] for one in case.events if one.type == "vote_opened")
    assert people == [{"who": "a", "weight": 1, "veto": False}, {"who": "b", "weight": 2, "veto": True}]
    assert [one.details["assignee"] for one in case.tasks] == ["a", "b"]


def test_weights_of_nothing_are_nobody() -> None:
    case = case_of("ab", variables={"w": {"a": 0, "b": 0}}, decide="vote", weights="${w}")
    assert case.incidents[0]["code"] == "nobody_to_ask"
    one = case_of("ab", variables={"w": {"a": 0}}, decide="vote", weights="${w}")
    vote(one, "a", "disagree")
    assert one.open == ["u"]
    assert vote(one, "b", "agree").variables["outcome_u"] == "agree"


@pytest.mark.parametrize(
    ("what", "rule"),
    [
        ("ratio", {"decide": "ratio", "ratio": "${x}"}),
        ("ratio", {"decide": "ratio", "ratio": "1.01"}),
        ("ratio", {"decide": "ratio"}),
        ("votes_needed", {"decide": "ratio", "votes_needed": "4"}),
        ("votes_needed", {"decide": "ratio", "votes_needed": "0"}),
        ("quorum", {"decide": "vote", "quorum": "9"}),
        ("weights", {"decide": "vote", "weights": "${x}"}),
        ("weights", {"decide": "vote", "weights": "a: -1"}),
        ("weights", {"decide": "vote", "weights": "a: viel"}),
        ("share_of", {"decide": "vote", "share_of": "some"}),
        ("wait_for_all", {"decide": "all", "wait_for_all": "maybe"}),
        ("veto", {"decide": "ratio", "ratio": "1/2", "veto": "&gt;= x"}),
    ],
)
def test_a_rule_that_cannot_be_is_an_incident(what: str, rule: dict[str, str]) -> None:
    case = case_of(variables={"x": "viel"}, **rule)
    assert [(one["code"], one["values"]["what"]) for one in case.incidents] == [("vote_rule", what)]


def test_the_rule_is_fixed_when_the_vote_is_opened() -> None:
    case = case_of(variables={"share": "2/3"}, decide="ratio", ratio="${share}").set(share="1/3")
    assert vote(case, "a", "agree").open == ["u", "u"]


def test_a_deadline_closes_the_vote_with_what_was_cast() -> None:
    extra = boundary("late", "u", event("timer", "PT1H")) + user("closed") + end("e2") + flow("late", "closed", "e2")
    case = Driven(drawn(extra=extra, decide="vote", quorum="2"), {"people": list("abc")})
    vote(vote(case, "a", "agree"), "b", "abstain").later(hours=1)
    assert (case.open, case.variables["outcome_u"], told(case, "vote_closed")["reason"]) == (["closed"], "agree", "reached")
    missed = Driven(drawn(extra=extra, decide="vote", quorum="2"), {"people": list("abc")})
    vote(missed, "a", "agree").later(hours=1)
    assert (missed.variables["outcome_u"], missed.variables["votes_u"]["reason"]) == ("disagree", "quorum_missed")


def test_a_cancelled_vote_has_no_result() -> None:
    case = vote(case_of(decide="all"), "a", "agree").take(Cancel("作废"))
    assert (told(case, "vote_closed")["outcome"], "outcome_u" in case.variables) == (None, False)


def test_sealed_names_stay_out_of_the_variables() -> None:
    case = vote(case_of("a", decide="vote", sealed="names"), "a", "agree", "秘密")
    assert case.variables["votes_u"]["yes"] == 1
    assert "people" not in case.variables["votes_u"]
    assert "opinion_u" not in case.variables


def test_a_form_of_each_instance_and_many_people() -> None:
    case = case_of([f"p{k}" for k in range(40)], decide="ratio", ratio="1/2")
    for k in range(19):
        vote(case, f"p{39 - k}", "agree", note=k)
    assert (len(case.tasks), case.variables["note"]) == (21, 18)
    assert vote(case, "p0", "agree").open == ["z"]


def test_a_drawn_completion_condition_works_as_before() -> None:
    until = "${outcome_u == 'disagree'}"
    body = start() + node("userTask", "u", many("people", until=until), camunda_assignee="${item}") + user("z") + end()
    case = Driven(draw(body + flow("s", "u", "z", "e")), {"people": list("abc")})
    vote(case, "a", "agree")
    assert vote(case, "b", "disagree").open == ["z"]


@pytest.mark.parametrize("number", ["1E-999999999", "1E-61", "1E+61"])
def test_a_weight_beyond_all_measure_stops_the_step_at_once(number: str) -> None:
    case = case_of("abc", variables={"w": {"a": Decimal(number)}}, decide="vote", weights="${w}")
    assert [one["code"] for one in case.incidents] == ["vote_rule"]
