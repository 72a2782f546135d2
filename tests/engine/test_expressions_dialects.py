"""JUEL of Camunda, Flowable and Activiti diagrams, and FEEL: what they mean here and what they are translated to."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.expressions import ExpressionFailed, ExpressionRefused, check, evaluate, office_functions, translate
from engine.workdays import WorkCalendar

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
OFFICE = office_functions(NOW, WorkCalendar())
VARIABLES: dict[str, Any] = {
    "approved": True,
    "outcome": "同意",
    "clarified": "yes",
    "amount": "4999.99",
    "days": 3,
    "class": 1,
    "from": "a",
    "pass": True,
    "is": 5,
    "for": 6,
    "empty": 7,
    "lambda": 8,
    "then": 9,
    "none": None,
    "order": {"amount": 250, "basic": True},
    "users": ["zhang", "li"],
    "rows": [{"amount": "1.50", "kind": "a"}, {"amount": "2.50", "kind": "b"}],
    "sameDept": False,
    "nrOfInstances": 4,
    "nrOfCompletedInstances": 3,
}

JUEL = [
    ("${approved}", True),
    ("#{!approved}", False),
    ("${ not approved }", False),
    ("${approved == true}", True),
    ("${approved == 'true'}", True),
    ("${outcome=='同意'&&sameDept==false}", True),
    ("${(outcome=='不同意'&&sameDept==false)||sameDept==true}", False),
    ("${clarified.equals('yes')}", True),
    ("${!clarified.equals('yes')}", False),
    ("${amount >= 5000}", False),
    ("${amount lt 5000 and days ge 3}", True),
    ("${days ne 3 or days eq 3}", True),
    ("${days gt 2 and days le 3}", True),
    ("${order.amount<=200 || order.basic}", True),
    ("${gender == 'male' ? 'Mr.' : 'Mrs.'}", "Mrs."),
    ("${days > 5 ? 'a' : days > 2 ? 'b' : 'c'}", "b"),
    ("${empty none}", True),
    ("${not empty users}", True),
    ("${!empty users && empty ''}", True),
    ("${empty(none)}", True),
    ("${empty}", 7),
    ("${empty + 1}", 8),
    ("${class == 1}", True),
    ("${from}", "a"),
    ("${pass && is == 5}", True),
    ("${for + lambda}", 14),
    ("${users.size() == 2 && users.contains('li')}", True),
    ("${users.isEmpty()}", False),
    ("${users[0]}", "zhang"),
    ("${order['amount']}", 250),
    ("${users.get(1)}", "li"),
    ("${order.get('missing') == null}", True),
    ("${clarified.toUpperCase().substring(0, 2)}", "YE"),
    ("${clarified.length() + outcome.indexOf('意')}", 4),
    ("${clarified.equalsIgnoreCase('YES')}", True),
    ("${execution.getVariable('days') > 2}", True),
    ("${execution.getVariable('missing') == null}", True),
    ("${execution.hasVariable('missing')}", False),
    ("${var:equals(days, 3)}", True),
    ("${var:gt('days', 10)}", False),
    ("${var:isNotEmpty(users)}", True),
    ("${variables:get(days)}", 3),
    ("${vars:exists(missing)}", False),
    ("${var:notEquals(missing, 3)}", True),
    ("${approved ? days : 0}", 3),
    ("${nrOfCompletedInstances / nrOfInstances >= 0.5}", True),
    ("${nrOfCompletedInstances == nrOfInstances}", False),
    ("${days div 2}", Decimal("1.5")),
    ("${days mod 2}", 1),
    ("${-7 % 3}", -1),
    ("${7 % -3}", 1),
    ("${-7.5 % 2}", Decimal("-1.5")),
    ("${7 - 2 - 1}", 4),
    ("${12 / 2 * 3}", 18),
    ("${1 == 1 == true}", True),
    ("${1 < 2 == true}", True),
    ("${!approved == false}", True),
    ('${"it\'s"}', "it's"),
    ("${43}", 43),
    ("${'a' < 'b'}", True),
    ("${dateTime().plusWeeks(1).toDate()}", "2026-05-11T10:00:00+08:00"),
    ("${now().minusHours(3)}", "2026-05-04T07:00:00+08:00"),
]


@pytest.mark.parametrize(("text", "value"), JUEL, ids=[text for text, _ in JUEL])
def test_juel_gives_its_value_and_so_does_its_translation(text: str, value: Any) -> None:
    variables = {**VARIABLES, "gender": "female"}
    assert evaluate(text, variables, OFFICE) == value
    assert evaluate(translate(text), variables, OFFICE) == value
    check(text)


FEEL = [
    ("=amount >= 5000", False),
    ('=outcome = "同意"', True),
    ('=outcome != "同意"', False),
    ("=days = 3 and not(sameDept)", True),
    ("=not(days > 5) or sameDept", True),
    ("=days between 1 and 5", True),
    ("=days between 1 and 2 or days between 3 and 4", True),
    ("=days in [1..3]", True),
    ("=days in (1..3)", False),
    ("=days in ]1..3[", False),
    ("=days in (1, 2, 3)", True),
    ('="li" in users', True),
    ('=if days > 2 then "a" else "b"', "a"),
    ("=if days > 5 then 1 else if days > 2 then 2 else 3", 2),
    ("=users[1]", "zhang"),
    ("=users[-1]", "li"),
    ("=users[9]", None),
    ('=rows[item.kind = "b"]', [{"amount": "2.50", "kind": "b"}]),
    ('=rows[item.kind = "b"][1].amount', "2.50"),
    ('=count(users) + string length("abc")', 5),
    ("=sum(for r in rows return r.amount)", 4),
    ("=some r in rows satisfies r.amount > 2", True),
    ("=every r in rows satisfies r.amount > 2", False),
    ("=for i in 1..3 return i * i", [1, 4, 9]),
    ("=for i in [1, 2], j in [10] return i + j", [11, 12]),
    ('=contains(outcome, "同")', True),
    ('=starts with(clarified, "y") and ends with(clarified, "s")', True),
    ('=upper case(clarified) + lower case("A")', "YESa"),
    ("=substring(clarified, 2)", "es"),
    ('=substring before("a-b", "-") + substring after("a-b", "-")', "ab"),
    ('=list contains(users, "li")', True),
    ("=distinct values([1, 1, 2])", [1, 2]),
    ('=append(users, "wang")', ["zhang", "li", "wang"]),
    ('=concatenate(users, ["wang"])', ["zhang", "li", "wang"]),
    ('=string join(users, ",")', "zhang,li"),
    ("=is defined(missing)", False),
    ('=get value(order, "amount")', 250),
    ("=string(12.50)", "12.50"),
    ('=number("12.50") + 1', Decimal("13.50")),
    ("=floor(1.9) + ceiling(1.1)", 3),
    ("=decimal(1.005, 2)", Decimal("1.00")),
    ("=decimal(2.5, 0)", 2),
    ("=round half up(2.5, 0)", 3),
    ("=floor(1.56, 1)", Decimal("1.5")),
    ('=index of(["a", "b", "a"], "a")', [1, 3]),
    ("=for i in 3..1 return i", [3, 2, 1]),
    ('=string join(["a", null, "b"], "-")', "a-b"),
    ('=replace("a-b", "-", "+")', "a+b"),
    ('=split("a,b", ",")', ["a", "b"]),
    ('="foo"[1]', "foo"),
    ("=not(none)", None),
    ("=not none", None),
    ('=date("2026-05-04").year', 2026),
    ("=now().hour", 10),
    ('=duration("P1DT2H").hours', 2),
    ('=string length("\\uD83D\\uDE00")', 1),
    ("=round up(1.21, 1)", Decimal("1.3")),
    ("=modulo(-7, 3)", 2),
    ("=min(1, 2) + max([3, 4]) + mean(1, 3)", 7),
    ('={a: 1, "b c": 2}.a', 1),
    ('=class = 1 and from = "a"', True),
    ("=then", 9),
    ("=null = none", True),
    ("=true", True),
    ('=@"2026-05-04" + @"P1D"', "2026-05-05"),
    ('=date("2026-05-04") > date("2026-05-03")', True),
    ('=date and time("2026-05-04T10:00:00") = now()', True),
    ('=today() + duration("P1M")', "2026-06-04"),
    ("= days + 1", 4),
]


@pytest.mark.parametrize(("text", "value"), FEEL, ids=[text for text, _ in FEEL])
def test_feel_gives_its_value_and_so_does_its_translation(text: str, value: Any) -> None:
    assert evaluate(text, VARIABLES, OFFICE) == value
    assert evaluate(translate(text), VARIABLES, OFFICE) == value
    check(text)


TRANSLATED = [
    ("${amount >= 5000 && !approved}", "(amount >= 5000) and (not approved)"),
    ("${!a == b}", "(not a) == b"),
    ("not a == b", "not (a == b)"),
    ("${a < b == c}", "(a < b) == c"),
    ("a < b == c", "a < b == c"),
    ("${a ? b : c}", "b if a else c"),
    ("${execution.getVariable('x')}", 'variable("x")'),
    ("=a = 1", "a == 1"),
    ("=a[1]", "list_item(a, 1)"),
    ("${class}", "class"),
]


@pytest.mark.parametrize(("text", "translated"), TRANSLATED, ids=[text for text, _ in TRANSLATED])
def test_a_dialect_is_written_in_our_own_form(text: str, translated: str) -> None:
    assert translate(text) == translated


OFFICE_CALLS = [
    ("workdays(1)", "2026-05-05T17:30:00+08:00"),
    ("workdays(5)", "2026-05-11T17:30:00+08:00"),
    ("workdays(1, '2026-05-08')", "2026-05-11T17:30:00+08:00"),
    ("workhours(4)", "2026-05-04T14:00:00+08:00"),
    ("workhours(1.5, '2026-05-04T17:00')", "2026-05-05T09:30:00+08:00"),
    ("workdays_between('2026-05-04', '2026-05-11')", 5),
    ("is_working_day('2026-05-09')", False),
    ("today()", "2026-05-04"),
    ("now()", "2026-05-04T10:00:00+08:00"),
]


@pytest.mark.parametrize(("text", "value"), OFFICE_CALLS, ids=[text for text, _ in OFFICE_CALLS])
def test_the_office_counts_on_its_calendar(text: str, value: Any) -> None:
    assert evaluate(text, {}, OFFICE) == value


def test_another_office_has_another_zone() -> None:
    urumqi = office_functions(NOW, WorkCalendar(timezone="Asia/Urumqi"))
    assert evaluate("now()", {}, urumqi) == "2026-05-04T08:00:00+06:00"
    assert evaluate("datetime('2026-05-04T08:00') == now()", {}, urumqi) is True
    assert evaluate("datetime('2026-05-04T08:00') == now()", {}, OFFICE) is False


@pytest.mark.parametrize(
    "text", ["workdays(-1)", "workdays(99999)", "workhours(-1)", "workdays(1.5)", "workdays('x')", "workdays(1, 'x')", "workdays()"]
)
def test_a_count_that_makes_no_sense_fails(text: str) -> None:
    with pytest.raises(ExpressionFailed):
        evaluate(text, {}, OFFICE)


REFUSED = [
    ("", "empty"),
    ("   ", "empty"),
    ("${}", "empty"),
    ("=", "empty_end"),
    ("a" * 4_001, "too_long"),
    ("(" * 31 + "a" + ")" * 31, "too_deep"),
    ("+".join(["a"] * 401), "too_many_parts"),
    ("金额 > 5000元", "bad_number"),
    ("a²", "bad_name"),
    ("_a", "underscore_name"),
    ("a._b", "underscore_name"),
    ("'abc", "open_string"),
    ("'\\ud800'", "bad_escape"),
    ("a ＞ 1", "full_width"),
    ("a == “x”", "full_width"),
    ("a ; b", "unexpected"),
    ("a ~ b", "bad_character"),
    ("a b", "unexpected"),
    ("(a", "unexpected_end"),
    ("a == ", "unexpected_end"),
    ("[1..5]", "unexpected"),
    ("a = 1", "single_equals"),
    ("${a = 1}", "single_equals"),
    ("a ** 2", "not_supported"),
    ("lambda x: x", "not_supported"),
    ("import os", "not_supported"),
    ("a()()", "not_callable"),
    ("'a'()", "not_callable"),
    ("nofunction(1)", "unknown_function"),
    ("a.nomethod()", "unknown_method"),
    ("${loanBean.create(a)}", "unknown_method"),
    ("${execution.setVariable('a', 1)}", "execution_member"),
    ("${execution.processDefinitionId}", "execution_member"),
    ("${execution.getVariable(a)}", "execution_member"),
    ("${var:matches(a, 1)}", "unknown_function"),
    ("=rows[amount > 5]", "feel_filter"),
    ('=replace("abc", "a.", "x")', "feel_pattern"),
    ("=split(text, pattern)", "feel_pattern"),
    ("'\\U0001F600'", "bad_escape"),
    ("'\\x41'", "bad_escape"),
    ("'\\u0000'", "bad_escape"),
    ("${a} and ${b}", "mixed_template"),
    ("${a", "open_expression"),
    ("${'a}", "open_expression"),
    ("a if b", "unexpected_end"),
    ("a ? b", "unexpected_end"),
    ("=if a then b", "unexpected_end"),
    ("=a ? b : c", "unexpected"),
    ("=a if b else c", "unexpected"),
    ("{a}", "unexpected"),
    ("[1, 2", "unexpected_end"),
    ("f'x'", "unexpected"),
    ("'a' 'b'", "unexpected"),
    ("1e99", "number_too_large"),
    ("in", "unexpected"),
    ("a.", "unexpected_end"),
    ("a.1", "unexpected"),
    ("[x for true in a]", "unexpected"),
    ("not", "unexpected_end"),
]


@pytest.mark.parametrize(("text", "code"), REFUSED, ids=[text[:30] or "nothing" for text, _ in REFUSED])
def test_what_is_no_expression_is_refused_with_a_reason(text: str, code: str) -> None:
    with pytest.raises(ExpressionRefused) as refusal:
        check(text)
    assert refusal.value.code == {"empty_end": "unexpected_end"}.get(code, code)


def test_the_place_is_that_in_the_text_as_drawn() -> None:
    for text, offset in (("  金额 ＞ 1", 5), ("${金额 ＞ 1}", 5), (" ${金额 ＞ 1}", 6), ("=金额 ＞ 1", 4), ("你好 ${a ＞ 1}", 7)):
        with pytest.raises(ExpressionRefused) as refusal:
            check(text, kind="template" if text.startswith("你") else "expression")
        assert refusal.value.offset == offset
        assert refusal.value.values["position"] == offset + 1


def test_a_function_with_a_similar_name_is_proposed() -> None:
    with pytest.raises(ExpressionRefused) as refusal:
        check("contians(a, b)")
    assert "contains" in refusal.value.values["guess_zh"]


def test_functions_of_the_caller_may_be_allowed() -> None:
    check("register_row('x')", functions={"register_row"})
    with pytest.raises(ExpressionRefused):
        check("register_row('x')")


SCRIPTS_REFUSED = [
    "1 + 1",
    "x",
    "x = ",
    "= 1",
    "if a: b = 1",
    "x == 1",
    "rows[0] = 1",
    "x.y = 1",
    "null = 1",
    "",
    "# nothing",
    "x = (1\ny = 2",
    "x := 1",
]


@pytest.mark.parametrize("text", SCRIPTS_REFUSED)
def test_what_is_no_assignment_is_refused_in_a_script(text: str) -> None:
    with pytest.raises(ExpressionRefused):
        check(text, kind="script")


def test_every_kind_of_text_is_checked_as_what_it_is() -> None:
    check("x = 1\ny = x", kind="script")
    check("文字 ${x} 文字", kind="template")
    check("没有表达式", kind="template")
    check('>= 5000, "x", not_(a)', kind="cell")
    check("${a}", kind="condition")
    with pytest.raises(ExpressionRefused):
        check("${x} 文字", kind="condition")
    with pytest.raises(ExpressionRefused):
        check("1" * 501, kind="cell")
