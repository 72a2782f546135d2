"""Forms over the API: what is asked, what is refused, and who may read the files that a form names."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from engine import values
from tests.web import diagrams
from tests.web.conftest import Api, json_of
from tests.web.test_api_attachments import upload

FORM = {
    "schema": 1,
    "id": "request",
    "title": "申请",
    "components": [
        {"type": "textfield", "key": "amount", "label": "金额", "validate": {"required": True}, "properties": {"kind": "money"}},
        {"type": "textfield", "key": "note", "label": "说明", "validate": {"maxLength": 10}},
        {"type": "textfield", "key": "secret", "label": "内部编号"},
        {"type": "filepicker", "key": "file", "label": "附件", "properties": {"kind": "attachment"}},
    ],
}
RULES = (
    '<extensionElements><camunda:properties><camunda:property name="fields" value="*: read; note: edit; secret: hidden"/>'
    '<camunda:property name="outcomes" value="agree:同意; disagree:不同意:required"/></camunda:properties></extensionElements>'
)
REVIEW = f'<userTask id="review" name="审核" camunda:assignee="liming" camunda:formKey="request">{RULES}</userTask>'
START = '<startEvent id="begin" camunda:formKey="request"/>'
ASKING = diagrams.diagram("asking", diagrams.chain(START, REVIEW, diagrams.END))


@pytest.fixture
def people(operator: Api, account: Callable[..., Api]) -> dict[str, Api]:
    """The deployed process, and who takes part in it or not."""
    files = [(io.BytesIO(ASKING), "流程.bpmn"), (io.BytesIO(values.dumps(FORM)), "request.json")]
    answer = operator.post("/deployments", data={"name": "申请", "files": files})
    assert answer.status_code == 201, answer.text
    return {login: account(login, "clerk") for login in ("sunyan", "liming", "qianwu")}


def _started(people: dict[str, Api], **variables: Any) -> Any:
    answer = people["sunyan"].post("/process-instances", {"definition_key": "asking", "variables": {"amount": "4999.99", **variables}})
    assert answer.status_code == 201, answer.text
    return json_of(answer)


def test_the_start_form_is_told_and_checked(people: dict[str, Api]) -> None:
    asked = json_of(people["sunyan"].get("/process-definitions/asking:1/start-form"))
    assert [part["key"] for part in asked["form"]["components"]] == ["amount", "note", "secret", "file"]
    assert set(asked["permissions"].values()) == {"edit"}
    for sent in (
        {},
        {"amount": "abc"},
        {"amount": "1.999"},
        {"amount": "1", "note": "字" * 11},
        {"amount": "1", "other": 1},
        {"amount": [1]},
    ):
        refused = people["sunyan"].post("/process-instances", {"definition_key": "asking", "variables": sent})
        assert refused.status_code == 422, sent
        assert json_of(refused)["fields"], sent
    assert json_of(people["sunyan"].get("/process-instances"))["items"] == []
    english = people["sunyan"].post("/process-instances", {"definition_key": "asking"}, headers={"Accept-Language": "en"})
    assert json_of(english)["fields"] == {"amount": ["Please fill in 金额."]}


def test_a_task_shows_and_takes_only_what_its_rules_allow(people: dict[str, Api]) -> None:
    case = _started(people, secret="N-1")
    task = json_of(people["liming"].get("/user-tasks"))["items"][0]
    path = f"/user-tasks/{task['id']}"
    form = json_of(people["liming"].get(f"{path}/form"))
    assert form["permissions"] == {"amount": "read", "note": "edit", "file": "read"}
    assert form["values"]["amount"] == "4999.99"
    assert "secret" not in values.dumps(form).decode()
    assert [(one["value"], one["opinion"]) for one in form["outcomes"]] == [("agree", "optional"), ("disagree", "required")]
    wrong: list[dict[str, Any]] = [
        {"variables": {"amount": "1.00"}, "outcome": "agree"},
        {"variables": {"secret": "x"}, "outcome": "agree"},
        {"variables": {"other": "x"}, "outcome": "agree"},
        {"variables": {"note": 5}, "outcome": "agree"},
        {"variables": {}, "outcome": "maybe"},
        {"variables": {}},
        {"variables": {}, "outcome": "disagree"},
    ]
    for body in wrong:
        answer = people["liming"].post(f"{path}/completion", body)
        assert (answer.status_code, bool(json_of(answer)["fields"])) == (422, True), body
    assert json_of(people["liming"].get(path))["revision"] == task["revision"]
    body = {"variables": {"amount": "4999.99", "note": "照办"}, "outcome": "disagree", "opinion": "重复购买", "revision": task["revision"]}
    done = json_of(people["liming"].post(f"{path}/completion", body))
    assert done["instance"]["state"] == "completed"
    found = done["instance"]["variables"]
    assert (found["note"], found["secret"], found["outcome_review"], found["opinion_review"]) == ("照办", "N-1", "disagree", "重复购买")
    assert json_of(people["sunyan"].get(f"/process-instances/{case['id']}"))["end_events"] == ["finish"]


def test_a_file_is_read_by_those_who_may_know_its_case(people: dict[str, Api]) -> None:
    attachment_id = json_of(upload(people["sunyan"], "清单.pdf"))["id"]
    assert people["liming"].get(f"/attachments/{attachment_id}").status_code == 404
    stolen = people["qianwu"].post("/process-instances", {"definition_key": "asking", "variables": {"amount": "1", "file": attachment_id}})
    assert stolen.status_code == 422
    _started(people, file=attachment_id)
    assert people["liming"].get(f"/attachments/{attachment_id}").status_code == 200
    assert people["qianwu"].get(f"/attachments/{attachment_id}").status_code == 404
    unknown = people["sunyan"].post("/process-instances", {"definition_key": "asking", "variables": {"amount": "1", "file": "no-such-id"}})
    assert unknown.status_code == 422


def test_a_start_event_has_rules_about_its_fields_as_a_task_has(operator: Api, account: Callable[..., Api]) -> None:
    rules = '<extensionElements><camunda:properties><camunda:property name="fields" value="secret: hidden; note: read"/>'
    start = f'<startEvent id="begin" camunda:formKey="request">{rules}</camunda:properties></extensionElements></startEvent>'
    content = diagrams.diagram("ruled", diagrams.chain(start, REVIEW, diagrams.END))
    files = [(io.BytesIO(content), "流程.bpmn"), (io.BytesIO(values.dumps(FORM)), "request.json")]
    assert operator.post("/deployments", data={"name": "申请", "files": files}).status_code == 201
    asked = json_of(account("sunyan", "clerk").get("/process-definitions/ruled:1/start-form"))
    assert asked["permissions"] == {"amount": "edit", "note": "read", "file": "edit"}
