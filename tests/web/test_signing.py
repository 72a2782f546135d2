"""Signers (加签, 减签) over the API and on the pages."""

import json
import re
from typing import Any

import pytest

from processes.actors import SYSTEM
from processes.people import tokens
from tests.web.conftest import Api, json_of
from tests.web.desk import Office, sentences

FINANCE, HEAD, WORKS, MAYOR = "clerk_finance", "head_finance", "leader_works", "mayor_town"


@pytest.fixture
def call(desk: Office) -> Any:
    """Gives a program that calls with somebody's token."""

    def of(login: str) -> Api:
        with desk.app.app_context():
            return Api(desk.app, tokens.issue(login, None, actor=SYSTEM))

    return of


def begun(desk: Office, title: str) -> tuple[str, str, str]:
    """Paths of a case and of the task of the finance office, and the task's id."""
    case = desk.apply(title)
    path = desk.task(FINANCE, title).partition("?")[0]
    return case, path, path.rpartition("/")[2]


def test_signers_are_added_and_taken_off_over_the_api(desk: Office, call: Any) -> None:
    _, _, task = begun(desk, "接口加签工程")
    finance, works, mayor = call(FINANCE), call(WORKS), call(MAYOR)
    asked = json_of(finance.post(f"/user-tasks/{task}/signers", {"users": [WORKS, MAYOR], "position": "before"}))
    assert (asked["assignee"], asked["signing"]["waits"]) == (FINANCE, 2)
    assert [(one["user"], one["position"], one["by"], one["state"]) for one in asked["signing"]["signers"]] == [
        (WORKS, "before", FINANCE, "open"),
        (MAYOR, "before", FINANCE, "open"),
    ]
    for body in ({}, {"users": [WORKS]}, {"users": [], "position": "before"}, {"users": [WORKS], "position": "beside"}, {"users": "x"}):
        assert finance.post(f"/user-tasks/{task}/signers", body).status_code == 422
    for users, code in ((["nobody"], "person_not_active"), ([WORKS], "signs_already"), ([FINANCE], "signer_is_holder")):
        answer = finance.post(f"/user-tasks/{task}/signers", {"users": users, "position": "after"})
        assert json_of(answer)["code"] == code
    assert json_of(finance.post(f"/user-tasks/{task}/completion", {"outcome": "agree"}))["code"] == "user_task_waits_for_signers"
    own = asked["signing"]["signers"][0]["user_task_id"]
    signers = json_of(works.get(f"/user-tasks/{own}"))
    assert (signers["signing"]["of"], signers["signing"]["depth"], signers["assignee"]) == (task, 1, WORKS)
    form = json_of(works.get(f"/user-tasks/{own}/form"))
    assert set(form["permissions"].values()) == {"read"}
    assert [one["value"] for one in form["outcomes"]] == ["agree", "disagree"]
    assert json_of(mayor.post(f"/user-tasks/{task}/signers/removal", {"user": WORKS}))["code"] == "may_not_remove_signer"
    assert works.post(f"/user-tasks/{own}/completion", {"outcome": "disagree", "opinion": "造价偏高"}).status_code == 200
    assert json_of(finance.post(f"/user-tasks/{task}/signers/removal", {"user": WORKS}))["code"] == "signer_has_decided"
    left = json_of(finance.post(f"/user-tasks/{task}/signers/removal", {"user": MAYOR}))
    assert (left["signing"]["waits"], [one["state"] for one in left["signing"]["signers"]]) == (0, ["decided", "removed"])
    key = {"Idempotency-Key": "signers-once"}
    first = finance.post(f"/user-tasks/{task}/signers", {"users": [MAYOR], "position": "after"}, headers=key)
    again = finance.post(f"/user-tasks/{task}/signers", {"users": [MAYOR], "position": "after"}, headers=key)
    assert (first.status_code, first.get_data()) == (200, again.get_data())
    assert finance.post(f"/user-tasks/{task}/completion", {"outcome": "agree", "opinion": "同意"}).status_code == 200
    case = task.rpartition("-")[0]
    history = json_of(finance.get(f"/process-instances/{case}/history?limit=200"))["items"]
    kinds = [one["type"] for one in history if "signer" in one["type"]]
    assert kinds == ["signers_added", "signer_decided", "signer_removed", "signers_added", "signers_asked"]
    assert call("village_north").post(f"/user-tasks/{task}/signers", {"users": [WORKS], "position": "before"}).status_code == 404


def test_signers_on_the_pages(desk: Office) -> None:
    case, path, _ = begun(desk, "页面加签工程")
    finance, works = desk.as_(FINANCE), desk.as_(WORKS)
    assert 'value="sign"' in finance.get(path).text
    kept = finance.post(path, {"_verb": "sign", "opinion": "写了一半"})
    assert kept.headers["Location"] == f"{path}/signers"
    asked = sentences(finance.get(f"{path}/signers"))
    assert "在我之前：办完回到我这里，意见供我参考" in asked
    assert finance.post(f"{path}/signers", {"position": "before"}).status_code == 422
    assert finance.post(f"{path}/signers", {"users": FINANCE, "position": "before"}).status_code == 409
    done = finance.post(f"{path}/signers", {"users": [WORKS, HEAD], "position": "before"}, follow=True)
    shown = sentences(done)
    assert "已请" in shown
    assert "还在等 2 位加签人办理，办完后由您决定" in shown
    assert 'name="outcome"' not in done.text
    assert "等加签人" in sentences(finance.get("/inbox?q=页面加签工程"))
    own = desk.task(WORKS, "页面加签工程").partition("?")[0]
    page = sentences(works.get(own))
    assert "请您加签（之前）" in page
    assert works.get(own, headers={"Accept-Language": "en"}).status_code == 200
    works.post(own, {"outcome": "disagree", "opinion": "造价偏高"}, follow=True)
    page = sentences(finance.get(path))
    assert "造价偏高" in page
    assert "还在等 1 位加签人办理" in page
    removal = finance.get(f"{path}/signers/removal")
    assert HEAD in removal.text
    assert WORKS not in removal.text
    assert finance.post(f"{path}/signers/removal", {"user": WORKS}).status_code == 409
    assert finance.post(f"{path}/signers/removal", {}).status_code == 422
    assert "已不再请" in sentences(finance.post(f"{path}/signers/removal", {"user": HEAD}, follow=True))
    record = sentences(finance.get(case))
    assert "之前加签" in record
    assert "不再请" in record
    assert "（加签）" in record
    assert "的加签" in record
    assert finance.get(case, headers={"Accept-Language": "en"}).status_code == 200


def test_signers_stand_on_the_diagram_and_in_its_replay(desk: Office) -> None:
    case, path, _task = begun(desk, "图上加签工程")
    finance = desk.as_(FINANCE)
    finance.post(f"{path}/signers", {"users": [WORKS], "position": "after"}, follow=True)
    drawn = _data(finance.get(case).text, "bpmn-data")
    (boxes,) = drawn["signers"].values()
    assert [one["done"] for one in boxes] == [False]
    desk.decide(FINANCE, "图上加签工程")
    desk.decide(WORKS, "图上加签工程")
    replay = _data(finance.get(f"{case}/replay").text, "replay-data")
    assert [[box["done"] for several in step["signers"].values() for box in several] for step in replay["steps"]][-2:] == [[False], [True]]
    assert replay["steps"][0]["signers"] == {}


def _data(page: str, element_id: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{element_id}">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_who_has_decided_takes_a_signer_off_from_the_case(desk: Office) -> None:
    case, path, task = begun(desk, "减签试验工程")
    finance = desk.as_(FINANCE)
    finance.post(f"{path}/signers", {"users": [MAYOR], "position": "parallel"}, follow=True)
    desk.decide(FINANCE, "减签试验工程")
    assert f"/tasks/{task}/signers/removal" in finance.get(case).text
    desk.as_(FINANCE).post(f"/tasks/{task}/signers/removal", {"user": MAYOR})
    assert f"/tasks/{task}/signers/removal" not in finance.get(case).text
