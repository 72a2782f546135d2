"""Message flows between pools, and correlation keys."""

import pytest

from tests.engine.gate.drawing import END, START, codes, diagram, finding, flow, reading

MESSAGES = '<bpmn:message id="m1" name="order"/><bpmn:message id="m2" name="bill"/>'
TASKS = (
    '<bpmn:sendTask id="send" name="发送"/><bpmn:receiveTask id="receive" name="接收"/>'
    '<bpmn:userTask id="user" name="审核" camunda:assignee="a"/>'
)
FLOWS = flow("f1", "start", "send") + flow("f2", "send", "receive") + flow("f3", "receive", "user") + flow("f4", "user", "end")


def drawn(source: str, target: str, tasks: str = TASKS) -> bytes:
    """A process with one message flow."""
    pools = f'<bpmn:participant id="box"/><bpmn:messageFlow id="mf" name="联系" sourceRef="{source}" targetRef="{target}"/>'
    return diagram(START, tasks, END, FLOWS, beside=f'{MESSAGES}<bpmn:collaboration id="c">{pools}</bpmn:collaboration>')


@pytest.mark.parametrize(("source", "target"), [("send", "receive"), ("send", "box"), ("box", "receive")])
def test_a_message_flow_names_the_message_of_its_ends(source: str, target: str) -> None:
    found = codes(drawn(source, target))
    assert ("unmapped" in " ".join(found)) == (source != "send")
    assert ("receive_by_id" in found) == (target != "receive")


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("user", "receive", "message_flow_only_drawn"),
        ("send", "user", "message_flow_only_drawn"),
        ("gone", "box", "message_flow_to_nothing"),
    ],
)
def test_a_message_flow_that_sends_nothing_is_named(source: str, target: str, code: str) -> None:
    found = finding(drawn(source, target), code)
    assert (found.severity, found.element_id) == ("warning", "mf")


def test_ends_that_speak_of_different_messages_are_named() -> None:
    tasks = TASKS.replace('id="send"', 'id="send" messageRef="m1"').replace('id="receive"', 'id="receive" messageRef="m2"')
    assert finding(drawn("send", "receive", tasks), "message_flow_names").values == {"thrown": "order", "awaited": "bill"}
    assert not reading(drawn("send", "receive", tasks.replace("m2", "m1"))).findings


@pytest.mark.parametrize(("key", "path", "complete"), [("K", "number", True), ("K", "", False), ("gone", "number", False)])
def test_a_correlation_binds_every_property(key: str, path: str, complete: bool) -> None:
    declared = (
        '<bpmn:collaboration id="c"><bpmn:correlationKey id="K"><bpmn:correlationPropertyRef>no</bpmn:correlationPropertyRef>'
        '</bpmn:correlationKey></bpmn:collaboration><bpmn:correlationProperty id="no"/>'
    )
    bound = (
        f'<bpmn:correlationSubscription id="s" correlationKeyRef="{key}"><bpmn:correlationPropertyBinding correlationPropertyRef="no">'
        f"<bpmn:dataPath>{path}</bpmn:dataPath></bpmn:correlationPropertyBinding></bpmn:correlationSubscription>"
    )
    content = diagram(bound, START, END, flow("f", "start", "end"), beside=declared)
    assert ("correlation_incomplete" in codes(content)) is not complete
