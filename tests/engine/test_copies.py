"""Service tasks that send copies: whom they find is asked, kept in the step, and nobody stops the case."""

from typing import Any

import pytest

from engine.gate.findings import Finding
from engine.reading import Reading
from tests.engine.gate.drawing import HEAD, around, reading


def _drawn(properties: str = "", inputs: str = "", attributes: str = "", kind: str = "serviceTask") -> Reading:
    inner = f"<camunda:properties>{properties}</camunda:properties>" + (
        f"<camunda:inputOutput>{inputs}</camunda:inputOutput>" if inputs else ""
    )
    task = f'<bpmn:{kind} id="it" name="抄送" {attributes}><bpmn:extensionElements>{inner}</bpmn:extensionElements></bpmn:{kind}>'
    return reading({"a.bpmn": around(task, head=HEAD)})


def _property(name: str, value: str) -> str:
    return f'<camunda:property name="{name}" value="{value}"/>'


def _codes(found: Reading) -> list[str]:
    told: list[Finding] = list(found.findings)
    return [one.code for one in told]


def _work(found: Reading) -> Any:
    assert not found.refused, _codes(found)
    return found.processes[0].outline["elements"]["it"]["implementation"]


@pytest.mark.parametrize("text", ["财政局", "财政局, 负责人(申请人)", "${watchers}", "负责人(申请人)，上级(申请人, 2)"])
def test_a_property_with_names_makes_it_send_copies(text: str) -> None:
    assert _work(_drawn(_property("copy", text))) == "copy"


def test_the_topic_with_receivers_does_too() -> None:
    external = 'camunda:type="external" camunda:topic="copy"'
    assert _work(_drawn(inputs='<camunda:inputParameter name="to">财政局</camunda:inputParameter>', attributes=external)) == "copy"
    assert _work(_drawn(attributes=external)) == "external"


@pytest.mark.parametrize("text", ["", " , "])
def test_copies_to_nobody_are_refused(text: str) -> None:
    assert "copy_to_nobody" in _codes(_drawn(_property("copy", text)))


def test_copies_of_a_user_task_are_warned_of() -> None:
    found = _drawn(_property("copy", "财政局"), attributes='camunda:assignee="wang"', kind="userTask")
    assert not found.refused
    assert "copy_not_here" in _codes(found)


@pytest.mark.parametrize(
    ("text", "code"), [("负责人()", "people_rule_arguments"), ("${1 +}", "unexpected_end"), ("负责任(申请人)", "people_rule_unknown")]
)
def test_rules_and_expressions_are_checked(text: str, code: str) -> None:
    assert code in _codes(_drawn(_property("copy", text)))


def test_the_message_is_checked() -> None:
    assert _drawn(_property("copy", "财政局") + _property("copy_message", "请阅 ${1 +}")).refused
