"""One case as a file that speaks for itself."""

import base64
import stat
import zipfile
from pathlib import Path

import pytest

from engine import values
from processes import chain, instances, packing, user_tasks
from processes.audit import export
from processes.errors import NotFound
from tests.processes.cases import LI, OPERATOR, REVIEW, ZHANG, deploy, open_tasks, rows

pytestmark = pytest.mark.usefixtures("database")


def test_an_export_holds_what_is_needed_to_check_it_without_banjie(tmp_path: Path) -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    user_tasks.complete(open_tasks(case)["review"], variables={}, actor=LI)
    target = tmp_path / "case.zip"
    export.export(case, target, actor=OPERATOR)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with zipfile.ZipFile(target) as archive:
        steps = [values.loads(line) for line in archive.read("steps.jsonl").splitlines()]
        assert archive.read("definitions/review_flow-1/flow0.bpmn") == REVIEW
        assert b"unbroken" in archive.read("verification.txt")
        assert values.loads(archive.read("case.json"))["id"] == case
        assert archive.read(f"codecs/{packing.CODEC}.txt") == packing.CODECS[packing.CODEC].dictionary
    previous = chain.START
    for step in steps:
        step["content"] = base64.b64decode(step["content"]["base64"])
        assert (step["previous_hash"], step["hash"]) == ("", chain.row_hash(previous, step))
        previous = step["hash"]
    assert rows("act")[-1]["kind"] == "audit_export"


def test_an_unknown_case_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        export.export("nothing", tmp_path / "x.zip", actor=OPERATOR)
    assert not (tmp_path / "x.zip").exists()
