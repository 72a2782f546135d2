"""Forms at starts and tasks: permissions, conditions, attachments, people; what is wrong is told field by field."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert

from processes import clock, instances, user_tasks
from processes.db import db, transaction
from processes.errors import Invalid, NotAllowed, NotFound
from processes.models import Attachment, Draft
from processes.queries import cases, forms_for
from tests.engine.drawing import draw, end, flow, node, start
from tests.processes.cases import LI, OPERATOR, ROBOT, WANG, ZHANG, deploy, open_tasks, rows

pytestmark = pytest.mark.usefixtures("database")

COMPONENTS = [
    {"type": "textfield", "key": "name", "label": "名称", "validate": {"required": True}},
    {"type": "textfield", "key": "amount", "label": "金额", "properties": {"kind": "money"}},
    {"type": "textfield", "key": "why", "label": "理由", "conditional": {"hide": "=amount < 5000"}},
    {"type": "filepicker", "key": "papers", "label": "材料", "multiple": True, "properties": {"kind": "attachment"}},
    {"type": "textfield", "key": "leader", "label": "领导", "properties": {"kind": "user"}},
    {"type": "textfield", "key": "note", "label": "备注"},
]
FORM = json.dumps({"schema": 1, "id": "request", "title": "申请", "components": COMPONENTS}).encode()


def _task(rule: str) -> str:
    written = f'<camunda:properties><camunda:property name="fields" value="{rule}"/></camunda:properties>'
    inner = f"<extensionElements>{written}</extensionElements>"
    return node("userTask", "u", inner, camunda_assignee="li", camunda_formKey="request")


@pytest.fixture(autouse=True)
def _deployed(database: str) -> None:
    review = _task("*: read; note: edit; leader: hidden")
    deploy(draw(start(camunda_formKey="request") + review + end() + flow("s", "u", "e")), f__json=FORM)


def _upload(attachment_id: str, login: str) -> str:
    facts = {"id": attachment_id, "name": "a.pdf", "size": 1, "sha256": "0" * 64, "media_type": "application/pdf"}
    with transaction():
        db.session.execute(insert(Attachment).values(**facts, uploaded_by=login, uploaded_at=clock.now()))
    return attachment_id


def _start(**variables: Any) -> str:
    return instances.start(key="p", variables={"name": "桌椅", "amount": "4999.99", **variables}, actor=ZHANG)


def _wrong(work: Callable[[], object]) -> set[str]:
    with pytest.raises(Invalid) as refusal:
        work()
    return set(refusal.value.fields)


def test_what_is_right_is_taken_over() -> None:
    paper = _upload("a1", "zhang")
    case = _start(papers=[paper], leader="wang")
    taken = cases.get(case, ZHANG)["variables"]
    assert (taken["name"], taken["amount"], taken["papers"], taken["leader"]) == ("桌椅", "4999.99", ["a1"], "wang")
    assert [(row["attachment_id"], row["field"]) for row in rows("attachment_use")] == [("a1", "papers")]


@pytest.mark.parametrize(
    ("variables", "fields"),
    [
        ({"name": ""}, {"name"}),
        ({"amount": "x"}, {"amount"}),
        ({"leader": "nobody"}, {"leader"}),
        ({"papers": ["unknown"]}, {"papers"}),
        ({"other": 1}, {"other"}),
        ({"_x": 1}, {"_x"}),
        ({"why": "因为"}, {"why"}),
        ({"name": "", "amount": "x"}, {"name", "amount"}),
    ],
)
def test_what_is_wrong_is_told_by_field_and_nothing_is_stored(variables: dict[str, Any], fields: set[str]) -> None:
    assert _wrong(lambda: _start(**variables)) == fields
    assert rows("process_instance") == []


def test_somebody_elses_upload_cannot_be_named() -> None:
    _upload("a1", "li")
    assert _wrong(lambda: _start(papers=["a1"])) == {"papers"}


def test_an_attachment_of_the_case_may_be_named_again() -> None:
    _upload("a1", "zhang")
    case = _start(papers=["a1"])
    user_tasks.complete(open_tasks(case)["u"], variables={"papers": ["a1"], "note": "阅"}, actor=LI)
    assert cases.get(case, ZHANG)["variables"]["note"] == "阅"


def test_read_fields_keep_their_value_and_hidden_ones_are_unknown() -> None:
    case = _start(leader="wang")
    task = open_tasks(case)["u"]
    view = forms_for.task_form(task, LI)
    assert view["permissions"] == {"name": "read", "amount": "read", "why": "read", "papers": "read", "note": "edit"}
    assert "leader" not in view["values"]
    assert "leader" not in json.dumps(view["form"])
    for variables in ({"name": "别的"}, {"leader": "wang"}, {"amount": "5000.00"}):
        assert _wrong(lambda sent=variables: user_tasks.complete(task, variables=sent, actor=LI)) == set(variables)
    user_tasks.complete(task, variables={"name": "桌椅", "amount": "4999.99", "note": "好"}, actor=LI)
    assert cases.get(case, ZHANG)["variables"]["leader"] == "wang"


def test_a_robot_fills_in_only_what_the_form_allows() -> None:
    assert _wrong(lambda: instances.start(key="p", variables={"name": "x", "other": 1}, actor=ROBOT)) == {"other"}
    assert instances.start(key="p", variables={"name": "x"}, actor=ROBOT)


def test_a_form_of_a_foreign_diagram_is_lenient_with_robots() -> None:
    field = '<camunda:formData><camunda:formField id="days" label="天数" type="long"/></camunda:formData>'
    inner = f"<extensionElements>{field}</extensionElements>"
    deploy(draw(start(inner=inner) + end() + flow("s", "e"), key="foreign"))
    assert _wrong(lambda: instances.start(key="foreign", variables={"days": "many"}, actor=ROBOT)) == {"days"}
    case = instances.start(key="foreign", variables={"days": 3, "more": True}, actor=ROBOT)
    assert cases.get(case, OPERATOR)["variables"] == {"days": 3, "more": True}
    assert _wrong(lambda: instances.start(key="foreign", variables={"more": True}, actor=ZHANG)) == {"more"}


def test_a_revision_begins_with_what_was_sent_before() -> None:
    paper = _upload("a1", "zhang")
    old = _start(papers=[paper], amount="10.00")
    instances.cancel(old, "改", actor=ZHANG)
    view = forms_for.start_form("p:1", ZHANG, revises=old)
    assert (view["values"]["name"], view["values"]["amount"], view["values"]["papers"]) == ("桌椅", "10.00", ["a1"])
    new = instances.start(key="p", variables=view["values"], revises=old, actor=ZHANG)
    assert {row["instance_id"] for row in rows("attachment_use")} == {old, new}
    with pytest.raises(NotFound):
        forms_for.start_form("p:1", WANG, revises=old)
    with pytest.raises(NotAllowed):
        forms_for.start_form("p:1", LI, revises=old)


def test_a_completed_task_leaves_no_draft() -> None:
    task = open_tasks(_start())["u"]
    with transaction():
        db.session.execute(insert(Draft).values(subject=f"task:{task}", login="li", variables={"note": "草"}, saved_at=clock.now()))
    user_tasks.complete(task, variables={}, actor=LI)
    assert rows("draft") == []
