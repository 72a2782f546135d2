"""Row 13: what other engines hang on a diagram is read, named, or refused."""

import pytest

from tests.engine.gate.drawing import HEAD, START, around, codes, diagram, finding, flow, outline, reading


def service(attributes: str = "", inside: str = "", kind: str = "serviceTask") -> bytes:
    extension = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""
    return around(f'<bpmn:{kind} id="it" {attributes}>{extension}</bpmn:{kind}>', head=HEAD)


def user_task(attributes: str = "", inside: str = "") -> bytes:
    extension = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""
    return around(f'<bpmn:userTask id="it" camunda:assignee="wang" {attributes}>{extension}</bpmn:userTask>', head=HEAD)


FOREIGN = [
    ("", ""),
    ('camunda:class="org.example.Mail"', ""),
    ('flowable:delegateExpression="${mailer}"', ""),
    ('camunda:expression="${mailer.send(execution)}"', ""),
    ('flowable:type="mail"', ""),
    ("", "<camunda:connector><camunda:connectorId>http</camunda:connectorId></camunda:connector>"),
    ("", '<spiffworkflow:serviceTaskOperator id="http/Get" resultVariable="r"/>'),
]


@pytest.mark.parametrize(("attributes", "inside"), FOREIGN)
@pytest.mark.parametrize("kind", ["serviceTask", "sendTask"])
def test_foreign_work_is_refused_by_name(attributes: str, inside: str, kind: str) -> None:
    found = finding(service(attributes, inside, kind), "unmapped_service")
    assert (found.severity, found.element_id) == ("error", "it")
    assert "topic" in found.hint("zh")


@pytest.mark.parametrize(("attributes", "inside"), FOREIGN)
def test_foreign_work_waits_outside_where_the_office_wants_that(attributes: str, inside: str) -> None:
    content = service(attributes, inside)
    assert finding(content, "service_waits_outside", unmapped_service="external").severity == "warning"
    entry = outline(content, unmapped_service="external")["elements"]["it"]
    assert (entry["implementation"], entry["topic"]) == ("external", "it")


def test_external_work_has_a_topic() -> None:
    entry = outline(service('camunda:type="external" camunda:topic="mail"'))["elements"]["it"]
    assert (entry["implementation"], entry["topic"], entry["retries"]) == ("external", "mail", None)
    assert finding(service('camunda:type="external"'), "topic_absent").element_id == "it"


def test_a_topic_that_nearly_is_ours_is_pointed_out() -> None:
    ours = frozenset({"webhook", "mail"})
    nearly = service('camunda:type="external" camunda:topic="webhok"')
    assert finding(nearly, "topic_nearly_ours", known_topics=ours).values["similar"] == "webhook"
    for topic in ("webhook", "archive"):
        assert reading(service(f'camunda:type="external" camunda:topic="{topic}"'), known_topics=ours).findings == []


def test_retries_and_parameters_of_external_work_are_read() -> None:
    inside = (
        "<camunda:failedJobRetryTimeCycle>R5/PT1M</camunda:failedJobRetryTimeCycle><camunda:inputOutput>"
        '<camunda:inputParameter name="to">${邮箱}</camunda:inputParameter><camunda:inputParameter name="parts"><camunda:map>'
        '<camunda:entry key="a">${x}</camunda:entry><camunda:entry key="b">text</camunda:entry></camunda:map></camunda:inputParameter>'
        '<camunda:outputParameter name="sent">${ok}</camunda:outputParameter></camunda:inputOutput>'
    )
    entry = outline(service('camunda:type="external" camunda:topic="mail"', inside))["elements"]["it"]
    assert entry["retries"] == 5
    assert entry["inputs"] == [["to", "${邮箱}"], ["parts", '${{"a": (x), "b": "text"}}']]
    assert entry["outputs"] == [["sent", "${ok}"]]


def test_an_expression_of_our_language_is_evaluated() -> None:
    entry = outline(service('camunda:expression="${a + 1}" camunda:resultVariable="b"'))["elements"]["it"]
    assert (entry["implementation"], entry["expression"], entry["result_variable"]) == ("expression", "${a + 1}", "b")


def test_a_property_makes_a_service_task_write_a_record() -> None:
    inside = '<camunda:properties><camunda:property name="record" value="filings"/></camunda:properties>'
    assert outline(service("", inside))["elements"]["it"]["implementation"] == "record"


def test_a_throwing_message_event_may_hold_work() -> None:
    def end(attributes: str) -> bytes:
        event = f'<bpmn:endEvent id="end"><bpmn:messageEventDefinition id="d" {attributes}/></bpmn:endEvent>'
        return diagram(START, event, flow("f", "start", "end"), beside='<bpmn:message id="m" name="m"/>')

    assert outline(end('messageRef="m"'))["elements"]["end"]["work"] is None
    work = outline(end('camunda:type="external" camunda:topic="mail"'))["elements"]["end"]["work"]
    assert (work["implementation"], work["topic"]) == ("external", "mail")
    assert "unmapped_service" in codes(end('camunda:class="x.Y"'))


@pytest.mark.parametrize(
    ("task", "reference"),
    [
        ('<bpmn:businessRuleTask id="it" camunda:decisionRef="band" camunda:mapDecisionResult="singleEntry"/>', "band"),
        (
            '<bpmn:businessRuleTask id="it"><bpmn:extensionElements><spiffworkflow:calledDecisionId>band</spiffworkflow:calledDecisionId>'
            "</bpmn:extensionElements></bpmn:businessRuleTask>",
            "band",
        ),
        (
            '<bpmn:serviceTask id="it" flowable:type="dmn"><bpmn:extensionElements><flowable:field name="decisionTableReferenceKey">'
            "<flowable:string>band</flowable:string></flowable:field></bpmn:extensionElements></bpmn:serviceTask>",
            "band",
        ),
    ],
)
def test_decisions_are_named_in_three_ways(task: str, reference: str) -> None:
    entry = outline(around(task, head=HEAD), known_decisions=frozenset({"band"}))["elements"]["it"]
    assert (entry["implementation"], entry["decision_ref"]) == ("decision", reference)


def test_a_business_rule_task_names_its_decision_and_a_known_mapping() -> None:
    assert "decision_absent" in codes(service(kind="businessRuleTask"))
    wrong = service('camunda:decisionRef="band" camunda:mapDecisionResult="all"', kind="businessRuleTask")
    assert "decision_map_result" in codes(wrong, known_decisions=frozenset({"band"}))


@pytest.mark.parametrize("listener", ["camunda:executionListener", "camunda:taskListener", "flowable:taskListener"])
def test_listeners_are_named(listener: str) -> None:
    found = finding(user_task(inside=f'<{listener} event="create" class="org.example.Notify"/>'), "listener_ignored")
    assert found.severity == "warning"
    assert "org.example.Notify" in found.message("zh")


@pytest.mark.parametrize(
    ("inside", "code", "severity"),
    [
        ("<flowable:eventType>x</flowable:eventType>", "extension_not_executed", "error"),
        ("<spiffworkflow:payloadExpression>x</spiffworkflow:payloadExpression>", "extension_not_executed", "error"),
        ("<spiffworkflow:postScript>__import__('os')</spiffworkflow:postScript>", "underscore_name", "error"),
        ('<z:taskDefinition xmlns:z="http://camunda.org/schema/zeebe/1.0" type="x"/>', "camunda8", "error"),
        ("<camunda:somethingNew/>", "extension_ignored", "warning"),
        ("<spiffworkflow:instructionsForEndUser>x</spiffworkflow:instructionsForEndUser>", "extension_ignored", "warning"),
        (
            '<camunda:inputOutput><camunda:inputParameter name="a"><camunda:script scriptFormat="groovy">if (b) 1</camunda:script>'
            "</camunda:inputParameter></camunda:inputOutput>",
            "parameter_script",
            "error",
        ),
    ],
)
def test_extensions_are_refused_or_named(inside: str, code: str, severity: str) -> None:
    assert finding(user_task(inside=inside), code).severity == severity


@pytest.mark.parametrize(
    "inside",
    [
        '<s:signavioMetaData xmlns:s="http://www.signavio.com" metaKey="bgcolor" metaValue="#fff"/>',
        '<m:initiator-can-complete xmlns:m="http://flowable.org/modeler">false</m:initiator-can-complete>',
        "<camunda:properties><camunda:property name='list' value='待审核'/></camunda:properties>",
        "<spiffworkflow:unitTests/>",
    ],
)
def test_harmless_extensions_are_accepted_without_a_word(inside: str) -> None:
    assert reading(user_task(inside=inside)).findings == []


def test_attributes_are_read_harmless_or_named() -> None:
    assert reading(user_task('camunda:asyncBefore="true" flowable:formFieldValidation="true"')).findings == []
    assert finding(user_task('flowable:somethingNew="${x}"'), "attribute_ignored").values["attribute"] == "somethingNew"
    assert finding(user_task('flowable:skipExpression="${x}"'), "skip_always_on").severity == "warning"
    repeated = '<bpmn:userTask id="it" flowable:skipExpression="${x}"><bpmn:standardLoopCharacteristics loopMaximum="2"/></bpmn:userTask>'
    assert finding(around(repeated, head=HEAD), "skip_of_instances").severity == "error"


def started_by(attributes: str, inside: str = "") -> bytes:
    elements = (f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>", START, '<bpmn:endEvent id="end"/>', flow("f", "start", "end"))
    return diagram(*elements, attributes=f'isExecutable="true" {attributes}', head=HEAD)


def test_the_diagram_says_who_may_start() -> None:
    assert outline(started_by('camunda:candidateStarterUsers="li, wang" camunda:candidateStarterGroups="村居"'))["starters"] == [
        "li",
        "wang",
        "村居",
    ]
    expression = "<bpmn:resourceAssignmentExpression><bpmn:formalExpression>user(li), 村居</bpmn:formalExpression>"
    named = f"<flowable:potentialStarter>{expression}</bpmn:resourceAssignmentExpression></flowable:potentialStarter>"
    assert outline(started_by("", named))["starters"] == ["li", "村居"]


def test_starters_that_are_computed_or_overruled_are_named() -> None:
    computed = started_by('flowable:candidateStarterGroups="${group}"')
    assert finding(computed, "starters_ignored").values["value"] == "${group}"
    assert outline(computed)["starters"] == []
    both = reading({"a.bpmn": started_by('flowable:candidateStarterGroups="村居"'), "process.toml": 'starters = ["办公室"]'.encode()})
    assert [one.values["value"] for one in both.findings if one.code == "starters_ignored"] == ["村居"]
    assert both.processes[0].outline["starters"] == []


def test_a_task_without_a_rule_about_people_is_warned_about() -> None:
    found = finding(around('<bpmn:userTask id="it"/>'), "nobody_asked")
    assert (found.severity, found.element_id) == ("warning", "it")


def test_data_that_is_only_drawn_is_said_once() -> None:
    ends = "<bpmn:sourceRef>gone</bpmn:sourceRef><bpmn:targetRef>x</bpmn:targetRef>"
    move = f'<bpmn:dataInputAssociation id="a{{0}}">{ends}</bpmn:dataInputAssociation>'
    inside = move.format(1) + move.format(2)
    content = around(f'<bpmn:userTask id="it" camunda:assignee="a">{inside}</bpmn:userTask>', '<bpmn:dataObject id="d"/>')
    assert [(one.code, one.values["count"]) for one in reading(content).findings] == [("data_only_drawn", 2)]


@pytest.mark.parametrize(
    ("code", "name"), [('class="org.example.Notify"', "org.example.Notify"), ('delegateExpression="${notifier}"', "notifier")]
)
def test_a_listener_that_process_toml_says_does_nothing_is_not_warned_of(code: str, name: str) -> None:
    drawn = user_task(inside=f'<camunda:taskListener event="create" {code}/>')
    settings = f'[services."{name}"]\nnothing = true\n'.encode()
    assert reading({"a.bpmn": drawn, "process.toml": settings}).findings == []
    elsewhere = settings.replace(b"nothing = true", b'topic = "x"')
    assert "listener_ignored" in codes({"a.bpmn": drawn, "process.toml": elsewhere})
