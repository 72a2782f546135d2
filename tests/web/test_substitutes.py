"""Substitutes over the API and on the pages."""

import re
from collections.abc import Callable
from datetime import timedelta

from processes import clock
from tests.web import diagrams
from tests.web.conftest import Api, json_of
from tests.web.desk import Office, sentences
from tests.web.test_api_tour import deploy, start


def day(later: int = 0) -> str:
    """A day from today on, as the office counts them."""
    return (clock.now() + timedelta(hours=8, days=later)).date().isoformat()


def test_a_rule_is_given_used_and_ended_over_the_api(operator: Api, account: Callable[..., Api]) -> None:
    deploy(operator, diagrams.parallel(left="liming,wangfang", right="zhaolei"))
    starter, li, deputy, stranger = (account(login, "clerk") for login in ("sunyan", "liming", "chenxi", "qianwu"))
    start(starter, "both_agree")
    body = {"substitute": "chenxi", "valid_until": day(7), "up_to": "50000.00", "reason": "出差"}
    limited = json_of(li.post("/substitutions", body))
    assert (limited["principal"], limited["up_to"], limited["state"]) == ("liming", "50000.00", "active")
    assert json_of(deputy.get("/user-tasks"))["items"] == []
    given = li.post("/substitutions", {"substitute": "chenxi", "valid_until": day(7), "processes": ["both_agree"]})
    assert given.status_code == 201
    rule = json_of(given)["id"]
    (task,) = json_of(deputy.get("/user-tasks"))["items"]
    assert task["candidate_users"] == ["chenxi", "liming"]
    assert stranger.post("/substitutions", {"principal": "liming", "substitute": "qianwu", "valid_until": day()}).status_code == 403
    assert stranger.post(f"/substitutions/{rule}/ending").status_code == 404
    assert stranger.get("/substitutions?all=true").status_code == 403
    assert len(json_of(operator.get("/substitutions?all=true"))["items"]) == 2
    assert len(json_of(deputy.get("/substitutions"))["items"]) == 2
    assert li.post("/substitutions", {"substitute": "chenxi", "valid_until": "soon"}).status_code == 422
    wrong = deputy.post(f"/user-tasks/{task['id']}/completion", {"on_behalf_of": "qianwu"})
    assert (wrong.status_code, json_of(wrong)["code"]) == (403, "only_integrators_act_on_behalf")
    done = deputy.post(f"/user-tasks/{task['id']}/completion", {"opinion": "办好了", "on_behalf_of": "liming"})
    assert (done.status_code, json_of(done)["task"]["assignee"]) == (200, "liming")
    items = json_of(li.get(f"/process-instances/{task['process_instance_id']}/history?limit=200"))["items"]
    (completed,) = [item for item in items if item["type"] == "user_task_completed"]
    assert (completed["actor"], completed["on_behalf_of"]) == ("chenxi", "liming")
    (seen,) = json_of(li.get("/user-tasks?box=done"))["items"]
    assert seen["handed_on"]["verb"] == "represented"
    assert json_of(li.post(f"/substitutions/{rule}/ending"))["state"] == "ended"
    assert li.post(f"/substitutions/{rule}/ending").status_code == 409


def test_a_substitute_is_found_marked_and_named_on_pages(desk: Office) -> None:
    desk.apply("代理试验工程")
    finance, deputy = desk.as_("clerk_finance"), desk.as_("leader_works")
    assert "我的代理" in sentences(finance.get("/account"))
    page = "/account/substitutes"
    assert "没有代理" in sentences(finance.get(page))
    assert finance.post(page, {"substitute": "", "until": day(3)}).status_code == 422
    assert "结束日期" in sentences(finance.post(page, {"substitute": "leader_works", "until": ""}))
    told = finance.post(page, {"substitute": "leader_works", "until": day(3), "processes": "procurement_regular"}, follow=True)
    assert "代理中" in sentences(told)
    inbox = sentences(deputy.get("/inbox?q=代理试验工程"))
    assert "代 何静安" in inbox
    path = desk.task("leader_works", "代理试验工程").partition("?")[0]
    shown = sentences(deputy.get(path))
    assert "代 何静安" in shown
    assert "您代何静安·财政局经办办理" in shown
    desk.decide("leader_works", "代理试验工程", opinion="可行")
    case = re.sub(r"-\d+$", "", path).replace("/tasks/", "/cases/")
    record = sentences(finance.get(case))
    assert "沈听澜" in record
    assert "代 何静安" in record
    assert "代办" in sentences(finance.get("/inbox/done?q=代理试验工程"))
    admin = desk.as_("info_admin")
    shown = admin.get("/people/substitutes")
    rule = re.search(r'action="/substitutes/([^/"]+)/ending"', shown.text)
    assert rule
    stopped = admin.post(f"/substitutes/{rule[1]}/ending", {"all": "1"}, page="/people/substitutes", follow=True)
    assert "代理已结束" in sentences(stopped)
    assert "已提前结束" in sentences(admin.get("/people/substitutes?over=1"))
    given = admin.post("/people/substitutes", {"principal": "clerk_finance", "substitute": "leader_works", "until": day(1)})
    assert given.status_code == 303
    assert sentences(finance.get(page, headers={"Accept-Language": "en"}))
    again = re.search(r'action="/substitutes/([^/"]+)/ending"', finance.get(page).text)
    assert again
    assert finance.post(f"/substitutes/{again[1]}/ending", page=page).status_code == 303
