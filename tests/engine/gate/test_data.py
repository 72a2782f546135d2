"""Data objects, data stores and data associations at the gate."""

import pytest

from tests.engine.gate.drawing import END, START, around, codes, diagram, finding, flow, reading

STORES = '<bpmn:dataStoreReference id="store" name="供应商"/><bpmn:dataObjectReference id="thing" name="申请" dataObjectRef="o"/>'
OBJECTS = (
    '<bpmn:dataObject id="o" name="申请"/><bpmn:dataObject id="o2" name="结果"/><bpmn:dataObjectReference id="other" dataObjectRef="o2"/>'
)


def arrow(direction: str, source: str, target: str, inner: str = "") -> str:
    """A data association."""
    ends = "".join(f"<bpmn:{end}>{name}</bpmn:{end}>" for end, name in (("sourceRef", source), ("targetRef", target)) if name)
    return f"<bpmn:data{direction}Association>{ends}{inner}</bpmn:data{direction}Association>"


def with_arrow(association: str, kind: str = "userTask", attributes: str = 'camunda:assignee="a"') -> bytes:
    """A process with one activity that has a data association."""
    return around(f'<bpmn:{kind} id="it" {attributes}>{association}</bpmn:{kind}>', STORES, OBJECTS)


def test_a_row_that_is_written_needs_no_finding() -> None:
    result = reading(with_arrow(arrow("Output", "", "store")))
    assert result.findings == []
    assert result.processes[0].outline["elements"]["it"]["writes"] == [{"register": "供应商", "fields": None}]


def test_a_person_looks_up_what_no_script_could_read() -> None:
    read = arrow("Input", "store", "x")
    assert finding(with_arrow(read), "data_store_by_hand").severity == "warning"
    script = with_arrow(read + "<bpmn:script>a = 1</bpmn:script>", "scriptTask", "")
    assert finding(script, "data_store_not_read").severity == "error"


@pytest.mark.parametrize(
    ("association", "code"),
    [
        (arrow("Output", "thing", "other"), "data_renamed"),
        (arrow("Output", "", "thing", "<bpmn:transformation>a + 1</bpmn:transformation>"), "data_computed"),
        (arrow("Output", "", "thing", "<bpmn:assignment><bpmn:from>1</bpmn:from><bpmn:to>a</bpmn:to></bpmn:assignment>"), "data_computed"),
        (arrow("Output", "", "thing"), "data_only_drawn"),
        (arrow("Input", "thing", "placeholder"), "data_only_drawn"),
    ],
)
def test_an_arrow_that_would_move_something_is_refused(association: str, code: str) -> None:
    assert finding(with_arrow(association), code).severity == ("warning" if code == "data_only_drawn" else "error")


@pytest.mark.parametrize(
    ("name", "kind", "value", "code"),
    [
        ("v", "xsd:int", "many", "data_value"),
        ("v", "xsd:boolean", "ja", "data_value"),
        ("a b", "xsd:string", "x", "variable_name"),
        ("v", "xsd:int", "3", None),
    ],
)
def test_the_value_of_a_data_object_must_be_one(name: str, kind: str, value: str, code: str | None) -> None:
    extension = f"<bpmn:extensionElements><camunda:value>{value}</camunda:value></bpmn:extensionElements>"
    drawn = f'<bpmn:dataObject id="o" name="{name}" itemSubjectRef="{kind}">{extension}</bpmn:dataObject>'
    assert codes(diagram(START, END, flow("f", "start", "end"), drawn)) == ({code} if code else set())
