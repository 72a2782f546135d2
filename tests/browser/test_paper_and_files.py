"""Files go up while the form is filled in; decisions bear signatures; a case is printed."""

import re

from playwright.sync_api import Route

from tests.browser.desk import Desk, overflows
from tests.web.test_sheet import picture


def test_a_file_goes_up_when_it_is_chosen_and_belongs_to_the_form(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        page.goto("/start/procurement_regular")
        page.set_input_files("input[type=file]", [desk.pdf, desk.picture])
        box = page.locator("ul.files input[type=checkbox]")
        box.nth(1).wait_for()
        assert page.evaluate("document.querySelector('input[type=file]').files.length") == 0
        assert "纪要.pdf" in page.locator("ul.files").first.inner_text()
        page.locator("ul.files li", has_text="竣工.png").locator("input").uncheck()
        desk.fill_in(page, "5100.00", "随表上传的路灯")
        page.click("button[value=submit]")
        page.wait_for_url("**/cases/*")
        files = page.locator("ul.files").inner_text()
        assert "纪要.pdf" in files
        assert "竣工.png" not in files


def test_a_file_that_is_refused_says_so_at_once_and_one_that_is_lost_goes_with_the_form(desk: Desk) -> None:
    wrong = desk.files / "程序.exe"
    wrong.write_bytes(b"MZ")
    with desk.seat("village_east") as page:
        page.goto("/start/procurement_regular")
        page.set_input_files("input[type=file]", wrong)
        page.locator("ul.files .err").wait_for()
        assert "不能上传" in page.locator("ul.files .err").inner_text()
        page.route("**/api/v1/attachments", lambda route: route.abort())
        page.set_input_files("input[type=file]", desk.pdf)
        page.get_by_text("提交时再传一次").wait_for()
        desk.fill_in(page, "5100.00", "断网上传的路灯")
        page.click("button[value=submit]")
        page.wait_for_url("**/cases/*")
        assert "纪要.pdf" in page.locator("ul.files").inner_text()


def test_a_form_waits_for_every_file_also_for_one_that_was_chosen_before_another(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        page.goto("/start/procurement_regular")
        held: list[Route] = []
        page.route("**/api/v1/attachments", lambda route: held.append(route) if not held else route.continue_())
        page.set_input_files("input[type=file]", desk.pdf)
        page.locator("ul.files progress").wait_for()
        page.set_input_files("input[type=file]", desk.picture)
        page.locator("ul.files input[type=checkbox]").wait_for()
        desk.fill_in(page, "5100.00", "慢慢上传的路灯")
        page.click("button[value=submit]")
        page.locator("form#work[aria-busy]").wait_for()
        held[0].continue_()
        page.wait_for_url("**/cases/*")
        files = page.locator("ul.files").inner_text()
        assert ("纪要.pdf" in files, "竣工.png" in files) == (True, True)


def test_a_signed_decision_is_printed(desk: Desk) -> None:
    signature = desk.files / "签名.png"
    signature.write_bytes(picture())
    with desk.seat("village_east") as page:
        case = desk.apply(page, "5100.00", "要打印的路灯")
    with desk.seat("clerk_finance", phone=True) as page:
        page.goto("/account/signature")
        page.set_input_files("#file", signature)
        page.get_by_role("button", name="使用这张签名").click()
        page.get_by_text("从下一次办理起使用").wait_for()
        assert not overflows(page)
        desk.open_task(page, "要打印的路灯")
        page.fill("#opinion", "同意，请按预算执行。")
        page.get_by_text("附上文件").click()
        page.set_input_files("#papers", desk.pdf)
        page.locator(".papers input[type=checkbox]").wait_for()
        page.click("button[name=outcome][value=agree]")
        page.get_by_text("已同意").wait_for()
    with desk.seat("village_east", phone=True) as page:
        page.goto(f"{case}/sheet")
        assert not overflows(page)
        assert page.locator(".sig img").evaluate("image => image.naturalWidth") > 0
        assert "纪要.pdf" in page.locator(".sheet").inner_text()
        with page.expect_download() as download:
            page.get_by_role("link", name="下载 PDF").click()
        assert re.fullmatch(r"柳溪镇政务采购审批单 柳采〔\d{4}〕\d{4}号\.pdf", download.value.suggested_filename)
