"""What an auditor sees of the proof: the daily heads and the last check."""

from processes.audit import heads
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
