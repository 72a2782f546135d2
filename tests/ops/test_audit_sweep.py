"""What the sweep does for the proof: a head a day, counted refusals written down, and retention where the office wants it by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from processes import clock, deployments, instances
from processes.actors import SYSTEM
from processes.audit import heads
from processes.audit.verify import verify
from processes.db import db
from tests.databases import Databases
from tests.processes.cases import REVIEW, rows
from tests.web.conftest import settings_for
from web import sweeping
from web.app import create_app

MORNING = datetime(2026, 11, 24, 1, tzinfo=UTC)


@pytest.fixture(params=["false", "true"])
def app(request: pytest.FixtureRequest, tmp_path: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application whose retention does not, or does, run by itself."""
    monkeypatch.setattr(heads, "_done_on", None)
    monkeypatch.setattr(heads, "_not_before", None)
    url = databases.fresh(tmp_path)
    made = create_app(settings_for(tmp_path, DATABASE__URL=url, RETENTION__AUTOMATIC=request.param))
    made.config["AUTOMATIC"] = request.param == "true"
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def test_a_day_of_the_sweep(app: Flask, tmp_path: Path) -> None:
    wanted = settings_for(tmp_path)
    with app.app_context(), clock.at(MORNING):
        deployments.deploy("短期", {"review.bpmn": REVIEW, "process.toml": b'retention = "P1D"'}, actor=SYSTEM)
        case = instances.start(key="review_flow", variables={}, actor=SYSTEM)
        instances.cancel(case, "不办了", actor=SYSTEM)
    for hours in (0, 1, 5, 24, 25, 24 * 4):
        with clock.at(MORNING + timedelta(hours=hours)):
            sweeping.look(app, wanted)
            sweeping.tidy(app)
    with app.app_context():
        assert [(head["day"], head["missed"]) for head in reversed(heads.newest(9))] == [
            ("2026-11-24", 0),
            ("2026-11-25", 0),
            ("2026-11-28", 2),
        ]
        assert len((tmp_path / "audit" / "heads.txt").read_text("utf-8").splitlines()) == 3
        assert (rows("step") == []) == app.config["AUTOMATIC"]
        assert verify().unbroken
