"""A tour over the API as another system takes it: deploy, start, find, complete, read what happened."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from tests.web import diagrams
from tests.web.conftest import Api, json_of


@pytest.fixture
def robot(account: Callable[..., Api]) -> Api:
    """Another system: it starts every process and completes every task."""
    return account("jiekou", "integrator", scope=["*"])


def deploy(caller: Api, *files: bytes, name: str = "测试") -> Any:
    """Deploy diagrams; the answer's document, after a check that it was accepted."""
    answer = caller.post("/deployments", data={"name": name, "files": [(_stream(file), f"流程 {n}.bpmn") for n, file in enumerate(files)]})
    assert answer.status_code in (200, 201), answer.text
    return json_of(answer)


def _stream(content: bytes) -> Any:
    return io.BytesIO(content)


def start(caller: Api, key: str, variables: dict[str, Any] | None = None, **more: Any) -> Any:
    """Start a case; its document."""
    answer = caller.post("/process-instances", {"definition_key": key, "variables": variables or {}, **more})
    assert answer.status_code == 201, answer.text
    return json_of(answer)


def tasks_of(caller: Api, instance_id: str) -> dict[str, str]:
    """Ids of the case's open tasks by element."""
    found = json_of(caller.get(f"/user-tasks?box=all&process_instance_id={instance_id}"))
    return {task["element_id"]: task["id"] for task in found["items"]}


def history(caller: Api, instance_id: str, size: int = 200) -> list[dict[str, Any]]:
    """The whole history of a case, page by page."""
    items, cursor = [], ""
    while True:
        page = json_of(caller.get(f"/process-instances/{instance_id}/history?limit={size}{cursor}"))
        items += page["items"]
        if page["next"] is None:
            return items
        cursor = f"&cursor={page['next']}"


def test_a_user_task_from_deployment_to_the_end(operator: Api, robot: Api) -> None:
    deployed = deploy(operator, diagrams.one_task(assignee="liming"))
    assert [(one["key"], one["version"]) for one in deployed["definitions"]] == [("one_task", 1)]
    case = start(robot, "one_task", {"金额": 12.50, "list": [1, {"a": None}]}, business_key="外-1", title="买纸", on_behalf_of="村民甲")
    assert (case["state"], case["business_key"], case["title"]) == ("running", "外-1", "买纸")
    assert case["variables"] == {"金额": Decimal("12.50"), "list": [1, {"a": None}]}
    assert (case["started_by"], case["on_behalf_of"], case["ended_at"]) == ("jiekou", "村民甲", None)
    assert case["started_at"].endswith("Z")
    task_id = tasks_of(robot, case["id"])["review"]
    task = json_of(robot.get(f"/user-tasks/{task_id}"))
    assert (task["assignee"], task["state"], task["name"]) == ("liming", "open", "审核")
    answer = robot.post(
        f"/user-tasks/{task_id}/completion",
        {"variables": {"ok": True}, "outcome": "agree", "opinion": "同意", "revision": task["revision"]},
    )
    assert answer.status_code == 200, answer.text
    done = json_of(answer)
    assert (done["task"]["state"], done["instance"]["state"], done["instance"]["end_events"]) == ("completed", "completed", ["finish"])
    assert done["instance"]["variables"]["ok"] is True
    types = [item["type"] for item in history(robot, case["id"], 3)]
    assert types.count("user_task_completed") == 1
    assert types[-1] == "instance_completed"
    entered = [item["element_id"] for item in history(robot, case["id"]) if item["type"] == "element_entered"]
    assert entered == ["begin", "review", "finish"]


def test_parallel_branches_join_once(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.parallel())
    case = start(robot, "both_agree")
    tasks = tasks_of(robot, case["id"])
    assert set(tasks) == {"left", "right"}
    first = json_of(robot.post(f"/user-tasks/{tasks['left']}/completion", {"variables": {"left_says": 1}}))
    assert first["instance"]["state"] == "running"
    last = json_of(robot.post(f"/user-tasks/{tasks['right']}/completion", {"variables": {"right_says": 2}}))
    assert (last["instance"]["state"], last["instance"]["end_events"]) == ("completed", ["finish"])
    assert last["instance"]["variables"] == {"left_says": 1, "right_says": 2}


AMOUNTS = [(5000, "large_end"), (4999.99, "small_end"), ("5000.00", "large_end"), ("4999.99", "small_end")]


def test_the_amount_decides_the_way_and_the_history_says_why(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.by_amount())
    for amount, end in AMOUNTS:
        case = start(robot, "by_amount", {"amount": amount})
        assert (case["state"], case["end_events"]) == ("completed", [end]), amount
        reasons = [item["details"] for item in history(robot, case["id"]) if item["type"] == "condition_evaluated"]
        assert reasons[0]["flow_id"] == "large", amount


def test_a_failing_automatic_step_keeps_the_decision_and_raises_an_incident(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.no_path())
    case = start(robot, "no_path")
    task_id = tasks_of(robot, case["id"])["review"]
    done = json_of(robot.post(f"/user-tasks/{task_id}/completion", {"variables": {}}))
    assert (done["task"]["state"], done["instance"]["state"]) == ("completed", "incident")
    incident = json_of(operator.get("/incidents"))["items"][0]
    assert (incident["element_id"], incident["state"], incident["process_instance_id"]) == ("choice", "open", case["id"])
    again = json_of(operator.post(f"/incidents/{incident['id']}/resolution", {"variables": {"level": 9}}))
    assert again["state"] == "open"
    still = json_of(operator.get(f"/incidents?process_instance_id={case['id']}"))["items"]
    assert len(still) == 1
    solved = json_of(operator.post(f"/incidents/{still[0]['id']}/resolution", {"variables": {"level": 1}}))
    assert solved["state"] == "resolved"
    assert json_of(operator.get(f"/process-instances/{case['id']}"))["end_events"] == ["finish"]


def test_only_one_of_two_completions_counts(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.one_task())
    case = start(robot, "one_task")
    task_id = tasks_of(robot, case["id"])["review"]
    assert robot.post(f"/user-tasks/{task_id}/completion", {"revision": 999}).status_code == 409
    assert robot.post(f"/user-tasks/{task_id}/completion", {}).status_code == 200
    second = robot.post(f"/user-tasks/{task_id}/completion", {})
    assert (second.status_code, json_of(second)["code"]) == (409, "user_task_not_open")
    types = [item["type"] for item in history(robot, case["id"])]
    assert types.count("user_task_completed") == 1


def test_people_find_claim_and_complete_what_is_theirs_and_know_nothing_of_the_rest(operator: Api, account: Callable[..., Api]) -> None:
    deploy(operator, diagrams.parallel(left="liming,wangfang", right="zhaolei"))
    starter, li, wang = account("sunyan", "clerk"), account("liming", "clerk"), account("wangfang", "clerk")
    stranger = account("qianwu", "clerk")
    case = start(starter, "both_agree")
    inbox = json_of(li.get("/user-tasks"))["items"]
    assert [(task["element_id"], task["candidate_users"]) for task in inbox] == [("left", ["liming", "wangfang"])]
    left = inbox[0]["id"]
    assert json_of(stranger.get("/user-tasks")) == {"items": [], "next": None}
    for path in (
        f"/user-tasks/{left}",
        f"/user-tasks/{left}/form",
        f"/process-instances/{case['id']}",
        f"/process-instances/{case['id']}/history",
    ):
        assert stranger.get(path).status_code == 404, path
        assert li.get(path).status_code == 200, path
    for action in ("claim", "unclaim", "completion"):
        assert stranger.post(f"/user-tasks/{left}/{action}").status_code == 404
    assert stranger.post(f"/process-instances/{case['id']}/cancellation", {"reason": "x"}).status_code == 404
    assert json_of(li.post(f"/user-tasks/{left}/claim"))["assignee"] == "liming"
    assert json_of(wang.get("/user-tasks"))["items"] == []
    taken = wang.post(f"/user-tasks/{left}/completion", {})
    assert (taken.status_code, json_of(taken)["code"]) == (409, "user_task_claimed_by_another")
    assert json_of(li.post(f"/user-tasks/{left}/unclaim"))["assignee"] is None
    assert li.post(f"/user-tasks/{left}/completion", {"opinion": "办好了"}).status_code == 200
    assert [task["id"] for task in json_of(li.get("/user-tasks?box=done"))["items"]] == [left]
    assert [task["element_id"] for task in json_of(starter.get("/user-tasks?box=started"))["items"]] == ["right"]
    assert li.get("/user-tasks?box=all").status_code == 403
    assert [one["id"] for one in json_of(starter.get("/process-instances?started_by=sunyan"))["items"]] == [case["id"]]
    assert json_of(stranger.get("/process-instances"))["items"] == []


def test_suspending_resuming_and_cancelling(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.one_task())
    case = start(robot, "one_task")
    path, task_id = f"/process-instances/{case['id']}", tasks_of(robot, case["id"])["review"]
    assert json_of(operator.post(f"{path}/suspension", {"reason": "核对"}))["state"] == "suspended"
    assert robot.post(f"/user-tasks/{task_id}/completion", {}).status_code == 409
    assert operator.post(f"{path}/suspension", {"reason": "核对"}).status_code == 409
    assert json_of(operator.post(f"{path}/resumption", {"reason": "继续"}))["state"] == "running"
    ended = json_of(operator.post(f"{path}/cancellation", {"reason": "撤销"}))
    assert ended["state"] == "cancelled"
    assert ended["ended_at"]
    assert json_of(robot.get(f"/user-tasks/{task_id}"))["state"] == "cancelled"
    assert operator.post(f"{path}/cancellation", {"reason": "撤销"}).status_code == 409


def test_messages_reach_who_waits_and_start_who_should(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.waits_for_message(), diagrams.started_by_message())
    case = start(robot, "waits_for_message", {"order": "A1"})
    nobody = robot.post("/messages", {"name": "paid", "correlation": {"order": "B2"}, "variables": {}})
    assert (nobody.status_code, json_of(nobody)["code"]) == (409, "nothing_waits")
    took = json_of(robot.post("/messages", {"name": "paid", "correlation": {"order": "A1"}, "variables": {"sum": 5}}))
    assert took == {"correlated": [case["id"]], "started": []}
    assert json_of(robot.get(f"/process-instances/{case['id']}"))["state"] == "completed"
    began = json_of(robot.post("/messages", {"name": "ordered", "business_key": "O-7", "variables": {"n": 1}}))
    assert (began["correlated"], len(began["started"])) == ([], 1)
    assert json_of(robot.get(f"/process-instances/{began['started'][0]}"))["business_key"] == "O-7"


def test_signals_reach_everybody(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.waits_for_signal())
    cases = {start(robot, "waits_for_signal")["id"] for _ in range(2)}
    assert set(json_of(robot.post("/signals", {"name": "holiday", "variables": {}}))["correlated"]) == cases
    assert json_of(robot.post("/signals", {"name": "holiday"})) == {"correlated": [], "started": []}


def test_external_jobs_are_fetched_held_and_reported(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.external())
    cases = [start(robot, "external_work", {"n": n})["id"] for n in range(3)]
    fetch = {"worker": "w1", "topics": ["print-seal"], "max": 2, "lock_seconds": 60}
    held = json_of(robot.post("/external-jobs/fetch", fetch))["items"]
    assert {job["process_instance_id"] for job in held} == set(cases[:2])
    assert {job["topic"] for job in held} == {"print-seal"}
    third = json_of(robot.post("/external-jobs/fetch", {**fetch, "worker": "w2", "topics": ["*"]}))["items"]
    assert [job["process_instance_id"] for job in third] == cases[2:]
    first, second = (job["id"] for job in held)
    lost = robot.post(f"/external-jobs/{first}/completion", {"worker": "w2"})
    assert (lost.status_code, json_of(lost)["code"]) == (409, "lock_lost")
    assert json_of(robot.post(f"/external-jobs/{first}/lock", {"worker": "w1", "lock_seconds": 300}))["state"] == "waiting"
    assert json_of(robot.post(f"/external-jobs/{first}/completion", {"worker": "w1", "variables": {"pages": 3}}))["state"] == "done"
    case = json_of(robot.get(f"/process-instances/{cases[0]}"))
    assert (case["state"], case["variables"]["pages"], case["end_events"]) == ("completed", 3, ["finish"])
    thrown = robot.post(f"/external-jobs/{second}/bpmn-error", {"worker": "w1", "code": "paper_out", "message": "缺纸"})
    assert thrown.status_code == 200, thrown.text
    assert json_of(robot.get(f"/process-instances/{cases[1]}"))["end_events"] == ["no_paper"]
    job_id = third[0]["id"]
    failed = json_of(robot.post(f"/external-jobs/{job_id}/failure", {"worker": "w2", "message": "断网", "retries": 0}))
    assert failed["state"] == "failed"
    assert json_of(robot.get(f"/process-instances/{cases[2]}"))["state"] == "incident"
    assert json_of(operator.get("/jobs?state=failed"))["items"][0]["last_error"] == "断网"
    assert operator.post(f"/jobs/{job_id}/retry").status_code == 200
    again = json_of(robot.post("/external-jobs/fetch", {**fetch, "worker": "w3"}))["items"]
    assert [job["process_instance_id"] for job in again] == cases[2:]
    assert robot.post("/external-jobs/fetch", {"worker": "w", "topics": []}).status_code == 422


def test_timers_are_jobs(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.with_timer())
    case = start(robot, "with_timer")
    job = json_of(operator.get(f"/jobs?process_instance_id={case['id']}"))["items"][0]
    assert (job["kind"], job["state"], job["element_id"]) == ("timer", "waiting", "wait")
    assert job["due_at"] > case["started_at"]


def test_a_new_version_leaves_running_cases_where_they_are(operator: Api, robot: Api) -> None:
    first = deploy(operator, diagrams.one_task())
    case = start(robot, "one_task")
    assert deploy(operator, diagrams.one_task())["definitions"] == first["definitions"]
    second = deploy(operator, diagrams.one_task(assignee="liming"))
    assert second["definitions"][0]["version"] == 2
    assert json_of(robot.get(f"/process-instances/{case['id']}"))["version"] == 1
    assert start(robot, "one_task")["version"] == 2
    assert start(robot, "one_task", version=1)["version"] == 1
    listed = json_of(operator.get("/process-definitions?key=one_task"))["items"]
    assert [one["version"] for one in listed] == [2, 1]
    assert [one["id"] for one in json_of(operator.get("/process-definitions?key=one_task&latest=true"))["items"]] == ["one_task:2"]


def test_a_scope_limits_what_a_token_reaches(operator: Api, robot: Api, account: Callable[..., Api]) -> None:
    deploy(operator, diagrams.one_task("mine"), diagrams.one_task("others"))
    limited, unlimited = account("waibu", "integrator", scope=["mine"]), account("waibu2", "integrator")
    case = start(robot, "others")
    task_id = tasks_of(robot, case["id"])["review"]
    start(limited, "mine")
    assert limited.post("/process-instances", {"definition_key": "others"}).status_code in (403, 404)
    assert limited.post(f"/user-tasks/{task_id}/completion", {}).status_code == 404
    assert limited.get(f"/process-instances/{case['id']}").status_code == 404
    assert unlimited.post("/process-instances", {"definition_key": "mine"}).status_code == 403


def test_a_request_with_a_key_is_carried_out_once(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.one_task())
    key = {"Idempotency-Key": "k-1"}
    body = {"definition_key": "one_task", "variables": {"n": 1}}
    first = robot.post("/process-instances", body, headers=key)
    again = robot.post("/process-instances", body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert json_of(again) == json_of(first)
    other = robot.post("/process-instances", {**body, "variables": {"n": 2}}, headers=key)
    assert (other.status_code, json_of(other)["code"]) == (422, "idempotency_key_reused")
    assert len(json_of(robot.get("/process-instances?definition_key=one_task"))["items"]) == 1
    task_id = tasks_of(robot, json_of(first)["id"])["review"]
    done = [robot.post(f"/user-tasks/{task_id}/completion", {}, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in done] == [200, 200]
    assert json_of(done[0]) == json_of(done[1])
    assert operator.post("/process-instances", body, headers=key).status_code in (201, 422, 403)
    assert robot.post("/process-instances", body, headers={"Idempotency-Key": "x" * 300}).status_code == 422


def test_twenty_equal_requests_at_once_are_carried_out_once(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.one_task())
    body, key = {"definition_key": "one_task", "variables": {"n": 1}}, {"Idempotency-Key": "together"}
    programs = [Api(robot.app, robot.headers["Authorization"].removeprefix("Bearer ")) for _ in range(20)]
    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda program: program.post("/process-instances", body, headers=key), programs))
    assert {answer.status_code for answer in answers} == {201}
    assert len({json_of(answer)["id"] for answer in answers}) == 1
    assert len(json_of(robot.get("/process-instances"))["items"]) == 1


def test_of_twenty_completions_at_once_one_counts(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.one_task())
    case = start(robot, "one_task")
    task_id = tasks_of(robot, case["id"])["review"]
    programs = [Api(robot.app, robot.headers["Authorization"].removeprefix("Bearer ")) for _ in range(20)]
    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda program: program.post(f"/user-tasks/{task_id}/completion", {}), programs))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19


def test_lists_come_in_pages(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.one_task())
    started = [start(robot, "one_task")["id"] for _ in range(5)]
    for path in ("/process-instances?definition_key=one_task", "/user-tasks?box=all"):
        seen: list[str] = []
        cursor = ""
        for _ in range(3):
            page = json_of(robot.get(f"{path}&limit=2{cursor}"))
            seen += [item.get("process_instance_id", item["id"]) for item in page["items"]]
            cursor = f"&cursor={page['next']}"
        assert page["next"] is None
        assert sorted(seen) == sorted(started)


def test_drafts_are_kept_for_ones_own_tasks(operator: Api, account: Callable[..., Api]) -> None:
    deploy(operator, diagrams.one_task(assignee="liming"))
    case = start(account("sunyan", "clerk"), "one_task")
    li = account("liming", "clerk")
    task_id = json_of(li.get(f"/user-tasks?process_instance_id={case['id']}"))["items"][0]["id"]
    kept = json_of(li.put(f"/user-tasks/{task_id}/draft", {"variables": {"说明": "写到一半"}}))
    assert kept["variables"] == {"说明": "写到一半"}
    assert account("qianwu", "clerk").put(f"/user-tasks/{task_id}/draft", {"variables": {}}).status_code == 404
