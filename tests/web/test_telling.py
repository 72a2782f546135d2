"""Telling people about a case over the API and on the pages: reminders."""

import re
from collections.abc import Callable

import pytest

from tests.web import diagrams
from tests.web.conftest import Api, json_of
from tests.web.desk import Office, sentences
from tests.web.test_api_tour import deploy


@pytest.fixture
def task(operator: Api, clerk: Api, account: Callable[..., Api]) -> str:
    """A task that waits for `shenhe`, in a case of the clerk's."""
    account("shenhe", "clerk")
    deploy(operator, diagrams.one_task(candidateUsers="shenhe"))
    case = json_of(clerk.post("/process-instances", {"definition_key": "one_task"}))
    return str(json_of(operator.get(f"/user-tasks?box=all&process_instance_id={case['id']}"))["items"][0]["id"])


def test_a_reminder_answers_the_task_and_whom_it_reached(task: str, clerk: Api) -> None:
    answer = clerk.post(f"/user-tasks/{task}/reminder", {"message": "请尽快"})
    assert answer.status_code == 200
    assert (json_of(answer)["id"], json_of(answer)["reminded"]) == (task, ["shenhe"])


def test_a_reminder_too_many_says_when_again(task: str, clerk: Api) -> None:
    for _ in range(2):
        assert clerk.post(f"/user-tasks/{task}/reminder", {}).status_code == 200
    answer = clerk.post(f"/user-tasks/{task}/reminder", {})
    assert (answer.status_code, json_of(answer)["code"]) == (429, "too_many_reminders")
    assert 0 < int(answer.headers["Retry-After"]) <= 24 * 3600 + 1
    assert "以后可以再催" in json_of(answer)["detail"]


def test_reminders_that_are_refused(task: str, clerk: Api, account: Callable[..., Api], operator: Api) -> None:
    asked, stranger = account("shenhe"), account("luren", "clerk")
    assert json_of(asked.post(f"/user-tasks/{task}/reminder", {}))["code"] == "reminder_to_oneself"
    assert stranger.post(f"/user-tasks/{task}/reminder", {}).status_code == 404
    assert clerk.post(f"/user-tasks/{task}/reminder", {"message": 7}).status_code == 422
    assert clerk.post(f"/user-tasks/{task}/reminder", {"who": "x"}).status_code == 422
    assert operator.post(f"/user-tasks/{task}/reminder", {}).status_code == 200


def test_the_applicant_reminds_from_the_case_page(desk: Office) -> None:
    case = desk.apply("催办的路灯")
    applicant = desk.as_("village_east")
    assert f'href="{case}/reminder"' in applicant.get(case).text
    page = applicant.get(f"{case}/reminder")
    (task,) = re.findall(r'name="task" value="([^"]+)" checked', page.text)
    done = applicant.post(f"{case}/reminder", {"task": task, "message": "请尽快。"}, follow=True)
    assert "已催办“财政局审核”" in sentences(done)
    assert "催办“财政局审核”" in sentences(applicant.get(case))
    asked = desk.as_("clerk_finance")
    assert "已催办 1 次" in sentences(asked.get("/inbox?q=催办的路灯"))
    assert "已催办 1 次" in sentences(asked.get(desk.task("clerk_finance", "催办的路灯")))
    assert "催办“催办的路灯”" in sentences(asked.get("/notices"))
    assert "reminded 1×" in sentences(asked.get("/inbox?q=催办的路灯&lang=en"))
    assert "已催办 1 次" in sentences(asked.get("/inbox?q=催办的路灯&lang=zh"))


def test_the_reminder_page_says_what_is_wrong(desk: Office) -> None:
    case = desk.apply("催三次的路灯")
    applicant = desk.as_("village_east")
    (task,) = re.findall(r'name="task" value="([^"]+)" checked', applicant.get(f"{case}/reminder").text)
    assert applicant.post(f"{case}/reminder", {"message": "x"}).status_code == 422
    for _ in range(2):
        assert applicant.post(f"{case}/reminder", {"task": task}).status_code == 303
    refused = applicant.post(f"{case}/reminder", {"task": task})
    assert (refused.status_code, "以后可以再催" in refused.text) == (409, True)


def test_who_is_asked_is_offered_no_reminder(desk: Office) -> None:
    case = desk.apply("自己办的路灯")
    asked = desk.as_("clerk_finance")
    assert f"{case}/reminder" not in asked.get(case).text
    assert asked.get(f"{case}/reminder").headers["Location"] == case
    assert desk.as_("security_admin").get(f"{case}/reminder").status_code == 404


def test_copies_over_the_api(task: str, clerk: Api, account: Callable[..., Api]) -> None:
    asked, watcher = account("shenhe"), account("kanke", "clerk")
    answer = asked.post(f"/user-tasks/{task}/copies", {"users": ["kanke"], "message": "请知悉"})
    assert (answer.status_code, json_of(answer)["copied"], json_of(answer)["already"]) == (200, ["kanke"], [])
    case = json_of(answer)["process_instance_id"]
    again = clerk.post(f"/process-instances/{case}/copies", {"users": ["kanke"]})
    assert (again.status_code, json_of(again)["id"], json_of(again)["copied"]) == (200, case, ["kanke"])
    assert json_of(asked.post(f"/user-tasks/{task}/copies", {"users": ["kanke"]}))["already"] == ["kanke"]
    items = json_of(watcher.get("/user-tasks?box=copied"))["items"]
    assert [(one["id"], one["process_instance_id"], one["copy"]["message"]) for one in items] == [
        (None, case, None),
        (task, case, "请知悉"),
    ]
    assert json_of(watcher.get(f"/process-instances/{case}"))["id"] == case
    copy = items[1]["copy"]["id"]
    assert json_of(watcher.post(f"/copies/{copy}/receipt", {}))["read_at"] is not None
    assert clerk.post(f"/copies/{copy}/receipt", {}).status_code == 404
    assert [one["id"] for one in json_of(watcher.get("/user-tasks?box=copied&unread=true"))["items"]] == [None]
    listed = json_of(clerk.get(f"/process-instances/{case}/copies"))["items"]
    assert [(one["login"], one["read_at"] is None) for one in listed] == [("kanke", False), ("kanke", True)]
    assert json_of(clerk.get("/user-tasks?box=copied"))["items"] == []


def test_copies_that_are_refused_over_the_api(task: str, clerk: Api, account: Callable[..., Api]) -> None:
    stranger = account("luren", "clerk")
    assert stranger.post(f"/user-tasks/{task}/copies", {"users": ["shenhe"]}).status_code == 404
    for body in ({}, {"users": []}, {"users": "shenhe"}, {"users": ["nobody"]}, {"users": [None]}, {"users": ["x"] * 201}):
        assert clerk.post(f"/user-tasks/{task}/copies", body).status_code == 422, body
    start = {"definition_key": "one_task", "copies": ["luren"]}
    refused = clerk.post("/process-instances", start)
    assert (refused.status_code, json_of(refused)["code"]) == (422, "copies_not_offered")


def test_a_copy_is_sent_found_and_read_on_the_pages(desk: Office) -> None:
    case = desk.apply("抄送的路灯")
    asked, receiver = desk.as_("clerk_finance"), desk.as_("village_north")
    path = desk.task("clerk_finance", "抄送的路灯").partition("?")[0]
    kept = asked.post(path, {"_verb": "copy", "opinion": "先想想"})
    page = asked.get(kept.headers["Location"])
    assert "抄送给" in page.text
    copies = f"{case}/copies?task={path.rpartition('/')[2]}"
    empty = asked.post(copies, {"task": path.rpartition("/")[2]}, page=copies)
    assert (empty.status_code, "请选择人员" in empty.text) == (422, True)
    done = asked.post(copies, {"task": path.rpartition("/")[2], "users": "village_north", "message": "请知悉"}, page=copies, follow=True)
    assert "已抄送给" in sentences(done)
    assert "先想想" in done.text
    listed = receiver.get("/inbox/copied").text
    (href,) = re.findall(r'<tr class="new"><td class="c-ttl"><a class="ttl" href="(/copies/[^"]+)">抄送的路灯</a>', listed)
    assert receiver.get("/inbox/copied?only=unread").text.count("抄送的路灯") == 1
    opened = receiver.get(href, follow_redirects=True)
    assert "抄送给" in sentences(opened)
    assert "抄送的路灯" not in receiver.get("/inbox/copied?only=unread").text
    assert f"{case}/copies" not in opened.text
    refused = receiver.post(f"{case}/copies", {"users": "village_east"})
    assert (refused.status_code, "经办过的人和运行管理员可以抄送" in refused.text) == (403, True)
    assert "已读" not in sentences(asked.get(f"{case}/copies"))
    assert desk.as_("security_admin").get(href).status_code == 404


def test_the_case_page_marks_its_copies_as_read(desk: Office) -> None:
    case = desk.apply("直接打开的路灯")
    applicant, receiver = desk.as_("village_east"), desk.as_("village_north")
    assert applicant.post(f"{case}/copies", {"users": "village_north"}).status_code == 303
    assert "直接打开的路灯" in receiver.get("/inbox/copied?only=unread").text
    assert receiver.get(case).status_code == 200
    assert "直接打开的路灯" not in receiver.get("/inbox/copied?only=unread").text
    assert "Sent to me" in receiver.get("/inbox/copied?lang=en").text
    receiver.get("/inbox/copied?lang=zh")
    assert receiver.post("/inbox/copied/read", page="/inbox/copied").status_code == 303


def test_circulation_over_the_api(task: str, clerk: Api, account: Callable[..., Api]) -> None:
    case = task.partition("-")[0]
    reader, other = account("chuanyue", "clerk"), account("luren", "clerk")
    made = clerk.post(f"/process-instances/{case}/circulations", {"users": ["chuanyue"], "message": "请阅"})
    assert (made.status_code, json_of(made)["already"]) == (201, [])
    circulation = json_of(made)["id"]
    read = reader.post(f"/circulations/{circulation}/receipt", {"comment": "同意"})
    assert (read.status_code, json_of(read)["readers"][0]["comment"]) == (200, "同意")
    assert other.post(f"/circulations/{circulation}/receipt", {}).status_code == 404
    assert json_of(clerk.post(f"/circulations/{circulation}/reminder", {}))["code"] == "nobody_to_remind"
    listed = json_of(clerk.get(f"/process-instances/{case}/circulations"))["items"]
    assert [one["id"] for one in listed] == [circulation]
    passed = reader.post(f"/process-instances/{case}/circulations", {"users": ["luren"]})
    assert (passed.status_code, json_of(passed)["depth"]) == (201, 1)
    assert json_of(other.get("/user-tasks?box=copied"))["items"][0]["copy"]["kind"] == "circulation"
    types = [one["type"] for one in json_of(clerk.get(f"/process-instances/{case}/history?limit=200"))["items"]]
    assert {"case_circulated", "circulation_read"} <= set(types)


def test_a_case_goes_round_on_the_pages(desk: Office) -> None:
    case = desk.apply("传阅的路灯")
    asked, reader = desk.as_("clerk_finance"), desk.as_("village_north")
    path = desk.task("clerk_finance", "传阅的路灯").partition("?")[0]
    page = f"{case}/circulation?task={path.rpartition('/')[2]}"
    assert asked.post(page, {"task": path.rpartition("/")[2]}, page=page).status_code == 422
    sent = asked.post(page, {"users": "village_north", "message": "请阅"}, page=page, follow=True)
    assert "传阅" in sentences(sent)
    shown = reader.get(case).text
    (receipt,) = re.findall(r'action="(/circulations/[^"]+/receipt)"', shown)
    remind = receipt.replace("receipt", "reminder")
    assert "未阅" in sentences(asked.get(case))
    assert "已催阅" in sentences(asked.post(remind, page=case, follow=True))
    assert "由发起人催" in sentences(reader.post(remind, page=case, follow=True))
    read = reader.post(receipt, {"comment": "同意这样办"}, page=case, follow=True)
    assert "已阅，发起传阅的人会看到" in sentences(read)
    assert "请您传阅" not in sentences(read).partition("办理记录")[0]
    assert "同意这样办" in sentences(asked.get(case))
    assert "已阅" in sentences(reader.get("/inbox/copied")) or "传阅" in sentences(reader.get("/inbox/copied"))
    onward = reader.post(f"{case}/circulation", {"users": "clerk_finance"}, page=f"{case}/circulation", follow=True)
    assert "已请" in sentences(onward)
    refused = reader.post(f"{case}/circulation", {"users": "clerk_finance"}, page=f"{case}/circulation")
    assert (refused.status_code, "还没有阅" in refused.text) == (409, True)
