"""Rows about events."""

from tests.engine.drawing import DECLARED, boundary, draw, end, event, event_subprocess, flow, node, start, user
from tests.engine.support.rows import Executed

PARALLEL = node("parallelGateway", "g")
ERRORS = "boundary event/error"


def line(*inner: str, more: str = "") -> bytes:
    """Start, elements given as drawn with their ids last, and an end."""
    return draw("".join(inner) + more)


def caught(inner: str, **attributes: str) -> bytes:
    """A catch event `c`, and a user task `u` behind it."""
    return draw(start() + node("intermediateCatchEvent", "c", inner, **attributes) + user("u") + end() + flow("s", "c", "u", "e"))


def thrown(inner: str, more: str = "") -> bytes:
    """A throwing event `t`, and a user task `u` behind it."""
    return draw(start() + node("intermediateThrowEvent", "t", inner) + user("u") + end() + flow("s", "t", "u", "e") + more)


def on_task(inner: str, *, interrupting: bool) -> bytes:
    """A boundary event `b` at the user task `a`, which leads to `h`."""
    body = start() + user("a", "h") + boundary("b", "a", inner, interrupting=interrupting) + end()
    return draw(body + flow("s", "a", "e") + flow("b", "h"))


def on_scope(inner: str, ending: str, *, interrupting: bool = True) -> bytes:
    """A boundary event `b` at a sub-process with the user task `a` and then an end event."""
    scope = node("subProcess", "x", start("xs") + user("a") + end("xe", ending) + flow("xs", "a", "xe"))
    handler = boundary("b", "x", inner, interrupting=interrupting) + user("h", "z")
    return draw(start() + scope + handler + end() + flow("s", "x", "z", "e") + flow("b", "h"))


def with_handler(inner: str, *, interrupting: bool, ending: str = "") -> bytes:
    """A process with the user task `a`, and an event sub-process with `h`."""
    body = start() + user("a") + end("e", ending) + flow("s", "a", "e")
    return draw(body + event_subprocess(inner, interrupting=interrupting))


def inside(inner: str, *, interrupting: bool) -> bytes:
    """A sub-process with the user task `a` and an event sub-process with `h`, and `z` behind it."""
    handler = event_subprocess(inner, interrupting=interrupting)
    scope = node("subProcess", "x", start("xs") + user("a") + end("xe") + flow("xs", "a", "xe") + handler)
    return draw(start() + scope + user("z") + end() + flow("s", "x", "z", "e"))


def linked() -> bytes:
    """A link over to a user task."""
    throw = node("intermediateThrowEvent", "t", '<linkEventDefinition name="L"/>')
    catch = node("intermediateCatchEvent", "c", '<linkEventDefinition name="L"/>')
    return draw(start() + throw + catch + user("u") + end() + flow("s", "t") + flow("c", "u", "e"))


def beside(ending: str, catches: str) -> bytes:
    """An end event in one branch, and what catches it in another."""
    other = node("intermediateCatchEvent", "c", catches) + user("u")
    return draw(
        start() + PARALLEL + user("a") + end("e", ending) + other + end("e2") + flow("s", "g", "a", "e") + flow("g", "c", "u", "e2")
    )


def two_errors(first: str | None, second: str | None) -> bytes:
    """Two boundary events for errors at one sub-process that ends with the error e1."""
    scope = node("subProcess", "x", start("xs") + end("xe", event("error", "E1")) + flow("xs", "xe"))
    both = boundary("b1", "x", event("error", first)) + boundary("b2", "x", event("error", second))
    return draw(start() + scope + both + user("h1", "h2") + flow("s", "x") + flow("b1", "h1") + flow("b2", "h2"))


def next_to_error() -> bytes:
    """A boundary event for errors at a neighbour, which is no scope around the error."""
    neighbour = node("subProcess", "n", start("ns") + user("w") + flow("ns", "w")) + boundary("nb", "n", event("error")) + user("wrong")
    scope = node("subProcess", "x", start("xs") + end("xe", event("error", "E1")) + flow("xs", "xe")) + boundary(
        "b", "x", event("error", "E1")
    )
    return draw(
        start() + PARALLEL + neighbour + scope + user("h") + flow("s", "g", "x") + flow("g", "n") + flow("b", "h") + flow("nb", "wrong")
    )


TERMINATE = "<terminateEventDefinition/>"
STARTS = start("s") + start("m", event("message", "M1")) + user("a", "b") + flow("s", "a") + flow("m", "b")
SEVERAL = event("message", "M1") + event("signal", "S1")
SHARED = '<signalEventDefinition id="D1" signalRef="S1"/>'
INSTANTIATING = node("intermediateCatchEvent", "c1", event("message", "M1")) + node("receiveTask", "c2", messageRef="M2")
INSTANTIATING += user("a", "b") + flow("ig", "c1", "a") + flow("ig", "c2", "b")

ROWS = [
    Executed("start event", "none", draw(start() + user("a") + end() + flow("s", "a", "e")), ("a", "done"), ("a",)),
    Executed(
        "start event",
        "message beside a plain one: the case begins at the one that was triggered",
        draw(STARTS),
        ("b", "done"),
        ("b",),
        begins_at="m",
    ),
    Executed("start event", "signal", draw(start("s", event("signal", "S1")) + user("a") + flow("s", "a")), ("a",), begins_at="s"),
    Executed(
        "start event",
        "timer: new cases come by it, of the newest version",
        draw(start("s", event("cycle", "R3/PT10H")) + user("a") + flow("s", "a")),
        ("a",),
        begins_at="s",
    ),
    Executed(
        "start event",
        "several definitions: each one starts",
        draw(start("s", SEVERAL) + user("a") + flow("s", "a")),
        ("a",),
        begins_at="s [2]",
    ),
    Executed(
        "receive task",
        "instantiate",
        draw(node("receiveTask", "r", instantiate="true", messageRef="M1") + user("a") + flow("r", "a")),
        ("a",),
        begins_at="r",
        stock="refuses: a start event is asked for",
    ),
    Executed(
        "event-based gateway",
        "instantiate, exclusive",
        draw(node("eventBasedGateway", "ig", instantiate="true") + INSTANTIATING),
        ("b", "done"),
        ("b",),
        begins_at="c2",
        stock="refuses: a start event is asked for",
    ),
    Executed(
        "event-based gateway",
        "instantiate, parallel: the others are awaited in the same case",
        draw(node("eventBasedGateway", "ig", instantiate="true", eventGatewayType="Parallel") + INSTANTIATING),
        ("b", "", "a"),
        ("b", "message m1"),
        begins_at="c2",
        stock="refuses: a start event is asked for",
    ),
    Executed("end event", "message", beside(event("message", "M1"), event("message", "M1")), ("a", "u", "done"), ("a", "u")),
    Executed(
        "end event",
        "signal",
        beside(event("signal", "S1"), event("signal", "S1")),
        ("a", "u", "done"),
        ("a", "u"),
        stock="stops: no signal is thrown",
    ),
    Executed("end event", "error", on_scope(event("error", "E1"), event("error", "E1")), ("a", "h", "done"), ("a", "h")),
    Executed("end event", "escalation", on_scope(event("escalation", "X1"), event("escalation", "X1")), ("a", "h", "done"), ("a", "h")),
    Executed(
        "end event",
        "terminate ends its process with everything in it",
        draw(start() + PARALLEL + user("a", "b") + end("e", TERMINATE) + flow("s", "g", "a", "e") + flow("g", "b")),
        ("a b", "done"),
        ("a",),
    ),
    Executed(
        "end event",
        "terminate in a sub-process ends that sub-process alone",
        draw(
            start()
            + node(
                "subProcess",
                "x",
                start("xs") + PARALLEL + user("a", "b") + end("xe", TERMINATE) + flow("xs", "g", "a", "xe") + flow("g", "b"),
            )
            + user("z")
            + flow("s", "x", "z")
        ),
        ("a b", "z"),
        ("a",),
    ),
    Executed(
        "end event",
        "several definitions, what ends the scope last",
        beside(TERMINATE + event("signal", "S1"), event("signal", "S1")),
        ("a", "done"),
        ("a",),
    ),
    Executed(
        "end event",
        "none: the process goes on until no token is left",
        draw(start() + PARALLEL + user("a", "b") + end() + flow("s", "g", "a", "e") + flow("g", "b")),
        ("a b", "b", "done"),
        ("a", "b"),
    ),
    Executed("intermediate catching event", "message", caught(event("message", "M1")), ("", "u"), ("message m1",)),
    Executed("intermediate catching event", "signal", caught(event("signal", "S1")), ("", "u"), ("signal s1",)),
    Executed("intermediate catching event", "timer, duration", caught(event("timer", "PT2H")), ("", "", "u"), ("hours 1", "hours 2")),
    Executed("intermediate catching event", "timer, date", caught(event("date", "2026-03-02T12:00:00Z")), ("", "u"), ("hours 4",)),
    Executed("intermediate catching event", "timer, in working days", caught(event("timer", "workdays(1)")), ("", "u"), ("hours 48",)),
    Executed(
        "intermediate catching event",
        "conditional, when a variable of any branch makes it true",
        caught(event("conditional", "${n == 2}")),
        ("", "", "u"),
        (("set", {"n": 1}), ("set", {"n": 2})),
        stock="raises: a variable that is not there yet is an error",
    ),
    Executed("intermediate catching event", "link", linked(), ("u", "done"), ("u",), stock="stops: the token is lost at the link"),
    Executed("intermediate catching event", "several definitions, any", caught(SEVERAL), ("", "u"), ("signal s1",)),
    Executed(
        "intermediate catching event",
        "several definitions, all (parallelMultiple)",
        caught(SEVERAL, parallelMultiple="true"),
        ("", "", "u"),
        ("signal s1", "message m1"),
    ),
    Executed(
        "intermediate catching event",
        "eventDefinitionRef",
        draw(
            start() + node("intermediateCatchEvent", "c", "<eventDefinitionRef>D1</eventDefinitionRef>") + user("u") + flow("s", "c", "u"),
            declared=DECLARED + SHARED,
        ),
        ("", "u"),
        ("signal s1",),
        stock="differs: the reference is passed over, and nothing is awaited",
    ),
    Executed("intermediate throwing event", "none", thrown(""), ("u", "done"), ("u",)),
    Executed("intermediate throwing event", "message", thrown(event("message", "M1")), ("u",)),
    Executed("intermediate throwing event", "signal", thrown(event("signal", "S1")), ("u",)),
    Executed("intermediate throwing event", "several definitions", thrown(event("signal", "S1") + event("message", "M1")), ("u",)),
    Executed(
        "intermediate throwing event",
        "escalation, to the nearest scope that catches it",
        draw(
            start()
            + node(
                "subProcess",
                "x",
                start("xs") + node("intermediateThrowEvent", "t", event("escalation", "X1")) + user("a") + flow("xs", "t", "a"),
            )
            + boundary("b", "x", event("escalation", "X1"), interrupting=False)
            + user("h")
            + flow("s", "x")
            + flow("b", "h")
        ),
        ("a h",),
    ),
    Executed("boundary event", "message, interrupting", on_task(event("message", "M1"), interrupting=True), ("a", "h"), ("message m1",)),
    Executed(
        "boundary event",
        "message, not interrupting, again and again",
        on_task(event("message", "M1"), interrupting=False),
        ("a", "a h", "a h h"),
        ("message m1", "message m1"),
        stock="differs: it comes once",
    ),
    Executed("boundary event", "signal, interrupting", on_task(event("signal", "S1"), interrupting=True), ("a", "h"), ("signal s1",)),
    Executed(
        "boundary event",
        "signal, not interrupting, again and again",
        on_task(event("signal", "S1"), interrupting=False),
        ("a", "a h", "a h h"),
        ("signal s1", "signal s1"),
        stock="differs: it comes once",
    ),
    Executed("boundary event", "timer, interrupting", on_task(event("timer", "PT1H"), interrupting=True), ("a", "h"), ("hours 2",)),
    Executed("boundary event", "timer, not interrupting", on_task(event("timer", "PT1H"), interrupting=False), ("a", "a h"), ("hours 2",)),
    Executed(
        "boundary event",
        "timer, cycle: what was missed comes once",
        on_task(event("cycle", "R/PT1H"), interrupting=False),
        ("a", "a h", "a h h"),
        ("hours 1", "hours 10"),
    ),
    Executed(
        "boundary event",
        "conditional, interrupting",
        on_task(event("conditional", "${n > 1}"), interrupting=True),
        ("a", "a", "h"),
        (("set", {"n": 1}), ("set", {"n": 2})),
        stock="raises: a variable that is not there yet is an error",
    ),
    Executed(
        "boundary event",
        "conditional, not interrupting, whenever it becomes true",
        on_task(event("conditional", "${n > 1}"), interrupting=False),
        ("a", "a h", "a h", "a h h"),
        (("set", {"n": 2}), ("set", {"n": 0}), ("set", {"n": 3})),
        stock="raises: a variable that is not there yet is an error",
    ),
    Executed(
        "boundary event", "error by its code, before one for all", two_errors(None, "E1"), ("h2",), stock="differs: both events catch it"
    ),
    Executed("boundary event", "error of any code", on_scope(event("error"), event("error", "E1")), ("a", "h"), ("a",)),
    Executed(
        "boundary event",
        "error in a neighbour is none of its business",
        next_to_error(),
        ("h w",),
        stock="differs: the neighbour's event catches it",
    ),
    Executed(
        "boundary event",
        "escalation, not interrupting",
        on_scope(event("escalation", "X1"), event("escalation", "X1"), interrupting=False),
        ("a", "h z"),
        ("a",),
    ),
    Executed("boundary event", "several definitions, any", on_task(SEVERAL, interrupting=True), ("a", "h"), ("signal s1",)),
    Executed(
        "event sub-process",
        "message, interrupting, in a process",
        with_handler(event("message", "M1"), interrupting=True),
        ("a", "h", "done"),
        ("message m1", "h"),
        stock="differs: it does not interrupt",
    ),
    Executed(
        "event sub-process",
        "message, not interrupting, again and again",
        with_handler(event("message", "M1"), interrupting=False),
        ("a", "a h", "a h h"),
        ("message m1", "message m1"),
    ),
    Executed(
        "event sub-process",
        "signal, in a sub-process",
        inside(event("signal", "S1"), interrupting=True),
        ("a", "h", "z"),
        ("signal s1", "h"),
        stock="differs: the signal does not reach it",
    ),
    Executed("event sub-process", "timer", with_handler(event("timer", "PT1H"), interrupting=False), ("a", "a h"), ("hours 2",)),
    Executed(
        "event sub-process",
        "conditional",
        with_handler(event("conditional", "${n > 1}"), interrupting=False),
        ("a", "a h"),
        (("set", {"n": 2}),),
        stock="differs: it never starts",
    ),
    Executed(
        "event sub-process",
        "error",
        with_handler(event("error", "E1"), interrupting=True, ending=event("error", "E1")),
        ("a", "h", "done"),
        ("a", "h"),
        stock="differs: it runs at once when the process begins",
    ),
    Executed(
        "event sub-process",
        "escalation, not interrupting",
        with_handler(event("escalation", "X1"), interrupting=False, ending=event("escalation", "X1")),
        ("a", "h", "done"),
        ("a", "h"),
        stock="differs: it runs at once when the process begins",
    ),
    Executed(
        "event sub-process",
        "several definitions",
        with_handler(SEVERAL, interrupting=True),
        ("a", "h"),
        ("signal s1",),
        stock="differs: it does not interrupt",
    ),
]
