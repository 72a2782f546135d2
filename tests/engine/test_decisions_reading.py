"""DMN files as read: every version and modeler, what is refused or warned of, and where."""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.decisions import DecisionFailed, Problem, codes, is_dmn, read
from engine.expressions.codes import sentence
from tests.engine.dmn import decision, document, graph, problems, table

LITERAL = "<literalExpression><text>1 + 1</text></literalExpression>"
ONE_RULE = [(["-"], ["1"])]


def found(noted: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(problem.severity, problem.code) for problem in noted]


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_every_version_of_dmn_is_read(namespace: str) -> None:
    decisions, noted = read(document(("d", table([("x", "number")], [("o", "")], ONE_RULE), ()), namespace=namespace), "a.dmn")
    assert not noted
    assert decisions[0].evaluate({"x": 1}).outputs == [{"o": 1}]


def test_a_root_element_is_read_as_well_as_bytes() -> None:
    root = etree.fromstring(document(("d", LITERAL, ())))
    assert is_dmn(root)
    assert not is_dmn(etree.fromstring("<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>"))
    assert [one.id for one in read(root, "a.dmn")[0]] == ["d"]


CAMUNDA = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
  xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="Definitions_1" name="采购" namespace="http://camunda.org/schema/1.0/dmn">
  <!-- 业务分析员 -->
  <inputData id="InputData_1" name="金额" />
  <decision id="threshold" name="采购限额" camunda:historyTimeToLive="180">
    <informationRequirement id="ir"><requiredInput href="#InputData_1" /></informationRequirement>
    <decisionTable id="table" hitPolicy="FIRST">
      <input id="in_1" label="金额"><inputExpression id="ie_1" typeRef="number"><text>金额</text></inputExpression></input>
      <input id="in_2" label="类别"><inputExpression id="ie_2" typeRef="string"><text>类别</text></inputExpression>
        <inputValues id="iv"><text>"货物","服务"</text></inputValues></input>
      <output id="out_1" label="审批人" name="审批人" typeRef="string">
        <outputValues id="ov"><text>"财政局","镇长"</text></outputValues></output>
      <rule id="Rule_1"><description>小额</description>
        <inputEntry id="c1"><text>&lt; 5000</text></inputEntry><inputEntry id="c2"><text></text></inputEntry>
        <outputEntry id="c3"><text>"财政局"</text></outputEntry></rule>
      <rule id="Rule_2"><inputEntry id="c4"><text>&gt;= 5000</text></inputEntry><inputEntry id="c5"><text>"货物"</text></inputEntry>
        <outputEntry id="c6"><text>"镇长"</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram id="diagram" /></dmndi:DMNDI>
</definitions>"""


def test_a_file_of_camunda_modeler_is_read_with_its_chinese_names() -> None:
    decisions, noted = read(CAMUNDA.encode(), "threshold.dmn")
    assert [(one.code, one.values["example"]) for one in noted] == [("rules_gap", '金额 = 5000, 类别 = "服务"')]
    assert (decisions[0].id, decisions[0].name) == ("threshold", "采购限额")
    result = decisions[0].evaluate({"金额": "4999.99", "类别": "服务"})
    assert result.outputs == [{"审批人": "财政局"}]
    assert result.rules == [{"number": 1, "id": "Rule_1", "annotation": "小额"}]
    assert result.inputs == {"金额": Decimal("4999.99"), "类别": "服务"}


def test_parts_without_ids_are_read() -> None:
    logic = table([("x", "")], [("o", "")], ONE_RULE).replace(' id="rule_1"', "")
    assert decision(logic).evaluate({"x": 1}).rules == [{"number": 1, "id": "", "annotation": "第1条"}]


def test_an_output_without_a_name_gives_the_decision_its_own() -> None:
    logic = table([("x", "")], [("", "")], ONE_RULE)
    assert decision(logic).evaluate({"x": 1}).outputs == [{"decision": 1}]
    assert decision('<variable name="level"/>' + logic).evaluate({"x": 1}).outputs == [{"level": 1}]


def test_a_leading_equals_sign_as_some_modelers_write_it_is_read() -> None:
    made = decision(table([("= x + 1", "")], [("o", "")], [(["2"], ["= x * 10"])]))
    assert made.evaluate({"x": 1}).outputs == [{"o": 10}]


REFUSED = [
    (table([("x", "")], [("o", "")], ONE_RULE, policy="BEST"), "hit_policy"),
    (table([("x", "")], [("o", "")], ONE_RULE, policy="FIRST", aggregation="SUM"), "aggregation"),
    (table([("x", "")], [("o", "")], ONE_RULE, policy="COLLECT", aggregation="AVERAGE"), "aggregation"),
    (table([("x", "")], [("o", ""), ("p", "")], [(["-"], ["1", "2"])], policy="COLLECT", aggregation="SUM"), "aggregation_outputs"),
    (table([("x", "")], [("o", "")], ONE_RULE, policy="PRIORITY"), "no_output_values"),
    (table([("x", "")], [("o", "")], ONE_RULE, policy="OUTPUT ORDER"), "no_output_values"),
    (table([("", "")], [("o", "")], ONE_RULE), "input_without_expression"),
    (table([("x", "")], [], [(["-"], [])]), "no_output"),
    (table([("x", "")], [("1 a", "")], ONE_RULE), "output_name"),
    (table([("x", "")], [("_a", "")], ONE_RULE), "output_name"),
    (table([("x", "")], [("o", ""), ("o", "")], [(["-"], ["1", "2"])]), "output_name"),
    (table([("x", "")], [("o", ""), ("", "")], [(["-"], ["1", "2"])]), "output_name"),
    (table([("x", "")], [("o", "")], [(["-", "-"], ["1"])]), "rule_cells"),
    (table([("x", "")], [("o", "")], [(["-"], [])]), "rule_cells"),
    (table([("x", "")], [("o", "")], [(["> "], ["1"])]), "decision_cell"),
    (table([("x", "")], [("o", "")], [(["急件 特急"], ["1"])]), "decision_cell"),
    (table([("x", "")], [("o", "")], [(["“急”"], ["1"])]), "decision_cell"),
    (table([("x", "")], [("o", "")], [(["[1..5"], ["1"])]), "decision_cell"),
    (table([("x", "")], [("o", "")], [(["open('/etc/passwd')"], ["1"])]), "decision_cell"),
    (table([("x", "")], [("o", "")], [(["-"], ["bean.call(x)"])]), "decision_cell"),
    (table([("x", "")], [("o", "")], [(["1" * 501], ["1"])]), "decision_cell"),
    (table([("x", "")], [("o", "")], [(["-"], ["1+" * 300 + "1"])]), "decision_cell"),
    (table([("x +", "")], [("o", "")], ONE_RULE), "decision_expression_refused"),
    (table([("x", "")], [("o", "")], ONE_RULE, defaults=["(1"]), "decision_expression_refused"),
    (table([("x", "")], [("o", "")], ONE_RULE, output_values=["1,,2"]), "decision_expression_refused"),
    ("<literalExpression><text></text></literalExpression>", "decision_expression_refused"),
    ('<literalExpression expressionLanguage="javascript"><text>new Date()</text></literalExpression>', "decision_language"),
    (
        table([("x", "")], [("o", "")], [(["new Date()"], ["1"])]).replace("<inputEntry>", '<inputEntry expressionLanguage="groovy">'),
        "decision_language",
    ),
    (
        table([("x", "")], [("o", "")], ONE_RULE).replace("<inputExpression", '<inputExpression expressionLanguage="python"'),
        "decision_language",
    ),
    ("<context/>", "decision_logic"),
    ("<invocation/>", "decision_logic"),
    ("<knowledgeRequirement><requiredKnowledge href='#x'/></knowledgeRequirement>" + LITERAL, "required_decision"),
    (table([("x", "")], [("o", "")], ONE_RULE * 2_001), "table_size"),
    (table([("x", "")] * 61, [("o", "")], []), "table_size"),
]


@pytest.mark.parametrize(("logic", "code"), REFUSED, ids=[f"{code} {place}" for place, (_, code) in enumerate(REFUSED)])
def test_what_cannot_be_decided_is_refused(logic: str, code: str) -> None:
    decisions, noted = read(document(("d", logic, ())), "a.dmn")
    assert ("error", code) in found(noted)
    assert not decisions
    assert all(problem.element_id == "d" and problem.element_name == "决策 d" and problem.line == 2 for problem in noted)


def test_a_wrong_cell_is_named_by_rule_and_column_in_words() -> None:
    noted = problems(table([("amount", "")], [("o", "")], [(["-"], ["1"]), (["> 5000元"], ["1"])]))
    assert (noted[0].values["rule"], noted[0].values["column"], noted[0].values["reason"]) == (2, "amount", "bad_number")
    words = sentence(noted[0].code, noted[0].values, "zh", codes.WORDS)
    assert words[0] == "决策“决策 decision”第 2 条规则“amount”一格（> 5000元）：第 3 个字符处的“5000元”不是数字，也不是变量名"


FILES = [
    (b"<definitions", "not_xml"),
    (b"", "not_xml"),
    (b"<a/>", "not_dmn"),
    (b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>", "not_dmn"),
    (document(), "no_decision"),
    (document(("", LITERAL, ())), "decision_without_id"),
    (document(("d", LITERAL, ()), ("d", LITERAL, ())), "decision_id_twice"),
    (document(*((f"d{number}", LITERAL, ()) for number in range(2_001))), "too_many_decisions"),
    (document(("d", LITERAL, ["other"])), "required_decision"),
    (document(*((f"d{n}", LITERAL, [f"d{n + 1}"] if n < 299 else []) for n in range(300))), "decision_chain"),
    (
        document(
            ("t", table([("x", "")] * 50, [("o", "")], [(["-"] * 50, ["1"])] * 1_000), ()), *((f"d{n}", LITERAL, ["t"]) for n in range(6))
        ),
        "decisions_weight",
    ),
    (
        document(*((f"d{n}", "<literalExpression><text>" + "1 + " * 190 + "1</text></literalExpression>", ()) for n in range(700))),
        "decisions_text",
    ),
    (document(("d", LITERAL, ["d"])), "decision_cycle"),
    (document(("a", LITERAL, ["b"]), ("b", LITERAL, ["c"]), ("c", LITERAL, ["a"])), "decision_cycle"),
    (document(("d", LITERAL, ["e"]), ("e", "", ())), "required_without_logic"),
]


@pytest.mark.parametrize(("xml", "code"), FILES, ids=[code for _, code in FILES])
def test_a_file_that_cannot_be_used_is_refused(xml: bytes, code: str) -> None:
    decisions, noted = read(xml, "a.dmn")
    assert ("error", code) in found(noted)
    assert all(problem.file == "a.dmn" for problem in noted)
    assert code in ("decision_id_twice", "decision_chain") or not decisions


def test_an_entity_is_not_expanded() -> None:
    bomb = b'<!DOCTYPE d [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;">]>'
    decisions, _ = read(bomb + document(("d", "<literalExpression><text>&b;</text></literalExpression>", ())).partition(b"?>")[2], "a.dmn")
    assert not decisions


def test_a_decision_that_is_fine_is_read_beside_one_that_is_not() -> None:
    decisions, noted = read(document(("bad", "<context/>", ()), ("good", LITERAL, ())), "a.dmn")
    assert [one.id for one in decisions] == ["good"]
    assert found(noted) == [("error", "decision_logic")]


def test_a_decision_without_logic_is_only_a_warning_while_nothing_requires_it() -> None:
    decisions, noted = read(document(("draft", "", ()), ("good", LITERAL, ())), "a.dmn")
    assert [one.id for one in decisions] == ["good"]
    assert found(noted) == [("warning", "no_logic")]


def test_a_deep_graph_of_requirements_is_read() -> None:
    chain = [(f"d{number}", LITERAL, [f"d{number + 1}"] if number < 199 else []) for number in range(200)]
    assert len(graph(*chain)[0].steps) == 200


# Warnings


WARNED = [
    (table([("x", "")], [("o", "")], []), ["no_rules"]),
    (table([("x", "")], [("o", "")], [(["同意"], ["1"])]), ["cell_reads_variable"]),
    (table([("x", "")], [("o", "")], [(["-"], ["镇长"])]), ["cell_reads_variable"]),
    (table([("x", "")], [("o", "")], [(["-"], ["x"])]), []),
    (table([("x", "")], [("a b", "")], [(["-"], ["1"])]), ["output_spaced"]),
    (table([("x", "")], [("o", "")], [(["< 5000"], ["1"]), ([">= 5000"], ["2"])]), []),
    (table([("x", "")], [("o", "")], [(["<= 5000"], ["1"]), ([">= 5000"], ["2"])]), ["rules_overlap"]),
    (table([("x", "")], [("o", "")], [(["<= 5000"], ["1"]), ([">= 5000"], ["2"])], policy="FIRST"), []),
    (table([("x", "")], [("o", "")], [(["< 5000"], ["1"]), (["> 5000"], ["2"])]), ["rules_gap"]),
    (table([("x", "number")], [("o", "")], [(["<= 4999"], ["1"]), ([">= 5000"], ["2"])]), ["rules_gap"]),
    (table([("x", "integer")], [("o", "")], [(["<= 4999"], ["1"]), ([">= 5000"], ["2"])]), []),
    (table([("x", "integer")], [("o", "")], [(["< 4999"], ["1"]), (["> 4999"], ["2"])]), ["rules_gap"]),
    (table([("x", "")], [("o", "")], [(["<= 4999"], ["1"]), ([">= 5000"], ["2"])], defaults=["0"]), []),
    (table([("x", "")], [("o", "")], [(["< 1"], ["1"]), (["not(< 1)"], ["2"])]), []),
    (table([("x", "")], [("o", "")], [(['"a"'], ["1"]), (['"b","a"'], ["2"])]), ["rules_overlap"]),
    (table([("x", "")], [("o", "")], [(['"a"'], ["1"]), (['not("a")'], ["2"])]), []),
    (table([("x", "")], [("o", "")], [(['not("a")'], ["1"]), (['not("b")'], ["2"])]), ["rules_overlap"]),
    (table([("x", "")], [("o", "")], [(["-"], ["1"]), (["5"], ["2"])]), ["rules_overlap"]),
    (table([("x", ""), ("y", "")], [("o", "")], [(["1", '"a"'], ["1"]), (["1", '"b"'], ["2"])]), []),
    (table([("x", ""), ("y", "")], [("o", "")], [(["1", "-"], ["1"]), (["[1..2]", '"b"'], ["2"])]), ["rules_overlap"]),
    (table([("x", "")], [("o", "")], [(["-"], ["1"]), (["[5..1]"], ["2"])]), []),
    (table([("x", "")], [("o", "")], [(["> limit"], ["1"]), (["> limit"], ["2"])]), []),
]


@pytest.mark.parametrize(("logic", "expected"), WARNED, ids=[f"{place} {expected}" for place, (_, expected) in enumerate(WARNED)])
def test_doubtful_tables_are_read_with_a_warning(logic: str, expected: list[str]) -> None:
    decisions, noted = read(document(("d", logic, ())), "a.dmn")
    assert found(noted) == [("warning", code) for code in expected]
    assert decisions


SNIPPETS = st.sampled_from(
    [
        "> 5",
        "[1..",
        '"a"',
        "not(",
        ")",
        ",",
        "-",
        "?",
        "x",
        "date(",
        "x.y",
        "1e9",
        "“",
        "${x}",
        "..",
        "]1..2[",
        "not(-)",
        "\n",
        "true",
        "null",
        "if",
    ]
)
SOUP = st.lists(SNIPPETS, max_size=5).map(" ".join)


@given(
    SOUP,
    SOUP,
    SOUP,
    st.sampled_from(["", "number", "date", "boolean", "string"]),
    st.sampled_from([None, 1, "2.50", "a", True, ["a"], {"y": 1}, "2026-05-04"]),
)
@settings(max_examples=100, deadline=None)
def test_any_cells_over_any_value_decide_or_fail_by_name(expression: str, cell: str, result: str, type_name: str, value: object) -> None:
    decisions, noted = read(document(("d", table([(expression, type_name)], [("o", type_name)], [([cell], [result])]), ())), "a.dmn")
    for problem in noted:
        assert problem.code in codes.WORDS
        assert "…" not in sentence(problem.code, problem.values, "zh", codes.WORDS)[0].replace("“${…}”", "")
    for made in decisions:
        with suppress(DecisionFailed):
            made.evaluate({"x": value})
