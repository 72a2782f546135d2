"""People of the demo office at their browsers."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error, Page

from tests.ops.office import Office

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass
class Desk:
    """The office under test, with its address, the demo people's passwords and files to upload."""

    office: Office
    browser: Browser
    files: Path
    passwords: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lines = (self.office.folder / "var" / "demo-logins.txt").read_text("utf-8").splitlines()[1:]
        self.passwords = {line.split()[0]: line.split()[1] for line in lines if line.strip()}
        (self.files / "纪要.pdf").write_bytes(PDF)
        (self.files / "竣工.png").write_bytes(PIXEL)

    @property
    def pdf(self) -> Path:
        return self.files / "纪要.pdf"

    @property
    def picture(self) -> Path:
        return self.files / "竣工.png"

    @contextmanager
    def seat(self, login: str | None, *, phone: bool = False, scripts: bool = True, language: str | None = None) -> Iterator[Page]:
        """Somebody signed in, or nobody; script errors, dialogs and what the content policy refuses fail the test."""
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = self.browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", viewport=size, java_script_enabled=scripts, base_url=self.office.address
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
        page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        if language:
            page.goto(f"/sign-in?lang={language}")
        if login:
            self.sign_in(page, login)
        yield page
        _come_to_rest(page)
        context.close()
        assert said == []

    def sign_in(self, page: Page, login: str) -> None:
        """Sign in on the sign-in page."""
        page.goto("/sign-in")
        page.fill("#login", login)
        page.fill("#password", self.passwords[login])
        page.click("button.btn-main")
        page.wait_for_url(lambda address: not address.endswith("/sign-in"))

    def apply(self, page: Page, amount: str, name: str = "东湾村村道路灯更换") -> str:
        """Start a regular project for an amount; gives the address of the case."""
        page.goto("/start/procurement_regular")
        self.fill_in(page, amount, name)
        page.click("button[value=submit]")
        page.wait_for_url("**/cases/*")
        return page.url

    def fill_in(self, page: Page, amount: str, name: str) -> None:
        """Fill the start form in."""
        page.fill("[name=project_name]", name)
        page.check("[name=module][value=procurement]")
        page.fill("[name=amount]", amount)
        page.select_option("[name=funding_source]", index=1)
        page.fill("[name=duration]", "20")
        page.fill("[name=site]", "东湾村三组至六组")
        page.select_option("[name=leader_in_charge]", "leader_works")
        page.fill("[name=works_scale]", "更换太阳能路灯 54 盏")

    def open_task(self, page: Page, title: str) -> None:
        """Open the newest task of that title in the inbox."""
        page.goto("/inbox")
        page.get_by_role("link", name=title, exact=True).last.click()
        page.wait_for_url("**/tasks/*")

    def decide(self, login: str, title: str, outcome: str = "agree", opinion: str = "同意。", **seat: bool) -> str:
        """Sign in, decide on a task, and give what the page then says."""
        with self.seat(login, **seat) as page:
            self.open_task(page, title)
            page.fill("#opinion", opinion)
            press(page, f"button[name=outcome][value={outcome}]")
            return page.inner_text(".ban")


def press(page: Page, button: str) -> None:
    """Press a button that leads on: a decision to the next task of the list, or back to the list."""
    here = page.url
    page.click(button)
    page.wait_for_url(lambda address: address != here)


def _come_to_rest(page: Page) -> None:
    """Let what is under way arrive: a browser that is closed in the middle of a form's answer may never say that it is closed."""
    with suppress(Error):
        page.wait_for_load_state("networkidle", timeout=5_000)


def overflows(page: Page) -> bool:
    """Whether the page is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
