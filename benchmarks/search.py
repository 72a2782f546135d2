"""Search for parts of words among very many cases, beside the bare question to the index of trigrams.

The statements of a page are taken down and asked again by the driver alone, in turns with the bare query. A word that few hold is looked
up by its cases, a word that many hold, or a short one, while the list is read (processes/queries/search.py).
"""

import time
from contextlib import closing
from typing import Any

from sqlalchemy import text

from benchmarks import office
from benchmarks.inbox import CASE, _copied, _medians, _taken_down
from processes import instances
from processes.actors import Actor
from processes.db import db, transaction
from processes.queries import cases

SIZES = (10_000, 1_000_000)
OPERATOR = Actor("ops", "ops", frozenset({"operator"}))
#: who has started every hundredth case
CLERK = Actor("starter", "starter", frozenset({"clerk"}))
PLACES = ("东湾村", "西岭村", "北坡村", "南塘村", "镇中心小学", "文化广场", "便民服务中心")
THINGS = (
    "路灯更换",
    "道路硬化",
    "水渠清淤",
    "围墙加固",
    "屋面防水",
    "设备采购",
    "绿化养护",
    "管网检修",
    "打印纸采购",
    "健身器材",
    "检测试剂",
)
RARE = "防汛沙袋"
#: one case in so many has the rare word
ONE_IN = 5_000
BARE = "SELECT rowid FROM case_text WHERE case_text MATCH ? ORDER BY rowid DESC LIMIT 51"
QUESTIONS = {
    f"rare, one in {ONE_IN:,}": RARE,
    "common, one in eleven": "路灯更换",
    "two words": "东湾村 管网检修",
    "a number": "0000777号",
    "two characters": "水渠",
}


def _one_of(words: tuple[str, ...], by: int) -> str:
    return f"CASE (i / {by}) % {len(words)} " + " ".join(f"WHEN {number} THEN '{word}'" for number, word in enumerate(words)) + " END"


TITLE = f"({_one_of(PLACES, 1)} || {_one_of(THINGS, 7)} || CASE WHEN i % {ONE_IN} = 17 THEN '{RARE}' ELSE '' END)"
NUMBER = "('柳采〔2026〕' || substr('0000000' || i, -7) || '号')"
COPY = {
    **CASE,
    "id": "'c' || substr('0000000' || i, -7)",
    "title": TITLE,
    "business_key": NUMBER,
    "started_by": "CASE WHEN i % 100 = 0 THEN 'starter' ELSE 'somebody' END",
}
TEXTS = "INSERT INTO case_search (instance_id, text) SELECT id, char(10) || title || char(10) || business_key || char(10) FROM process_instance WHERE id LIKE 'c%'"


def _fill(count: int) -> None:
    case = instances.start(key="approval", variables=office.FORM_DATA, actor=office.integrator("approval"))
    with transaction():
        _copied("process_instance", COPY, case, count)
    with transaction():
        db.session.execute(text(TEXTS))
    with closing(db.engine.raw_connection()) as connection:
        connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]


def _compare(name: str, asked: str, actor: Actor, driver: Any) -> None:
    def page() -> Any:
        return cases.page(actor, {"text": asked}, 50)

    statements = _taken_down(page)
    longest = max(asked.split(" "), key=len)
    bare = (
        [(BARE, (f'"{longest}"',))]
        if len(longest) > 2
        else [("SELECT number FROM case_search WHERE text LIKE ? ORDER BY number DESC LIMIT 51", (f"%{longest}%",))]
    )

    def ask(listed: Any) -> Any:
        return lambda: [driver.execute(statement, parameters).fetchall() for statement, parameters in listed]

    base, whole, call = _medians(ask(bare), ask(statements), page)
    found = len(page()["items"])
    print(f"    {actor.login:8} {name:24} {found:3} rows   bare {base:8.2f} ms   page {whole:8.2f} ms   whole call {call:8.2f} ms")


def run() -> None:
    """Print the database's time of the bare query and of a page, then of the whole call, for whoever sees all and for a clerk."""
    for count in SIZES:
        with office.opened():
            office.deploy("approval", office.APPROVAL)
            began = time.perf_counter()
            _fill(count)
            print(
                f"Search  a page of 50 among {count:,} cases; the clerk knows one in a hundred   ({time.perf_counter() - began:.0f} s to fill)"
            )
            with closing(db.engine.raw_connection()) as driver:
                for actor in (OPERATOR, CLERK):
                    for name, asked in QUESTIONS.items():
                        _compare(name, asked, actor, driver.driver_connection)
