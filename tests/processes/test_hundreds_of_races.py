"""Two processes and a barrier, hundreds of rounds: whoever comes first, each effect happens once and none is lost."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from processes import clock, deployments, external_jobs, incidents, instances, jobs, messages, sweep, user_tasks, worker
from processes.audit import replay
from processes.audit.verify import verify
from tests.engine.drawing import draw, end, flow, node, script, start, user
from tests.figures import tell
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, WANG, ZHANG, deploy, interrupted, open_tasks, rows
from tests.processes.conftest import NOW
from tests.processes.racers import ROUNDS, racing

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]
ACTORS = {"li": LI, "wang": WANG, "ops": OPERATOR}
LATER = NOW + timedelta(hours=1)


def _complete(task: str, who: str) -> None:
    user_tasks.complete(task, variables={}, opinion=who, actor=ACTORS[who])


def _claim(task: str, who: str) -> str:
    return user_tasks.claim(task, actor=ACTORS[who])


def _unclaim(task: str, who: str) -> str:
    return user_tasks.unclaim(task, actor=ACTORS[who])


def _fire(job: str) -> bool:
    with clock.at(LATER):
        return jobs.run(job)


def _sweep() -> int:
    """A sweep whose ring reaches its own worker at once."""
    with clock.at(LATER):
        sweep.sweep_once()
        return worker.run_jobs(jobs.due_ids(50))


WORKS: dict[str, Any] = {
    "complete": _complete,
    "claim": _claim,
    "unclaim": _unclaim,
    "fire": _fire,
    "sweep": _sweep,
    "suspend": lambda case: instances.suspend(case, "核实", actor=OPERATOR),
    "cancel": lambda case: instances.cancel(case, "作废", actor=OPERATOR),
    "resolve": lambda incident, amount: incidents.resolve(incident, variables={"amount": amount}, actor=OPERATOR),
    "retry": lambda job: jobs.retry(job, actor=OPERATOR),
    "message": lambda: messages.deliver(name="m1", variables={}, actor=ROBOT).correlated,
    "start": lambda key: instances.start(key=key, variables={}, actor=ROBOT),
    "deploy": lambda model: deployments.deploy("x", {"r.bpmn": model}, actor=OPERATOR) and None,
}


def _sound(cases: list[str]) -> None:
    """Every chain holds, and the last cases replay to what is stored."""
    assert verify().unbroken
    assert all(replay.replay(case).same for case in cases[-10:])


def _steps(case: str) -> list[str]:
    return [row["trigger"]["kind"] for row in sorted(rows("step", instance_id=case), key=lambda row: row["seq"])]


def test_one_of_two_completions_counts() -> None:
    deploy(REVIEW)
    cases, winners = [], Counter[str]()
    with racing(2, WORKS) as racers:
        for _ in range(ROUNDS):
            cases.append(case := instances.start(key="review_flow", variables={}, actor=ZHANG))
            task = open_tasks(case)["review"]
            ends = racers.round(("complete", {"task": task, "who": "li"}), ("complete", {"task": task, "who": "wang"}))
            assert sorted(one.done for one in ends) == [False, True]
            assert _steps(case) == ["start", "complete_user_task"]
            (row,) = rows("user_task", id=task)
            winners[row["completed_by"]] += 1
            assert row["completed_by"] == ("li" if ends[0].done else "wang")
    _sound(cases)
    tell(f"races complete/complete: {ROUNDS} rounds, won by {dict(winners)}")


@pytest.mark.parametrize("other", ["claim", "unclaim"])
def test_a_completion_against_a_claim_or_a_return(other: str) -> None:
    """Wang completes what Li claims, or gives back: the order decides, never a mix of both."""
    deploy(REVIEW)
    cases = []
    with racing(2, WORKS) as racers:
        for _ in range(ROUNDS):
            cases.append(case := instances.start(key="review_flow", variables={}, actor=ZHANG))
            task = open_tasks(case)["review"]
            if other == "unclaim":
                user_tasks.claim(task, actor=LI)
            changed, completed = racers.round((other, {"task": task, "who": "li"}), ("complete", {"task": task, "who": "wang"}))
            (row,) = rows("user_task", id=task)
            assert (row["state"] == "completed") == completed.done
            assert changed.done or completed.done
            if row["state"] == "open":
                assert row["assignee"] == ("li" if other == "claim" else None)
            else:
                assert row["completed_by"] == "wang"
            assert len(rows("inbox_entry", user_task_id=task)) == (0 if completed.done else 1)
    _sound(cases)


INTERRUPTED = interrupted(camunda_candidateGroups="财政局")


def test_a_timer_against_a_completion_takes_one_path() -> None:
    deploy(INTERRUPTED)
    cases, fired = [], 0
    with racing(2, WORKS) as racers:
        for _ in range(ROUNDS):
            cases.append(case := instances.start(key="p", variables={}, actor=ZHANG))
            (job,) = rows("job", instance_id=case)
            order = ("complete", {"task": open_tasks(case)["u"], "who": "li"})
            completion, timer = racers.round(order, ("fire", {"job": job["id"]}))
            assert completion.done != bool(timer.value)
            (row,) = rows("process_instance", id=case)
            assert (row["state"] == "completed") == completion.done
            assert ("escalated" in open_tasks(case)) == bool(timer.value)
            fired += bool(timer.value)
    _sound(cases)
    tell(f"races timer/completion: {ROUNDS} rounds, the timer won {fired}")


def test_sweeps_and_duplicated_jobs_give_one_effect_a_timer() -> None:
    deploy(INTERRUPTED)
    cases = []
    with racing(3, WORKS) as racers:
        for _ in range(ROUNDS):
            several = [instances.start(key="p", variables={}, actor=ZHANG) for _ in range(2)]
            cases += several
            (job,) = rows("job", instance_id=several[0])
            ends = racers.round(("sweep", {}), ("sweep", {}), ("fire", {"job": job["id"]}))
            assert sum(int(one.value) for one in ends) == 2
            assert all(_steps(case) == ["start", "fire_timer"] for case in several)
    _sound(cases)


JOINED = draw(
    start()
    + node("parallelGateway", "split")
    + "".join(user(name, camunda_candidateGroups="财政局") for name in ("a", "b", "c"))
    + node("parallelGateway", "join")
    + end()
    + flow("s", "split", "a", "join", "e")
    + flow("split", "b", "join")
    + flow("split", "c", "join")
)


def test_no_signature_of_parallel_branches_is_lost() -> None:
    deploy(JOINED)
    cases = []
    with racing(3, WORKS) as racers:
        for _ in range(ROUNDS):
            cases.append(case := instances.start(key="p", variables={}, actor=ZHANG))
            tasks = open_tasks(case)
            ends = racers.round(*(("complete", {"task": tasks[at], "who": who}) for at, who in (("a", "li"), ("b", "wang"))))
            assert all(one.done for one in ends)
            user_tasks.complete(tasks["c"], variables={}, opinion="三", actor=LI)
            (row,) = rows("process_instance", id=case)
            assert row["state"] == "completed"
            assert row["variables"] == {"opinion_a": "li", "opinion_b": "wang", "opinion_c": "三"}
    _sound(cases)


def test_a_start_during_a_deployment_is_of_one_whole_version() -> None:
    deploy(REVIEW)
    cases = []
    with racing(2, WORKS) as racers:
        for number in range(2, ROUNDS + 2):
            model = REVIEW.replace("批准".encode(), f"批准{number}".encode())
            ends = racers.round(("start", {"key": "review_flow"}), ("deploy", {"model": model}))
            assert all(one.done for one in ends)
            cases.append(case := ends[0].value)
            user_tasks.complete(open_tasks(case)["review"], variables={}, actor=LI)
            (row,) = rows("process_instance", id=case)
            (task,) = rows("user_task", instance_id=case, state="open")
            assert row["version"] in (number - 1, number)
            assert task["name"] == ("批准" if row["version"] == 1 else f"批准{row['version']}")
    _sound(cases)


def test_numbers_have_no_gap_and_no_double() -> None:
    deploy(REVIEW, process__toml='business_key = {series = "办"}'.encode())
    with racing(3, WORKS) as racers:
        for _ in range(ROUNDS):
            assert all(one.done for one in racers.round(*[("start", {"key": "review_flow"})] * 3))
    given = sorted(row["business_key"] for row in rows("process_instance"))
    assert given == [f"2026-{number:04d}" for number in range(1, 3 * ROUNDS + 1)]


@pytest.mark.parametrize("steer", ["suspend", "cancel"])
def test_suspending_or_cancelling_against_completing(steer: str) -> None:
    deploy(REVIEW)
    cases = []
    with racing(2, WORKS) as racers:
        for _ in range(ROUNDS):
            cases.append(case := instances.start(key="review_flow", variables={}, actor=ZHANG))
            order = ("complete", {"task": open_tasks(case)["review"], "who": "li"})
            completion, steered = racers.round(order, (steer, {"case": case}))
            assert steered.done
            (row,) = rows("process_instance", id=case)
            assert row["state"] == ("suspended" if steer == "suspend" else "cancelled")
            assert ("complete_user_task" in _steps(case)) == completion.done
            assert _steps(case)[-1] == steer
    _sound(cases)


FAILING = draw(start() + script("sum", "total = amount + 1") + user("u", camunda_assignee="li") + end() + flow("s", "sum", "u", "e"))


def test_two_operators_retry_one_incident_once() -> None:
    deploy(FAILING)
    cases = []
    with racing(2, WORKS) as racers:
        for _ in range(ROUNDS):
            cases.append(case := instances.start(key="p", variables={}, actor=ROBOT))
            (incident,) = rows("incident", instance_id=case)
            ends = racers.round(*(("resolve", {"incident": incident["id"], "amount": amount}) for amount in (1, 2)))
            assert sorted(one.done for one in ends) == [False, True]
            (row,) = rows("process_instance", id=case)
            assert row["variables"]["total"] == (2 if ends[0].done else 3)
            assert list(open_tasks(case)) == ["u"]
    _sound(cases)


def test_two_retries_of_a_failed_job_make_one_new_run() -> None:
    deploy(draw(start() + node("serviceTask", "call", camunda_type="external", camunda_topic="bank") + end() + flow("s", "call", "e")))
    cases = []
    with racing(2, WORKS) as racers:
        for _ in range(ROUNDS):
            cases.append(case := instances.start(key="p", variables={}, actor=ROBOT))
            (job,) = external_jobs.fetch(worker="w", topics=["bank"], actor=ROBOT)
            external_jobs.fail(job["id"], worker="w", message="坏", retries=0, actor=ROBOT)
            ends = racers.round(*[("retry", {"job": job["id"]})] * 2)
            assert sorted(one.done for one in ends) == [False, True]
            (again,) = rows("job", instance_id=case, state="waiting")
            (found,) = external_jobs.fetch(worker="w", topics=["bank"], actor=ROBOT)
            assert found["id"] == again["id"]
            external_jobs.complete(found["id"], worker="w", actor=ROBOT)
    assert {row["state"] for row in rows("incident")} == {"resolved"}
    _sound(cases)


def test_a_message_sent_twice_is_taken_by_each_waiting_case_once() -> None:
    deploy(
        draw(
            start() + node("receiveTask", "wait", messageRef="M1") + user("u", camunda_assignee="li") + end() + flow("s", "wait", "u", "e")
        )
    )
    cases = []
    with racing(2, WORKS) as racers:
        for _ in range(ROUNDS):
            several = [instances.start(key="p", variables={}, actor=ROBOT) for _ in range(2)]
            cases += several
            ends = racers.round(("message", {}), ("message", {}))
            taken = [case for one in ends if one.done for case in one.value]
            assert sorted(taken) == sorted(several)
            assert all(_steps(case) == ["start", "deliver_message"] for case in several)
    _sound(cases)
