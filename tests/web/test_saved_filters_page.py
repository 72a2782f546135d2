"""常用筛选 as a page: kept from a list, counted, opened first, shared, in order, deleted."""

import re
from html import unescape

import pytest

from tests.web.desk import Office, sentences

HOSTILE = '"><script>alert(1)</script>'


def _ids(page: str) -> list[str]:
    return re.findall(r"/filters/(\w+)/default", page)


@pytest.fixture(autouse=True)
def none_left(desk: Office) -> None:
    """Everybody of these tests begins without filters."""
    for login in ("clerk_finance", "head_finance"):
        for filter_id in _ids(desk.as_(login).get("/filters").text):
            desk.as_(login).post(f"/filters/{filter_id}/deletion", page="/filters")


def test_the_conditions_of_a_list_are_kept_counted_and_opened_first(desk: Office) -> None:
    desk.apply("常用甲", amount="30000.00")
    desk.apply("常用乙", amount="10.00")
    finance = desk.as_("clerk_finance")
    page = finance.get("/inbox?q=常用&amount_from=20000&sort=-due").text
    assert "存为常用筛选" in page
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page[page.index('action="/filters"') :]))
    answer = finance.post("/filters", {**{name: unescape(value) for name, value in fields.items()}, "name": "两万以上"})
    assert answer.status_code == 303
    shown = finance.get("/filters").text
    assert re.search(r"两万以上.*?待办.*?>1<", shown, re.DOTALL)
    chip = finance.get(answer.headers["Location"]).text
    assert re.search(r'aria-current="true">两万以上', chip)
    (filter_id,) = _ids(shown)
    assert finance.post(f"/filters/{filter_id}/default", page="/filters").status_code == 303
    opened = finance.get("/inbox")
    assert (opened.status_code, "amount_from=20000" in opened.headers["Location"]) == (302, True)
    assert "常用乙" not in finance.get("/inbox", follow_redirects=True).text
    assert finance.get("/inbox?all=1").status_code == 200
    assert "常用乙" in finance.get("/inbox?all=1&q=常用").text
    finance.post(f"/filters/{filter_id}/default", page="/filters")
    assert finance.get("/inbox").status_code == 200


def test_names_and_orders_are_changed_and_hostile_ones_are_shown_as_they_are(desk: Office) -> None:
    finance = desk.as_("clerk_finance")
    for name in ("第一", HOSTILE[:50]):
        assert finance.post("/filters", {"box": "done", "q": HOSTILE, "name": name}, page="/filters").status_code == 303
    page = finance.get("/filters").text
    assert "<script>alert" not in page
    first, second = _ids(page)
    finance.post(f"/filters/{second}/position", {"to": "up"}, page="/filters")
    assert _ids(finance.get("/filters").text) == [second, first]
    assert finance.post(f"/filters/{first}", {"name": "改了名", "shared": ""}, page="/filters").status_code == 303
    assert "改了名" in finance.get("/filters").text
    for name in ("", HOSTILE[:50], "x" * 61):
        refused = finance.post(f"/filters/{first}", {"name": name}, page="/filters")
        assert (refused.status_code, "没有保存" in sentences(refused)) == (422, True)
    assert finance.post("/filters", {"box": "done", "since": "x", "name": "错"}, page="/filters").status_code == 422
    assert finance.post("/filters", {"box": "nowhere", "name": "错"}, page="/filters").status_code == 422
    assert finance.post("/filters/nothing/deletion", page="/filters").status_code == 404


def test_a_head_shares_with_the_department(desk: Office) -> None:
    head, finance = desk.as_("head_finance"), desk.as_("clerk_finance")
    assert head.post("/filters", {"box": "todo", "due": "late", "name": "本局超期"}, page="/filters").status_code == 303
    page = head.get("/filters").text
    (filter_id,) = _ids(page)
    (value,) = set(re.findall(r'<option value="(department:\w+)"', page))
    assert head.post(f"/filters/{filter_id}", {"name": "本局超期", "shared": value}, page="/filters").status_code == 303
    assert "本局超期" in finance.get("/filters").text
    assert "本局超期" in finance.get("/inbox?all=1").text
    assert finance.post(f"/filters/{filter_id}/deletion", page="/filters").status_code == 404
    refused = head.post(f"/filters/{filter_id}", {"name": "本局超期", "shared": "role:mayor"}, page="/filters")
    assert (refused.status_code, "您不能共享" in sentences(refused)) == (422, True)
