"""Lists as files: all pages of what is filtered, numbers as numbers, no formula, on record, so many an hour."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from processes import settings as the_settings
from processes.acts import page as acts_page
from tests.web.desk import Office, sentences
from web import sheets

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", '=HYPERLINK("http://x")')


def _take(desk: Office, login: str, **fields: str) -> tuple[dict[str, str], bytes]:
    answer = desk.as_(login).post("/lists/export", fields, page="/account")
    assert answer.status_code == 200, sentences(answer)
    return dict(answer.headers), answer.data


def _sheet(data: bytes) -> list[list[tuple[str, str]]]:
    """The cells of the only sheet: (type, text); a formula fails."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert root.findall(".//m:f", NS) == []
    lines = []
    for row in root.findall(".//m:row", NS):
        lines.append([(cell.get("t", "n"), "".join(part for part in cell.itertext())) for cell in row.findall("m:c", NS)])
    return lines


@pytest.fixture
def cases(desk: Office) -> None:
    if ">导出甲</a>" not in desk.as_("village_east").get("/inbox/started?q=导出甲").text:
        desk.apply("导出甲", amount="48600.00", site="=cmd|' /C calc'!A0")
        desk.apply("导出乙=1+1", amount="0.10")
        desk.apply("=导出丙", amount="12.00")


def test_a_workbook_holds_numbers_times_and_texts(desk: Office, cases: None) -> None:
    headers, data = _take(desk, "clerk_finance", box="todo", q="导出", sort="title", format="xlsx")
    assert headers["Content-Type"] == sheets.MEDIA_TYPES["xlsx"]
    assert re.search(r"filename\*=UTF-8''(.+)", headers["Content-Disposition"])
    assert unquote(headers["Content-Disposition"].partition("UTF-8''")[2]).startswith("待办_")
    head, *lines = _sheet(data)
    labels = [text for _, text in head]
    assert labels[:6] == ["标题", "编号", "流程", "环节", "申请人", "金额（元）"]
    by_title = {line[0][1]: line for line in lines}
    assert set(by_title) == {"导出甲", "导出乙=1+1", "=导出丙"}
    assert all(line[0][0] == "inlineStr" for line in lines)
    amount = by_title["导出甲"][5]
    assert (amount[0], Decimal(amount[1])) == ("n", Decimal("48600"))
    assert by_title["导出甲"][labels.index("到达时间")][0] == "n"


def test_a_csv_has_the_mark_of_utf_8_and_nothing_that_computes(desk: Office, cases: None) -> None:
    _, data = _take(desk, "clerk_finance", box="todo", q="导出", definition_key="procurement_regular", format="csv")
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert {line[0] for line in lines[1:]} == {"导出甲", "导出乙=1+1", "'=导出丙"}
    assert "资金来源" in lines[0]
    assert datetime.fromisoformat(lines[1][lines[0].index("到达时间")])
    assert all(not cell.startswith(("=", "+", "@", "\t", "\r")) for line in lines for cell in line)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(text: str) -> None:
    assert sheets.neutral(text).startswith("'")
    into = io.BytesIO()
    sheets.write_xlsx(into, "[bad]:name*?/\\" + "x" * 40, [sheets.Head("a")], [[text], ["\x00\ud800"], [None], [Decimal("-1.5")]])
    assert _sheet(into.getvalue())[1][0][0] == "inlineStr"
    plain = io.BytesIO()
    sheets.write_csv(plain, [sheets.Head(text)], [[text, Decimal("-1.5"), None, "\ud800"]])
    row = list(csv.reader(io.StringIO(plain.getvalue().decode("utf-8-sig"), newline="")))
    assert row[0][0].startswith("'")
    assert row[1][:3] == [row[0][0], "-1.5", ""]


def test_every_page_is_taken_as_far_as_the_setting_allows(desk: Office, cases: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.export.BATCH", 2)
    _, data = _take(desk, "clerk_finance", box="todo", q="导出", format="csv")
    assert len(data.decode("utf-8-sig").strip().splitlines()) == 4
    held = desk.settings
    the_settings.configure(replace(held, lists=replace(held.lists, export_rows=2)))
    _, data = _take(desk, "clerk_finance", box="todo", q="导出", format="csv")
    lines = data.decode("utf-8-sig").strip().splitlines()
    assert (len(lines), "只导出了前 2 行" in lines[-1]) == (4, True)


@pytest.mark.parametrize("box", ["unclaimed", "done", "started", "search"])
@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_every_list_can_be_taken(desk: Office, cases: None, box: str, file_format: str) -> None:
    if box == "done" and ">导出甲</a>" in desk.as_("clerk_finance").get("/inbox?q=导出甲").text:
        desk.decide("clerk_finance", "导出甲")
    login = "village_east" if box in ("started", "search") else "clerk_finance"
    _, data = _take(desk, login, box=box, q="导出", format=file_format)
    assert len(data) > 100


def test_an_export_stands_on_record_with_filter_and_rows(desk: Office, cases: None) -> None:
    _take(desk, "village_east", box="started", q="导出", amount_from="10", format="csv")
    with desk.app.app_context():
        act = acts_page(kind="list_exported", login="village_east", limit=1)[0]
    assert act.subject == "started"
    assert act.details["filter"] == {"q": "导出", "amount_from": "10"}
    assert (act.details["rows"], act.details["format"], act.details["cut"]) == (2, "csv", False)


def test_so_many_an_hour(desk: Office) -> None:
    held = desk.settings
    the_settings.configure(replace(held, lists=replace(held.lists, exports_per_hour=2)))
    for _ in range(2):
        _take(desk, "mayor_town", box="todo", format="csv")
    refused = desk.as_("mayor_town").post("/lists/export", {"box": "todo", "format": "csv"}, page="/account")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 3000
    assert "一小时内最多导出 2 次" in sentences(refused)


@pytest.mark.parametrize(
    "fields", [{"box": "nowhere"}, {"box": "todo", "format": "exe"}, {"box": "todo", "since": "x"}, {"box": "todo", "sort": "opinion"}, {}]
)
def test_what_is_no_list_is_refused(desk: Office, fields: dict[str, str]) -> None:
    assert desk.as_("clerk_finance").post("/lists/export", fields, page="/account").status_code == 422


def test_all_cases_are_for_those_who_may_see_them(desk: Office) -> None:
    assert desk.as_("clerk_finance").post("/lists/export", {"box": "all"}, page="/account").status_code == 403
    assert desk.as_("auditor").post("/lists/export", {"box": "all", "format": "csv"}, page="/account").status_code == 200
    assert desk.as_("clerk_finance").post("/lists/export", {"box": "todo", "csrf_token": "x"}).status_code == 403
