"""W5: what a finished case takes in the database, with all projections and indexes, beside gzip of the same history as JSON.

The history is that of the steps unpacked: what is packed would be packed twice.

The form's text is Chinese as in an application (reasons, addresses, names), not one letter over and over, which gzip would make nothing of.
"""

import gzip
import json
import random
from contextlib import closing
from typing import Any

from sqlalchemy import select, text

from benchmarks import office
from benchmarks.approval import play
from processes import chain, step_log, sweep
from processes.db import db
from processes.models import Step
from tests import postgresql

CASES = 400
SHOWN = 7
ROUNDS = 10
WORDS = "申请单位因办公楼二层会议室屋面渗漏墙皮脱落影响使用经现场勘查拟对防水层重新施工并更换破损吊顶预算依据市场询价三家比选附报价单照片请予审批项目资金来源年度预算结余工期十五日历天施工期间安排值班人员做好安全防护及时清运建筑垃圾"
_random = random.Random(5)


def form_data() -> dict[str, object]:
    """About a kilobyte of text as a clerk writes it, different each time."""
    written = "，".join("".join(_random.sample(WORDS, _random.randint(6, 14))) for _ in range(28))
    return {"amount": _random.randint(5_000, 90_000), "reason": written, "site": "".join(_random.sample(WORDS, 20))}


def _bytes_by_object() -> dict[str, int]:
    """Bytes of the pages of each table and index, when nothing waits in the write-ahead log."""
    with closing(db.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return {str(name): int(size) for name, size in driver.execute("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name")}


def _history(instance_id: str) -> tuple[int, int]:
    """Bytes of a case's whole history as JSON, all columns of all steps, plain and as gzip has them."""
    previous, rows = chain.START, []
    for step in db.session.execute(select(Step).where(Step.instance_id == instance_id).order_by(Step.seq)).scalars():
        row = {column.name: getattr(step, column.name) for column in Step.__table__.c if column.name not in ("codec", "content")}
        rows.append({**row, **step_log.read(step), "previous_hash": previous})
        previous = step.hash
    plain = json.dumps(rows, ensure_ascii=False, default=str, separators=(",", ":")).encode()
    return len(plain), len(gzip.compress(plain, 9))


def _column_bytes() -> dict[str, float]:
    """Bytes of a case in the large columns of its steps."""
    columns = ("trigger", "context", "events", "content")
    sums = ", ".join(f"SUM(LENGTH(CAST({name} AS BLOB)))" for name in columns)
    found = db.session.execute(text(f"SELECT {sums} FROM step")).one()
    return {name: size / CASES for name, size in zip(columns, found, strict=True)}


def _played() -> list[str]:
    """Finished cases; the sweep has looked, as it does each second."""
    cases = [play(form_data()) for _ in range(CASES)]
    sweep.sweep_once()
    return cases


def _sizes() -> dict[str, int]:
    """Bytes of each table of PostgreSQL with its indexes."""
    query = "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    found = {str(name): int(size) for name, size in db.session.execute(text(query))}
    db.session.rollback()
    return found


def _vacuum(how: str) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(how))


def _worked() -> dict[str, int]:
    """The sizes after some more cases, with a vacuum after every tenth of them."""
    for _ in range(ROUNDS):
        for _ in range(CASES // ROUNDS):
            play(form_data())
        sweep.sweep_once()
        _vacuum("VACUUM")
    return _sizes()


def _on_postgresql(packed: float) -> None:
    """Print the same for PostgreSQL: written anew, as SQLite after VACUUM, and as it grows."""
    programs = postgresql.programs()
    if programs is None:
        print("    PostgreSQL is not installed here")
        return
    with postgresql.cluster(programs) as url, office.opened(url):
        office.deploy("approval", office.APPROVAL)
        sizes = [_sizes(), _worked(), _worked()]
        _vacuum("VACUUM FULL")
        sizes.append(_sizes())
    told = {
        "written anew (VACUUM FULL)": _taken(sizes[0], sizes[3], 2 * CASES),
        f"what {CASES} more cases add": _taken(sizes[1], sizes[2], CASES),
        f"with all room for later, of the first {CASES} cases": _taken(sizes[0], sizes[1], CASES),
    }
    for how, taken in told.items():
        whole = sum(taken.values())
        shown = ", ".join(f"{name} {size:,.0f}" for name, size in sorted(taken.items(), key=lambda one: -one[1])[:3])
        print(f"    PostgreSQL, {how}: {whole:,.0f} B a case   ratio to gzip {whole / packed:5.2f}   {shown}")


def _taken(before: dict[str, int], after: dict[str, int], cases: int) -> dict[str, float]:
    return {name: (size - before.get(name, 0)) / cases for name, size in after.items() if size != before.get(name, 0)}


def run() -> None:
    """Print the bytes of a finished case in the database, by table, beside those of its history as JSON."""
    with office.opened():
        office.deploy("approval", office.APPROVAL)
        before = _bytes_by_object()
        cases = _played()
        after = _bytes_by_object()
        taken = _taken(before, after, CASES)
        plain, packed = (sum(sizes) / CASES for sizes in zip(*map(_history, cases), strict=True))
        columns = _column_bytes()
    whole = sum(taken.values())
    print(
        f"W5  a finished case of four steps, Chinese form text of {len(form_data()['reason'])} characters; SQLite after VACUUM, all indexes"
    )  # type: ignore[arg-type]
    print(f"    {whole:,.0f} B a case   its history as JSON {plain:,.0f} B, gzip {packed:,.0f} B", end="")
    print(f"   ratio to gzip {whole / packed:5.2f} (reach 3), to the plain JSON {whole / plain:5.2f}")
    shown = sorted(taken.items(), key=lambda one: -one[1])[:SHOWN]
    print("    " + ", ".join(f"{name} {size:,.0f}" for name, size in shown) + f", others {whole - sum(size for _, size in shown):,.0f}")
    print("    of the steps: " + ", ".join(f"{name} {size:,.0f}" for name, size in columns.items()))
    _on_postgresql(packed)
