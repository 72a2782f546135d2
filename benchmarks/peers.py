"""W1 beside PyPI `camunda-python`, another engine in Python that keeps each command in a database, in turns on the same machine.

The package wants Python 3.12 (`pip install -e .[peers]`); BANJIE_PEER_PYTHON names the interpreter that has it, if not ours.
"""

import json
import os
import subprocess
import sys
import time
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


def _ours() -> list[float]:
    """Instances a second, and a second of processor."""
    worked = time.process_time()
    by_time = per_second(COUNT)
    return [by_time, COUNT / (time.process_time() - worked)]


def _peer() -> list[float] | None:
    """The same of the peer; None where it is not installed."""
    given = json.dumps({"xml": MODEL, "variables": office.FORM_DATA})
    command = [os.environ.get("BANJIE_PEER_PYTHON", sys.executable), str(Path(__file__).with_name("peer_camunda.py")), str(COUNT)]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if "ModuleNotFoundError" in done.stderr:
        return None
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: list[float] = json.loads(done.stdout)
    return found


def run() -> None:
    """Print instances a second, and a second of processor, and the ratios: medians of rounds in turns."""
    print(f"W1  beside camunda-python 0.1.2 with its SQLite store, {COUNT} cases; synchronous FULL, one process")
    with office.opened():
        office.deploy("approval", office.APPROVAL)
        per_second(10)
        rounds = [(_ours(), _peer()) for _ in range(ROUNDS)]
    peer = [one for _, one in rounds if one is not None]
    if not peer:
        print("    camunda-python is not installed here: see benchmarks/peers.py")
        return
    for number, unit in enumerate(("by the clock", "by the processor")):
        ours, theirs = median(one[number] for one, _ in rounds), median(one[number] for one in peer)
        print(f"    {unit:17} Banjie {ours:7.1f} instances/s   camunda-python {theirs:7.1f}   ratio {ours / theirs:5.2f} (reach 4)")
