"""W1 beside PyPI `camunda-python`, another engine in Python that keeps each command in a database, in turns on the same machine.

The package wants Python 3.12 (`pip install -e .[peers]`); BANJIE_PEER_PYTHON names the interpreter that has it, if not ours.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks import office
from benchmarks.approval import per_second

ROUNDS = 5
COUNT = 60
#: the same model, with its condition written as Camunda has it
MODEL = (
    office.APPROVAL.replace("<bpmn:definitions ", '<bpmn:definitions xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ')
    .replace("<bpmn:conditionExpression>", '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">')
    .replace(">amount &gt;= 5000<", ">${amount &gt;= 5000}<")
)


def _peer() -> float | None:
    """Instances a second of the peer; None where it is not installed."""
    given = json.dumps({"xml": MODEL, "variables": office.FORM_DATA})
    command = [os.environ.get("BANJIE_PEER_PYTHON", sys.executable), str(Path(__file__).with_name("peer_camunda.py")), str(COUNT)]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if "ModuleNotFoundError" in done.stderr:
        return None
    if done.returncode:
        raise RuntimeError(done.stderr)
    return float(done.stdout)


def run() -> None:
    """Print instances a second and the ratio: medians of rounds in turns."""
    print("W1  beside camunda-python 0.1.2 with its SQLite store; synchronous FULL, one process")
    with office.opened():
        office.deploy("approval", office.APPROVAL)
        per_second(10)
        rounds = [(per_second(COUNT), _peer()) for _ in range(ROUNDS)]
    ours, peer = median(one for one, _ in rounds), [other for _, other in rounds if other is not None]
    if not peer:
        print(f"    Banjie {ours:7.1f} instances/s   camunda-python is not installed here: see benchmarks/peers.py")
        return
    print(f"    Banjie {ours:7.1f} instances/s   camunda-python {median(peer):7.1f}   ratio {ours / median(peer):5.2f} (reach 4)")
