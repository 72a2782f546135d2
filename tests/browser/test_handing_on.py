"""Handing a task on, at a desk and on a phone: reassigned (转办), or to somebody for advice and back (委派)."""

import pytest
from playwright.sync_api import Page

from tests.browser.desk import Desk, overflows

both = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])


def told(page: Page) -> str:
    """What the page says has happened."""
    page.locator(".ban").first.wait_for()
    return " ".join(page.locator(".ban").all_inner_texts())


def press(page: Page, verb: str) -> None:
    """A verb's button of a task or case, wherever the width puts it; its page is never wider than the screen."""
    button = page.locator("button, a.btn").filter(has_text=verb, visible=True).first
    button.click()
    page.locator(".decide .btn-main").wait_for()
    assert not overflows(page)


def confirm(page: Page) -> str:
    """The main button of a verb's page, and what is said then."""
    page.locator(".decide .btn-main").click()
    return told(page)


@both
def test_reassigned_it_is_somebody_elses_and_never_the_applicants(desk: Desk, phone: bool) -> None:
    title = f"转办的路灯{phone}"
    with desk.seat("village_east") as page:
        desk.apply(page, "5200.00", title)
    with desk.seat("clerk_finance", phone=phone) as page:
        desk.open_task(page, title)
        page.fill("#opinion", "我先看过")
        press(page, "转办")
        page.select_option("select[name=to]", "village_east")
        assert "申请人" in confirm(page)
        page.select_option("select[name=to]", "head_finance")
        assert "已转办给阮青禾" in confirm(page)
        page.goto("/inbox/done")
        assert "转办" in page.locator("main").inner_text()
    with desk.seat("clerk_finance") as page:
        page.goto("/inbox")
        assert page.get_by_role("link", name=title, exact=True).count() == 0
    assert "已同意" in desk.decide("head_finance", title)


@both
def test_somebody_else_advises_and_the_owner_decides(desk: Desk, phone: bool) -> None:
    title = f"委派的路灯{phone}"
    with desk.seat("village_east") as page:
        desk.apply(page, "5200.00", title)
    with desk.seat("head_finance", phone=phone) as page:
        desk.open_task(page, title)
        press(page, "委派")
        page.select_option("select[name=to]", "clerk_works")
        page.fill("[name=reason]", "请看看工程量")
        assert "交回后由您决定" in confirm(page)
    with desk.seat("clerk_works", phone=phone) as page:
        page.goto("/inbox")
        page.get_by_role("link", name=title, exact=True).click()
        page.wait_for_url("**/resolution*")
        assert page.locator("button[name=outcome]").count() == 0
        page.fill("#opinion", "工程量合理")
        assert "已交回" in confirm(page)
    with desk.seat("head_finance", phone=phone) as page:
        desk.open_task(page, title)
        assert "工程量合理" in page.locator("main").inner_text()
        page.click("button[name=outcome][value=agree]")
        assert "已同意" in told(page)
