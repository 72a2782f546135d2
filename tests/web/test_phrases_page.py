"""Common opinions on their page, and how deciding moves them up."""

import re

from tests.web.desk import Office


def _shown(page: str) -> list[str]:
    return re.findall(r'name="text" maxlength="300" required value="([^"]+)" aria-label', page)


def test_phrases_are_moved_changed_and_sorted_by_use_again(desk: Office) -> None:
    visitor = desk.fresh("leader_agriculture") if "leader_agriculture" in desk.passwords else desk.fresh("mayor_town")
    first = _shown(visitor.get("/account/phrases").text)
    (last,) = re.findall(r'action="/account/phrases/([^"]+)/place"', visitor.get("/account/phrases").text)[-1:]
    assert visitor.post(f"/account/phrases/{last}/place", {"by": "-1"}, page="/account/phrases").status_code == 303
    page = visitor.get("/account/phrases").text
    assert _shown(page) == [*first[:3], first[4], first[3]]
    assert "改回按使用次数排" in page
    (top,) = re.findall(r'action="/account/phrases/([^"/]+)"', page)[:1]
    assert visitor.post(f"/account/phrases/{top}", {"text": "同意，照办。"}, page="/account/phrases").status_code == 303
    assert _shown(visitor.get("/account/phrases").text)[0] == "同意，照办。"
    assert visitor.post(f"/account/phrases/{top}", {"text": first[1]}, page="/account/phrases").status_code == 422
    assert visitor.post("/account/phrases-by-use", page="/account/phrases").status_code == 303
    assert "改回按使用次数排" not in visitor.get("/account/phrases").text
    assert visitor.post("/account/phrases/nothing/place", {"by": "1"}, page="/account/phrases").status_code == 404


def test_deciding_with_a_phrase_moves_it_up(desk: Office) -> None:
    desk.apply("用常用意见的路灯")
    desk.decide("head_finance", "用常用意见的路灯", opinion="经审核，资金来源落实，同意。请抓紧。")
    assert "经审核，资金来源落实，同意。" in _shown(desk.as_("head_finance").get("/account/phrases").text)[:2]
