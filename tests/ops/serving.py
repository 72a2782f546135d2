"""A Valkey of a test, on a private socket."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ops.waiting import until
from web import valkey


@contextmanager
def valkey_beside(var: Path) -> Iterator[str | None]:
    """The address of a running server; None where the machine has no program for one."""
    server = valkey.prepare(var)
    if server is None:
        yield None
        return
    process = subprocess.Popen(server.command)
    try:
        until(server.answers, "the server does not answer")
        yield server.url
    finally:
        process.terminate()
        process.wait()
