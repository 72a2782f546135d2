"""Joint decisions over the API and on the pages: rule, running sum, each person, and what is sealed."""

from typing import Any

import pytest

from processes.actors import SYSTEM
from processes.people import tokens
from tests.web.conftest import Api, json_of
from tests.web.desk import Office, sentences
from tests.web.diagrams import END, START, chain, diagram
from tests.web.test_api_tour import deploy, start

PEOPLE = ("mayor_town", "leader_works", "leader_procure")
MAYOR, WORKS, PROCURE = PEOPLE


def joint(**properties: str) -> bytes:
    """People decide together."""
    drawn = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    task = (
        '<userTask id="vote" name="班子表决" camunda:assignee="${who}"><extensionElements><camunda:properties>'
        f"{drawn}</camunda:properties></extensionElements>"
        f'<multiInstanceLoopCharacteristics camunda:collection="${{{list(PEOPLE)}}}" camunda:elementVariable="who"/></userTask>'
    )
    return diagram("panel_vote", chain(START, task, END), name="班子会签")


@pytest.fixture
def call(desk: Office) -> Any:
    """Gives a program that calls with somebody's token."""

    def of(login: str) -> Api:
        with desk.app.app_context():
            return Api(desk.app, tokens.issue(login, None, actor=SYSTEM))

    return of


def begun(call: Any, **properties: str) -> tuple[str, dict[str, str], dict[str, Api]]:
    """A case, the tasks of its people, and the people."""
    deploy(call("analyst"), joint(**properties))
    people = {login: call(login) for login in PEOPLE}
    case = start(call("village_east"), "panel_vote")["id"]
    found = {login: json_of(caller.get(f"/user-tasks?process_instance_id={case}"))["items"][0]["id"] for login, caller in people.items()}
    return case, found, people


def say(caller: Api, task: str, outcome: str, **more: Any) -> Any:
    answer = caller.post(f"/user-tasks/{task}/completion", {"outcome": outcome, **more})
    assert answer.status_code == 200, answer.text
    return json_of(answer)


def shown(desk: Office, login: str, path: str) -> str:
    return sentences(desk.as_(login).get(path))


def test_the_sum_is_shown_beside_the_task_and_the_case(desk: Office, call: Any) -> None:
    case, tasks, people = begun(call, decide="ratio", ratio="2/3")
    say(people[MAYOR], tasks[MAYOR], "agree")
    votes = json_of(people[WORKS].get(f"/user-tasks/{tasks[WORKS]}"))["votes"]
    assert (votes["rule"]["share"], votes["tally"]["yes"], votes["tally"]["needed"], votes["state"]) == ("2/3", 1, 2, "open")
    for path in (f"/tasks/{tasks[WORKS]}", f"/cases/{case}"):
        page = shown(desk, WORKS, path)
        assert "3 人，同意达到 2/3 通过" in page
        assert "同意 1，不同意 0，未投 2，还差 1 票通过" in page
        assert "一票否决" not in page
    say(people[WORKS], tasks[WORKS], "agree")
    page = shown(desk, PROCURE, f"/cases/{case}")
    assert "通过：同意 2，不同意 0。结果已定，其余的人不用再办" in page
    assert "“班子表决”共同决定：通过" in page
    history = json_of(people[PROCURE].get(f"/process-instances/{case}/history?limit=200"))["items"]
    (closed,) = [one["details"] for one in history if one["type"] == "vote_closed"]
    assert (closed["outcome"], closed["reason"], closed["early"], closed["tally"]["voted"]) == ("agree", "reached", True, 2)
    assert json_of(call("info_admin").get(f"/process-instances/{case}"))["variables"]["outcome_vote"] == "agree"


def test_every_rule_is_said_in_words(desk: Office, call: Any) -> None:
    rules = [
        ({"decide": "any"}, "3 人中一人决定即可"),
        ({"decide": "all", "wait_for_all": "true"}, "3 人都要同意，等全部投完"),
        ({"decide": "ratio", "votes_needed": "2", "veto": "mayor_town"}, "3 人中 2 票同意即通过，邵明远"),
        ({"decide": "vote", "weights": "mayor_town: 2", "quorum": "1/2"}, "3 人，同意超过 50% 通过（弃权不计），至少 2 票参加才有效"),
        ({"decide": "vote", "share_of": "present", "sealed": "true"}, "同意超过 50% 通过（按已投票数），密封表决，结束后公布"),
    ]
    for properties, words in rules:
        case, _, _ = begun(call, **properties)
        assert words in shown(desk, MAYOR, f"/cases/{case}"), words
        assert desk.as_(MAYOR).get(f"/cases/{case}", headers={"Accept-Language": "en"}).status_code == 200


def test_abstaining_is_a_button_of_a_vote(call: Any) -> None:
    _, tasks, people = begun(call, decide="vote")
    form = json_of(people[MAYOR].get(f"/user-tasks/{tasks[MAYOR]}/form"))
    assert [(one["value"], one["label"]) for one in form["outcomes"]] == [("agree", "同意"), ("disagree", "不同意"), ("abstain", "弃权")]
    say(people[MAYOR], tasks[MAYOR], "abstain")
    assert people[WORKS].post(f"/user-tasks/{tasks[WORKS]}/completion", {"outcome": "perhaps"}).status_code == 422


def test_a_sealed_vote_shows_nothing_before_it_is_closed(desk: Office, call: Any) -> None:
    case, tasks, people = begun(call, decide="vote", sealed="names")
    say(people[MAYOR], tasks[MAYOR], "disagree", opinion="资金没有落实")
    for login in PEOPLE:
        page = shown(desk, login, f"/cases/{case}")
        assert "已投 1 / 3，结束前不公布" in page
        assert "资金没有落实" not in page
        assert "不同意" not in page
    votes = json_of(call("info_admin").get(f"/user-tasks/{tasks[WORKS]}"))["votes"]
    assert votes["tally"] == {"asked": 3, "total": 3}
    assert "资金没有落实" not in call("info_admin").get(f"/process-instances/{case}/history?limit=200").text
    say(people[WORKS], tasks[WORKS], "disagree")
    page = shown(desk, PROCURE, f"/cases/{case}")
    assert "未通过：同意 0，不同意 2" in page
    assert "资金没有落实" not in page
