"""A host that lacks what all hosts share does not start, and says what and whose."""

import socket
from pathlib import Path

import pytest

from tests.ops import deploy_files
from tests.ops.office import banjie
from tests.ops.test_many_machines import Machine, machines

__all__ = ["machines"]
pytestmark = pytest.mark.slow
PARTS = (("banjie-web.service", ""), ("banjie-worker@.service", "timers"), ("banjie-sweep.service", ""))


def _said(machine: Machine, changes: dict[str, str], unit: str, instance: str) -> tuple[int, str]:
    given = {**machine.environ, "BANJIE_VAR__DIR": str(machine.folder), "BANJIE_WEB__PORT": str(machine.port), **changes}
    arguments = deploy_files.arguments(unit, instance)
    done = banjie(given, *arguments, *(["--one"] if "worker" in arguments else []))
    return done.returncode, done.stderr


def test_a_host_with_another_key_or_folder_is_refused_by_name(machines: list[Machine], tmp_path: Path) -> None:
    one, two = machines
    environ = {**one.environ, "BANJIE_VAR__DIR": str(one.folder)}
    assert banjie(environ, "db", "upgrade").returncode == 0
    assert banjie(environ, "db", "adopt").returncode == 0
    other_key = {"BANJIE_WEB__SECRET_KEY": "another key, which is long enough too"}
    other_folder = {"BANJIE_VAR__DIR": str(tmp_path / "three")}
    for unit, instance in PARTS:
        for changes, word in ((other_key, "密钥"), (other_folder, "附件目录")):
            status, words = _said(two, changes, unit, instance)
            assert (status, word in words, socket.gethostname() in words) == (1, True, True), words
    two.start("banjie-sweep.service")
    assert two.units["banjie-sweep.service"].poll() is None
