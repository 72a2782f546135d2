"""A whole Banjie in processes of its own: `banjie up` on a free port over a var folder of the test."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.architecture.sources import ROOT
from tests.ops.waiting import group_members, until

#: a first start makes the database; everything shares few cores with other tests
START_SECONDS = 90.0


def banjie(environ: dict[str, str], *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """A command of the command line, run to its end."""
    command = [sys.executable, "-P", str(ROOT / "banjie.py"), *arguments]
    return subprocess.run(command, env={**os.environ, **environ}, input=given, capture_output=True, text=True, check=False)


def call(address: str, body: Any = None, token: str | None = None, *, seconds: float = 10) -> tuple[int, Any]:
    """A request that sends and gives JSON: status and document."""
    request = urllib.request.Request(address, None if body is None else json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, json.load(problem)


@dataclass
class Office:
    """The processes of one `banjie up`."""

    folder: Path
    options: tuple[str, ...] = ("--no-demo",)
    environ: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        models = self.folder / "models"
        models.mkdir(parents=True, exist_ok=True)
        defaults = {"BANJIE_VAR__DIR": str(self.folder / "var"), "BANJIE_MODELS__DIR": str(models), "BANJIE_WEB__PORT": "0"}
        self.environ = {**defaults, **self.environ}

    def start(self) -> "Office":
        """Start, and wait until it says that it has."""
        self.said.write_bytes(b"")
        command = [sys.executable, "-P", str(ROOT / "banjie.py"), "up", *self.options]
        with self.said.open("ab") as out:
            self.process = subprocess.Popen(
                command, env={**os.environ, **self.environ}, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
            )
        until(lambda: "已启动" in self.words() or self.process.poll() is not None, "banjie up does not start", START_SECONDS)
        assert "已启动" in self.words(), self.words()
        return self

    @property
    def said(self) -> Path:
        return self.folder / "said.txt"

    def words(self) -> str:
        """What it has said since its last start."""
        return self.said.read_text("utf-8")

    @property
    def group(self) -> int:
        """The process group, which is the session that was started."""
        assert self.process is not None
        return self.process.pid

    @property
    def address(self) -> str:
        """Where it is reached."""
        return self.words().partition("已启动：")[2].split()[0].rstrip("/")

    def kill(self) -> None:
        """Kill the parent alone, hard; the others must follow by themselves."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        until(lambda: not group_members(self.group), "a child outlived its parent")

    def interrupt(self) -> int:
        """Press Ctrl-C; gives the exit status of the parent."""
        assert self.process is not None
        os.killpg(self.group, signal.SIGINT)
        status = self.process.wait(30)
        until(lambda: not group_members(self.group), "a child outlived its parent")
        return status

    def end(self) -> None:
        """Whatever happened, leave nothing behind."""
        if self.process is not None:
            for pid in group_members(self.group):
                os.kill(pid, signal.SIGKILL)
            self.process.wait()

    def run(self, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """A command over the same data."""
        return banjie(self.environ, *arguments, given=given)

    def call(self, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        """A request of the API or of /healthz and its like: status and document."""
        return call(self.address + path, body, token)
