"""Other processes over the same database, made by forking, so that a test can kill them or let them race."""

import os
import traceback
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

from sqlalchemy import event

from processes.db import db

KILLED = 9


def fork(work: Callable[[], None]) -> int:
    """A child process that does `work` and ends; gives its pid. Its exit status is 0, or 1 when something was raised."""
    db.session.remove()
    db.engine.dispose()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    except BaseException:  # noqa: BLE001 - a child must not go on as a second pytest
        traceback.print_exc()
    finally:
        os._exit(status)


def wait(pid: int) -> int:
    """The exit status of a child."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def killed_at(moment: int, work: Callable[[], None]) -> bool:
    """Do `work` in a child that dies at its `moment`-th point: before and after each statement, before and after the commit.

    The connection is given back right after the commit.

    False when the child had ended before that point.
    """

    def doomed() -> None:
        points = count(1)

        def reach(*_: Any, **__: Any) -> None:
            if next(points) == moment:
                os._exit(KILLED)

        for name in ("before_cursor_execute", "after_cursor_execute", "commit", "checkin"):
            event.listen(db.engine, name, reach)
        event.listen(db.session, "after_commit", reach)
        work()

    return wait(fork(doomed)) == KILLED


class Barrier:
    """Lets children begin at the same moment: each waits until the parent opens."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()

    def wait(self) -> None:
        """In a child: wait until the parent opens."""
        with suppress(OSError):
            os.close(self._write)
        os.read(self._read, 1)

    def open(self) -> None:
        """In the parent: let all begin."""
        os.close(self._write)
        os.close(self._read)


def race(*works: Callable[[], None]) -> list[int]:
    """Do all works at the same moment, each in a process of its own; gives their exit statuses."""
    barrier = Barrier()

    def begin(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            db.session.connection()
            db.session.rollback()
            barrier.wait()
            work()

        return run

    pids = [fork(begin(work)) for work in works]
    barrier.open()
    return [wait(pid) for pid in pids]
