"""`banjie up`: one command starts everything, and everything ends with it."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.ops.office import Office
from tests.ops.waiting import group_members, until
from web import lifeline, valkey

WAIT = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="http://banjie/test">
  <process id="short_wait" name="等一会儿" isExecutable="true">
    <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="wait"/>
    <intermediateCatchEvent id="wait" name="一秒"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition>
    </intermediateCatchEvent><sequenceFlow id="b" sourceRef="wait" targetRef="end"/><endEvent id="end"/>
  </process>
</definitions>
"""

pytestmark = pytest.mark.slow


def _prepared(office: Office) -> str:
    """An operator's token, and the diagram that waits a second."""
    diagram = office.folder / "short_wait.bpmn"
    diagram.write_text(WAIT, "utf-8")
    deployed = office.run("deploy", str(diagram))
    assert deployed.returncode == 0, deployed.stderr
    assert "等一会儿（short_wait）第 1 版" in deployed.stdout
    added = office.run("user", "add", "ops", "--name", "运维", "--roles", "operator")
    assert added.returncode == 0, added.stderr
    token = office.run("token", "ops")
    assert token.returncode == 0, token.stderr
    return token.stdout.strip()


def _started(office: Office, token: str) -> str:
    status, case = office.call("/api/v1/process-instances", {"definition_key": "short_wait", "variables": {}}, token)
    assert (status, case["state"]) == (201, "running")
    return str(case["id"])


def _state(office: Office, token: str, case: str) -> str:
    return str(office.call(f"/api/v1/process-instances/{case}", token=token)[1]["state"])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for the tests of this module in their order; each but the last leaves it running."""
    made = Office(tmp_path_factory.mktemp("office"))
    made.start()
    yield made
    made.end()


@pytest.fixture(scope="module")
def token(office: Office) -> str:
    """The token of an operator."""
    return _prepared(office)


def test_it_is_ready_when_it_says_so(office: Office) -> None:
    assert office.call("/healthz")[0] == 200
    status, document = office.call("/readyz")
    assert (status, document["checks"]) == (200, dict.fromkeys(document["checks"], True))


def test_a_timer_fires_by_itself(office: Office, token: str) -> None:
    case = _started(office, token)
    until(lambda: _state(office, token, case) == "completed", "the timer does not fire")


def test_a_wiped_doorbell_loses_nothing(office: Office, token: str) -> None:
    with Redis(unix_socket_path=str(valkey.socket_of(office.folder / "var"))) as redis:
        redis.flushall()
        case = _started(office, token)
        redis.flushall()
    until(lambda: _state(office, token, case) == "completed", "the timer does not fire")


def test_workers_alone_end_with_their_parent(office: Office) -> None:
    environ = {**os.environ, **office.environ, "BANJIE_REDIS__URL": f"unix://{valkey.socket_of(office.folder / 'var')}"}
    parent = subprocess.Popen(lifeline.command("worker", "--processes", "2"), env=environ, start_new_session=True)
    until(lambda: len(group_members(parent.pid)) == 3, "the workers do not start")
    parent.terminate()
    assert parent.wait(30) == 0
    until(lambda: not group_members(parent.pid), "a worker outlived its parent")


def test_a_second_start_on_the_same_folder_is_refused(office: Office) -> None:
    second = office.run("up", "--no-demo")
    assert second.returncode == 1
    assert f"已经在运行（进程 {office.group}" in second.stderr


def test_a_port_that_is_taken_is_named(office: Office, tmp_path: Path) -> None:
    other = Office(tmp_path, environ={"BANJIE_WEB__PORT": office.address.rpartition(":")[2]})
    done = other.run("up", "--no-demo")
    assert done.returncode == 1
    assert "--port" in done.stderr


def test_a_folder_of_models_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = Office(tmp_path, environ={"BANJIE_MODELS__DIR": str(tmp_path / "nowhere")}).run("up", "--no-demo")
    assert done.returncode == 1
    assert "models.dir" in done.stderr


def test_nothing_is_restored_while_it_runs(office: Office, token: str, tmp_path: Path) -> None:
    target = tmp_path / "all.zip"
    assert office.run("backup", str(target)).returncode == 0
    refused = office.run("restore", str(target))
    assert refused.returncode == 1
    assert "正在运行" in refused.stderr


def test_each_process_that_is_killed_is_started_again(office: Office, token: str) -> None:
    before = set(group_members(office.group)) - {office.group}
    for pid in before:
        os.kill(pid, signal.SIGKILL)

    def back() -> bool:
        now = set(group_members(office.group)) - {office.group}
        return len(now) >= len(before) and not now & before

    until(back, "not everything came back", 60)
    until(lambda: office.call("/readyz")[0] == 200, "not ready again", 60)
    case = _started(office, token)
    until(lambda: _state(office, token, case) == "completed", "the timer does not fire any more")


def test_a_killed_office_goes_on_where_it_was(office: Office, token: str) -> None:
    case = _started(office, token)
    office.kill()
    office.start()
    until(lambda: _state(office, token, case) == "completed", "the timer does not fire after a new start")
    history = office.call(f"/api/v1/process-instances/{case}/history?limit=200", token=token)[1]["items"]
    assert [item["type"] for item in history].count("timer_fired") == 1
    assert office.run("audit", "verify").returncode == 0


def test_a_ctrl_c_ends_everything(office: Office) -> None:
    assert office.interrupt() == 0
    assert "已全部结束" in office.words()
    assert "Traceback" not in office.words()


def test_without_a_doorbell_the_sweep_does_the_work(tmp_path: Path) -> None:
    alone = Office(tmp_path, options=("--no-demo", "--workers", "0"))
    try:
        alone.start()
        token = _prepared(alone)
        case = _started(alone, token)
        until(lambda: _state(alone, token, case) == "completed", "the timer does not fire")
    finally:
        alone.end()
