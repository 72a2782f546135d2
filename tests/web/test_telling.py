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
