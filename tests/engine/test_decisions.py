"""What decision tables decide: unary tests, hit policies, types, requirements; and that a doubtful case fails rather than guesses."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine import values
from engine.decisions import Decision, DecisionFailed, codes
from engine.expressions import codes as expression_codes
from engine.expressions import office_functions
from engine.time_words import WORDS as TIME_WORDS
from engine.workdays import WorkCalendar
from tests.engine.dmn import decision, graph, table


def outputs(made: Decision, **variables: Any) -> list[dict[str, Any]]:
    return made.evaluate(variables).outputs


def passes(cell: str, value: Any, type_name: str = "", **variables: Any) -> bool:
    """Whether a one-cell table matches."""
    made = decision(table([("x", type_name)], [("hit", "")], [([cell], ["true"])]))
    return bool(made.evaluate({"x": value, **variables}).outputs)


CELLS = [
    ("-", 1, True),
    ("", None, True),
    ("5", 5, True),
    ("5", Decimal("5.0"), True),
    ("5", "5.00", True),
    ("5", 6, False),
    ('"同意"', "同意", True),
    ('"同意"', "不同意", False),
    ('"同意","退回"', "退回", True),
    ('"同意", "退回"', "同意 ", False),
    ('not("同意")', "退回", True),
    ('not("同意","退回")', "退回", False),
    ("true", True, True),
    ("false", True, False),
    ("true", "true", True),
    (">= 5000", "4999.99", False),
    (">= 5000", "5000.00", True),
    ("< 10", "9.50", True),
    ("!= 5", 6, True),
    ("= 5", 5, True),
    ("[1..5]", 1, True),
    ("[1..5]", 5, True),
    ("(1..5)", 1, False),
    ("(1..5)", 5, False),
    ("]1..5[", 5, False),
    ("]1..5]", 5, True),
    ("[1..5[", 1, True),
    ("[1..5),[7..9]", 8, True),
    ("< 1, > 9", 10, True),
    ("< 1, > 9", 5, False),
    ("not([1..5])", 6, True),
    ("not(< 1, > 9)", 5, True),
    ("-5", -5, True),
    ("[-5..-1]", -3, True),
    ('["a".."f"]', "c", True),
    ("? > 5 and ? < 10", 7, True),
    ("? > 5 and ? < 10", 10, False),
    ("cellInput > 5", 7, True),
    ("x > 5", 7, True),
    ("not(? > 5)", 7, False),
    ('contains(?, "急")', "特急", True),
    ("limit", 100, True),
    ("> limit", 101, True),
    ("[limit - 50..limit]", 60, True),
    ("allowed", "a", True),
    ("allowed", "z", False),
    ('list contains(?, "急")', ["急", "密"], True),
    ("null", None, True),
    ("null", 1, False),
    ("not(null)", 1, True),
    ("> 5", None, False),
    ("[1..5]", None, False),
    ('not("a")', None, True),
    ('date("2026-05-04")', "2026-05-04", True),
    ('>= date("2026-05-04")', "2026-05-05", True),
    ('[date("2026-05-01")..date("2026-05-31")]', "2026-06-01", False),
    ('@"2026-05-04"', "2026-05-04", True),
    ('> duration("P1D")', "PT25H", True),
    ("${cellInput > 5}", 7, True),
    ("${limit}", 100, True),
    ("${limit > 200}", False, False),
    ("${limit > 50 && limit < 200}", False, True),
    ("${!(limit > 50)}", False, False),
    ("string length(?) > 2", "abc", True),
]


@pytest.mark.parametrize(("cell", "value", "expected"), CELLS, ids=[f"{cell} : {value}" for cell, value, _ in CELLS])
def test_a_cell_matches_or_not(cell: str, value: Any, expected: bool) -> None:
    assert passes(cell, value, limit=100, allowed=["a", "b"]) is expected


@pytest.mark.parametrize(
    ("type_name", "cell", "value", "expected"),
    [
        ("number", ">= 5000", "5000", True),
        ("feel:number", "5", "5", True),
        ("integer", "5", "5.0", True),
        ("string", '"5"', 5, True),
        ("boolean", "true", "TRUE", True),
        ("date", 'date("2026-05-05")', "2026-05-04T23:00:00Z", True),
        ("date", '< date("2026-05-05")', "2026-05-04", True),
        ("dateTime", '>= date and time("2026-05-04T10:00:00")', "2026-05-04T02:00:00Z", True),
        ("days and time duration", '> duration("PT1H")', "PT2H", True),
        ("tAmount", ">= 5", 5, True),
    ],
)
def test_an_input_is_read_as_its_type(type_name: str, cell: str, value: Any, expected: bool) -> None:
    assert passes(cell, value, type_name) is expected


def test_a_date_that_cells_compare_with_a_time_keeps_its_time() -> None:
    rows = [(['>= date and time("2026-05-04T10:00:00")'], ['date and time("2026-05-04T10:00:00")']), (["-"], ["x"])]
    made = decision(table([("x", "date")], [("o", "date")], rows, policy="FIRST"))
    assert outputs(made, x="2026-05-04T12:00") == [{"o": "2026-05-04T10:00:00+08:00"}]
    assert outputs(made, x="2026-05-04T09:00") == [{"o": "2026-05-04T09:00:00+08:00"}]


@pytest.mark.parametrize(
    ("type_name", "value"),
    [
        ("number", "viel"),
        ("integer", "1.5"),
        ("boolean", "ja"),
        ("date", "morgen"),
        ("number", True),
        ("string", ["a"]),
        ("dateTime", 5),
        ("dayTimeDuration", "P"),
    ],
)
def test_an_input_of_another_type_fails(type_name: str, value: Any) -> None:
    with pytest.raises(DecisionFailed) as failure:
        passes("-", value, type_name)
    assert failure.value.code == "input_type"
    assert failure.value.values["input"] == "x"


def test_a_cell_that_does_not_fit_the_value_fails_with_its_place() -> None:
    with pytest.raises(DecisionFailed) as failure:
        passes("> 5", "viel")
    assert failure.value.code == "type"
    assert failure.value.values["place"] == "1 / x"
    assert failure.value.values["decision_id"] == "decision"


THRESHOLD = table(
    [("amount", "number")],
    [("level", "string"), ("days", "integer")],
    [(["< 5000"], ['"low"', "1"]), (["[5000..50000)"], ['"middle"', "3"]), ([">= 50000"], ['"high"', "5"])],
)


@pytest.mark.parametrize(
    ("amount", "level", "rule"), [("4999.99", "low", 1), ("5000.00", "middle", 2), ("49999.99", "middle", 2), ("50000.00", "high", 3)]
)
def test_a_threshold_lies_where_it_is_drawn(amount: str, level: str, rule: int) -> None:
    result = decision(THRESHOLD).evaluate({"amount": amount})
    assert result.outputs[0]["level"] == level
    assert result.rules == [{"number": rule, "id": f"rule_{rule}", "annotation": f"第{rule}条"}]
    assert result.inputs == {"amount": Decimal(amount)}


def hits(policy: str, rows: list[tuple[list[str], list[str]]], value: Any, **more: Any) -> list[Any]:
    made = decision(table([("x", "")], [("o", "")], rows, policy=policy, **more))
    return [row["o"] for row in made.evaluate({"x": value}).outputs]


OVERLAPPING = [(["> 1"], ["20"]), (["> 2"], ["10"]), (["> 3"], ["30"])]


@pytest.mark.parametrize(
    ("policy", "more", "value", "expected"),
    [
        ("UNIQUE", {}, 2, [20]),
        ("UNIQUE", {}, 0, []),
        ("FIRST", {}, 9, [20]),
        ("FIRST", {}, 0, []),
        ("RULE ORDER", {}, 9, [20, 10, 30]),
        ("COLLECT", {}, 9, [20, 10, 30]),
        ("COLLECT", {}, 0, []),
        ("OUTPUT ORDER", {"output_values": ["30, 20, 10"]}, 9, [30, 20, 10]),
        ("PRIORITY", {"output_values": ["30, 20, 10"]}, 9, [30]),
        ("PRIORITY", {"output_values": ["10, 20"]}, 9, [10]),
        ("COLLECT", {"aggregation": "SUM"}, 9, [60]),
        ("COLLECT", {"aggregation": "MIN"}, 9, [10]),
        ("COLLECT", {"aggregation": "MAX"}, 9, [30]),
        ("COLLECT", {"aggregation": "COUNT"}, 9, [3]),
        ("COLLECT", {"aggregation": "COUNT"}, 0, [0]),
        ("COLLECT", {"aggregation": "SUM"}, 0, []),
    ],
)
def test_each_hit_policy_chooses_as_dmn_says(policy: str, more: dict[str, Any], value: int, expected: list[int]) -> None:
    assert hits(policy, OVERLAPPING, value, **more) == expected


def test_unique_rules_that_match_together_fail() -> None:
    with pytest.raises(DecisionFailed) as failure:
        hits("UNIQUE", OVERLAPPING, 9)
    assert (failure.value.code, failure.value.values["rules"]) == ("no_unique", [1, 2, 3])


def test_any_needs_equal_results() -> None:
    assert hits("ANY", [(["> 1"], ["5"]), (["> 2"], ["5.0"])], 9) == [5]
    with pytest.raises(DecisionFailed) as failure:
        hits("ANY", [(["> 1"], ["5"]), (["> 2"], ["6"])], 9)
    assert (failure.value.code, failure.value.values["rules"]) == ("any_differs", [1, 2])


def test_the_rules_that_count_are_named() -> None:
    made = decision(table([("x", "")], [("o", "")], OVERLAPPING, policy="RULE ORDER"))
    assert [rule["number"] for rule in made.evaluate({"x": 3}).rules] == [1, 2]


def test_several_outputs_are_ranked_from_the_left() -> None:
    rows = [([""], ['"b"', "2"]), ([""], ['"a"', "1"]), ([""], ['"a"', "2"])]
    made = decision(table([("x", "")], [("p", ""), ("q", "")], rows, policy="OUTPUT ORDER", output_values=['"a","b"', "2,1"]))
    assert outputs(made, x=1) == [{"p": "a", "q": 2}, {"p": "a", "q": 1}, {"p": "b", "q": 2}]


def test_without_a_match_the_defaults_are_given() -> None:
    made = decision(table([("x", "")], [("p", "string"), ("q", "")], [(["1"], ['"a"', "1"])], defaults=['"none"', None]))
    assert outputs(made, x=2) == [{"p": "none", "q": None}]
    assert outputs(made, x=1) == [{"p": "a", "q": 1}]


OUTPUT_TYPES = [
    ("string", "5", "5"),
    ("number", '"5.50"', Decimal("5.50")),
    ("integer", "5.0", 5),
    ("boolean", '"true"', True),
    ("date", 'date("2026-05-04")', "2026-05-04"),
    ("date", '"2026-05-04"', "2026-05-04"),
    ("", "[1, 2]", [1, 2]),
    ("", "{a: 1}", {"a": 1}),
    ("string", "", None),
    ("number", "x * 2", 4),
    ("string", 'if x > 1 then "many" else "one"', "many"),
]


@pytest.mark.parametrize(("type_name", "cell", "value"), OUTPUT_TYPES)
def test_an_output_has_its_type(type_name: str, cell: str, value: Any) -> None:
    found = outputs(decision(table([("x", "")], [("o", type_name)], [(["-"], [cell])])), x=2)[0]["o"]
    assert found == value
    assert isinstance(found, type(value))


@pytest.mark.parametrize(
    ("type_name", "cell"), [("number", '"viel"'), ("integer", "1.5"), ("boolean", "1"), ("date", '"heute"'), ("string", "[1]")]
)
def test_an_output_of_another_type_fails(type_name: str, cell: str) -> None:
    with pytest.raises(DecisionFailed) as failure:
        outputs(decision(table([("x", "")], [("o", type_name)], [(["-"], [cell])])), x=2)
    assert failure.value.code == "output_type"


def test_all_inputs_must_match() -> None:
    made = decision(table([("a", ""), ("b + 1", "")], [("o", "")], [(["1", "3"], ['"yes"'])]))
    assert outputs(made, a=1, b=2) == [{"o": "yes"}]
    assert outputs(made, a=1, b=3) == []
    assert made.evaluate({"a": 1, "b": 2}).inputs == {"a": 1, "b + 1": 3}


def test_an_unknown_variable_is_named_with_its_place() -> None:
    with pytest.raises(DecisionFailed) as failure:
        outputs(decision(THRESHOLD))
    assert (failure.value.code, failure.value.values["name"], failure.value.values["place"]) == ("unknown_variable", "amount", "amount")


def test_functions_of_the_office_work_in_cells() -> None:
    made = decision(table([("due", "date")], [("o", "")], [([">= today()"], ['"in time"']), (["< today()"], ['"late"'])]))
    functions = office_functions(datetime(2026, 5, 4, 2, tzinfo=UTC), WorkCalendar())
    assert made.evaluate({"due": "2026-05-03"}, functions).outputs == [{"o": "late"}]
    assert made.evaluate({"due": "2026-05-04"}, functions).outputs == [{"o": "in time"}]


def test_a_literal_expression_gives_its_value_under_the_variable() -> None:
    made = decision(
        '<variable name="total"/><literalExpression><text>sum(for r in rows return r.price * r.count)</text></literalExpression>'
    )
    result = made.evaluate({"rows": [{"price": "12.50", "count": 4}, {"price": "3.00", "count": 1}]})
    assert (result.outputs, result.rules) == ([{"total": Decimal("53.00")}], [])


# Requirements


LEVEL = ("level", THRESHOLD, [])
WHO = (
    "who",
    table([("level", "string")], [("role", "string")], [(['"low"'], ['"财政局"']), (['"middle","high"'], ['"镇长"'])], policy="FIRST"),
    ["level"],
)


def test_what_a_decision_requires_is_decided_first_and_recorded() -> None:
    made = next(one for one in graph(WHO, LEVEL) if one.id == "who")
    result = made.evaluate({"amount": "8000"})
    assert result.outputs == [{"role": "镇长"}]
    assert result.required == [
        {
            "decision_id": "level",
            "inputs": {"amount": 8000},
            "rules": [{"number": 2, "id": "rule_2", "annotation": "第2条"}],
            "outputs": [{"level": "middle", "days": 3}],
        }
    ]


def test_the_variables_that_are_needed_are_those_of_the_whole_graph() -> None:
    made = {one.id: one for one in graph(WHO, LEVEL)}
    assert made["who"].reads() == {"amount"}
    assert made["level"].reads() == {"amount"}


def test_a_shared_requirement_is_decided_once() -> None:
    left = ("left", table([("level", "")], [("l", "")], [(["-"], ["days"])]), ["level"])
    right = ("right", table([("level", "")], [("r", "")], [(["-"], ["days * 2"])]), ["level"])
    top = ("top", "<literalExpression><text>l + r</text></literalExpression>", ["left", "right"])
    made = next(one for one in graph(top, left, right, LEVEL) if one.id == "top")
    assert [step.id for step in made.steps] == ["level", "left", "right", "top"]
    assert outputs(made, amount=1) == [{"top": 3}]


def test_a_collected_requirement_is_a_list() -> None:
    roles = ("roles", table([("x", "")], [("role", "")], [(["> 1"], ['"a"']), (["> 2"], ['"b"'])], policy="COLLECT"), [])
    top = ("top", "<literalExpression><text>count(roles) + count(role)</text></literalExpression>", ["roles"])
    made = next(one for one in graph(top, roles) if one.id == "top")
    assert outputs(made, x=3) == [{"top": 4}]
    assert outputs(made, x=0) == [{"top": 0}]


def test_a_requirement_without_a_match_is_null() -> None:
    level = ("level", table([("x", "")], [("level", "")], [(["1"], ['"a"'])]), [])
    top = ("top", table([("level", "")], [("o", "")], [(["null"], ['"none"'])]), ["level"])
    assert outputs(next(one for one in graph(top, level) if one.id == "top"), x=2) == [{"o": "none"}]


def test_decisions_are_the_same_after_json() -> None:
    for made in graph(WHO, LEVEL, ("text", "<literalExpression><text>1</text></literalExpression>", [])):
        document = values.loads(values.dumps(made.to_document()))
        assert Decision.from_document(document) == made
        assert Decision.from_document(document).to_document() == document


def test_making_a_decision_changes_no_variable() -> None:
    variables = {"amount": "8000", "level": "before"}
    next(one for one in graph(WHO, LEVEL) if one.id == "who").evaluate(variables)
    assert variables == {"amount": "8000", "level": "before"}


def test_a_large_table_stays_within_its_budget_and_an_endless_cell_does_not() -> None:
    rows = [([f"[{number}..{number + 1})", "-", "-"], ['"x"']) for number in range(1_500)]
    made = decision(table([("x", "number"), ("x", ""), ("x", "")], [("o", "")], rows, policy="COLLECT"))
    assert outputs(made, x=1_499) == [{"o": "x"}]
    bomb = decision(table([("x", "")], [("o", "")], [(["-"], ["for a in 1..9999, b in 1..9999 return a"])]))
    with pytest.raises(DecisionFailed) as failure:
        outputs(bomb, x=1)
    assert failure.value.code == "budget"


def test_a_code_means_one_thing_in_the_whole_language() -> None:
    tables = (codes.WORDS, expression_codes.WORDS, TIME_WORDS)
    assert len({code for words in tables for code in words}) == sum(len(words) for words in tables)
    assert not set(expression_codes.REFUSALS) & set(expression_codes.FAILURES)
