"""An office in memory with the demo people and all shipped models deployed, made once."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.ctx import AppContext

from processes import model_files, model_folders, scenarios
from processes import settings as the_settings
from processes.actors import SYSTEM
from processes.db import db
from processes.model_files import Files
from processes.people import organisation
from processes.settings import Settings

MODELS = the_settings.shipped("bpmn_models")
FOLDERS: dict[str, Files] = dict(model_files.find(MODELS))
PROCESSES = sorted(name for name, files in FOLDERS.items() if "process.bpmn" in files)


@dataclass(frozen=True)
class Office:
    """An application over a database in memory, and the settings it goes with."""

    app: Flask
    settings: Settings

    def open(self) -> AppContext:
        """The application context, with its own settings whatever was configured since."""
        the_settings.configure(self.settings)
        return self.app.app_context()


def furnished(var: Path, folders: dict[str, Files]) -> Office:
    """An office with the demo people, in which these folders are deployed without any finding."""
    app = Flask("scenarios")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    made = Office(app, the_settings.load({"BANJIE_VAR__DIR": str(var), "BANJIE_REDIS__URL": "off"}))
    with made.open():
        scenarios.furnish(organisation.read(MODELS / "_shared" / "organisation.toml"))
        results = model_folders.deploy(folders.items(), actor=SYSTEM)
        assert {result.name: [finding.message() for finding in result.findings] for result in results} == {name: [] for name in folders}
    return made


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The office with all shipped models; every test sees the same one."""
    return furnished(tmp_path_factory.mktemp("scenarios"), FOLDERS)
