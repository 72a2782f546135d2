"""Rows 9, 10 and 23: ids, flows, scopes, starts and events."""

import pytest

from tests.engine.gate.drawing import END, HEAD, PLAIN_HEAD, START, TAIL, around, codes, diagram, finding, flow, outline, reading

TASK = '<bpmn:userTask id="it" name="审核" camunda:assignee="wang"/>'
UNDO = "<bpmn:compensateEventDefinition/>"
TIMER = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"


@pytest.mark.parametrize(
    ("element", "identity"),
    [
        ('<bpmn:userTask id="start" camunda:assignee="a"/>', "start"),
        ('<bpmn:userTask id="p" camunda:assignee="a"/>', "p"),
        ('<bpmn:userTask id="in" camunda:assignee="a"/>', "in"),
        ('<bpmn:subProcess id="s"><bpmn:startEvent id="start"/></bpmn:subProcess>', "start"),
    ],
)
def test_an_id_that_is_used_twice_is_named(element: str, identity: str) -> None:
    found = finding(around(TASK, element), "id_twice")
    assert found.values["id"] == identity
    assert identity in found.message("zh")


@pytest.mark.parametrize("identity", ["../../x", "a/b", "&lt;script>", "a b", "1a", "x:y", "..", ""])
def test_paths_and_markup_are_no_ids(identity: str) -> None:
    assert "id_not_a_name" in codes(around(TASK.replace('id="it"', f'id="{identity}"')))
    assert "id_not_a_name" in codes(diagram(START, END, flow("f", "start", "end"), key=identity))


def test_chinese_ids_are_accepted() -> None:
    assert not reading(around(TASK.replace('"it"', '"审核"'), identity="审核")).refused


def test_an_id_or_name_beyond_its_column_is_refused() -> None:
    assert "id_too_long" in codes(around(TASK.replace('"it"', f'"{"x" * 201}"')))
    assert "name_too_long" in codes(around(TASK.replace("审核", "审" * 501)))


def test_an_element_without_id_is_refused_and_a_flow_gets_one() -> None:
    assert "id_missing" in codes(around(TASK, "<bpmn:task/>"))
    read = outline(diagram(START, END, '<bpmn:sequenceFlow sourceRef="start" targetRef="end"/>'))
    assert read["elements"]["flow_start_end"]["target"] == "end"
    assert read["elements"]["start"]["outgoing"] == ["flow_start_end"]


def test_an_event_subprocess_without_id_gets_one_with_a_warning() -> None:
    inside = f'<bpmn:startEvent id="late">{TIMER}</bpmn:startEvent><bpmn:endEvent id="over"/>'
    drawn = f'<bpmn:subProcess triggeredByEvent="true">{inside}{flow("x", "late", "over")}</bpmn:subProcess>'
    content = around(TASK, drawn, drawn.replace('"late"', '"later"').replace("over", "gone").replace('"x"', '"y"'))
    read = reading(content)
    assert not read.refused
    assert [one.values["id"] for one in read.findings if one.code == "id_made"] == ["event_subprocess_p", "event_subprocess_p_2"]
    assert outline(content)["elements"]["late"]["parent"] == "event_subprocess_p"


def test_blanks_around_ids_and_references_do_not_count() -> None:
    content = diagram(
        '<bpmn:startEvent id=" start"/>',
        '<bpmn:exclusiveGateway id="it " default="\n c "/>',
        END,
        flow("a ", "start ", " it"),
        flow("b", " it", "end ", "${n > 1}"),
        flow("c", "it", "end"),
    )
    assert not reading(content).refused
    elements = outline(content)["elements"]
    assert (elements["a"]["source"], elements["a"]["target"], elements["it"]["default"]) == ("start", "it", "c")


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('id="x" targetRef="end"', "flow_without_source"),
        ('id="x" sourceRef="it"', "flow_without_target"),
        ('id="x" sourceRef="gone" targetRef="end"', "flow_source_missing"),
        ('id="x" sourceRef="it" targetRef="gone"', "flow_target_missing"),
        ('id="x" sourceRef="it" targetRef="in"', "flow_target_missing"),
    ],
)
def test_a_dangling_flow_is_refused(attributes: str, code: str) -> None:
    found = finding(around(TASK, f"<bpmn:sequenceFlow {attributes}/>"), code)
    assert (found.severity, found.element_id) == ("error", "x")


def test_a_flow_across_the_border_of_a_subprocess_is_refused() -> None:
    inner = f'<bpmn:subProcess id="s"><bpmn:startEvent id="s1"/><bpmn:endEvent id="s2"/>{flow("s3", "s1", "s2")}</bpmn:subProcess>'
    assert finding(around(TASK, inner, flow("x", "it", "s2"), flow("y", "it", "s")), "flow_crosses_scopes").element_id == "x"


def test_a_flow_into_another_process_is_refused() -> None:
    inside = '<bpmn:startEvent id="q1"/><bpmn:endEvent id="q2"/>' + flow("q3", "q1", "q2")
    other = f'<bpmn:process id="q" isExecutable="true">{inside}</bpmn:process>'
    assert "flow_target_missing" in codes(around(TASK, flow("x", "it", "q2"), beside=other))


def test_flows_do_not_lead_into_starts_or_out_of_ends() -> None:
    assert "flow_into_start" in codes(around(TASK, flow("x", "it", "start")))
    assert "flow_out_of_end" in codes(around(TASK, flow("x", "end", "it")))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PLAIN_HEAD.encode() + TAIL.encode(), "no_process"),
        (diagram(), "process_empty"),
        (diagram(attributes=""), "process_empty"),
        (diagram(TASK, END, flow("f", "it", "end")), "no_start_event"),
        (diagram(START, END, flow("f", "start", "end"), attributes='isExecutable="false"'), "nothing_executable"),
        (around(TASK, '<bpmn:startEvent id="second"/>', flow("x", "second", "it")), "several_start_events"),
        (around(TASK, "<bpmn:nonsense/>"), "element_unknown"),
        (around(TASK, '<other xmlns="urn:x" id="o"/>'), "element_unknown"),
        (around(TASK, '<bpmn:complexGateway id="c"/>', flow("x", "it", "c"), flow("y", "start", "c")), "complex_without_condition"),
        (around('<bpmn:adHocSubProcess id="it"/>'), "subprocess_empty"),
        (around('<bpmn:adHocSubProcess id="it"><bpmn:startEvent id="s"/></bpmn:adHocSubProcess>'), "ad_hoc_event"),
        (around('<bpmn:adHocSubProcess id="it"><bpmn:exclusiveGateway id="g"/></bpmn:adHocSubProcess>'), "ad_hoc_nothing"),
        (around('<bpmn:userTask id="it" camunda:assignee="a"><bpmn:task id="inside"/></bpmn:userTask>'), "element_misplaced"),
        (around(TASK, beside='<bpmn:task id="outside"/>'), "element_misplaced"),
        (around('<bpmn:subProcess id="it"/>'), "subprocess_empty"),
    ],
)
def test_what_cannot_run_as_drawn_is_refused(content: bytes, code: str) -> None:
    found = finding(content, code)
    assert found.severity == "error"
    assert found.message("zh") != found.message("en")


def test_executable_is_assumed_for_the_only_process() -> None:
    result = reading(diagram(START, TASK, END, flow("a", "start", "it"), flow("b", "it", "end"), attributes=""))
    assert [(one.code, one.severity) for one in result.findings] == [("executable_assumed", "warning")]
    assert [process.key for process in result.processes] == ["p"]


def test_executable_is_not_assumed_among_several() -> None:
    other = f'<bpmn:process id="q"><bpmn:startEvent id="q1"/><bpmn:endEvent id="q2"/>{flow("q3", "q1", "q2")}</bpmn:process>'
    content = diagram(START, END, flow("f", "start", "end"), attributes="", beside=other)
    assert [one.element_id for one in reading(content).findings if one.code == "nothing_executable"] == ["q", "p"]
    partly = reading(diagram(START, END, flow("f", "start", "end"), beside=other))
    assert [process.key for process in partly.processes] == ["p"]
    assert {one.code for one in partly.findings} == {"process_not_executable"}


def test_several_executable_processes_are_read_in_document_order() -> None:
    other = (
        f'<bpmn:process id="z" isExecutable="1"><bpmn:startEvent id="q1"/><bpmn:endEvent id="q2"/>{flow("q3", "q1", "q2")}</bpmn:process>'
    )
    assert [process.key for process in reading(diagram(START, END, flow("f", "start", "end"), beside=other)).processes] == ["z", "p"]


def test_a_pool_without_content_does_not_count_as_a_process() -> None:
    pools = '<bpmn:collaboration id="c"><bpmn:participant id="o" processRef="box"/></bpmn:collaboration><bpmn:process id="box"/>'
    assert codes(diagram(START, END, flow("f", "start", "end"), attributes="", beside=pools)) == {"executable_assumed"}


@pytest.mark.parametrize("reference", ["", "gone", "g", "start"])
def test_a_boundary_event_attached_to_nothing_is_refused(reference: str) -> None:
    boundary = f'<bpmn:boundaryEvent id="b" attachedToRef="{reference}">{TIMER}</bpmn:boundaryEvent>' + flow("x", "b", "end")
    assert (
        finding(around(TASK, boundary, '<bpmn:exclusiveGateway id="g"/>', flow("y", "it", "g")), "boundary_attached_to_nothing").element_id
        == "b"
    )


def test_a_boundary_event_on_an_event_subprocess_is_told_so() -> None:
    inside = f'<bpmn:startEvent id="late">{TIMER}</bpmn:startEvent><bpmn:endEvent id="over"/>' + flow("x", "late", "over")
    drawn = f'<bpmn:subProcess id="sub" name="补正" triggeredByEvent="true">{inside}</bpmn:subProcess>'
    boundary = f'<bpmn:boundaryEvent id="b" attachedToRef="sub">{TIMER}</bpmn:boundaryEvent>' + flow("y", "b", "end")
    found = finding(around(TASK, drawn, boundary), "boundary_on_event_subprocess")
    assert (found.element_id, found.values["reference"]) == ("b", "补正")


def test_a_boundary_event_without_event_is_refused() -> None:
    assert "event_without_definition" in codes(around(TASK, '<bpmn:boundaryEvent id="b" attachedToRef="it"/>', flow("x", "b", "end")))


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ('<bpmn:intermediateCatchEvent id="it"/>', "event_without_definition"),
        ('<bpmn:intermediateCatchEvent id="it"><bpmn:errorEventDefinition/></bpmn:intermediateCatchEvent>', "event_kind"),
        (f'<bpmn:intermediateThrowEvent id="it">{TIMER}</bpmn:intermediateThrowEvent>', "event_kind"),
        (f'<bpmn:intermediateThrowEvent id="it">{UNDO}{UNDO}</bpmn:intermediateThrowEvent>', "several_event_definitions"),
        (f'<bpmn:endEvent id="it">{UNDO}<bpmn:terminateEventDefinition/></bpmn:endEvent>', "several_event_definitions"),
        ('<bpmn:endEvent id="it"><bpmn:eventDefinitionRef>gone</bpmn:eventDefinitionRef></bpmn:endEvent>', "reference_undefined"),
        ('<bpmn:intermediateCatchEvent id="it"><bpmn:timerEventDefinition/></bpmn:intermediateCatchEvent>', "timer_without_time"),
        (
            '<bpmn:intermediateCatchEvent id="it"><bpmn:timerEventDefinition><bpmn:timeDate>2026-01-01</bpmn:timeDate>'
            "<bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>",
            "timer_several_times",
        ),
        ('<bpmn:intermediateThrowEvent id="it"><bpmn:linkEventDefinition name="x"/></bpmn:intermediateThrowEvent>', "link_target"),
        ('<bpmn:receiveTask id="it" instantiate="true"/>', "instantiating_misplaced"),
    ],
)
def test_events_in_the_wrong_place_are_refused(event: str, code: str) -> None:
    assert finding(around(event), code).element_id == "it"


def test_an_error_event_that_does_not_interrupt_is_warned_about() -> None:
    boundary = '<bpmn:boundaryEvent id="b" attachedToRef="it" cancelActivity="false"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>'
    assert finding(around(TASK, boundary, flow("x", "b", "end")), "error_interrupts").severity == "warning"


def test_event_subprocesses_have_one_event_start_and_no_flows() -> None:
    def handler(start: str) -> str:
        return f'<bpmn:subProcess id="h" triggeredByEvent="true">{start}<bpmn:endEvent id="h2"/>{flow("h3", "h1", "h2")}</bpmn:subProcess>'

    timed = handler(f'<bpmn:startEvent id="h1" isInterrupting="false">{TIMER}</bpmn:startEvent>')
    assert reading(around(TASK, timed)).findings == []
    assert "event_subprocess_start_kind" in codes(around(TASK, handler('<bpmn:startEvent id="h1"/>')))
    assert "event_subprocess_start" in codes(around(TASK, handler('<bpmn:task id="h1"/>')))
    assert "flow_at_handler" in codes(around(TASK, timed, flow("x", "it", "h")))


def test_a_subprocess_begins_at_one_plain_start_or_where_nothing_leads() -> None:
    def inner(*elements: str) -> bytes:
        return around(f'<bpmn:subProcess id="it">{"".join(elements)}</bpmn:subProcess>')

    assert reading(inner('<bpmn:task id="a"/>', '<bpmn:task id="b"/>', flow("c", "a", "b"))).findings == []
    assert "subprocess_without_start" in codes(inner('<bpmn:task id="a"/>', flow("c", "a", "a")))
    assert "subprocess_start_kind" in codes(inner(f'<bpmn:startEvent id="a">{TIMER}</bpmn:startEvent>'))


def test_compensation_has_a_handler_in_its_scope() -> None:
    boundary = '<bpmn:boundaryEvent id="b" attachedToRef="it"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>'
    handler = '<bpmn:task id="undo" isForCompensation="true"/><bpmn:association id="a" sourceRef="b" targetRef="undo"/>'
    throw = '<bpmn:intermediateThrowEvent id="t"><bpmn:compensateEventDefinition/></bpmn:intermediateThrowEvent>'
    assert "compensation_without_handler" in codes(around(TASK, boundary))
    read = outline(around(TASK, boundary, handler, throw, '<bpmn:endEvent id="e2"/>', flow("x", "it", "t"), flow("y", "t", "e2")))
    assert read["elements"]["b"]["handler"] == "undo"


def test_markup_in_names_is_only_text() -> None:
    name = "&lt;script>alert(1)&lt;/script> &amp; &quot;部门&quot;"
    read = outline(around(f'<bpmn:userTask id="it" name="{name}" camunda:assignee="wang"/>'))
    assert read["elements"]["it"]["name"] == '<script>alert(1)</script> & "部门"'


def test_real_modelers_declare_more_than_is_used() -> None:
    assert reading(around(TASK, head=HEAD)).findings == []
