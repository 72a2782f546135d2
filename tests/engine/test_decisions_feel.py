"""FEEL as decisions compute it: null, powers, names with blanks, types of the analyst's own, and business knowledge models."""

from decimal import Decimal
from typing import Any

import pytest

from engine.decisions import Decision, DecisionFailed, read
from tests.engine.dmn import DMN_1_3, decision, problems, table

LITERAL = "<literalExpression><text>{}</text></literalExpression>"


def computed(text: str, **variables: Any) -> Any:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    made = decision(f'<variable name="v"/>{LITERAL.format(escaped)}')
    return made.evaluate(variables).outputs[0]["v"]


NULLS = [
    ("10 + null", None),
    ("null - 10", None),
    ("n * 2", None),
    ("-n", None),
    ("10 / 0", None),
    ("10 / zero", None),
    ("n > 5", None),
    ("5 in [n..9]", None),
    ("n between 1 and 5", None),
    ("n = null", True),
    ("5 != null", True),
    ("n.price", None),
    ("string length(n)", None),
    ("abs(n)", None),
    ("not(n)", None),
    ("list contains([1, null], null)", True),
    ("true and n", None),
    ("n and false", False),
    ("n or true", True),
    ("false or n", None),
    ("true and true", True),
    ("if n then 1 else 2", 2),
    ("if n > 5 then 1 else 2", 2),
    ("[n]", [None]),
]


@pytest.mark.parametrize(("text", "expected"), NULLS, ids=[text for text, _ in NULLS])
def test_null_is_computed_as_dmn_says(text: str, expected: Any) -> None:
    assert computed(text, n=None, zero=0) == expected


@pytest.mark.parametrize(("text", "code"), [('"a" + 5', "type"), ('"a" > 5', "type"), ("unknown + 1", "unknown_variable")])
def test_what_does_not_fit_together_fails_rather_than_being_null(text: str, code: str) -> None:
    with pytest.raises(DecisionFailed) as failure:
        computed(text)
    assert failure.value.code == code


AMONG = [
    ("5 in < 9", True),
    ("5 in (< 3, > 9)", False),
    ("5 in ([1..2], [5..9))", True),
    ("5 in (> 9, 5)", True),
    ("5 in (1, 2, 5)", True),
    ("5 in [1, 5]", True),
    ("5 in [1..5]", True),
    ("n in (< 3, > 9)", None),
    ("n in (< 3, null)", True),
    ('"b" in (= "a", "b")', True),
    ("if 5 in > 3 then 1 else 2", 1),
    ('duration("P1D") * 3', "P3D"),
    ('2 * duration("P1Y6M")', "P3Y"),
    ('duration("P1D") / 2', "PT12H"),
    ('duration("P2D") / duration("PT12H")', 4),
    ('duration("P1D") / 0', None),
    ('duration("P1D") * n', None),
    ('date("2026-05-04") + 2 * duration("P1D")', "2026-05-06"),
]


@pytest.mark.parametrize(("text", "expected"), AMONG, ids=[text for text, _ in AMONG])
def test_tests_behind_in_and_parts_of_durations(text: str, expected: Any) -> None:
    assert computed(text, n=None) == expected


@pytest.mark.parametrize(
    ("text", "what"),
    [("a instance of number", "instance of"), ("round(n: 1, scale: 2)", "n:"), ("for i in [1] return function(x) x", "function")],
)
def test_what_feel_has_beyond_this_is_named(text: str, what: str) -> None:
    noted = problems(LITERAL.format(text))
    assert [(one.code, one.values["reason"]) for one in noted] == [("decision_expression_refused", "not_supported")]
    assert f"“{what}”" in noted[0].values["reason_zh"]


POWERS = [
    ("2 ** 10", 1024),
    ("10 ** -2", Decimal("0.01")),
    ("5 + 2 ** 3 * 2", 21),
    ("2 ** 3 ** 2", 64),
    ("-2 ** 2", 4),
    ("2 ** (1 + 2)", 8),
    ("(2 ** (3 ** 2))", 512),
    ("n ** 2", None),
    ("1.5 ** 2", Decimal("2.25")),
    ("4 ** 0.5", 2),
    ("0 ** 0", 1),
]


@pytest.mark.parametrize(("text", "expected"), POWERS, ids=[text for text, _ in POWERS])
def test_powers(text: str, expected: Any) -> None:
    assert computed(text, n=None) == expected


@pytest.mark.parametrize("text", ["9 ** 9 ** 9", "2 ** 99999999", "(-8) ** 0.5", "0 ** -1", "1.1 ** 999999999", "9 ** 9999 ** 9999"])
def test_a_power_without_an_answer_fails_at_once(text: str) -> None:
    with pytest.raises(DecisionFailed):
        computed(text)


def read_file(body: str) -> dict[str, Decision]:
    xml = f'<definitions xmlns="{DMN_1_3}" id="d" namespace="urn:office">{body}</definitions>'
    found, noted = read(xml.encode(), "a.dmn")
    assert [problem for problem in noted if problem.severity == "error"] == []
    again = [Decision.from_document(one.to_document()) for one in found]
    assert again == found
    return {one.id: one for one in found}


def test_names_with_blanks_are_read_where_the_file_declares_them() -> None:
    body = (
        '<inputData id="i" name="Monthly Salary"><variable name="Monthly Salary"/></inputData>'
        '<inputData id="j" name="年 薪-税后"/><itemDefinition name="tLoan"><itemComponent name="fee rate"/></itemDefinition>'
        f'<decision id="d" name="Yearly Salary">{LITERAL.format("12 * Monthly  Salary + loan.fee rate - 年 薪-税后")}</decision>'
        '<decision id="e"><informationRequirement><requiredDecision href="#d"/></informationRequirement>'
        f"{LITERAL.format('Yearly Salary + 1')}</decision>"
    )
    made = read_file(body)
    variables = {"Monthly Salary": 100, "loan": {"fee rate": 5}, "年 薪-税后": 1}
    assert made["e"].value(made["e"].evaluate(variables)) == 1205
    assert made["e"].reads() == {"Monthly Salary", "loan", "年 薪-税后"}


PAYMENT = (
    '<businessKnowledgeModel id="b" name="Rate of"><variable name="Rate of"/><encapsulatedLogic><formalParameter name="level"/>'
    '<decisionTable><input><inputExpression><text>level</text></inputExpression></input><output typeRef="number"/>'
    '<rule><inputEntry><text>"A"</text></inputEntry><outputEntry><text>0.1</text></outputEntry></rule>'
    '<rule><inputEntry><text>not("A")</text></inputEntry><outputEntry><text>0.2</text></outputEntry></rule></decisionTable>'
    "</encapsulatedLogic></businessKnowledgeModel>"
    '<businessKnowledgeModel id="c" name="fee"><encapsulatedLogic kind="FEEL"><formalParameter name="p"/><formalParameter name="level"/>'
    "<literalExpression><text>p * Rate of(level)</text></literalExpression></encapsulatedLogic>"
    '<knowledgeRequirement><requiredKnowledge href="urn:office#b"/></knowledgeRequirement></businessKnowledgeModel>'
)
CALLER = (
    '<decision id="d" name="Payment"><knowledgeRequirement><requiredKnowledge href="#c"/></knowledgeRequirement>'
    "<literalExpression><text>{}</text></literalExpression></decision>"
)


def test_a_business_knowledge_model_is_a_function_that_decisions_call() -> None:
    made = read_file(PAYMENT + CALLER.format("fee(amount, level) + 1"))["d"]
    assert made.evaluate({"amount": 100, "level": "A"}).outputs == [{"d": Decimal("11.0")}]
    assert made.evaluate({"amount": 100, "level": "B"}).outputs == [{"d": Decimal("21.0")}]
    assert made.reads() == {"amount", "level"}


def test_a_function_sees_its_arguments_alone_and_says_where_it_failed() -> None:
    made = read_file(PAYMENT.replace("p * Rate", "amount * Rate") + CALLER.format("fee(amount, level)"))["d"]
    with pytest.raises(DecisionFailed) as failure:
        made.evaluate({"amount": 1, "level": "A"})
    assert (failure.value.code, failure.value.values["name"]) == ("unknown_variable", "amount")
    with pytest.raises(DecisionFailed):
        read_file(PAYMENT + CALLER.format("fee(amount)"))["d"].evaluate({"amount": 1})


def test_functions_have_one_budget_together() -> None:
    busy = PAYMENT.replace("p * Rate of(level)", "count(for i in 1..5000 return i) * Rate of(level)")
    made = read_file(busy + CALLER.format("for i in 1..5000 return fee(i, level)"))["d"]
    with pytest.raises(DecisionFailed) as failure:
        made.evaluate({"level": "A"})
    assert failure.value.code == "budget"


def test_a_function_that_is_not_required_or_not_in_feel_is_refused() -> None:
    caller = f'<decision id="e">{LITERAL.format("fee(1, 2)")}</decision>'
    xml = '<definitions xmlns="{}" id="d">{}' + caller + "</definitions>"
    _, noted = read(xml.format(DMN_1_3, PAYMENT).encode(), "a.dmn")
    assert ("error", "decision_expression_refused", "e") in [(one.severity, one.code, one.element_id) for one in noted]
    _, noted = read(xml.format(DMN_1_3, PAYMENT.replace('kind="FEEL"', 'kind="Java"')).encode(), "a.dmn")
    assert ("error", "knowledge_model", "c") in [(one.severity, one.code, one.element_id) for one in noted]


def test_types_of_the_analysts_own_are_those_behind_them() -> None:
    body = (
        '<itemDefinition name="tAge"><typeRef>number</typeRef></itemDefinition>'
        '<itemDefinition name="tLevel"><typeRef>string</typeRef><allowedValues><text>"high","low"</text></allowedValues></itemDefinition>'
        '<decision id="d"><variable name="level" typeRef="tLevel"/><decisionTable hitPolicy="PRIORITY">'
        '<input><inputExpression typeRef="tAge"><text>age</text></inputExpression></input><output/>'
        '<rule><inputEntry><text>&gt; 1</text></inputEntry><outputEntry><text>"low"</text></outputEntry></rule>'
        '<rule><inputEntry><text>&gt; 2</text></inputEntry><outputEntry><text>"high"</text></outputEntry></rule>'
        "</decisionTable></decision>"
    )
    made = read_file(body)["d"]
    assert made.evaluate({"age": "3"}).outputs == [{"level": "high"}]
    with pytest.raises(DecisionFailed) as failure:
        made.evaluate({"age": "old"})
    assert failure.value.code == "input_type"


BOXES = [
    (
        '<context><contextEntry><variable name="Total Points" typeRef="number"/><literalExpression><text>a + b</text></literalExpression>'
        "</contextEntry><contextEntry><literalExpression><text>Total Points * 2</text></literalExpression></contextEntry></context>",
        {"a": 1, "b": 2},
        6,
    ),
    (
        '<context><contextEntry><variable name="x"/><literalExpression><text>a</text></literalExpression></contextEntry>'
        '<contextEntry><variable name="y"/><list><literalExpression><text>x</text></literalExpression></list></contextEntry></context>',
        {"a": 1},
        {"x": 1, "y": [1]},
    ),
    (
        '<context><contextEntry><variable name="twice"/><functionDefinition><formalParameter name="n"/>'
        "<literalExpression><text>n * 2 + a</text></literalExpression></functionDefinition></contextEntry>"
        "<contextEntry><literalExpression><text>twice(5)</text></literalExpression>"
        "</contextEntry></context>",
        {"a": 1},
        11,
    ),
    (
        '<relation><column name="k"/><column name="v"/><row><literalExpression><text>"a"</text></literalExpression>'
        "<literalExpression><text>a</text></literalExpression></row></relation>",
        {"a": 1},
        [{"k": "a", "v": 1}],
    ),
    (
        "<conditional><if><literalExpression><text>a > 1</text></literalExpression></if><then><literalExpression><text>1</text>"
        "</literalExpression></then><else><literalExpression><text>2</text></literalExpression></else></conditional>",
        {"a": None},
        2,
    ),
    (
        '<for iteratorVariable="i"><in><literalExpression><text>a</text></literalExpression></in><return>'
        "<literalExpression><text>i * 2</text></literalExpression></return></for>",
        {"a": [1, 2]},
        [2, 4],
    ),
    (
        '<every iteratorVariable="i"><in><literalExpression><text>a</text></literalExpression></in><satisfies><literalExpression>'
        "<text>i > 1</text></literalExpression></satisfies></every>",
        {"a": [1, 2]},
        False,
    ),
    (
        "<filter><in><literalExpression><text>a</text></literalExpression></in><match><literalExpression><text>price > 1</text>"
        "</literalExpression></match></filter>",
        {"a": [{"price": 1}, {"price": 2}]},
        [{"price": 2}],
    ),
    (
        '<context><contextEntry><variable name="level"/>'
        + table([("a", "number")], [("", "")], [(["> 1"], ['"high"']), (["<= 1"], ['"low"'])])
        + "</contextEntry><contextEntry><literalExpression><text>level + 1</text></literalExpression></contextEntry></context>".replace(
            "level + 1", 'level + "!"'
        ),
        {"a": 2},
        "high!",
    ),
]


@pytest.mark.parametrize(("box", "variables", "expected"), BOXES, ids=[box[:12] + str(place) for place, (box, *_) in enumerate(BOXES)])
def test_boxed_expressions(box: str, variables: dict[str, Any], expected: Any) -> None:
    made = read_file(f'<decision id="d"><variable name="v"/>{box}</decision>')["d"]
    assert made.value(made.evaluate(variables)) == expected
    if "price" not in box:
        assert made.reads() == set(variables)


def test_an_invocation_gives_parameters_by_name() -> None:
    box = (
        "<invocation><literalExpression><text>fee</text></literalExpression>"
        '<binding><parameter name="level"/><literalExpression><text>level</text></literalExpression></binding>'
        '<binding><parameter name="p"/><literalExpression><text>amount</text></literalExpression></binding></invocation>'
    )
    requirement = '<knowledgeRequirement><requiredKnowledge href="#c"/></knowledgeRequirement>'
    made = read_file(PAYMENT + f'<decision id="d">{requirement}{box}</decision>')["d"]
    assert made.evaluate({"amount": 100, "level": "A"}).outputs == [{"d": Decimal("10.0")}]


@pytest.mark.parametrize(
    "box",
    [
        "<invocation><literalExpression><text>nothing</text></literalExpression></invocation>",
        '<functionDefinition kind="Java"><literalExpression><text>1</text></literalExpression></functionDefinition>',
        "<functionDefinition><literalExpression><text>1</text></literalExpression></functionDefinition>",
        "<list>" * 11 + "</list>" * 11,
        '<relation><column name="a"/><row></row></relation>',
        "<conditional><if><literalExpression><text>a</text></literalExpression></if></conditional>",
        '<for iteratorVariable="i"><in></in></for>',
    ],
)
def test_a_box_that_is_not_made_is_refused(box: str) -> None:
    xml = f'<definitions xmlns="{DMN_1_3}" id="d"><decision id="d">{box}</decision></definitions>'
    found, noted = read(xml.encode(), "a.dmn")
    assert (found, [(one.severity, one.code) for one in noted]) == ([], [("error", "decision_logic")])


DIALECTS = [
    # Flowable: a method of the input's value, its functions over lists, and dates
    (".startsWith('te')", "test", True),
    (".endsWith('te')", "test", False),
    ("${collection:anyOf(x, 'a,b')}", ["b", "c"], True),
    ('${collection:allOf(x, \'"a","b"\')}', ["b", "c"], False),
    ("${collection:noneOf(x, 'a')}", ["b"], True),
    ("${collection:notContainsAny(x, '1,2')}", [1, 3], True),
    ("${collection:contains('10,20', x)}", 10, True),
    ("> fn_date('2026-05-04')", "2026-05-05", True),
    ("< fn_addDate(fn_date('2026-05-04'), 0, 1, 2)", "2026-06-05", True),
    ("${x < date:subtractDate('2026-05-04', 1, 0, 0)}", "2025-05-03", True),
    ("== date:toDate('2026-05-04')", "2026-05-04", None),
    # Camunda: its own name for the input's value
    ("sum > 5", 6, True),
    ("${sum > 5}", 6, True),
    ("sum > 5", 5, False),
]


@pytest.mark.parametrize(("cell", "value", "expected"), DIALECTS, ids=[cell for cell, *_ in DIALECTS])
def test_cells_of_other_tools(cell: str, value: Any, expected: bool | None) -> None:
    logic = table([("x", "")], [("hit", "")], [([cell], ["true"])])
    alias = 'xmlns:camunda="http://camunda.org/schema/1.0/dmn" camunda:inputVariable="sum"'
    xml = f'<definitions xmlns="{DMN_1_3}" id="d"><decision id="d">{logic.replace("<input>", f"<input {alias}>")}</decision></definitions>'
    found, noted = read(xml.encode(), "a.dmn")
    if expected is None:
        assert [one.code for one in noted] == ["decision_cell"]
    else:
        again = Decision.from_document(found[0].to_document())
        assert bool(again.evaluate({"x": value}).outputs) is expected


SCRIPTS = [
    ('x == "a" ? 1 : 2', {"x": "a"}, 1),
    ("x > 5 && y != null", {"x": 6, "y": 1}, True),
    ('"第" + x + "号"', {"x": 3}, "第3号"),
    ("var half = x / 2; half + 1", {"x": 3}, Decimal("2.5")),
]


@pytest.mark.parametrize(("text", "variables", "expected"), SCRIPTS, ids=[text for text, *_ in SCRIPTS])
def test_an_expression_of_a_script_language_is_translated(text: str, variables: dict[str, Any], expected: Any) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    made = decision(f'<literalExpression expressionLanguage="javascript"><text>{escaped}</text></literalExpression>')
    assert made.evaluate(variables).outputs == [{"decision": expected}]


@pytest.mark.parametrize("language", ["groovy", "javascript", "python"])
@pytest.mark.parametrize("text", ["new Date()", "if (x) { 1 } else { 2 }", "bean.call(x)", "x; y"])
def test_other_scripts_are_refused_with_their_language(text: str, language: str) -> None:
    for logic in (
        f'<literalExpression expressionLanguage="{language}"><text>{text}</text></literalExpression>',
        table([("x", "")], [("o", "")], [(["-"], [text])]).replace("<outputEntry>", f'<outputEntry expressionLanguage="{language}">'),
        table([("x", "")], [("o", "")], [([text], ["1"])]).replace("<inputEntry>", f'<inputEntry expressionLanguage="{language}">'),
    ):
        noted = problems(logic)
        assert noted[0].severity == "error"
        if text != "bean.call(x)":
            assert [(one.code, one.values["language"]) for one in noted] == [("decision_language", language)]


def test_juel_without_its_braces_is_read_where_the_file_names_it_or_is_of_dmn_1_1() -> None:
    text = '<literalExpression{}><text>input == "ok" ? "yes" : "no"</text></literalExpression>'
    old = DMN_1_3.replace("https://www.omg.org/spec/DMN/20191111/MODEL/", "http://www.omg.org/spec/DMN/20151101/dmn.xsd")
    for namespace, language in ((DMN_1_3, ' expressionLanguage="juel"'), (old, "")):
        xml = f'<definitions xmlns="{namespace}" id="d"><decision id="d">{text.format(language)}</decision></definitions>'
        found, noted = read(xml.encode(), "a.dmn")
        assert noted == []
        assert found[0].evaluate({"input": "ok"}).outputs == [{"d": "yes"}]


def test_dates_stay_dates_between_decisions_and_are_iso_texts_outside() -> None:
    body = (
        '<decision id="born"><variable name="born" typeRef="date"/><literalExpression><text>birthday</text></literalExpression></decision>'
        '<decision id="d"><informationRequirement><requiredDecision href="#born"/></informationRequirement>'
        "<literalExpression><text>[born, born.year]</text></literalExpression></decision>"
    )
    result = read_file(body)["d"].evaluate({"birthday": "2000-02-29"})
    assert result.outputs == [{"d": ["2000-02-29", 2000]}]
    assert result.required[0]["outputs"] == [{"born": "2000-02-29"}]
