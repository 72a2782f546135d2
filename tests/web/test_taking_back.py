"""Sending back over the API and on the pages."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from processes import deployments
from processes.actors import SYSTEM
from processes.approval import untouched
from processes.queries import inbox
from tests.web import diagrams
from tests.web.conftest import Api, json_of
from tests.web.desk import Office, Visitor, sentences
from tests.web.test_api_tour import deploy
from web.refusal_words import REFUSALS

TWO = diagrams.diagram(
    "two_tasks",
    diagrams.chain(
        diagrams.START,
        diagrams.user_task("first", "初审", candidateUsers="shenhe"),
        diagrams.user_task("second", "复审", candidateUsers="luren"),
        diagrams.END,
    ),
)


@pytest.fixture
def task(operator: Api, clerk: Api, account: Callable[..., Api]) -> str:
    """A task that waits for `shenhe`, in a case of the clerk's."""
    account("shenhe", "clerk")
    deploy(operator, diagrams.one_task(candidateUsers="shenhe"))
    case = json_of(clerk.post("/process-instances", {"definition_key": "one_task"}))
    return str(json_of(operator.get(f"/user-tasks?box=all&process_instance_id={case['id']}"))["items"][0]["id"])


def test_the_api_foresees_and_sends_back_to_the_applicant(task: str, clerk: Api, account: Callable[..., Api]) -> None:
    asked = account("shenhe")
    foreseen = asked.get(f"/user-tasks/{task}/send-back")
    assert foreseen.status_code == 200
    shown = json_of(foreseen)
    assert [(one["name"], one["applicant"]) for one in shown["targets"]] == [("修改后重新提交", True)]
    assert (shown["resubmit"], shown["may_choose"], shown["straight_back"]) == ("rerun", True, True)
    assert [part["people"] for part in shown["opened"]] == [["liming"]]
    answer = asked.post(f"/user-tasks/{task}/send-back", {"reason": "缺附件", "resubmit": "straight_back"})
    assert answer.status_code == 200
    assert (json_of(answer)["task"]["state"], json_of(answer)["instance"]["state"]) == ("cancelled", "running")
    (again,) = json_of(clerk.get("/user-tasks"))["items"]
    assert again["name"] == "修改后重新提交"
    assert clerk.post(f"/user-tasks/{again['id']}/completion", {}).status_code == 200
    (back,) = json_of(asked.get("/user-tasks"))["items"]
    assert back["assignee"] == "shenhe"


def test_what_is_wrong_is_said(task: str, clerk: Api, account: Callable[..., Api]) -> None:
    asked, stranger = account("shenhe"), account("luren", "clerk")
    address = f"/user-tasks/{task}/send-back"
    for body in ({}, {"reason": " "}, {"reason": "x", "resubmit": "soon"}, {"reason": "x", "to": "y"}, {"reason": 7}):
        answer = asked.post(address, body)
        assert answer.status_code == 422, body
    assert json_of(asked.post(address, {"reason": " "}))["fields"]
    unknown = asked.post(address, {"reason": "x", "to_element_id": "nowhere"})
    assert (unknown.status_code, json_of(unknown)["code"]) == (409, "send_back_target_unknown")
    assert asked.get(f"{address}?to_element_id=nowhere").status_code == 409
    assert asked.get(f"{address}?then=x").status_code == 422
    assert stranger.post(address, {"reason": "x"}).status_code == 404
    assert clerk.post(address, {"reason": "x"}).status_code == 403
    assert clerk.get(address).status_code == 403


def test_the_page_shows_what_will_happen_and_sends_back(desk: Office) -> None:
    case = desk.apply("退回的路灯")
    path = desk.task("clerk_finance", "退回的路灯").partition("?")[0]
    finance = desk.as_("clerk_finance")
    moved = finance.post(path, {"_verb": "send_back", "opinion": "预算偏高"})
    assert (moved.status_code, moved.headers["Location"]) == (303, f"{path}/send-back")
    page = finance.get(f"{path}/send-back")
    shown = sentences(page)
    for words in ("退回“退回的路灯”", "申请人", "要重做", "财政局审核", "保留不动", "改好以后", "直接回到我这里", "退回说明"):
        assert words in shown
    empty = finance.post(f"{path}/send-back", {"to": _first(page.text), "then": "rerun", "reason": " "})
    assert (empty.status_code, "请写明要改什么" in sentences(empty)) == (422, True)
    looked = finance.post(f"{path}/send-back", {"to": _first(page.text), "then": "straight_back", "reason": "请改预算", "_act": "look"})
    assert looked.status_code == 200
    assert "请改预算" in looked.text
    done = finance.post(f"{path}/send-back", {"to": _first(page.text), "then": "straight_back", "reason": "请改预算"}, follow=True)
    assert "已退回“退回的路灯”" in sentences(done)
    applicant = desk.as_("village_east")
    assert "请改预算" in sentences(applicant.get("/notices"))
    record = sentences(applicant.get(case))
    assert "从“财政局审核”退回到“申请人”，改好后直接回来" in record
    assert "sent back from “财政局审核” to “" in sentences(applicant.get(f"{case}?lang=en"))
    again = desk.task("village_east", "退回的路灯")
    form = applicant.get(again)
    assert 'value="4800.00"' in form.text
    desk.as_("village_east").get("/account?lang=zh")


def _first(page: str) -> str:
    found = re.search(r'name="to" value="([^"]+)"', page)
    assert found
    return found[1]


def test_what_has_gone_meanwhile_leads_to_the_case(desk: Office) -> None:
    desk.apply("先办的路灯")
    path = desk.task("clerk_finance", "先办的路灯").partition("?")[0]
    desk.decide("clerk_finance", "先办的路灯")
    answer = desk.as_("clerk_finance").get(f"{path}/send-back")
    assert (answer.status_code, "/cases/" in answer.headers["Location"]) == (303, True)


def test_the_api_takes_an_own_decision_back(operator: Api, clerk: Api, account: Callable[..., Api]) -> None:
    asked, other = account("shenhe", "clerk"), account("luren", "clerk")
    deploy(operator, TWO)
    case = json_of(clerk.post("/process-instances", {"definition_key": "two_tasks"}))
    (task,) = json_of(asked.get("/user-tasks"))["items"]
    assert asked.post(f"/user-tasks/{task['id']}/withdrawal", {}).status_code == 409
    assert asked.post(f"/user-tasks/{task['id']}/completion", {}).status_code == 200
    assert clerk.post(f"/user-tasks/{task['id']}/withdrawal", {}).status_code == 403
    assert asked.post(f"/user-tasks/{task['id']}/withdrawal", {"why": "x"}).status_code == 422
    answer = asked.post(f"/user-tasks/{task['id']}/withdrawal", {"reason": "看错了"})
    assert answer.status_code == 200
    again = json_of(answer)["task"]
    assert (again["state"], again["assignee"], again["id"] != task["id"]) == ("open", "shenhe", True)
    assert json_of(answer)["instance"]["id"] == case["id"]
    assert asked.post(f"/user-tasks/{again['id']}/completion", {}).status_code == 200
    (next_,) = json_of(other.get("/user-tasks"))["items"]
    assert other.post(f"/user-tasks/{next_['id']}/claim", {}).status_code == 200
    late = asked.post(f"/user-tasks/{again['id']}/withdrawal", {})
    assert (late.status_code, json_of(late)["code"]) == (409, "withdraw_acted")
    assert "luren" in json_of(late)["detail"]


def test_the_pages_say_whether_a_decision_can_be_taken_back(desk: Office) -> None:
    case = desk.apply("撤回的路灯")
    path = desk.task("clerk_finance", "撤回的路灯").partition("?")[0]
    desk.decide("clerk_finance", "撤回的路灯", opinion="核过了")
    finance = desk.as_("clerk_finance")
    listed = finance.get("/inbox/done?q=撤回的路灯")
    assert "可撤回" in sentences(listed)
    page = finance.get(case)
    assert f'href="{path}/withdrawal"' in page.text
    assert "这一步重新打开" in sentences(finance.get(f"{path}/withdrawal"))
    done = finance.post(f"{path}/withdrawal", {"reason": "金额看错"}, follow=True)
    assert "已撤回“财政局审核”" in sentences(done)
    assert "核过了" in done.text
    assert "撤回“财政局审核”的办理" in sentences(finance.get(case))
    desk.decide("clerk_finance", "撤回的路灯")
    desk.decide("mayor_town", "撤回的路灯")
    late = sentences(finance.get("/inbox/done?q=撤回的路灯"))
    assert "不能撤回" in late
    assert "邵明远" in late
    assert "不能撤回" in sentences(finance.get(case))


LATE = diagrams.diagram(
    "late",
    diagrams.chain(
        diagrams.START,
        diagrams.user_task("first", "初审", candidateUsers="clerk_finance"),
        diagrams.user_task("second", "复审", candidateUsers="clerk_finance"),
        diagrams.END,
    )
    + '<boundaryEvent id="over" attachedToRef="first"><timerEventDefinition><timeDuration>P9D</timeDuration>'
    + "</timerEventDefinition></boundaryEvent>"
    + '<endEvent id="gone"/><sequenceFlow id="fx" sourceRef="over" targetRef="gone"/>',
)


def test_where_it_cannot_come_straight_back_the_page_says_why_and_keeps_what_was_typed(desk: Office) -> None:
    with desk.app.app_context():
        deployments.deploy("late", {"late.bpmn": LATE}, actor=SYSTEM)
    finance = desk.as_("clerk_finance")
    assert finance.post("/start/late", {"_act": "submit"}).status_code == 303
    finance.post(first_task(finance), {}, page="/account")
    (second,) = set(re.findall(r'href="(/tasks/[^"?]+)', finance.get("/inbox?definition_key=late").text))
    looked = finance.post(f"{second}/send-back", {"to": "first", "then": "straight_back", "reason": "请改", "_act": "look"})
    assert (looked.status_code, "只能重新走一遍" in sentences(looked), "请改" in looked.text) == (200, True, True)
    refused = finance.post(f"{second}/send-back", {"to": "first", "then": "straight_back", "reason": "请改"})
    assert (refused.status_code, "请改" in refused.text) == (409, True)


def first_task(visitor: Visitor) -> str:
    """The page of the only task of that process in the inbox."""
    (task,) = set(re.findall(r'href="(/tasks/[^"?]+)', visitor.get("/inbox?definition_key=late").text))
    return str(task)


def test_every_reason_of_the_engine_has_its_sentences() -> None:
    texts = [path.read_text("utf-8") for path in (Path(__file__).resolve().parents[2] / "engine").rglob("*.py")]
    codes = {code for text in texts for code in re.findall(r'MoveRefused\(\s*"(\w+)"', text)}
    standings = Path(untouched.__file__).read_text("utf-8")
    codes |= set(re.findall(r'"(withdraw_\w+)"', standings))
    assert len(codes) > 14
    assert codes <= REFUSALS.keys()


@pytest.mark.parametrize("verb", ["send-back", "withdrawal"])
def test_a_session_that_ends_keeps_the_reason(desk: Office, verb: str) -> None:
    page = desk.fresh(None).post(f"/tasks/one/{verb}", {"reason": "预算写了半天", "to": "start"}, page="/sign-in")
    assert page.status_code == 401
    assert ("您填的内容还在" in page.text, "预算写了半天" in page.text) == (True, True)


def test_the_page_of_a_case_reads_its_tasks_once(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case = desk.apply("只读一遍的路灯")
    desk.decide("clerk_finance", "只读一遍的路灯")
    asked: list[str] = []
    read = inbox.of_instance
    monkeypatch.setattr(inbox, "of_instance", lambda instance_id: (asked.append(instance_id), read(instance_id))[1])
    assert "撤回“" in sentences(desk.as_("clerk_finance").get(case))
    assert asked == [case.rpartition("/")[2]]
