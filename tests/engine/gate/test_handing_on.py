"""What a user task may say about being handed on."""

import pytest

from tests.engine.gate.drawing import around, codes, finding


def _task(name: str, value: str) -> bytes:
    inner = f'<bpmn:extensionElements><camunda:properties><camunda:property name="{name}" value="{value}"/></camunda:properties>'
    return around(f'<bpmn:userTask id="it" name="审核" camunda:assignee="li">{inner}</bpmn:extensionElements></bpmn:userTask>')


@pytest.mark.parametrize("name", ["reassign", "delegate"])
@pytest.mark.parametrize("value", ["allowed", "reason", "forbidden"])
def test_these_are_deployed_without_a_word(name: str, value: str) -> None:
    assert codes(_task(name, value)) == set()


@pytest.mark.parametrize("name", ["reassign", "delegate"])
@pytest.mark.parametrize("value", ["no", "Forbidden", "", "${rule}"])
def test_what_means_nothing_is_refused(name: str, value: str) -> None:
    found = finding(_task(name, value), "handing_on_unknown")
    assert (found.severity, found.element_id) == ("error", "it")
    assert name in found.to_document("zh")["message"]
