"""What an auditor sees of the proof: the daily heads and the last check."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from processes import clock, deployments, instances, retention
from processes.actors import SYSTEM, Actor
from processes.audit import heads
from processes.audit import verify as the_verify
from tests.processes.cases import REVIEW
from tests.processes.tampering import tamper
from tests.web.conftest import Api
from tests.web.desk import Office


def test_an_auditor_sees_the_heads_and_the_last_check(desk: Office) -> None:
    with desk.app.app_context():
        head = heads.seal()
    assert head is not None
    auditor = desk.as_("auditor")
    for language, checked, title in (("zh", "最近一次核对", "每日总哈希"), ("en", "Last check", "Daily heads")):
        auditor.get(f"/language/{language}")
        said = auditor.post("/audit/verify", page="/audit")
        assert said.status_code == 200
        assert checked in said.text
        assert head["hash"][16:32] in auditor.get("/audit").text
        page = auditor.get("/audit/heads").text
        assert title in page
        assert head["hash"][:16] in page
    auditor.get("/language/zh")


def test_a_page_of_heads_begins_where_it_is_told_or_at_the_newest(desk: Office) -> None:
    auditor = desk.as_("auditor")
    for before in ("1", "x", "-3", "9" * 40, "%00"):
        assert auditor.get(f"/audit/heads?before={before}").status_code == 200


def test_the_page_of_a_sealed_case_shows_its_summary(desk: Office) -> None:
    with desk.app.app_context():
        deployments.deploy(
            "到期", {"kept.bpmn": REVIEW.replace(b"review_flow", b"kept_flow"), "process.toml": b'retention = "P1D"'}, actor=SYSTEM
        )
        case = instances.start(key="kept_flow", variables={}, title="绝密标题", actor=Actor("village_east", "孟春来"))
        instances.cancel(case, "不办了", actor=SYSTEM)
        with clock.at(clock.now() + timedelta(days=2)):
            assert [one.id for one in retention.run(actor=SYSTEM).sealed] == [case]
    starter = desk.as_("village_east")
    page = starter.get(f"/cases/{case}").text
    assert "封存的摘要" in page
    assert "绝密" not in page
    assert starter.get(f"/cases/{case}/replay").status_code == 303
    for path in (f"/cases/{case}/cancellation", "/inbox/started", "/cases/search?q=x", f"/api/v1/process-instances/{case}/history"):
        assert starter.get(path).status_code in (200, 303), path


def test_a_record_that_was_spoilt_is_still_shown_with_what_is_wrong(app: Flask, account: Callable[..., Api]) -> None:
    auditor = account("shenji", "auditor")
    with app.app_context():
        heads.seal()
        the_verify.put_on_record(the_verify.verify(), actor=SYSTEM)
        tamper("UPDATE act SET at = 'x', details = '{'", "UPDATE audit_head SET at = 'y'")
    for method, path in (("GET", "/audit"), ("GET", "/audit/heads"), ("POST", "/audit/verify")):
        said = auditor.client.open(path, method=method, headers={**auditor.headers, "Accept": "text/html"})
        assert said.status_code == 200, said.text
    assert "被改动" in said.text
