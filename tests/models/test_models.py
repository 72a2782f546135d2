"""What holds for every shipped model: it opens in any BPMN editor, its parts fit together, and somebody is there for each task."""

import re
import tomllib
from itertools import pairwise
from typing import Any

import pytest
from lxml import etree

from engine.expressions import ExpressionRefused, check
from engine.values import loads
from forms.definition import Form, check_document
from forms.outcomes import check as check_outcomes
from forms.permissions import check_rule
from processes import deployed
from processes.people import groups
from tests.models.conftest import FOLDERS, PROCESSES, Office

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
CHINESE = re.compile(r"[一-鿿]")
FORMS = [(key, name) for key in PROCESSES for name in sorted(FOLDERS[key]) if name.startswith("forms/")]


def tree(key: str) -> Any:
    return etree.fromstring(FOLDERS[key]["process.bpmn"])


def forms_of(key: str) -> dict[str, Form]:
    return {form.id: form for name in FOLDERS[key] if name.startswith("forms/") for form in [Form.from_document(loads(FOLDERS[key][name]))]}


@pytest.mark.parametrize("key", PROCESSES)
def test_one_executable_process_has_the_name_of_its_folder(key: str) -> None:
    processes = tree(key).findall(f"{BPMN}process")
    assert [(process.get("id"), process.get("isExecutable")) for process in processes] == [(key, "true")]
    assert CHINESE.search(processes[0].get("name"))


@pytest.mark.parametrize("key", PROCESSES)
def test_ids_are_snake_case_and_names_are_chinese(key: str) -> None:
    for node in tree(key).find(f"{BPMN}process").iter():
        if isinstance(node.tag, str) and node.get("id"):
            assert re.fullmatch(r"[a-z][a-z0-9_]*", node.get("id"))
        if isinstance(node.tag, str) and node.tag.startswith(BPMN) and node.get("name"):
            assert CHINESE.search(node.get("name"))


@pytest.mark.parametrize("key", PROCESSES)
def test_every_element_is_drawn(key: str) -> None:
    root = tree(key)
    drawn = {shape.get("bpmnElement") for shape in root.iter(f"{BPMNDI}BPMNShape", f"{BPMNDI}BPMNEdge")}
    elements = [
        node for node in root.find(f"{BPMN}process").iter() if isinstance(node.tag, str) and node.tag.startswith(BPMN) and node.get("id")
    ]
    there = {node.get("id") for node in elements if not node.tag.endswith("EventDefinition")}
    assert drawn | {key} == there


@pytest.mark.parametrize("key", PROCESSES)
def test_lines_run_horizontally_and_vertically_from_shape_to_shape(key: str) -> None:
    root = tree(key)
    boxes = {
        shape.get("bpmnElement"): [float(shape.find(f"{DC}Bounds").get(side)) for side in ("x", "y", "width", "height")]
        for shape in root.iter(f"{BPMNDI}BPMNShape")
    }
    flows = {flow.get("id"): flow for flow in root.iter(f"{BPMN}sequenceFlow")}
    for edge in root.iter(f"{BPMNDI}BPMNEdge"):
        points = [(float(point.get("x")), float(point.get("y"))) for point in edge.iter(f"{DI}waypoint")]
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points)), edge.get("id")
        flow = flows[edge.get("bpmnElement")]
        assert on_border(points[0], boxes[flow.get("sourceRef")]), edge.get("id")
        assert on_border(points[-1], boxes[flow.get("targetRef")]), edge.get("id")


def on_border(point: tuple[float, float], box: list[float]) -> bool:
    (x, y), (left, top, width, height) = point, box
    inside = left <= x <= left + width and top <= y <= top + height
    return inside and (x in (left, left + width) or y in (top, top + height))


@pytest.mark.parametrize("key", PROCESSES)
def test_shapes_do_not_overlap(key: str) -> None:
    root = tree(key)
    inner = {node.get("id") for node in root.iter(f"{BPMN}subProcess")} | {node.get("id") for node in root.iter(f"{BPMN}boundaryEvent")}
    boxes = [
        (shape.get("bpmnElement"), [float(shape.find(f"{DC}Bounds").get(side)) for side in ("x", "y", "width", "height")])
        for shape in root.iter(f"{BPMNDI}BPMNShape")
        if shape.get("bpmnElement") not in inner
    ]
    for index, (name, (x, y, width, height)) in enumerate(boxes):
        for other, (ox, oy, owidth, oheight) in boxes[index + 1 :]:
            assert x + width <= ox or ox + owidth <= x or y + height <= oy or oy + oheight <= y, (name, other)


@pytest.mark.parametrize(("key", "name"), FORMS)
def test_a_form_is_right_and_says_everything_in_chinese(key: str, name: str) -> None:
    document = loads(FOLDERS[key][name])
    assert check_document(document, allowed_condition=is_allowed) == []
    form = Form.from_document(document)
    assert name == f"forms/{form.id}.json"
    assert CHINESE.search(form.title)
    for component in form.fields:
        assert CHINESE.search(component.label)
        assert all(CHINESE.search(option.label) for option in component.options)


def is_allowed(condition: str) -> bool:
    try:
        check(condition, kind="condition")
    except ExpressionRefused:
        return False
    return True


@pytest.mark.parametrize("key", PROCESSES)
def test_tasks_name_forms_fields_and_outcomes_that_there_are(key: str) -> None:
    forms = forms_of(key)
    for task in tree(key).iter(f"{BPMN}userTask", f"{BPMN}startEvent"):
        form_key = task.get(f"{CAMUNDA}formKey")
        rules = {one.get("name"): one.get("value") for one in task.iter(f"{CAMUNDA}property")}
        assert form_key is None or form_key in forms
        assert check_outcomes(rules.get("outcomes")) == []
        assert check_rule(forms.get(form_key or ""), rules.get("fields")) == []
        if task.tag == f"{BPMN}userTask":
            assert form_key is not None
            assert task.find(f"{BPMN}documentation") is not None
            assert rules["list"]


@pytest.mark.parametrize("key", PROCESSES)
def test_a_record_names_variables_of_its_forms(key: str) -> None:
    known = {component.key for form in forms_of(key).values() for component in form.fields}
    root = tree(key)
    known |= {name for script in root.iter(f"{BPMN}script") for name in re.findall(r"^(\w+) = ", script.text, re.MULTILINE)}
    known |= {task.get(f"{CAMUNDA}resultVariable") for task in root.iter(f"{BPMN}businessRuleTask")}
    known |= {out.get("target") for out in root.iter(f"{CAMUNDA}out")}
    for task in root.iter(f"{BPMN}serviceTask"):
        rules = {one.get("name"): one.get("value") for one in task.iter(f"{CAMUNDA}property")}
        assert {name.strip() for name in rules.get("record_fields", "").split(",") if name.strip()} <= known


@pytest.mark.parametrize("key", PROCESSES)
def test_settings_and_a_page_for_the_clerk_are_there(key: str) -> None:
    settings = tomllib.loads(FOLDERS[key]["process.toml"].decode())
    assert CHINESE.search(settings["title"])
    known = {component.key for form in forms_of(key).values() for component in form.fields}
    assert set(settings["list_columns"]) <= known
    assert FOLDERS[key]["README.md"].decode().startswith(f"# {settings['title']}")
    assert tree(key).find(f"{BPMN}process").get("name") == settings["title"]


@pytest.mark.parametrize("key", PROCESSES)
def test_somebody_is_there_for_every_group_and_starter(office: Office, key: str) -> None:
    with office.open():
        definition = deployed.startable(key, None)
        drawn = [
            group for entry in definition.outline["elements"].values() if entry["type"] == "userTask" for group in entry["candidate_groups"]
        ]
        quoted = {name for group in drawn for name in re.findall(r"'([^']*[一-鿿][^']*)'", group)}
        named = {group for group in drawn if "{" not in group} | quoted | set(definition.settings.get("starters") or [])
        held = groups.holders(named)
        assert [name for name in sorted(named) if not held[name]] == []
