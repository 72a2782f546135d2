"""Search and order over the API: the same words, orders and people as on the pages."""

from collections.abc import Callable
from io import BytesIO
from urllib.parse import quote

import pytest

from tests.engine.drawing import draw, end, flow, start, user
from tests.web.conftest import Api, json_of

DRAWING = draw(start() + user("u", camunda_assignee="liming") + end() + flow("s", "u", "e"), key="plain")


@pytest.fixture
def robot(account: Callable[..., Api], operator: Api, clerk: Api) -> Api:
    assert operator.post("/deployments", data={"name": "x", "files": (BytesIO(DRAWING), "p.bpmn")}).status_code == 201
    program = account("robot", "integrator", scope=["plain"])
    for title in ("东湾村 路灯", "100% 检测", "学校围墙"):
        assert program.post("/process-instances", {"definition_key": "plain", "title": title, "variables": {}}).status_code == 201
    return program


def _titles(api: Api, path: str) -> list[str]:
    answer = api.get(path)
    assert answer.status_code == 200, answer.text
    return [one["title"] for one in json_of(answer)["items"]]


def test_words_find_tasks_and_cases(robot: Api, clerk: Api) -> None:
    for path in ("/user-tasks", "/process-instances"):
        for q, found in (("路灯", ["东湾村 路灯"]), ("%", ["100% 检测"]), ("东湾 路灯", ["东湾村 路灯"]), ('" OR ""', [])):
            assert _titles(clerk, f"{path}?q={quote(q)}") == found
        assert len(_titles(clerk, f"{path}?waiting_for=liming")) == 3
        assert _titles(clerk, f"{path}?waiting_for=robot") == []


def test_orders_and_what_is_none(robot: Api, clerk: Api) -> None:
    for path in ("/user-tasks", "/process-instances"):
        down = _titles(clerk, f"{path}?sort=-title")
        assert down == sorted(down, reverse=True)
        assert clerk.get(f"{path}?sort=opinion").status_code == 422
        assert clerk.get(f"{path}?q={'x' * 200}").status_code == 422
    assert len(_titles(clerk, "/user-tasks?box=unclaimed")) == 0
