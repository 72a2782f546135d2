"""The modeler in a browser under the strict policy: draw, fill in, check, deploy."""

import json
import re

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.static_site import Site

FINDING = {
    "code": "no_people", "severity": "warning", "file": "process.bpmn", "line": 7, "element_id": "approve", "element_name": "镇长审批",
    "message": "没有写由谁办理", "hint": "填候选角色",
}  # fmt: skip


def _open(page: Page, site: Site, findings: list[dict[str, object]] | None = None) -> None:
    site.posted.clear()
    site.pages["/model"] = pages.modeler(findings or [])
    page.goto(site.address("/model"))
    expect(page.locator(".model[data-ready=drawn]")).to_be_visible()


def _select(page: Page, id: str) -> None:
    hit = page.locator(f'.djs-element[data-element-id="{id}"] .djs-hit').first
    x, y = hit.evaluate("hit => { const box = hit.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }")
    page.mouse.click(x, y)


def _posted(page: Page, site: Site, action: str) -> str:
    page.locator(f"[data-action={action}]").click()
    expect(page.locator(".model")).not_to_have_attribute("aria-busy", "true")
    address, parts, token = site.posted[-1]
    assert (address, token, parts["name"]) == (f"/{action}", "a-token", "approval")
    return parts["files"]


def test_the_panel_writes_people_and_deadline_into_the_diagram(page: Page, site: Site) -> None:
    site.answers["/check"] = (200, json.dumps({"findings": []}))
    _open(page, site)
    _select(page, "review")
    page.get_by_label("候选角色、部门或岗位").fill("财政局")
    page.get_by_label("办理时限").fill("workdays(3)")
    page.get_by_label("结果按钮").fill("agree:同意; disagree:不同意:required")
    page.get_by_label("说明与依据").fill("依据采购办法第四条")
    xml = _posted(page, site, "check")
    assert 'camunda:candidateGroups="财政局"' in xml
    assert 'camunda:dueDate="workdays(3)"' in xml
    assert '<camunda:property name="outcomes" value="agree:同意; disagree:不同意:required" />' in xml
    assert "依据采购办法第四条" in xml
    expect(page.locator("[data-findings=sentence]")).to_have_text("检查通过，可以部署")


def test_a_condition_and_a_default_are_written_on_the_flows(page: Page, site: Site) -> None:
    site.answers["/check"] = (200, json.dumps({"findings": []}))
    _open(page, site)
    _select(page, "agreed")
    page.get_by_label("条件", exact=True).fill("${outcome_review == 'agree'}")
    _select(page, "refused")
    page.get_by_label("都不满足时走这条").check()
    xml = _posted(page, site, "check")
    assert "${outcome_review == 'agree'}</bpmn:conditionExpression>" in xml.replace(
        "<conditionExpression", "<bpmn:conditionExpression"
    ).replace("</conditionExpression", "</bpmn:conditionExpression")
    assert 'default="refused"' in xml


def test_free_properties_are_kept_and_one_undo_takes_one_back(page: Page, site: Site) -> None:
    site.answers["/check"] = (200, json.dumps({"findings": []}))
    _open(page, site)
    _select(page, "approve")
    page.get_by_label("属性名称").first.fill("list")
    page.get_by_label("属性的值").first.fill("待审批")
    page.get_by_label("属性的值").first.blur()
    assert 'name="list" value="待审批"' in _posted(page, site, "check")
    page.locator("[data-action=undo]").click()
    assert 'value="待审批"' not in _posted(page, site, "check")


def test_an_identifier_that_is_taken_or_malformed_is_refused_beside_the_field(page: Page, site: Site) -> None:
    _open(page, site)
    _select(page, "review")
    page.get_by_label("标识").fill("approve")
    page.get_by_label("标识").blur()
    expect(page.get_by_text("这个标识已经有了")).to_be_visible()
    page.get_by_label("标识").fill("1 x")
    page.get_by_label("标识").blur()
    expect(page.get_by_text("请用字母开头")).to_be_visible()


def test_pressing_a_finding_selects_its_element(page: Page, site: Site) -> None:
    _open(page, site, [FINDING])
    expect(page.locator("[data-findings=warnings]")).to_have_text("1 提醒")
    expect(page.locator(".finding-mark")).to_have_count(1)
    page.get_by_role("button", name="镇长审批：没有写由谁办理").click()
    expect(page.locator(".props header")).to_contain_text("镇长审批")


def test_a_refused_deployment_lists_what_to_change_and_keeps_the_drawing(page: Page, site: Site) -> None:
    site.answers["/deploy"] = (422, json.dumps({"title": "没有部署", "findings": [{**FINDING, "severity": "error"}]}))
    _open(page, site)
    _posted(page, site, "deploy")
    expect(page.locator("[data-part=state]")).to_have_text("没有部署：1 处要改，列在下面。")
    expect(page.locator(".djs-element[data-element-id=approve].finding-error")).to_have_count(1)


def test_a_deployment_names_the_version_it_made(page: Page, site: Site) -> None:
    site.answers["/deploy"] = (201, json.dumps({"definitions": [{"key": "approval", "version": 7}], "findings": []}))
    _open(page, site)
    _posted(page, site, "deploy")
    expect(page.locator("[data-part=state]")).to_have_text(re.compile("已部署为 第 7 版"))


def test_an_ended_session_keeps_the_drawing_and_says_what_to_do(page: Page, site: Site) -> None:
    site.answers["/deploy"] = (401, json.dumps({"code": "not_signed_in", "title": "没有登录"}))
    _open(page, site)
    _posted(page, site, "deploy")
    expect(page.locator("[data-part=state]")).to_contain_text("登录已过期")


def test_a_new_task_is_drawn_from_the_palette_in_chinese(page: Page, site: Site) -> None:
    site.answers["/check"] = (200, json.dumps({"findings": []}))
    _open(page, site)
    page.get_by_role("button", name="人工办理").click()
    box = page.locator("[data-part=canvas]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 500, box["y"] + 600)
    page.mouse.click(box["x"] + 500, box["y"] + 620)
    expect(page.locator(".props header")).to_contain_text("人工办理")
    assert _posted(page, site, "check").count("userTask id=") == 3
