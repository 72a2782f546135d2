"""Deciding on many tasks at once, over the API and on the pages."""

import re
from collections.abc import Callable

from tests.web import diagrams
from tests.web.conftest import Api, json_of
from tests.web.desk import Office, sentences
from tests.web.test_api_tour import deploy


def test_each_item_gets_its_own_result(operator: Api, clerk: Api, account: Callable[..., Api]) -> None:
    asked = account("shenhe", "clerk")
    deploy(operator, diagrams.one_task(candidateUsers="shenhe"))
    for _ in range(3):
        clerk.post("/process-instances", {"definition_key": "one_task"})
    tasks = json_of(asked.get("/user-tasks"))["items"]
    items = [{"id": one["id"], "revision": one["revision"]} for one in tasks]
    items[1]["revision"] = 99
    answer = asked.post("/user-tasks/completions", {"items": [*items, {"id": "nothing-1"}], "outcome": "agree", "opinion": "同意"})
    assert answer.status_code == 200
    told = json_of(answer)["items"]
    assert [(one["status"], one["code"]) for one in told] == [
        (200, None),
        (409, "stale_revision"),
        (200, None),
        (404, "user_task_not_found"),
    ]
    assert told[0]["process_instance_id"] == tasks[0]["process_instance_id"]
    assert told[1]["detail"]
    assert [one["id"] for one in json_of(asked.get("/user-tasks"))["items"]] == [tasks[1]["id"]]


def test_bodies_that_cannot_be_are_refused(clerk: Api) -> None:
    bodies = (
        {},
        {"items": []},
        {"items": [{}]},
        {"items": [{"id": "x-1"}, {"id": "x-1"}]},
        {"items": [{"id": "x-1", "revision": "7"}], "outcome": 7},
        {"items": [{"id": f"x-{n}"} for n in range(101)]},
    )
    for body in bodies:
        assert clerk.post("/user-tasks/completions", body).status_code == 422, body


def test_ticked_rows_are_decided_on_together_and_only_they(desk: Office) -> None:
    for number in range(3):
        desk.apply(f"批量的路灯{number}")
    asked = desk.as_("clerk_finance")
    listed = asked.get("/inbox?q=批量的路灯").text
    ticks = re.findall(r'form="batch" name="task" value="([^"]+)" aria-label="勾选 (批量的路灯\d)"', listed)
    assert len(ticks) == 3
    address = "/inbox/batch?" + "&".join(f"task={value}" for value, title in ticks if not title.endswith("2"))
    page = asked.get(address)
    assert ("批量的路灯0" in page.text, "批量的路灯2" in page.text, "一起办理 2 件" in page.text) == (True, False, True)
    wanted = [("task", value) for value, title in ticks if not title.endswith("2")]
    refused = asked.post(address, [*wanted, ("outcome", "disagree")], page=address)
    assert (refused.status_code, "时请填写意见" in refused.text) == (422, True)
    done = asked.post(address, [*wanted, ("outcome", "agree"), ("opinion", "同意。")], page=address, follow=True)
    assert "2 件已同意" in sentences(done)
    left = asked.get("/inbox?q=批量的路灯").text
    assert re.findall(r'aria-label="勾选 (批量的路灯\d)"', left) == [title for _, title in ticks if title.endswith("2")]


def test_what_failed_stays_ticked_and_says_why(desk: Office) -> None:
    for number in range(2):
        desk.apply(f"部分的路灯{number}")
    asked = desk.as_("clerk_finance")
    ticks = re.findall(r'form="batch" name="task" value="([^"]+)" aria-label="勾选 (部分的路灯\d)"', asked.get("/inbox?q=部分的路灯").text)
    (lost,) = [value for value, title in ticks if title.endswith("0")]
    address = "/inbox/batch?" + "&".join(f"task={value}" for value, _ in ticks)
    asked.get(address)
    desk.as_("head_finance").post(f"/tasks/{lost.partition(':')[0]}", {"_act": "claim"})
    answer = asked.post(address, [*(("task", value) for value, _ in ticks), ("outcome", "agree"), ("opinion", "同意。")], page=address)
    assert answer.status_code == 409
    assert "1 件已同意，1 件没有：部分的路灯0" in sentences(answer)
    assert "部分的路灯1</label>" not in answer.text
    assert sentences(asked.get("/inbox?q=部分的路灯")).count("部分的路灯1") == 0


def test_nothing_ticked_leads_back(desk: Office) -> None:
    asked = desk.as_("clerk_finance")
    assert "请先勾选" in sentences(asked.get("/inbox/batch", follow_redirects=True))
    assert asked.get("/inbox/batch?task=nothing-1:1").status_code == 200
    assert asked.post("/inbox/batch", {"outcome": "agree"}).status_code in (200, 422)
