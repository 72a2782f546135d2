"""Names that expressions read and nothing sets: told where that is certain, or where a name nearly is that of a variable."""

import json

import pytest

from engine.reading import Finding
from tests.engine.gate.drawing import END, START, around, diagram, flow, reading

FORM = {
    "id": "apply",
    "components": [{"type": "number", "key": "amount", "label": "x"}, {"type": "textfield", "key": "项目名称", "label": "x"}],
}
FORM_START = '<bpmn:startEvent id="start" camunda:formKey="apply"/>'
GATE = '<bpmn:exclusiveGateway id="g" default="no"/>'
DECISION = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="level" name="level">
<decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="ie" typeRef="number"><text>{0}</text></inputExpression></input>
<output id="o" name="grade" typeRef="string"/><rule id="r"><inputEntry id="e"><text>-</text></inputEntry><outputEntry id="f">
<text>"a"</text></outputEntry></rule></decisionTable></decision></definitions>"""


def unset(files: dict[str, bytes] | bytes, **options: object) -> list[Finding]:
    """What is said of variables."""
    return [one for one in reading(files, **options).findings if one.code in ("variable_unset", "inputs_expected")]


def chosen(condition: str, *more: str, start: str = FORM_START, task: str = "") -> dict[str, bytes]:
    """start -> it -> g, where the condition leads to the end; with the form of the start."""
    it = task or '<bpmn:userTask id="it" camunda:assignee="wang"/>'
    flows = flow("f1", "start", "it") + flow("f2", "it", "g") + flow("yes", "g", "end", condition) + flow("no", "g", "end")
    return {"a.bpmn": diagram(start, it, GATE, END, flows, *more), "forms/apply.json": json.dumps(FORM).encode()}


def test_a_misspelt_field_is_named_with_what_was_meant() -> None:
    (found,) = unset(chosen("${amuont > 5}"))
    assert (found.severity, found.element_id, found.values["variable"]) == ("warning", "yes", "amuont")
    assert "是不是“amount”？" in found.message("zh")
    assert "did you mean “amount”?" in found.message("en")
    assert unset(chosen("${项目名 == 'x'}"))[0].values["variable"] == "项目名"


@pytest.mark.parametrize(
    "condition",
    [
        "${amount > 5}",
        "${项目名称 == 'x'}",
        "${outcome_it == 'agree'}",
        "${variable('opinion_it') == null}",
        "${defined(later) and later > 1}",
        "${starter == 'wang'}",
        "${execution.getVariable('anything') == 1}",
        "${sum([n for n in [1, 2]]) > amount}",
    ],
)
def test_what_is_set_given_or_asked_for_is_right(condition: str) -> None:
    assert unset(chosen(condition)) == []


@pytest.mark.parametrize(
    "setter",
    [
        '<bpmn:scriptTask id="it"><bpmn:script>later = 1</bpmn:script></bpmn:scriptTask>',
        '<bpmn:serviceTask id="it" camunda:expression="${1}" camunda:resultVariable="later"/>',
        '<bpmn:userTask id="it" camunda:assignee="a"><bpmn:extensionElements><camunda:inputOutput><camunda:outputParameter name="later">1'
        "</camunda:outputParameter></camunda:inputOutput></bpmn:extensionElements></bpmn:userTask>",
        '<bpmn:userTask id="it" camunda:assignee="a"><bpmn:multiInstanceLoopCharacteristics camunda:collection="${[1]}" '
        'camunda:elementVariable="later"/></bpmn:userTask>',
        '<bpmn:serviceTask id="it" camunda:type="external" camunda:topic="any"/>',
        '<bpmn:callActivity id="it" calledElement="other"/>',
    ],
)
def test_whatever_may_set_a_variable_is_believed(setter: str) -> None:
    assert unset(chosen("${later > 5}", task=setter), known_processes=frozenset({"other"})) == []


def test_a_script_sees_what_its_lines_before_have_set() -> None:
    def script(text: str) -> str:
        return f'<bpmn:scriptTask id="it"><bpmn:script>{text}</bpmn:script></bpmn:scriptTask>'

    assert unset(chosen("${b > 1}", task=script("a = amount\nb = a"))) == []
    assert [one.values["variable"] for one in unset(chosen("${b > 1}", task=script("b = ammount")))] == ["ammount"]


def test_another_system_may_send_anything_at_a_task_without_a_form() -> None:
    assert unset(chosen("${whatever > 5}", start=START)) == []


def test_where_anything_may_come_only_a_slip_of_the_pen_is_told() -> None:
    script = '<bpmn:scriptTask id="s"><bpmn:script>totalAmount = 1\nleaders = [1]\nround1 = 1</bpmn:script></bpmn:scriptTask>'
    more = script + flow("f9", "it", "s")
    for right in ("totalAmount", "leader", "round2", "total", "totalAmounts"):
        assert unset(chosen(f"${{{right} == 1}}", more, start=START)) == [], right
    for wrong in ("total_amount", "totalamount", "totalAmuont", "totlAmount", "totalAnount"):
        (found,) = unset(chosen(f"${{{wrong} == 1}}", more, start=START))
        assert "totalAmount" in found.message("zh")


def test_a_start_without_a_form_says_what_must_be_sent() -> None:
    script = '<bpmn:scriptTask id="it"><bpmn:script>b = amount + price</bpmn:script></bpmn:scriptTask>'
    (found,) = unset(around(script))
    assert (found.code, found.element_id, found.values["variables"]) == ("inputs_expected", "start", ["amount", "price"])
    assert unset({"a.bpmn": around(script), "process.toml": b'inputs = ["amount", "price"]'}) == []
    (left,) = unset({"a.bpmn": around(script), "process.toml": b'inputs = ["amount"]'})
    assert (left.code, left.values["variable"]) == ("variable_unset", "price")


def test_a_decision_reads_and_sets_variables() -> None:
    task = '<bpmn:businessRuleTask id="it" camunda:decisionRef="level"/>'
    right = {**chosen("${grade == 'a'}", task=task), "d.dmn": DECISION.format("amount").encode()}
    assert unset(right) == []
    wrong = {**chosen("${grode == 'a'}", task=task), "d.dmn": DECISION.format("ammount").encode()}
    assert [one.values["variable"] for one in unset(wrong)] == ["ammount", "grode"]


def test_a_called_process_gets_its_variables_from_its_callers() -> None:
    called = {**chosen("${brought > 1}"), "process.toml": b"called_only = true"}
    assert unset(called) == []
    assert unset(chosen("${brought > 1}"), known_calls={"q": frozenset({"p"})}) == []


def test_columns_of_the_filing_list_are_filled_by_something() -> None:
    def told(columns: bytes, **more: str) -> list[tuple[int | None, str]]:
        files = {**chosen("${amount > 1}", **more), "process.toml": b'title = "x"\nlist_columns = ' + columns}
        return [(one.line, one.message("en")) for one in reading(files).findings if one.code == "column_unset"]

    assert told(b'["amount", "starter", "outcome_it"]') == []
    ((line, words),) = told(b'["amuont"]')
    assert line == 2
    assert "did you mean “amount”?" in words
    assert told(b'["anything"]', start=START) == []
