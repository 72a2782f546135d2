"""加签 and 减签, and joint decisions, in a real browser, on a desk and on a phone: on the task page, on the diagram, in the replay."""

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk, overflows, press
from tests.browser.test_accessibility import violations


@pytest.mark.parametrize("phone", [False, True])
def test_signers_are_asked_and_taken_off(desk: Desk, phone: bool) -> None:
    title = f"加签工程{'手机' if phone else '桌面'}"
    with desk.seat("village_east", phone=phone) as page:
        case = desk.apply(page, "4800.00", title)
    with desk.seat("clerk_finance", phone=phone) as page:
        desk.open_task(page, title)
        page.fill("#opinion", "写了一半")
        if phone:
            page.click("a.more")
            page.click("#more button[value=sign]")
        else:
            page.click(".decide button[value=sign]")
        page.wait_for_url("**/signers*")
        assert not overflows(page)
        assert violations(page) == []
        page.select_option("[name=users]", ["head_finance", "leader_works"])
        page.check("[name=position][value=before]")
        page.click("button.btn-main")
        expect(page.locator(".ban").first).to_contain_text("已请")
        expect(page.locator(".decide")).to_contain_text("还在等 2 位加签人办理")
        expect(page.locator("#opinion")).to_have_value("写了一半")
        expect(page.locator(".signers li")).to_have_count(2)
        assert not overflows(page)
        assert violations(page) == []
    desk.decide("leader_works", title, outcome="disagree", opinion="造价偏高", phone=phone)
    with desk.seat("clerk_finance", phone=phone) as page:
        page.goto(case)
        expect(page.locator("[data-diagram]")).to_have_attribute("data-ready", "drawn")
        boxes = page.locator(".bp .signer-box")
        expect(boxes).to_have_count(2)
        expect(page.locator(".bp .signer-box.done")).to_have_count(1)
        assert boxes.first.evaluate("box => getComputedStyle(box).borderTopStyle") == "dotted"
        expect(page.locator(".signers")).to_contain_text("造价偏高")
        assert not overflows(page)
        assert violations(page) == []
        page.goto(f"{case}/replay")
        expect(page.locator(".bp .signer-box")).to_have_count(2)
        page.click("[data-replay=previous]")
        expect(page.locator(".bp .signer-box.done")).to_have_count(0)
        page.click("[data-replay=previous]")
        expect(page.locator(".bp .signer-box")).to_have_count(0)
        page.goto(case)
        page.get_by_role("link", name="减签").first.click()
        page.wait_for_url("**/signers/removal")
        assert violations(page) == []
        page.click("button.btn-stop")
        expect(page.locator(".ban").first).to_contain_text("已不再请")
        expect(page.locator(".decide button[name=outcome]").first).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_the_heads_of_units_decide_together(desk: Desk, phone: bool) -> None:
    title = f"会签办法{'手机' if phone else '桌面'}"
    with desk.seat("clerk_works", phone=phone) as page:
        page.goto("/start/cosign_units")
        page.fill("[name=subject]", title)
        page.fill("[name=draft_text]", "征求意见稿")
        page.check("[name=units][value=finance]")
        page.check("[name=units][value=agriculture]")
        page.click("button[value=submit]")
        page.wait_for_url("**/cases/*")
        case = page.url
        expect(page.locator(".votes")).to_contain_text("2 人都要同意，等全部投完")
        expect(page.locator(".votes")).to_contain_text("还差 2 票通过")
    with desk.seat("head_finance", phone=phone) as page:
        desk.open_task(page, f"会签：{title}")
        expect(page.locator(".votes")).to_contain_text("还差 2 票通过")
        page.fill("#opinion", "经费没有来源。")
        press(page, "button[name=outcome][value=disagree]")
    with desk.seat("clerk_works", phone=phone) as page:
        page.goto(case)
        expect(page.locator(".votes")).to_contain_text("不同意 1")
        assert not overflows(page)
        assert violations(page) == []
    with desk.seat("head_agri", phone=phone) as page:
        desk.open_task(page, f"会签：{title}")
        press(page, "button[name=outcome][value=agree]")
    with desk.seat("clerk_works", phone=phone) as page:
        page.goto(case)
        expect(page.locator(".votes")).to_contain_text("未通过：同意 1，不同意 1")
        expect(page.locator("main")).to_contain_text("领导协调")
