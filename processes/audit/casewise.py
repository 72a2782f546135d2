"""The chains of cases, a range of ids at a time: memory is that of one range, and ranges can be looked at by several processes."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text

from processes.audit.following import Chain, Problems
from processes.audit.rows import Reader, plain, snapshot

#: cases of one range
SIZE = 1000
#: fewer cases than this are not worth the start of a process
WORTH = 100_000
MOST_PROCESSES = 8


@dataclass(frozen=True, slots=True)
class Range:
    """The cases after one id up to another; None: from the first, to the last."""

    after: str | None
    upto: str | None

    def where(self, column: str) -> tuple[str, dict[str, Any]]:
        """The condition on a column with an id, and its values."""
        conditions = ([f"{column} > :after"] if self.after is not None else []) + ([f"{column} <= :upto"] if self.upto is not None else [])
        return (f"WHERE {' AND '.join(conditions)}" if conditions else ""), {"after": self.after, "upto": self.upto}


@dataclass(slots=True)
class Found:
    """What one range held."""

    cases: int = 0
    steps: int = 0
    sealed: int = 0
    problems: Problems = field(default_factory=Problems)


def ranges(engine: Engine) -> list[Range]:
    """All cases, in ranges of about SIZE; together they hold every step, of unknown cases too."""
    query = (
        "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM process_instance) AS numbered WHERE n % :size = 0 ORDER BY n"
    )
    with engine.connect() as connection:
        borders = [plain(row[0]) for row in connection.execute(text(query), {"size": SIZE})]
    return [Range(after, upto) for after, upto in zip([None, *borders], [*borders, None], strict=True)]


def look_at(engine: Engine, wanted: Sequence[Range], processes: int = 1) -> Iterator[Found]:
    """Look at each range; with several processes they come in any order."""
    if processes < 2 or len(wanted) < 2:
        checker = Checker(engine)
        yield from (checker.range(one) for one in wanted)
        return
    url = engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (url,)) as pool:
        for future in as_completed([pool.submit(_in_process, one) for one in wanted]):
            yield future.result()


def processes_for(cases: int) -> int:
    """How many processes are worth their start."""
    return min(os.cpu_count() or 1, MOST_PROCESSES) if cases >= WORTH else 1


_checker: "Checker | None" = None


def _begin(url: str) -> None:
    global _checker
    _checker = Checker(create_engine(url))


def _in_process(wanted: Range) -> Found:
    if _checker is None:
        raise RuntimeError("the process has no database")
    return _checker.range(wanted)


class Checker:
    """Looks at ranges of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = Reader(engine, "step", "instance_id")

    def range(self, wanted: Range) -> Found:
        """All cases of a range, and steps in it that belong to none."""
        with snapshot(self._engine) as connection:
            return self._range(connection, wanted.where("id"), wanted.where("instance_id"))

    def case(self, case: str) -> Found:
        """One case."""
        only = {"case": case}
        with snapshot(self._engine) as connection:
            found = self._range(connection, ("WHERE id = :case", only), ("WHERE instance_id = :case", only))
        if not found.cases:
            found.problems.note(case, None, "no such case")
        return found

    def _range(self, connection: Connection, of_cases: tuple[str, Any], of_steps: tuple[str, Any]) -> Found:
        found = Found()
        ends = _ends(connection, "process_instance", "id", *of_cases)
        seals = _ends(connection, "retention_seal", "instance_id", *of_steps)
        found.cases, chains = len(ends), dict[str, Chain]()
        for row in self._reader.rows(connection, *of_steps):
            found.steps += 1
            if row.group not in chains:
                chains[row.group] = Chain(row.group, found.problems)
            chains[row.group].follow(row)
        for case, end in ends.items():
            followed = chains.pop(case, None)
            if case in seals and followed is None:
                found.sealed += 1
                if seals[case] != end:
                    found.problems.note(case, None, "its end is not the one of its seal")
            else:
                (followed or Chain(case, found.problems)).end(*end)
        for name in [*chains, *(seals.keys() - ends.keys())]:
            found.problems.note(name, None, "steps of a case that is not there" if name in chains else "its seal is there, the case is not")
        return found


def _ends(connection: Connection, table: str, key: str, where: str, values: dict[str, Any]) -> dict[str, tuple[Any, str]]:
    query = text(f"SELECT {key}, last_seq, last_hash FROM {table} {where}")  # noqa: S608 - names of our own
    return {plain(row[0]): (row[1], plain(row[2])) for row in connection.execute(query, values)}
