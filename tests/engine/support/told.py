"""Rows about what is refused, or accepted with a warning."""

from tests.engine.drawing import DECLARED, boundary, draw, end, event, event_subprocess, flow, many, node, start, user
from tests.engine.support.rows import Told

UNDO = "<compensateEventDefinition/>"
CALLED = {"calledElement": "p2"}


def beside(more: str) -> bytes:
    """A plain process and something beside its only task."""
    return draw(start() + user("a") + end() + flow("s", "a", "e") + more)


def one(activity: str, name: str = "x", more: str = "") -> bytes:
    """A process of one element."""
    return draw(start() + activity + end() + flow("s", name, "e") + more)


def begun(inner: str) -> bytes:
    """A process with such a start event."""
    return draw(start("s", inner) + user("a") + flow("s", "a"))


def arrow(direction: str, inner: str) -> str:
    """A user task `x` with a data association, and what it may lead to."""
    things = node("dataObject", "o1", name="from") + node("dataObject", "o2", name="to") + node("dataStoreReference", "ds", name="D")
    return node("userTask", "x", f"<data{direction}Association>{inner}</data{direction}Association>") + things


def refs(source: str, target: str) -> str:
    """Both ends of a data association."""
    return f"<sourceRef>{source}</sourceRef><targetRef>{target}</targetRef>"


INSTANTIATE = node("subProcess", "x", node("receiveTask", "r", instantiate="true", messageRef="M1"))
KEYLESS = node("correlationSubscription", "cs", correlationKeyRef="gone")
CANCEL = node("transaction", "x", start("xs") + end("xe", event("cancel")) + flow("xs", "xe"))
LOOKED_UP = "<dataInputAssociation><sourceRef>ds</sourceRef><targetRef>t</targetRef></dataInputAssociation><script>n = 1</script>"
STORE = node("dataStoreReference", "ds", name="D")
POOLS = '<collaboration id="c"><participant id="box"/><messageFlow id="f1" sourceRef="{0}" targetRef="{1}"/></collaboration>'
COMPLEX = (
    start()
    + node("parallelGateway", "g")
    + node("complexGateway", "x")
    + flow("s", "g")
    + flow("g", "x", id="f1")
    + flow("g", "x", id="f2")
)
TWICE = node("intermediateThrowEvent", "x", UNDO + UNDO)
NO_DEFINITION = node("intermediateCatchEvent", "x")
CATCHES = start("es", event("error", "E1"), isInterrupting="false") + user("h") + flow("es", "h")

ROWS = [
    Told(
        "start event", "conditional, of a process: there are no variables yet", begun(event("conditional", "${n > 1}")), "conditional_start"
    ),
    Told("start event", "error, of a process", begun(event("error", "E1")), "error_start"),
    Told("start event", "escalation, of a process", begun(event("escalation", "X1")), "escalation_start"),
    Told("start event", "compensation, of a process", begun(UNDO), "compensation_start"),
    Told(
        "start event",
        "a second plain one: which of them would begin",
        draw(start() + start("s2") + user("a") + flow("s", "a") + flow("s2", "a")),
        "several_start_events",
    ),
    Told(
        "start event",
        "all of several definitions (parallelMultiple), of a process",
        draw(start("s", event("message", "M1") + event("signal", "S1"), parallelMultiple="true") + user("a") + flow("s", "a")),
        "several_event_definitions",
    ),
    Told(
        "start event",
        "with an event in a sub-process",
        one(node("subProcess", "x", start("xs", event("message", "M1")) + user("a") + flow("xs", "a"))),
        "subprocess_start_kind",
    ),
    Told(
        "end event",
        "cancel outside a transaction",
        draw(start() + end("e", event("cancel")) + flow("s", "e")),
        "cancel_outside_transaction",
    ),
    Told("end event", "cancel in a transaction without cancel boundary event", one(CANCEL), "cancel_without_boundary"),
    Told("event", "of a kind that cannot stand there", one(node("intermediateThrowEvent", "x", event("timer", "PT1H"))), "event_kind"),
    Told("event", "without a definition where one is needed", one(NO_DEFINITION), "event_without_definition"),
    Told("event", "several definitions that cannot be executed together", one(TWICE), "several_event_definitions"),
    Told(
        "event",
        "a reference to no message, signal, error or escalation",
        one(node("intermediateCatchEvent", "x", event("message", "gone"))),
        "reference_undefined",
    ),
    Told(
        "conditional event",
        "without a condition",
        one(node("intermediateCatchEvent", "x", "<conditionalEventDefinition/>")),
        "conditional_without_condition",
    ),
    Told("timer", "without a time", one(node("intermediateCatchEvent", "x", "<timerEventDefinition/>")), "timer_without_time"),
    Told(
        "message event",
        "thrown, without a message, in a diagram of Camunda, Flowable or Activiti: it passes",
        one(node("intermediateThrowEvent", "x", event("message"))),
        "message_to_nobody",
        "warning",
    ),
    Told(
        "error event",
        "a reference to no error, in a diagram of Camunda, Flowable or Activiti: it is the code",
        one(user("x"), more=boundary("b", "x", event("error", "gone")) + flow("b", "e")),
        "code_assumed",
        "warning",
    ),
    Told(
        "receive task",
        "without a message, in a diagram of Camunda, Flowable or Activiti: it waits for one of its id",
        one(node("receiveTask", "x")),
        "receive_by_id",
        "warning",
    ),
    Told(
        "link",
        "without a catch of the same name",
        one(node("intermediateThrowEvent", "x", '<linkEventDefinition name="L"/>')),
        "link_target",
    ),
    Told(
        "boundary event",
        "error, not interrupting: errors always interrupt",
        one(user("x"), more=boundary("b", "x", event("error", "E1"), interrupting=False)),
        "error_interrupts",
        "warning",
    ),
    Told(
        "event sub-process",
        "error, not interrupting: errors always interrupt",
        beside(node("subProcess", "esp", CATCHES, triggeredByEvent="true")),
        "error_interrupts",
        "warning",
    ),
    Told("event sub-process", "without an event", beside(event_subprocess("", interrupting=True)), "event_subprocess_start_kind"),
    Told("receive task", "instantiate inside a sub-process or behind a flow", one(INSTANTIATE), "instantiating_misplaced"),
    Told(
        "event-based gateway",
        "parallel without instantiate",
        draw(
            start()
            + node("eventBasedGateway", "g", eventGatewayType="Parallel")
            + node("receiveTask", "r", messageRef="M1")
            + flow("s", "g", "r")
        ),
        "parallel_event_gateway",
    ),
    Told(
        "event-based gateway",
        "something else than catching events and receive tasks behind it",
        draw(start() + node("eventBasedGateway", "g") + user("a") + flow("s", "g", "a")),
        "event_gateway_target",
    ),
    Told("complex gateway", "several flows in without activationCondition", draw(COMPLEX), "complex_without_condition"),
    Told(
        "exclusive gateway",
        "several flows without condition",
        draw(start() + node("exclusiveGateway", "g") + user("a", "b") + flow("s", "g", "a") + flow("g", "b")),
        "flow_without_condition",
    ),
    Told(
        "parallel gateway",
        "a condition on a flow out",
        draw(start() + node("parallelGateway", "g") + user("a") + flow("s", "g") + flow("g", "a", when="${n}")),
        "condition_misplaced",
        "warning",
    ),
    Told(
        "parallel gateway",
        "a join that would wait for ever",
        draw(
            start()
            + node("exclusiveGateway", "g", default="fd")
            + user("a", "b")
            + node("parallelGateway", "j")
            + flow("s", "g")
            + flow("g", "a", when="${n > 1}")
            + flow("g", "b", id="fd")
            + flow("a", "j")
            + flow("b", "j")
        ),
        "join_waits_for_ever",
        "warning",
    ),
    Told(
        "ad-hoc sub-process",
        "start or end events in it",
        one(node("adHocSubProcess", "x", start("xs") + user("a") + flow("xs", "a"))),
        "ad_hoc_event",
    ),
    Told(
        "ad-hoc sub-process",
        "nothing that is enabled at entry",
        one(node("adHocSubProcess", "x", node("exclusiveGateway", "g"))),
        "ad_hoc_nothing",
    ),
    Told("sub-process", "empty", one(node("subProcess", "x")), "subprocess_empty"),
    Told("call activity", "a process that is not there", one(node("callActivity", "x", **CALLED)), "call_unknown_process"),
    Told(
        "call activity",
        "binding deployment to a process of another deployment",
        one(node("callActivity", "x", camunda_calledElementBinding="deployment", **CALLED)),
        "call_not_deployed_together",
    ),
    Told(
        "call activity",
        "binding versionTag without a tag",
        one(node("callActivity", "x", camunda_calledElementBinding="versionTag", **CALLED)),
        "call_tag",
    ),
    Told(
        "call activity",
        "without mappings everything goes in and comes out",
        one(node("callActivity", "x", calledElement="${which}")),
        "call_passes_all",
        "warning",
    ),
    Told("compensation", "a boundary event without handler", beside(boundary("b", "a", UNDO)), "compensation_without_handler"),
    Told(
        "compensation",
        "a throw for an activity inside another scope",
        one(
            node("intermediateThrowEvent", "x", '<compensateEventDefinition activityRef="in"/>'),
            more=node("subProcess", "sub", start("is") + user("in") + flow("is", "in")),
        ),
        "compensation_of_subprocess",
    ),
    Told(
        "compensation",
        "a throw for what nothing takes back",
        one(node("intermediateThrowEvent", "x", '<compensateEventDefinition activityRef="x"/>')),
        "compensation_of_nothing",
    ),
    Told(
        "transaction",
        "method ##Store or ##Image",
        one(node("transaction", "x", start("xs") + user("a") + flow("xs", "a"), method="##Store")),
        "transaction_method",
    ),
    Told("activity", "startQuantity and completionQuantity other than 1", one(user("x", completionQuantity="2")), "token_quantity"),
    Told(
        "multi-instance",
        "behavior None, One or Complex",
        one(node("userTask", "x", many().replace("<multi", "<multi").replace(" isSequential", ' behavior="None" isSequential'))),
        "instance_events",
    ),
    Told(
        "multi-instance",
        "complexBehaviorDefinition",
        one(node("userTask", "x", many().replace("</multi", "<complexBehaviorDefinition/></multi"))),
        "element_refused",
    ),
    Told(
        "multi-instance",
        "neither collection nor number",
        one(node("userTask", "x", "<multiInstanceLoopCharacteristics/>")),
        "multi_instance_without_number",
    ),
    Told(
        "standard loop", "neither condition nor maximum", one(node("userTask", "x", "<standardLoopCharacteristics/>")), "loop_without_end"
    ),
    Told("service task", "without work that is known here", one(node("serviceTask", "x")), "unmapped_service"),
    Told("data association", "that renames", one(arrow("Output", refs("o1", "o2"))), "data_renamed"),
    Told(
        "data association",
        "transformation and assignment",
        one(arrow("Output", refs("o1", "o1") + "<transformation>n + 1</transformation>")),
        "data_computed",
    ),
    Told(
        "data association",
        "drawn: a data object is a variable that the whole scope sees",
        one(arrow("Output", "<targetRef>o1</targetRef>")),
        "data_only_drawn",
        "warning",
    ),
    Told(
        "data store",
        "read by a person or an outside worker: they look it up",
        one(arrow("Input", refs("ds", "t"))),
        "data_store_by_hand",
        "warning",
    ),
    Told("data store", "read by what is computed here", one(node("scriptTask", "x", LOOKED_UP) + STORE), "data_store_not_read"),
    Told("correlation", "a subscription that does not bind every property", beside(KEYLESS), "correlation_incomplete"),
    Told(
        "message flow",
        "between elements that neither throw nor catch",
        draw(start() + user("a") + end() + flow("s", "a", "e"), declared=DECLARED + POOLS.format("a", "box")),
        "message_flow_only_drawn",
        "warning",
    ),
    Told(
        "sequence flow",
        "across the border of a sub-process",
        draw(start() + user("a") + node("subProcess", "x", start("xs") + user("in") + flow("xs", "in")) + flow("s", "a", "in")),
        "flow_crosses_scopes",
    ),
    Told("sequence flow", "without source or target", beside('<sequenceFlow id="f9" sourceRef="a"/>'), "flow_without_target"),
    Told("element", "that no flow leads to", beside(user("b")), "unreachable"),
    Told("element", "that is no BPMN 2.0", beside("<choreographyTask id='ct'/>"), "element_unknown"),
    Told("process", "without a start event", draw(user("a")), "no_start_event"),
    Told(
        "process",
        "a loop without exit and without wait",
        draw(start() + node("exclusiveGateway", "g") + node("task", "t") + flow("s", "g", "t", "g")),
        "endless_loop",
    ),
    Told(
        "variable",
        "set by two branches that run at the same time",
        draw(
            start()
            + node("parallelGateway", "g")
            + node("scriptTask", "a", "<script>n = 1</script>")
            + node("scriptTask", "b", "<script>n = 2</script>")
            + flow("s", "g", "a")
            + flow("g", "b")
        ),
        "parallel_writers",
        "warning",
    ),
]
