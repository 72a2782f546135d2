"""Nothing that WCAG 2.2 A and AA forbids on any page, at a desk and on a phone, found by axe-core."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.desk import Desk, overflows
from web import assets

AXE = assets.SOURCES / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: whose pages are looked at; {case}, {task} and {rejected} stand for what `office` has made
PAGES: dict[str | None, tuple[str, ...]] = {
    None: ("/sign-in", "/sign-in?lang=en", "/no-such-page"),
    "village_east": (
        "/",
        "/inbox",
        "/inbox/done",
        "/inbox/started",
        "/inbox?q=nothing-like-it",
        "/cases/search?q=",
        "/start",
        "/start/procurement_regular",
        "/start/seal_use",
        "{case}",
        "{rejected}",
        "{case}/cancellation",
        "{case}/reminder",
        "{case}/copies",
        "{case}/circulation",
        "/inbox/copied",
        "{case}/replay",
        "{case}/replay?step=1",
        "/filings",
        "/notices",
        "/account",
        "/account/phrases",
        "/account/substitutes",
        "/workdays",
    ),
    "clerk_finance": (
        "/",
        "/inbox",
        "{task}",
        "{plain_task}/reassignment",
        "{plain_task}/delegation",
        "{asked}",
        "{asked}/recall",
        "{batch}",
        "{plain_task}/later",
        "/inbox/later",
    ),
    "leader_works": ("{asked}/resolution",),
    "analyst": (
        "/definitions",
        "/definitions/procurement_regular:1",
        "/definitions/seal_use:1",
        "/definitions/deploy",
        "/modeler/procurement_regular:1",
        "/modeler/new",
    ),
    "info_admin": (
        "/people",
        "/people?view=departments",
        "/people?view=roles",
        "/people?view=posts",
        "/people/person",
        "/people/person/mayor_town",
        "/people/substitutes?over=1",
        "/handover",
        "/handover/clerk_finance",
        "/people/department",
        "/people/post",
        "/workdays",
        "/system",
        "/cases",
        "/incidents",
        "/incidents?state=resolved",
    ),
    "security_admin": ("/people/person/mayor_town", "/people/charge", "/people/role"),
    "auditor": ("/audit", "/audit/heads", "/cases"),
}


@pytest.fixture(scope="module")
def office(desk: Desk) -> dict[str, str]:
    """A case that waits for a decision, one that was refused, and the task that waits."""
    with desk.seat("village_east") as page:
        addresses = {"case": desk.apply(page, "5200.00", "看得清的路灯"), "rejected": desk.apply(page, "5300.00", "看不清的路灯")}
    with desk.seat("village_east") as page:
        desk.apply(page, "5400.00", "问一问的路灯")
    desk.decide("clerk_finance", "看不清的路灯", "disagree", "看不清。")
    with desk.seat("clerk_finance") as page:
        page.goto("/account/substitutes")
        page.select_option("#f-substitute", "leader_works")
        page.fill("#f-until", "2099-01-01")
        page.click(".decide .btn-main")
        page.locator("[role=alert]").wait_for()
        desk.open_task(page, "问一问的路灯")
        asked = page.url.partition("?")[0]
        page.goto(f"{asked}/delegation")
        page.select_option("#f-to", "leader_works")
        page.click(".decide .btn-main")
        page.locator(".ban-done").wait_for()
        desk.open_task(page, "看得清的路灯")
        batch = f"/inbox/batch?task={page.url.partition('?')[0].rpartition('/')[2]}:1"
        return {**addresses, "batch": batch, "task": page.url, "plain_task": page.url.partition("?")[0], "asked": asked}


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on the page, each with the elements that are."""
    if not AXE.exists():
        with assets._node() as (node, npm):
            assets._run([node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], node)
    page.evaluate(AXE.read_text("utf-8"))
    found: Any = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found["violations"]]


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("login", sorted(PAGES, key=str))
def test_axe_finds_nothing(desk: Desk, office: dict[str, str], login: str | None, phone: bool) -> None:
    wrong: dict[str, Any] = {}
    with desk.seat(login, phone=phone) as page:
        for path in PAGES[login]:
            page.goto(path.format(**office))
            page.wait_for_load_state("networkidle")
            if found := violations(page):
                wrong[path] = found
            if overflows(page):
                wrong[f"{path} is wider than the screen"] = page.evaluate("document.documentElement.scrollWidth")
    assert wrong == {}


def test_axe_finds_nothing_on_forms_with_errors_and_in_the_keys(desk: Desk) -> None:
    wrong: dict[str, Any] = {}
    with desk.seat("village_east") as page:
        page.goto("/start/procurement_regular")
        page.click("button[value=submit]")
        page.locator("[role=alert]").wait_for()
        wrong["errors"] = violations(page)
        # the dialog fades in; what is half there has half its contrast
        page.emulate_media(reduced_motion="reduce")
        page.goto("/")
        page.keyboard.press("?")
        wrong["keys"] = violations(page)
    with desk.seat("info_admin") as page:
        page.goto("/people/person")
        page.click("button[value=save]")
        wrong["person"] = violations(page)
        page.goto("/workdays")
        page.fill("#days", "这一行看不懂")
        page.fill("#source", "通知")
        page.click("button[value=year]")
        wrong["workdays"] = violations(page)
    assert {name: found for name, found in wrong.items() if found} == {}
