"""Deployments: versions, equal files, refusals that store nothing, zips of model folders."""

import io
import zipfile

import pytest

from processes import deployments, instances
from processes.audit import replay
from processes.errors import DeploymentRefused, Invalid, NotAllowed, NotFound
from processes.queries import cases, definitions, forms_for
from tests.engine.drawing import draw, end, flow, node, start, user
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, ZHANG, deploy, open_tasks, rows

pytestmark = pytest.mark.usefixtures("database")

FORM = '{"schema": 1, "id": "request", "title": "申请", "components": [{"type": "textfield", "key": "name", "label": "名称"}]}'.encode()


def test_each_changed_set_is_a_new_version_and_running_cases_stay_on_theirs() -> None:
    assert deploy(REVIEW) == ["review_flow:1"]
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    assert deploy(REVIEW.replace(b'"done"', b'"done2"')) == ["review_flow:2"]
    assert cases.get(case, ZHANG)["version"] == 1
    new = instances.start(key="review_flow", variables={}, actor=ZHANG)
    old = instances.start(key="review_flow", version=1, variables={}, actor=ZHANG)
    assert [cases.get(one, ZHANG)["version"] for one in (new, old)] == [2, 1]
    with pytest.raises(NotFound):
        instances.start(key="review_flow", version=3, variables={}, actor=ZHANG)


def test_the_same_bytes_make_no_new_version() -> None:
    first = deployments.deploy("a", {"r.bpmn": REVIEW}, actor=OPERATOR)
    again = deployments.deploy("b", {"r.bpmn": REVIEW}, actor=OPERATOR)
    assert (first.created, again.created) == (True, False)
    assert again.definitions == first.definitions
    renamed = deployments.deploy("a", {"other.bpmn": REVIEW}, actor=OPERATOR)
    assert renamed.created
    assert deployments.deploy("a", {"r.bpmn": REVIEW}, actor=OPERATOR).definitions[0].version == 3


def test_what_the_gate_refuses_is_not_stored() -> None:
    with pytest.raises(DeploymentRefused) as refusal:
        deployments.deploy("x", {"r.bpmn": REVIEW, "bad.bpmn": b"<html/>"}, actor=OPERATOR)
    assert all({"code", "message", "hint"} <= finding.to_document("zh").keys() for finding in refusal.value.findings)
    assert rows("deployment") == rows("process_definition") == rows("deployment_file") == []


def test_faults_of_forms_are_findings_too() -> None:
    bad = FORM.replace(b"textfield", b"hologram")
    with pytest.raises(DeploymentRefused) as refusal:
        deployments.deploy("x", {"f.json": bad}, actor=OPERATOR)
    (finding,) = refusal.value.findings
    assert (finding.code, finding.file) == ("unknown_type", "f.json")
    assert "hologram" in finding.message("zh")
    assert "hologram" in finding.message("en")


def test_a_group_that_nobody_holds_is_a_warning() -> None:
    result = deployments.deploy(
        "x", {"r.bpmn": draw(start() + user("u", camunda_candidateGroups="空岗") + end() + flow("s", "u", "e"))}, actor=OPERATOR
    )
    found = {finding.code: finding for finding in result.findings}
    assert found["nobody_holds"].severity == "warning"
    assert "空岗" in found["nobody_holds"].message("zh")
    kept = definitions.findings(result.deployment_id)
    assert [finding.to_document("zh") for finding in kept] == [finding.to_document("zh") for finding in result.findings]


def test_clerks_do_not_deploy() -> None:
    with pytest.raises(NotAllowed):
        deployments.deploy("x", {"r.bpmn": REVIEW}, actor=LI)


def test_definitions_come_in_document_order_and_are_listed_by_key() -> None:
    assert deploy(draw(start("a") + end("b") + flow("a", "b"), key="zeta"), draw(start("a") + end("b") + flow("a", "b"), key="alpha")) == [
        "zeta:1",
        "alpha:1",
    ]
    deploy(draw(start("a") + end("b2") + flow("a", "b2"), key="alpha"))
    first = definitions.page(ZHANG, limit=2)
    second = definitions.page(ZHANG, limit=2, cursor=first["next"])
    assert [one["id"] for one in first["items"] + second["items"]] == ["alpha:2", "alpha:1", "zeta:1"]
    assert [one["id"] for one in definitions.page(ZHANG, latest=True)["items"]] == ["alpha:2", "zeta:1"]
    assert [one["id"] for one in definitions.page(ZHANG, key="alpha")["items"]] == ["alpha:2", "alpha:1"]


def test_the_diagram_is_given_back_byte_by_byte() -> None:
    (definition_id,) = deploy(REVIEW)
    assert definitions.bpmn(definition_id, ZHANG) == REVIEW
    with pytest.raises(NotFound):
        definitions.bpmn("review_flow:9", ZHANG)


def test_a_diagram_in_another_encoding_is_text_for_a_page() -> None:
    text = REVIEW.decode().split("?>", 1)[-1].lstrip()
    wide = ('<?xml version="1.0" encoding="UTF-16"?>\n' + text.replace('name="', 'name="审')).encode("utf-16")
    (definition_id,) = deploy(wide)
    assert definitions.bpmn(definition_id, ZHANG) == wide
    assert definitions.encoding(wide) == "utf-16"
    assert definitions.encoding(REVIEW) == "utf-8"
    shown, _ = definitions.drawing(definition_id, ZHANG)
    assert shown.startswith("<")
    assert "encoding" not in shown.splitlines()[0]
    assert 'name="审' in shown


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_zip_of_a_folder_is_unpacked_without_the_folder() -> None:
    files = deployments.unpack(_zip({"采购/process.bpmn": REVIEW, "采购/forms/a b.json": FORM}))
    assert files == {"process.bpmn": REVIEW, "forms/a b.json": FORM}
    assert deployments.deploy("采购", files, actor=OPERATOR).created


@pytest.mark.parametrize("archive", [b"", b"PK\x03\x04", b"no zip", _zip({"a": b"x"})[:-10]])
def test_what_is_no_zip_is_refused(archive: bytes) -> None:
    with pytest.raises(Invalid):
        deployments.unpack(archive)


def test_a_zip_that_swells_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.bpmn", bytes(30 * 1024 * 1024))
    with pytest.raises(Invalid) as refusal:
        deployments.unpack(buffer.getvalue())
    assert refusal.value.code == "deployment_too_large"


def test_forms_are_found_in_the_same_deployment_then_in_the_newest() -> None:
    deploy(f__json=FORM)
    flow_with_form = draw(
        start(camunda_formKey="request") + user("u", camunda_formKey="request", camunda_assignee="li") + end() + flow("s", "u", "e")
    )
    own = FORM.replace(b'"name"', b'"own"')
    deploy(flow_with_form, f__json=own)
    deploy(flow_with_form.replace(b'"p"', b'"q"'))
    deploy(f__json=FORM.replace(b'"name"', b'"newest"'))
    for key, field in (("p", "own"), ("q", "newest")):
        view = forms_for.start_form(f"{key}:1", ZHANG)
        assert list(view["permissions"]) == [field]
        case = instances.start(key=key, variables={field: "x"}, actor=ZHANG)
        task = open_tasks(case)["u"]
        assert forms_for.task_form(task, LI)["values"] == {field: "x"}


def test_a_form_says_what_is_wrong_and_nothing_is_stored() -> None:
    deploy(draw(start(camunda_formKey="request") + user("u") + end() + flow("s", "u", "e")), f__json=FORM)
    for wrong in ({"name": 5}, {"unknown": "x"}, {"name": "x" * 5000}):
        with pytest.raises(Invalid) as refusal:
            instances.start(key="p", variables=wrong, actor=ZHANG)
        assert list(refusal.value.fields) == list(wrong)
    assert rows("process_instance") == []
    assert instances.start(key="p", variables={"name": "桌"}, actor=ROBOT)


def test_decisions_of_other_deployments_are_used_in_their_newest_version() -> None:
    decided = node(
        "businessRuleTask", "rule", camunda_decisionRef="limit", camunda_resultVariable="level", camunda_mapDecisionResult="singleEntry"
    )
    deploy(limit__dmn=_table("low"))
    deploy(draw(start() + decided + end() + flow("s", "rule", "e")))
    first = instances.start(key="p", variables={"amount": 1}, actor=ROBOT)
    deploy(limit__dmn=_table("lower"))
    second = instances.start(key="p", variables={"amount": 1}, actor=ROBOT)
    assert [cases.get(case, OPERATOR)["variables"]["level"] for case in (first, second)] == ["low", "lower"]
    assert [row["context"]["decisions"] for row in rows("step")] == [{"limit": 1}, {"limit": 2}]


def _table(level: str) -> bytes:
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">
      <decision id="limit" name="limit"><decisionTable id="t" hitPolicy="UNIQUE">
        <input id="i"><inputExpression id="ie" typeRef="number"><text>amount</text></inputExpression></input>
        <output id="o" name="level" typeRef="string"/>
        <rule id="r"><inputEntry id="c"><text>-</text></inputEntry><outputEntry id="oe"><text>"{level}"</text></outputEntry></rule>
      </decisionTable></decision></definitions>""".encode()


def test_a_called_process_runs_inside_the_case_in_its_newest_version() -> None:
    inner = draw(start() + user("inside", camunda_assignee="li") + end() + flow("s", "inside", "e"), key="inner")
    outer = draw(start() + node("callActivity", "call", calledElement="inner") + end() + flow("s", "call", "e"), key="outer")
    deploy(inner)
    deploy(outer)
    first = instances.start(key="outer", variables={}, actor=ZHANG)
    deploy(inner.replace(b'"inside"', b'"deeper"'))
    second = instances.start(key="outer", variables={}, actor=ZHANG)
    assert [list(open_tasks(case)) for case in (first, second)] == [["inside"], ["deeper"]]
    assert rows("user_task", instance_id=second)[0]["element_definition_id"] == "inner:2"


def test_calls_by_number_and_their_own_calls_are_found() -> None:
    def calls(key: str, called: str, **binding: str) -> bytes:
        return draw(start() + node("callActivity", "call", calledElement=called, **binding) + end() + flow("s", "call", "e"), key=key)

    inner = draw(start() + user("inside", camunda_assignee="li") + end() + flow("s", "inside", "e"), key="inner")
    deploy(inner)
    deploy(calls("middle", "inner"))
    deploy(calls("middle", "inner", camunda_calledElementBinding="latest").replace(b'"call"', b'"call2"'))
    deploy(calls("outer", "middle", camunda_calledElementBinding="version", camunda_calledElementVersion="1"))
    deploy(calls("beside", "middle", camunda_calledElementBinding="deployment"), calls("middle", "inner").replace(b'"call"', b'"call3"'))
    deploy(calls("middle", "inner"))
    for key, version in (("outer", 1), ("beside", 3)):
        case = instances.start(key=key, variables={}, actor=ZHANG)
        assert list(open_tasks(case)) == ["inside"]
        events = rows("step", instance_id=case)[0]["events"]
        entered = [event["details"] for event in events if event["type"] == "called_process_entered"]
        assert entered == [{"key": "middle", "version": version}, {"key": "inner", "version": 1}]


def test_a_version_is_called_by_its_tag() -> None:
    def inner(task: str, tag: str) -> bytes:
        drawn = draw(start() + user(task, camunda_assignee="li") + end() + flow("s", task, "e"), key="inner")
        return drawn.replace(b"<process ", f'<process camunda:versionTag="{tag}" '.encode(), 1)

    for task, tag in (("first", "v1"), ("second", "v1"), ("third", "v2")):
        deploy(inner(task, tag))
    tagged = {"camunda_calledElementBinding": "versionTag", "camunda_calledElementVersionTag": "${tag}"}
    deploy(draw(start() + node("callActivity", "call", calledElement="inner", **tagged) + end() + flow("s", "call", "e"), key="outer"))
    case = instances.start(key="outer", variables={"tag": "v1"}, actor=ROBOT)
    assert list(open_tasks(case)) == ["second"]
    assert rows("step", instance_id=case)[0]["context"]["latest"] == {"inner@v1": 2}
    assert replay.replay(case).difference is None
    missing = instances.start(key="outer", variables={"tag": "v3"}, actor=ROBOT)
    assert [row["code"] for row in rows("incident", instance_id=missing)] == ["called_process_missing"]


def test_an_expression_chooses_the_called_process_and_the_decision() -> None:
    def inner(key: str) -> bytes:
        return draw(start() + user(f"in_{key}", camunda_assignee="li") + end() + flow("s", f"in_{key}", "e"), key=key)

    chosen = node("callActivity", "call", calledElement="${which}")
    deploy(inner("one"), inner("two"))
    deploy(draw(start() + node("callActivity", "deep", calledElement="${deeper}") + end() + flow("s", "deep", "e"), key="middle"))
    deploy(draw(start() + chosen + end() + flow("s", "call", "e"), key="outer"))
    assert list(open_tasks(instances.start(key="outer", variables={"which": "two"}, actor=ROBOT))) == ["in_two"]
    case = instances.start(key="outer", variables={"which": "middle", "deeper": "one"}, actor=ROBOT)
    assert list(open_tasks(case)) == ["in_one"]
    assert rows("step", instance_id=case)[0]["context"]["latest"] == {"middle": 1, "one": 1}
    assert replay.replay(case).difference is None
    missing = instances.start(key="outer", variables={"which": "nowhere"}, actor=ROBOT)
    assert [row["code"] for row in rows("incident", instance_id=missing)] == ["called_process_missing"]


def test_the_fields_of_forms_that_are_deployed_already_are_known() -> None:
    deployments.deploy("forms", {"f.json": FORM}, actor=OPERATOR)
    body = start(camunda_formKey="request") + user("u", camunda_assignee="zhang") + node("exclusiveGateway", "g", default="no") + end()

    def told(name: str) -> list[str]:
        drawn = draw(body + flow("s", "u", "g") + flow("g", "e", when=f"${{{name} == 'x'}}") + flow("g", "e", id="no"))
        return [one.code for one in deployments.check({"r.bpmn": drawn}).findings if one.code == "variable_unset"]

    assert told("name") == []
    assert told("nmae") == ["variable_unset"]
