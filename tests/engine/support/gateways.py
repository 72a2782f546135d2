"""Rows about gateways and flows."""

from tests.engine.drawing import draw, end, event, flow, node, script, start, user
from tests.engine.support.rows import Executed


def gate(kind: str, *flows: str, **attributes: str) -> bytes:
    """A gateway `g` with flows to user tasks."""
    tasks = [name for name in "abc" if any(f'targetRef="{name}"' in one for one in flows)]
    return draw(start() + node(kind, "g", **attributes) + user(*tasks) + flow("s", "g") + "".join(flows))


def block(kind: str, *, default: bool = False) -> bytes:
    """Branches `a` and `b` between two gateways, and `z` behind them."""
    conditional = kind != "parallelGateway"
    branches = flow("g", "a", when="${n > 1}" if conditional else None) + flow("g", "b", when="${n > 2}" if conditional else None)
    body = start() + node(kind, "g") + node(kind, "j") + user("a", "b", "z") + end() + branches
    return draw(body + flow("s", "g") + flow("a", "j") + flow("b", "j") + flow("j", "z", "e"))


def waits(*definitions: str) -> bytes:
    """An event-based gateway with an event for each definition, and user tasks u0, u1 behind them."""
    catches = "".join(node("intermediateCatchEvent", f"c{k}", inner) for k, inner in enumerate(definitions))
    flows = "".join(flow("g", f"c{k}", f"u{k}") for k in range(len(definitions)))
    return draw(
        start() + node("eventBasedGateway", "g") + catches + user(*(f"u{k}" for k in range(len(definitions)))) + flow("s", "g") + flows
    )


def again() -> bytes:
    """A parallel block in a loop."""
    body = start() + node("exclusiveGateway", "m") + node("parallelGateway", "g") + node("parallelGateway", "j") + user("a", "b")
    body += node("exclusiveGateway", "x", default="fd") + end()
    flows = flow("s", "m", "g", "a", "j", "x") + flow("g", "b", "j") + flow("x", "m", when="${more}") + flow("x", "e", id="fd")
    return draw(body + flows)


def excess() -> bytes:
    """Two tokens on one flow into a parallel join: the second waits for its partner."""
    body = start() + node("parallelGateway", "g") + node("exclusiveGateway", "m") + node("parallelGateway", "j") + user("a", "b", "c", "z")
    return draw(body + flow("s", "g", "a", "m", "j", "z") + flow("g", "b", "m") + flow("g", "c", "j"))


def complex_join(condition: str) -> bytes:
    """Three branches and a complex gateway."""
    join = node("complexGateway", "j", f"<activationCondition><![CDATA[{condition}]]></activationCondition>")
    body = start() + node("parallelGateway", "g") + user("a", "b", "c", "z") + join + end() + flow("s", "g")
    return draw(body + "".join(flow("g", name, "j") for name in "abc") + flow("j", "z", "e"))


WAY_OUT = node("inclusiveGateway", "g") + node("inclusiveGateway", "j") + node("exclusiveGateway", "x", default="fd") + user("a", "b", "z")
BOTH = flow("g", "a", when="${n > 0}") + flow("g", "b", when="${n > 0}")
AWAY = flow("a", "x") + flow("x", "j", when="${n > 1}") + flow("x", "e2", id="fd")
LEAVES = draw(start() + WAY_OUT + end() + end("e2") + flow("s", "g") + BOTH + AWAY + flow("b", "j", "z", "e"))

ROWS = [
    Executed(
        "exclusive gateway",
        "the first flow whose condition holds, as drawn",
        gate("exclusiveGateway", flow("g", "a", when="${n > 2}"), flow("g", "b", when="${n > 1}"), flow("g", "c", when="${n > 0}")),
        ("b",),
        given={"n": 2},
    ),
    Executed(
        "exclusive gateway",
        "default flow",
        gate("exclusiveGateway", flow("g", "a", when="${n > 2}"), flow("g", "b", id="fd"), default="fd"),
        ("b",),
        given={"n": 2},
    ),
    Executed(
        "exclusive gateway",
        "a lone flow without condition is the default",
        gate("exclusiveGateway", flow("g", "b"), flow("g", "a", when="${n > 2}")),
        ("b",),
        given={"n": 2},
        warned=("default_assumed",),
        stock="refuses: a condition is asked for",
    ),
    Executed(
        "exclusive gateway",
        "no way out is an incident, and the token stays before it",
        gate("exclusiveGateway", flow("g", "a", when="${n > 2}"), flow("g", "b", when="${n > 3}")),
        ("incident no_path",),
        given={"n": 2},
        stock="raises: the instance is lost",
    ),
    Executed("parallel gateway", "split and join", block("parallelGateway"), ("a b", "b", "z"), ("a", "b")),
    Executed(
        "parallel gateway",
        "in a loop",
        again(),
        ("a b", "b", "a b", "a", "done"),
        ("a", ("b", {"more": True}), "b", ("a", {"more": False})),
        stock="differs: the join takes a branch of the round before as arrived",
    ),
    Executed(
        "parallel gateway",
        "tokens in excess wait for their partners",
        excess(),
        ("a b c", "b c", "b z", "z", "incident stuck"),
        ("a", "c", "b", "z"),
        stock="differs: the second token is lost",
        warned=("join_may_wait",),
    ),
    Executed(
        "inclusive gateway",
        "every flow whose condition holds, and a join that waits for as many",
        block("inclusiveGateway"),
        ("a b", "b", "z"),
        ("a", "b"),
        given={"n": 3},
    ),
    Executed("inclusive gateway", "one branch", block("inclusiveGateway"), ("a", "z"), ("a",), given={"n": 2}),
    Executed(
        "inclusive gateway", "a branch that leaves by another way is not waited for", LEAVES, ("a b", "a", "z"), ("b", "a"), given={"n": 1}
    ),
    Executed(
        "inclusive gateway",
        "a flow without condition is taken",
        gate("inclusiveGateway", flow("g", "a"), flow("g", "b", when="${n > 2}")),
        ("a",),
        given={"n": 2},
        stock="refuses: a condition is asked for",
    ),
    Executed(
        "event-based gateway",
        "the first event takes the token",
        waits(event("message", "M1"), event("signal", "S1")),
        ("", "u1"),
        ("signal s1",),
    ),
    Executed(
        "event-based gateway",
        "several timers, each with its own time",
        waits(event("timer", "PT2H"), event("timer", "PT1H")),
        ("", "u1"),
        ("hours 1.5",),
    ),
    Executed(
        "complex gateway",
        "activationCondition over activationCount; late tokens end there",
        complex_join("${activationCount >= 2}"),
        ("a b c", "b c", "c z", "z", "done"),
        ("a", "b", "c", "z"),
        warned=("complex_late",),
        stock="refuses: there is no parser for it",
    ),
    Executed(
        "complex gateway",
        "activationCondition over flows",
        complex_join("${f_a_j + f_b_j == 2}"),
        ("a b c", "a b", "b", "z"),
        ("c", "a", "b"),
        warned=("complex_late",),
        stock="refuses: there is no parser for it",
    ),
    Executed(
        "process",
        "without an end event: it ends when no token is left",
        draw(start() + user("a") + flow("s", "a")),
        ("a", "done"),
        ("a",),
        stock="stops: nothing is open and nothing is over",
        ends_missing=True,
    ),
    Executed(
        "process",
        "automatic elements run in one step, branch by branch",
        draw(start() + script("k", "n = 1") + script("m", "n = n + 1") + flow("s", "k", "m")),
        ("done",),
        leaves={"n": 2},
    ),
]
