"""Keeps what a release writes, for the releases after it: `python -m tests.processes.make_release VERSION`, once, when it is made.

A dump of a small SQLite database: a case that waits for people, one with a timer at its task, one with a timer and outgoing work that
are due two hours later, one halfway.
"""

import lzma
import sqlite3
import sys
import tempfile
from pathlib import Path

from processes import clock, connectors, instances, schema, settings, user_tasks
from tests.architecture.sources import ROOT
from tests.processes.cases import LI, REVIEW, ROBOT, ZHANG, deploy, open_tasks
from tests.processes.conftest import NOW, app_over, fill, settings_for
from tests.processes.test_jobs import REMINDED
from tests.processes.test_queues import BOTH

FOLDER = ROOT / "tests" / "fixtures" / "releases"


def _named(document: bytes, key: str) -> bytes:
    return document.replace(b'<process id="p"', f'<process id="{key}"'.encode())


def _write() -> None:
    connectors.TOPICS["slow"] = lambda call: {}
    schema.upgrade()
    fill()
    deploy(REVIEW, _named(REMINDED, "reminded"), _named(BOTH, "wait_and_call"))
    for _ in range(2):
        instances.start(key="review_flow", variables={"amount": 3, "reason": "测试"}, actor=ROBOT)
    halfway = instances.start(key="review_flow", variables={}, actor=ZHANG)
    user_tasks.complete(open_tasks(halfway)["review"], variables={}, opinion="同意", actor=LI)
    instances.start(key="reminded", variables={}, actor=ZHANG)
    instances.start(key="wait_and_call", variables={}, actor=ZHANG)


def run(version: str) -> None:
    """Write the dump of the present program as that of `version`; a dump that is there stays."""
    target = FOLDER / f"{version}.sql.xz"
    if target.exists():
        sys.exit(f"{target.name} is there: what a release wrote never changes")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "banjie.db"
        settings.configure(settings_for(Path(folder), f"sqlite:///{file}"))
        with app_over(f"sqlite:///{file}").app_context(), clock.at(NOW):
            _write()
        connection = sqlite3.connect(file)
        target.write_bytes(lzma.compress("\n".join(connection.iterdump()).encode()))
        connection.close()


if __name__ == "__main__":
    run(sys.argv[1])
