"""Start, gateway, three parallel user tasks, join, end: every step durable, with history and projections, through processes/."""

import subprocess
import sys
import time
from contextlib import closing
from statistics import median
from typing import Any

from sqlalchemy import select

from benchmarks import office
from processes import instances, user_tasks
from processes.db import db
from processes.models import UserTask

#: how the benchmark finds the tasks to complete; not part of what is measured, so asked by the driver
TASKS = "SELECT id, assignee FROM user_task WHERE instance_id = ?"

ROUNDS = 7
COUNT = 40


def play(variables: dict[str, Any]) -> str:
    """Start a case and complete its three tasks; gives its id."""
    instance_id = instances.start(key="approval", variables=variables, actor=office.integrator("approval"))
    query = select(UserTask.id, UserTask.assignee).where(UserTask.instance_id == instance_id)
    for task_id, login in db.session.execute(query).all():
        user_tasks.complete(task_id, variables={}, actor=office.person(str(login)))
    return instance_id


def per_second(count: int) -> float:
    """Instances a second through processes/, in the office that is open."""
    starter = office.integrator("approval")
    people = {login: office.person(login) for login in office.PEOPLE}
    with closing(db.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        began = time.perf_counter()
        for _ in range(count):
            instance_id = instances.start(key="approval", variables=office.FORM_DATA, actor=starter)
            for task_id, login in driver.execute(TASKS, (instance_id,)).fetchall():
                user_tasks.complete(task_id, variables={}, actor=people[login])
        return count / (time.perf_counter() - began)


def _baseline(kind: str) -> float:
    command = [sys.executable, "-m", "benchmarks.baselines", kind, str(COUNT)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run() -> None:
    """Print instances a second and the ratios to both baselines: medians of interleaved rounds."""
    with office.opened():
        office.deploy("approval", office.APPROVAL)
        per_second(10)
        rounds = [(per_second(COUNT), _baseline("saved"), _baseline("memory")) for _ in range(ROUNDS)]
    ours, saved, memory = (median(column) for column in zip(*rounds, strict=True))
    print("W1  start, gateway, 3 parallel user tasks, join, end; SQLite, synchronous FULL, one process")
    print(f"    Banjie {ours:7.1f} instances/s   SpiffWorkflow saved {saved:7.1f}   SpiffWorkflow in memory {memory:7.1f}")
    print(f"    ratio to saved {ours / saved:5.2f} (reach 1.5)   ratio to memory {ours / memory:5.2f}")
