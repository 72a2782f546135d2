"""Rows 14, 20 and 21: nothing that is computed reaches a case unchecked, wherever it stands."""

from pathlib import Path

import pytest

from tests.engine.gate.drawing import END, START, around, codes, diagram, finding, flow, outline, reading

TASK = '<bpmn:userTask id="it" camunda:assignee="wang"/>'


def _user_task(attributes: str = "", inside: str = "") -> bytes:
    return around(f'<bpmn:userTask id="it" {attributes}>{inside}</bpmn:userTask>')


def _timer(kind: str, text: str) -> bytes:
    return around(
        f'<bpmn:intermediateCatchEvent id="it"><bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>'
        "</bpmn:intermediateCatchEvent>"
    )


def _external(inside: str) -> bytes:
    extension = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"
    return around(f'<bpmn:serviceTask id="it" camunda:type="external" camunda:topic="t">{extension}</bpmn:serviceTask>')


def _marked(code: str) -> str:
    """An expression in marks: without them the source of a mapping is a text."""
    return code if code[:2] in ("${", "#{") else f"${{{code}}}"


def _call(inside: str) -> bytes:
    extension = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"
    return around(f'<bpmn:callActivity id="it" calledElement="q">{extension}</bpmn:callActivity>')


#: every place where a text is computed -> the diagram with that text there
SITES = {
    "condition": lambda code: around(TASK, flow("x", "it", "end", code)),
    "script": lambda code: around(f'<bpmn:scriptTask id="it"><bpmn:script><![CDATA[{code}]]></bpmn:script></bpmn:scriptTask>'),
    "script of one value": lambda code: around(
        f'<bpmn:scriptTask id="it" camunda:resultVariable="r"><bpmn:script><![CDATA[{code}]]></bpmn:script></bpmn:scriptTask>'
    ),
    "duration": lambda code: _timer("timeDuration", code),
    "date": lambda code: _timer("timeDate", code),
    "cycle": lambda code: _timer("timeCycle", code),
    "collection": lambda code: _user_task(inside=f"<bpmn:multiInstanceLoopCharacteristics camunda:collection=\"{code}\"/>"),
    "cardinality": lambda code: _user_task(
        inside=f"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>{code}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    ),
    "completion": lambda code: _user_task(
        inside='<bpmn:multiInstanceLoopCharacteristics camunda:collection="c">'
        f"<bpmn:completionCondition>{code}</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>"
    ),
    "loop": lambda code: _user_task(
        inside=f"<bpmn:standardLoopCharacteristics><bpmn:loopCondition>{code}</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    ),
    "conditional event": lambda code: around(
        f'<bpmn:intermediateCatchEvent id="it"><bpmn:conditionalEventDefinition><bpmn:condition>{code}</bpmn:condition>'
        "</bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>"
    ),
    "assignee": lambda code: _user_task(f'camunda:assignee="{code}"'),
    "candidates": lambda code: _user_task(f'camunda:candidateUsers="{code}"'),
    "groups": lambda code: _user_task(f'camunda:candidateGroups="{code}"'),
    "due date": lambda code: _user_task(f'camunda:dueDate="{code}"'),
    "follow-up date": lambda code: _user_task(f'camunda:followUpDate="{code}"'),
    "name": lambda code: _user_task(f'name="{code}"'),
    "priority": lambda code: _user_task(f'camunda:priority="{code}"'),
    "expression": lambda code: around(f'<bpmn:serviceTask id="it" camunda:expression="{code}"/>'),
    "topic": lambda code: around(f'<bpmn:serviceTask id="it" camunda:type="external" camunda:topic="{code}"/>'),
    "input parameter": lambda code: _external(
        f'<camunda:inputOutput><camunda:inputParameter name="n">{code}</camunda:inputParameter></camunda:inputOutput>'
    ),
    "output parameter": lambda code: _external(
        f'<camunda:inputOutput><camunda:outputParameter name="n">{code}</camunda:outputParameter></camunda:inputOutput>'
    ),
    "list parameter": lambda code: _external(
        f'<camunda:inputOutput><camunda:inputParameter name="n"><camunda:list><camunda:value>{code}</camunda:value></camunda:list>'
        "</camunda:inputParameter></camunda:inputOutput>"
    ),
    "mapping in": lambda code: _call(f'<camunda:in sourceExpression="{_marked(code)}" target="n"/>'),
    "mapping out": lambda code: _call(f'<camunda:out sourceExpression="{_marked(code)}" target="n"/>'),
    "called business key": lambda code: _call(f'<camunda:in businessKey="{code}"/>'),
    "message name": lambda code: around(
        '<bpmn:receiveTask id="it" messageRef="m"/>', beside=f'<bpmn:message id="m" name="{code}"/>'
    ),
    "correlation": lambda code: around(
        TASK,
        beside='<bpmn:message id="m" name="m"/><bpmn:correlationProperty id="c">'
        '<bpmn:correlationPropertyRetrievalExpression messageRef="m">'
        f"<bpmn:messagePath>{code}</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>",
    ),
}  # fmt: skip
#: these are texts where nothing says that they are computed
TEMPLATES = {
    "assignee", "candidates", "groups", "name", "priority", "topic", "input parameter", "output parameter", "list parameter",
    "called business key", "message name",
}  # fmt: skip


@pytest.mark.parametrize("site", SITES)
def test_code_is_refused_at_every_site_and_never_run(site: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    code = f"__import__('os').system('touch {canary}')"
    if site in TEMPLATES:
        code = "${" + code + "}"
    if site == "script":
        code = f"x = {code}"
    result = reading(SITES[site](code), known_processes=frozenset({"q"}))
    assert result.refused
    errors = [one for one in result.findings if one.severity == "error"]
    assert all(one.line and one.element_id for one in errors)
    assert {one.element_id for one in errors} & {"it", "x", "c"}
    assert not canary.exists()


@pytest.mark.parametrize("site", SITES.keys() - {"duration", "date", "cycle", "due date", "follow-up date", "correlation"})
@pytest.mark.parametrize(
    "code", ["().__class__.__base__.__subclasses__()", "9 ** 9 ** 9", "(lambda: 1)()", "open('/etc/passwd')", "'{0.__class__}'.format(x)"]
)
def test_escapes_and_bombs_are_refused_at_every_site(site: str, code: str) -> None:
    code = "${" + code + "}" if site in TEMPLATES else f"x = {code}" if site == "script" else code
    assert reading(SITES[site](code), known_processes=frozenset({"q"})).refused


@pytest.mark.parametrize("site", SITES.keys() - {"script", "duration", "date", "cycle", "correlation", "message name"})
def test_an_ordinary_expression_is_accepted_at_every_site(site: str) -> None:
    code = "${workdays(3)}" if site in ("due date", "follow-up date") else "${金额}"
    result = reading(SITES[site](code), known_processes=frozenset({"q"}))
    assert not result.refused, [(one.code, one.values) for one in result.findings]


def test_what_is_wrong_is_said_with_its_place() -> None:
    found = finding(around(TASK, flow("x", "it", "end", "${金额 = 5}")), "single_equals")
    assert found.element_id == "x"
    assert "${金额 = 5}" in found.message("zh")
    assert found.values["site"] == "条件"
    assert "==" in found.hint("zh")


@pytest.mark.parametrize(
    "condition",
    [
        "${amount >= 5000}",
        "#{ok && !no}",
        "=amount >= 5000 and not(ok)",
        "amount >= 5000 and not ok",
        "${empty list}",
        "${execution.getVariable('x') == 1}",
    ],
)
def test_conditions_of_all_dialects_are_accepted(condition: str) -> None:
    assert reading(around(TASK, flow("x", "it", "end", condition))).findings == []


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("timeDuration", "P1H", "bad_duration"),
        ("timeDuration", "-PT1H", "negative_time"),
        ("timeDuration", "P999999999999M", "bad_duration"),
        ("timeDuration", "P200Y", "time_too_far"),
        ("timeDate", "99999-01-01", "bad_date"),
        ("timeDate", "2026-02-30", "bad_date"),
        ("timeCycle", "R/PT0S", "period_too_short"),
        ("timeCycle", "R0/PT1H", "repeats"),
        ("timeCycle", "0 0 9 1 * 2", "cron"),
        ("timeCycle", "garbage (", "unexpected_end"),
    ],
)
def test_times_that_cannot_be_waited_for_are_refused(kind: str, text: str, code: str) -> None:
    found = finding(_timer(kind, text), code)
    assert (found.element_id, found.severity) == ("it", "error")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "PT1H"),
        ("timeDuration", '"P3D"'),
        ("timeDuration", "workdays(3)"),
        ("timeDuration", "${workhours(4)}"),
        ("timeDate", "2026-10-01T09:00:00+08:00"),
        ("timeDate", "${期限}"),
        ("timeCycle", "R3/P1D"),
    ],
)
def test_times_bare_quoted_and_computed_are_accepted(kind: str, text: str) -> None:
    assert codes(_timer(kind, text)) <= {"inputs_expected"}


@pytest.mark.parametrize(("text", "hasty"), [("R/PT1S", True), ("R/2026-05-04T00:00/PT59S", True), ("R/PT1M", False), ("R3/PT1S", False)])
def test_an_endless_cycle_of_seconds_is_pointed_out(text: str, hasty: bool) -> None:
    found = [(one.code, one.severity) for one in reading(_timer("timeCycle", text)).findings]
    assert found == ([("hasty_cycle", "warning")] if hasty else [])


@pytest.mark.parametrize("depth", [200, 5_000])
def test_deep_and_long_expressions_are_refused(depth: int) -> None:
    assert reading(around(TASK, flow("x", "it", "end", "(" * depth + "1" + ")" * depth))).refused
    assert reading(around(TASK, flow("x", "it", "end", "-" * depth + "1"))).refused


@pytest.mark.parametrize("language", ["python3 ", "ruby", "freemarker"])
def test_scripts_in_other_languages_are_refused(language: str) -> None:
    script = "<bpmn:script>x = 1</bpmn:script>"
    task = f'<bpmn:scriptTask id="it" scriptFormat="{language}">{script}</bpmn:scriptTask>'
    assert finding(around(task), "script_language").element_id == "it"


@pytest.mark.parametrize("language", ["groovy", "javascript", "ecmascript", "ruby"])
def test_conditions_in_other_languages_are_refused(language: str) -> None:
    condition = f'<bpmn:conditionExpression language="{language}">new Date() > a</bpmn:conditionExpression>'
    line = f'<bpmn:sequenceFlow id="x" sourceRef="it" targetRef="end">{condition}</bpmn:sequenceFlow>'
    assert finding(around(TASK, line), "expression_language").element_id == "x"


@pytest.mark.parametrize(
    ("language", "drawn", "read"),
    [
        ("groovy", "input == 'left'", '${input == "left"}'),
        ("javascript", "return input === 'left' && days > 3;", '${(input == "left") and (days > 3)}'),
    ],
)
def test_conditions_of_one_expression_are_translated(language: str, drawn: str, read: str) -> None:
    condition = f'<bpmn:conditionExpression language="{language}"><![CDATA[\n {drawn}\n]]></bpmn:conditionExpression>'
    line = f'<bpmn:sequenceFlow id="x" sourceRef="it" targetRef="end">{condition}</bpmn:sequenceFlow>'
    content = around(TASK, line)
    assert not reading(content).refused
    assert outline(content)["elements"]["x"]["condition"] == read


@pytest.mark.parametrize("language", ["python", "feel", "juel", ""])
def test_scripts_of_assignments_are_accepted(language: str) -> None:
    script = f'<bpmn:scriptTask id="it" scriptFormat="{language}"><bpmn:script>金额 = 1 + 2\nb = 金额 * 2</bpmn:script></bpmn:scriptTask>'
    assert reading(around(script)).findings == []


def test_a_script_with_a_result_variable_becomes_an_assignment() -> None:
    def script(language: str, text: str) -> str:
        inside = f"<bpmn:script>{text}</bpmn:script>"
        return outline(around(f'<bpmn:scriptTask id="it" scriptFormat="{language}" camunda:resultVariable="r">{inside}</bpmn:scriptTask>'))[
            "elements"
        ]["it"]["script"]

    assert script("juel", "${a == 1}") == "r = a == 1"
    assert script("feel", "a = 1") == "r = a == 1"


def test_an_empty_script_is_refused() -> None:
    assert "script_absent" in codes(around('<bpmn:scriptTask id="it"/>'))
    assert "script_resource" in codes(around('<bpmn:scriptTask id="it" camunda:resource="deployment://x.groovy"/>'))


@pytest.mark.parametrize("name", ["_x", "__builtins__", "a.b", "a b", "1a", "${x}", "a-b"])
def test_names_that_no_variable_may_have_are_refused(name: str) -> None:
    assert "variable_name" in codes(
        _user_task(inside=f'<bpmn:multiInstanceLoopCharacteristics camunda:collection="c" camunda:elementVariable="{name}"/>')
    )
    assert "variable_name" in codes(around(f'<bpmn:serviceTask id="it" camunda:expression="1" camunda:resultVariable="{name}"/>'))
    assert "variable_name" in codes(_call(f'<camunda:in source="a" target="{name}"/>'), known_processes=frozenset({"q"}))


def test_a_priority_is_a_number() -> None:
    assert "priority" in codes(_user_task('camunda:assignee="a" camunda:priority="high"'))
    assert reading(_user_task('camunda:assignee="a" camunda:priority="70"')).findings == []


def test_the_name_of_the_initiator_must_be_readable() -> None:
    def started(name: str) -> bytes:
        return diagram(f'<bpmn:startEvent id="start" camunda:initiator="{name}"/>', END, flow("f", "start", "end"))

    assert outline(started("发起人"))["start"] == {"element_id": "start", "form_key": None, "initiator": "发起人", "fields": None}
    assert codes(started("${x}")) == {"initiator_ignored"}
    assert outline(started("${x}"))["start"]["initiator"] is None


def test_decisions_are_checked_with_the_diagram() -> None:
    dmn = (
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x"><decision id="limit" name="x">'
        b'<decisionTable id="t"><input id="i"><inputExpression id="e"><text>amount</text></inputExpression></input>'
        b'<output id="o" name="band"/>'
        b'<rule id="r"><inputEntry id="c"><text>CELL</text></inputEntry><outputEntry id="v"><text>1</text></outputEntry></rule>'
        b"</decisionTable></decision></definitions>"
    )
    assert reading({"d.dmn": dmn.replace(b"CELL", b"-")}).decisions[0].key == "limit"
    for cell in (b"__import__('os')", b"x" * 5_000, b"(" * 300):
        result = reading({"d.dmn": dmn.replace(b"CELL", cell)})
        assert result.refused
        assert all(one.line and one.element_id == "limit" for one in result.findings if one.severity == "error")
    assert reading({"d.dmn": dmn.replace(b'id="t"', b'id="t" hitPolicy="MOST"').replace(b"CELL", b"-")}).refused
    assert reading({"d.dmn": dmn.replace(b'id="limit"', b'id="../limit"').replace(b"CELL", b"-")}).refused
    assert START
