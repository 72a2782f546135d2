"""PyPI `camunda-python` on W1, in a process of its own: its own SQLite store after each command, synchronous FULL.

python benchmarks/peer_camunda.py COUNT < MODEL       prints instances a second and a second of processor. Stands alone: the package wants a newer Python than ours.
"""

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from camunda.engine import ProcessEngine  # type: ignore[import-not-found]
from camunda.parser import parse_bpmn_xml  # type: ignore[import-not-found]
from camunda.persistence.store import Store  # type: ignore[import-not-found]
from sqlalchemy import Engine, event


@event.listens_for(Engine, "connect")
def _durable(connection: Any, record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def saved(xml: str, variables: dict[str, object], count: int) -> list[float]:
    """Instances a second, and a second of processor, when the package keeps every command in its store."""
    with TemporaryDirectory() as folder:
        engine = ProcessEngine(Store(f"sqlite:///{Path(folder) / 'peer.db'}"))
        engine.deploy(parse_bpmn_xml(xml))
        began, worked = time.perf_counter(), time.process_time()
        for _ in range(count):
            case = engine.start_process_instance_by_key("approval", dict(variables))
            for task in engine.create_task_query(process_instance_id=case.id):
                engine.complete_task(task.id, {})
            state = str(engine.get_process_instance(case.id).state)
            if "COMPLETED" not in state:
                raise RuntimeError(f"the case is {state}")
        return [count / (time.perf_counter() - began), count / (time.process_time() - worked)]


if __name__ == "__main__":
    given = json.load(sys.stdin)
    print(json.dumps(saved(given["xml"], given["variables"], int(sys.argv[1]))))
