"""Rows about activities, repetition, compensation, data and pools."""

from tests.engine.drawing import DECLARED, NAMESPACES, boundary, draw, end, event, flow, many, node, script, start, user
from tests.engine.support.rows import Executed

JOB = {"camunda_type": "external", "camunda_topic": "t"}
LOG = "<script>log = log + ['{0}']</script>"
PARALLEL = node("parallelGateway", "g")


def one(activity: str, name: str = "x") -> bytes:
    """One activity, and a user task `z` behind it."""
    return draw(start() + activity + user("z") + end() + flow("s", name, "z", "e"))


def inner(*tasks: str, more: str = "") -> str:
    """The content of a sub-process."""
    return start("xs") + user(*tasks) + end("xe") + flow("xs", *tasks, "xe") + more


def undo(name: str, handler: str | None = None) -> str:
    """A compensation event at an activity, with a script as its handler."""
    undone = node("scriptTask", f"un{name}", (handler or LOG).replace("{0}", name), isForCompensation="true")
    return (
        boundary(f"c{name}", name, event("compensate"))
        + undone
        + node("association", f"as{name}", sourceRef=f"c{name}", targetRef=f"un{name}")
    )


def compensated(body: str, *steps: str, throw: str = "<compensateEventDefinition/>") -> bytes:
    """Elements in a row, a throw, and a user task `z`."""
    thrown = node("intermediateThrowEvent", "t", throw)
    return draw(start() + body + thrown + user("z") + end() + flow("s", *steps, "t", "z", "e"))


def transaction() -> bytes:
    """A transaction that is cancelled."""
    content = start("xs") + user("a") + undo("a") + end("xe", event("cancel")) + flow("xs", "a", "xe")
    return draw(
        start()
        + node("transaction", "x", content)
        + boundary("b", "x", event("cancel"))
        + user("h")
        + end()
        + flow("s", "x", "e")
        + flow("b", "h")
    )


def called(key: str, **attributes: str) -> bytes:
    """A process that calls `q`, and `q`."""
    mapped = '<extensionElements><camunda:in source="n" target="m"/><camunda:out source="m" target="n"/></extensionElements>'
    main = start() + node("callActivity", "x", mapped, calledElement=key, **attributes) + user("z") + end() + flow("s", "x", "z", "e")
    other = start("qs") + script("k", "m = m + 1") + user("a") + end("qe") + flow("qs", "k", "a", "qe")
    processes = node("process", "p", main, isExecutable="true") + node("process", "q", other, isExecutable="true")
    return f"<definitions {NAMESPACES}>{DECLARED}{processes}</definitions>".encode()


def split(more: str) -> bytes:
    """A user task `a` with flows to `b` and `c`."""
    return draw(start() + user("a", "b", "c") + flow("s", "a") + more)


LOOP = '<standardLoopCharacteristics loopMaximum="3"{1}><loopCondition>${{again}}</loopCondition></standardLoopCharacteristics>'
COUNTS = "${nrOfCompletedInstances >= 2 and nrOfActiveInstances == 1 and nrOfInstances == 3}"
ITEMS = {"items": ["x", "y", "z"]}
VALUE = '<extensionElements><camunda:value xmlns:camunda="http://camunda.org/schema/1.0/bpmn">7</camunda:value></extensionElements>'
ARROW = "<dataOutputAssociation><targetRef>ref</targetRef></dataOutputAssociation>"
KEY = (
    '<collaboration id="c"><correlationKey id="K"><correlationPropertyRef>order</correlationPropertyRef></correlationKey></collaboration>'
    '<correlationProperty id="order"><correlationPropertyRetrievalExpression messageRef="M1"><messagePath>no</messagePath>'
    '</correlationPropertyRetrievalExpression><correlationPropertyRetrievalExpression messageRef="M2"><messagePath>no</messagePath>'
    "</correlationPropertyRetrievalExpression></correlationProperty>"
)
RECEIVES = node("receiveTask", "r1", messageRef="M1") + node("receiveTask", "r2", messageRef="M2")
POOLS = '<collaboration id="c"><participant id="box"/><messageFlow id="f1" sourceRef="x" targetRef="box"/></collaboration>'
LANE = '<laneSet id="ls"><lane id="l1" name="财政局"><flowNodeRef>x</flowNodeRef></lane></laneSet>'
ERROR = boundary("b", "x", event("error", "SE")) + user("h") + flow("b", "h", "e")
SCRIPT_ERROR = DECLARED + '<error id="SE" errorCode="ScriptError"/>'

ROWS = [
    Executed("task", "passes", one(node("task", "x")), ("z",), stock="differs: it waits like a user task"),
    Executed(
        "manual task",
        "passes: what is done outside needs no click",
        one(node("manualTask", "x")),
        ("z",),
        stock="differs: it waits like a user task",
    ),
    Executed("user task", "waits for a person", one(user("x")), ("x", "z"), ("x",)),
    Executed("script task", "lines of name = expression, in our own language", one(script("x", "n = 1 + 1")), ("z",), leaves={"n": 2}),
    Executed(
        "script task",
        "a failure is the BPMN error ScriptError where one is caught",
        draw(start() + script("x", "n = 1 / 0") + ERROR + end() + flow("s", "x", "e"), declared=SCRIPT_ERROR),
        ("h",),
        stock="raises: an error of Python is none of BPMN",
    ),
    Executed(
        "service task",
        "external: a job for a worker",
        one(node("serviceTask", "x", **JOB)),
        ("x", "z"),
        (("x", {"n": 2}),),
        leaves={"n": 2},
    ),
    Executed(
        "service task",
        "expression",
        one(node("serviceTask", "x", camunda_expression="${n + 1}", camunda_resultVariable="m")),
        ("z",),
        given={"n": 1},
        leaves={"m": 2},
        stock="differs: the expression is not read, the task waits",
    ),
    Executed("send task", "throws its message", one(node("sendTask", "x", messageRef="M1")), ("z",)),
    Executed("receive task", "waits for its message", one(node("receiveTask", "x", messageRef="M1")), ("", "z"), ("message m1",)),
    Executed(
        "call activity",
        "the newest version, variables in and out",
        called("q"),
        ("a", "z"),
        ("a",),
        given={"n": 1},
        leaves={"n": 2},
        stock="raises: the mappings are not read",
    ),
    Executed(
        "call activity",
        "calledElement computed when it is entered",
        called("${which}"),
        ("a", "z"),
        ("a",),
        given={"n": 1, "which": "q"},
        stock="refuses: no process of that name",
    ),
    Executed("sub-process", "embedded", one(node("subProcess", "x", inner("a"))), ("a", "z"), ("a",)),
    Executed(
        "sub-process",
        "without start and end event: it begins at what no flow leads to",
        one(node("subProcess", "x", user("a", "b") + flow("a", "b"))),
        ("a", "b", "z"),
        ("a", "b"),
        stock="refuses: a start event is asked for",
        ends_missing=True,
    ),
    Executed(
        "sub-process",
        "variables are seen by the whole scope at once",
        draw(
            start() + PARALLEL + user("a", "b") + node("parallelGateway", "j") + end() + flow("s", "g", "a", "j", "e") + flow("g", "b", "j")
        ),
        ("a b", "b", "done"),
        (("a", {"v": 1}), "b"),
        given={"v": 0},
        leaves={"v": 1},
        stock="differs: the branch that ends last overwrites what it did not touch",
    ),
    Executed(
        "ad-hoc sub-process",
        "everything that no flow leads to is open",
        one(node("adHocSubProcess", "x", user("a", "b"))),
        ("a b", "a", "z"),
        ("b", "a"),
        stock="raises: without a completion condition nothing can be evaluated",
    ),
    Executed(
        "ad-hoc sub-process",
        "completionCondition takes the rest back",
        one(node("adHocSubProcess", "x", user("a", "b") + "<completionCondition>${enough}</completionCondition>")),
        ("a b", "z"),
        (("b", {"enough": True}),),
        given={"enough": False},
        stock="refuses: a data object inside is asked for",
    ),
    Executed(
        "ad-hoc sub-process",
        "cancelRemainingInstances=false lets what runs end",
        one(
            node(
                "adHocSubProcess",
                "x",
                user("a", "b") + "<completionCondition>${enough}</completionCondition>",
                cancelRemainingInstances="false",
            )
        ),
        ("a b", "a", "z"),
        (("b", {"enough": True}), "a"),
        given={"enough": False},
        stock="refuses: a data object inside is asked for",
    ),
    Executed(
        "ad-hoc sub-process",
        "ordering=Sequential: one at a time, in the order of completing",
        one(node("adHocSubProcess", "x", user("a", "b", "c") + flow("b", "c"), ordering="Sequential")),
        ("a b", "c", "a", "z"),
        ("b", "c", "a"),
        stock="raises: without a completion condition nothing can be evaluated",
    ),
    Executed(
        "activity",
        "several flows out without conditions are all taken",
        split(flow("a", "b") + flow("a", "c")),
        ("a", "b c"),
        ("a",),
        stock="refuses: one flow out is asked for",
    ),
    Executed(
        "activity",
        "conditional flows out",
        split(flow("a", "b", when="${n > 1}") + flow("a", "c", when="${n > 2}")),
        ("a", "b"),
        (("a", {"n": 2}),),
        stock="refuses: one flow out is asked for",
    ),
    Executed(
        "activity",
        "a default flow out",
        draw(
            start()
            + node("userTask", "a", default="fd")
            + user("b", "c")
            + flow("s", "a")
            + flow("a", "b", when="${n > 1}")
            + flow("a", "c", id="fd")
        ),
        ("a", "c"),
        (("a", {"n": 1}),),
        stock="refuses: one flow out is asked for",
    ),
    Executed(
        "activity",
        "several flows in: each token on its own",
        draw(start() + PARALLEL + user("a", "b") + script("k", "n = n + 1") + end() + flow("s", "g", "a", "k", "e") + flow("g", "b", "k")),
        ("a b", "b", "done"),
        ("a", "b"),
        given={"n": 0},
        leaves={"n": 2},
        stock="differs: the second token undoes what the first has set",
    ),
    Executed(
        "multi-instance",
        "parallel, over a collection",
        one(node("userTask", "x", many())),
        ("x x x", "x x", "x", "z"),
        ("x", "x", "x"),
        given=ITEMS,
    ),
    Executed(
        "multi-instance",
        "sequential",
        one(node("userTask", "x", many(sequential=True))),
        ("x", "x", "x", "z"),
        ("x", "x", "x"),
        given=ITEMS,
        stock="raises: the item of the first instance is in the way of the second",
    ),
    Executed(
        "multi-instance", "loopCardinality", one(node("userTask", "x", many(count="${n}"))), ("x x", "x", "z"), ("x", "x"), given={"n": 2}
    ),
    Executed(
        "multi-instance",
        "completionCondition with nrOfInstances, nrOfActiveInstances, nrOfCompletedInstances",
        one(node("userTask", "x", many(until=COUNTS))),
        ("x x x", "x x", "z"),
        ("x", "x"),
        given=ITEMS,
        stock="raises: the numbers of instances are unknown",
    ),
    Executed("multi-instance", "an empty collection passes", one(node("userTask", "x", many())), ("z",), given={"items": []}),
    Executed(
        "multi-instance",
        "results are collected",
        one(node("userTask", "x", many(out="votes"))),
        ("x x x", "x x", "x", "z"),
        (("x", {"vote": 1}), ("x", {"vote": 2}), ("x", {"vote": 3})),
        given=ITEMS,
        leaves={"votes": [1, 2, 3]},
    ),
    Executed(
        "multi-instance",
        "of a sub-process",
        one(node("subProcess", "x", inner("a") + many())),
        ("a a a", "a a", "a", "z"),
        ("a", "a", "a"),
        given=ITEMS,
    ),
    Executed(
        "standard loop",
        "condition after each round",
        one(node("userTask", "x", LOOP.format("", ""))),
        ("x", "x", "z"),
        (("x", {"again": True}), ("x", {"again": False})),
    ),
    Executed(
        "standard loop", "testBefore", one(node("userTask", "x", LOOP.format("", ' testBefore="true"'))), ("z",), given={"again": False}
    ),
    Executed(
        "standard loop",
        "loopMaximum",
        one(node("userTask", "x", LOOP.format("", ""))),
        ("x", "x", "x", "z"),
        ("x", "x", "x"),
        given={"again": True},
    ),
    Executed(
        "compensation",
        "throw: the handlers, the last first",
        compensated(user("a", "b") + undo("a") + undo("b"), "a", "b"),
        ("a", "b", "z"),
        ("a", "b"),
        given={"log": []},
        leaves={"log": ["b", "a"]},
        stock="refuses: compensation events are not implemented",
    ),
    Executed(
        "compensation",
        "throw for one activity",
        compensated(user("a", "b") + undo("a") + undo("b"), "a", "b", throw='<compensateEventDefinition activityRef="a"/>'),
        ("a", "b", "z"),
        ("a", "b"),
        given={"log": []},
        leaves={"log": ["a"]},
        stock="refuses: compensation events are not implemented",
    ),
    Executed(
        "compensation",
        "of a finished sub-process, from inside",
        compensated(node("subProcess", "x", inner("a", "b") + undo("a") + undo("b")), "x"),
        ("a", "b", "z"),
        ("a", "b"),
        given={"log": []},
        leaves={"log": ["b", "a"]},
        stock="refuses: compensation events are not implemented",
    ),
    Executed(
        "compensation",
        "of every instance, with its item",
        compensated(node("userTask", "a", many()) + undo("a", "<script>log = log + [item]</script>"), "a"),
        ("a a a", "a a", "a", "z"),
        ("a", "a", "a"),
        given={**ITEMS, "log": []},
        leaves={"log": ["z", "y", "x"]},
        stock="refuses: compensation events are not implemented",
    ),
    Executed(
        "compensation",
        "waitForCompletion=false runs beside",
        compensated(user("a") + undo("a"), "a", throw='<compensateEventDefinition waitForCompletion="false"/>'),
        ("a", "z"),
        ("a",),
        given={"log": []},
        leaves={"log": ["a"]},
        stock="refuses: compensation events are not implemented",
    ),
    Executed(
        "compensation",
        "end event",
        draw(start() + user("a") + undo("a") + end("e", event("compensate")) + flow("s", "a", "e")),
        ("a", "done"),
        ("a",),
        given={"log": []},
        leaves={"log": ["a"]},
        stock="refuses: compensation events are not implemented",
    ),
    Executed(
        "compensation",
        "event sub-process of a sub-process",
        compensated(
            node(
                "subProcess",
                "x",
                inner("a")
                + node(
                    "subProcess",
                    "ce",
                    start("cs", event("compensate")) + script("ck", "told = done") + flow("cs", "ck"),
                    triggeredByEvent="true",
                ),
            ),
            "x",
        ),
        ("a", "z"),
        (("a", {"done": True}),),
        leaves={"told": True},
        stock="raises: it runs at once when the sub-process begins",
    ),
    Executed(
        "transaction",
        "cancel end event: compensation, then the cancel boundary event",
        transaction(),
        ("a", "h"),
        ("a",),
        given={"log": []},
        leaves={"log": ["a"]},
        stock="refuses: compensation events are not implemented",
    ),
    Executed(
        "data object",
        "one with a value is a variable",
        draw(start() + user("a") + node("dataObject", "d", VALUE, name="v", itemSubjectRef="xsd:int") + flow("s", "a")),
        ("a",),
        leaves={"v": 7},
        stock="differs: the value is not read",
    ),
    Executed(
        "data store",
        "an arrow into it writes a row of the register of its name",
        draw(start() + node("userTask", "x", ARROW) + node("dataStoreReference", "ref", name="供应商") + end() + flow("s", "x", "e")),
        ("x", "done"),
        ("x",),
        stock="refuses: a class has to be registered by name",
    ),
    Executed(
        "correlation",
        "the first message gives the key its values, others have to fit",
        draw(start() + RECEIVES + user("a") + flow("s", "r1", "r2", "a"), declared=DECLARED + KEY),
        ("", "", "a"),
        (("message m1", {"no": 1}), ("message m2", {"no": 1})),
    ),
    Executed(
        "message flow",
        "names the message that no element names",
        draw(start() + node("sendTask", "x") + user("z") + flow("s", "x", "z"), declared=DECLARED + POOLS),
        ("z",),
    ),
    Executed(
        "lane",
        "gives user tasks that name nobody their group",
        draw(LANE + start() + user("x") + end() + flow("s", "x", "e")),
        ("x", "done"),
        ("x",),
    ),
]
