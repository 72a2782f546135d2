"""Whether the record is as it was written: each hash, each chain from row to row, its end on the case's row, and the daily heads.

What is found is named by case and seq. Memory does not grow with the number of steps.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from processes import acts, chain, packing
from processes.actors import Actor
from processes.audit import casewise, filewise, headwise
from processes.audit.following import Chain, Problem, Problems
from processes.audit.rows import Reader, plain, snapshot
from processes.db import db, reading, transaction
from processes.errors import Refused
from processes.models import ProcessInstance

__all__ = ["VERIFIED", "Problem", "Report", "put_on_record", "verify"]

VERIFIED = "audit_verified"
#: told after each part: cases looked at so far, and all of them
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Report:
    """What was looked at and what was found."""

    cases: int = 0
    steps: int = 0
    acts: int = 0
    heads: int = 0
    #: attachments whose files were read
    files: int = 0
    #: cases of which retention has left a sealed summary
    sealed: int = 0
    #: the newest daily head: seq, day and hash
    head: tuple[int, str, str] | None = None
    #: the head that was asked for
    known: tuple[int, str] | None = None
    seconds: float = 0.0
    found: Problems = field(default_factory=Problems)

    @property
    def problems(self) -> list[Problem]:
        """What was found, as much as is named."""
        return self.found.named

    @property
    def unbroken(self) -> bool:
        """Whether everything is as it was written."""
        return not self.found.found


def verify(
    case: str | None = None,
    *,
    head: str | None = None,
    files: bool = False,
    progress: Progress = lambda done, all_: None,
    processes: int | None = None,
) -> Report:
    """Look at everything, or at one case. `head`: the hash of a daily head that was kept outside, which must be among ours.

    `files`: read the attachments of all cases too. `processes`: among how many the cases are shared out; None for as many as pay.
    """
    report, began = Report(), time.monotonic()
    if case is None:
        _acts(report)
        _codecs(report)
        _cases(report, progress, processes)
    else:
        _take(report, casewise.Checker(db.engine).case(case))
    headwise.look(report, case)
    if head is not None:
        headwise.find(report, head)
    if files:
        with snapshot(db.engine) as connection:
            report.files = filewise.look(connection, report.found)
    report.seconds = time.monotonic() - began
    return report


def _cases(report: Report, progress: Progress, processes: int | None) -> None:
    with reading():
        count = db.session.scalar(select(func.count()).select_from(ProcessInstance)) or 0
    wanted = casewise.ranges(db.engine)
    progress(0, count)
    for found in casewise.look_at(db.engine, wanted, processes or casewise.processes_for(count)):
        _take(report, found)
        progress(report.cases, max(count, report.cases))
    report.found.named.sort(key=lambda one: (one.case, one.seq or 0))


def _take(report: Report, found: casewise.Found) -> None:
    report.cases += found.cases
    report.steps += found.steps
    report.sealed += found.sealed
    report.found.take(found.problems)


def _acts(report: Report) -> None:
    followed = Chain("act", report.found)
    with snapshot(db.engine) as connection:
        for row in Reader(db.engine, "act").rows(connection):
            report.acts += 1
            followed.follow(row)
        end = headwise.end_of(connection, acts.CHAIN)
    if end is not None or report.acts:
        followed.end(*(end or (0, chain.START)))


def _codecs(report: Report) -> None:
    """The dictionaries beside the steps are those that steps are packed with, for whoever reads the database without this program."""
    with snapshot(db.engine) as connection:
        stored = {
            plain(name): bytes(dictionary) for name, dictionary in connection.execute(text("SELECT name, dictionary FROM step_codec"))
        }
    for name, codec in packing.CODECS.items():
        if stored.pop(name, None) != codec.dictionary:
            report.found.note("codec", None, f"the dictionary of {name} is not the one that steps are packed with")
    for name in sorted(stored):
        report.found.note("codec", None, f"{name} is not known")


def put_on_record(report: Report, *, actor: Actor) -> bool:
    """Write down that everything was looked at and what came out; False where the acts themselves are too broken to be continued."""
    details: dict[str, Any] = {"cases": report.cases, "steps": report.steps, "acts": report.acts, "heads": report.heads}
    details |= {"sealed": report.sealed, "problems": report.found.found, "seconds": round(report.seconds, 1)}
    details |= {"first": str(report.problems[0]) if report.problems else None, "head": report.head[2] if report.head else None}
    try:
        with transaction():
            acts.record(VERIFIED, None, actor=actor, details=details)
    except (SQLAlchemyError, Refused, RuntimeError, TypeError):
        return False
    return True
