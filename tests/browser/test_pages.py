"""The helps of the pages in a real browser: fields that come and go, amounts in words, files, keys, the side as a page, live lists."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from werkzeug.datastructures import MultiDict

from forms import money, posted
from forms.definition import Form
from tests.browser.desk import Desk, overflows, press

AMOUNTS = (
    "0", "0.00", "1", "10", "88.5", "100.05", "1001", "10000", "10010.10", "1,234,567.89", "￥5000", "5000元", "１２３",
    "100000000", "100000001", "123456789012.34", "1000000000000", "-20.5", "-0", "1.234", "1.230", "五千", "", "1e3", " 20 ",
)  # fmt: skip
BUILDING = "procurement_regular"
FORM = Form.from_document({"id": "f", "components": [{"type": "textfield", "key": "amount", "properties": {"kind": "money"}}]})


@pytest.fixture
def seat(desk: Desk) -> Iterator[Page]:
    """The applicant at the start form."""
    with desk.seat("village_east") as page:
        page.goto(f"/start/{BUILDING}")
        yield page


def test_an_amount_is_written_in_capitals_while_one_types_as_the_server_writes_it(seat: Page) -> None:
    shown = {}
    for amount in AMOUNTS:
        seat.fill("[name=amount]", amount)
        shown[amount] = seat.inner_text("#f-amount-u")
    assert shown == {amount: money.upper(posted.parse(FORM, MultiDict({"amount": amount}))["amount"]) for amount in AMOUNTS}


def test_chosen_files_are_named_and_one_that_is_too_large_is_not_sent(seat: Page, desk: Desk) -> None:
    large = desk.files / "大图.png"
    large.write_bytes(b"\x89PNG" + bytes(11 * 1024 * 1024))
    field = "[name='application_files.__files']"
    seat.set_input_files(field, [desk.pdf, large])
    expect(seat.locator(".files:not(.chosen)")).to_contain_text("纪要.pdf")
    expect(seat.locator(".chosen .err")).to_contain_text("最多 10 MB")
    desk.fill_in(seat, "10", "太大的附件")
    seat.click("button[value=submit]")
    assert seat.evaluate("document.activeElement.type") == "file"
    assert seat.url.endswith(f"/start/{BUILDING}")
    seat.set_input_files(field, desk.pdf)
    expect(seat.locator(".files:not(.chosen) input[type=checkbox]")).to_have_count(2)
    expect(seat.locator(".chosen li")).to_have_count(0)


def test_fields_that_depend_on_others_come_and_go_and_what_was_typed_stays(desk: Desk) -> None:
    title = "看情况的路灯"
    with desk.seat("village_east") as page:
        desk.apply(page, "6000.00", title)
    for login in ("clerk_finance", "secretary_town", "mayor_town", "leader_works", "leader_procure"):
        desk.decide(login, title)
    with desk.seat("clerk_finance") as page:
        desk.open_task(page, title)
        page.set_input_files("input[type=file]", desk.pdf)
        press(page, ".decide button.btn-main")
    with desk.seat("village_east") as page:
        desk.open_task(page, title)
        expect(page.get_by_role("button", name="按所填内容更新表单", include_hidden=True)).to_be_hidden()
        page.check("[name=construction_action][value=acceptance]")
        expect(page.locator("[name=log_date]")).to_have_count(0)
        page.fill("#opinion", "写到一半")
        page.check("[name=construction_action][value=supervision_log]")
        expect(page.locator("[name=log_date]")).to_be_visible()
        page.fill("[name=log_date]", "2026-11-20")
        assert page.input_value("#opinion") == "写到一半"
        page.check("[name=construction_action][value=oversight_log]")
        page.wait_for_load_state("networkidle")
        assert page.input_value("[name=log_date]") == "2026-11-20"
        assert page.evaluate("document.activeElement.value") == "oversight_log"


def test_without_scripts_a_button_updates_the_fields(desk: Desk) -> None:
    title = "没有脚本的路灯"
    with desk.seat("village_east") as page:
        desk.apply(page, "7000.00", title)
    for login in ("clerk_finance", "secretary_town", "mayor_town", "leader_works", "leader_procure"):
        desk.decide(login, title, scripts=False)
    with desk.seat("clerk_finance", scripts=False) as page:
        desk.open_task(page, title)
        page.set_input_files("input[type=file]", desk.pdf)
        page.click(".decide button.btn-main")
    with desk.seat("village_east", scripts=False) as page:
        desk.open_task(page, title)
        page.check("[name=construction_action][value=acceptance]")
        page.fill("#opinion", "写到一半")
        page.click("button[value=look]")
        expect(page.locator("[name=log_date]")).to_have_count(0)
        assert page.input_value("#opinion") == "写到一半"


def test_a_question_mark_shows_the_keys_and_single_keys_can_be_switched_off(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        page.uncheck("#keys [data-single-keys]")
        page.keyboard.press("Escape")
        expect(page.locator("#keys")).to_be_hidden()
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name ?? ''") != "q"
        page.goto("/inbox")
        page.locator("[data-keys-open]").click() if page.locator("[data-keys-open]").count() else page.evaluate("keys.showModal()")
        page.check("#keys [data-single-keys]")
        page.click("#keys button")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name") == "q"


def test_a_single_key_types_in_a_field(seat: Page) -> None:
    seat.focus("[name=project_name]")
    seat.keyboard.type("j?k/x")
    assert seat.input_value("[name=project_name]") == "j?k/x"
    expect(seat.locator("#keys")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_more_opens_the_side_as_a_page_and_closes_again(desk: Desk, scripts: bool) -> None:
    with desk.seat("info_admin", phone=True, scripts=scripts) as page:
        expect(page.locator("#nav")).to_be_hidden()
        page.get_by_role("link", name="更多").click()
        expect(page.locator("#nav")).to_be_visible()
        expect(page.locator("#nav")).to_contain_text("运行状况")
        box = page.locator("#nav").bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) == (390, 844 - 48 - 56)
        page.get_by_role("link", name="收起").click()
        expect(page.locator("#nav")).to_be_hidden()
        page.get_by_role("link", name="更多").click()
        page.locator("#nav").get_by_role("link", name="人员机构").click()
        expect(page.locator("h1")).to_have_text("人员机构")


def test_a_list_is_filtered_while_one_types_and_the_address_keeps_it(desk: Desk) -> None:
    with desk.seat("village_north") as page:
        for name in ("渠一", "渠二"):
            desk.apply(page, "50", name)
        page.goto("/inbox/started")
        page.focus(".filter [name=q]")
        page.keyboard.type("渠二")
        expect(page.locator("#rows .ttl")).to_have_text(["渠二"])
        page.wait_for_url("**/inbox/started?q=*")
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.type("没有这样的")
        expect(page.locator("#rows")).to_contain_text("没有符合的办件")
        page.context.clear_cookies()
        page.keyboard.type("了")
        page.wait_for_url("**/sign-in**")


def test_back_after_sending_does_no_harm_and_a_second_tab_may_be_older(desk: Desk) -> None:
    title = "两个窗口的路灯"
    with desk.seat("village_east") as page:
        desk.apply(page, "15", title)
    with desk.seat("clerk_finance") as first:
        desk.open_task(first, title)
        second = first.context.new_page()
        second.goto(first.url)
        second.fill("#opinion", "第二个窗口写的")
        first.fill("#opinion", "同意。")
        press(first, "button[value=agree]")
        first.go_back()
        first.wait_for_load_state()
        second.click("button[value=agree]")
        expect(second.locator(".ban").first).to_contain_text("没有提交")
        assert "/cases/" in second.url


def test_a_form_from_before_signing_in_anew_comes_back_with_what_was_typed(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        page.goto(f"/start/{BUILDING}")
        desk.fill_in(page, "321.00", "旧页面的路灯")
        other = page.context.new_page()
        desk.sign_in(other, "village_east")
        page.click("button[value=submit]")
        expect(page.locator("h2")).to_contain_text("您填的内容还在")
        page.get_by_role("button", name="回到表单").click()
        expect(page.locator("h1")).to_contain_text("发起")
        assert page.input_value("[name=project_name]") == "旧页面的路灯"
        page.click("button[value=submit]")
        page.wait_for_url("**/cases/*")


def test_an_administrator_whose_sign_in_ended_goes_on_with_the_form(desk: Desk) -> None:
    with desk.seat("info_admin") as page:
        page.goto("/people/person")
        page.fill("#login", "new_clerk")
        page.fill("#name", "新来的")
        page.context.clear_cookies()
        page.click("button[value=save]")
        expect(page.locator("main")).to_contain_text("您填的内容还在")
        desk_password = desk.passwords["info_admin"]
        page.fill("#login", "info_admin")
        page.fill("#password", desk_password)
        page.click("button.btn-main")
        expect(page.locator("main")).to_contain_text("新来的")
        page.get_by_role("button", name="接着提交").click()
        expect(page.locator(".secret")).to_be_visible()
        password = page.inner_text(".secret")
        page.goto("/people/person/new_clerk")
        expect(page.locator("main")).not_to_contain_text(password)
    with desk.seat(None) as page:
        page.goto("/sign-in")
        page.fill("#login", "new_clerk")
        page.fill("#password", password)
        page.click("button.btn-main")
        expect(page.locator("main")).to_contain_text("一次性密码")
        page.goto("/inbox")
        expect(page.locator("h1")).to_have_text("我的账号")
        for field, value in (("old", password), ("new", "Xinmima-2026!"), ("again", "Xinmima-2026!")):
            page.fill(f"#{field}", value)
        page.get_by_role("button", name="修改密码").click()
        expect(page.locator(".ban").first).to_contain_text("密码已修改")


def test_a_case_of_a_called_process_shows_both_diagrams(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        page.goto("/start/seal_use")
        page.fill("[name=application_date]", "2026-11-24") if page.locator("[name=application_date]").count() else None
        for field in page.locator("main select").all():
            field.select_option(index=1)
        for field in page.locator("main textarea").all():
            field.fill("盖在合同上")
        for field in page.locator("main input[type=date]").all():
            field.fill("2026-11-24")
        page.click("button[value=submit]")
        page.wait_for_url("**/cases/*")
        expect(page.locator("[data-diagram]")).to_have_attribute("data-ready", "drawn")
        page.locator(".tabs").get_by_role("link", name="领导批示").click()
        expect(page.locator("[data-diagram]")).to_have_attribute("data-ready", "drawn")
        shown = json.loads(page.inner_text("#bpmn-data", timeout=1000) or page.locator("#bpmn-data").text_content() or "{}")
        assert shown["definition_id"].startswith("leader_decision:")
        assert shown["now"] != []


def test_pages_print_without_shell_and_buttons(desk: Desk) -> None:
    with desk.seat("village_east") as page:
        case = desk.apply(page, "16", "打印的路灯")
        page.emulate_media(media="print")
        for selector in (".top", ".side", ".tabbar", ".acts .btn"):
            assert not any(one.is_visible() for one in page.locator(selector).all()), selector
        expect(page.locator("h1")).to_be_visible()
        page.goto(case)
        assert not overflows(page)
