"""What a user task may say about being sent back."""

import pytest

from tests.engine.gate.drawing import around, codes, finding


def _task(name: str, value: str) -> bytes:
    inner = f'<bpmn:extensionElements><camunda:properties><camunda:property name="{name}" value="{value}"/></camunda:properties>'
    return around(f'<bpmn:userTask id="it" name="审核" camunda:assignee="li">{inner}</bpmn:extensionElements></bpmn:userTask>')


@pytest.mark.parametrize("value", ["any", "previous", "applicant", "none"])
def test_where_to_is_one_of_these(value: str) -> None:
    assert codes(_task("send_back", value)) == set()


@pytest.mark.parametrize("value", ["choose", "rerun", "straight_back"])
def test_how_it_goes_on_is_one_of_these(value: str) -> None:
    assert codes(_task("resubmit", value)) == set()


@pytest.mark.parametrize(
    ("name", "value"), [("send_back", "no"), ("send_back", ""), ("send_back", "Applicant"), ("resubmit", "straight-back")]
)
def test_what_means_nothing_is_refused(name: str, value: str) -> None:
    found = finding(_task(name, value), "send_back_unknown")
    assert (found.severity, found.element_id) == ("error", "it")
    assert name in found.to_document("zh")["message"]


def test_what_may_be_meant_is_said() -> None:
    assert "“straight_back”" in finding(_task("resubmit", "straight-back"), "send_back_unknown").to_document("zh")["message"]


def test_a_name_that_is_nearly_one_is_warned_about() -> None:
    assert finding(_task("sendback", "none"), "people_property_nearly").severity == "warning"
