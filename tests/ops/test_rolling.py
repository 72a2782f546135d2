"""Machines restarted one after the other while people work: no request fails, and every case comes to its end."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import cycle

import pytest

from tests.figures import tell
from tests.ops.test_many_machines import Machine, _prepared, _start, machines
from tests.ops.waiting import until

__all__ = ["machines"]
pytestmark = pytest.mark.slow
PAUSE = 0.05
BODY = json.dumps({"definition_key": "both", "variables": {}})


@dataclass
class Client:
    """As the proxy does: hosts in turn, the next one where a door is closed; anything else that fails is a failure."""

    machines: list[Machine]
    token: str
    cases: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    closed_doors: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """Start cases until it is over."""
        turn = cycle(self.machines)
        while not self.over.wait(PAUSE):
            for machine in (next(turn), next(turn)):
                if self._start(machine):
                    break
            else:
                self.failed.append("all doors are closed")

    def _start(self, machine: Machine) -> bool:
        with closing(http.client.HTTPConnection("127.0.0.1", machine.port, timeout=30)) as connection:
            try:
                connection.connect()
            except OSError:
                self.closed_doors += 1
                return False
            try:
                headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
                connection.request("POST", "/api/v1/process-instances", BODY, headers)
                answer = connection.getresponse()
                document = json.loads(answer.read())
            except (OSError, http.client.HTTPException, ValueError) as problem:
                self.failed.append(repr(problem))
                return True
        if answer.status == 201:
            self.cases.append(document["id"])
        else:
            self.failed.append(f"{answer.status} {document}")
        return True


@contextmanager
def _working(client: Client) -> Iterator[None]:
    thread = threading.Thread(target=client.work)
    thread.start()
    try:
        yield
    finally:
        client.over.set()
        thread.join()


def test_restarting_one_machine_after_the_other_fails_no_request(machines: list[Machine]) -> None:
    token = _prepared(machines[0])
    _start(machines)
    client = Client(machines, token)
    with _working(client):
        for machine in machines:
            before = len(client.cases)
            until(lambda before=before: len(client.cases) >= before + 5, "no cases are started")
            assert machine.stop() == dict.fromkeys(machine.units, 0), machine.log()
            machine.start_all()
            until(lambda machine=machine: machine.call("/readyz")[0] == 200, "a machine does not come back", 60)
        before = len(client.cases)
        until(lambda: len(client.cases) >= before + 5, "no cases are started")
    assert client.failed == []
    assert client.closed_doors

    def left() -> list[str]:
        return [case for case in client.cases if machines[1].call(f"/api/v1/process-instances/{case}", token)[1]["state"] != "completed"]

    until(lambda: not left(), "a case did not end", 120)
    tell(f"rolling restart: {len(client.cases)} cases, {client.closed_doors} closed doors, no request failed")
