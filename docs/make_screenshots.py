"""Make the pictures of docs/screenshots: start an office with the demo people, walk the tour of the README, photograph it.

    .venv/bin/python docs/make_screenshots.py [FOLDER]

Needs a Chromium and a Chinese font (apt-get install chromium fonts-noto-cjk), as the browser tests do.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.architecture.sources import ROOT
from tests.browser.conftest import _chromium as chromium
from tests.browser.desk import Desk
from tests.ops.office import Office
from web import assets

#: so that a reader of the README on a slow line is not kept waiting
LARGEST_BYTES = 200_000
WIDE = {"width": 1280, "height": 800}
CASE = "东湾村村道路灯更换"


@contextmanager
def office(folder: Path, browser: Browser) -> Iterator[Desk]:
    """The demo office in processes of its own, with people at their desks."""
    running = Office(folder, options=("--workers", "1"), environ={"BANJIE_MODELS__DIR": str(ROOT / "bpmn_models")}).start()
    try:
        (folder / "files").mkdir()
        yield Desk(running, browser, folder / "files")
    finally:
        running.interrupt()
        running.end()


def tour(desk: Desk, target: Path) -> None:
    """The tour of the README: an application, the review, the leaders, the case and its replay, and the modeler."""
    with desk.seat("village_east") as page:
        page.set_viewport_size(WIDE)
        page.goto("/start/procurement_regular")
        desk.fill_in(page, "4999.99", CASE)
        photograph(page, target / "start.png")
        page.click("button[value=submit]")
        page.wait_for_url("**/cases/*")
        case = page.url
    with desk.seat("clerk_finance") as page:
        page.set_viewport_size(WIDE)
        desk.open_task(page, CASE)
        page.fill("#opinion", "资金已落实，同意。")
        photograph(page, target / "task.png")
        page.click("button[name=outcome][value=agree]")
        page.wait_for_url("**/inbox")
    desk.decide("mayor_town", CASE)
    with desk.seat("leader_works", phone=True) as page:
        page.goto("/inbox")
        photograph(page, target / "phone.png")
    desk.decide("leader_works", CASE)
    with desk.seat("village_east") as page:
        page.set_viewport_size({"width": 1280, "height": 1100})
        page.goto(case)
        drawn(page)
        photograph(page, target / "case.png")
    desk.decide("leader_procure", CASE)
    with desk.seat("auditor") as page:
        page.set_viewport_size({"width": 1280, "height": 1000})
        page.goto(f"{case}/replay#s4")
        drawn(page)
        photograph(page, target / "replay.png")
    with desk.seat("analyst") as page:
        page.set_viewport_size(WIDE)
        page.goto("/definitions")
        page.locator("a[href*='/modeler/procurement_regular']").first.click()
        page.wait_for_selector(".djs-element")
        page.locator("[data-element-id=finance_review]").click()
        photograph(page, target / "modeler.png")


def drawn(page: Page) -> None:
    """Wait until the diagram is there."""
    page.wait_for_selector("[data-ready=drawn]")


def photograph(page: Page, path: Path) -> None:
    """Write the top of the page; raises when the picture is too large for a README."""
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)
    page.screenshot(path=path)
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"{path} has {path.stat().st_size:,} bytes")


def main(target: Path) -> None:
    """Make all pictures."""
    assets.ensure()
    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        with office(Path(folder), browser) as desk:
            tour(desk, target)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots")
