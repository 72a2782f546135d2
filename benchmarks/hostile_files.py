"""Files that were made to hurt whoever reads them: each a name and the files of a deployment, none larger than the gate accepts."""

import io
import json
import stat
import warnings
import zipfile
from collections.abc import Callable, Iterator

Files = dict[str, bytes]
MEGABYTE = 1024 * 1024
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:flowable="http://flowable.org/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="hostile">\n'
)
TAIL = "</bpmn:definitions>"
START, END = '<bpmn:startEvent id="start"/>', '<bpmn:endEvent id="end"/>'
#: a thousand, which the gate cannot know
COMPUTED = "${500 + 500}"
TASK = '<bpmn:userTask id="it" camunda:assignee="wang"/>'


def process(*elements: str, beside: str = "") -> Files:
    """One file with one process of these elements."""
    inside = "\n".join(elements)
    return {"a.bpmn": f'{HEAD}{beside}<bpmn:process id="p" name="p" isExecutable="true">\n{inside}\n</bpmn:process>{TAIL}'.encode()}


def flow(identity: str, source: str, target: str, condition: str = "") -> str:
    """A sequence flow."""
    inside = f"<bpmn:conditionExpression><![CDATA[{condition}]]></bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'


def around(element: str, *more: str, beside: str = "") -> Files:
    """A start, one element with the id `it`, and an end."""
    return process(START, element, END, flow("in", "start", "it"), flow("out", "it", "end"), *more, beside=beside)


def _repeated(text: str, size: int) -> str:
    return text * (size // len(text))


def _attributes(name: str, count: int) -> str:
    return " ".join(f'{name.format(number)}="u{number}"' for number in range(count))


# --- bytes and XML


def _with_prolog(prolog: str) -> Files:
    return {"a.bpmn": around(TASK)["a.bpmn"].replace(b"<bpmn:definitions", prolog.encode() + b"<bpmn:definitions", 1)}


def entity_bomb() -> Files:
    """A billion laughs."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    return _with_prolog(f"<!DOCTYPE x [{entities}]>")


def quadratic_entities() -> Files:
    """One long entity, meant to be named very often."""
    return _with_prolog(f'<!DOCTYPE x [<!ENTITY e "{"a" * 100_000}">]>')


def outside_doctype() -> Files:
    """A document type that lies elsewhere, with a parameter entity."""
    return _with_prolog('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY % p SYSTEM "file:///dev/zero"> %p;]>')


def doctype_behind_comments() -> Files:
    """A document type behind megabytes of comments and instructions."""
    return _with_prolog(_repeated("<!-- - -><?a ?>", 2 * MEGABYTE) + "--><!DOCTYPE x>")


def open_comment_prolog() -> Files:
    """Comments before the root, the last of which never closes."""
    return _with_prolog("<!--x-->" * 200_000 + "<!-- ")


def many_instructions() -> Files:
    """Processing instructions everywhere."""
    return around(TASK.replace("/>", ">" + _repeated("<?a b?>", 4 * MEGABYTE) + "</bpmn:userTask>"))


def spaces_before_root() -> Files:
    """Megabytes of white space before the declaration."""
    return {"a.bpmn": b" \n" * (2 * MEGABYTE) + around(TASK)["a.bpmn"]}


def unclosed_declaration() -> Files:
    """A declaration that does not end."""
    return {"a.bpmn": b"<?xml " + b"a='b' " * 700_000}


def deep_nesting() -> Files:
    """Elements within elements, nothing else."""
    return {"a.bpmn": (HEAD + "<a>" * 700_000).encode()}


def deep_subprocesses() -> Files:
    """Sub-processes within sub-processes as deep as the reader lets them be."""
    inside = '<bpmn:task id="t"/>'
    for n in range(190):
        inside = f'<bpmn:subProcess id="{"it" if n == 189 else f"s{n}"}">{inside}</bpmn:subProcess>'
    return around(inside)


def hundred_thousand_elements() -> Files:
    """Very many tasks."""
    return process(START, *(f'<bpmn:task id="t{n}"/>' for n in range(100_000)))


def many_tiny_elements() -> Files:
    """As many elements as five megabytes hold."""
    return {"a.bpmn": (HEAD + "<a/>" * 1_200_000 + TAIL).encode()}


def extension_elements() -> Files:
    """Just under the number of elements that are let through, all of them vendors' additions."""
    inside = "<camunda:properties>" + '<camunda:property name="a" value="b"/>' * 59_000 + "</camunda:properties>"
    return around(f'<bpmn:userTask id="it"><bpmn:extensionElements>{inside}</bpmn:extensionElements></bpmn:userTask>')


def unknown_elements() -> Files:
    """Elements that no standard knows, each a finding."""
    return process(START, *("<bpmn:nonsense/>" for _ in range(59_000)))


def giant_attribute() -> Files:
    """A name of four megabytes."""
    return around(f'<bpmn:userTask id="it" name="{"名" * (4 * MEGABYTE // 3)}"/>')


def many_attributes() -> Files:
    """Hundreds of thousands of attributes on one element."""
    return around(f'<bpmn:userTask id="it" {_attributes("a{0}", 300_000)}/>')


def attributes_everywhere() -> Files:
    """As many attributes as are let through, on very many elements."""
    some = _attributes("a{0}", 90)
    return process(START, *(f'<bpmn:task id="t{n}" {some}/>' for n in range(5_500)))


def many_namespaces() -> Files:
    """Prefixes declared by the hundred thousand."""
    return around(f'<bpmn:userTask id="it" {_attributes("xmlns:n{0}", 200_000)}/>')


def namespaces_again() -> Files:
    """The prefix of BPMN means something else inside, and the standard prefix is declared anew on every element."""
    inner = '<bpmn:userTask xmlns:bpmn="other" id="it"/>'
    return process(
        START, END, inner, *(f'<b:task xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" id="t{n}"/>' for n in range(20_000))
    )


def giant_documentation() -> Files:
    """Four megabytes of documentation."""
    return around(f'<bpmn:userTask id="it"><bpmn:documentation>{"字" * MEGABYTE}</bpmn:documentation></bpmn:userTask>')


def cdata_sections() -> Files:
    """A condition in hundreds of thousands of CDATA sections."""
    condition = "<![CDATA[a]]>" * 300_000
    return process(
        START, END, flow("f", "start", "end").replace("></", f"><bpmn:conditionExpression>{condition}</bpmn:conditionExpression></")
    )


def xincludes() -> Files:
    """Includes of files and addresses."""
    one = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    return around(TASK, *[one] * 20_000)


def nul() -> Files:
    """NUL bytes at the end of megabytes of lines."""
    return {"a.bpmn": around(TASK)["a.bpmn"] + b"\n" * (4 * MEGABYTE) + b"\x00"}


def utf_16() -> Files:
    """A long diagram in UTF-16."""
    text = next(iter(chain(1_900).values())).decode().replace("UTF-8", "UTF-16")
    return {"a.bpmn": text.encode("utf-16")}


def utf_32() -> Files:
    """A diagram in UTF-32."""
    return {"a.bpmn": next(iter(around(TASK).values())).decode().encode("utf-32")}


def utf_7() -> Files:
    """A declared encoding that hides signs."""
    return {"a.bpmn": next(iter(around(TASK).values())).decode().replace("UTF-8", "UTF-7").encode("utf-7")}


def wrong_encoding() -> Files:
    """GBK bytes that say they are UTF-8, after megabytes of good ones."""
    return {"a.bpmn": HEAD.encode() + b"\n" * (4 * MEGABYTE) + "办结".encode("gbk")}


def double_mark() -> Files:
    """Two byte order marks."""
    return {"a.bpmn": b"\xef\xbb\xbf" * 2 + next(iter(around(TASK).values()))}


def odd_ids() -> Files:
    """Ids with every sign that some other language minds."""
    signs = "&lt;script&gt;;'`${x}../%00\u202e\U0001f4a5"
    return process(START, END, *(f'<bpmn:task id="t{n}{signs}"/>' for n in range(2_000)))


def equal_ids() -> Files:
    """The same id on everything."""
    return process(*['<bpmn:task id="t"/>'] * 50_000)


def flows_without_ids() -> Files:
    """Flows without id, all between the same two nodes."""
    one = '<bpmn:sequenceFlow sourceRef="start" targetRef="end"/>'
    return process(START, END, *[one] * 50_000)


# --- graphs


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


# --- expressions, times, forms, decisions


def conditions(condition: str, count: int = 1) -> Files:
    """Choices with this condition on every flow."""
    flows = [flow(f"c{n}", "g", "end", condition.replace("@", str(n))) for n in range(count)]
    return process(START, END, '<bpmn:exclusiveGateway id="g" default="d"/>', flow("a", "start", "g"), flow("d", "g", "end"), *flows)


def five_megabytes_of_expressions() -> Files:
    """Long and valid conditions, as many as there is room for."""
    return conditions("${" + " && ".join(f"a{n}@ > {n}" for n in range(230)) + "}", 1_500)


def bad_expressions() -> Files:
    """Thousands of conditions each of which is wrong in its own way."""
    return conditions("${a@ ? (b : }", 3_000)


def long_names() -> Files:
    """Thousands of different variables that nothing sets, alike enough to be compared with each other."""
    return conditions("${" + " && ".join(f"abcdefgh{n}ij@kl" for n in range(60)) + "}", 1_900)


def scripts() -> Files:
    """A script of as many lines as an expression may be long."""
    lines = "\n".join(f"x{n} = x{n - 1} + 1" if n else "x0 = 1" for n in range(220))
    return around(f'<bpmn:scriptTask id="it"><bpmn:script>{lines}</bpmn:script></bpmn:scriptTask>')


def foreign_script(text: str) -> Files:
    """A script in JavaScript."""
    return around(f'<bpmn:scriptTask id="it" scriptFormat="javascript"><bpmn:script><![CDATA[{text}]]></bpmn:script></bpmn:scriptTask>')


def doubling_script() -> Files:
    """A text that doubles with every round of a loop that never ends."""
    script = '<bpmn:scriptTask id="it"><bpmn:script>s = s + s</bpmn:script></bpmn:scriptTask>'
    first = '<bpmn:scriptTask id="first"><bpmn:script>s = "xxxxxxxxxx"</bpmn:script></bpmn:scriptTask>'
    gate = '<bpmn:exclusiveGateway id="g" default="back"/>'
    flows = [
        flow("1", "start", "first"),
        flow("2", "first", "it"),
        flow("3", "it", "g"),
        flow("back", "g", "it"),
        flow("4", "g", "end", "${s == 'x'}"),
    ]
    return process(START, END, first, script, gate, *(one.replace('id="', 'id="f', 1) if 'id="back"' not in one else one for one in flows))


def growing_list() -> Files:
    """A list that doubles with every round."""
    files = doubling_script()
    return {
        name: content.replace(b'"xxxxxxxxxx"', b"[1, 2, 3, 4, 5, 6, 7, 8]").replace(b"s == 'x'", b"s == 1")
        for name, content in files.items()
    }


def heavy_expression(text: str) -> Files:
    """An expression that computes as much as it can."""
    return around(f'<bpmn:scriptTask id="it"><bpmn:script><![CDATA[x = {text}]]></bpmn:script></bpmn:scriptTask>')


def timers(text: str, kind: str = "timeCycle") -> Files:
    """A timer with this time."""
    inside = f"<bpmn:timerEventDefinition><bpmn:{kind}><![CDATA[{text}]]></bpmn:{kind}></bpmn:timerEventDefinition>"
    return around(f'<bpmn:intermediateCatchEvent id="it">{inside}</bpmn:intermediateCatchEvent>')


def many_instances(count: str, depth: int) -> Files:
    """Multi-instances within multi-instances, all automatic."""
    many = f"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>{count}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    inside = f'<bpmn:task id="t">{many}</bpmn:task>'
    for n in range(depth):
        inside = f'<bpmn:subProcess id="{"it" if n == depth - 1 else f"s{n}"}">{many}{inside}</bpmn:subProcess>'
    return around(inside)


def waiting_instances() -> Files:
    """A thousand sub-processes with a thousand user tasks each."""
    files = many_instances(COMPUTED, 1)
    return {
        "a.bpmn": files["a.bpmn"].replace(b'<bpmn:task id="t">', b'<bpmn:userTask id="t">').replace(b"</bpmn:task>", b"</bpmn:userTask>")
    }


def tokens_that_multiply() -> Files:
    """A task with two flows back to itself: twice the tokens in every round."""
    gate = '<bpmn:exclusiveGateway id="g" default="on"/>'
    flows = [flow("1", "start", "it"), flow("2", "it", "g"), flow("3", "it", "g"), flow("on", "g", "it"), flow("4", "g", "end", "${1 > 2}")]
    return process(
        START, END, '<bpmn:task id="it"/>', gate, *(one.replace('id="', 'id="f', 1) if 'id="on"' not in one else one for one in flows)
    )


def itself_called() -> Files:
    """A process that calls itself by a computed name."""
    return around('<bpmn:callActivity id="it" calledElement="${\'p\'}"/>')


def form(components: list[dict[str, object]]) -> Files:
    """A diagram with one form."""
    document = {"schema": 1, "id": "f", "title": "f", "components": components}
    return {**around('<bpmn:userTask id="it" camunda:formKey="f"/>'), "forms/f.json": json.dumps(document).encode()}


def deep_form() -> Files:
    """Groups within groups."""
    document = '{"schema":1,"id":"f","components":[' + '{"type":"group","components":[' * 100_000 + "]}" * 100_000 + "]}"
    return {**around(TASK), "forms/f.json": document.encode()}


def patterns() -> Files:
    """Patterns that take for ever on the wrong text, with such a text as the value to begin with."""
    rules = ["(a+)+$", "(a|aa)+$", "(.*a){30}", "([a-z]+)*x", "^(([a-z])+.)+[A-Z]([a-z])+$", "(?:a?){40}a{40}"]
    fields = [
        {"type": "textfield", "key": f"k{n}", "label": "x", "defaultValue": "a" * 60 + "!", "validate": {"pattern": rule}}
        for n, rule in enumerate(rules)
    ]
    return form([dict(field) for field in fields])


def wide_form() -> Files:
    """Tens of thousands of fields with conditions."""
    return form([{"type": "textfield", "key": f"k{n}", "label": "x", "conditional": {"hide": f"=k{n + 1} > 1"}} for n in range(40_000)])


def deep_json() -> Files:
    """Lists within lists."""
    return {**around(TASK), "forms/f.json": b"[" * 4_000_000}


def huge_number() -> Files:
    """A number of a million digits."""
    return {**around(TASK), "forms/f.json": b'{"id":"f","components":[],"n":' + b"9" * 4_000_000 + b"}"}


def deep_toml() -> Files:
    """Tables within tables."""
    return {**around(TASK), "process.toml": b"a = " + b"[" * 100_000 + b"]" * 100_000}


def long_toml() -> Files:
    """Tens of thousands of unknown settings, and mappings that nothing needs."""
    lines = [f"k{n} = 1" for n in range(20_000)] + ["[services]"] + [f'"s{n}" = {{nothing = true}}' for n in range(20_000)]
    return {**around(TASK), "process.toml": "\n".join(lines).encode()}


def decision_table(rows: int, columns: int, cell: str = "[1..5]") -> Files:
    """A decision table of so many rows and columns, whose rules all overlap."""
    inputs = "".join(
        f'<input id="i{n}"><inputExpression id="ie{n}" typeRef="number"><text>x{n}</text></inputExpression></input>' for n in range(columns)
    )
    cells = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for _ in range(columns))
    rules = "".join(f'<rule id="r{n}">{cells}<outputEntry><text>{n}</text></outputEntry></rule>'.replace("@", str(n)) for n in range(rows))
    table = f'<decisionTable id="t" hitPolicy="UNIQUE">{inputs}<output id="o" name="o" typeRef="number"/>{rules}</decisionTable>'
    dmn = f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n"><decision id="dd" name="dd">{table}</decision></definitions>'
    return {**around(TASK), "d.dmn": dmn.encode()}


def decision_graph(count: int) -> Files:
    """Decisions each of which needs all before it."""

    def one(number: int) -> str:
        needs = "".join(f'<informationRequirement><requiredDecision href="#d{n}"/></informationRequirement>' for n in range(number))
        text = " + ".join(f"d{n}" for n in range(min(number, 2))) or "1"
        return f'<decision id="d{number}" name="d{number}">{needs}<literalExpression><text>{text}</text></literalExpression></decision>'

    inside = "".join(map(one, range(count)))
    return {
        **around(TASK),
        "d.dmn": f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">{inside}</definitions>'.encode(),
    }


# --- archives


def archive(entries: list[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    """A zip of these entries."""
    held = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as opened:
        warnings.simplefilter("ignore")
        for name, content in entries:
            opened.writestr(name, content)
    return held.getvalue()


def _linked() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("process.bpmn")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


def _lying(content: bytes) -> bytes:
    """An archive whose directory says that its entry is small."""
    made = archive([("a.bpmn", content)])
    size = len(content).to_bytes(4, "little")
    return made.replace(size, (100).to_bytes(4, "little"))


def archives() -> Iterator[tuple[str, bytes]]:
    """Archives for the door of deployments."""
    good = around(TASK)["a.bpmn"]
    yield "zip: bomb of 1 GB", archive([("a.bpmn", b"\x00" * (1024 * MEGABYTE))])
    yield "zip: 200 entries of 5 MB", archive([(f"{n}.bpmn", b" " * (5 * MEGABYTE)) for n in range(40)] * 5)
    yield "zip: 60,000 entries", archive([(f"f/{n}.bpmn", b"") for n in range(60_000)])
    yield "zip: lies about sizes", _lying(b"a" * (3 * MEGABYTE + 12_345))
    yield "zip: within a zip", archive([("a.bpmn", archive([("a.bpmn", good)]))])
    yield "zip: symbolic link", archive([(_linked(), b"/etc/passwd")])
    for title, name in (("absolute path", "/etc/cron.d/x"), ("leaves its folder", "../../x.bpmn"), ("drive", "C:\\x.bpmn")):
        yield f"zip: {title}", archive([(name, good), ("process.bpmn", good)])
    yield "zip: NUL and controls in names", archive([("a\x01b\x7f.bpmn", good), ("\u202enpbm.bpmn", good)])
    yield "zip: one name twice", archive([("a.bpmn", good), ("A.bpmn", good)]).replace(b"A.bpmn", b"a.bpmn")
    yield "zip: very long name", archive([("n" * 60_000 + ".bpmn", good)])
    yield "zip: cut off", archive([("a.bpmn", good)])[:-30]
    yield "zip: encrypted flag", archive([("a.bpmn", good)]).replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00")


Shape = Callable[[], Files]


def shapes() -> Iterator[tuple[str, Shape]]:
    """All shapes by name, the plain functions first and then those with their numbers."""
    plain: list[Shape] = [
        entity_bomb, quadratic_entities, outside_doctype, doctype_behind_comments, open_comment_prolog, many_instructions, spaces_before_root,
        unclosed_declaration, deep_nesting, deep_subprocesses, hundred_thousand_elements, many_tiny_elements, extension_elements,
        unknown_elements, giant_attribute, many_attributes, attributes_everywhere, many_namespaces, namespaces_again, giant_documentation,
        cdata_sections, xincludes, nul, utf_16, utf_32, utf_7, wrong_encoding, double_mark, odd_ids, equal_ids, flows_without_ids,
        long_chain, largest_chain, lanes, links, subprocesses_with_an_association, candidates_everywhere, many_signals, five_megabytes_of_expressions, bad_expressions,
        long_names, scripts, doubling_script, growing_list, waiting_instances, tokens_that_multiply, itself_called, deep_form, patterns,
        wide_form, deep_json, huge_number, deep_toml, long_toml,
    ]  # fmt: skip
    for shape in plain:
        yield shape.__name__.replace("_", " "), shape
    yield from _graphs()
    yield from _texts()


def _graphs() -> Iterator[tuple[str, Shape]]:
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


_TEXTS = {
    "nested brackets": "${" + "(" * 1_900 + "1" + ")" * 1_900 + "}",
    "nested conditionals": "${" + "a ? b : " * 400 + "c}",
    "nested nots": "${" + "!" * 3_900 + "a}",
    "powers": "${" + "**".join("9" * 9) + " > 1}",
    "long number": "${" + "9" * 3_900 + " > 1}",
    "exponent": "${1e999999999 > 1}",
    "regular expression": "${matches('" + "a" * 50 + "!', '(a+)+$')}",
    "feel regular expression": '=matches("' + "a" * 50 + '!", "(a+)+$")',
    "feel ranges": "=count(for a in 1..100000, b in 1..100000 return a) > 1",
    "open quote": "${'" + "a" * 3_900,
    "open brace": "${" + "{" * 3_900,
    "many templates": "${a}" * 990,
    "backslashes": "${'" + "\\" * 3_900 + "'}",
    "zero width": "${a\u200b\u202eb > 1}",
    "surrogate pairs": "${" + "\U0001d7d9" * 900 + "}",
}
_SUMS = {
    "lists multiplied": "[1] * 100000000",
    "text multiplied": "'x' * 100000000",
    "comprehensions in comprehensions": "[[a for a in range(1000)] for b in range(1000)]",
    "six loops": "sum([1 for a in range(99) for b in range(99) for c in range(99) for d in range(99) for e in range(99)])",
    "power of powers": "9 ** 9 ** 9 ** 9",
    "replace that grows": ".".join(["'aaaaaaaaaa'", *["replace('a', 'aaaaaaaaaa')"] * 12]),
    "split and join": "join(split('" + "a," * 1_500 + "', ','), '" + "b" * 700 + "')",
    "large powers": "2 ** 100000000",
    "long division": "1 / 3 ** 200",
}
_TIMES = {
    "cron of everything": "*/1 */1 */1 */1 */1 ? */1",
    "cron that never comes": "0 0 0 31 2 ? 2099",
    "cron of long lists": "0 " + ",".join(str(n % 60) for n in range(900)) + " * * * ?",
    "cron with huge steps": "0/999999999999 0/99999999999 * * * ?",
    "many repetitions": "R99999999999999999999/PT0.000000001S",
    "no pause": "R/PT0S",
    "long duration": "P" + "9" * 900 + "Y",
    "digits": "R3/" + "PT" + "1H" * 900,
    "year 9999": "R/9999-12-31T23:59:59Z/P1D",
    "signs that could be a date": "2026-" * 700,
}


def _texts() -> Iterator[tuple[str, Shape]]:
    for title, text in _TEXTS.items():
        yield f"condition: {title}", lambda text=text: conditions(text)
        yield f"1,000 times: {title}", lambda text=text: conditions(text, 1_000)
    for title, text in _SUMS.items():
        yield f"script: {title}", lambda text=text: heavy_expression(text)
    for title, text in _TIMES.items():
        for kind in ("timeCycle", "timeDuration", "timeDate"):
            yield f"{kind}: {title}", lambda text=text, kind=kind: timers(text, kind)
    yield "foreign script: nested braces", lambda: foreign_script("{" * 3_900)
    yield "foreign script: long", lambda: foreign_script("var a = 1;\n" * 80_000)
    yield "foreign script: open comment", lambda: foreign_script("/*" * 40_000)
    yield "foreign script: blanks", lambda: foreign_script(" " * 90_000 + "x")
    yield "1,000 instances of 1,000", lambda: many_instances("1000", 1)
    yield "1,000 instances of 1,000, computed", lambda: many_instances(COMPUTED, 1)
    yield "instances four deep, computed", lambda: many_instances(COMPUTED, 3)
    yield "instances by data", lambda: many_instances("${100000 * 100000}", 1)
    yield "decision table of 5,000 rows", lambda: decision_table(5_000, 3)
    yield "decision table of 40 columns", lambda: decision_table(200, 40)
    yield "decision table of different rows", lambda: decision_table(2_000, 8, "[@..@]")
    yield "decision cells that compare texts", lambda: decision_table(400, 6, '"a","b","c@"')
    yield "200 decisions needing all before", lambda: decision_graph(200)
    yield "700 decisions needing all before", lambda: decision_graph(700)
