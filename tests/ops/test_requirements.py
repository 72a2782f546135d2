"""What a machine lacks is skipped by name, or fails where everything is required."""

import os
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT


@pytest.mark.parametrize(("require", "status", "word"), [("", 0, "1 skipped"), ("all", 1, "1 error")])
def test_a_missing_browser_is_said_with_the_way_to_get_it(require: str, status: int, word: str) -> None:
    environ = {**os.environ, "BANJIE_TEST_REQUIRE": require, "BANJIE_TEST_CHROMIUM": "/nowhere"}
    chosen = "tests/browser/test_diagrams.py::test_a_file_without_a_drawing_says_so"
    command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", chosen]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert word in done.stdout
    assert "Chromium is missing: apt-get install chromium" in done.stdout
