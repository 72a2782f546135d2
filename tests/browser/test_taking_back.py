"""退回 and 撤回 in a real browser, on a desk and on a phone: what will happen is shown before it does, and nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk, overflows
from tests.browser.test_accessibility import violations


@pytest.mark.parametrize("phone", [False, True])
def test_sent_back_resubmitted_and_taken_back(desk: Desk, phone: bool) -> None:
    title = f"退回工程{'手机' if phone else '桌面'}"
    with desk.seat("village_east", phone=phone) as page:
        case = desk.apply(page, "4800.00", title)
    with desk.seat("clerk_finance", phone=phone) as page:
        desk.open_task(page, title)
        page.fill("#opinion", "预算偏高")
        page.click(".decide button[value=send_back]")
        page.wait_for_url("**/send-back*")
        expect(page.locator("#effect")).to_contain_text("财政局审核")
        assert not overflows(page)
        assert violations(page) == []
        page.fill("#why", "请附报价单")
        page.check("[name=then][value=straight_back]")
        expect(page.locator("#effect")).to_contain_text("修改后重新提交")
        expect(page.locator("#why")).to_have_value("请附报价单")
        page.click(".decide .btn-main")
        expect(page.locator(".ban").first).to_contain_text("已退回")
    with desk.seat("village_east", phone=phone) as page:
        page.goto(case)
        record = page.locator("main")
        expect(record).to_contain_text("退回到“申请人”，改好后直接回来")
        expect(record).to_contain_text("请附报价单")
        desk.open_task(page, title)
        page.click(".decide .btn-main")
        expect(page.locator(".ban").first).to_contain_text("已提交")
    desk.decide("clerk_finance", title, phone=phone)
    with desk.seat("clerk_finance", phone=phone) as page:
        page.goto(case)
        page.click("a:has-text('撤回“财政局审核”')")
        expect(page.locator("main")).to_contain_text("这一步重新打开")
        assert not overflows(page)
        assert violations(page) == []
        page.click("button.btn-stop")
        expect(page.locator(".ban").first).to_contain_text("已撤回")
        expect(page.locator("#opinion")).not_to_have_value("")
        assert not overflows(page)
        assert violations(page) == []


def test_sending_back_works_without_scripts(desk: Desk) -> None:
    title = "退回工程无脚本"
    with desk.seat("village_east") as page:
        desk.apply(page, "4800.00", title)
    with desk.seat("clerk_finance", scripts=False) as page:
        desk.open_task(page, title)
        page.click(".decide button[value=send_back]")
        page.check("[name=then][value=straight_back]")
        page.click("button[value=look]")
        expect(page.locator("[name=then][value=straight_back]")).to_be_checked()
        page.click(".decide .btn-main")
        expect(page.locator("#why-e")).to_contain_text("请写明要改什么")
        page.fill("#why", "请补充")
        page.click(".decide .btn-main")
        expect(page.locator(".ban").first).to_contain_text("已退回")
