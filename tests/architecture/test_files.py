"""What is committed: pinned, ours, and free of any one machine."""

import json
import tomllib

import pytest

from tests.architecture.sources import ROOT, committed

#: in two parts each, so that this file does not name them either
REGISTRIES = ["".join(parts) for parts in (("npm", "js.org"), ("python", "hosted.org"), ("pypi", ".org/simple"), ("deb.", "debian.org"))]
FOREIGN = (".min.js", ".min.css", ".woff", ".woff2", ".ttf", ".otf", ".eot")


def _texts() -> list[tuple[str, str]]:
    return [(str(path.relative_to(ROOT)), path.read_text("utf-8", errors="replace")) for path in committed()]


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_file_names_the_host_of_a_package_registry(host: str) -> None:
    assert [name for name, text in _texts() if host in text] == []


def test_nothing_of_other_people_is_committed() -> None:
    assert [path for path in committed() if path.name.endswith(FOREIGN) or {"node_modules", "vendor"} & set(path.parts)] == []


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    wanted += [name for names in project["project"]["optional-dependencies"].values() for name in names]
    assert [name for name in wanted if "==" not in name.split(";")[0]] == []


def test_every_browser_dependency_is_pinned() -> None:
    package = json.loads((ROOT / "web/browser/package.json").read_text("utf-8"))
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert [name for name, version in wanted.items() if not version[0].isdigit()] == []


def test_the_lock_file_leaves_the_registry_to_the_machine() -> None:
    lock = json.loads((ROOT / "web/browser/package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry or "integrity" not in entry] == []
