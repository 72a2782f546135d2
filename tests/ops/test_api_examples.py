"""The examples of docs/http-api.md, run in their order against the demo office as a reader would run them."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.machine import lacks
from tests.ops.office import Office

ADDRESS = "http://127.0.0.1:8000"
SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The shipped models and the demo people."""
    for program in ("bash", "curl", "python3"):
        if shutil.which(program) is None:
            lacks(program, f"apt-get install {program}")
    running = Office(tmp_path_factory.mktemp("examples"), options=(), environ={"BANJIE_MODELS__DIR": str(ROOT / "bpmn_models")})
    try:
        yield running.start()
    finally:
        running.end()


def test_every_example_of_the_api_does_what_the_page_says(office: Office, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "http-api.md").read_text("utf-8")
    command = f'banjie() {{ "{sys.executable}" -P "{ROOT / "banjie.py"}" "$@"; }}'
    script = "\n".join(["set -euo pipefail", command, *SHELL.findall(page)]).replace(ADDRESS, office.address)
    run = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env={**os.environ, **office.environ}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    refused = re.findall(r"returned error: (\d+)", run.stderr)
    assert refused == ["422", "422", "422", "422", "409", "409", "409", "409"]
    assert run.stdout.rstrip().endswith("Banjie")
