"""The workbench: true counters that lead to their lists, what is tight, whom one's own cases wait for."""

import re
from datetime import timedelta

from processes import clock
from tests.web.desk import Office, sentences


def _counts(page: str) -> dict[str, str]:
    found = re.findall(r'<a href="([^"]+)"><span>([^<]+)</span><b[^>]*>([^<]+)</b>', page)
    return {words: number for _, words, number in found}


def test_the_counters_lead_to_lists_that_hold_as_much(desk: Office) -> None:
    desk.apply("工作台一件")
    finance = desk.as_("clerk_finance")
    page = finance.get("/").text
    counts = _counts(page)
    assert set(counts) == {"待办", "待签收", "我发起的", "抄送我的", "本月已办"}
    rows = len(re.findall(r'class="ttl"', finance.get("/inbox").text))
    assert int(counts["待办"]) == rows or rows == 50
    done = int(counts["本月已办"])
    desk.decide("clerk_finance", "工作台一件")
    assert int(_counts(finance.get("/").text)["本月已办"]) == done + 1


def test_what_is_tight_comes_first_and_says_so(desk: Office) -> None:
    desk.apply("很紧的一件")
    later = clock.now() + timedelta(days=20)
    with clock.at(later):
        visitor = desk.fresh("clerk_finance")
        page = visitor.get("/")
        assert "先办" in sentences(page)
        assert "件已超期的" in sentences(page)
    assert "件等您办理" in sentences(desk.as_("clerk_finance").get("/"))


def test_ones_own_cases_say_whom_they_wait_for_and_how_long(desk: Office) -> None:
    desk.apply("我的一件等谁")
    with clock.at(clock.now() + timedelta(hours=3)):
        page = desk.fresh("village_east").get("/")
    row = re.search(r"<tr>(?:(?!</tr>).)*我的一件等谁.*?</tr>", page.text, re.DOTALL)
    assert row
    text = re.sub(r"<[^>]+>", " ", row[0])
    assert "财政局审核：" in text
    assert "3 小时" in text


def test_a_week_is_counted_by_the_calendar(desk: Office) -> None:
    assert re.search(r"本周 \d 个工作日", sentences(desk.as_("clerk_finance").get("/")))
