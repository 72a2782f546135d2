"""What expressions in our own form give, and when they fail rather than guess."""

from decimal import Decimal
from typing import Any

import pytest

from engine import expressions
from engine.expressions import ExpressionFailed, evaluate, evaluate_condition, evaluate_template, names_in, run_script

VARIABLES: dict[str, Any] = {
    "amount": "4999.99",
    "budget": "10000.00",
    "days": 3,
    "rate": Decimal("0.06"),
    "urgent": True,
    "说明": "修缮办公楼",
    "金额": Decimal("5000.00"),
    "rows": [{"item": "纸", "price": "12.50", "count": 4}, {"item": "笔", "price": "3.00", "count": 10}],
    "applicant": {"name": "李四", "dept": {"code": "CZ"}},
    "nothing": None,
    "tags": ["急", "密"],
    "count": 7,
    "class": "A",
    "Ａ类": "全角",
    "A类": "半角",
}

GIVES = [
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("7 / 2", Decimal("3.5")),
    ("6 / 3", 2),
    ("7 // 2", 3),
    ("-7 // 2", -4),
    ("-7 % 3", 2),
    ("7.5 % 2", Decimal("1.5")),
    ("-7.5 // 2", -4),
    ("0.1 + 0.2", Decimal("0.3")),
    ("10.50", Decimal("10.50")),
    ("1e3", 1000),
    ("1 - -1", 2),
    ("+5", 5),
    ("'a' + \"b\"", "ab"),
    ("[1] + [2, 3]", [1, 2, 3]),
    ("amount >= 5000", False),
    ("amount < 5000", True),
    ("金额 == 5000", True),
    ("amount + 0.01", Decimal("5000.00")),
    ("amount * 2", Decimal("9999.98")),
    ("amount < budget", True),
    ("budget - amount", Decimal("5000.01")),
    ("amount + budget", Decimal("14999.99")),
    ("'10' > '9'", True),
    ("'b' > 'a'", True),
    ("'5000' == 5000", True),
    ("'5000.00' == '5000.0'", False),
    ("'1' + '2'", "12"),
    ("1 < days < 5", True),
    ("1 < days > 5", False),
    ("days == 3 and urgent", True),
    ("days == 4 or not urgent", False),
    ("days == 3 && !urgent || true", True),
    ("not days == 3", False),
    ("nothing or 'none'", "none"),
    ("urgent and 'yes'", "yes"),
    ("'a' if days > 2 else 'b'", "a"),
    ("days > 2 ? 'a' : 'b'", "a"),
    ("days > 5 ? 'a' : days > 2 ? 'b' : 'c'", "b"),
    ("true == True and none_text == null", True),
    ("nothing is None", True),
    ("days is not None", True),
    ("'急' in tags", True),
    ("'办公' in 说明", True),
    ("'x' not in tags", True),
    ("days in [1..3]", True),
    ("days in [1..3)", False),
    ("days in (3..5]", False),
    ("'name' in applicant", True),
    ("applicant.name", "李四"),
    ("applicant.dept.code", "CZ"),
    ("applicant['name']", "李四"),
    ("rows[0].item", "纸"),
    ("rows[-1].item", "笔"),
    ("说明[0:2]", "修缮"),
    ("tags[1:]", ["密"]),
    ("tags[:1]", ["急"]),
    ("sum(r.price * r.count for r in rows)", Decimal("80.00")),
    ("sum([r.price for r in rows])", Decimal("15.50")),
    ("[r.item for r in rows if r.count > 5]", ["笔"]),
    ("[x * y for x in [1, 2] for y in [10, 20]]", [10, 20, 20, 40]),
    ("[k for k, v in {'a': 1, 'b': 2}.items() if v > 1]", ["b"]),
    ("any(r.count > 5 for r in rows)", True),
    ("all(r.count > 5 for r in rows)", False),
    ("max(r.price for r in rows)", "12.50"),
    ("min(3, 1, 2)", 1),
    ("len(rows) + size(tags)", 4),
    ("count(tags)", 2),
    ("count", 7),
    ("count(tags, '急') + count", 8),
    ("sorted([3, 1, 2])", [1, 2, 3]),
    ("sorted(['10.00', '9.00'])", ["9.00", "10.00"]),
    ("round(2.5)", 3),
    ("round(-2.5)", -3),
    ("round('1.005', 2)", Decimal("1.01")),
    ("round(1234, -2)", 1200),
    ("int('12.9')", 12),
    ("float('12')", 12),
    ("str(12.50)", "12.50"),
    ("str(true)", "true"),
    ("bool('false')", False),
    ("abs(-3.5)", Decimal("3.5")),
    ("range(1, 4)", [1, 2, 3]),
    ("contains(tags, '密')", True),
    ("not_(urgent)", False),
    ("{'a': 1, \"b\": [2]}", {"a": 1, "b": [2]}),
    ("(1, 2)", [1, 2]),
    ("()", []),
    ("[]", []),
    ("{}", {}),
    ("class == 'A'", True),
    ("Ａ类 + A类", "全角半角"),
    ("is_empty(nothing) and is_empty('') and is_empty([])", True),
    ("defined(nothing) and not defined(other)", True),
    ("variable('other') == None", True),
    ("join(tags, '、')", "急、密"),
    ("replace(说明, '办公', '宿舍')", "修缮宿舍楼"),
    ("split('a,b', ',')", ["a", "b"]),
    ("substring('abcdef', 2, 3)", "bcd"),
    ("substring('abcdef', -2)", "ef"),
    ("upper('a') + lower('B') + trim(' c ')", "Abc"),
    ("starts_with('abc', 'ab') and ends_with('abc', 'bc')", True),
    ("distinct_values([1, 2, 1, '1'])", [1, 2]),
    ("index_of(['a', 'b'], 'b')", 1),
    ("reversed([1, 2])", [2, 1]),
    ("mean([1, 2])", Decimal("1.5")),
    ("concatenate([1], [2])", [1, 2]),
    ("urgent == 'true'", True),
    ("rate * 100", 6),
    ("1 +\n 2", 3),
    ("1 + 2  # sum", 3),
    ("'a\\n\\'b\\'\\u4e2d'", "a\n'b'中"),
]


@pytest.mark.parametrize(("text", "value"), GIVES, ids=[text for text, _ in GIVES])
def test_an_expression_gives_its_value(text: str, value: Any) -> None:
    found = evaluate(text, {**VARIABLES, "none_text": None})
    assert found == value
    assert type(found) is type(value) or isinstance(found, Decimal)


@pytest.mark.parametrize(("text", "value"), GIVES, ids=[text for text, _ in GIVES])
def test_the_translated_text_gives_the_same_value(text: str, value: Any) -> None:
    translated = expressions.translate(text)
    assert evaluate(translated, {**VARIABLES, "none_text": None}) == value
    assert expressions.translate(translated) == translated


FAILS = [
    ("other", "unknown_variable"),
    ("amount + other", "unknown_variable"),
    ("说明 > 1", "type"),
    ("nothing > 1", "type"),
    ("urgent > 0", "type"),
    ("urgent == 1", "type"),
    ("urgent + 1", "type"),
    ("'a' + 1", "type"),
    ("'ab' * 3", "type"),
    ("[1] * 3", "type"),
    ("tags > 1", "type"),
    ("-说明", "type"),
    ("{} + {}", "type"),
    ("1 / 0", "division_by_zero"),
    ("1 // 0", "division_by_zero"),
    ("1.0 % 0", "division_by_zero"),
    ("applicant.age", "no_such_entry"),
    ("applicant['age']", "no_such_entry"),
    ("nothing.age", "no_entries"),
    ("days.age", "no_entries"),
    ("tags[5]", "no_such_index"),
    ("tags['a']", "wrong_argument"),
    ("days[0]", "type"),
    ("len(5)", "wrong_argument"),
    ("int('abc')", "wrong_argument"),
    ("sum(['a'])", "wrong_argument"),
    ("min([])", "nothing_to_choose"),
    ("round(1.5, 13)", "too_many_digits"),
    ("len()", "function_failed"),
    ("len([1], [2])", "function_failed"),
    ("date('2026-02-30')", "function_failed"),
    ("date(2026, 13, 1)", "function_failed"),
    ("range(1, 2, 0)", "function_failed"),
    ("replace('a', '', 'b')", "wrong_argument"),
    ("str([1])", "not_single"),
    ("{1: 2}", "bad_key"),
    ("'abc'.substring(2, 9)", "no_such_index"),
    ("nofunction(1)", "unknown_function"),
    ("'a'.nomethod()", "unknown_method"),
    ("today()", "unknown_function"),
    ("99999999999999999999999999999999999999999 * 9999999999999999999999999999999999999999", "number_too_large"),
    ("1e60 * 10", "number_too_large"),
    ("[x for x in 5]", "wrong_argument"),
    ("[a for a, b in [1]]", "wrong_argument"),
]


@pytest.mark.parametrize(("text", "code"), FAILS, ids=[text for text, _ in FAILS])
def test_an_expression_fails_with_a_reason(text: str, code: str) -> None:
    with pytest.raises(ExpressionFailed) as failure:
        evaluate(text, VARIABLES)
    assert failure.value.code == code


def test_an_unknown_variable_is_named() -> None:
    with pytest.raises(ExpressionFailed) as failure:
        evaluate("金额 > 限额", {"金额": 1})
    assert failure.value.values == {"name": "限额"}


def test_kinds_that_do_not_fit_are_named() -> None:
    with pytest.raises(ExpressionFailed) as failure:
        evaluate("'a' > 1", {})
    assert failure.value.values == {"operator": ">", "left": "text", "right": "number", "left_zh": "文字", "right_zh": "数字"}


def test_a_function_of_the_caller_goes_before_a_built_in_one() -> None:
    assert evaluate("len('abc') + twice(2)", {}, {"len": lambda text: 100, "twice": lambda number: number * 2}) == 104


def test_a_mistake_inside_a_function_of_the_caller_is_a_failure() -> None:
    def broken(_: Any) -> Any:
        raise KeyError("x")

    with pytest.raises(ExpressionFailed) as failure:
        evaluate("broken(1)", {}, {"broken": broken})
    assert failure.value.values == {"function": "broken"}


def test_only_what_is_needed_is_computed() -> None:
    assert evaluate("true or other", {}) is True
    assert evaluate("false and other", {}) is False
    assert evaluate("1 if true else other", {}) == 1


def test_a_division_that_does_not_end_has_34_digits() -> None:
    assert evaluate("1 / 3", {}) == Decimal("0." + "3" * 34)
    assert evaluate("2 / 3", {}) == Decimal("0." + "6" * 33 + "7")


def test_a_text_false_counts_as_false() -> None:
    assert evaluate("not approved", {"approved": "false"}) is True
    assert evaluate("1 if approved else 2", {"approved": "False"}) == 2


@pytest.mark.parametrize(
    ("value", "holds"), [(True, True), (False, False), (None, False), ("true", True), ("false", False), ("FALSE", False)]
)
def test_a_condition_takes_yes_no_or_nothing(value: Any, holds: bool) -> None:
    assert evaluate_condition("${approved}", {"approved": value}) is holds


@pytest.mark.parametrize("value", [1, 0, "yes", "", [], {}, "0.00", Decimal(1)])
def test_a_condition_that_is_neither_fails(value: Any) -> None:
    with pytest.raises(ExpressionFailed) as failure:
        evaluate_condition("approved", {"approved": value})
    assert failure.value.code == "not_yes_no"


def test_a_loop_variable_hides_a_variable_and_only_inside() -> None:
    assert evaluate("[x for x in [1, 2]] + [x]", {"x": 9}) == [1, 2, 9]
    assert evaluate("[[x for x in [y]] for y in [1, 2]]", {}) == [[1], [2]]


def test_the_variables_that_are_read_are_named() -> None:
    assert names_in("sum(x.a for x in rows if x.b > limit) + 金额") == {"rows", "limit", "金额"}
    assert names_in("[x for x in x]") == {"x"}
    assert names_in("[x for y in ys for x in y]") == {"ys"}
    assert names_in("len(len)") == {"len"}
    assert names_in("${execution.getVariable('a') == b.c}") == {"a", "b"}
    assert names_in("${a}和${b}", kind="template") == {"a", "b"}
    assert names_in("a = b\nc = a + d", kind="script") == {"b", "d"}
    assert names_in('> limit, "x"', kind="cell") == {"limit"}


# Dates


DATES = [
    ("date('2026-01-31') + duration('P1M')", "2026-02-28"),
    ("date('2026-01-31') + 'P1D'", "2026-02-01"),
    ("date('2026-03-01') - duration('P1D')", "2026-02-28"),
    ("date('2026-03-01') - date('2026-02-01')", "P28D"),
    ("date(2026, 5, 4)", "2026-05-04"),
    ("date('2026-05-04T23:30:00Z')", "2026-05-05"),
    ("apply_date < date('2026-05-05')", True),
    ("apply_date + duration('PT12H')", "2026-05-04T12:00:00"),
    ("datetime('2026-05-04T10:00') == datetime('2026-05-04T02:00:00Z')", True),
    ("datetime('2026-05-04T10:00')", "2026-05-04T10:00:00+08:00"),
    ("datetime('2026-05-04T10:00') + duration('PT1H30M')", "2026-05-04T11:30:00+08:00"),
    ("datetime('2026-05-04T10:00') - datetime('2026-05-04T08:30')", "PT1H30M"),
    ("'2026-05-04T10:00:00+08:00' < '2026-05-04T03:00:00Z'", True),
    ("'2026-05-04' < '2026-05-05'", True),
    ("duration('P1D') < duration('PT25H')", True),
    ("duration('P1D') + duration('PT1H')", "P1DT1H"),
    ("-duration('PT1H')", "-PT1H"),
    ("duration('P1D') == 'PT24H'", True),
    ("year(apply_date) * 100 + month(apply_date)", 202605),
    ("weekday(apply_date)", 1),
    ("days_between(apply_date, '2026-05-14')", 10),
    ("apply_date.plusDays(3)", "2026-05-07"),
    ("apply_date.minusMonths(1)", "2026-04-04"),
    ("[date('2026-05-04')]", ["2026-05-04"]),
    ("apply_date in [date('2026-05-01')..date('2026-05-31')]", True),
    ("max(apply_date, date('2026-06-01'))", "2026-06-01"),
]


@pytest.mark.parametrize(("text", "value"), DATES, ids=[text for text, _ in DATES])
def test_dates_compute_and_end_as_iso_text(text: str, value: Any) -> None:
    assert evaluate(text, {"apply_date": "2026-05-04"}) == value


@pytest.mark.parametrize(
    "text",
    [
        "date('x')",
        "duration('1 day')",
        "date('2026-05-04') + 1",
        "date('2026-05-04') > 5",
        "date('9999-12-31') + duration('P1D')",
        "datetime('2026-05-04T25:00')",
        "duration('P1D') * 'x'",
        "date('2026-05-04') + date('2026-05-04')",
    ],
)
def test_dates_that_make_no_sense_fail(text: str) -> None:
    with pytest.raises(ExpressionFailed):
        evaluate(text, {})


# Templates


def test_a_text_without_expressions_is_itself() -> None:
    assert evaluate_template("财政局", {}) == "财政局"
    assert evaluate_template("", {}) == ""
    assert evaluate_template("{a} $b #c", {}) == "{a} $b #c"


def test_one_whole_expression_gives_its_value() -> None:
    assert evaluate_template("${tags}", VARIABLES) == ["急", "密"]
    assert evaluate_template("=days + 1", VARIABLES) == 4


def test_a_mixed_text_is_filled_in() -> None:
    assert evaluate_template("关于${说明}的申请(${days}天, ${amount}元)", VARIABLES) == "关于修缮办公楼的申请(3天, 4999.99元)"
    assert evaluate_template("${tags},#{class}", VARIABLES) == "急,密,A"
    assert evaluate_template("[${nothing}${urgent}${1.50}]", VARIABLES) == "[true1.50]"


def test_braces_and_quotes_inside_an_expression_do_not_end_it() -> None:
    assert evaluate_template("a${'}'}b${{'x': 1}['x']}", {}) == "a}b1"
    assert evaluate_template('${"${"}', {}) == "${"


def test_a_mark_behind_a_backslash_is_text() -> None:
    assert evaluate_template(r"\${a} ${1}", {}) == "${a} 1"


def test_an_object_does_not_fit_into_a_text() -> None:
    with pytest.raises(ExpressionFailed):
        evaluate_template("x ${applicant}", VARIABLES)


# Scripts


def test_a_script_gives_the_names_that_it_sets() -> None:
    text = """
    # 计算总价
    total = sum(r.price * r.count for r in rows)
    tax = round(total * rate, 2); note = "含税"
    lines = [
        r.item
        for r in rows
    ]
    total += tax
    """
    assert run_script(text, VARIABLES) == {"total": Decimal("84.80"), "tax": Decimal("4.80"), "note": "含税", "lines": ["纸", "笔"]}


def test_a_later_line_sees_what_an_earlier_one_set() -> None:
    assert run_script("a = 1\na = a + 1\nb = a * 10", {"a": 100}) == {"a": 2, "b": 20}


def test_a_date_stays_a_date_between_the_lines() -> None:
    assert run_script("d = date('2026-05-04')\ne = d + duration('P1D')", {}) == {"d": "2026-05-04", "e": "2026-05-05"}


def test_a_script_that_fails_sets_nothing() -> None:
    variables = {"a": 1}
    with pytest.raises(ExpressionFailed):
        run_script("a = 2\nb = other", variables)
    assert variables == {"a": 1}


def test_changing_operators_compute() -> None:
    assert run_script("a += 2\nb = 10\nb -= a\nb *= 2\nb /= 7", {"a": 1}) == {"a": 3, "b": 2}
