"""A parent with two children that sleep, run by the tests of the supervisor: `python -m tests.ops.small_family`."""

import os
import sys

from web.lifeline import environment
from web.supervisor import Supervisor

#: one write, so that the lines of two children never mix
SLEEPS = "import os, time; os.write(1, f'{os.getpid()} {os.getpgid(0)}\\n'.encode()); time.sleep(300)"


def run() -> None:
    """Say one's own process id, start the children (each says its own), and keep them alive until a signal."""
    sys.stdout.write(f"{os.getpid()} {os.getpgid(0)}\n")
    sys.stdout.flush()
    supervisor = Supervisor(lambda words: None)
    with supervisor.until_signalled():
        for name in ("one", "two"):
            supervisor.add(name, [sys.executable, "-c", SLEEPS], environment({}))
        supervisor.watch()


if __name__ == "__main__":
    run()
