"""SpiffWorkflow as it comes, in a process of its own: in memory, and with its own JSON saved to SQLite after each step.

python -m benchmarks.baselines memory|saved COUNT       prints instances a second
"""

import sqlite3
import sys
import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from benchmarks.office import APPROVAL, FORM_DATA


def specification() -> tuple[Any, Any]:
    """The approval process as SpiffWorkflow parses it."""
    parser = BpmnParser()
    parser.add_bpmn_io(BytesIO(APPROVAL.encode()))
    return parser.get_spec("approval"), parser.get_subprocess_specs("approval")


def _step(workflow: BpmnWorkflow) -> None:
    workflow.get_tasks(state=TaskState.READY, manual=True)[0].run()
    workflow.do_engine_steps()


def _begin(specs: tuple[Any, Any]) -> BpmnWorkflow:
    workflow = BpmnWorkflow(*specs)
    workflow.task_tree.data.update(FORM_DATA)
    workflow.do_engine_steps()
    return workflow


def memory(count: int) -> float:
    """Instances a second without any saving."""
    specs = specification()
    began = time.perf_counter()
    for _ in range(count):
        workflow = _begin(specs)
        while not workflow.completed:
            _step(workflow)
    return count / (time.perf_counter() - began)


def saved(count: int) -> float:
    """Instances a second when each step loads the library's JSON, runs, and saves it with a commit (WAL, synchronous FULL)."""
    specs = specification()
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    with TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "baseline.db", isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE instance (id INTEGER PRIMARY KEY, document TEXT)")
        began = time.perf_counter()
        for number in range(count):
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO instance VALUES (?, ?)", (number, serializer.serialize_json(_begin(specs))))
            database.execute("COMMIT")
            done = False
            while not done:
                database.execute("BEGIN IMMEDIATE")
                document = database.execute("SELECT document FROM instance WHERE id = ?", (number,)).fetchone()[0]
                workflow = serializer.deserialize_json(document)
                _step(workflow)
                database.execute("UPDATE instance SET document = ? WHERE id = ?", (serializer.serialize_json(workflow), number))
                database.execute("COMMIT")
                done = workflow.completed
        return count / (time.perf_counter() - began)


if __name__ == "__main__":
    print({"memory": memory, "saved": saved}[sys.argv[1]](int(sys.argv[2])))
