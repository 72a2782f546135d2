"""Withdrawing one's own decision: while nobody has acted on it, and what stands afterwards."""

import pytest

from processes import drafts, external_jobs, instances, user_tasks
from processes.actors import Actor
from processes.approval import sending_back, withdrawing
from processes.errors import NotAllowed, NotFound
from processes.queries import inbox
from tests.engine.drawing import draw, end, flow, many, node, start, user
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.test_sending_back import SPLIT, complete, refused, sound

pytestmark = pytest.mark.usefixtures("database")


def decided() -> tuple[str, str]:
    """A case whose review li has completed, and the completed task."""
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    task = open_tasks(case)["review"]
    user_tasks.complete(task, variables={}, outcome="agree", opinion="同意", actor=LI)
    return case, task


def why(task: str, actor: Actor = LI) -> str:
    """The code by which lists and pages say why it is not possible; empty where it is."""
    in_list = withdrawing.standings([inbox.get(task, actor)], actor)[task]
    on_page = withdrawing.preview(task, actor=actor)
    assert in_list.code == on_page.code
    return on_page.code


def test_the_task_is_there_again_with_what_was_said() -> None:
    case, task = decided()
    assert why(task) == ""
    opened, in_case = withdrawing.withdraw(task, reason="看错了", actor=LI)
    assert in_case == case
    assert open_tasks(case) == {"review": opened}
    assert [one["id"] for one in inbox.page(LI)["items"]] == [opened]
    assert inbox.page(ZHAO)["items"] == []
    assert inbox.page(LI, "done")["items"] == []
    draft = drafts.load(f"task:{opened}", actor=LI)
    assert draft is not None
    assert draft.variables == {"_opinion": "同意"}
    assert rows("process_instance", id=case)[0]["variables"] == {}
    sound(case)
    user_tasks.complete(opened, variables={}, outcome="disagree", opinion="不同意", actor=LI)
    assert rows("process_instance", id=case)[0]["variables"]["outcome_review"] == "disagree"
    sound(case)


def test_once_the_next_one_has_claimed_it_is_too_late() -> None:
    case, task = decided()
    user_tasks.claim(open_tasks(case)["approve"], actor=ZHAO)
    assert why(task) == "withdraw_acted"
    refused("withdraw_acted", lambda: withdrawing.withdraw(task, actor=LI))
    values = withdrawing.preview(task, actor=LI).values
    assert (values["element"], values["by"]) == ("批准", "zhao")


def test_once_the_next_one_has_sent_back_it_is_too_late() -> None:
    case, task = decided()
    sending_back.send_back(open_tasks(case)["approve"], reason="x", actor=ZHAO)
    assert why(task) == "withdraw_acted"


def test_an_ended_or_suspended_case_is_left_alone() -> None:
    case, task = decided()
    instances.suspend(case, "核实", actor=OPERATOR)
    assert why(task) == "process_instance_suspended"
    refused("process_instance_suspended", lambda: withdrawing.withdraw(task, actor=LI))
    instances.resume(case, "", actor=OPERATOR)
    complete(case, "approve", ZHAO)
    refused("process_instance_ended", lambda: withdrawing.withdraw(task, actor=LI))


def test_only_ones_own_decision_and_only_once() -> None:
    _, task = decided()
    with pytest.raises(NotAllowed):
        withdrawing.withdraw(task, actor=WANG)
    with pytest.raises(NotFound):
        withdrawing.withdraw(task, actor=Actor("su", "苏", frozenset({"clerk"})))
    opened, _ = withdrawing.withdraw(task, actor=LI)
    refused("withdraw_not_done", lambda: withdrawing.withdraw(task, actor=LI))
    refused("withdraw_not_done", lambda: withdrawing.withdraw(opened, actor=LI))


def test_other_branches_do_not_matter_until_they_join() -> None:
    deploy(SPLIT)
    case = instances.start(key="split_flow", variables={}, actor=ZHANG)
    complete(case, "apply", ZHANG)
    complete(case, "check", LI)
    task = open_tasks(case)["sign"]
    complete(case, "sign", ZHAO)
    assert why(task, ZHAO) == ""
    complete(case, "other", WANG)
    assert list(open_tasks(case)) == ["file"]
    assert why(task, ZHAO) == ""
    withdrawing.withdraw(task, actor=ZHAO)
    assert list(open_tasks(case)) == ["sign"]
    complete(case, "sign", ZHAO)
    assert list(open_tasks(case)) == ["file"]
    sound(case)


VOTE = draw(
    start()
    + node("userTask", "v", many(), name="会签", camunda_assignee="${item}")
    + user("z", camunda_assignee="ops")
    + end()
    + flow("s", "v", "z", "e")
)


def test_a_vote_while_the_others_are_still_asked() -> None:
    deploy(VOTE)
    case = instances.start(key="p", variables={"items": ["li", "wang"]}, actor=ROBOT)
    votes = {row["assignee"]: row["id"] for row in rows("user_task", instance_id=case)}
    user_tasks.complete(votes["li"], variables={}, actor=LI)
    assert why(votes["li"]) == ""
    opened, _ = withdrawing.withdraw(votes["li"], actor=LI)
    assert rows("user_task", id=opened)[0]["path"] == [0]
    user_tasks.complete(opened, variables={}, actor=LI)
    user_tasks.complete(votes["wang"], variables={}, actor=WANG)
    assert why(opened) == "withdraw_decided"
    refused("withdraw_decided", lambda: withdrawing.withdraw(opened, actor=LI))
    sound(case)


def _working(next_: str) -> tuple[str, str]:
    body = start() + user("a", camunda_assignee="li") + next_ + user("b", camunda_assignee="wang") + end() + flow("s", "a", "w", "b", "e")
    deploy(draw(body))
    case = instances.start(key="p", variables={}, actor=ROBOT)
    task = open_tasks(case)["a"]
    user_tasks.complete(task, variables={}, actor=LI)
    return case, task


JOB = node("serviceTask", "w", name="付款", camunda_type="external", camunda_topic="bank")


def test_outside_work_that_has_not_begun_is_taken_up() -> None:
    case, task = _working(JOB)
    assert why(task) == ""
    withdrawing.withdraw(task, actor=LI)
    assert list(open_tasks(case)) == ["a"]
    assert [row["state"] for row in rows("job", instance_id=case)] == ["cancelled"]
    sound(case)


def test_outside_work_that_somebody_is_at_or_has_done_is_not() -> None:
    case, task = _working(JOB)
    (job,) = external_jobs.fetch(worker="w", topics=["bank"], actor=ROBOT)
    refused("withdraw_at_work", lambda: withdrawing.withdraw(task, actor=LI))
    external_jobs.complete(str(job["id"]), worker="w", variables={}, actor=ROBOT)
    assert list(open_tasks(case)) == ["b"]
    assert why(task) == "withdraw_acted"


def test_what_has_been_registered_or_sent_out_stays() -> None:
    told = (
        '<extensionElements><camunda:properties><camunda:property name="record" value="filings"/></camunda:properties></extensionElements>'
    )
    _, task = _working(node("serviceTask", "w", told, name="备案"))
    assert why(task) == "withdraw_recorded"


def test_a_message_that_was_thrown_cannot_be_called_back() -> None:
    _, task = _working(node("intermediateThrowEvent", "w", '<messageEventDefinition messageRef="M1"/>'))
    assert why(task) == "withdraw_sent_out"


def test_many_steps_later_lists_say_so_and_the_page_looks_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    _, task = decided()
    monkeypatch.setattr(withdrawing, "NEAR", -1)
    assert withdrawing.standings([inbox.get(task, LI)], LI)[task].code == "withdraw_far_back"
    assert withdrawing.preview(task, actor=LI).possible


def test_the_last_of_a_called_process() -> None:
    deploy(
        draw(start("qs") + user("x", camunda_assignee="li") + end("qe") + flow("qs", "x", "qe"), "q"),
        draw(
            start()
            + node("callActivity", "call", calledElement="q")
            + user("z", camunda_assignee="wang")
            + end()
            + flow("s", "call", "z", "e")
        ),
    )
    case = instances.start(key="p", variables={"n": 1}, actor=ROBOT)
    task = open_tasks(case)["x"]
    user_tasks.complete(task, variables={}, outcome="agree", actor=LI)
    assert why(task) == ""
    withdrawing.withdraw(task, actor=LI)
    assert list(open_tasks(case)) == ["x"]
    sound(case)
    again = open_tasks(case)["x"]
    user_tasks.complete(again, variables={}, actor=LI)
    assert why(again) == ""
    user_tasks.complete(open_tasks(case)["z"], variables={}, actor=WANG)
    assert why_ended(again) == "process_instance_ended"


def why_ended(task: str) -> str:
    """The code by which lists say why it is not possible any more."""
    return withdrawing.standings([inbox.get(task, LI)], LI)[task].code


def test_several_decisions_on_one_case_in_a_list() -> None:
    deploy(SPLIT)
    case = instances.start(key="split_flow", variables={}, actor=LI)
    complete(case, "apply", LI)
    complete(case, "check", LI)
    done = inbox.page(LI, "done")["items"]
    found = {one["element_id"]: withdrawing.standings(done, LI)[one["id"]].code for one in (*done, *reversed(done))}
    assert found == {"apply": "withdraw_acted", "check": ""}
