"""Verification of a large record: steps a second of `audit verify`, beside bare hashing of the same rows, and beside bare reading of them.

The steps are copies of real ones, made by the product's own writer, under new ids and chained anew with right hashes.
"""

import os
import resource
import time
from statistics import median
from typing import Any

from sqlalchemy import column as named
from sqlalchemy import insert, table, text

from benchmarks import office
from processes import chain, instances, user_tasks
from processes.audit import heads, verify
from processes.db import db, transaction
from processes.ids import new_id
from processes.models import UserTask

STEPS = int(os.environ.get("BENCH_STEPS", "200000"))
ROUNDS = 3
A_MILLION = 1_000_000
CASES_AT_ONCE = 2000


def _model_case() -> str:
    """One finished case, as people make it."""
    office.deploy("approval", office.APPROVAL)
    instance_id = instances.start(key="approval", variables=office.FORM_DATA, actor=office.integrator("approval"))
    for task_id, login in db.session.execute(db.select(UserTask.id, UserTask.assignee).where(UserTask.instance_id == instance_id)).all():
        user_tasks.complete(task_id, variables={}, actor=office.person(login))
    return instance_id


def _rows(query: str, **given: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in db.session.execute(text(query), given).mappings()]


def _copies(model: str) -> int:
    """Fill the database with copies of the model case; gives how many steps there are then."""
    steps = _rows("SELECT * FROM step WHERE instance_id = :id ORDER BY seq", id=model)
    case = _rows("SELECT * FROM process_instance WHERE id = :id", id=model)[0]
    into = {name: insert(table(name, *map(named, row))) for name, row in (("process_instance", case), ("step", steps[0]))}
    left = STEPS // len(steps)
    while left > 0:
        cases, made = [], []
        for _ in range(min(left, CASES_AT_ONCE)):
            instance_id, previous = new_id(), chain.START
            for step in steps:
                row = {**step, "instance_id": instance_id, "previous_hash": previous}
                previous = row["hash"] = chain.row_hash(previous, row)
                row["previous_hash"] = ""
                made.append(row)
            cases.append({**case, "id": instance_id, "last_hash": previous})
        with transaction():
            connection = db.session.connection()
            connection.execute(into["process_instance"], cases)
            connection.execute(into["step"], made)
        left -= len(cases)
    return db.session.execute(text("SELECT count(*) FROM step")).scalar_one()


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _verified(processes: int) -> float:
    report = verify.verify(processes=processes)
    assert report.unbroken
    return report.seconds


def _hashed() -> None:
    """Every row through the product's own hash, read as plain tuples, nothing compared: what no verification can do without."""
    result = db.session.execute(text("SELECT * FROM step ORDER BY instance_id, seq").execution_options(yield_per=500))
    names = list(result.keys())
    for row in result:
        stored = dict(zip(names, row, strict=True))
        chain.row_hash(stored["previous_hash"], stored)
    db.session.rollback()


def _digested() -> None:
    """SHA-256 over the bytes of the same rows and nothing else."""
    digest = chain.DIGESTS[chain.SHA256]
    for row in db.session.execute(text("SELECT * FROM step ORDER BY instance_id, seq").execution_options(yield_per=500)):
        made = digest()
        made.update("".join(map(str, row)).encode())
        made.hexdigest()
    db.session.rollback()


def run() -> None:
    """Print steps a second by one process and by all cores, and the ratios to bare hashing: medians of interleaved rounds."""
    cores = os.cpu_count() or 1
    with office.opened() as var:
        steps = _copies(_model_case())
        size = (var / "banjie.db").stat().st_size / steps
        head = _seconds(heads.seal)
        rounds = [(_verified(1), _verified(cores), _seconds(_hashed), _seconds(_digested)) for _ in range(ROUNDS)]
    one, all_, hashed, digested = (median(column) for column in zip(*rounds, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"audit verify  {steps:,} steps of {size:,.0f} bytes a step with all indexes, SQLite; first daily head over all: {head:.1f} s")
    print(f"    1 process {steps / one:9,.0f} steps/s   {cores} processes {steps / all_:9,.0f} steps/s   peak memory {peak:,.0f} MB")
    print(
        f"    the product's hash of the same rows alone {steps / hashed:9,.0f}/s   bare SHA-256 of their bytes {steps / digested:9,.0f}/s"
    )
    print(
        f"    ratio to the hash alone: 1 process {hashed / one:4.2f}, {cores} processes {hashed / all_:4.2f}   to bare SHA-256: {digested / one:4.2f}, {digested / all_:4.2f}"
    )
    print(
        f"    a million steps: 1 process {A_MILLION * one / steps:,.0f} s, {cores} processes {A_MILLION * all_ / steps:,.0f} s, if the rate holds"
    )
