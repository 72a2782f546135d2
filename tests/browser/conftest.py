"""A Chromium for the tests in this folder: one browser a session, one page with a Chinese locale a test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.architecture.sources import ROOT
from tests.browser.desk import Desk
from tests.browser.static_site import Site
from tests.machine import lacks
from tests.ops.office import Office
from web import assets

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _chromium() -> str | None:
    named = os.environ.get("BANJIE_TEST_CHROMIUM")
    return named or next((path for path in map(shutil.which, NAMES) if path), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser; its lack is said with the way to get it."""
    path = _chromium()
    if path is None or not Path(path).exists():
        lacks("Chromium", "apt-get install chromium fonts-noto-cjk, or name one with BANJIE_TEST_CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose script errors and refused styles or scripts fail the test."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    opened = context.new_page()
    said: list[str] = []
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    yield opened
    context.close()
    assert said == []


@pytest.fixture(scope="session")
def desk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The shipped models and the demo people, in processes of their own."""
    assets.ensure()
    folder = tmp_path_factory.mktemp("desk")
    office = Office(folder, options=("--workers", "1"), environ={"BANJIE_MODELS__DIR": str(ROOT / "bpmn_models")})
    try:
        office.start()
        (folder / "files").mkdir()
        yield Desk(office, browser, folder / "files")
        office.interrupt()
    finally:
        office.end()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """A small site with the bundles and a strict Content-Security-Policy, for tests of the bundles alone."""
    assets.ensure()
    with Site() as running:
        yield running
