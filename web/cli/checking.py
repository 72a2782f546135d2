"""Models checked and played in an office that exists in memory only."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask

from processes import model_files, model_folders, scenarios, settings
from processes.actors import SYSTEM
from processes.db import db
from processes.model_files import Files
from processes.model_folders import FolderResult
from processes.people import organisation
from processes.scenarios import Played
from processes.settings import Settings


@dataclass(frozen=True)
class Checked:
    """A folder: what the gate says, and the scenarios that were played."""

    result: FolderResult
    played: list[Played]


@contextmanager
def office(chosen: Settings, people: Path, checked: Iterable[str]) -> Iterator[None]:
    """The application context of an office with these people and the shipped models, without those that are checked."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = replace(chosen, var=settings.Var(Path(folder)), database=settings.Database("sqlite://"), redis=settings.Redis("off"))
        settings.configure(wanted)
        app = Flask("check")
        app.config["SQLALCHEMY_DATABASE_URI"] = wanted.database_url
        db.init_app(app)
        with app.app_context():
            scenarios.furnish(organisation.read(people))
            others = [(name, files) for name, files in model_files.find(settings.shipped("bpmn_models")) if name not in checked]
            model_folders.deploy(others, actor=SYSTEM)
            yield
            db.session.remove()
            db.engine.dispose()


def deployed(found: list[tuple[str, Files]]) -> list[tuple[FolderResult, Files]]:
    """Deploy the folders in the order of their references; what the gate says of each, beside its files."""
    results = model_folders.deploy(found, actor=SYSTEM)
    return [(result, files) for result, (_, files) in zip(results, found, strict=True)]


def play(result: FolderResult, files: Files) -> Checked:
    """Play the scenarios of a folder that was deployed: of the process that has its name, else of its first."""
    keys = [one.key for one in result.done.definitions] if result.done is not None else []
    if not keys:
        return Checked(result, [])
    return Checked(result, scenarios.play_folder(result.name if result.name in keys else keys[0], files))
