"""What comes next, on the pages and over the API, before anything is pressed."""

import re

import pytest

from tests.web.conftest import Api, json_of
from tests.web.desk import Office


def ahead(text: str) -> str:
    """The part of a page that says what comes next."""
    found = re.search(r"<section[^>]*data-forecast.*?</section>", text, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>", " ", found[0])


def test_the_start_page_foretells_for_what_is_typed(desk: Office) -> None:
    visitor = desk.as_("village_east")
    empty = ahead(visitor.get("/start/procurement_regular").text)
    assert "财政局审核" in empty
    assert "没填好" in empty
    typed = {"amount": "250000.00", "module": "procurement", "leader_in_charge": "leader_works", "_act": "look"}
    answer = visitor.post("/start/procurement_regular", typed, page="/start/procurement_regular")
    assert answer.status_code == 200
    told = ahead(answer.text)
    assert "沈听澜" in told
    assert "书记审批" in told
    assert "如果“财政局同意吗？”走“同意”" in told
    small = ahead(visitor.post("/start/procurement_regular", {**typed, "amount": "10.00"}, page="/start/procurement_regular").text)
    assert "书记审批" not in small


def test_without_scripts_there_is_a_button(desk: Office) -> None:
    assert "看看后面怎么走" in desk.as_("village_east").get("/start/procurement_regular").text


def test_the_task_page_foretells_the_first_decision(desk: Office) -> None:
    desk.apply("推算的路灯")
    path = desk.task("clerk_finance", "推算的路灯")
    told = ahead(desk.as_("clerk_finance").get(path).text)
    assert "镇长审批" in told
    assert "邵明远" in told


def test_other_processes_start_pages_stand_whatever_is_missing(desk: Office) -> None:
    visitor = desk.as_("office_clerk")
    for key in re.findall(r'href="(/start/\w+)"', visitor.get("/start").text):
        assert visitor.get(key).status_code == 200


@pytest.mark.parametrize("path", ["/process-definitions/nothing:1/forecast", "/user-tasks/nothing-1/forecast"])
def test_what_is_not_there_is_not_foreseen(operator: Api, path: str) -> None:
    assert operator.post(path, {}).status_code == 404


def test_a_wrong_body_is_refused(operator: Api) -> None:
    for body in ({"variables": 7}, {"other": 1}, {"variables": {"_x": 1}}):
        assert operator.post("/process-definitions/nothing:1/forecast", body).status_code in (404, 422)
    assert json_of(operator.post("/user-tasks/nothing-1/forecast", {"outcome": 7}))["status"] == 422


def test_the_page_says_in_english_what_comes_next(desk: Office) -> None:
    told = ahead(desk.as_("village_east").get("/start/procurement_regular?lang=en").text)
    desk.as_("village_east").get("/start/procurement_regular?lang=zh")
    assert "if “" in told
