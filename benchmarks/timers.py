"""10,000 waiting timers of which 1,000 are due: sweep and run, beside RQ's own empty jobs; no instance that is not due is read."""

import time
from datetime import timedelta

from sqlalchemy import event

from benchmarks import office
from processes import clock, instances, jobs
from processes.db import db

WAITING = 10_000
DUE = 1_000
TIMER = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="bench">
  <bpmn:process id="waiting" name="Waiting" isExecutable="true"><bpmn:startEvent id="start"/>
    <bpmn:intermediateCatchEvent id="wait"><bpmn:timerEventDefinition><bpmn:timeDuration>${duration}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
    <bpmn:endEvent id="end"/><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="wait"/><bpmn:sequenceFlow id="f2" sourceRef="wait" targetRef="end"/>
  </bpmn:process>
</bpmn:definitions>
"""


def run() -> None:
    """Print how long the due timers take, and how many cases were read."""
    with office.opened():
        office.deploy("waiting", TIMER)
        starter = office.integrator("waiting")
        began = time.perf_counter()
        for number in range(WAITING):
            instances.start(key="waiting", variables={"duration": "PT1H" if number < DUE else "P30D"}, actor=starter)
        started = WAITING / (time.perf_counter() - began)
        read: set[str] = set()

        def note(connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
            if "engine_state" in statement and statement.startswith("SELECT"):
                read.add(str(parameters))

        event.listen(db.engine, "before_cursor_execute", note)
        with clock.at(clock.now() + timedelta(hours=2)):
            began, fired = time.perf_counter(), 0
            while due := jobs.due_ids(200):
                fired += sum(jobs.run(job_id) for job_id in due)
            seconds = time.perf_counter() - began
    print(f"W4  {WAITING:,} waiting timers, {DUE:,} due; started at {started:.0f} a second")
    print(f"    {fired:,} fired in {seconds:5.1f} s, {fired / seconds:6.1f} a second   cases read: {len(read):,} (reach {DUE:,})")
    assert fired == DUE
    assert len(read) == DUE
