"""Telling people, deciding on several at once, drafts and putting aside, by the demo people in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, overflows


def _open(page: Page, title: str) -> str:
    page.goto(f"/inbox?q={title}")
    page.get_by_role("link", name=title, exact=True).click()
    page.wait_for_url("**/tasks/*")
    return page.url.partition("?")[0]


@pytest.mark.parametrize("seat", [{}, {"phone": True, "scripts": False}], ids=["desk", "phone without scripts"])
def test_an_applicant_reminds_copies_and_circulates(desk: Desk, seat: dict[str, bool]) -> None:
    title = f"告知的路灯{len(seat)}"
    with desk.seat("village_east", **seat) as page:
        case = desk.apply(page, "4800.00", title)
        page.get_by_role("link", name="催办…").click()
        page.fill("#message", "请尽快。")
        page.get_by_role("button", name="催办", exact=True).click()
        expect(page.locator(".ban-done")).to_contain_text("已催办")
        for verb, done in (("抄送…", "抄送"), ("传阅…", "送传阅")):
            page.get_by_role("link", name=verb).click()
            page.select_option("#users", "village_north")
            if seat.get("scripts", True):
                assert not overflows(page)
            page.get_by_role("button", name=done, exact=True).click()
            expect(page.locator(".ban-done")).to_be_visible()
    with desk.seat("village_north", **seat) as page:
        page.goto("/inbox/copied")
        expect(page.locator("tr.new").filter(has_text=title)).to_have_count(2)
        page.locator("a.ttl", has_text=title).first.click()
        page.wait_for_url("**/cases/*")
        page.fill("textarea[name=comment]", "没有意见")
        page.get_by_role("button", name="已阅", exact=True).click()
        expect(page.locator(".ban-done")).to_contain_text("已阅")
    with desk.seat("village_east", **seat) as page:
        page.goto(case)
        expect(page.locator("main")).to_contain_text("没有意见")
        expect(page.locator("main")).to_contain_text("催办“财政局审核”")
    with desk.seat("clerk_finance", **seat) as page:
        page.goto(f"/inbox?q={title}")
        expect(page.locator("main")).to_contain_text("已催办 1 次")


def test_ticked_tasks_are_decided_on_together(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        for number in range(3):
            desk.apply(page, "4800.00", f"勾选的路灯{number}")
    with desk.seat("clerk_finance") as page:
        page.goto("/inbox?q=勾选的路灯")
        expect(page.locator("[data-batch]")).to_be_hidden()
        for number in (0, 2):
            page.get_by_label(f"勾选 勾选的路灯{number}").check()
        expect(page.locator("[data-batch]")).to_contain_text("已选 2 件")
        page.get_by_role("button", name="批量办理…").click()
        expect(page.locator("h1")).to_contain_text("一起办理 2 件")
        page.fill("#opinion", "同意。")
        page.get_by_role("button", name="全部同意").click()
        expect(page.locator(".ban-done")).to_contain_text("2 件已同意")
        page.goto("/inbox?q=勾选的路灯")
        expect(page.get_by_role("link", name="勾选的路灯1", exact=True)).to_be_visible()
        expect(page.get_by_role("link", name="勾选的路灯0", exact=True)).to_have_count(0)


def test_what_is_typed_is_saved_after_a_pause_and_asked_for_no_more(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        desk.apply(page, "4800.00", "自动保存的路灯")
    with desk.seat("clerk_finance") as page:
        address = _open(page, "自动保存的路灯")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        page.fill("#opinion", "写到一半")
        told = page.locator("[data-draft-told]")
        expect(told).to_contain_text(re.compile("草稿 [0-9]{2}:[0-9]{2}"), timeout=15_000)
        saved = len(sent)
        other = page.context.new_page()
        other.goto(address)
        expect(other.locator("#opinion")).to_have_value("写到一半")
        expect(other.locator("main")).to_contain_text("的草稿已恢复")
        other.fill("#opinion", "另一个窗口写的")
        expect(other.locator("[data-draft-told]")).to_contain_text("草稿", timeout=15_000)
        assert len(sent) == saved
        page.fill("#opinion", "写到一半，接着写")
        expect(told).to_contain_text("另一个窗口", timeout=15_000)
        page.goto(f"{address}?draft=other")
        expect(page.locator("#opinion")).to_have_value("写到一半，接着写")
        expect(page.locator("main")).to_contain_text("两份都留着")


def test_a_start_form_is_saved_while_typing(desk: Desk) -> None:
    with desk.seat("village_north") as page:
        page.goto("/start/procurement_regular")
        page.fill("[name=project_name]", "还没想好的项目")
        expect(page.locator("[data-draft-told]")).to_contain_text("草稿", timeout=15_000)
        page.goto("/start/procurement_regular")
        expect(page.locator("[name=project_name]")).to_have_value("还没想好的项目")
        page.get_by_role("button", name="丢弃草稿").click()
        expect(page.locator("[name=project_name]")).to_have_value("")


@pytest.mark.parametrize("seat", [{}, {"phone": True, "scripts": False}], ids=["desk", "phone without scripts"])
def test_a_task_is_put_aside_and_taken_back(desk: Desk, seat: dict[str, bool]) -> None:
    # without a deadline, for what is due today cannot wait
    title = f"搁置一下{len(seat)}"
    with desk.seat("village_east", **seat) as page:
        desk.apply(page, "4800.00", title)
    with desk.seat("head_finance", **seat) as page:
        address = _open(page, title)
        page.goto(f"{address}/later")
        page.locator(".acts button").last.click()
        expect(page.locator(".ban-done")).to_contain_text("已搁置到")
        page.goto("/inbox/later")
        row = page.locator("tr").filter(has_text=title)
        if seat.get("scripts", True):
            assert not overflows(page)
        row.get_by_role("button", name="取回").click()
        expect(page.locator(".ban-done")).to_contain_text("已取回")
