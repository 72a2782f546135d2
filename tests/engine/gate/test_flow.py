"""Rows 10, 16 and 26: where tokens can go, gateways, joins and loops."""

import pytest

from tests.engine.gate.drawing import END, START, around, codes, diagram, finding, flow, outline, reading


def task(identity: str) -> str:
    return f'<bpmn:userTask id="{identity}" camunda:assignee="wang"/>'


def gateway(kind: str, identity: str, attributes: str = "") -> str:
    return f'<bpmn:{kind}Gateway id="{identity}" {attributes}/>'


def split_and_join(first: str, second: str, *more: str) -> bytes:
    """start -> a -> {b, c} -> z -> end"""
    flows = [
        flow("1", "start", "a"),
        flow("2", "a", "b"),
        flow("3", "a", "c"),
        flow("4", "b", "z"),
        flow("5", "c", "z"),
        flow("6", "z", "end"),
    ]
    flows = [one.replace('id="', 'id="f', 1) for one in flows]
    return diagram(START, gateway(first, "a"), task("b"), task("c"), gateway(second, "z"), END, *flows, *more)


def choice(kind: str, *flows: str, attributes: str = "") -> bytes:
    """start -> g, and the given flows out of g to x or y"""
    return diagram(START, gateway(kind, "g", attributes), task("x"), task("y"), flow("in", "start", "g"), *flows)


def test_what_no_path_leads_to_is_refused() -> None:
    found = finding(around(task("it"), task("alone"), task("behind"), flow("x", "alone", "behind")), "unreachable")
    assert (found.element_id, found.severity) == ("alone", "error")


def test_boundary_events_links_and_handlers_are_reached() -> None:
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    elements = [
        f'<bpmn:boundaryEvent id="b" attachedToRef="it">{timer}</bpmn:boundaryEvent>',
        '<bpmn:intermediateThrowEvent id="t"><bpmn:linkEventDefinition name="on"/></bpmn:intermediateThrowEvent>',
        '<bpmn:intermediateCatchEvent id="c"><bpmn:linkEventDefinition name="on"/></bpmn:intermediateCatchEvent>',
        task("late"),
        flow("x", "b", "t"),
        flow("y", "c", "late"),
    ]
    assert reading(around(task("it"), *elements)).findings == []


def test_an_exclusive_gateway_with_several_open_flows_is_refused() -> None:
    found = reading(choice("exclusive", flow("a", "g", "x"), flow("b", "g", "y"))).findings
    assert [(one.code, one.element_id) for one in found] == [("flow_without_condition", "a"), ("flow_without_condition", "b")]


def test_the_only_open_flow_is_the_default() -> None:
    content = choice("exclusive", flow("a", "g", "x", "${n > 1}"), flow("b", "g", "y"))
    assert finding(content, "default_assumed").severity == "warning"
    assert "flow_without_condition" in codes(
        choice("exclusive", flow("a", "g", "x"), flow("b", "g", "y"), attributes='default="b"'),
    )


def test_a_default_flow_leaves_its_gateway_and_has_no_condition() -> None:
    flows = (flow("a", "g", "x", "${n > 1}"), flow("b", "g", "y"))
    assert reading(choice("exclusive", *flows, attributes='default="b"')).findings == []
    assert "default_not_outgoing" in codes(choice("exclusive", *flows, attributes='default="in"'))
    assert "default_not_outgoing" in codes(choice("exclusive", *flows, attributes='default="gone"'))
    assert "default_with_condition" in codes(choice("exclusive", *flows, attributes='default="a"'))
    assert "default_misplaced" in codes(choice("parallel", *flows, attributes='default="b"'))


@pytest.mark.parametrize(("kind", "severity"), [("parallel", "warning"), ("eventBased", "error")])
def test_conditions_where_nobody_looks_at_them_are_told(kind: str, severity: str) -> None:
    found = finding(choice(kind, flow("a", "g", "x", "${n > 1}"), flow("b", "g", "y")), "condition_misplaced")
    assert (found.element_id, found.severity) == ("a", severity)


def test_conditions_behind_an_activity_and_several_open_flows_of_an_inclusive_gateway_are_accepted() -> None:
    assert reading(choice("inclusive", flow("a", "g", "x", "${n > 1}"), flow("b", "g", "y"), flow("c", "g", "x"))).findings == []
    assert reading(around(task("it"), task("more"), flow("x", "it", "more", "${n > 1}"))).findings == []


def test_an_event_gateway_leads_to_events_only() -> None:
    assert finding(choice("eventBased", flow("a", "g", "x"), flow("b", "g", "y")), "event_gateway_target").element_id == "a"


@pytest.mark.parametrize("split", ["exclusive"])
def test_a_parallel_join_behind_an_exclusive_split_is_warned_about(split: str) -> None:
    content = split_and_join(split, "parallel").replace(b'id="f2"', b'id="f2" name="x"')
    content = content.replace(b'targetRef="b">', b'targetRef="b"><bpmn:conditionExpression>${n}</bpmn:conditionExpression>')
    found = finding(content, "join_waits_for_ever")
    assert (found.element_id, found.severity) == ("z", "warning")
    assert {found.values["first"], found.values["second"]} == {"f4", "f5"}


@pytest.mark.parametrize("split", ["parallel", "inclusive"])
def test_a_join_that_can_fire_is_not_warned_about(split: str) -> None:
    assert reading(split_and_join(split, "parallel")).findings == []


def test_tokens_of_an_implicit_split_and_of_a_boundary_event_can_be_joined() -> None:
    implicit = diagram(
        START, task("a"), task("b"), gateway("parallel", "z"), END,
        flow("f1", "start", "a"), flow("f2", "start", "b"), flow("f3", "a", "z"), flow("f4", "b", "z"), flow("f5", "z", "end"),
    )  # fmt: skip
    assert reading(implicit).findings == []
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"

    def beside(cancels: str) -> bytes:
        event = f'<bpmn:boundaryEvent id="b" attachedToRef="a" cancelActivity="{cancels}">{timer}</bpmn:boundaryEvent>'
        flows = flow("f1", "start", "a"), flow("f2", "a", "z"), flow("f3", "b", "z"), flow("f4", "z", "end")
        return diagram(START, task("a"), event, gateway("parallel", "z"), END, *flows)

    assert codes(beside("false")) == {"join_may_wait"}
    assert codes(beside("true")) == {"join_waits_for_ever"}


def test_a_join_fed_by_its_own_loop_waits_for_ever() -> None:
    content = diagram(
        START, gateway("parallel", "z"), task("a"), gateway("exclusive", "g"), END,
        flow("f1", "start", "z"), flow("f2", "z", "a"), flow("f3", "a", "g"), flow("back", "g", "z", "${n}"), flow("f4", "g", "end"),
    )  # fmt: skip
    assert "join_waits_for_ever" in codes(content)


def test_a_join_behind_two_exclusive_choices_of_one_fork_is_not_warned_about() -> None:
    content = diagram(
        START, gateway("parallel", "f"), gateway("exclusive", "g"), task("a"), task("b"), task("c"),
        gateway("exclusive", "m"), gateway("parallel", "z"), END,
        flow("f1", "start", "f"), flow("f2", "f", "g"), flow("f3", "f", "c"), flow("f4", "g", "a", "${n}"), flow("f5", "g", "b"),
        flow("f6", "a", "m"), flow("f7", "b", "m"), flow("f8", "m", "z"), flow("f9", "c", "z"), flow("f10", "z", "end"),
    )  # fmt: skip
    assert codes(content) == {"default_assumed"}


def test_an_automatic_loop_without_exit_is_refused() -> None:
    loop = [gateway("exclusive", "g"), '<bpmn:task id="a"/>', flow("f1", "start", "g"), flow("f2", "g", "a"), flow("f3", "a", "g")]
    assert finding(diagram(START, *loop), "endless_loop").severity == "error"
    leaves = [END, flow("f4", "g", "end", "${n}")]
    assert "endless_loop" not in codes(diagram(START, *loop, *leaves))
    waits = [one.replace("<bpmn:task ", '<bpmn:userTask camunda:assignee="wang" ') for one in loop]
    assert reading(diagram(START, *waits)).findings == []


def test_a_long_chain_is_read_and_compiled() -> None:
    count = 390
    elements = [f'<bpmn:task id="t{n}"/>' for n in range(count)]
    flows = [flow(f"f{n}", f"t{n}", f"t{n + 1}") for n in range(count - 1)]
    assert (
        len(outline(diagram(START, END, *elements, *flows, flow("a", "start", "t0"), flow("z", f"t{count - 1}", "end")))["elements"])
        == 2 * count + 3
    )


def storm(key: str, waits_for: str, throws: str, between: str = '<bpmn:task id="it"/>') -> bytes:
    """A process that a signal starts and that throws one."""
    beside = f'<bpmn:signal id="{key}_s" name="{waits_for}"/><bpmn:signal id="{key}_t" name="{throws}"/>'
    start = f'<bpmn:startEvent id="start"><bpmn:signalEventDefinition signalRef="{key}_s"/></bpmn:startEvent>'
    end = f'<bpmn:endEvent id="end"><bpmn:signalEventDefinition signalRef="{key}_t"/></bpmn:endEvent>'
    return diagram(start, between, end, flow("f", "start", "it"), flow("g", "it", "end"), key=key, beside=beside)


def test_a_signal_storm_is_refused() -> None:
    assert finding(storm("p", "S", "S"), "starts_itself").element_id == "end"
    both = {"a.bpmn": storm("p", "A", "B"), "b.bpmn": storm("q", "B", "A")}
    assert [one.file for one in reading(both).findings if one.code == "starts_itself"] == ["a.bpmn", "b.bpmn"]


def test_a_signal_that_a_person_sends_on_is_no_storm() -> None:
    assert reading(storm("p", "S", "S", task("it"))).findings == []
    assert reading(storm("p", "S", "T")).findings == []
