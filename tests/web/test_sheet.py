"""The decision sheet on paper, signatures as pictures, and the files that come with a decision."""

import struct
import zlib
from io import BytesIO

import pytest

from processes.actors import SYSTEM
from processes.people import tokens
from tests.web.conftest import Api
from tests.web.desk import PDF, Office, sentences
from web.printing import pdf

TITLE = "东湾村 #import *路灯* $a$"


def picture(width: int = 120, height: int = 40) -> bytes:
    """A PNG with a line across."""
    rows = b"".join(b"\0" + bytes(0 if abs(y - height // 2) < 3 else 255 for _ in range(width)) for y in range(height))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    chunks = (struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _sign(office: Office, login: str, content: bytes, name: str = "签名.png") -> str:
    answer = office.as_(login).post("/account/signature", {"file": [(BytesIO(content), name)]}, follow=True)
    return sentences(answer)


def test_a_signature_is_stamped_on_what_is_decided_from_then_on(office: Office) -> None:
    case = office.apply(TITLE)
    assert "从下一次办理起使用" in _sign(office, "clerk_finance", picture())
    task = office.task("clerk_finance", TITLE)
    sent = {"outcome": "agree", "opinion": "同意，#set text(red)", "_papers.__files": [(BytesIO(PDF), "测算.pdf")]}
    office.as_("clerk_finance").post(task, sent)
    page = office.as_("village_east").get(f"{case}/sheet")
    assert "signatures/" in page.text
    assert "测算.pdf" in page.text
    assert "#set text(red)" in page.text
    sha256 = page.text.split("signatures/")[1][:64]
    shown = office.as_("village_east").get(f"{case}/signatures/{sha256}")
    assert (shown.status_code, shown.data) == (200, picture())
    assert office.as_("village_north").get(f"{case}/signatures/{sha256}").status_code == 404
    assert office.as_("village_east").get(f"{case}/signatures/{'0' * 64}").status_code == 404


def test_an_old_picture_stays_where_it_was_stamped(office: Office) -> None:
    case = office.apply("换签名")
    _sign(office, "clerk_finance", picture())
    office.decide("clerk_finance", "换签名")
    _sign(office, "clerk_finance", picture(80, 30))
    assert "不再盖签名图片" in sentences(office.as_("clerk_finance").post("/account/signature", {"_act": "drop"}, follow=True))
    assert office.as_("clerk_finance").get("/account/signature/picture").status_code == 404
    page = office.as_("clerk_finance").get(f"{case}/sheet").text
    sha256 = page.split("signatures/")[1][:64]
    assert office.as_("clerk_finance").get(f"{case}/signatures/{sha256}").data == picture()


def test_what_is_no_picture_is_refused_and_nothing_changes(office: Office) -> None:
    cut = picture()[:60]
    wide = picture()[:16] + struct.pack(">I", 5000) + picture()[20:]
    for content in (b"<svg onload='x'/>", PDF, cut, wide, b"\xff\xd8\xff" + b"\0" * 40, b"\xff\xd8\xff\xc0"):
        assert "PNG 或 JPEG" in _sign(office, "clerk_finance", content), content[:10]
    for begun in (picture(), picture()[:60]):
        assert "最多 200 KB" in _sign(office, "clerk_finance", begun + b"\0" * 300_000)
    assert "请选择一张图片" in _sign(office, "clerk_finance", b"")
    assert "没有签名图片" in sentences(office.as_("clerk_finance").get("/account/signature"))


def test_a_picture_of_any_size_is_refused_before_it_is_unpacked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bytes] = []
    monkeypatch.setattr(pdf, "opens", lambda content: opened.append(content) or True)
    assert "PNG 或 JPEG" in _sign(office, "clerk_finance", picture(2001, 10))
    assert opened == []


def test_the_sheet_is_a_pdf_in_which_text_is_text(office: Office) -> None:
    case = office.apply(TITLE)
    _sign(office, "clerk_finance", picture())
    office.decide("clerk_finance", TITLE)
    answer = office.as_("village_east").get(f"{case}/sheet.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert office.as_("village_north").get(f"{case}/sheet.pdf").status_code == 404
    assert office.as_("village_north").get(f"{case}/sheet").status_code == 404


def test_a_seal_stands_on_nothing_that_is_not_approved(office: Office) -> None:
    case = office.apply("不同意的")
    assert "印章" not in office.as_("clerk_finance").get(f"{case}/sheet").text
    office.decide("clerk_finance", "不同意的", "disagree", "资金没有落实。")
    page = office.as_("clerk_finance").get(f"{case}/sheet").text
    assert "印章" not in page
    assert "不同意" in page


def test_files_of_a_decision_come_by_the_api_as_well(office: Office) -> None:
    with office.app.app_context():
        office_api = Api(office.app, tokens.issue("clerk_finance", actor=SYSTEM))
    office.apply("随意见附文件")
    task = office.task("clerk_finance", "随意见附文件").partition("?")[0].rpartition("/")[2]
    sent = office_api.call("POST", "/attachments", data={"file": (BytesIO(PDF), "测算.pdf")}).json
    wrong = office_api.call("POST", f"/user-tasks/{task}/completion", {"outcome": "agree", "attachments": ["nothing"]})
    assert (wrong.status_code, list(wrong.json["fields"])) == (422, ["attachments"])
    done = office_api.call("POST", f"/user-tasks/{task}/completion", {"outcome": "agree", "attachments": [sent["id"], sent["id"]]})
    assert done.status_code == 200, done.json
    kept = [
        item
        for item in office_api.call("GET", f"/process-instances/{done.json['instance']['id']}/history").json["items"]
        if item["type"] == "attachments_kept"
    ]
    assert kept[-1]["details"]["files"][0]["id"] == sent["id"]


def test_what_was_approved_bears_the_seal_that_the_process_names(office: Office) -> None:
    sent = {
        "application_date": "2026-11-23",
        "seal_name": "合同专用章",
        "leader": "secretary_town",
        "seal_purpose": "签订路灯更换合同",
        "copies": "3",
        "evidence_file.__files": [(BytesIO(PDF), "合同文本.pdf")],
        "_act": "submit",
    }
    answer = office.as_("village_east").post("/start/seal_use", sent)
    assert answer.status_code == 303, sentences(answer)
    office.decide("secretary_town", "合同专用章：签订路灯更换合同")
    case = answer.headers["Location"]
    page = office.as_("village_east").get(f"{case}/sheet").text
    assert 'aria-label="印章：青石区柳溪镇人民政府"' in page
    assert len(office.as_("village_east").get(f"{case}/sheet.pdf").data) > 10_000
