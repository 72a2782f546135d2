"""W1 over HTTP: gunicorn with two processes, 50 clients who think between their requests, beside a trivial authorised read."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks import office
from processes.actors import SYSTEM
from processes.people import accounts, tokens

CLIENTS = 50
#: seconds that a client thinks before each request: a clerk would take longer
THINKS = 1.0
SECONDS = 20.0
START_SECONDS = 30.0


@dataclass(slots=True)
class Seen:
    """Seconds that requests took, by what they asked for, and the answers that were not what they should be."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def percentile(self, what: str, part: int) -> float:
        """The time within which so many of a hundred requests were answered, in milliseconds."""
        return quantiles(self.seconds[what], n=100)[part - 1] * 1000


class Client:
    """One connection that stays open, as a browser or another system has it."""

    def __init__(self, port: int, token: str, seen: Seen) -> None:
        self._port, self._token, self._seen = port, token, seen
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, what: str, method: str, path: str, body: Any = None) -> Any:
        """Send a request after thinking; gives the answer's document."""
        await asyncio.sleep(THINKS)
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self._token}\r\nContent-Type: application/json\r\n"
        request = head.encode() + f"Content-Length: {len(content)}\r\n\r\n".encode() + content
        began = time.perf_counter()
        status, document = await self._exchange(request)
        self._seen.seconds.setdefault(what, []).append(time.perf_counter() - began)
        if status not in (200, 201):
            self._seen.wrong.append(f"{what}: {status}")
        return document

    async def _exchange(self, request: bytes) -> tuple[int, Any]:
        for attempt in (1, 2):
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            try:
                writer.write(request)
                await writer.drain()
                return await self._answer(reader)
            except (ConnectionError, asyncio.IncompleteReadError):
                # the server may close a connection that was idle, just when it is used again
                self._streams = None
                if attempt == 2:
                    raise
        raise AssertionError

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, Any]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0])
        content = await reader.readexactly(length)
        if "connection: close" in head:
            self._streams = None
        return int(head.split()[1]), json.loads(content)


async def _approvals(client: Client, until: float) -> None:
    while time.perf_counter() < until:
        case = await client.ask("start", "POST", "/api/v1/process-instances", {"definition_key": "approval", "variables": office.FORM_DATA})
        listed = await client.ask("list", "GET", f"/api/v1/user-tasks?box=all&process_instance_id={case['id']}")
        for task in listed["items"]:
            await client.ask("completion", "POST", f"/api/v1/user-tasks/{task['id']}/completion", {"variables": {}})


async def _reads(client: Client, until: float) -> None:
    while time.perf_counter() < until:
        await client.ask("read", "GET", "/api/v1/me")


def _play(work: Callable[[Client, float], Coroutine[Any, Any, None]], port: int, token: str) -> Seen:
    seen = Seen()

    async def all_of_them() -> None:
        until = time.perf_counter() + SECONDS
        await asyncio.gather(*(_later(work, Client(port, token, seen), number, until) for number in range(CLIENTS)))

    asyncio.run(all_of_them())
    return seen


async def _later(work: Callable[[Client, float], Coroutine[Any, Any, None]], client: Client, number: int, until: float) -> None:
    """People do not begin at the same moment."""
    await asyncio.sleep(THINKS * number / CLIENTS)
    await work(client, until)


@contextmanager
def _served(var: Path) -> Iterator[int]:
    """The office of a folder behind two processes of the web server; gives the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    given = {"VAR__DIR": str(var), "MODELS__DIR": str(var / "models"), "REDIS__URL": "off", "DEMO__ENABLED": "false"}
    given |= {"WEB__PORT": str(port), "WEB__PROCESSES": "2"}
    environ = os.environ | {f"BANJIE_{name}": value for name, value in given.items()}
    server = subprocess.Popen([sys.executable, "-m", "banjie", "web"], env=environ, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the web server did not answer")


def run() -> None:
    """Print the times of completions and of a trivial authorised read, with the same clients on the same server."""
    with office.opened() as var:
        office.deploy("approval", office.APPROVAL)
        accounts.create("other", "other", ("integrator",), actor=SYSTEM)
        token = tokens.issue("other", scope=("*",), actor=SYSTEM)
        with _served(var) as port:
            _play(_reads, port, token)
            work, read = _play(_approvals, port, token), _play(_reads, port, token)
    done, trivial = work.percentile("completion", 95), read.percentile("read", 95)
    count = sum(len(times) for times in work.seconds.values())
    print(f"W1  over HTTP, {CLIENTS} clients thinking {THINKS:.0f} s, gunicorn with 2 processes, SQLite, synchronous FULL")
    print(f"    completion p50 {median(work.seconds['completion']) * 1000:5.1f} ms, p95 {done:5.1f} ms (reach under 60)", end="   ")
    print(f"start p95 {work.percentile('start', 95):5.1f} ms   trivial read p95 {trivial:5.1f} ms   ratio {done / trivial:4.1f}")
    print(f"    {count:,} requests, {count / SECONDS:.0f} a second, {len(work.wrong)} wrong answers {sorted(set(work.wrong))}")
