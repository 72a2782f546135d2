"""Alive, ready, and the figures for monitoring."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from processes import readiness
from processes.actors import SYSTEM
from processes.db import db, transaction
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
    assert json_of(answer)["checks"] == dict.fromkeys(("schema", "models", "people", "doorbell", "database", "disk", "hosts"), True)


def test_not_ready_without_the_schema(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    answer = make_app(DATABASE__URL=f"sqlite:///{tmp_path / 'other.db'}").test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert json_of(answer)["checks"]["schema"] is False
    assert json_of(answer)["reasons"] == {"schema": "behind", "models": "not_deployed", "people": "not_loaded"}


def test_not_ready_beside_the_schema_of_a_newer_release(app: Flask) -> None:
    with app.app_context(), transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, json_of(answer)["reasons"]["schema"]) == (503, "ahead")
    assert app.test_client().get("/healthz").status_code == 200


def test_not_ready_when_the_disk_is_nearly_full(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "ROOM", 2**62)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, json_of(answer)["reasons"]) == (503, {"disk": "nearly_full"})


def test_not_ready_when_the_database_may_only_be_read(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        on_sqlite = db.engine.dialect.name == "sqlite"
        if not on_sqlite:
            db.session.execute(text("SET default_transaction_read_only = on"))
            db.session.commit()
    if on_sqlite:
        # root may write anything, so the file system is asked for another answer
        monkeypatch.setattr(readiness.os, "access", lambda path, mode: not str(path).endswith(".db"))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, json_of(answer)["reasons"]) == (503, {"database": "read_only"})


def test_looking_whether_all_is_there_is_cheap(app: Flask) -> None:
    client = app.test_client()
    client.get("/readyz")
    began = time.process_time()
    for _ in range(20):
        assert client.get("/readyz").status_code == 200
    assert (time.process_time() - began) / 20 < 0.05


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
