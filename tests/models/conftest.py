"""An office in memory with the demo people and all shipped models deployed, made once."""

from pathlib import Path

import pytest
from flask import Flask

from processes import model_files, model_folders, scenarios, settings
from processes.actors import SYSTEM
from processes.db import db
from processes.model_files import Files
from processes.people import organisation

MODELS = settings.shipped("bpmn_models")
FOLDERS: dict[str, Files] = dict(model_files.find(MODELS))
PROCESSES = sorted(name for name, files in FOLDERS.items() if "process.bpmn" in files)


def furnished(var: Path, folders: dict[str, Files]) -> Flask:
    """An application over a database in memory in which these folders are deployed without any finding."""
    settings.configure(settings.load({"BANJIE_VAR__DIR": str(var), "BANJIE_REDIS__URL": "off"}))
    app = Flask("scenarios")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    with app.app_context():
        scenarios.furnish(organisation.read(MODELS / "_shared" / "organisation.toml"))
        results = model_folders.deploy(folders.items(), actor=SYSTEM)
        assert {result.name: [finding.message() for finding in result.findings] for result in results} == {name: [] for name in folders}
    return app


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The office with all shipped models; every test sees the same one."""
    return furnished(tmp_path_factory.mktemp("scenarios"), FOLDERS)
