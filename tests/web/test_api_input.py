"""Wrong input: 4xx with a code, nothing stored, and never a 5xx."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

from tests.web import diagrams
from tests.web.conftest import Api, json_of
from tests.web.test_api_tour import deploy, robot, start, tasks_of

__all__ = ["robot"]
LONG = "长" * 3000
DEEP = {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}}}}}

STARTS: list[tuple[Any, int]] = [
    ({}, 422),
    ({"definition_key": None}, 422),
    ({"definition_key": 5}, 422),
    ({"definition_key": ""}, 422),
    ({"definition_key": LONG}, 422),
    ({"definition_key": "nothing_of_that_name"}, 404),
    ({"definition_key": "one_task", "version": "1"}, 201),
    ({"definition_key": "one_task", "version": 7}, 404),
    ({"definition_key": "one_task", "version": 0}, 422),
    ({"definition_key": "one_task", "version": True}, 422),
    ({"definition_key": "one_task", "version": 10**30}, 422),
    ({"definition_key": "one_task", "version": 1.5}, 422),
    ({"definition_key": "one_task", "variables": []}, 422),
    ({"definition_key": "one_task", "variables": "x"}, 422),
    ({"definition_key": "one_task", "variables": None}, 422),
    ({"definition_key": "one_task", "variables": {"_x": 1}}, 422),
    ({"definition_key": "one_task", "variables": {"__class__": 1}}, 422),
    ({"definition_key": "one_task", "variables": {"": 1}}, 422),
    ({"definition_key": "one_task", "variables": {LONG: 1}}, 422),
    ({"definition_key": "one_task", "business_key": LONG}, 422),
    ({"definition_key": "one_task", "business_key": "a\nb"}, 422),
    ({"definition_key": "one_task", "title": LONG}, 422),
    ({"definition_key": "one_task", "title": ["x"]}, 422),
    ({"definition_key": "one_task", "revises": "no-such-case"}, 404),
    ({"definition_key": "one_task", "on_behalf_of": LONG}, 422),
    ({"definition_key": "one_task", "unknown": 1}, 422),
    ({"definition_key": "one_task", "variables": DEEP}, 201),
    ({"definition_key": "one_task", "variables": {"typename": "Decimal", "值": "{{7*7}} %s {0.__class__} ' OR 1=1 -- 𠮷"}}, 201),
]


def test_starting_with_wrong_input_is_refused_and_starts_nothing(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.one_task())
    for body, status in STARTS:
        answer = robot.post("/process-instances", body)
        assert answer.status_code == status, (body, answer.text)
        if status == 422:
            assert json_of(answer)["fields"], body
        if status == 201:
            assert json_of(answer)["variables"] == body.get("variables", {})
    started = json_of(robot.get("/process-instances?limit=200"))["items"]
    assert len(started) == sum(status == 201 for _, status in STARTS)


COMPLETIONS: list[tuple[Any, int]] = [
    ({"variables": [1]}, 422),
    ({"variables": {"_secret": 1}}, 422),
    ({"outcome": 5}, 422),
    ({"outcome": "x" * 101}, 422),
    ({"outcome": ""}, 422),
    ({"opinion": "长" * 2001}, 422),
    ({"opinion": 1}, 422),
    ({"opinion": "a\u0007b"}, 422),
    ({"revision": "one"}, 422),
    ({"revision": True}, 422),
    ({"revision": -1}, 409),
    ({"revision": 10**18}, 409),
    ({"on_behalf_of": {}}, 422),
    ({"outcome": None, "opinion": "两行\n意见", "variables": {}, "revision": None, "on_behalf_of": None}, 200),
]


def test_completing_with_wrong_input_leaves_the_task_open(operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.one_task())
    case = start(robot, "one_task")
    task_id = tasks_of(robot, case["id"])["review"]
    for body, status in COMPLETIONS:
        answer = robot.post(f"/user-tasks/{task_id}/completion", body)
        assert answer.status_code == status, (body, answer.text)
        task = json_of(robot.get(f"/user-tasks/{task_id}"))
        assert task["state"] == ("completed" if status == 200 else "open"), body
    assert json_of(robot.get(f"/process-instances/{case['id']}"))["variables"].keys() <= {"opinion_review"}


QUERIES = [
    "/user-tasks?unknown=1",
    "/user-tasks?limit=0",
    "/user-tasks?limit=201",
    "/user-tasks?limit=-1",
    "/user-tasks?limit=1e2",
    "/user-tasks?limit=１０",
    "/user-tasks?limit=1&limit=2",
    "/user-tasks?cursor=nonsense",
    "/user-tasks?cursor=%00",
    "/user-tasks?cursor=WzEsMl0",
    "/user-tasks?box=nothing",
    "/user-tasks?state=lost",
    "/user-tasks?overdue=perhaps",
    "/user-tasks?element_id=a%00b",
    "/process-instances?state=x",
    "/process-instances?limit=999",
    "/process-instances?business_key=" + "x" * 101,
    "/process-instances?cursor=%E9%BE%99",
    "/process-definitions?latest=2",
    "/process-definitions?version=1",
    "/process-definitions?cursor=WzEsMl0",
    "/jobs?state=x",
    "/jobs?q=1",
    "/jobs?cursor=WyJ4IiwieSJd",
    "/incidents?state=x",
    "/incidents?cursor=WyJ4IiwieSJd",
    "/people?name=x",
    "/people?limit=1000",
    "/departments?q=" + "x" * 101,
    "/me?x=1",
]


def test_a_wrong_query_parameter_is_422_and_named(operator: Api) -> None:
    for path in QUERIES:
        answer = operator.get(path)
        assert answer.status_code == 422, (path, answer.text)
        assert json_of(answer)["code"] in ("invalid_query", "invalid_cursor"), path
        assert json_of(answer)["fields"], path


def test_an_empty_query_parameter_is_as_absent(operator: Api) -> None:
    assert operator.get("/user-tasks?limit=&state=&element_id=&cursor=").status_code == 200
    assert operator.get("/user-tasks?unknown=").status_code == 422


def test_fields_are_told_in_the_language_asked_for(operator: Api) -> None:
    chinese = json_of(operator.get("/user-tasks?unknown=1&limit=0"))["fields"]
    assert chinese == {"unknown": ["没有这个参数。"], "limit": ["必须在 1 到 200 之间。"]}
    english = json_of(operator.get("/user-tasks?unknown=1", headers={"Accept-Language": "en"}))["fields"]
    assert english == {"unknown": ["Unknown parameter."]}
    assert json_of(operator.get("/user-tasks?unknown=1&lang=en"))["title"] == "Invalid content"


OTHERS: list[tuple[str, Any, int]] = [
    ("/messages", {}, 422),
    ("/messages", {"name": 5}, 422),
    ("/messages", {"name": "x", "correlation": [1]}, 422),
    ("/messages", {"name": "x", "variables": {"_a": 1}}, 422),
    ("/messages", {"name": "nobody waits"}, 409),
    ("/signals", {"name": ""}, 422),
    ("/external-jobs/fetch", {}, 422),
    ("/external-jobs/fetch", {"worker": "w", "topics": "x"}, 422),
    ("/external-jobs/fetch", {"worker": "w", "topics": [5]}, 422),
    ("/external-jobs/fetch", {"worker": "w", "topics": ["x"] * 101}, 422),
    ("/external-jobs/fetch", {"worker": "w", "topics": ["x"], "max": 0}, 422),
    ("/external-jobs/fetch", {"worker": "w", "topics": ["x"], "max": 10**9}, 422),
    ("/external-jobs/fetch", {"worker": "w", "topics": ["x"], "lock_seconds": -5}, 422),
    ("/external-jobs/fetch", {"worker": "长" * 101, "topics": ["x"]}, 422),
    ("/external-jobs/nothing/completion", {"worker": "w"}, 404),
    ("/external-jobs/nothing/completion", {}, 422),
    ("/external-jobs/nothing/failure", {"worker": "w", "retries": -1}, 422),
    ("/external-jobs/nothing/bpmn-error", {"worker": "w"}, 422),
    ("/external-jobs/nothing/lock", {"worker": "w", "lock_seconds": "long"}, 422),
    ("/jobs/nothing/retry", {}, 404),
    ("/jobs/nothing/retry", {"x": 1}, 422),
    ("/incidents/nothing/resolution", {}, 404),
    ("/incidents/nothing/resolution", {"variables": 5}, 422),
    ("/user-tasks/nothing/claim", {"x": 1}, 422),
    ("/user-tasks/nothing/reassignment", {"to": "li"}, 404),
    ("/user-tasks/nothing/send-back", {"reason": "x"}, 404),
    ("/process-instances/nothing/cancellation", {"reason": "x"}, 404),
    ("/process-instances/nothing/cancellation", {"reason": "长" * 2001}, 422),
    ("/process-instances/nothing/suspension", {"reason": 5}, 422),
]


def test_other_calls_with_wrong_input(operator: Api) -> None:
    for path, body, status in OTHERS:
        answer = operator.post(path, body)
        assert answer.status_code == status, (path, body, answer.text)
        assert json_of(answer)["code"]


def upload(caller: Api, *files: tuple[str, bytes], field: str = "files", **parts: str) -> Any:
    """POST /deployments with these files."""
    return caller.post("/deployments", data={**parts, field: [(io.BytesIO(content), name) for name, content in files]})


def zipped(**files: bytes) -> bytes:
    """A zip of files; `__` in a name is a slash, `_dot_` a point."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


REFUSED_FILES: list[tuple[str, bytes]] = [
    ("not.bpmn", b"hello"),
    ("empty.bpmn", b""),
    ("other.bpmn", b"<html/>"),
    ("cut.bpmn", diagrams.one_task()[:200]),
    (
        "doctype.bpmn",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + diagrams.one_task().partition(b"?>")[2],
    ),
    ("encoding.bpmn", '<?xml version="1.0" encoding="UTF-8"?><a>财</a>'.encode("gbk")),
    ("zip-inside.bpmn", zipped(a=b"x")),
    ("unknown.bpmn", diagrams.diagram("p", f'{diagrams.START}<magicTask id="m"/>')),
    ("dangling.bpmn", diagrams.diagram("p", f'{diagrams.START}<sequenceFlow id="f" sourceRef="begin" targetRef="nowhere"/>')),
    ("code.bpmn", diagrams.by_amount().replace(b"${amount &gt;= 5000}", b"${__import__('os').system('true')}")),
    ("broken.json", b"{"),
    ("nan.json", b'{"id": "x", "components": [], "n": NaN}'),
    ("broken.dmn", b"<definitions"),
    ("broken.zip", b"PK\x03\x04 no zip"),
    ("process.toml", b"= ="),
]


def test_files_that_cannot_be_deployed_are_422_and_nothing_is_stored(operator: Api) -> None:
    for name, content in REFUSED_FILES:
        answer = upload(operator, (name, content), name="坏文件")
        assert answer.status_code == 422, (name, answer.text)
        document = json_of(answer)
        assert document["code"] in ("deployment_refused", "not_a_zip"), name
        assert all(finding["message"] for finding in document.get("findings", [])), name
    assert json_of(operator.get("/process-definitions"))["items"] == []


def test_findings_speak_the_language_asked_for(operator: Api) -> None:
    data = lambda: {"name": "x", "files": [(io.BytesIO(b"hello"), "x.bpmn")]}  # noqa: E731
    refusal = json_of(operator.post("/deployments", data=data()))
    assert "fields" not in refusal
    chinese = refusal["findings"][0]["message"]
    english = json_of(operator.post("/deployments", data=data(), headers={"Accept-Language": "en"}))["findings"][0]["message"]
    assert chinese != english
    assert english.isascii()


def test_uploads_without_files_or_in_another_form_are_refused(operator: Api) -> None:
    assert operator.post("/deployments", {"name": "x"}).status_code == 415
    assert operator.post("/deployments").status_code == 415
    assert operator.post("/deployments", data={"name": "x"}, content_type="multipart/form-data").status_code == 422
    assert upload(operator, ("a.bpmn", diagrams.one_task()), field="file").status_code == 422
    assert operator.post("/deployments", data=b"garbage", content_type="multipart/form-data; boundary=zz").status_code == 422
    assert operator.post("/deployments", data=b"garbage", content_type="multipart/form-data").status_code in (415, 422)
    twice = upload(operator, ("a.bpmn", diagrams.one_task()), ("a.bpmn", diagrams.parallel()))
    assert (twice.status_code, json_of(twice)["code"]) == (422, "file_name_twice")


def test_file_names_may_be_chinese_and_are_never_paths(operator: Api) -> None:
    for name in (
        "采购 流程（试行）.bpmn",
        "../../etc/passwd.bpmn",
        "..\\..\\x.bpmn",
        "/abs/流程.bpmn",
        "a" * 300 + ".bpmn",
        "bad\u202egnp.bpmn",
    ):
        answer = upload(operator, (name, diagrams.one_task("p" + str(abs(hash(name))))), name="文件名")
        assert answer.status_code in (201, 422), (name, answer.text)
    assert upload(operator, ("采购 流程.bpmn", diagrams.one_task("fine")), name="中文").status_code == 201


def test_a_zip_of_a_folder_is_deployed_as_its_files(operator: Api, robot: Api) -> None:
    content = zipped(folder__process_dot_bpmn=diagrams.one_task("zipped"))
    answer = upload(operator, ("模型.zip", content), name="压缩包")
    assert answer.status_code == 201, answer.text
    assert json_of(answer)["definitions"][0]["id"] == "zipped:1"
    assert start(robot, "zipped")["state"] == "running"


def test_a_file_over_the_limit_is_413(operator: Api, make_app: Callable[..., Any]) -> None:
    large = diagrams.one_task() + b" " * (5 * 1024 * 1024)
    assert upload(operator, ("large.bpmn", large)).status_code == 413
    assert upload(operator, ("large.zip", zipped(a_dot_bpmn=large))).status_code == 413
    parts = [(f"{n}.txt", b"x" * (4 * 1024 * 1024)) for n in range(6)]
    assert upload(operator, *parts).status_code == 413


def test_what_is_deployed_is_given_back_as_a_download(operator: Api) -> None:
    deploy(operator, diagrams.one_task())
    answer = operator.get("/process-definitions/one_task:1/bpmn")
    assert answer.get_data() == diagrams.one_task()
    assert answer.mimetype == "application/xml"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for path in ("one_task:2", "one_task", "x:1/bpmn", "x:1/start-form"):
        assert operator.get(f"/process-definitions/{path}").status_code == 404
    assert json_of(operator.get("/process-definitions/one_task:1/start-form")) == {
        "form": None,
        "values": {},
        "outcomes": [],
        "permissions": {},
    }
