"""What children import."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from web import lifeline


def _banjie(cwd: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", str(ROOT / "banjie.py"), *arguments]
    changed = {**os.environ, "BANJIE_VAR__DIR": str(cwd / "var"), **environ}
    return subprocess.run(command, cwd=cwd, env=changed, capture_output=True, text=True, check=False)


def _package(folder: Path, name: str) -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text("raise SystemExit('the foreign package was loaded')")
    return folder


@pytest.mark.parametrize("name", ["engine", "forms", "processes", "web"])
def test_a_package_that_shadows_ours_stops_the_start_by_its_name(tmp_path: Path, name: str) -> None:
    foreign = _package(tmp_path / "foreign", name)
    done = _banjie(tmp_path, "config", PYTHONPATH=str(foreign))
    assert done.returncode == 1
    assert f"软件包 {name}（{foreign}" in done.stderr
    assert done.stdout == ""


def test_a_package_in_the_current_folder_is_not_looked_at(tmp_path: Path) -> None:
    _package(tmp_path, "engine")
    (tmp_path / "json.py").write_text("raise SystemExit('the foreign module was loaded')")
    done = _banjie(tmp_path, "config")
    assert (done.returncode, done.stderr) == (0, "")
    assert "office.name" in done.stdout


def test_children_lose_the_entries_that_mean_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "library").mkdir()
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", ".", str(tmp_path), "library"]))
    environ = lifeline.environment({"BANJIE_WEB__PORT": "9"})
    assert environ["PYTHONPATH"] == str(tmp_path / "library")
    assert environ["PYTHONSAFEPATH"] == "1"
    assert environ["BANJIE_WEB__PORT"] == "9"
    assert lifeline.command("web")[1] == "-P"


def test_without_a_path_of_its_own_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert "PYTHONPATH" not in lifeline.environment({})
