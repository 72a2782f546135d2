"""The main job, by the demo people in a real browser: from the start form to the filing."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.desk import Desk, overflows


def test_a_project_below_the_threshold_is_filed_after_three_leaders_agree(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        case = desk.apply(page, "4999.99", "小额路灯")
        expect(page.locator(".ban").first).to_contain_text("财政局审核")
    assert "镇长审批" in desk.decide("clerk_finance", "小额路灯")
    for leader in ("leader_procure", "mayor_town"):
        desk.decide(leader, "小额路灯")
    assert "已备案" in desk.decide("leader_works", "小额路灯")
    with desk.seat("secretary_town") as page:
        page.goto("/inbox")
        expect(page.get_by_role("link", name="小额路灯", exact=True)).to_have_count(0)
    with desk.seat("village_east") as page:
        page.goto(case)
        expect(page.locator("h1")).to_contain_text("已备案")
        expect(page.locator(".why")).to_contain_text("4999.99")
        expect(page.locator("[data-diagram]")).to_have_attribute("data-ready", "drawn")
        page.goto("/filings")
        expect(page.locator("main")).to_contain_text("小额路灯")


def test_a_project_at_the_threshold_goes_through_minutes_construction_and_acceptance_on_a_phone_without_scripts(desk: Desk) -> None:
    seat = {"phone": True, "scripts": False}
    with desk.seat("village_east", **seat) as page:
        case = desk.apply(page, "5000.00", "大额路灯")
        assert not overflows_without_scripts(page)
    for login in ("clerk_finance", "secretary_town", "mayor_town", "leader_works", "leader_procure"):
        desk.decide(login, "大额路灯", **seat)
    with desk.seat("clerk_finance", **seat) as page:
        desk.open_task(page, "大额路灯")
        page.click(".decide button.btn-main")
        expect(page.locator("[role=alert]")).to_contain_text("会议纪要")
        page.set_input_files("input[type=file]", desk.pdf)
        page.click(".decide button.btn-main")
        expect(page.locator(".ban").first).to_contain_text("建设中")
    with desk.seat("village_east", **seat) as page:
        for kind in ("supervision", "oversight", "supervision", "oversight"):
            desk.open_task(page, "大额路灯")
            page.check(f"[name=construction_action][value={kind}_log]")
            page.fill("[name=log_date]", "2026-11-20")
            page.set_input_files("input[type=file]", desk.pdf)
            page.click(".decide button.btn-main")
            expect(page.locator(".ban").first).to_contain_text("建设中")
        desk.open_task(page, "大额路灯")
        page.check("[name=construction_action][value=acceptance]")
        page.click(".decide button.btn-main")
        expect(page.locator(".ban").first).to_contain_text("项目验收")
        desk.open_task(page, "大额路灯")
        page.click(".decide button.btn-main")
        expect(page.locator("[role=alert]")).to_contain_text("竣工日期")
        page.fill("[name=completed_on]", "2026-11-23")
        for field in ("contract_file", "budget_file"):
            page.set_input_files(f"[name='{field}.__files']", desk.pdf)
        page.set_input_files("[name='completion_images.__files']", desk.picture)
        page.click(".decide button.btn-main")
        expect(page.locator(".ban").first).to_contain_text("已备案")
        page.goto(case)
        expect(page.locator("h1")).to_contain_text("已备案")


def overflows_without_scripts(page: Page) -> bool:
    box = page.locator("main").bounding_box()
    return box is not None and box["width"] > 390


def test_one_disagreement_ends_the_case_and_the_applicant_revises_it(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        first = desk.apply(page, "5000.00", "被否路灯")
    desk.decide("clerk_finance", "被否路灯")
    assert "不同意" in desk.decide("mayor_town", "被否路灯", "disagree", "预算明细与金额不符")
    for login in ("secretary_town", "leader_works", "leader_procure"):
        with desk.seat(login) as page:
            page.goto("/inbox")
            expect(page.get_by_role("link", name="被否路灯", exact=True)).to_have_count(0)
    with desk.seat("village_east") as page:
        page.goto(first)
        expect(page.locator(".ban").first).to_contain_text("预算明细与金额不符")
        page.get_by_role("link", name="修改后重新提交").click()
        assert page.input_value("[name=project_name]") == "被否路灯"
        page.fill("[name=amount]", "4800.00")
        page.click("button[value=submit]")
        page.wait_for_url(re.compile(r"/cases/(?!.*" + first.rpartition("/")[2] + ")"))
        expect(page.locator("main")).to_contain_text("修改而来")
        expect(page.locator(".ban").first).to_contain_text("财政局审核")


def test_the_applicant_is_told_of_a_refusal_in_the_message_centre(desk: Desk) -> None:
    with desk.seat("village_north") as page:
        desk.apply(page, "100.00", "北坡水渠")
    desk.decide("clerk_finance", "北坡水渠", "disagree", "请补充三家以上报价。")
    with desk.seat("village_north") as page:
        for _ in range(40):
            page.goto("/notices")
            if "北坡水渠" in page.inner_text("main"):
                break
            page.wait_for_timeout(250)
        expect(page.locator("main")).to_contain_text("请补充三家以上报价")


def test_what_was_typed_stays_when_it_is_wrong_and_each_field_says_what_to_do(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        page.goto("/start/procurement_regular")
        desk.fill_in(page, "五千", "写错的路灯")
        page.fill("[name=duration]", "二十")
        page.click("button[value=submit]")
        expect(page.locator("[role=alert]")).to_contain_text("2 处要改")
        assert page.input_value("[name=amount]") == "五千"
        assert page.input_value("[name=project_name]") == "写错的路灯"
        assert page.get_attribute("[name=duration]", "aria-invalid") == "true"


def test_a_session_that_ends_under_a_half_typed_form_loses_nothing(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        page.goto("/start/seal_use")
        page.goto("/start/procurement_regular")
        desk.fill_in(page, "3000", "登录到期的路灯")
        page.context.clear_cookies()
        page.click("button[value=submit]")
        expect(page.locator("main")).to_contain_text("您填的内容还在")
        page.fill("#login", "village_east")
        page.fill("#password", desk.passwords["village_east"])
        page.click("button.btn-main")
        expect(page.locator("main")).to_contain_text("草稿已恢复")
        assert page.input_value("[name=project_name]") == "登录到期的路灯"
        page.click("button[value=discard]")


def test_a_task_that_somebody_else_has_done_keeps_the_opinion_as_a_draft(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        desk.apply(page, "800.00", "同时办的路灯")
    with desk.seat("clerk_finance") as slow:
        desk.open_task(slow, "同时办的路灯")
        slow.fill("#opinion", "我写了很久的意见")
        desk.decide("head_finance", "同时办的路灯")
        slow.click("button[value=agree]")
        expect(slow.locator(".ban").first).to_contain_text("已由阮青禾")


def test_a_draft_that_cannot_be_saved_is_tried_less_and_less_often(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        desk.apply(page, "800.00", "断网的路灯")
    with desk.seat("clerk_finance") as page:
        page.clock.install()
        desk.open_task(page, "断网的路灯")
        tries: list[Route] = []

        def lost(route: Route) -> None:
            tries.append(route)
            route.abort()

        page.route("**/tasks/*", lost)
        page.fill("#opinion", "写到一半")
        for _ in range(20):
            page.clock.run_for(1500)
            page.wait_for_timeout(50)
        assert 2 <= len(tries) <= 4
        told = page.locator("[data-draft-told]")
        for _ in range(200):
            page.clock.run_for(3000)
            page.wait_for_timeout(50)
            if told.inner_text():
                break
        expect(told).to_contain_text("草稿没有存上")
        assert len(tries) == 6


def test_a_double_press_starts_one_case(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        page.goto("/start/procurement_regular")
        desk.fill_in(page, "10", "双击的路灯")
        page.dblclick("button[value=submit]")
        page.wait_for_url("**/cases/*")
        page.go_back()
        page.goto("/cases/search?q=双击的路灯")
        expect(page.get_by_role("link", name="双击的路灯", exact=True)).to_have_count(1)


def test_a_leader_decides_with_the_keyboard_alone(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        desk.apply(page, "20", "键盘的路灯")
    with desk.seat("clerk_finance") as page:
        page.goto("/inbox?q=键盘的路灯")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tasks/*")
        page.focus("#opinion")
        page.keyboard.type("同意。")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".ban").first).to_contain_text("已同意")


PAGES = {
    "village_east": (
        "/",
        "/inbox",
        "/inbox/done",
        "/inbox/started",
        "/start",
        "/start/procurement_regular",
        "/filings",
        "/notices",
        "/account",
    ),
    "info_admin": ("/people", "/people?view=roles", "/people/person", "/workdays", "/system", "/cases", "/incidents"),
    "analyst": ("/definitions", "/definitions/procurement_regular:1", "/definitions/deploy"),
    "auditor": ("/audit", "/audit/heads"),
}


@pytest.mark.parametrize("login", sorted(PAGES))
def test_no_page_is_wider_than_a_phone(desk: Desk, login: str) -> None:
    with desk.seat(login, phone=True) as page:
        wide = []
        for path in PAGES[login]:
            page.goto(path)
            if overflows(page):
                wide.append(path)
        assert wide == []


def test_an_auditor_replays_a_case_step_by_step(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        case = desk.apply(page, "30", "回放的路灯")
    desk.decide("clerk_finance", "回放的路灯")
    with desk.seat("auditor") as page:
        page.goto(case + "/replay")
        expect(page.locator("[data-replay=diagram]")).to_have_attribute("data-ready", "drawn")
        expect(page.locator("[data-replay=caption]")).to_contain_text("第 2 步")
        page.keyboard.press("ArrowLeft")
        expect(page.locator("[data-replay=caption]")).to_contain_text("第 1 步")
        expect(page.locator("[data-replay=variables]")).to_contain_text("回放的路灯")
        expect(page.locator(".head")).to_contain_text("链条完整")


def test_an_analyst_edits_a_version_and_deploys_the_next(desk: Desk) -> None:
    with desk.seat("analyst") as page:
        page.goto("/modeler/leader_decision:1")
        page.wait_for_selector(".model[data-ready=drawn]")
        page.locator("[data-element-id] .djs-visual").first.wait_for()
        page.evaluate("document.querySelector('[data-part=panel] input, [data-part=panel] textarea').focus()")
        name = page.locator("[data-part=panel] input").first
        name.fill("领导批示（改）")
        name.blur()
        page.click("[data-action=check]")
        expect(page.locator("[data-part=findings]")).to_contain_text("0")
        page.click("[data-action=deploy]")
        expect(page.locator("[data-part=state]")).to_contain_text("第 2 版")
        page.goto("/definitions")
        expect(page.locator("main")).to_contain_text("领导批示（改）")
