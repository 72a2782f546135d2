"""Attachments: stored under safe names, given back as downloads, known to those who may know the case."""

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.web.conftest import Api, json_of
from web.downloads import disposition

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def upload(caller: Api, name: str, content: bytes = PDF, media_type: str = "application/pdf") -> Any:
    """POST /attachments with this file."""
    return caller.post("/attachments", data={"file": (io.BytesIO(content), name, media_type)})


def test_what_goes_in_comes_out(clerk: Api) -> None:
    answer = upload(clerk, "采购 清单（一）.pdf")
    assert answer.status_code == 201, answer.text
    facts = json_of(answer)
    assert facts == {
        "id": facts["id"],
        "name": "采购 清单（一）.pdf",
        "size": len(PDF),
        "sha256": hashlib.sha256(PDF).hexdigest(),
        "media_type": "application/pdf",
    }
    down = clerk.get(f"/attachments/{facts['id']}")
    assert down.get_data() == PDF
    assert down.headers["Content-Length"] == str(len(PDF))
    assert "filename*=UTF-8''%E9%87%87%E8%B4%AD%20%E6%B8%85%E5%8D%95%EF%BC%88%E4%B8%80%EF%BC%89.pdf" in down.headers["Content-Disposition"]


def test_a_download_is_never_shown_or_run(clerk: Api) -> None:
    html = upload(clerk, "说明.pdf", b"<html><script>alert(1)</script></html>", "text/html")
    if html.status_code == 201:
        down = clerk.get(f"/attachments/{json_of(html)['id']}")
        assert down.headers["Content-Disposition"].startswith("attachment")
        assert down.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in down.headers["Content-Security-Policy"]
        assert down.mimetype not in ("text/html", "image/svg+xml")
    else:
        assert html.status_code == 422


NAMES = [
    "../../x.pdf",
    "..\\..\\x.pdf",
    "/etc/passwd.pdf",
    "a\r\nSet-Cookie: x=1.pdf",
    "a\x00b.pdf",
    "\u202efdp.exe.pdf",
    "长" * 300 + ".pdf",
    '";.pdf',
]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:30])
def test_names_are_made_safe(clerk: Api, name: str) -> None:
    answer = upload(clerk, name)
    assert answer.status_code in (201, 422), answer.text
    if answer.status_code == 201:
        stored = json_of(answer)["name"]
        assert "/" not in stored
        assert "\\" not in stored
        assert not any(ord(letter) < 32 or letter == "\u202e" for letter in stored)
        assert len(stored) <= 255
        down = clerk.get(f"/attachments/{json_of(answer)['id']}")
        assert down.status_code == 200
        assert "Set-Cookie" not in down.headers


def test_what_is_too_large_empty_missing_or_of_a_wrong_kind_is_refused(make_app: Callable[..., Flask], account: Callable[..., Api]) -> None:
    token = account("liming", "clerk").headers["Authorization"].removeprefix("Bearer ")
    caller = Api(make_app(ATTACHMENTS__MAX_MB="1", ATTACHMENTS__MAX_REQUEST_MB="3"), token)
    assert upload(caller, "a.pdf", PDF + b" " * (1024 * 1024)).status_code == 413
    assert upload(caller, "a.pdf", PDF + b" " * (4 * 1024 * 1024)).status_code == 413
    assert upload(caller, "a.pdf", b"").status_code == 422
    assert upload(caller, "a.exe", b"MZ").status_code == 422
    assert caller.post("/attachments", data={"x": "y"}, content_type="multipart/form-data").status_code == 422
    assert caller.post("/attachments", {"file": "x"}).status_code == 415
    two = {"file": [(io.BytesIO(PDF), "a.pdf"), (io.BytesIO(PDF), "b.pdf")]}
    assert caller.post("/attachments", data=two).status_code == 422


def test_a_stranger_does_not_know_an_upload(clerk: Api, account: Callable[..., Api]) -> None:
    attachment_id = json_of(upload(clerk, "a.pdf"))["id"]
    assert account("qianwu", "clerk").get(f"/attachments/{attachment_id}").status_code == 404
    assert clerk.get("/attachments/nothing").status_code == 404


def test_an_upload_with_a_key_is_stored_once(clerk: Api) -> None:
    send = lambda content: clerk.post(  # noqa: E731
        "/attachments", data={"file": (io.BytesIO(content), "a.pdf")}, headers={"Idempotency-Key": "u-1"}
    )
    first, again = send(PDF), send(PDF)
    assert first.status_code == again.status_code == 201
    assert json_of(first) == json_of(again)
    assert send(PDF + b"more").status_code == 422


def test_names_in_headers_keep_their_extension_for_old_clients() -> None:
    assert disposition("清单.pdf") == "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E6%B8%85%E5%8D%95.pdf"
    assert disposition('a"b\r\nc.txt') == "attachment; filename=\"a_b_c.txt\"; filename*=UTF-8''a%22b%0D%0Ac.txt"
    assert disposition("noextension") == "attachment; filename=\"noextension\"; filename*=UTF-8''noextension"
