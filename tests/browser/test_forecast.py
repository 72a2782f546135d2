"""The steps ahead follow what is typed, in a real browser; without scripts a button makes them anew."""

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk, overflows


@pytest.mark.parametrize("phone", [False, True])
def test_the_steps_ahead_follow_the_typing(desk: Desk, phone: bool) -> None:
    with desk.seat("village_east", phone=phone) as page:
        page.goto("/start/procurement_regular")
        ahead = page.locator("[data-forecast]")
        expect(ahead).to_contain_text("财政局审核")
        expect(page.get_by_role("button", name="看看后面怎么走")).to_be_hidden()
        page.fill("[name=amount]", "250000.00")
        expect(ahead.locator("li:not(.maybe)", has_text="财政局审核")).to_have_count(1)
        expect(ahead.locator("li.maybe", has_text="书记审批")).to_contain_text("如果“财政局同意吗？”走“同意”")
        page.fill("[name=amount]", "10.00")
        expect(ahead).not_to_contain_text("书记审批")
        page.select_option("[name=leader_in_charge]", "leader_works")
        expect(ahead.locator("li", has_text="分管领导审批").first).to_contain_text("沈听澜")
        assert page.input_value("[name=amount]") == "10.00"
        assert not overflows(page)


def test_without_scripts_a_button_looks_ahead(desk: Desk) -> None:
    with desk.seat("village_east", scripts=False) as page:
        page.goto("/start/procurement_regular")
        page.fill("[name=amount]", "250000.00")
        page.get_by_role("button", name="看看后面怎么走").click()
        expect(page.locator("[data-forecast]")).to_contain_text("书记审批")
        assert page.input_value("[name=amount]") == "250000.00"


def test_a_task_says_who_comes_next(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        desk.apply(page, "4800.00", "推算工程")
    with desk.seat("clerk_finance") as page:
        desk.open_task(page, "推算工程")
        expect(page.locator("[data-forecast]")).to_contain_text("邵明远")
