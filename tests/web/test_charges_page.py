"""Leaders in charge, arranged in the browser."""

import re

from tests.web.desk import Office, sentences


def test_a_leader_is_put_in_charge_and_taken_off(desk: Office) -> None:
    admin = desk.as_("security_admin")
    assert "新增分管关系" in sentences(admin.get("/people?view=charges"))
    wrong = admin.post("/people/charge", {"leader": "leader_works", "_act": "save"})
    assert (wrong.status_code, "没有保存" in sentences(wrong)) == (422, True)
    assert admin.post("/people/charge", {"leader": "leader_works", "business": "路灯", "valid_from": "昨天"}).status_code == 422
    done = admin.post("/people/charge", {"leader": "leader_works", "business": "路灯", "valid_from": "2026-01-01"}, follow=True)
    listed = done.text
    assert "路灯" in listed
    found = re.search(r'路灯</td>.*?href="(/people/charge/[^"]+)"', listed, re.DOTALL)
    assert found is not None
    ended = admin.post(found.group(1), {"valid_until": "2026-02-01"}, follow=True)
    assert "2026-02-01" in sentences(ended)
    assert admin.get("/people/charge/nothing").status_code == 404


def test_a_department_shows_who_heads_and_is_in_charge(desk: Office) -> None:
    shown = sentences(desk.as_("info_admin").get("/people/department/works"))
    assert "贺远舟" in shown
    assert "沈听澜" in shown


def test_only_security_administrators_arrange_it(desk: Office) -> None:
    refused = desk.as_("info_admin").post("/people/charge", {"leader": "leader_works", "business": "路灯"})
    assert refused.status_code in (403, 422)
    assert "路灯" not in sentences(desk.as_("info_admin").get("/people?view=charges&q=路灯2"))
