"""Two branches that may set one variable at the same time."""

import json

import pytest

from tests.engine.gate.drawing import END, START, codes, diagram, finding, flow, reading


def script(identity: str, text: str) -> str:
    """A script task."""
    return f'<bpmn:scriptTask id="{identity}" name="{identity}"><bpmn:script>{text}</bpmn:script></bpmn:scriptTask>'


def block(first: str, second: str, *more: str, gateway: str = "parallelGateway") -> bytes:
    """Two activities `a` and `b` in a block, and `z` behind it."""
    gates = f'<bpmn:{gateway} id="g"/><bpmn:{gateway} id="j"/>'
    conditional = gateway != "parallelGateway"
    flows = (
        flow("f1", "start", "g") + flow("f2", "g", "a", "${x}" if conditional else "") + flow("f3", "g", "b", "${y}" if conditional else "")
    )
    flows += flow("f4", "a", "j") + flow("f5", "b", "j") + flow("f6", "j", "z") + flow("f7", "z", "end")
    return diagram(START, gates, first, second, script("z", "n = 0"), END, flows, *more)


@pytest.mark.parametrize("gateway", ["parallelGateway", "inclusiveGateway"])
def test_two_scripts_in_branches_of_a_block_are_named(gateway: str) -> None:
    found = finding(block(script("a", "n = 1\nm = 2"), script("b", "m = 3\nn = 4\nk = 5"), gateway=gateway), "parallel_writers")
    assert (found.severity, found.element_id, found.values["variables"], found.values["other"]) == ("warning", "b", ["m", "n"], "a")
    other = reading(block(script("a", "n = 1"), script("b", "n = 4"), gateway=gateway)).findings
    assert [one.code for one in other if one.code != "inputs_expected"] == ["parallel_writers"]


@pytest.mark.parametrize(
    ("first", "second", "gateway"),
    [("n = 1", "n = 2", "exclusiveGateway"), ("n = 1", "m = 2", "parallelGateway"), ("m = 1", "k = m", "parallelGateway")],
)
def test_what_is_never_set_together_is_no_matter(first: str, second: str, gateway: str) -> None:
    content = block(script("a", first), script("b", second), gateway=gateway).replace(b'id="g"/>', b'id="g" default="f3"/>')
    content = content if gateway == "parallelGateway" else content.replace(b"${y}", b"")
    assert "parallel_writers" not in codes(content)


def test_what_is_set_one_after_the_other_is_no_matter() -> None:
    assert "parallel_writers" not in codes(
        diagram(
            START, script("a", "n = 1"), script("b", "n = 2"), END, flow("f1", "start", "a"), flow("f2", "a", "b"), flow("f3", "b", "end")
        )
    )


def test_a_non_interrupting_boundary_event_runs_beside_its_activity() -> None:
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    service = '<bpmn:serviceTask id="a" camunda:type="external" camunda:topic="t" name="a"><bpmn:extensionElements><camunda:inputOutput>'
    service += (
        '<camunda:outputParameter name="n">${r}</camunda:outputParameter></camunda:inputOutput></bpmn:extensionElements></bpmn:serviceTask>'
    )
    beside = f'<bpmn:boundaryEvent id="t" attachedToRef="a" cancelActivity="false">{timer}</bpmn:boundaryEvent>'
    content = diagram(
        START, service, beside, script("b", "n = 1"), END, flow("f1", "start", "a"), flow("f2", "a", "end"), flow("f3", "t", "b")
    )
    assert finding(content, "parallel_writers").values["variables"] == ["n"]
    assert "parallel_writers" not in codes(content.replace(b'cancelActivity="false"', b""))


def test_the_forms_of_two_people_are_looked_at() -> None:
    form = {
        "schema": 1,
        "id": "f",
        "components": [{"type": "textfield", "key": "note"}, {"type": "group", "components": [{"type": "number", "key": "sum"}]}],
    }
    task = '<bpmn:userTask id="{0}" camunda:assignee="x" camunda:formKey="f"><bpmn:extensionElements><camunda:properties>'
    task += '<camunda:property name="fields" value="{1}"/></camunda:properties></bpmn:extensionElements></bpmn:userTask>'

    def written(first: str, second: str) -> list[list[str]]:
        content = block(task.format("a", first), task.format("b", second))
        files = {"a.bpmn": content, "f.json": json.dumps(form).encode()}
        return [one.values["variables"] for one in reading(files).findings if one.code == "parallel_writers"]

    assert written("", "") == [["note", "sum"]]
    assert written("", "*: read; sum: edit") == [["sum"]]
    assert written("note: read", "sum: hidden") == []


def test_what_is_set_inside_a_subprocess_counts_and_its_own_data_does_not() -> None:
    inner = f'<bpmn:startEvent id="s1"/>{script("in", "n = 1")}{flow("i1", "s1", "in")}'
    value = "<bpmn:extensionElements><camunda:value>1</camunda:value></bpmn:extensionElements>"
    own = f'<bpmn:dataObject id="o" name="n">{value}</bpmn:dataObject>'
    sub = '<bpmn:subProcess id="a" name="a">{}</bpmn:subProcess>'
    assert finding(block(sub.format(inner), script("b", "n = 2")), "parallel_writers").values["other"] == "a"
    assert "parallel_writers" not in codes(block(sub.format(inner + own), script("b", "n = 2")))
