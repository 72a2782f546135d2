"""Why a task is before somebody, on the pages: the rule in words, who was left out, what was passed by, whom one may choose."""

import io

import pytest

from tests.web import diagrams
from tests.web.desk import Office, sentences

AGREE = '<camunda:property name="outcomes" value="agree:同意; disagree:不同意"/>'


def task(element_id: str, name: str, who: str, *properties: str) -> str:
    """A user task whose people agree or refuse."""
    drawn = f"<extensionElements><camunda:properties>{AGREE}{''.join(properties)}</camunda:properties></extensionElements>"
    return f'<userTask id="{element_id}" name="{name}" {who}>{drawn}</userTask>'


def prop(name: str, value: str) -> str:
    """A property."""
    return f'<camunda:property name="{name}" value="{value}"/>'


STEPS = (
    '<startEvent id="begin"/>',
    task(
        "head",
        "负责人审批",
        'camunda:candidateUsers="负责人(申请人), 分管领导(申请人)"',
        prop("when_applicant", "skip"),
        prop("choose", "line: 条线领导(procurement), 镇长"),
    ),
    task("line", "分管审批", 'camunda:candidateUsers="上一步选定()"'),
    task("own", "自己确认", 'camunda:assignee="负责人(申请人)"', prop("when_applicant", "skip")),
    diagrams.END,
)


@pytest.fixture
def case(desk: Office) -> str:
    """The path of a case of the head of the works office, who would decide it too."""
    analyst, applicant = desk.as_("analyst"), desk.as_("head_works")
    document = diagrams.diagram("asked_by_rule", diagrams.chain(*STEPS), name="按规则办")
    fields = {"name": "规则", "files": [(io.BytesIO(document), "规则.bpmn")]}
    answer = analyst.client.post("/api/v1/deployments", data=fields, headers={"X-CSRFToken": analyst.token()})
    assert answer.status_code in (200, 201), answer.text
    sent = applicant.post("/start/asked_by_rule", {"_act": "submit"})
    assert sent.status_code == 303, sentences(sent)
    return str(sent.headers["Location"])


def test_the_pages_say_who_is_asked_and_why(desk: Office, case: str) -> None:
    leader, path = desk.as_("leader_works"), desk.task("leader_works", "按规则办")
    told = sentences(leader.get(path))
    assert "规则“申请人所在部门的负责人”没有找到人；跳过 贺远舟·建设办负责人：是申请人" in told
    assert "由规则“分管申请人所在部门的领导”找到 沈听澜·分管建设领导" in told
    assert "“分管审批”由谁办理" in told
    assert "许望舒" in told
    refused = leader.post(path, {"outcome": "agree", "opinion": "好"})
    assert refused.status_code == 422
    assert "请选择“分管审批”由谁办理。" in sentences(refused)
    looked = sentences(leader.post(path, {"_act": "look", "chosen_line": "leader_procure"}))
    assert "由规则“上一步选定的人”找到 许望舒·采购分管领导" in looked
    leader.post(path, {"outcome": "agree", "opinion": "好", "chosen_line": "leader_procure"}, follow=True)
    second = desk.as_("leader_procure")
    page = desk.task("leader_procure", "按规则办")
    assert "由规则“上一步选定的人”找到 许望舒·采购分管领导" in sentences(second.get(page))
    second.post(page, {"outcome": "agree", "opinion": "好"}, follow=True)
    shown = sentences(desk.as_("head_works").get(case))
    assert "“自己确认”不用办，视为同意" in shown
    assert "办理人就是申请人，不再送审" in shown
    assert "按 20" in shown
    assert "“自己确认”" in sentences(desk.as_("auditor").get(f"{case}/replay"))
    sheet = sentences(desk.as_("head_works").get(f"{case}/sheet"))
    assert "不用办，视为同意" in sheet
    assert "办理人就是申请人，不再送审" in sheet


def test_the_history_carries_the_rules(desk: Office, case: str) -> None:
    visitor = desk.as_("head_works")
    found = visitor.get(f"/api/v1/process-instances/{case.rpartition('/')[2]}/history?limit=200").get_json()["items"]
    made = next(one["details"] for one in found if one["type"] == "user_task_created")
    assert [one["rule"] for one in made["found_by"]] == ["负责人(申请人)", "分管领导(申请人)"]
    assert made["found_by"][0]["skipped"] == [{"login": "head_works", "why": "applicant"}]
    assert made["found_by"][1]["people"] == ["leader_works"]
    assert made["found_by"][0]["organisation"].keys() == {"day", "act"}
