"""W5: what a finished case takes in the database, with all projections and indexes, beside gzip of the same history as JSON.

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
from processes.db import db
from processes.models import Step
from tests import postgresql

CASES = 400
SHOWN = 7
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
    rows = db.session.execute(select(*Step.__table__.c).where(Step.instance_id == instance_id).order_by(Step.seq)).mappings().all()
    plain = json.dumps([dict(row) for row in rows], ensure_ascii=False, default=str, separators=(",", ":")).encode()
    return len(plain), len(gzip.compress(plain, 9))


def _column_bytes() -> dict[str, float]:
    """Bytes of a case in the large columns of its steps."""
    columns = ("trigger", "context", "events")
    sums = ", ".join(f"SUM(LENGTH(CAST({name} AS BLOB)))" for name in columns)
    found = db.session.execute(text(f"SELECT {sums} FROM step")).one()
    return {name: size / CASES for name, size in zip(columns, found, strict=True)}


def _on_postgresql(packed: float) -> None:
    """Print the same for PostgreSQL, which packs long texts by itself."""
    programs = postgresql.programs()
    if programs is None:
        print("    PostgreSQL is not installed here")
        return
    sizes = text("SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    with postgresql.cluster(programs) as url, office.opened(url):
        office.deploy("approval", office.APPROVAL)
        before: dict[str, int] = {name: size for name, size in db.session.execute(sizes)}
        for _ in range(CASES):
            play(form_data())
        after: dict[str, int] = {name: size for name, size in db.session.execute(sizes)}
    taken = {name: (size - before[name]) / CASES for name, size in after.items() if size > before[name]}
    whole = sum(taken.values())
    shown = ", ".join(f"{name} {size:,.0f}" for name, size in sorted(taken.items(), key=lambda one: -one[1])[:3])
    print(f"    PostgreSQL without a vacuum: {whole:,.0f} B a case   ratio to gzip {whole / packed:5.2f}   {shown}")


def run() -> None:
    """Print the bytes of a finished case in the database, by table, beside those of its history as JSON."""
    with office.opened():
        office.deploy("approval", office.APPROVAL)
        before = _bytes_by_object()
        cases = [play(form_data()) for _ in range(CASES)]
        after = _bytes_by_object()
        taken = {name: (size - before.get(name, 0)) / CASES for name, size in after.items() if size != before.get(name, 0)}
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
