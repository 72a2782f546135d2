"""Foreign work that process.toml maps to a topic, an expression or nothing."""

import pytest

from engine.gate.findings import Finding
from engine.reading import Reading
from tests.engine.gate.drawing import HEAD, around, codes, reading


def mapped(task: str, settings: str) -> Reading:
    return reading({"a.bpmn": around(task, head=HEAD), "process.toml": settings.encode()})


def entry(found: Reading) -> dict:  # type: ignore[type-arg]
    assert not found.refused, [one.code for one in found.findings]
    return found.processes[0].outline["elements"]["it"]  # type: ignore[no-any-return]


CLASS = '<bpmn:serviceTask id="it" camunda:class="com.acme.Mailer"/>'


@pytest.mark.parametrize(
    ("task", "name"),
    [
        (CLASS, "com.acme.Mailer"),
        (CLASS, "it"),
        ('<bpmn:serviceTask id="it" flowable:delegateExpression="${mailer}"/>', "${mailer}"),
        ('<bpmn:serviceTask id="it" flowable:delegateExpression="${mailer}"/>', "mailer"),
        ('<bpmn:sendTask id="it" camunda:expression="#{mailer.send(x)}"/>', "mailer.send(x)"),
        ('<bpmn:serviceTask id="it" flowable:type="http"/>', "http"),
        ('<bpmn:callActivity id="it" camunda:caseRef="review"/>', "review"),
        (
            '<bpmn:serviceTask id="it"><bpmn:extensionElements><camunda:connector><camunda:connectorId>soap</camunda:connectorId>'
            "</camunda:connector></bpmn:extensionElements></bpmn:serviceTask>",
            "soap",
        ),
    ],
)
def test_foreign_work_is_known_by_any_of_its_names(task: str, name: str) -> None:
    found = entry(mapped(task, f"[services.'{name}']\ntopic = 'mail'\n"))
    work = found.get("work") or found
    assert (work["implementation"], work["topic"]) == ("external", "mail")
    assert "unmapped_service" in codes(around(task, head=HEAD))


def test_work_can_become_an_expression_or_nothing() -> None:
    computed = entry(mapped(CLASS, '[services."com.acme.Mailer"]\nexpression = "${amount * 2}"\nresult_variable = "double"\n'))
    assert (computed["implementation"], computed["expression"], computed["result_variable"]) == ("expression", "${amount * 2}", "double")
    assert entry(mapped(CLASS, '[services."com.acme.Mailer"]\nnothing = true\n'))["implementation"] == "nothing"


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ("", "settings_value"),
        ("topic = 1", "settings_value"),
        ('topic = "a"\nnothing = true', "settings_value"),
        ("nothing = false", "settings_value"),
        ('topic = "a"\nretries = 3', "settings_value"),
        ('expression = "${bean.go()}"', "unknown_method"),
        ('expression = "${a +"', "open_expression"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_at_its_line(mapping: str, code: str) -> None:
    found = mapped(CLASS, f'title = "x"\n[services."com.acme.Mailer"]\n{mapping}\n')
    wrong: list[Finding] = [one for one in found.findings if one.file == "process.toml" and one.severity == "error"]
    assert [(one.code, one.line) for one in wrong] == [(code, 2)]


def test_a_mapping_that_nothing_needs_is_warned_of() -> None:
    found = mapped(CLASS, '[services."com.acme.Mailer"]\ntopic = "a"\n[services."com.acme.Maler"]\ntopic = "a"\n')
    assert [(one.severity, one.line, one.values["service"]) for one in found.findings if one.code == "services_unused"] == [
        ("warning", 3, "com.acme.Maler")
    ]


def test_what_is_injected_into_a_class_goes_to_whoever_does_the_work() -> None:
    inside = (
        '<flowable:field name="to" expression="${applicant}"/><flowable:field name="text"><flowable:string>Hello ${world</flowable:string>'
        "</flowable:field>"
    )
    task = f'<bpmn:serviceTask id="it" flowable:type="mail"><bpmn:extensionElements>{inside}</bpmn:extensionElements></bpmn:serviceTask>'
    found = entry(reading(around(task, head=HEAD), unmapped_service="external"))
    assert found["fields"] == [["to", "${applicant}"], ["text", "Hello \\${world"]]


def test_a_case_and_an_event_of_a_registry_are_foreign_work() -> None:
    call = '<bpmn:callActivity id="it" camunda:caseRef="review"><bpmn:extensionElements><camunda:in source="a" target="b"/>'
    call += '<camunda:out sourceExpression="${c}" target="d"/></bpmn:extensionElements></bpmn:callActivity>'
    work = entry(reading(around(call, head=HEAD), unmapped_service="external"))["work"]
    assert (work["topic"], work["inputs"], work["outputs"]) == ("it", [["b", "${a}"]], [["d", "${c}"]])
    send = '<bpmn:serviceTask id="it" flowable:type="send-event"><bpmn:extensionElements><flowable:eventType>e</flowable:eventType>'
    send += "</bpmn:extensionElements></bpmn:serviceTask>"
    assert codes(around(send, head=HEAD)) >= {"unmapped_service"}
    assert not reading(around(send, head=HEAD), unmapped_service="external").refused


def test_a_receive_task_of_flowable_waits_for_a_message_of_its_id() -> None:
    found = reading(around('<bpmn:receiveTask id="it"/>', head=HEAD))
    assert entry(found)["event"]["name"] == "it"
    assert "receive_by_id" in {one.code for one in found.findings}
