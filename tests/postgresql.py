"""A private PostgreSQL on a socket in a temporary folder, for as long as it is needed; nothing of the machine's own is touched."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from web import lifeline

INSTALLED = Path("/usr/lib/postgresql")
#: a test database need not survive the machine
QUICK = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "max_connections=60",
    "shared_buffers=64MB",
    "listen_addresses=",
)
#: memory as a disk, where there is enough of it: each test copies a database
MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 2 * 1024**3
START_SECONDS = 30.0


def programs() -> Path | None:
    """The folder with initdb and postgres: the newest that is installed; None where there is none."""
    versions = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0)
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _account() -> str | None:
    """Root may not run PostgreSQL: the account that does it then."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return None


@contextmanager
def cluster(bin_folder: Path, changes: Sequence[str] = (), *, in_memory: bool = True) -> Iterator[str]:
    """A running server; gives the address of its database `postgres`, whose last part others may replace.

    `changes`: settings that a test or a measurement has otherwise. The server's log is `log` in the folder of its socket.
    """
    account = _account()
    quick = in_memory and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES
    folder = Path(tempfile.mkdtemp(prefix="banjie-pg-", dir=MEMORY if quick else None))
    if account is not None:
        shutil.chown(folder, account)
    data = folder / "data"
    initdb = [str(bin_folder / "initdb"), "-D", str(data), "-U", "banjie", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initdb, user=account, cwd=folder, check=True, capture_output=True)
    command = [str(bin_folder / "postgres"), "-D", str(data), "-k", str(folder)]
    command += [part for setting in (*QUICK, *changes) for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, user=account, cwd=folder, stdout=log, stderr=log, preexec_fn=lifeline.birth())
    try:
        _wait(server, folder)
        yield f"postgresql+psycopg://banjie@/postgres?host={folder}"
    finally:
        # the fast shutdown: the polite one waits for whoever is still connected
        server.send_signal(signal.SIGINT)
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    end = time.monotonic() + START_SECONDS
    socket = folder / ".s.PGSQL.5432"
    while not socket.exists():
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text('utf-8', errors='replace')}")
        time.sleep(0.05)
