"""What camunda, flowable, activiti and plain BPMN write means the same in the outline."""

import pytest

from engine.dialects.people import split_list
from tests.engine.gate.drawing import END, HEAD, START, around, diagram, finding, flow, outline, reading

ACTIVITI = HEAD.replace("http://flowable.org/bpmn", "http://activiti.org/bpmn")


@pytest.mark.parametrize(("prefix", "head"), [("camunda", HEAD), ("flowable", HEAD), ("flowable", ACTIVITI)])
def test_people_and_dates_of_a_user_task(prefix: str, head: str) -> None:
    attributes = (
        'assignee="${a}" candidateUsers="wang, ${x},li" candidateGroups="财政局,镇长" dueDate="P3D" followUpDate="${d}" priority="70"'
    )
    task = f'<bpmn:userTask id="it" name="审核" {attributes.replace("assignee", "ASSIGNEE")}/>'
    task = task.replace("ASSIGNEE", f"{prefix}:assignee")
    for name in ("candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority"):
        task = task.replace(f" {name}=", f" {prefix}:{name}=")
    entry = outline(around(task, head=head))["elements"]["it"]
    assert entry["assignee"] == "${a}"
    assert entry["candidate_users"] == ["wang", "${x}", "li"]
    assert entry["candidate_groups"] == ["财政局", "镇长"]
    assert (entry["due"], entry["follow_up"], entry["priority"]) == ("P3D", "${d}", "70")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (None, []),
        ("a", ["a"]),
        (" a , ,b，c", ["a", "b", "c"]),
        ("${f(a, b)},c", ["${f(a, b)}", "c"]),
        ("${x == '},' ? a : b}, c", ["${x == '},' ? a : b}", "c"]),
    ],
)
def test_commas_inside_expressions_do_not_separate(text: str | None, parts: list[str]) -> None:
    assert split_list(text) == parts


def test_potential_owners_and_performers_of_the_standard_are_read() -> None:
    def owner(kind: str, text: str) -> str:
        inside = (
            f"<bpmn:resourceAssignmentExpression><bpmn:formalExpression>{text}</bpmn:formalExpression></bpmn:resourceAssignmentExpression>"
        )
        return f"<bpmn:{kind}>{inside}</bpmn:{kind}>"

    entry = outline(around(f'<bpmn:userTask id="it">{owner("potentialOwner", "user(wang), group(财政局), 镇长")}</bpmn:userTask>'))[
        "elements"
    ]["it"]
    assert (entry["candidate_users"], entry["candidate_groups"]) == (["wang"], ["财政局", "镇长"])
    assert (
        outline(around(f'<bpmn:userTask id="it">{owner("humanPerformer", "wang")}</bpmn:userTask>'))["elements"]["it"]["assignee"] == "wang"
    )


def test_the_innermost_lane_is_asked_where_nobody_is_named() -> None:
    inner = '<bpmn:childLaneSet><bpmn:lane id="l2" name="镇长"><bpmn:flowNodeRef>it</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet>'
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="领导"><bpmn:flowNodeRef>it</bpmn:flowNodeRef>'
        f"<bpmn:flowNodeRef>named</bpmn:flowNodeRef>{inner}</bpmn:lane></bpmn:laneSet>"
    )
    named = '<bpmn:userTask id="named" camunda:assignee="wang"/>' + flow("x", "it", "named")
    read = outline(around('<bpmn:userTask id="it"/>', lanes, named))
    assert (read["elements"]["it"]["lane"], read["elements"]["it"]["candidate_groups"]) == ("镇长", ["镇长"])
    assert (read["elements"]["named"]["lane"], read["elements"]["named"]["candidate_groups"]) == ("领导", [])
    assert read["lanes"] == {"镇长": ["it"], "领导": ["named"]}


def test_a_lane_reaches_into_the_subprocess_that_it_holds() -> None:
    lanes = '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="财政局"><bpmn:flowNodeRef>it</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    read = outline(around('<bpmn:subProcess id="it"><bpmn:userTask id="u"/></bpmn:subProcess>', lanes))
    assert (read["elements"]["u"]["parent"], read["elements"]["u"]["candidate_groups"]) == ("it", ["财政局"])


@pytest.mark.parametrize(
    ("inside", "collection", "item"),
    [
        ('<bpmn:multiInstanceLoopCharacteristics camunda:collection="leaders" camunda:elementVariable="leader"/>', "leaders", "leader"),
        (
            '<bpmn:multiInstanceLoopCharacteristics flowable:collection="${leaders}" flowable:elementVariable="leader"/>',
            "${leaders}",
            "leader",
        ),
        (
            "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>leaders</bpmn:loopDataInputRef>"
            '<bpmn:inputDataItem id="i" name="leader"/></bpmn:multiInstanceLoopCharacteristics>',
            "leaders",
            "leader",
        ),
        (
            "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><flowable:collection><flowable:expression>${leaders}</flowable:expression>"
            "</flowable:collection></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>",
            "${leaders}",
            None,
        ),
    ],
)
def test_multi_instance_collections(inside: str, collection: str, item: str | None) -> None:
    many = outline(around(f'<bpmn:userTask id="it" camunda:assignee="a">{inside}</bpmn:userTask>', head=HEAD))["elements"]["it"][
        "multi_instance"
    ]
    assert (many["collection"], many["element_variable"], many["sequential"]) == (collection, item, False)


def test_a_call_activity_with_its_variables() -> None:
    inside = (
        '<bpmn:extensionElements><camunda:in source="a" target="b"/><camunda:in sourceExpression="${a + 1}" target="c"/>'
        '<camunda:in businessKey="${k}"/><camunda:out variables="all"/></bpmn:extensionElements>'
    )
    content = around(f'<bpmn:callActivity id="it" calledElement="q">{inside}</bpmn:callActivity>')
    entry = outline(content, known_processes=frozenset({"q"}))["elements"]["it"]
    assert (entry["in"], entry["out"]) == ([["a", "b"], ["${a + 1}", "c"]], [])
    assert (entry["in_all"], entry["out_all"], entry["business_key"]) == (False, True, "${k}")


def test_starts_of_every_kind() -> None:
    content = diagram(
        '<bpmn:startEvent id="start" camunda:initiator="who" camunda:formKey="apply"/>',
        '<bpmn:startEvent id="m"><bpmn:messageEventDefinition messageRef="msg"/></bpmn:startEvent>',
        '<bpmn:startEvent id="t"><bpmn:timerEventDefinition><bpmn:timeCycle>R/P1D</bpmn:timeCycle></bpmn:timerEventDefinition>'
        "</bpmn:startEvent>",
        END,
        flow("a", "start", "end"),
        flow("b", "m", "end"),
        flow("c", "t", "end"),
        beside='<bpmn:message id="msg" name="来信"/>',
    )
    read = outline(content, known_forms=frozenset({"apply"}))
    assert read["start"] == {"element_id": "start", "form_key": "apply", "initiator": "who", "fields": None}
    assert read["starts"] == [
        {"element_id": "start", "kind": "none", "name": None, "time": None},
        {"element_id": "m", "kind": "message", "name": "来信", "time": None},
        {"element_id": "t", "kind": "timer", "name": None, "time": {"kind": "cycle", "text": "R/P1D"}},
    ]


def test_the_head_of_an_outline() -> None:
    said = "<bpmn:documentation>说明</bpmn:documentation>"
    content = diagram(said, START, END, flow("f", "start", "end"), attributes='isExecutable="true" camunda:versionTag="2026.1"')
    read = outline({"流程 1.bpmn": content})
    assert (read["key"], read["name"], read["version_tag"], read["documentation"], read["file"]) == (
        "p",
        "流程",
        "2026.1",
        "说明",
        "流程 1.bpmn",
    )


def test_a_form_inside_the_diagram_becomes_a_form_document() -> None:
    fields = (
        '<bpmn:extensionElements><camunda:formData><camunda:formField id="amount" label="金额" type="long" defaultValue="5">'
        '<camunda:validation><camunda:constraint name="required"/><camunda:constraint name="min" config="1"/></camunda:validation>'
        '</camunda:formField><camunda:formField id="kind" type="enum"><camunda:value id="a" name="甲"/>'
        '<camunda:value id="b" name="乙"/></camunda:formField>'
        '<camunda:formField id="ok" type="boolean" defaultValue="true"/><camunda:formField id="a.b" type="string"/></camunda:formData>'
        "</bpmn:extensionElements>"
    )
    content = around(f'<bpmn:userTask id="it" name="填报" camunda:assignee="a">{fields}</bpmn:userTask>')
    assert finding(content, "form_field_left_out").values["field"] == "a.b"
    result = reading(content)
    assert result.processes[0].outline["elements"]["it"]["form_key"] == "p.it"
    form = result.forms[0]
    assert (form.key, form.document["foreign"], form.document["title"]) == ("p.it", True, "填报")
    assert form.document["components"] == [
        {
            "type": "number",
            "decimalDigits": 0,
            "key": "amount",
            "label": "金额",
            "validate": {"required": True, "min": 1},
            "defaultValue": 5,
        },
        {"type": "select", "key": "kind", "label": "kind", "values": [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]},
        {"type": "checkbox", "key": "ok", "label": "ok", "defaultValue": True},
    ]


def test_form_properties_of_activiti_are_read_too() -> None:
    fields = (
        '<bpmn:extensionElements><flowable:formProperty id="reason" name="事由" type="string" required="true"/></bpmn:extensionElements>'
    )
    result = reading(around(f'<bpmn:userTask id="it" camunda:assignee="a">{fields}</bpmn:userTask>', head=ACTIVITI))
    assert [component["key"] for component in result.forms[0].document["components"]] == ["reason"]


def test_what_a_form_property_says_about_its_field_is_kept() -> None:
    fields = (
        "<bpmn:extensionElements>"
        '<flowable:formProperty id="day" type="date" writable="false"/><flowable:formProperty id="hidden" readable="false"/>'
        '<flowable:formProperty id="room" variable="room_no" type="double" default="1.5"/>'
        '<flowable:formProperty id="who" expression="${clerk}"/>'
        "</bpmn:extensionElements>"
    )
    result = reading(around(f'<bpmn:userTask id="it" camunda:assignee="a">{fields}</bpmn:userTask>', head=ACTIVITI))
    components = {component["key"]: component for component in result.forms[0].document["components"]}
    assert set(components) == {"day", "room_no", "who"}
    assert components["day"]["readonly"] is True
    assert "readonly" not in components["who"]
    assert components["room_no"]["defaultValue"] == 1.5
    assert [finding.code for finding in result.findings if finding.element_id == "it"].count("attribute_ignored") == 1


def test_constraints_of_form_fields_are_kept_or_named() -> None:
    drawn = ('name="readonly"', 'name="min" config="0.5"', 'name="validator" config="org.X"')
    rules = "".join(f"<camunda:constraint {rule}/>" for rule in drawn)
    fields = (
        '<bpmn:extensionElements><camunda:formData><camunda:formField id="total" type="double" defaultValue="${sum}">'
        f"<camunda:validation>{rules}</camunda:validation></camunda:formField></camunda:formData></bpmn:extensionElements>"
    )
    result = reading(around(f'<bpmn:userTask id="it" camunda:assignee="a">{fields}</bpmn:userTask>', head=HEAD))
    component = result.forms[0].document["components"][0]
    assert (component["readonly"], component["validate"]) == (True, {"min": 0.5})
    ignored = [finding.values["attribute"] for finding in result.findings if finding.code == "attribute_ignored"]
    assert ignored == ["defaultValue", "validator"]


def test_work_for_outside_workers_as_flowable_writes_it() -> None:
    content = around('<bpmn:serviceTask id="it" flowable:type="external-worker" flowable:topic="archive"/>', head=ACTIVITI)
    work = outline(content)["elements"]["it"]
    assert (work["implementation"], work["topic"]) == ("external", "archive")


@pytest.mark.parametrize(
    ("drawn", "kept"), [('camunda:historyTimeToLive="180"', "P180D"), ('camunda:historyTimeToLive="P5Y"', "P5Y"), ("", None)]
)
def test_how_long_history_is_to_be_kept_stands_in_the_outline(drawn: str, kept: str | None) -> None:
    content = diagram(START, END, flow("f", "start", "end"), attributes=f'isExecutable="true" {drawn}')
    assert outline(content)["retention"] == kept
