"""Scripts of other engines: one-line assignments are translated, what only prints is named, everything else is refused with its line."""

import pytest

from engine.expressions import ExpressionRefused, run_script
from engine.expressions.foreign_scripts import translate_script
from tests.engine.gate.drawing import HEAD, around, codes, finding, outline, reading


def script(text: str, language: str = "javascript", attributes: str = "") -> bytes:
    task = (
        f'<bpmn:scriptTask id="it" scriptFormat="{language}" {attributes}><bpmn:script><![CDATA[{text}]]></bpmn:script></bpmn:scriptTask>'
    )
    return around(task, head=HEAD)


@pytest.mark.parametrize(
    ("text", "variables", "sets"),
    [
        ('execution.setVariable("x", 1);', {}, {"x": 1}),
        ("x = a + b;", {"a": 1, "b": 2}, {"x": 3}),
        ("total = price * 2 // a note\n/* and\nanother */ paid = false", {"price": 3}, {"total": 6, "paid": False}),
        ("var half = a / 2; execution.setVariable('x', half + 1)", {"a": 4}, {"x": 3}),
        ("n = 1; n += 2", {}, {"n": 3}),
        ("ok = a === 'yes' && b !== null", {"a": "yes", "b": 1}, {"ok": True}),
        ("x = a ? 'big' : 'small'", {"a": True}, {"x": "big"}),
        ("x = execution.getVariable('a') + 1", {"a": 1}, {"x": 2}),
        ("title = '请假 ' + days + ' 天'", {"days": 3}, {"title": "请假 3 天"}),
        ("x = 1 + 2 + '号'", {}, {"x": "3号"}),
        ("x = [1,\n 2]", {}, {"x": [1, 2]}),
        ("x = a ||\n b", {"a": False, "b": True}, {"x": True}),
        ('url = "http://a/b"', {}, {"url": "http://a/b"}),
    ],
)
def test_assignments_are_translated(text: str, variables: dict, sets: dict) -> None:  # type: ignore[type-arg]
    assert run_script(translate_script(text, "javascript").lines, variables) == sets


def test_the_last_value_goes_to_the_result_variable() -> None:
    assert translate_script("def a = 2\na * b", "groovy", result="area").lines == "area = 2 * b"
    assert translate_script("return a", "js", result="area").lines == "area = a"
    with pytest.raises(ExpressionRefused, match="script_without_result"):
        translate_script("x = 1", "js", result="area")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("if (a) { x = 1 }", "not_an_assignment"),
        ("for (var i = 0; i < 3; i++) { x = i }", "not_an_assignment"),
        ("import java.util.Date", "not_an_assignment"),
        ("x = new Date()", "unexpected"),
        ("x = function() { return 1 }", "unexpected"),
        ("mailer.send(x)", "not_an_assignment"),
        ("x.y = 1", "not_an_assignment"),
        ("execution.setVariable(name, 1)", "not_an_assignment"),
        ("execution.setVariable('_x', 1)", "bad_name"),
        ("execution.removeVariable('x')", "not_an_assignment"),
        ("var y = x + 1; x = 5; z = y", "script_order"),
        ("x = `a`", "bad_character"),
        ("x = " + "(" * 2000, "too_deep"),
        ("x = 1;" * 2000, "too_long"),
    ],
)
def test_everything_else_is_refused(text: str, code: str) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        translate_script(text, "javascript")
    assert refused.value.code == code


def test_groovy_fills_in_texts_which_is_refused() -> None:
    with pytest.raises(ExpressionRefused, match="filled_text"):
        translate_script('x = "hello ${name}"', "groovy")
    assert translate_script("x = 'costs $5'", "groovy").lines == 'x = "costs $5"'


def test_a_refusal_names_the_line_of_the_statement() -> None:
    found = finding(script("x = 1\ny = 2\nmailer.send(y)"), "not_an_assignment")
    assert found.element_id == "it"
    assert "mailer.send(y)" in found.message("en")
    assert found.line == (finding(script("mailer.send(y)"), "not_an_assignment").line or 0) + 2


def test_what_only_prints_is_left_out_and_named() -> None:
    content = script('print("a"); x = 1\nSystem.out.println("b" + x)\nconsole.log(x)')
    assert [one.values["statement"] for one in reading(content).findings if one.code == "script_prints"] == [
        'print("a")',
        'System.out.println("b" + x)',
        "console.log(x)",
    ]
    assert outline(content)["elements"]["it"]["script"] == "x = 1"
    assert outline(script("println 'x'", "groovy"))["elements"]["it"]["script"] == ""


@pytest.mark.parametrize(
    "line", ['out:println "a " + x', "System.out.println 'a'", "out.println x", "log.info 'a'", "print(x)", "System.err.print('a')"]
)
def test_print_lines_of_groovy_are_known_in_every_spelling(line: str) -> None:
    translated = translate_script(f"{line};\n y = 1", "groovy")
    assert (translated.lines, translated.printed) == ("y = 1", (line,))


def test_assignments_that_are_not_stored_are_named() -> None:
    content = script("x = 1; execution.setVariable('y', x + 1)", attributes='flowable:autoStoreVariables="false"')
    assert outline(content)["elements"]["it"]["script"] == "y = 1 + 1"
    assert finding(content, "script_local").values["variable"] == "x"


def test_a_function_that_there_is_not_is_refused() -> None:
    assert "unknown_function" in codes(script("x = lookup(a)"))
    assert "unknown_method" in codes(script("x = java.lang.Runtime.getRuntime()"))


def test_an_expression_that_sets_a_variable_is_an_assignment() -> None:
    task = '<bpmn:serviceTask id="it" camunda:expression="${execution.setVariable(\'x\', a + 1)}"/>'
    entry = outline(around(task))["elements"]["it"]
    assert (entry["implementation"], entry["expression"], entry["result_variable"]) == ("expression", "${a + 1}", "x")
    juel = script("${execution.setVariable('x', a + 1)}", "juel")
    assert outline(juel)["elements"]["it"]["script"] == "x = a + 1"


def test_a_parameter_that_is_a_script_of_one_value_is_translated() -> None:
    inside = '<camunda:script scriptFormat="javascript">a === 1</camunda:script>'
    parameter = f'<camunda:inputOutput><camunda:inputParameter name="p">{inside}</camunda:inputParameter></camunda:inputOutput>'
    task = f'<bpmn:userTask id="it"><bpmn:extensionElements>{parameter}</bpmn:extensionElements></bpmn:userTask>'
    assert outline(around(task))["elements"]["it"]["inputs"] == [["p", "${a == 1}"]]
