"""What every child process of Banjie has in common: it ends with its parent, and imports nothing from the current folder."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int) -> None:
    """Let the kernel kill this process when the process `parent` ends, by -9 too; ends at once when it already has.

    What is killed in the middle of a transaction leaves nothing behind, so the hard signal is the right one. Linux only; elsewhere
    an orphan is found by the next start.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def birth() -> Callable[[], None]:
    """What a child does between fork and exec, for Popen's `preexec_fn`.

    A Ctrl-C on the terminal reaches the whole process group; children wait for the word of their parent, so that they end in order.
    """
    parent = os.getpid()

    def begin() -> None:
        end_with_parent(parent)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    return begin


def command(*arguments: str) -> list[str]:
    """The command line of a child that runs `banjie` with these arguments: this interpreter, never the current folder's modules."""
    return [sys.executable, "-P", str(ROOT / "banjie.py"), *arguments]


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    """This process's environment for a child, with changes; PYTHONPATH loses what means the current folder."""
    environ = {**os.environ, **changes, "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}
    entries = environ.pop("PYTHONPATH", "").split(os.pathsep)
    kept = [entry for entry in entries if entry and (Path(entry).resolve() != Path.cwd() or Path(entry).resolve() == ROOT)]
    if kept:
        environ["PYTHONPATH"] = os.pathsep.join(str(Path(entry).resolve()) for entry in kept)
    return environ
