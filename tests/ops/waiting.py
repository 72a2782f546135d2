"""Waiting for other processes, with an end."""

import os
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 20.0


def until(true: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait until something is true; fails with `what` when it does not come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds:.0f} s: {what}"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    """Whether a process lives; one that is dead and not yet collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def group_members(group: int) -> list[int]:
    """The living processes of a process group."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(entry.name))
    return found
