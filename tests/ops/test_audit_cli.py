"""The commands that prove: daily heads, verification among several processes, replays, exports, retention."""

import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from processes import acts, clock, instances
from processes.actors import SYSTEM
from processes.audit import casewise
from tests.ops.test_cli import GOOD, Run, diagram, run
from web.cli.output import application

__all__ = ["diagram", "run"]

KEPT = GOOD.replace("<startEvent", "<!-- kept --><startEvent")


def _cases(run: Run, tmp_path: Path, count: int = 1) -> list[str]:
    folder = tmp_path / "leave"
    folder.mkdir()
    (folder / "leave.bpmn").write_text(KEPT, "utf-8")
    (folder / "process.toml").write_text('title = "请假"\nretention = "P1Y"\n', "utf-8")
    assert run("deploy", str(folder)).exit_code == 0
    with application():
        return [instances.start(key="leave", variables={}, actor=SYSTEM) for _ in range(count)]


def _change(tmp_path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(tmp_path / "var" / "banjie.db", isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def _document(given: str) -> Any:
    return json.loads(given)


def test_a_head_is_made_printed_and_checked_against(run: Run, tmp_path: Path) -> None:
    assert run("audit", "head").exit_code == 1
    case = _cases(run, tmp_path)[0]
    made = run("audit", "head", "--seal")
    assert made.exit_code == 0
    found = re.fullmatch(r"\d{4}-\d\d-\d\d head 1 sha256 ([0-9a-f]{64}) cases 1 changed 1 acts \d+ at \S+\n", made.stdout)
    assert found, made.stdout
    assert (tmp_path / "var" / "audit" / "heads.txt").read_text("utf-8") == made.stdout
    run("audit", "head", "--seal")
    assert [line.split()[2] for line in run("audit", "head", "-n", "5").stdout.splitlines()] == ["1", "2"]
    assert _document(run("audit", "head", "--json").stdout)[0]["previous_hash"] == found[1]
    assert run("audit", "verify", "--head", found[1]).exit_code == 0
    assert run("audit", "verify", "--head", "0" * 64).exit_code == 1
    _change(tmp_path, "DELETE FROM inbox_entry", "DELETE FROM user_task", "DELETE FROM step", "DELETE FROM process_instance")
    gone = run("audit", "verify")
    assert gone.exit_code == 1
    assert case in gone.stderr
    assert "第 1 号每日总哈希" in gone.stderr


def test_a_verification_tells_figures_and_stands_on_record(run: Run, tmp_path: Path) -> None:
    _cases(run, tmp_path, 3)
    done = run("audit", "verify", "--json")
    told = _document(done.stdout)
    assert (told["cases"], told["steps"], told["problems"], told["found"]) == (3, 3, [], 0)
    assert "步" in done.stderr
    with application():
        act = acts.page(kind="audit_verified")[0]
    assert (act.actor, act.details["cases"], act.details["problems"]) == ("system", 3, 0)
    _change(tmp_path, "UPDATE chain_head SET last_seq = 'x'")
    assert run("audit", "verify").exit_code == 1


def test_several_processes_find_what_one_finds(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(casewise, "SIZE", 2)
    cases = _cases(run, tmp_path, 7)
    _change(tmp_path, f"UPDATE step SET actor = 'x' WHERE instance_id = '{cases[4]}'", f"DELETE FROM step WHERE instance_id = '{cases[2]}'")
    _change(tmp_path, f"UPDATE step SET instance_id = 'zzz' WHERE instance_id = '{cases[6]}'")
    alone, shared = (run("audit", "verify", "--json", "--processes", count) for count in ("1", "3"))
    assert (alone.exit_code, shared.exit_code) == (1, 1)
    first, second = _document(alone.stdout), _document(shared.stdout)
    assert first["problems"] == second["problems"]
    assert {problem["case"] for problem in first["problems"]} == {cases[2], cases[4], cases[6], "zzz"}
    assert (first["cases"], second["cases"], first["steps"], second["steps"]) == (7, 7, 6, 6)


def test_all_cases_or_a_sample_are_replayed(run: Run, tmp_path: Path) -> None:
    cases = _cases(run, tmp_path, 4)
    assert "重走了 4 件、4 步" in run("audit", "replay", "--all").stderr
    assert "重走了 2 件" in run("audit", "replay", "--sample", "2").stderr
    assert run("audit", "replay").exit_code == 2
    assert run("audit", "replay", cases[0], "--all").exit_code == 2
    _change(tmp_path, f"UPDATE process_instance SET variables = '{{\"x\":1}}' WHERE id = '{cases[1]}'")
    different = run("audit", "replay", "--all")
    assert different.exit_code == 1
    assert cases[1] in different.stderr
    assert "1 件不同" in different.stderr


def test_an_export_checks_itself(run: Run, tmp_path: Path) -> None:
    case, target = _cases(run, tmp_path)[0], tmp_path / "case.zip"
    run("audit", "head", "--seal")
    made = run("audit", "export", case, "-o", str(target))
    digest = re.search(r"[0-9a-f]{64}", made.stderr)
    assert digest
    script = tmp_path / "verify.py"
    with zipfile.ZipFile(target) as archive:
        script.write_bytes(archive.read("verify.py"))
    command = [sys.executable, "-I", "-S", str(script), str(target), "--digest", digest[0]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_what_is_past_its_time_goes_when_somebody_decides(run: Run, tmp_path: Path) -> None:
    cases = _cases(run, tmp_path, 3)
    run("user", "add", "shen", "--name", "审计", "--roles", "audit_admin")
    run("user", "add", "wang", "--name", "王五", "--roles", "clerk")
    with application():
        for case in cases[:2]:
            instances.cancel(case, "不办了", actor=SYSTEM)
    assert run("retention", "hold", cases[0], "--reason", "诉讼", "--by", "shen").exit_code == 0
    assert cases[0] in run("retention", "holds").stdout
    assert "到期可清理 0 件" in run("retention", "run", "--dry-run").stderr
    with clock.at(datetime.now(UTC) + timedelta(days=400)):
        assert run("retention", "run").exit_code == 2
        assert run("retention", "run", "--by", "wang").exit_code == 1
        assert run("retention", "run", "--by", "nobody").exit_code == 1
        look = run("retention", "run", "--dry-run", "--json")
        assert [one["id"] for one in _document(look.stdout)["sealed"]] == [cases[1]]
        assert [(one["id"], one["kept"]) for one in _document(look.stdout)["kept"]] == [(cases[0], "held")]
        done = run("retention", "run", "--by", "shen")
        assert done.exit_code == 0, done.stderr
        assert "已清理并封存 1 件，保留 1 件" in done.stderr
    assert run("audit", "verify").exit_code == 0
    assert "1 件已到期封存" in run("audit", "verify").stderr
    assert run("retention", "release", cases[0], "--by", "shen").exit_code == 0
    assert run("retention", "release", cases[0], "--by", "shen").exit_code == 1
