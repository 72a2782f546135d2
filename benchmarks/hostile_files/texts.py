"""Expressions, scripts, times, forms, settings and decisions that were made to hurt whoever reads or computes them."""

import json
from collections.abc import Iterator

from benchmarks.hostile_files.pieces import COMPUTED, END, START, TASK, Files, Shape, around, flow, named, process


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


_PLAIN: tuple[Shape, ...] = (
    five_megabytes_of_expressions,
    bad_expressions,
    long_names,
    scripts,
    doubling_script,
    growing_list,
    waiting_instances,
    tokens_that_multiply,
    itself_called,
    deep_form,
    patterns,
    wide_form,
    deep_json,
    huge_number,
    deep_toml,
    long_toml,
)


def shapes() -> Iterator[tuple[str, Shape]]:
    """All shapes of this kind by name."""
    yield from named(_PLAIN)
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
