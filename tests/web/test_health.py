"""Alive, ready, and the figures for monitoring."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from processes.actors import SYSTEM
from processes.people import demo
from tests.web import diagrams
from tests.web.conftest import Api, json_of
from tests.web.test_api_tour import deploy, robot, start

__all__ = ["robot"]


def test_alive_needs_nothing(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, json_of(answer)) == (200, {"status": "alive"})


def test_ready_when_all_is_there(app: Flask) -> None:
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert json_of(answer)["checks"] == {"schema": True, "models": True, "people": True, "doorbell": True}


def test_not_ready_without_the_schema(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    answer = make_app(DATABASE__URL=f"sqlite:///{tmp_path / 'other.db'}").test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert json_of(answer)["checks"]["schema"] is False


def test_not_ready_until_the_demo_people_are_loaded(make_app: Callable[..., Flask]) -> None:
    app = make_app(DEMO__ENABLED="true")
    assert json_of(app.test_client().get("/readyz"))["checks"]["people"] is False
    with app.app_context():
        demo.load(actor=SYSTEM)
    assert app.test_client().get("/readyz").status_code == 200


def test_not_ready_until_the_shipped_models_are_deployed(
    make_app: Callable[..., Flask], tmp_path: Path, account: Callable[..., Api]
) -> None:
    operator = account("yunwei", "operator")
    folder = tmp_path / "shipped" / "one_task"
    folder.mkdir(parents=True)
    (folder / "流程 0.bpmn").write_bytes(diagrams.one_task())
    app = make_app(MODELS__DIR=str(folder.parent))
    assert json_of(app.test_client().get("/readyz"))["checks"]["models"] is False
    deploy(operator, diagrams.one_task())
    assert app.test_client().get("/readyz").status_code == 200
    deploy(operator, diagrams.one_task(assignee="liming"))
    assert app.test_client().get("/readyz").status_code == 200


def test_not_ready_when_the_doorbell_is_silent(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    answer = make_app(REDIS__URL=f"unix://{tmp_path / 'nobody.sock'}").test_client().get("/readyz")
    assert (answer.status_code, json_of(answer)["checks"]["doorbell"]) == (503, False)


def test_figures_count_cases_tasks_and_requests(app: Flask, operator: Api, robot: Api) -> None:
    deploy(operator, diagrams.one_task(), diagrams.by_amount())
    start(robot, "one_task")
    start(robot, "by_amount", {"amount": 1})
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert 'banjie_process_instances{state="running"} 1.0' in lines
    assert 'banjie_process_instances{state="completed"} 1.0' in lines
    assert "banjie_open_user_tasks 1.0" in lines
    assert "banjie_open_incidents 0.0" in lines
    assert 'banjie_requests_total{endpoint="api_instances.start",method="POST",status="201"} 2.0' in lines
