"""Handing tasks on over the API and on the pages."""

import re
from collections.abc import Callable

from tests.web import diagrams
from tests.web.conftest import Api, json_of
from tests.web.desk import Office, sentences, statements
from tests.web.test_api_tour import deploy, start


def test_a_task_is_reassigned_delegated_and_answered_over_the_api(operator: Api, account: Callable[..., Api]) -> None:
    deploy(operator, diagrams.parallel(left="liming,wangfang", right="zhaolei"))
    starter, li, wang, stranger = (account(login, "clerk") for login in ("sunyan", "liming", "wangfang", "qianwu"))
    start(starter, "both_agree")
    task = json_of(li.get("/user-tasks"))["items"][0]["id"]
    for verb in ("reassignment", "delegation"):
        assert stranger.post(f"/user-tasks/{task}/{verb}", {"to": "liming"}).status_code == 404
        assert li.post(f"/user-tasks/{task}/{verb}", {}).status_code == 422
        assert json_of(li.post(f"/user-tasks/{task}/{verb}", {"to": "sunyan"}))["code"] == "applicant_may_not_decide"
        assert json_of(li.post(f"/user-tasks/{task}/{verb}", {"to": "nobody"}))["code"] == "person_not_active"
    assert stranger.post(f"/user-tasks/{task}/resolution", {"opinion": "x"}).status_code == 404
    assert stranger.post(f"/user-tasks/{task}/recall", {}).status_code == 404
    key = {"Idempotency-Key": "asked-once"}
    asked = li.post(f"/user-tasks/{task}/delegation", {"to": "qianwu", "reason": "请核实"}, headers=key)
    assert asked.status_code == 200
    assert li.post(f"/user-tasks/{task}/delegation", {"to": "qianwu", "reason": "请核实"}, headers=key).get_data() == asked.get_data()
    document = json_of(asked)
    assert (document["assignee"], document["delegated_by"], document["candidate_users"]) == ("qianwu", "liming", ["qianwu"])
    assert json_of(li.post(f"/user-tasks/{task}/completion", {}))["code"] == "user_task_delegated"
    assert json_of(stranger.post(f"/user-tasks/{task}/completion", {}))["code"] == "adviser_may_not_decide"
    given = json_of(stranger.post(f"/user-tasks/{task}/resolution", {"opinion": "属实"}))
    assert given["advice"] == {"by": "qianwu", "opinion": "属实", "variables": {}}
    (done,) = json_of(stranger.get("/user-tasks?box=done"))["items"]
    assert (done["id"], done["handed_on"]["verb"], done["handed_on"]["to"]) == (task, "resolved", "liming")
    moved = json_of(li.post(f"/user-tasks/{task}/reassignment", {"to": "qianwu", "reason": "归口办理"}))
    assert (moved["assignee"], moved["delegated_by"]) == ("qianwu", None)
    (done,) = json_of(li.get("/user-tasks?box=done"))["items"]
    assert (done["handed_on"]["verb"], done["state"]) == ("reassigned", "open")
    assert json_of(li.get("/user-tasks?box=done&state=completed"))["items"] == []
    assert json_of(wang.get("/user-tasks"))["items"] == []
    assert stranger.post(f"/user-tasks/{task}/completion", {"opinion": "办好了"}).status_code == 200
    types = [item["type"] for item in json_of(operator.get(f"/process-instances/{task.rpartition('-')[0]}/history?limit=200"))["items"]]
    assert [kind for kind in types if kind in ("user_task_delegated", "user_task_resolved", "user_task_reassigned")] == [
        "user_task_delegated",
        "user_task_resolved",
        "user_task_reassigned",
    ]


def test_a_task_is_reassigned_on_its_page(desk: Office) -> None:
    desk.apply("转办试验工程")
    path = desk.task("clerk_finance", "转办试验工程").partition("?")[0]
    finance = desk.as_("clerk_finance")
    assert 'value="reassign"' in finance.get(path).text
    kept = finance.post(path, {"_verb": "reassign", "opinion": "写了一半"})
    assert kept.headers["Location"] == f"{path}/reassignment"
    assert "请选择" in sentences(finance.get(f"{path}/reassignment"))
    assert finance.post(f"{path}/reassignment", {"to": "", "reason": "x"}).status_code == 422
    assert "申请人" in sentences(finance.post(f"{path}/reassignment", {"to": "village_east"}))
    done = finance.post(f"{path}/reassignment", {"to": "head_finance", "reason": "请局长定"}, follow=True)
    assert "已转办给" in sentences(done)
    assert "转办给" in sentences(finance.get("/inbox/done?q=转办试验工程"))
    head = desk.as_("head_finance")
    shown = sentences(head.get(path))
    assert "请局长定" in shown
    assert "放回待办" not in shown
    assert "由何静安·财政局经办转办" in shown
    assert "转办试验工程" in sentences(head.get("/notices"))
    english = head.get(path, headers={"Accept-Language": "en"})
    assert english.status_code == 200
    desk.decide("head_finance", "转办试验工程")


def test_advice_is_asked_for_and_given_on_pages(desk: Office) -> None:
    desk.apply("委派试验工程")
    path = desk.task("clerk_finance", "委派试验工程").partition("?")[0]
    finance, asked = desk.as_("clerk_finance"), desk.as_("leader_works")
    assert finance.post(f"{path}/delegation", {"to": "leader_works", "reason": "请看造价"}).status_code == 303
    page = asked.get(path)
    assert page.status_code == 302, sentences(page)
    assert page.headers["Location"] == f"{path}/resolution"
    shown = asked.get(f"{path}/resolution")
    assert "由何静安" in sentences(shown) or "决定" in sentences(shown)
    assert 'value="agree"' not in shown.text
    assert asked.post(f"{path}/resolution", {"_act": "resolve"}).status_code == 422
    assert asked.post(f"{path}/resolution", {"_act": "draft", "opinion": "先记着"}).status_code == 303
    assert "先记着" in asked.get(f"{path}/resolution").text
    blocked = sentences(finance.get(path))
    assert "交回后由您决定" in blocked
    case = re.sub(r"-\d+$", "", path).replace("/tasks/", "/cases/")
    assert "取回" in sentences(finance.get(case))
    assert asked.post(f"{path}/resolution", {"_act": "resolve", "opinion": "造价合理"}, follow=True).status_code == 200
    back = sentences(finance.get(path))
    assert "造价合理" in back
    assert finance.post(f"{path}/delegation", {"to": "leader_works", "reason": "再看一次"}).status_code == 303
    assert finance.get(f"{path}/recall").status_code == 200
    assert finance.post(f"{path}/recall", {"reason": "不用了"}).status_code == 303
    assert finance.post(f"{path}/recall", {}, page="/account").status_code == 409
    assert asked.get(f"{path}/resolution").headers["Location"] == case
    desk.decide("clerk_finance", "委派试验工程")


def test_an_operator_reassigns_from_the_page_of_the_case(desk: Office) -> None:
    case = desk.apply("运维转办工程")
    operator = desk.as_("info_admin")
    page = operator.get(case)
    found = re.search(r'href="(/tasks/[^"]+/reassignment)"', page.text)
    assert found, sentences(page)
    assert operator.post(found[1], {"to": "head_finance", "reason": "经办人病假"}).status_code == 303
    assert desk.task("head_finance", "运维转办工程")


def test_the_list_of_what_was_handed_on_asks_for_all_names_at_once(desk: Office) -> None:
    finance = desk.as_("clerk_finance")
    for title in ("转出去的甲", "转出去的乙", "转出去的丙"):
        desk.apply(title)
        path = desk.task("clerk_finance", title).partition("?")[0]
        assert finance.post(f"{path}/reassignment", {"to": "head_finance", "reason": "出差"}).status_code == 303
    asked: dict[str, list[str]] = {}
    for words in ("转出去的甲", "转出去的"):
        with statements(desk.app) as asked[words]:
            assert "转办给" in sentences(finance.get(f"/inbox/done?q={words}"))
    assert len(asked["转出去的甲"]) == len(asked["转出去的"])
