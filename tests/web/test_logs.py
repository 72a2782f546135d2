"""The log: a line an event with its ids, and nothing in it that people wrote."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from processes import instances, log_context
from tests.web import diagrams
from tests.web.conftest import Api
from tests.web.test_api_tour import deploy, robot, start
from web import logs

__all__ = ["robot"]


@pytest.fixture
def lines() -> Iterator[list[dict[str, object]]]:
    """What the loggers of ours write, as the JSON that would stand in the log."""
    written: list[dict[str, object]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(logs.AsJson().format(record)))

    handler = Keep()
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def _formatted(formatter: logging.Formatter, message: str, problem: Exception | None = None) -> str:
    info = None if problem is None else (type(problem), problem, None)
    return formatter.format(logging.LogRecord("web.x", logging.WARNING, "x.py", 1, message, (), info))


def test_a_line_is_one_json_object_with_the_ids_of_its_work() -> None:
    with log_context.working_for(request="r-1"), log_context.working_for(job="c-7", case="c"):
        log_context.note(step=4)
        document = json.loads(_formatted(logs.AsJson(), "一行\n两行"))
    assert {name: document[name] for name in log_context.NAMES} == {"request": "r-1", "case": "c", "step": 4, "job": "c-7"}
    assert document["message"] == "一行\n两行"
    assert log_context.present() == {}
    assert "case" not in json.loads(_formatted(logs.AsJson(), "later"))


def test_text_cannot_forge_a_second_line() -> None:
    with log_context.working_for(request="r-1"):
        line = _formatted(logs.AsText(), "a\n2026-01-01 ERROR web: forged")
    assert "\n" not in line
    assert "request=r-1 a\\n" in line


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("postgresql://banjie:hunter2@db/banjie refused", "hunter2"),
        ("DETAIL:  Key (login)=(zhangsan) already exists.", "zhangsan"),
        ("INSERT …\n[parameters: ('张三', 5)]", "张三"),
        ("Authorization: Bearer abcdef123", "abcdef123"),
        ("身份证 33010219800101123X 有误", "33010219800101123"),
        ("电话 13800138000", "13800138000"),
    ],
)
def test_what_nobody_should_read_is_taken_out(text: str, hidden: str) -> None:
    for formatter in (logs.AsJson(), logs.AsText()):
        assert hidden not in _formatted(formatter, text, ValueError(text))


def test_ids_of_ours_stay_readable() -> None:
    assert logs.without_secrets("case 01m8640jc8c2x43vgb5cvrcn4g-12 at 2026-11-24") == "case 01m8640jc8c2x43vgb5cvrcn4g-12 at 2026-11-24"


def test_a_failure_names_request_and_case(
    app: Flask, operator: Api, robot: Api, lines: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(operator, diagrams.one_task())
    case = start(robot, "one_task")["id"]

    def breaks(*arguments: object, **named: object) -> None:
        instances.runtime.lock_instance(case)
        raise RuntimeError("身份证 330102198001011234")

    monkeypatch.setattr(instances, "suspend", breaks)
    headers = {**operator.headers, "X-Request-ID": "gateway-0001"}
    answer = operator.client.post(f"/api/v1/process-instances/{case}/suspension", json={"reason": ""}, headers=headers)
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] == "gateway-0001"
    (line,) = [line for line in lines if line["level"] == "error"]
    assert (line["request"], line["case"]) == ("gateway-0001", case)
    assert "330102198001011234" not in str(line)
    assert log_context.present() == {}


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "bad id here", "x\u00e9xxxxxxxx", "<script>alert</script>"])
def test_a_request_id_that_is_no_id_is_replaced(make_app: Callable[..., Flask], given: str) -> None:
    answer = make_app().test_client().get("/healthz", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] != given
    assert len(answer.headers["X-Request-ID"]) == 26
