"""Row 11: what elements refer to is there, and calls come to an end."""

import itertools

import pytest

from tests.engine.gate.drawing import BARE_HEAD, END, HEAD, PLAIN_HEAD, START, around, codes, diagram, finding, flow, outline, reading

FORM = b'{"id": "apply", "components": []}'


def calling(key: str, called: str, more: str = "") -> bytes:
    mapped = '<bpmn:extensionElements><camunda:in variables="all"/></bpmn:extensionElements>'
    call = f'<bpmn:callActivity id="call" calledElement="{called}" {more}>{mapped}</bpmn:callActivity>'
    return diagram(START, call, END, flow("a", "start", "call"), flow("b", "call", "end"), key=key)


def plain(key: str) -> bytes:
    return diagram(START, END, flow("a", "start", "end"), key=key)


@pytest.mark.parametrize("kind", ["message", "signal", "error", "escalation"])
def test_an_undefined_reference_is_refused(kind: str) -> None:
    event = f'<bpmn:endEvent id="it"><bpmn:{kind}EventDefinition {kind}Ref="gone"/></bpmn:endEvent>'
    found = finding(diagram(START, event, flow("f", "start", "it"), head=BARE_HEAD), "reference_undefined")
    assert (found.element_id, found.values["reference"]) == ("it", "gone")
    absent = event.replace(f'{kind}Ref="gone"', "")
    assert "reference_absent" in codes(diagram(START, absent, flow("f", "start", "it"), head=BARE_HEAD))


@pytest.mark.parametrize(("kind", "head"), [("error", HEAD), ("escalation", HEAD), ("error", PLAIN_HEAD)])
def test_the_engines_of_vendors_take_the_reference_for_the_code(kind: str, head: str) -> None:
    event = f'<bpmn:endEvent id="it"><bpmn:{kind}EventDefinition {kind}Ref="gone"/></bpmn:endEvent>'
    content = diagram(START, event, flow("f", "start", "it"), head=head)
    assert finding(content, "code_assumed").severity == "warning"
    assert outline(content)["elements"]["it"]["event"]["code"] == "gone"


def test_an_escalation_of_camunda_is_declared() -> None:
    event = '<bpmn:endEvent id="it"><bpmn:escalationEventDefinition escalationRef="gone"/></bpmn:endEvent>'
    assert "reference_undefined" in codes(diagram(START, event, flow("f", "start", "it")))


def test_a_message_to_nobody_passes_where_an_engine_of_a_vendor_lets_it_pass() -> None:
    event = '<bpmn:intermediateThrowEvent id="it"><bpmn:messageEventDefinition/></bpmn:intermediateThrowEvent>'
    assert finding(around(event), "message_to_nobody").severity == "warning"
    assert outline(around(event))["elements"]["it"]["event"]["kind"] == "none"
    assert "reference_absent" in codes(around(event, head=BARE_HEAD))


def test_a_date_may_be_a_duration_where_an_engine_of_a_vendor_takes_it() -> None:
    timer = '<bpmn:intermediateCatchEvent id="it"><bpmn:timerEventDefinition><bpmn:timeDate>P3D</bpmn:timeDate>'
    timer += "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    assert outline(around(timer))["elements"]["it"]["event"]["time"] == {"kind": "moment", "text": "P3D"}
    assert "bad_date" in codes(around(timer, head=BARE_HEAD))


def test_an_error_boundary_without_error_catches_all() -> None:
    boundary = '<bpmn:boundaryEvent id="b" attachedToRef="it"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>'
    read = outline(around('<bpmn:userTask id="it" camunda:assignee="a"/>', boundary, flow("x", "b", "end")))
    assert read["elements"]["b"]["event"]["code"] is None


def test_events_carry_the_names_and_codes_that_are_declared() -> None:
    beside = '<bpmn:message id="m" name="回执"/><bpmn:error id="e" errorCode="E1"/>'
    error = '<bpmn:endEvent id="bad"><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>' + flow("x", "it", "bad")
    read = outline(around('<bpmn:receiveTask id="it" messageRef="m"/>', error, beside=beside))
    assert read["elements"]["it"]["event"]["name"] == "回执"
    assert read["elements"]["bad"]["event"]["code"] == "E1"
    assert read["messages"] == ["回执"]


def test_a_receive_task_names_its_message() -> None:
    assert "receive_without_message" in codes(around('<bpmn:receiveTask id="it"/>', head=BARE_HEAD))
    assert finding(around('<bpmn:receiveTask id="it"/>'), "receive_by_id").severity == "warning"


def test_the_name_of_a_start_message_is_fixed() -> None:
    start = '<bpmn:startEvent id="start"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>'
    content = diagram(start, END, flow("f", "start", "end"), beside='<bpmn:message id="m" name="${x}"/>')
    assert "start_name_expression" in codes(content)


def test_the_name_of_a_message_that_starts_an_event_sub_process_may_be_computed() -> None:
    start = '<bpmn:startEvent id="es"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>'
    inner = f'<bpmn:subProcess id="sub" triggeredByEvent="true">{start}<bpmn:endEvent id="ee"/>{flow("ef", "es", "ee")}</bpmn:subProcess>'
    content = diagram(START, END, flow("f", "start", "end"), inner, beside='<bpmn:message id="m" name="m-${x}"/>')
    assert "start_name_expression" not in codes(content)


def test_a_called_process_is_in_the_deployment_or_deployed() -> None:
    assert finding(calling("p", "q"), "call_unknown_process").values["key"] == "q"
    assert reading(calling("p", "q"), known_processes=frozenset({"q"})).findings == []
    together = reading({"a.bpmn": calling("p", "q"), "b.bpmn": plain("q")})
    assert together.findings == []
    assert together.processes[0].outline["called"] == ["q"]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('camunda:calledElementBinding="version" camunda:calledElementVersion="x"', "call_version"),
        ('camunda:calledElementBinding="version"', "call_version"),
        ('camunda:calledElementBinding="versionTag"', "call_tag"),
        ('camunda:calledElementBinding="newest"', "call_binding"),
        ('camunda:calledElementBinding="deployment"', "call_not_deployed_together"),
        ('camunda:caseRef="c"', "attribute_not_executed"),
        ('camunda:variableMappingClass="c"', "attribute_not_executed"),
    ],
)
def test_bindings_that_are_not_executed_are_named(attributes: str, code: str) -> None:
    assert finding(calling("p", "q", attributes), code, known_processes=frozenset({"q"})).element_id == "call"


def test_a_fixed_version_is_not_called_at_its_latest() -> None:
    read = outline(
        calling("p", "q", 'camunda:calledElementBinding="version" camunda:calledElementVersion="3"'), known_processes=frozenset({"q"})
    )
    assert (read["called"], read["elements"]["call"]["called_version"]) == ([], "3")


def test_a_call_names_a_process_or_computes_it() -> None:
    assert "call_without_process" in codes(calling("p", ""))
    assert not reading(calling("p", "${which}")).refused
    assert reading(calling("p", "${which}")).processes[0].outline["called"] == []
    assert finding(calling("p", "${which +}"), "unexpected_end").values["site_en"].startswith("called process")


def test_a_call_may_be_bound_to_its_deployment() -> None:
    together = {"a.bpmn": calling("p", "q", 'camunda:calledElementBinding="deployment"'), "b.bpmn": plain("q")}
    assert reading(together).findings == []


def test_a_process_that_calls_itself_is_refused() -> None:
    assert finding(calling("p", "p"), "call_circle").values["path"] == "p → p"


def test_circles_are_refused_in_every_order_of_the_files() -> None:
    files = {"a.bpmn": calling("p", "q"), "b.bpmn": calling("q", "r"), "c.bpmn": calling("r", "p")}
    for order in itertools.permutations(files):
        assert "call_circle" in codes({name: files[name] for name in order})


def test_circles_through_deployed_processes_are_refused() -> None:
    calls = {"q": frozenset({"r"}), "r": frozenset({"p"})}
    found = finding(calling("p", "q"), "call_circle", known_processes=frozenset({"q", "r", "p"}), known_calls=calls)
    assert found.values["path"] == "p → q → r → p"
    assert reading(calling("p", "q"), known_processes=frozenset({"q", "r"}), known_calls={"q": frozenset({"r"})}).findings == []


def test_a_form_is_in_the_deployment_or_deployed() -> None:
    content = around('<bpmn:userTask id="it" camunda:assignee="a" camunda:formKey="apply"/>')
    found = finding(content, "form_missing")
    assert (found.severity, found.element_id, found.values["key"]) == ("error", "it", "apply")
    assert reading(content, known_forms=frozenset({"apply"})).findings == []
    assert reading({"a.bpmn": content, "forms/x.json": FORM}).findings == []


@pytest.mark.parametrize("key", ["apply", "camunda-forms:deployment:apply.form", "deployment:forms/apply.json"])
def test_form_keys_are_written_in_several_ways(key: str) -> None:
    content = around(f'<bpmn:userTask id="it" camunda:assignee="a" camunda:formKey="{key}"/>')
    assert outline({"a.bpmn": content, "x.json": FORM})["elements"]["it"]["form_key"] == "apply"


@pytest.mark.parametrize(
    "attribute", ['camunda:formKey="embedded:app:forms/x.html"', 'camunda:formKey="/leave/apply"', 'flowable:formKey="leave"']
)
def test_forms_of_other_systems_are_left_out_with_a_warning(attribute: str) -> None:
    content = around(f'<bpmn:userTask id="it" camunda:assignee="a" {attribute}/>', head=HEAD)
    assert finding(content, "form_foreign").severity == "warning"
    assert outline(content)["elements"]["it"]["form_key"] is None


def test_a_decision_is_in_the_deployment_or_deployed() -> None:
    content = around('<bpmn:businessRuleTask id="it" camunda:decisionRef="band" camunda:resultVariable="b"/>')
    assert finding(content, "decision_missing").values["reference"] == "band"
    read = outline(content, known_decisions=frozenset({"band"}))
    assert read["external_decisions"] == ["band"]
    assert outline(content.replace(b"band", b"${band}"))["external_decisions"] == []


def test_a_decision_that_is_refused_is_not_called_missing_too() -> None:
    content = around('<bpmn:businessRuleTask id="it" camunda:decisionRef="band" camunda:resultVariable="b"/>')
    namespace = b"https://www.omg.org/spec/DMN/20191111/MODEL/"
    table = b'<decision id="band"><decisionTable hitPolicy="MOST"><output name="b"/></decisionTable></decision>'
    dmn = b'<definitions xmlns="' + namespace + b'" id="d" name="d" namespace="x">' + table + b"</definitions>"
    found = codes({"a.bpmn": content, "d.dmn": dmn})
    assert "hit_policy" in found
    assert "decision_missing" not in found


def test_two_definitions_of_one_key_are_refused() -> None:
    assert finding({"a.bpmn": plain("p"), "b.bpmn": plain("p")}, "key_twice").values == {"key": "p", "other": "a.bpmn"}
    assert "key_twice" in codes({"a.json": FORM, "b.json": FORM})


@pytest.mark.parametrize(
    ("inside", "is_warned"), [("", True), ('<camunda:in businessKey="x"/>', True), ('<camunda:in variables="all"/>', False)]
)
def test_a_call_that_maps_nothing_passes_everything_and_says_so(inside: str, is_warned: bool) -> None:
    call = f'<bpmn:callActivity id="it" calledElement="q"><bpmn:extensionElements>{inside}</bpmn:extensionElements></bpmn:callActivity>'
    found = reading(around(call), known_processes=frozenset({"q"})).findings
    assert [(one.code, one.severity) for one in found if one.code.startswith("call")] == [("call_passes_all", "warning")] * is_warned


@pytest.mark.parametrize(
    ("key", "is_warned"), [("${execution.processBusinessKey}", False), ("#{execution.businessKey}", False), ("${no}", True)]
)
def test_a_business_key_of_its_own_is_warned_of(key: str, is_warned: bool) -> None:
    inside = f'<bpmn:extensionElements><camunda:in businessKey="{key}"/></bpmn:extensionElements>'
    call = around(f'<bpmn:callActivity id="it" calledElement="q">{inside}</bpmn:callActivity>')
    assert ("business_key_ignored" in codes(call, known_processes=frozenset({"q"}))) is is_warned
    signal = f'<bpmn:intermediateThrowEvent id="it"><bpmn:signalEventDefinition signalRef="s">{inside}</bpmn:signalEventDefinition>'
    thrown = around(f"{signal}</bpmn:intermediateThrowEvent>", beside='<bpmn:signal id="s" name="s"/>')
    assert finding(thrown, "business_key_ignored").element_id == "it"
