"""Boxes as pages: orders, marks, the way to the next task, who took what is gone, and counters that cost a few bytes."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.desk import Office, sentences
from web.pages import lists


def _rows(page: str) -> list[str]:
    return [unescape(title) for title in re.findall(r'class="ttl" href="[^"]+">([^<]+)</a>', page)]


def _hrefs(page: str) -> dict[str, str]:
    found = re.findall(r'class="ttl" href="([^"]+)">([^<]+)</a>', page)
    return {unescape(title): unescape(href) for href, title in found}


@pytest.fixture
def three(desk: Office) -> list[str]:
    """Three cases that wait for the finance office, found by a word of their own."""
    titles = [f"续办{number}路灯" for number in (3, 1, 2)]
    present = set(_rows(desk.as_("clerk_finance").get("/inbox?q=续办").text))
    for title in titles:
        if title not in present:
            desk.apply(title)
    return titles


def test_a_list_is_sorted_by_its_heads_and_keeps_its_filter(desk: Office, three: list[str]) -> None:
    page = desk.as_("clerk_finance").get("/inbox?q=续办&sort=title").text
    assert _rows(page) == sorted(three)
    turned = re.search(r'href="(/inbox\?[^"]*sort=-title[^"]*)"', page)
    assert turned
    assert _rows(desk.as_("clerk_finance").get(unescape(turned.group(1))).text) == sorted(three, reverse=True)
    assert parse_qs(urlsplit(unescape(turned.group(1))).query)["q"] == ["续办"]


@pytest.mark.parametrize("address", ["/inbox?sort=x", "/inbox/started?sort=opinion", "/inbox?cursor=x"])
def test_what_no_list_has_is_refused_in_words(desk: Office, address: str) -> None:
    answer = desk.as_("clerk_finance").get(address)
    assert answer.status_code == 422
    assert "有误" in sentences(answer) or "无效" in sentences(answer)


def test_after_a_decision_the_next_task_of_the_same_list_opens(desk: Office, three: list[str]) -> None:
    finance = desk.as_("clerk_finance")
    hrefs = _hrefs(finance.get("/inbox?q=续办&sort=title").text)
    first, second, third = sorted(three)
    shown = finance.get(hrefs[second])
    assert "第 2 / 3 件" in sentences(shown)
    assert unescape(re.search(r'rel="next" data-key="j" href="([^"]+)"', shown.text)[1]) == hrefs[third]  # type: ignore[index]
    answer = finance.post(hrefs[second], {"outcome": "agree", "opinion": "同意。"})
    assert answer.headers["Location"] == hrefs[third]
    following = finance.get(hrefs[third])
    assert "第 2 / 2 件" in sentences(following)
    assert f"已同意“{second}”" in sentences(following)
    assert "/inbox?q=%E7%BB%AD%E5%8A%9E&amp;sort=title" in following.text
    assert finance.post(hrefs[third], {"outcome": "agree", "opinion": "同意。"}).headers["Location"] == hrefs[first]
    gone = finance.get(hrefs[second], follow_redirects=True)
    assert re.search(r"这件已由.+于 .+ 办理。", sentences(gone))
    last = finance.post(hrefs[first], {"outcome": "agree", "opinion": "同意。"})
    assert last.headers["Location"].startswith("/inbox?q=")
    assert "没有符合的办件" in sentences(finance.get(last.headers["Location"]))


def test_a_task_that_was_opened_by_itself_leads_back_to_the_box(desk: Office) -> None:
    desk.apply("单独打开的")
    path = urlsplit(desk.task("clerk_finance", "单独打开的")).path
    assert desk.as_("clerk_finance").post(path, {"outcome": "agree", "opinion": "同意。"}).headers["Location"] == "/inbox"


def test_what_is_done_and_started_says_who_it_waits_for(desk: Office) -> None:
    desk.apply("看它等谁")
    desk.decide("clerk_finance", "看它等谁")
    for login, path in (("clerk_finance", "/inbox/done?q=看它等谁"), ("village_east", "/inbox/started?q=看它等谁")):
        row = re.search(r"<tr.*?看它等谁.*?</tr>", desk.as_(login).get(path).text, re.DOTALL)
        assert row
        assert "：" in sentences_of(row[0])


def sentences_of(part: str) -> str:
    return re.sub(r"<[^>]+>", " ", part)


def test_counters_cost_a_few_bytes_and_none_where_nothing_has_changed(desk: Office) -> None:
    finance = desk.as_("clerk_finance")
    first = finance.get("/counters")
    counted = json.loads(first.text)
    assert {"todo", "overdue", "soon", "unclaimed", "started", "unread"} <= counted.keys()
    assert len(first.data) < 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = finance.get("/counters", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    desk.apply("又来一件")
    more = finance.get("/counters", headers={"If-None-Match": first.headers["ETag"]})
    assert (more.status_code, int(json.loads(more.text)["todo"])) == (200, int(counted["todo"]) + 1)
    assert desk.as_(None).get("/counters").status_code in (302, 303, 401)


def test_the_box_of_what_nobody_has_claimed(desk: Office) -> None:
    desk.apply("等人签收")
    finance = desk.as_("clerk_finance")
    href = _hrefs(finance.get("/inbox/unclaimed?q=等人签收").text)["等人签收"]
    assert finance.post(href, {"_act": "claim"}).status_code == 303
    assert "等人签收" not in _rows(finance.get("/inbox/unclaimed").text)
    assert "等人签收" in _rows(finance.get("/inbox?q=等人签收").text)


def _started(desk: Office, title: str, **more: str) -> str:
    return desk.apply(title, **more).rpartition("/")[2]


def test_the_conditions_of_a_list_stand_in_its_address_and_its_form(desk: Office) -> None:
    _started(desk, "条件甲", amount="48600.00", site="西岭村四组")
    _started(desk, "条件乙", amount="120.00", site="东湾村")
    finance = desk.as_("clerk_finance")
    for address, found in (
        ("q=条件", {"条件甲", "条件乙"}),
        ("q=条件&amount_from=48,600", {"条件甲"}),
        ("q=条件&amount_to=48599.99", {"条件乙"}),
        ("q=条件&state=running&department=village_east", {"条件甲", "条件乙"}),
        ("q=条件&state=completed", set()),
        ("q=条件&since=2020-01-01&until=2099-12-31", {"条件甲", "条件乙"}),
        ("q=条件&until=2020-01-01", set()),
        ("q=条件 48,600.00", {"条件甲"}),
        ("q=条件&waiting_for=财政局", {"条件甲", "条件乙"}),
        ("q=条件&waiting_for=镇长", set()),
        ("q=条件&applicant=没有这个人", set()),
    ):
        page = finance.get(f"/inbox?{address}")
        if "department" not in address:
            assert set(_rows(page.text)) == found, address
        assert 'name="q" maxlength="100"' in page.text
    page = finance.get("/inbox?q=条件&state=completed")
    assert "没有符合的办件" in sentences(page)
    assert "条件： 条件、已办结" in sentences(page) or "条件：条件、已办结" in sentences(page)


def test_one_process_shows_the_columns_that_it_declares_and_several_their_amounts(desk: Office) -> None:
    _started(desk, "看各列", amount="48600.00")
    every = sentences(desk.as_("clerk_finance").get("/inbox?q=看各列"))
    assert "金额（元）" in every
    assert "48,600.00" in every
    one = sentences(desk.as_("clerk_finance").get("/inbox?q=看各列&definition_key=procurement_regular"))
    assert "资金来源" in one


def test_the_next_page_shows_the_columns_that_were_ticked(desk: Office) -> None:
    with desk.app.test_request_context("/inbox?columns=amount&columns=site&cursor=now"):
        links = lists.paged({"items": [], "next": "then"}, 0)
    assert links["next"] == "/inbox?columns=amount&columns=site&cursor=then"
    assert links["first"] == "/inbox?columns=amount&columns=site"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("since=昨天", "请填日期"),
        ("since=0001-01-01", "请填日期"),
        ("until=2026-02-30", "请填日期"),
        ("amount_from=很多", "请填数字"),
        ("amount_from=NaN", "请填数字"),
        ("amount_to=1e99", "请填数字"),
        ("state=fertig", "没有“fertig”这一项"),
        ("since=2026-05-01&until=2026-04-01", "请对调"),
        ("amount_from=2&amount_to=1", "请对调"),
    ],
)
def test_a_condition_that_cannot_be_read_is_said_beside_what_was_typed(desk: Office, address: str, said: str) -> None:
    for path in ("/inbox", "/inbox/done", "/inbox/started", "/cases/search"):
        answer = desk.as_("clerk_finance").get(f"{path}?{address}")
        assert answer.status_code == 422
        assert said in sentences(answer)
        assert "没有筛选" in sentences(answer)


@pytest.mark.parametrize(
    "q", ["%", "_", '"', "' OR 1=1 --", "*", "NEAR(a b)", "<script>", "（", "\\", "x" * 500, "\u202e", "a AND", "-a", ":"]
)
def test_any_words_are_a_question(desk: Office, q: str) -> None:
    for path in ("/inbox", "/inbox/done", "/inbox/started", "/inbox/unclaimed", "/cases/search"):
        answer = desk.as_("clerk_finance").get(path, query_string={"q": q})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
