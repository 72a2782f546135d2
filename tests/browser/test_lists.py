"""Lists in a browser: keys, filters that change the rows in place, counters that stay true, saved filters, exports, on both widths."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, overflows
from tests.browser.test_accessibility import AXE, RULES

SHOTS = os.environ.get("BANJIE_TEST_SHOTS")


def _look(page: Page, name: str) -> None:
    """No axe finding and nothing wider than the screen; a picture where a folder for them is named."""
    assert not overflows(page), name
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], name
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{page.viewport_size['width'] if page.viewport_size else 0}.png"), full_page=True)


@pytest.fixture(scope="module")
def three(desk: Desk) -> tuple[str, ...]:
    """Three tasks of the finance office."""
    titles = ("列表甲路灯", "列表乙路灯", "列表丙路灯")
    with desk.seat("village_east") as page:
        for title, amount in zip(titles, ("48600.00", "5200.00", "120.00"), strict=True):
            desk.apply(page, amount, title)
    return titles


@pytest.mark.parametrize("phone", [False, True])
def test_lists_and_filters_can_be_read_and_reached(desk: Desk, three: tuple[str, ...], phone: bool) -> None:
    with desk.seat("clerk_finance", phone=phone) as page:
        for name, address in (
            ("home", "/"),
            ("inbox", "/inbox?all=1"),
            ("further", "/inbox?q=列表&state=running&definition_key=procurement_regular&since=2020-01-01"),
            ("wrong", "/inbox?since=x&amount_from=y"),
            ("done", "/inbox/done"),
            ("unclaimed", "/inbox/unclaimed"),
            ("started", "/inbox/started"),
            ("search", "/cases/search?q=列表"),
            ("filters", "/filters"),
        ):
            page.goto(address)
            _look(page, name)


def test_keys_move_through_a_list_and_open_what_is_marked(desk: Desk, three: tuple[str, ...]) -> None:
    with desk.seat("clerk_finance") as page:
        page.goto("/inbox?q=列表&sort=title")
        first, second = page.locator("a.ttl").all_inner_texts()[:2]
        page.keyboard.press("j")
        expect(page.locator("tr.here a.ttl")).to_have_text(first)
        page.keyboard.press("j")
        expect(page.locator("tr.here a.ttl")).to_have_text(second)
        page.keyboard.press("k")
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tasks/*")
        expect(page.locator("h1")).to_contain_text(first)
        page.keyboard.press("j")
        expect(page.locator("h1")).to_contain_text(second)


def test_the_last_row_leads_on_to_the_next_page(desk: Desk, three: tuple[str, ...]) -> None:
    with desk.seat("clerk_finance") as page:
        page.goto("/inbox?q=列表&sort=title")
        page.evaluate("document.querySelector('.pages nav').innerHTML = '<a data-key=\\'next\\' href=\\'/inbox?q=next\\'>下一页</a>'")
        for _row in range(4):
            page.keyboard.press("j")
        page.wait_for_url("**/inbox?q=next")


def test_rows_follow_the_conditions_without_a_new_page(desk: Desk, three: tuple[str, ...]) -> None:
    with desk.seat("clerk_finance") as page:
        page.goto("/inbox?q=列表")
        page.evaluate("window.stays = true")
        page.locator(".further summary").click()
        page.fill("[name=amount_from]", "5000")
        expect(page.locator("a.ttl")).to_have_count(2)
        page.fill("[name=amount_to]", "6000")
        expect(page.locator("a.ttl")).to_have_count(1)
        assert page.evaluate("window.stays") is True
        assert "amount_to=6000" in page.url
        with page.expect_download() as taken:
            page.get_by_role("button", name="导出 CSV").click()
        text = Path(taken.value.path()).read_text("utf-8-sig")
        assert taken.value.suggested_filename.startswith("待办_")
        assert len(text.strip().splitlines()) == 2


def test_counters_stay_true_while_a_page_is_open(desk: Desk, three: tuple[str, ...]) -> None:
    with desk.seat("clerk_finance") as page:
        page.goto("/inbox?all=1")
        counter = page.locator(".side [data-count=todo]")
        before = int(counter.inner_text())
        rows = page.locator("a.ttl").count()
        with desk.seat("village_east") as other:
            desk.apply(other, "77.00", "后来的一件")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(counter).to_have_text(str(before + 1))
        fresh = page.locator("[data-fresh]")
        expect(fresh).to_contain_text("有 1 件新的")
        assert page.locator("a.ttl").count() == rows
        fresh.locator("a").click()
        expect(page.get_by_role("link", name="后来的一件", exact=True)).to_be_visible()
        expect(page.locator("[data-fresh]")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_filter_is_kept_and_used_again(desk: Desk, three: tuple[str, ...], scripts: bool) -> None:
    name = "大额的" if scripts else "大额（无脚本）"
    with desk.seat("clerk_finance", scripts=scripts) as page:
        page.goto("/inbox?q=列表&amount_from=10000")
        page.locator(".saved summary").click()
        page.fill(".saved [name=name]", name)
        page.locator(".saved form button:has-text('保存')").click()
        expect(page.locator(".ban").first).to_contain_text("已存为常用筛选")
        page.goto("/inbox?all=1")
        page.locator(".saved").get_by_role("link", name=name, exact=True).click()
        assert page.locator("a.ttl").all_inner_texts() == ["列表甲路灯"]
        page.goto("/filters")
        _look(page, "filters") if scripts else None
        expect(page.locator("tr", has_text=name).first).to_contain_text("1")
