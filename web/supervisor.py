"""`banjie up`: everything on one machine. Prepares the database, starts the children, keeps them alive, ends them in order."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from web import lifeline

LOOK_SECONDS = 0.2
GRACE_SECONDS = 12
#: waits before a child that died is started again, growing while it dies young
WAITS = (0.2, 1.0, 3.0, 10.0)
OLD_SECONDS = 30


class AlreadyRunning(RuntimeError):
    """Another `banjie up` works on the same var folder."""


@contextmanager
def alone(var: Path) -> Iterator[None]:
    """Hold the lock of the var folder; raises AlreadyRunning with the process that has it. A killed process holds nothing."""
    path = var / "run" / "up.pid"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise AlreadyRunning(file.read().strip()) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)


@dataclass
class Child:
    """A process that is to be alive: started again when it dies, later each time it dies young."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    young_deaths: int = 0
    start_at: float = 0.0

    def start(self, now: float) -> None:
        """Start the process; it ends when this one does."""
        self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.DEVNULL, preexec_fn=lifeline.birth())  # noqa: S603
        self.started = now

    def look(self, now: float) -> int | None:
        """Notice a death, and start the process again when its wait is over; the exit status of a death just noticed."""
        if self.process is None:
            if now >= self.start_at:
                self.start(now)
            return None
        status = self.process.poll()
        if status is None:
            return None
        self.process = None
        self.young_deaths = 0 if now - self.started > OLD_SECONDS or status == 0 else self.young_deaths + 1
        self.start_at = now + WAITS[min(self.young_deaths, len(WAITS) - 1)]
        return status

    def end(self) -> None:
        """Ask the process to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        """Wait for the end, and force it when it does not come in time."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


@dataclass
class Supervisor:
    """The children of one `banjie up`; the first started ends last."""

    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def add(self, name: str, command: list[str], environment: Mapping[str, str]) -> Child:
        """Start a child and keep it alive from now on."""
        child = Child(name, command, dict(environment))
        child.start(time.monotonic())
        self.children.append(child)
        return child

    def drop(self, child: Child) -> None:
        """End a child for good."""
        self.children.remove(child)
        child.end()
        child.wait(time.monotonic() + 1)

    def watch(self, until: Callable[[], bool] | None = None) -> None:
        """Keep the children alive until a signal comes, or `until` says so."""
        while not self.stopping and not (until is not None and until()):
            now = time.monotonic()
            for child in self.children:
                status = child.look(now)
                if status:
                    self.say(f"{child.name} 意外结束（{status}），重新启动")
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """End all children: first those started last, so that nothing rings a doorbell that is gone."""
        until = time.monotonic() + GRACE_SECONDS
        first, rest = self.children[:1], self.children[1:]
        for group in (rest, first):
            for child in group:
                child.end()
            for child in group:
                child.wait(until)

    @contextmanager
    def until_signalled(self) -> Iterator[None]:
        """Take Ctrl-C, SIGTERM and SIGHUP as the wish to stop, and end the children however the block ends."""

        def stop(number: int, frame: FrameType | None) -> None:
            self.stopping = True

        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, stop) for number in signals}
        try:
            yield
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)
