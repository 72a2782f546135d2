"""Drafts: saved while typing, kept for each window, and readable by who lost the task."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

from tests.web import diagrams
from tests.web.conftest import Api, json_of
from tests.web.desk import APPLICATION, PDF, Office, Visitor, sentences
from tests.web.test_api_tour import deploy

JSON = {"Accept": "application/json"}


def _save(visitor: Visitor, path: str, **fields: str) -> tuple[int, dict[str, object]]:
    data = {"csrf_token": visitor.token(path), "_act": "autosave", **fields}
    answer = visitor.client.post(path, data=data, content_type="multipart/form-data", headers=JSON)
    return answer.status_code, answer.get_json()


def _version(page: str) -> str:
    return re.findall(r'name="draft_version" value="(\d+)"', page)[0]


def test_drafts_over_the_api(operator: Api, clerk: Api, account: Callable[..., Api]) -> None:
    asked, other = account("shenhe", "clerk"), account("fuhe", "clerk")
    deploy(operator, diagrams.one_task(candidateUsers="shenhe, fuhe"))
    clerk.post("/process-instances", {"definition_key": "one_task"})
    (task,) = json_of(asked.get("/user-tasks"))["items"]
    path = f"/user-tasks/{task['id']}/draft"
    assert json_of(asked.get(path))["code"] == "draft_not_found"
    assert json_of(asked.put(path, {"variables": {"x": 1}, "version": 0}))["version"] == 1
    assert json_of(asked.put(path, {"variables": {"x": 2}}))["version"] == 2
    refused = asked.put(path, {"variables": {"x": 3}, "version": 1})
    assert (refused.status_code, json_of(refused)["code"]) == (409, "draft_conflict")
    found = json_of(asked.get(path))
    assert (found["variables"], found["version"], found["other"]) == ({"x": 2}, 2, {"x": 3})
    assert other.post(f"/user-tasks/{task['id']}/completion", {}).status_code == 200
    assert json_of(asked.get(path))["variables"] == {"x": 2}
    assert other.get(path).status_code == 404
    assert asked.put(path, {"variables": {}, "version": -1}).status_code == 422


def test_what_is_typed_is_saved_and_restored_with_a_notice(desk: Office) -> None:
    desk.apply("自动存的路灯")
    asked = desk.fresh("clerk_finance")
    path = desk.task("clerk_finance", "自动存的路灯").partition("?")[0]
    assert _version(asked.get(path).text) == "0"
    status, told = _save(asked, path, opinion="先写一半", draft_version="0")
    assert (status, told["version"]) == (200, 1)
    assert str(told["words"]).startswith("草稿 ")
    page = asked.get(path)
    assert ("先写一半" in page.text, "的草稿已恢复" in page.text, _version(page.text)) == (True, True, "1")
    assert "先写一半" not in desk.as_("head_finance").get(path).text


def test_a_second_window_is_told_and_both_copies_can_be_seen(desk: Office) -> None:
    desk.apply("两个窗口的路灯")
    asked = desk.fresh("clerk_finance")
    path = desk.task("clerk_finance", "两个窗口的路灯").partition("?")[0]
    assert _save(asked, path, opinion="第一个窗口", draft_version="0")[0] == 200
    status, told = _save(asked, path, opinion="第二个窗口", draft_version="0")
    assert (status, "另一个窗口" in str(told["words"])) == (409, True)
    newest, other = asked.get(path), asked.get(f"{path}?draft=other")
    assert ("第一个窗口" in newest.text, "看那一份" in newest.text) == (True, True)
    assert ("第二个窗口" in other.text, 'name="draft_other" value="1"' in other.text) == (True, True)
    listed = asked.get(f"{path}?box=todo&columns=a&columns=b").text
    assert f'href="{path}?box=todo&amp;columns=a&amp;columns=b&amp;draft=other"' in listed
    assert f'href="{path}?box=todo"' in asked.get(f"{path}?box=todo&draft=other").text
    kept = asked.post(
        f"{path}?draft=other", {"opinion": "第二个窗口，接着写", "_act": "draft", "draft_version": "1", "draft_other": "1"}, page=path
    )
    assert kept.status_code == 303
    assert "第二个窗口，接着写" in asked.get(path).text
    assert "第一个窗口" in asked.get(f"{path}?draft=other").text
    behind = asked.post(path, {"opinion": "第三次", "_act": "draft", "draft_version": "1"}, page=path, follow=True)
    assert "两份都留着" in sentences(behind)


def test_who_lost_the_task_still_reads_what_was_typed(desk: Office) -> None:
    case = desk.apply("被抢的路灯")
    asked = desk.fresh("clerk_finance")
    path = desk.task("clerk_finance", "被抢的路灯").partition("?")[0]
    assert _save(asked, path, opinion="写给自己看的", draft_version="0")[0] == 200
    desk.decide("head_finance", "被抢的路灯")
    shown = asked.get(case)
    assert "写的还留着" in sentences(shown)
    (href,) = re.findall(r'href="(/tasks/[^"]+/draft)"', shown.text)
    assert "写给自己看的" in asked.get(href).text
    assert desk.as_("head_finance").get(href).status_code == 404
    assert asked.post(href).status_code == 303
    assert asked.get(href).status_code == 404


def test_a_start_form_is_saved_too(desk: Office) -> None:
    visitor = desk.fresh("village_north")
    status, told = _save(visitor, "/start/procurement_regular", **{**APPLICATION, "project_name": "写到一半的项目"}, draft_version="0")
    assert (status, told["version"]) == (200, 1)
    page = visitor.get("/start/procurement_regular")
    assert ("写到一半的项目" in page.text, "的草稿已恢复" in page.text) == (True, True)
    assert _save(visitor, "/start/procurement_regular", project_name="另一个", draft_version="0")[0] == 409
    visitor.post("/start/procurement_regular", {"_act": "discard"})
    assert "写到一半的项目" not in visitor.get("/start/procurement_regular").text


def test_a_session_that_ends_keeps_the_files_of_a_decision_with_its_opinion(desk: Office) -> None:
    desk.apply("登录到期的附件")
    path = desk.task("clerk_finance", "登录到期的附件").partition("?")[0]
    file = desk.as_("clerk_finance").client.post(
        "/api/v1/attachments",
        data={"file": (BytesIO(PDF), "测算.pdf")},
        headers={"X-CSRFToken": desk.as_("clerk_finance").token()},
    )
    sent = {"_papers": file.get_json()["id"], "opinion": "同意，见测算", "outcome": "agree"}
    nobody = desk.fresh(None)
    page = nobody.post(path, sent, page="/sign-in")
    carried = unescape(re.findall(r'name="kept" value="([^"]*)"', page.text)[0])
    login = {"login": "clerk_finance", "password": desk.passwords["clerk_finance"], "kept": carried}
    shown = sentences(nobody.post("/sign-in", login, follow=True))
    assert ("同意，见测算" in shown, "测算.pdf" in shown) == (True, True)
