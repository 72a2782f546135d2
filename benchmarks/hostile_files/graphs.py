"""Diagrams that were made to hurt whoever walks them."""

from collections.abc import Iterator

from benchmarks.hostile_files.pieces import END, HEAD, START, TAIL, TASK, Files, Shape, around, flow, named, process


def chain(length: int) -> Files:
    """Automatic tasks one behind the other."""
    tasks = [f'<bpmn:task id="t{n}"/>' for n in range(length)]
    flows = [flow(f"f{n}", f"t{n}", f"t{n + 1}") for n in range(length - 1)]
    return process(START, END, *tasks, *flows, flow("a", "start", "t0"), flow("z", f"t{length - 1}", "end"))


def long_chain() -> Files:
    """20,000 automatic elements."""
    return chain(20_000)


def largest_chain() -> Files:
    """The longest chain that is let through: more than one step may run."""
    return chain(1_990)


def fan(kind: str, count: int, condition: str = "") -> Files:
    """One gateway with very many flows to one task."""
    flows = [flow(f"f{n}", "g", "it", condition) for n in range(count)]
    return around(TASK, f'<bpmn:{kind}Gateway id="g"/>', flow("to", "start", "g"), *flows)


def clique(kind: str, count: int) -> Files:
    """Gateways each of which leads to every other."""
    gates = [f'<bpmn:{kind}Gateway id="g{n}"/>' for n in range(count)]
    flows = [flow(f"f{a}_{b}", f"g{a}", f"g{b}", "${x}") for a in range(count) for b in range(count) if a != b]
    return process(START, END, *gates, *flows, flow("a", "start", "g0"), flow("z", f"g{count - 1}", "end", "${x}"))


def ladder(kind: str, width: int, rows: int) -> Files:
    """Rows of gateways, each of which leads to all of the next row."""
    gates = [f'<bpmn:{kind}Gateway id="g{r}_{c}"/>' for r in range(rows) for c in range(width)]
    flows = [flow(f"f{r}_{a}_{b}", f"g{r}_{a}", f"g{r + 1}_{b}") for r in range(rows - 1) for a in range(width) for b in range(width)]
    begin = [flow(f"a{c}", "start", f"g0_{c}") for c in range(width)]
    end = [flow(f"z{c}", f"g{rows - 1}_{c}", "end") for c in range(width)]
    return process(START, END, *gates, *flows, *begin, *end)


def diamonds(kind: str, count: int) -> Files:
    """Splits and joins one behind the other: two to the power of their number paths."""
    parts: list[str] = []
    for n in range(count):
        parts += [
            f'<bpmn:{kind}Gateway id="s{n}"/>',
            f'<bpmn:{kind}Gateway id="j{n}"/>',
            f'<bpmn:task id="a{n}"/>',
            f'<bpmn:task id="b{n}"/>',
        ]
        parts += [flow(f"1_{n}", f"s{n}", f"a{n}"), flow(f"2_{n}", f"s{n}", f"b{n}"), flow(f"3_{n}", f"a{n}", f"j{n}")]
        parts += [flow(f"4_{n}", f"b{n}", f"j{n}"), flow(f"5_{n}", f"j{n}", f"s{n + 1}" if n + 1 < count else "end")]
    return process(
        START,
        END,
        *(part.replace('id="', 'id="x', 1) if part[:18] == "<bpmn:sequenceFlow" else part for part in parts),
        flow("a", "start", "s0"),
    )


def cycles_in_cycles(count: int) -> Files:
    """A chain of choices each of which leads back to every one before."""
    gates = [f'<bpmn:exclusiveGateway id="g{n}" default="d{n}"/>' for n in range(count)]
    onward = [flow(f"d{n}", f"g{n}", f"g{n + 1}" if n + 1 < count else "end") for n in range(count)]
    back = [flow(f"b{a}_{b}", f"g{a}", f"g{b}", "${x > 1}") for a in range(count) for b in range(a)]
    return process(START, END, *gates, *onward, *back, flow("a", "start", "g0"))


def boundary_events(count: int) -> Files:
    """Very many boundary events on one task."""
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>"
    events = [f'<bpmn:boundaryEvent id="b{n}" attachedToRef="it" cancelActivity="false">{timer}</bpmn:boundaryEvent>' for n in range(count)]
    return around(TASK, *events, *(flow(f"f{n}", f"b{n}", "end") for n in range(count)))


def parallel_writers(count: int) -> Files:
    """Very many branches that all set the same variable."""
    tasks = [f'<bpmn:scriptTask id="t{n}"><bpmn:script>x = {n}</bpmn:script></bpmn:scriptTask>' for n in range(count)]
    flows = [line for n in range(count) for line in (flow(f"a{n}", "g", f"t{n}"), flow(f"b{n}", f"t{n}", "j"))]
    gates = ['<bpmn:parallelGateway id="g"/>', '<bpmn:parallelGateway id="j"/>', flow("x", "start", "g"), flow("y", "j", "end")]
    return process(START, END, *tasks, *flows, *gates)


def lanes() -> Files:
    """A lane that names tens of thousands of elements, and lanes within lanes."""
    references = "<bpmn:flowNodeRef>it</bpmn:flowNodeRef>" * 50_000
    nested = '<bpmn:lane id="l"><bpmn:childLaneSet>' * 80 + "</bpmn:childLaneSet></bpmn:lane>" * 80
    return around(TASK, f'<bpmn:laneSet id="ls"><bpmn:lane id="l0" name="财政局">{references}</bpmn:lane>{nested}</bpmn:laneSet>')


def lanes_each(count: int) -> Files:
    """As many lanes as there are user tasks, each with its own name."""
    tasks = [f'<bpmn:userTask id="t{n}"/>' for n in range(count)]
    flows = [flow(f"f{n}", "start", f"t{n}") for n in range(count)]
    drawn = "".join(f'<bpmn:lane id="l{n}" name="组{n}"><bpmn:flowNodeRef>t{n}</bpmn:flowNodeRef></bpmn:lane>' for n in range(count))
    return process(START, *tasks, *flows, f'<bpmn:laneSet id="ls">{drawn}</bpmn:laneSet>')


def candidates(count: int) -> Files:
    """A task for tens of thousands of groups that nobody holds."""
    groups = ",".join(f"组{n}" for n in range(count))
    return around(f'<bpmn:userTask id="it" camunda:candidateGroups="{groups}"/>')


def candidates_everywhere() -> Files:
    """Many tasks with many groups each."""
    groups = [",".join(f"组{n}_{m}" for m in range(60)) for n in range(1_900)]
    tasks = [f'<bpmn:userTask id="t{n}" camunda:candidateGroups="{names}"/>' for n, names in enumerate(groups)]
    return process(START, *tasks, *(flow(f"f{n}", "start", f"t{n}") for n in range(1_900)))


def links() -> Files:
    """Link events that all have one name."""
    link = '<bpmn:linkEventDefinition name="on"/>'
    throws = [f'<bpmn:intermediateThrowEvent id="t{n}">{link}</bpmn:intermediateThrowEvent>' for n in range(900)]
    catches = [f'<bpmn:intermediateCatchEvent id="c{n}">{link}</bpmn:intermediateCatchEvent>' for n in range(900)]
    return process(START, END, *throws, *catches, *(flow(f"f{n}", "start", f"t{n}") for n in range(900)))


def subprocesses_with_an_association() -> Files:
    """Very many sub-processes in a file that also compensates, and is long."""
    inner = "".join(
        f'<bpmn:subProcess id="s{n}"><bpmn:task id="t{n}"/></bpmn:subProcess>{flow(f"f{n}", "start", f"s{n}")}' for n in range(900)
    )
    compensation = (
        '<bpmn:boundaryEvent id="b" attachedToRef="s1"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent><bpmn:task id="undo"/>'
    )
    long = "<!-- -->" * 300_000
    return process(START, inner, compensation, '<bpmn:association id="as" sourceRef="b" targetRef="undo"/>', long)


def call_circle(count: int) -> Files:
    """Processes that all call each other."""

    def one(key: int) -> str:
        calls = "".join(f'<bpmn:callActivity id="c{key}_{n}" calledElement="p{n}"/>' for n in range(count))
        return f'<bpmn:process id="p{key}" isExecutable="true"><bpmn:startEvent id="s{key}"/>{calls}</bpmn:process>'

    return {"a.bpmn": f"{HEAD}{''.join(map(one, range(count)))}{TAIL}".encode()}


def call_ladder(count: int) -> Files:
    """Processes that call the next one twice: two to the power of their number paths, and no circle."""

    def one(key: int) -> str:
        called = f"p{min(key + 1, count - 1)}" if key + 1 < count else ""
        calls = "".join(
            f'<bpmn:callActivity id="c{key}_{n}" calledElement="{called}"/>{flow(f"f{key}_{n}", f"s{key}", f"c{key}_{n}")}' for n in (1, 2)
        )
        return f'<bpmn:process id="p{key}" isExecutable="true"><bpmn:startEvent id="s{key}"/>{calls if called else ""}</bpmn:process>'

    return {"a.bpmn": f"{HEAD}{''.join(map(one, range(count)))}{TAIL}".encode()}


def many_processes(count: int) -> Files:
    """Very many processes in one file."""
    one = '<bpmn:process id="p{0}" isExecutable="true"><bpmn:startEvent id="s{0}"/></bpmn:process>'
    return {"a.bpmn": f"{HEAD}{''.join(one.format(n) for n in range(count))}{TAIL}".encode()}


def many_signals() -> Files:
    """Processes that start each other by signals, all to all."""
    beside = "".join(f'<bpmn:signal id="s{n}" name="s{n}"/>' for n in range(40))
    throws = "".join(
        f'<bpmn:endEvent id="e{{0}}_{n}"><bpmn:signalEventDefinition signalRef="s{n}"/></bpmn:endEvent>'
        f'<bpmn:sequenceFlow id="f{{0}}_{n}" sourceRef="b{{0}}" targetRef="e{{0}}_{n}"/>'
        for n in range(40)
    )
    one = (
        '<bpmn:process id="p{0}" isExecutable="true"><bpmn:startEvent id="b{0}"><bpmn:signalEventDefinition signalRef="s{0}"/>'
        "</bpmn:startEvent>" + throws + "</bpmn:process>"
    )
    return {"a.bpmn": f"{HEAD}{beside}{''.join(one.format(n) for n in range(40))}{TAIL}".encode()}


_PLAIN: tuple[Shape, ...] = (
    long_chain,
    largest_chain,
    lanes,
    links,
    subprocesses_with_an_association,
    candidates_everywhere,
    many_signals,
)


def shapes() -> Iterator[tuple[str, Shape]]:
    """All shapes of this kind by name."""
    yield from named(_PLAIN)
    for kind in ("exclusive", "parallel", "inclusive", "complex", "eventBased"):
        yield f"50,000 flows out of one {kind} gateway", lambda kind=kind: fan(kind, 50_000, "${x > 1}" if kind == "inclusive" else "")
        yield f"3,900 flows out of one {kind} gateway", lambda kind=kind: fan(kind, 3_900)
        yield f"60 {kind} gateways, all to all", lambda kind=kind: clique(kind, 60)
        yield f"ladder of 14 x 14 {kind} gateways", lambda kind=kind: ladder(kind, 14, 14)
        yield f"200 diamonds of {kind} gateways", lambda kind=kind: diamonds(kind, 200)
        yield f"40 diamonds of {kind} gateways", lambda kind=kind: diamonds(kind, 40)
    yield "60 choices leading back to all before", lambda: cycles_in_cycles(60)
    yield "19 choices leading back to all before", lambda: cycles_in_cycles(19)
    yield "5,000 boundary events", lambda: boundary_events(5_000)
    yield "1,900 boundary events", lambda: boundary_events(1_900)
    yield "190 boundary events", lambda: boundary_events(190)
    yield "900 parallel writers", lambda: parallel_writers(900)
    yield "190 parallel writers", lambda: parallel_writers(190)
    yield "1,900 lanes", lambda: lanes_each(1_900)
    yield "30,000 candidate groups", lambda: candidates(30_000)
    yield "9,000 candidate groups", lambda: candidates(9_000)
    yield "40 processes that call each other", lambda: call_circle(40)
    yield "120 processes that call each other", lambda: call_circle(120)
    yield "14 processes, each calling the next twice", lambda: call_ladder(14)
    yield "200 processes, each calling the next twice", lambda: call_ladder(200)
    yield "20,000 processes", lambda: many_processes(20_000)
    yield "1,900 processes", lambda: many_processes(1_900)
