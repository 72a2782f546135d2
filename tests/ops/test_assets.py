"""The browser bundles are made when they are missing or stale, and only then."""

import shutil
from pathlib import Path

import pytest

from web import assets


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources with bundles that look as if they were made from them; nothing is built."""
    folder = tmp_path / "browser"
    shutil.copytree(assets.SOURCES, folder, ignore=shutil.ignore_patterns("node_modules"))
    dist = tmp_path / "static" / "dist"
    dist.mkdir(parents=True)
    monkeypatch.setattr(assets, "SOURCES", folder)
    monkeypatch.setattr(assets, "DIST", dist)
    (dist / "app.js").write_text("")
    (dist / ".stamp").write_text(assets._digest())
    return folder


def test_what_is_fresh_is_left_alone_and_needs_no_node(sources: Path) -> None:
    assert assets.fresh()
    assert assets.NODE not in assets.build_requirements()
    assert not assets.ensure()


def test_a_changed_source_makes_it_stale(sources: Path) -> None:
    before = assets.version()
    (sources / "src" / "app.js").write_text("// changed")
    assert not assets.fresh()
    assert assets.version() == before


def test_a_deleted_bundle_makes_it_stale(sources: Path) -> None:
    (assets.DIST / "app.js").unlink()
    assert not assets.fresh()


def test_without_a_node_on_the_machine_the_build_asks_for_one(sources: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shutil.rmtree(assets.DIST)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert assets.NODE in assets.build_requirements()


def test_an_installation_without_sources_says_that_it_is_incomplete(sources: Path) -> None:
    shutil.rmtree(sources)
    assert assets.fresh()
    shutil.rmtree(assets.DIST)
    with pytest.raises(assets.AssetsMissing, match="重新安装"):
        assets.ensure()


def test_a_deleted_folder_heals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "DIST", tmp_path / "static" / "dist")
    assert assets.ensure()
    notices = (assets.DIST / "NOTICES.txt").read_text("utf-8")
    assert "bpmn-js 18.31.1" in notices
    assert "bpmn.io" in notices
    assert "htmx.org 4.0.1" in notices
    assert not assets.ensure()


def test_a_catalogue_is_compiled_when_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "CATALOGUES", tmp_path)
    catalogue = tmp_path / "en" / "LC_MESSAGES" / "messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "同意"\nmsgstr "Agree"\n', "utf-8")
    assert assets.stale_catalogues() == [catalogue]
    assets.ensure()
    assert assets.stale_catalogues() == []
    assert b"Agree" in catalogue.with_suffix(".mo").read_bytes()
