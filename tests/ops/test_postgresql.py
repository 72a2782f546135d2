"""The suite over the database holds on PostgreSQL too."""

import os
import subprocess
import sys

import pytest

from tests import postgresql
from tests.architecture.sources import ROOT
from tests.machine import lacks

FOLDERS = ("tests/processes", "tests/web")


@pytest.mark.slow
def test_everything_over_the_database_holds_on_postgresql() -> None:
    programs = postgresql.programs()
    if programs is None:
        lacks("PostgreSQL", "apt-get install postgresql")
    with postgresql.cluster(programs) as url:
        # what only SQLite can do is skipped there, and holds in the suite around this test
        environ = {name: value for name, value in os.environ.items() if name != "BANJIE_TEST_REQUIRE"}
        environ["BANJIE_TEST_DATABASE_URL"] = url
        command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *FOLDERS]
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
