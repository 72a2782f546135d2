"""The benchmark over a copy of the DMN TCK: a small folder of the same shape shows that each outcome is told for what it is."""

from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from benchmarks import dmn_tck
from benchmarks.dmn_tck_values import same, value_of
from tests.engine.dmn import DMN_1_3, table

LEVELS_TABLE = table([("Monthly Salary", "number")], [("x", ""), ("y", "")], [(["> 1"], ['"a"', "1"])], policy="COLLECT")
MODEL = f"""<definitions xmlns="{DMN_1_3}" id="m" namespace="urn:m">
<inputData id="i" name="Monthly Salary"/>
<decision id="a" name="Yearly Salary"><literalExpression><text>12 * Monthly Salary</text></literalExpression></decision>
<decision id="b" name="Levels">{LEVELS_TABLE}</decision>
<decision id="c" name="Refused"><literalExpression><text>nothing(1)</text></literalExpression></decision>
<decision id="e" name="Failing"><literalExpression><text>"a" + 1</text></literalExpression></decision>
</definitions>"""

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
SALARY = '<inputNode name="Monthly Salary"><value xsi:type="xsd:decimal">10</value></inputNode>'


def result(name: str, expected: str, more: str = 'type="decision"') -> str:
    return f'<testCase id="1">{SALARY}<resultNode name="{name}" {more}><expected>{expected}</expected></resultNode></testCase>'


LEVELS = (
    '<list><item><component name="x"><value xsi:type="xsd:string">a</value></component>'
    '<component name="y"><value xsi:type="xsd:decimal">1</value></component></item></list>'
)
TESTS = [
    (result("Yearly Salary", '<value xsi:type="xsd:decimal">120.000000001</value>'), "passed"),
    (result("Yearly Salary", '<value xsi:type="xsd:decimal">121</value>'), "failed"),
    (result("Yearly Salary", '<value xsi:nil="true"/>'), "failed"),
    (result("Levels", LEVELS), "passed"),
    (result("Refused", '<value xsi:nil="true"/>'), "refused"),
    (result("Missing", '<value xsi:nil="true"/>'), "refused"),
    (result("Failing", '<value xsi:nil="true"/>'), "failed"),
    (result("Failing", '<value xsi:nil="true"/>', 'type="decision" errorResult="true"'), "passed"),
    (result("Yearly Salary", '<value xsi:nil="true"/>', 'type="decisionService"'), "not concerned"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    case = tmp_path / "0001-case"
    case.mkdir()
    (case / "model.dmn").write_text(MODEL)
    tests = "".join(test for test, _ in TESTS)
    (case / "0001-case-test-01.xml").write_text(f"<testCases {XSI}><modelName>model.dmn</modelName>{tests}</testCases>")
    return tmp_path


def test_each_result_is_told_for_what_it_is(folder: Path) -> None:
    assert [one.state for one in dmn_tck.results(folder)] == [state for _, state in TESTS]


def test_the_table_counts_and_lists_what_did_not_pass(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dmn_tck.main([str(folder), "--list"]) == 1
    told = capsys.readouterr().out
    assert "3 of 8 results that concern what is supported" in told
    assert "refused: 0001-case 1 Refused: decision_expression_refused" in told
    assert dmn_tck.main([str(folder), "--only", "no such file"]) == 0


@pytest.mark.parametrize(
    ("xml", "given", "equal"),
    [
        ('<value xsi:type="xsd:date">2026-05-04</value>', "2026-05-04", True),
        ('<value xsi:type="xsd:dateTime">2026-05-04T10:00:00Z</value>', "2026-05-04T18:00:00+08:00", True),
        ('<value xsi:type="xsd:duration">P1Y</value>', "P12M", True),
        ('<value xsi:type="xsd:duration">P1Y</value>', "P13M", False),
        ('<value xsi:type="xsd:boolean">true</value>', True, True),
        ('<value xsi:type="xsd:boolean">true</value>', 1, False),
        ('<value xsi:type="xsd:decimal">1</value>', Decimal("1.0"), True),
        ('<value xsi:type="xsd:string">1</value>', 1, False),
        ("<list/>", [], True),
        ('<list xsi:nil="true"/>', None, True),
        ("", None, True),
    ],
)
def test_values_are_read_and_compared_by_their_types(xml: str, given: object, equal: bool) -> None:
    assert same(value_of(etree.fromstring(f"<expected {XSI}>{xml}</expected>")), given) is equal
