"""Attachments: what is taken, under which name and type, who may read it, what is swept."""

import hashlib
import io
import os
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from flask import current_app
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from processes import attachments, clock, drafts, file_kinds, settings
from processes.attachments import AttachmentFacts
from processes.db import db
from processes.errors import Invalid, NotFound, TooLarge
from processes.models import Attachment
from processes.people import directory
from processes.settings import Settings
from tests.processes.office import cases
from tests.processes.office.conftest import NOW

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
ZIP = b"PK\x03\x04\x14\x00\x00\x00\x08\x00"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
LATER = NOW + timedelta(hours=25)


def store(content: bytes = PDF, name: str = "合同.pdf", login: str = "village_east") -> AttachmentFacts:
    return attachments.store(io.BytesIO(content), name, "application/pdf", actor=directory.actor(login))


def files(office: Settings) -> list[Path]:
    return sorted(path for path in (office.var.dir / "files").rglob("*") if path.is_file())


def age(office: Settings) -> None:
    """Let every file that is in its place be two days old, but what an upload under way still holds."""
    for path in (office.var.dir / "files").glob("*/*"):
        with suppress(FileNotFoundError):
            if path.parent.name != "incoming" and path.stat().st_nlink == 1:
                os.utime(path, (NOW.timestamp() - 172_800,) * 2)


def test_a_file_lies_under_its_digest_and_reads_back(office: Settings) -> None:
    facts = store()
    digest = hashlib.sha256(PDF).hexdigest()
    assert (facts.name, facts.size, facts.sha256, facts.media_type) == ("合同.pdf", len(PDF), digest, "application/pdf")
    assert files(office) == [office.var.dir / "files" / digest[:2] / digest[2:]]
    opened = attachments.open_for(facts.id, directory.actor("village_east"))
    assert (opened.path.read_bytes(), opened.facts) == (PDF, facts)


def test_the_same_bytes_are_kept_once(office: Settings) -> None:
    first, second = store(), store(name="副本.pdf", login="village_north")
    assert (first.id != second.id, len(files(office))) == (True, 1)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("合同.pdf", "合同.pdf"),
        ("../../x", "x"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\x.pdf", "x.pdf"),
        ("/etc/x.pdf", "x.pdf"),
        ("C:\\x.pdf", "x.pdf"),
        ("..", "附件"),
        ("", "附件"),
        (".", "附件"),
        ("....pdf", "附件.pdf"),
        (".pdf", "附件.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie_ x=1.pdf"),
        ("a\x00.pdf", "a.pdf"),
        ("合同‮fdp.exe.pdf", "合同fdp.exe.pdf"),
        ("x\u200b\u2066y.pdf", "xy.pdf"),
        ("\ud800.pdf", "附件.pdf"),
        ('a"<b>|?*.pdf', "a__b____.pdf"),
        ("  a   b .pdf", "a b.pdf"),
        ("x.pdf.", "x.pdf"),
        ("字" * 300 + ".docx", "字" * 115 + ".docx"),
        ("x" * 300, "x" * 120),
        ("a." + "x" * 300, "a." + "x" * 118),
        ("e\u0301.pdf", "é.pdf"),
        ("2026年11月·（一）、预算 附表.xlsx", "2026年11月·（一）、预算 附表.xlsx"),
    ],
)
def test_a_name_becomes_one_that_is_safe_to_show_and_to_save(name: str, safe: str) -> None:
    assert file_kinds.safe_name(name) == safe


@given(st.text(st.characters(codec=None), max_size=400))
def test_no_name_escapes_its_folder_or_its_line(name: str) -> None:
    safe = file_kinds.safe_name(name)
    assert 1 <= len(safe) <= 120
    assert safe not in (".", "..")
    assert not set(safe) & set('/\\\r\n\x00"')
    safe.encode("utf-8")
    assert file_kinds.safe_name(safe) == safe


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.exe", "x.js", "x.pdf.exe", "x.PHP", "x.htm", "x.bpmn", "x.xhtml"])
def test_a_kind_of_file_that_is_not_on_the_list_is_refused(shared_office: Settings, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        store(PDF, name)
    assert refusal.value.code == "attachment_type_refused"
    assert files(shared_office) == []


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "x.pdf", "application/pdf"),
        (PDF, "x.PDF", "application/pdf"),
        (PNG, "x.png", "image/png"),
        (b"\xff\xd8\xff\xe0", "x.jpg", "image/jpeg"),
        (ZIP, "x.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (ZIP, "x.zip", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.doc", "application/msword"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "x.webp", "image/webp"),
        ("预算".encode(), "x.txt", "text/plain"),
        ("预算".encode("gb18030"), "x.csv", "text/csv"),
        ("预算".encode("utf-16"), "x.txt", "text/plain"),
        ("字".encode() * 3000, "x.txt", "text/plain"),
        # what does not hold what its name says is never given a type that a browser opens
        (HTML, "x.pdf", "application/octet-stream"),
        (b"\n\n" + PDF, "x.pdf", "application/octet-stream"),
        (HTML + PDF, "x.pdf", "application/octet-stream"),
        (SVG, "x.png", "application/octet-stream"),
        (HTML, "x.png", "application/octet-stream"),
        (PNG, "x.pdf", "application/octet-stream"),
        (b"MZ\x90\x00", "x.docx", "application/octet-stream"),
        (HTML, "x.doc", "application/octet-stream"),
        (b"\x00\x01\x02", "x.txt", "application/octet-stream"),
        (b"RIFF\x00\x00\x00\x00WAVE", "x.webp", "application/octet-stream"),
        (HTML, "x", "application/octet-stream"),
    ],
)
def test_the_type_comes_from_extension_and_content_together(content: bytes, name: str, media_type: str) -> None:
    assert file_kinds.media_type(name, content[: file_kinds.HEAD_BYTES]) == media_type


def test_what_the_client_says_of_the_type_counts_for_nothing(office: Settings) -> None:
    assert store(HTML, "x.pdf").media_type == "application/octet-stream"


def test_every_allowed_extension_has_a_type() -> None:
    assert set(settings.load({}).attachments.types) == set(file_kinds.KINDS)


def test_an_empty_file_is_refused(office: Settings) -> None:
    with pytest.raises(Invalid) as refusal:
        store(b"")
    assert refusal.value.code == "attachment_empty"
    assert files(office) == []


def test_the_limit_itself_is_allowed_and_one_byte_more_is_not(make_office) -> None:
    given = make_office(ATTACHMENTS__MAX_MB="1")
    assert store(PDF.ljust(1024 * 1024)).size == 1024 * 1024
    with pytest.raises(TooLarge) as refusal:
        store(PDF.ljust(1024 * 1024 + 1))
    assert (refusal.value.code, refusal.value.values) == ("attachment_too_large", {"limit_mb": 1})
    assert len(files(given)) == 1
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 1


def test_a_stream_without_end_is_stopped_at_the_limit(make_office) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"x" * size

    given, stream = make_office(ATTACHMENTS__MAX_MB="1"), Endless()
    with pytest.raises(TooLarge):
        attachments.store(stream, "x.txt", actor=directory.actor("village_east"))
    assert stream.given <= 1.5 * 1024 * 1024
    assert files(given) == []


def test_a_bomb_is_kept_as_it_is_and_never_unpacked(office: Settings) -> None:
    bomb = ZIP + b"\x00" * 1000
    assert store(bomb, "x.docx").size == len(bomb)


def test_a_broken_upload_leaves_nothing(office: Settings) -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError("the client went away")

    with pytest.raises(OSError, match="went away"):
        attachments.store(Broken(), "x.pdf", actor=directory.actor("village_east"))
    assert files(office) == []


def test_others_see_an_upload_only_through_a_case_of_theirs(office: Settings) -> None:
    facts = store()
    cases.definition()
    cases.case("case-1", started_by="village_north")
    for login in ("village_north", "clerk_finance", "info_admin", "analyst", "auditor"):
        with pytest.raises(NotFound):
            attachments.open_for(facts.id, directory.actor(login))
    cases.use(facts.id, "case-1")
    for login, may in (("village_east", True), ("village_north", True), ("auditor", True), ("clerk_finance", False), ("analyst", False)):
        if may:
            attachments.open_for(facts.id, directory.actor(login))
        else:
            with pytest.raises(NotFound):
                attachments.open_for(facts.id, directory.actor(login))


@pytest.mark.parametrize("attachment_id", ["", "x", "../../x", "\x00", "x" * 1000])
def test_an_id_that_nobody_gave_is_not_found(shared_office: Settings, attachment_id: str) -> None:
    with pytest.raises(NotFound):
        attachments.open_for(attachment_id, directory.actor("auditor"))


def test_a_row_whose_file_is_gone_is_not_found(office: Settings) -> None:
    facts = store()
    files(office)[0].unlink()
    with pytest.raises(NotFound) as refusal:
        attachments.open_for(facts.id, directory.actor("village_east"))
    assert refusal.value.code == "attachment_file_missing"


def test_the_attachments_of_a_case_are_listed_with_their_fields(office: Settings) -> None:
    facts = store()
    cases.definition()
    cases.case("case-1")
    cases.use(facts.id, "case-1")
    assert attachments.of_case("case-1") == [attachments.Used("contract", facts)]
    assert attachments.described([facts.id, "unknown"]) == {facts.id: facts}


def test_what_nothing_uses_is_swept_after_a_day(office: Settings) -> None:
    used, drafted = store(b"%PDF-1", "used.pdf"), store(b"%PDF-2", "drafted.pdf")
    for number in range(3, 6):
        store(f"%PDF-{number}".encode(), "unused.pdf")
    cases.definition()
    cases.case("case-1")
    cases.use(used.id, "case-1")
    drafts.save("start:procurement_regular", {"rows": [{"files": [drafted.id]}]}, actor=directory.actor("village_east"))
    assert attachments.sweep_orphans() == 0
    age(office)
    with clock.at(LATER):
        assert attachments.sweep_orphans() == 3
        assert attachments.sweep_orphans() == 0
    assert set(db.session.scalars(select(Attachment.name))) == {"used.pdf", "drafted.pdf"}
    assert len(files(office)) == 2


def test_bytes_that_another_row_names_stay(office: Settings) -> None:
    store()
    with clock.at(LATER):
        kept = store(name="again.pdf")
        age(office)
        attachments.sweep_orphans()
        assert attachments.open_for(kept.id, directory.actor("village_east")).path.read_bytes() == PDF
    assert db.session.scalars(select(Attachment.name)).all() == ["again.pdf"]


def test_a_file_without_row_and_a_torn_upload_are_swept_and_young_ones_are_not(office: Settings) -> None:
    folder = office.var.dir / "files"
    for path in (folder / "ab" / "cdef", folder / "incoming" / "torn"):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x")
    with clock.at(NOW):
        for path in files(office):
            os.utime(path, (NOW.timestamp(),) * 2)
        assert attachments.sweep_orphans() == 0
    for path in files(office):
        os.utime(path, (NOW.timestamp() - 172_800,) * 2)
    assert attachments.sweep_orphans() == 2
    assert files(office) == []


def test_an_upload_of_old_bytes_makes_the_file_young(office: Settings) -> None:
    store()
    age(office)
    store(name="again.pdf")
    assert files(office)[0].stat().st_mtime > NOW.timestamp() - 172_800 + 60


def test_uploads_and_sweeps_at_once_lose_nothing(office: Settings) -> None:
    """The same bytes are uploaded while a sweep takes the old file for an orphan, over and over."""
    lost: list[str] = []
    app = current_app._get_current_object()

    def upload() -> None:
        with app.app_context():
            for number in range(15):
                store(b"%PDF-same", f"{number}.pdf")
            db.session.remove()

    thread = threading.Thread(target=upload)
    thread.start()
    while thread.is_alive():
        age(office)
        attachments.sweep_orphans()
    thread.join()
    for attachment_id in db.session.scalars(select(Attachment.id)).all():
        try:
            attachments.open_for(attachment_id, directory.actor("village_east"))
        except NotFound:
            lost.append(attachment_id)
    assert lost == []
