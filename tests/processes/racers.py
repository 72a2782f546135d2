"""Processes that live through hundreds of rounds of a race: each round a barrier lets their commands begin at the same moment."""

import os
import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from processes.db import db
from processes.errors import Refused, Unavailable
from tests.processes.forked import fork, wait

#: rounds of each race, unless BANJIE_TEST_ROUNDS says how many
ROUNDS = int(os.environ.get("BANJIE_TEST_ROUNDS", "40"))
Work = Callable[..., Any]
Order = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Finish:
    """How one command of a round ended: done with a value, refused with a code, or broken."""

    done: bool
    value: Any = None
    code: str | None = None


class Racers:
    """The processes; each takes one command a round."""

    def __init__(self, pipes: list[Connection], gate: int) -> None:
        self._pipes = pipes
        self._gate = gate

    def round(self, *orders: Order) -> list[Finish]:
        """Let every racer carry out its order at the same moment; gives how each ended."""
        db.session.remove()
        running = self._pipes[: len(orders)]
        for pipe, order in zip(running, orders, strict=True):
            pipe.send_bytes(pickle.dumps(order))
        for pipe in running:
            assert pipe.recv_bytes() == b"ready"
        os.write(self._gate, b"!" * len(orders))
        ends = [pickle.loads(pipe.recv_bytes()) for pipe in running]
        broken = [end.value for end in ends if end.code == "broken"]
        assert not broken, broken
        return ends


@contextmanager
def racing(number: int, works: Mapping[str, Work]) -> Iterator[Racers]:
    """Racers that know these works by name; they end with the block. A database that asks for patience is asked again, as clients do."""
    gate_out, gate_in = os.pipe()
    pairs = [Pipe() for _ in range(number)]
    pids = [fork(partial(_run, ours, gate_out, works)) for _, ours in pairs]
    try:
        yield Racers([theirs for theirs, _ in pairs], gate_in)
    finally:
        for theirs, _ in pairs:
            theirs.send_bytes(b"")
        statuses = [wait(pid) for pid in pids]
        os.close(gate_out)
        os.close(gate_in)
        for pair in pairs:
            for end in pair:
                end.close()
    assert statuses == [0] * number


def _run(pipe: Connection, gate: int, works: Mapping[str, Work]) -> None:
    while order := pipe.recv_bytes():
        name, given = pickle.loads(order)
        db.session.connection()
        db.session.rollback()
        pipe.send_bytes(b"ready")
        os.read(gate, 1)
        pipe.send_bytes(pickle.dumps(_finish(works[name], given)))


def _finish(work: Work, given: dict[str, Any]) -> Finish:
    for _ in range(20):
        try:
            return Finish(True, work(**given))
        except Unavailable:
            continue
        except Refused as refusal:
            return Finish(False, code=refusal.code)
        except Exception as problem:  # noqa: BLE001 - the parent tells it
            return Finish(False, f"{type(problem).__name__}: {problem}", "broken")
    return Finish(False, "the database never answered", "broken")
