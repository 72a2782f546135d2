"""Settings: defaults, another file, the environment, refusals; keys in files."""

import itertools
import os
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from processes import private_files, settings
from processes.calendar import office
from processes.settings import HINTS, SettingRefused
from tests.processes.office.conftest import NOW


def test_every_setting_stands_in_the_shipped_file_with_a_line_about_it() -> None:
    text = settings.shipped("config.toml").read_text("utf-8")
    document = tomllib.loads(text)
    assert {(section, key) for section, keys in document.items() for key in keys} == set(HINTS)
    lines = text.splitlines()
    undescribed = [line for before, line in itertools.pairwise(lines) if " = " in line and before.startswith("[")]
    assert undescribed == []


def test_the_defaults_are_those_of_the_shipped_file(tmp_path: Path) -> None:
    found = settings.load({})
    assert (found.office.timezone, found.web.port, found.redis.url) == (ZoneInfo("Asia/Shanghai"), 8000, "embedded")
    assert found.deploy.unmapped_service == "refuse"
    assert found.var.dir == Path.cwd() / "var"
    assert found.database_url == f"sqlite:///{Path.cwd()}/var/banjie.db"
    assert (found.models.dir / "_shared/organisation.toml").is_file()


def test_the_environment_overrides_the_file_and_the_file_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('[web]\nport = 9000\nthreads = 8\n[var]\ndir = "data"\n[models]\ndir = "bpmn_models"\n', "utf-8")
    found = settings.load({"BANJIE_CONFIG": str(file), "BANJIE_WEB__PORT": "9100"})
    assert (found.web.port, found.web.threads, found.web.host) == (9100, 8, "127.0.0.1")
    assert found.var.dir == tmp_path / "data"
    assert found.models.dir == settings.shipped("bpmn_models")


def test_folders_of_the_environment_count_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = settings.load({"BANJIE_VAR__DIR": "here", "BANJIE_MODELS__DIR": "mine"})
    assert (found.var.dir, found.models.dir) == (tmp_path / "here", tmp_path / "mine")
    assert settings.load({}).models.dir == settings.shipped("bpmn_models")


def test_a_model_folder_beside_the_named_file_comes_before_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "bpmn_models").mkdir()
    file = tmp_path / "my.toml"
    file.write_text('[models]\ndir = "bpmn_models"\n', "utf-8")
    assert settings.load({}, file).models.dir == tmp_path / "bpmn_models"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("BANJIE_WEB__PORT", "eighty"),
        ("BANJIE_WEB__PORT", ""),
        ("BANJIE_WEB__PORT", "70000"),
        ("BANJIE_WEB__PORT", "8000.5"),
        ("BANJIE_WEB__COLOUR", "red"),
        ("BANJIE_NOWHERE__PORT", "1"),
        ("BANJIE_WEB__PORT__X", "1"),
        ("BANJIE__PORT", "1"),
        ("BANJIE_WEB__SECURE_COOKIE", "perhaps"),
        ("BANJIE_WEB__BASE_PATH", "banjie"),
        ("BANJIE_WEB__BASE_PATH", "/a/../b//"),
        ("BANJIE_WEB__SECRET_KEY", "short"),
        ("BANJIE_OFFICE__TIMEZONE", "Mars/Olympus"),
        ("BANJIE_OFFICE__TIMEZONE", ""),
        ("BANJIE_OFFICE__TIMEZONE", "../../etc/passwd"),
        ("BANJIE_OFFICE__OPENS", "half past eight"),
        ("BANJIE_OFFICE__OPENS", "25:00"),
        ("BANJIE_OFFICE__LANGUAGE", "fr"),
        ("BANJIE_DEPLOY__UNMAPPED_SERVICE", "ignore"),
        ("BANJIE_JOBS__BACKOFF_SECONDS", "10,soon"),
        ("BANJIE_JOBS__BACKOFF_SECONDS", "10,-1"),
        ("BANJIE_SWEEP__SECONDS", "0"),
        ("BANJIE_SWEEP__SECONDS", "nan"),
        ("BANJIE_VAR__DIR", ""),
        ("BANJIE_REDIS__URL", "http://x"),
        ("BANJIE_ACCOUNTS__PASSWORD_MIN_LENGTH", "4"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(name: str, text: str) -> None:
    with pytest.raises(SettingRefused) as refusal:
        settings.load({name: text})
    assert refusal.value.name == name
    assert refusal.value.reason


@pytest.mark.parametrize("text", ["mysql://x", "no address", "postgresql+psycopg://u:geheim@h:port/x"])
def test_a_database_that_cannot_be_is_refused_without_saying_its_password(text: str) -> None:
    with pytest.raises(SettingRefused) as refusal:
        settings.load({"BANJIE_DATABASE__URL": text})
    assert refusal.value.name == "database.url"
    assert "geheim" not in str(refusal.value)


@pytest.mark.parametrize("text", ["postgresql://u@h/x", "postgres://u@h/x", "postgresql+psycopg://u@h/x"])
def test_postgresql_is_reached_through_one_driver(text: str) -> None:
    assert settings.load({"BANJIE_DATABASE__URL": text}).database_url == "postgresql+psycopg://u@h/x"


def test_closing_comes_after_opening() -> None:
    with pytest.raises(SettingRefused, match=r"office\.closes"):
        settings.load({"BANJIE_OFFICE__OPENS": "18:00"})


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("port = 1", "port"),
        ("[web]\nport = '1'", "web.port"),
        ("[web]\nport = true", "web.port"),
        ("[web]\ncolour = 1", "web.colour"),
        ("[nowhere]\nx = 1", "nowhere"),
        ("[web", "my.toml"),
        ("[attachments]\ntypes = 'pdf'", "attachments.types"),
        ("[attachments]\ntypes = [1]", "attachments.types"),
    ],
)
def test_a_wrong_file_is_refused_by_the_setting(tmp_path: Path, text: str, name: str) -> None:
    file = tmp_path / "my.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingRefused) as refusal:
        settings.load({"BANJIE_CONFIG": str(file)})
    assert refusal.value.name.endswith(name)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.toml", tmp_path):
        with pytest.raises(SettingRefused):
            settings.load({"BANJIE_CONFIG": str(path)})


def test_other_names_are_no_settings() -> None:
    assert settings.load({"BANJIE_TEST_REQUIRE": "all", "BANJIEX_WEB__PORT": "x", "PATH": "/bin", "banjie_web__port": "x"})


def test_lists_and_booleans_are_read_from_text() -> None:
    found = settings.load(
        {"BANJIE_WEB__ALLOWED_HOSTS": " a.example , b.example,", "BANJIE_DEMO__ENABLED": "No", "BANJIE_JOBS__BACKOFF_SECONDS": "1,2"}
    )
    assert (found.web.allowed_hosts, found.demo.enabled, found.jobs.backoff_seconds) == (("a.example", "b.example"), False, (1, 2))


def test_passwords_and_keys_are_masked() -> None:
    found = settings.load(
        {
            "BANJIE_DATABASE__URL": "postgresql+psycopg://banjie:geh@eim@db/banjie",
            "BANJIE_REDIS__URL": "redis://:geheim@redis:6379/0",
            "BANJIE_WEB__SECRET_KEY": "geheim" * 8,
        }
    )
    document = settings.as_document(found)
    assert "geheim" not in str(document)
    assert "eim@" not in str(document)
    assert document["database"]["url"] == "postgresql+psycopg://banjie:***@db/banjie"
    assert document["office"]["opens"] == "08:30"


def test_the_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    found = settings.load({"BANJIE_VAR__DIR": str(tmp_path / "var")})
    key = settings.secret_key(found)
    assert len(key) == 64
    assert settings.secret_key(found) == key
    file = tmp_path / "var/secret-key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    settings.secret_key(found)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list((tmp_path / "var").iterdir()) == [file]


def test_a_key_that_is_too_short_stops_the_start(tmp_path: Path) -> None:
    found = settings.load({"BANJIE_VAR__DIR": str(tmp_path)})
    (tmp_path / "secret-key").write_text("x")
    with pytest.raises(SettingRefused):
        settings.secret_key(found)


def test_the_key_of_the_environment_comes_first(tmp_path: Path) -> None:
    found = settings.load({"BANJIE_VAR__DIR": str(tmp_path), "BANJIE_WEB__SECRET_KEY": "k" * 32})
    assert settings.secret_key(found) == b"k" * 32
    assert not (tmp_path / "secret-key").exists()


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    """Each maker waits until all have seen that the file is not there."""
    script = (
        "import sys, time; from pathlib import Path; from processes import private_files\n"
        "folder = Path(sys.argv[1])\n"
        "def make():\n"
        "    (folder / f'ready-{sys.argv[2]}').touch()\n"
        "    while len(list(folder.glob('ready-*'))) < 3: time.sleep(0.005)\n"
        "    return sys.argv[2].encode() * 40\n"
        "sys.stdout.buffer.write(private_files.read_or_make(folder / 'key', make))\n"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path), name], stdout=subprocess.PIPE, cwd=Path(settings.__file__).parents[1]
        )
        for name in "abc"
    ]
    keys = {process.communicate(timeout=30)[0] for process in started}
    assert len(keys) == 1
    assert len(keys.pop()) == 40


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "x/y.txt"
    private_files.write(path, b"one")
    private_files.write(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == ["y.txt"]


def test_the_office_has_its_own_date_whatever_the_machine_says(office_zone: None) -> None:
    assert office.date_of(NOW.replace(hour=16)).isoformat() == "2026-11-25"
    assert office.start_of_year(2026).isoformat() == "2026-01-01T00:00:00+08:00"


@pytest.fixture
def office_zone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    settings.configure(settings.load({"BANJIE_VAR__DIR": str(tmp_path)}))


def test_foreign_service_tasks_may_become_external_jobs() -> None:
    found = settings.load({"BANJIE_DEPLOY__UNMAPPED_SERVICE": "external"})
    assert found.deploy.unmapped_service == "external"
    assert settings.load({}).deploy.unmapped_service == "refuse"
