"""Joint decisions over the database: the running sum, what is sealed, races, and that the log gives all of it again."""

from functools import partial
from typing import Any

import pytest

from processes import instances, rebuild, user_tasks
from processes.actors import Actor
from processes.approval import signing
from processes.audit import replay
from processes.errors import Conflict
from processes.queries import forecast, history, inbox, votes
from tests.engine.drawing import draw, end, flow, many, node, start, user
from tests.processes.cases import LI, OPERATOR, ROBOT, WANG, ZHAO, deploy, rows
from tests.processes.forked import race

pytestmark = pytest.mark.usefixtures("database")

AUDITOR = Actor("audit", "审计", frozenset({"auditor"}))
PEOPLE = {"li": LI, "wang": WANG, "zhao": ZHAO}


def joint(**properties: str) -> bytes:
    drawn = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    inner = f"<extensionElements><camunda:properties>{drawn}</camunda:properties></extensionElements>{many('people')}"
    task = node("userTask", "u", inner, camunda_assignee="${item}", name="班子表决")
    return draw(start() + task + user("z", camunda_assignee="li") + end() + flow("s", "u", "z", "e"))


def opened(**properties: str) -> str:
    deploy(joint(**properties))
    return instances.start(key="p", variables={"people": sorted(PEOPLE)}, actor=ROBOT)


def say(case: str, login: str, outcome: str, opinion: str | None = None) -> None:
    (task,) = rows("user_task", instance_id=case, element_id="u", assignee=login)
    user_tasks.complete(task["id"], variables={}, outcome=outcome, opinion=opinion, actor=PEOPLE[login])


def vote(case: str, actor: Actor = LI) -> dict[str, Any]:
    (found,) = votes.of_case(case, actor)
    return found


def told(case: str, actor: Actor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = history.items(case, actor, limit=200)["items"]
    return found


def test_the_running_sum_stands_beside_the_tasks() -> None:
    case = opened(decide="ratio", ratio="2/3")
    say(case, "li", "agree")
    found = vote(case)
    assert (found["state"], found["tally"]["yes"], found["tally"]["needed"]) == ("open", 1, 2)
    assert [one["who"] for one in found["people"]] == ["li", "wang", "zhao"]
    (task,) = rows("user_task", instance_id=case, assignee="wang")
    assert votes.of_task(inbox.get(task["id"], WANG), WANG)["id"] == found["id"]  # type: ignore[index]
    say(case, "wang", "disagree")
    say(case, "zhao", "agree")
    closed = vote(case)
    assert (closed["state"], closed["outcome"], closed["reason"], closed["early"]) == ("closed", "agree", "reached", False)
    assert [one["type"] for one in told(case, LI)].count("votes_counted") == 3


def test_early_the_others_are_told_that_their_task_is_gone() -> None:
    case = opened(decide="all")
    say(case, "li", "disagree", "不同意")
    assert (vote(case)["outcome"], vote(case)["early"]) == ("disagree", True)
    with pytest.raises(Conflict):
        say(case, "wang", "agree")


@pytest.mark.parametrize("sealed", ["true", "names"])
def test_a_sealed_vote_tells_nobody_anything_before_it_is_closed(sealed: str) -> None:
    case = opened(decide="vote", sealed=sealed)
    say(case, "li", "agree", "有话要说")
    for actor in (LI, WANG, OPERATOR, ROBOT):
        assert set(vote(case, actor)["tally"]) == {"asked", "total"}
        text = str(told(case, actor)) + str(history.steps(case, actor)) + str(inbox.of_instance(case))
        assert "有话要说" not in text
        assert "'outcome': 'agree'" not in text
        assert "votes_counted" not in text
    assert "有话要说" in str(told(case, AUDITOR))
    assert vote(case, AUDITOR)["tally"]["yes"] == 1
    (row,) = rows("process_instance", id=case)
    assert set(row["variables"]) == {"people"}


def test_the_forecast_does_not_tell_how_far_a_sealed_vote_has_come() -> None:
    for sealed, steps in (("false", 1), ("true", 0)):
        case = opened(decide="ratio", votes_needed="2", sealed=sealed)
        say(case, "li", "agree")
        (task,) = rows("user_task", instance_id=case, assignee="wang")
        assert len(forecast.after_decision(task["id"], WANG, {}, "agree").steps) >= steps
        assert (len(forecast.after_decision(task["id"], WANG, {}, "agree").steps) == 0) == (steps == 0)


def test_after_closing_all_of_it_is_told_or_the_sum_alone() -> None:
    for sealed, names in (("true", True), ("names", False)):
        case = opened(decide="vote", sealed=sealed)
        say(case, "li", "agree", "有话要说")
        say(case, "wang", "agree")
        assert vote(case)["tally"]["yes"] == 2
        text = str(told(case, WANG)) + str(history.steps(case, WANG)) + str(inbox.of_instance(case))
        assert ("有话要说" in text, "votes_counted" in text) == (names, names)
        (row,) = rows("process_instance", id=case)
        assert ("people" in row["variables"]["votes_u"]) == names
        assert row["variables"]["outcome_u"] == "agree"


def test_the_log_gives_all_of_it_again() -> None:
    case = opened(decide="vote", weights="zhao: 2", quorum="2")
    say(case, "zhao", "abstain")
    say(case, "li", "agree")
    before = rows("vote")
    rebuild.rebuild_case(case)
    assert rows("vote") == before
    say(case, "wang", "disagree")
    assert replay.replay(case).same
    everything = rows("vote"), rows("user_task")
    rebuild.rebuild()
    assert (rows("vote"), rows("user_task")) == everything


def test_signers_of_a_sealed_voice_tell_nothing_either() -> None:
    case = opened(decide="all", sealed="true", wait_for_all="true")
    (task,) = rows("user_task", instance_id=case, assignee="li")
    signing.add(task["id"], ["ops"], "parallel", actor=LI)
    (own,) = rows("user_task", instance_id=case, assignee="ops")
    user_tasks.complete(own["id"], variables={}, outcome="disagree", opinion="造价偏高", actor=OPERATOR)
    say(case, "li", "agree")
    text = str(told(case, WANG)) + str(history.steps(case, WANG)) + str(inbox.of_instance(case))
    assert "造价偏高" not in text
    assert "outcome_turned" not in text
    assert "outcome_turned" in str(told(case, AUDITOR))
    say(case, "wang", "agree")
    say(case, "zhao", "agree")
    assert (vote(case)["outcome"], vote(case)["tally"]["no"]) == ("disagree", 1)


def test_nobody_takes_two_seats_of_a_group() -> None:
    inner = '<extensionElements><camunda:properties><camunda:property name="decide" value="all"/></camunda:properties></extensionElements>'
    seats = node("userTask", "u", inner + many(count="2"), camunda_candidateGroups="财政局")
    deploy(draw(start() + seats + user("z") + end() + flow("s", "u", "z", "e")))
    case = instances.start(key="p", variables={}, actor=ROBOT)
    first, second = (row["id"] for row in rows("user_task", instance_id=case))
    user_tasks.complete(first, variables={}, outcome="agree", actor=LI)
    with pytest.raises(Conflict, match="voted_already"):
        user_tasks.complete(second, variables={}, outcome="agree", actor=LI)
    user_tasks.complete(second, variables={}, outcome="agree", actor=WANG)
    assert vote(case)["outcome"] == "agree"


def test_two_last_votes_at_once() -> None:
    for _ in range(5):
        case = opened(decide="ratio", votes_needed="2")
        say(case, "li", "agree")
        statuses = race(partial(_try, case, "wang", "agree"), partial(_try, case, "zhao", "agree"))
        assert sorted(statuses) == [0, 1]
        found = vote(case)
        assert (found["outcome"], found["tally"]["yes"], found["tally"]["voted"]) == ("agree", 2, 2)
        assert replay.replay(case).same


def _try(case: str, login: str, outcome: str) -> None:
    try:
        say(case, login, outcome)
    except Conflict:
        raise SystemExit(1) from None


def test_both_votes_count_where_both_are_needed() -> None:
    case = opened(decide="all")
    say(case, "li", "agree")
    assert race(lambda: say(case, "wang", "agree"), lambda: say(case, "zhao", "agree")) == [0, 0]
    assert (vote(case)["outcome"], vote(case)["tally"]["yes"]) == ("agree", 3)


def test_a_name_that_nobody_has_keeps_its_seat() -> None:
    deploy(joint(decide="ratio", ratio="2/3"))
    case = instances.start(key="p", variables={"people": ["li", "nobody", "wang"]}, actor=ROBOT)
    say(case, "li", "agree")
    assert vote(case)["tally"]["asked"] == 3
    (task,) = rows("user_task", instance_id=case, assignee="nobody")
    user_tasks.complete(task["id"], variables={}, outcome="agree", actor=OPERATOR)
    assert vote(case)["outcome"] == "agree"
