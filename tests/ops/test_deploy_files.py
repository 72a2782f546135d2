"""docs/deploy: units, compose file and proxy name commands and settings that there are."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from processes import settings
from tests.machine import lacks
from tests.ops import deploy_files
from web import cli
from web.cli import running

NAMES = ("banjie-web.service", "banjie-worker@.service", "banjie-sweep.service")


def _is_command(given: list[str]) -> bool:
    """Whether the command line knows the command with these options."""
    command = cli.banjie.commands.get(given[0])
    if command is None:
        return False
    while hasattr(command, "commands"):
        given = given[1:]
        command = command.commands[given[0]]
    command.make_context(given[0], list(given[1:]), resilient_parsing=False)
    return True


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_starts_a_command_without_rights_it_does_not_need(name: str) -> None:
    service = deploy_files.unit(name)["Service"]
    assert service["User"] == "banjie"
    for hardened in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "RestrictSUIDSGID"):
        assert service[hardened] == "yes", hardened
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["UMask"] == "0077"
    assert int(service["TimeoutStopSec"]) > 12
    assert _is_command(deploy_files.arguments(name, "timers,bulk"))


@pytest.mark.parametrize("name", NAMES)
def test_systemd_finds_no_fault_in_a_unit(name: str, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        lacks("systemd-analyze", "apt-get install systemd")
    copy = tmp_path / name.replace("@", "@timers")
    # what the unit starts is not on this machine
    copy.write_text((deploy_files.UNITS / name).read_text("utf-8").replace("/srv/banjie/.venv/bin/banjie", "/bin/true"), "utf-8")
    done = subprocess.run([program, "verify", str(copy)], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if copy.name in line]
    assert said == []


def test_the_settings_of_a_host_are_settings() -> None:
    given = deploy_files.environment()
    chosen = settings.load(given)
    assert chosen.log.format == "json"
    assert chosen.web.secure_cookie
    assert not chosen.demo.enabled


def test_the_compose_file_has_two_of_each_and_our_commands() -> None:
    services = deploy_files.document("compose.yml")["services"]
    assert {"database", "doorbell", "upgrade", "web", "sweep", "proxy"} <= services.keys()
    assert services["web"]["deploy"]["replicas"] == 2
    ours = {name: service for name, service in services.items() if service["image"] == "banjie"}
    assert [name for name in ours if name.startswith("worker")] == ["worker-quick", "worker-connectors"]
    for name, service in ours.items():
        if name != "models":
            assert _is_command(service["command"]), name
        given = {key: re.sub(r"\$\{[^}]*\}", "x" * 40, value) for key, value in service["environment"].items()}
        assert settings.load(given).database_url.startswith("postgresql+psycopg://")
        assert service["cap_drop"] == ["ALL"]
    named = set(re.findall(r"\$\{(\w+)", (deploy_files.FOLDER / "compose.yml").read_text("utf-8")))
    assert named == {"POSTGRES_PASSWORD", "BANJIE_SECRET_KEY", "BANJIE_MODELS"}


def test_every_volume_and_every_service_that_is_waited_for_is_there() -> None:
    document = deploy_files.document("compose.yml")
    for service in document["services"].values():
        assert set(service.get("depends_on", ())) <= document["services"].keys()
        kept = {volume.partition(":")[0] for volume in service.get("volumes", ()) if not volume.startswith(".")}
        assert kept <= document["volumes"].keys()


def test_the_proxy_sets_what_is_believed_and_hides_the_figures() -> None:
    text = (deploy_files.FOLDER / "nginx.conf").read_text("utf-8")
    assert text.count("{") == text.count("}")
    for line in (line.strip() for line in text.splitlines()):
        assert not line or line.startswith("#") or line[-1] in "{};", line
    for header in (
        "Host $host",
        "X-Forwarded-For $remote_addr",
        "X-Forwarded-Proto https",
        "X-Forwarded-Host $host",
        "X-Request-ID $request_id",
    ):
        assert f"proxy_set_header {header};" in text
    assert f"client_max_body_size {settings.load({}).attachments.max_request_mb}m;" in text
    assert "location = /metrics { deny all; }" in text
    # nginx gives a location its own headers alone as soon as it names one
    assert "proxy_set_header" not in text[text.index("location = /sign-in") :]


def test_an_unknown_queue_is_wrong_usage() -> None:
    done = CliRunner().invoke(running.worker, ["--queues", "mail"])
    assert done.exit_code == 2
    assert "没有队列 mail" in done.output
