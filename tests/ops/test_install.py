"""What an installation holds, and that it works from any folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from web import assets


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sources as they are."""
    assets.ensure()
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """The names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize(
    "name",
    [
        "banjie.py",
        "config.toml",
        "engine/__init__.py",
        "forms/__init__.py",
        "processes/migrations/env.py",
        "processes/migrations/script.py.mako",
        "web/cli/__init__.py",
        "web/static/dist/app.js",
        "web/static/dist/banjie.css",
        "web/static/dist/modeler.js",
        "web/static/dist/NOTICES.txt",
        "bpmn_models/_shared/organisation.toml",
        "bpmn_models/procurement_regular/process.bpmn",
        "banjie-0.1.0.dist-info/licenses/LICENSE",
    ],
)
def test_the_wheel_holds_what_a_start_needs(names: set[str], name: str) -> None:
    assert name in names


def test_the_wheel_holds_every_template_and_migration_and_model(names: set[str]) -> None:
    folders = ("web/templates", "processes/migrations/versions", "bpmn_models")
    wanted = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert [path for path in (path.relative_to(ROOT).as_posix() for path in wanted) if path not in names] == []


def test_the_wheel_holds_no_sources_of_the_browser_and_no_tests(names: set[str]) -> None:
    assert [name for name in names if name.startswith(("tests/", "web/browser/", "benchmarks/", "var/"))] == []


def test_an_installation_works_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    target, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    environ = {**os.environ, "PYTHONPATH": str(target)}
    command = [sys.executable, "-P", "-m", "banjie"]
    told = subprocess.run([*command, "config"], cwd=elsewhere, env=environ, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert f'models.dir = "{target / "bpmn_models"}"' in told.stdout
    made = subprocess.run([*command, "db", "upgrade"], cwd=elsewhere, env=environ, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert (elsewhere / "var" / "banjie.db").exists()
