"""A server of several processes: one that is to end closes its door at once and answers what it has begun; all count together."""

import json
import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.ops.office import Office, banjie
from tests.ops.test_many_machines import _free_port
from tests.ops.test_up import _prepared
from tests.ops.waiting import group_members, until
from web import lifeline

pytestmark = pytest.mark.slow
REQUESTS = 40


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A folder with tables; nothing is started."""
    made = Office(tmp_path, environ={"BANJIE_REDIS__URL": "off", "BANJIE_WEB__PROCESSES": "2", "BANJIE_DEMO__ENABLED": "false"})
    assert banjie(made.environ, "db", "upgrade").returncode == 0
    return made


@pytest.fixture
def web(office: Office) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """A running `banjie web` and its port."""
    port = _free_port()
    environ = {**os.environ, **office.environ, "BANJIE_WEB__PORT": str(port)}
    process = subprocess.Popen(lifeline.command("web"), env=environ, start_new_session=True)

    def answers() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    until(answers, "the web does not start", 60)
    yield port, process
    for pid in group_members(process.pid):
        os.kill(pid, signal.SIGKILL)
    process.wait()


def test_what_was_begun_is_answered_and_what_was_answered_is_kept(office: Office, web: tuple[int, "subprocess.Popen[bytes]"]) -> None:
    port, process = web
    token = _prepared(office)
    body = json.dumps({"definition_key": "short_wait", "variables": {}}).encode()
    head = f"POST /api/v1/process-instances HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with closing(socket.create_connection(("127.0.0.1", port), 20)) as begun:
        begun.sendall(head.encode() + body[:10])
        # the request is in hand once a thread waits for the rest of it; a second connection that is answered shows that the loop has turned
        with closing(socket.create_connection(("127.0.0.1", port), 20)) as other:
            other.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert other.recv(100).startswith(b"HTTP/1.1 200")
        process.send_signal(signal.SIGTERM)

        def refuses() -> bool:
            with closing(socket.socket()) as probe:
                return probe.connect_ex(("127.0.0.1", port)) != 0

        until(refuses, "it takes new connections while it ends")
        begun.sendall(body[10:])
        answer = b""
        while chunk := begun.recv(4096):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 201"), answer
    assert process.wait(20) == 0
    case = json.loads(answer.partition(b"\r\n\r\n")[2])["id"]
    assert office.run("audit", "verify", case).returncode == 0


def _counted(port: int) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    wanted = 'banjie_requests_total{endpoint="health.healthz",method="GET",status="200"} '
    return sum(float(line.removeprefix(wanted)) for line in lines if line.startswith(wanted))


def test_whichever_process_is_asked_for_the_figures_tells_those_of_all(office: Office, web: tuple[int, "subprocess.Popen[bytes]"]) -> None:
    port, process = web
    for _number in range(REQUESTS):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
            assert answer.status == 200
    assert [_counted(port) for _number in range(10)] == [REQUESTS] * 10
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert list((office.folder / "var" / "run").glob("figures-*")) == []
