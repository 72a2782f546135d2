"""The command line: what it prints where, and its exit status."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from processes import settings
from processes.actors import SYSTEM
from processes.people import accounts, tokens
from tests.databases import Databases
from web.app import create_app
from web.cli import banjie
from web.cli.output import application

GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d"
    targetNamespace="http://banjie/test"><process id="leave" name="请假" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="review"/>
  <userTask id="review" name="审批" camunda:assignee="boss"/><sequenceFlow id="b" sourceRef="review" targetRef="end"/><endEvent id="end"/>
</process></definitions>
"""
BAD = GOOD.replace('targetRef="review"', 'targetRef="nowhere"')

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs commands over a fresh database with nobody in it."""
    databases.fresh(tmp_path / "var")
    monkeypatch.setenv("BANJIE_VAR__DIR", str(tmp_path / "var"))
    monkeypatch.setenv("BANJIE_REDIS__URL", "off")

    def invoke(*arguments: str, given: str | None = None) -> Result:
        done = CliRunner().invoke(banjie, arguments, input=given)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        return done

    return invoke


@pytest.fixture
def diagram(tmp_path: Path) -> Path:
    """A diagram that can be deployed."""
    path = tmp_path / "请假.bpmn"
    path.write_text(GOOD, "utf-8")
    return path


def _case(diagram: Path, run: Run) -> str:
    """A case that waits for its review."""
    assert run("deploy", str(diagram)).exit_code == 0
    run("user", "add", "ops", "--name", "运维", "--roles", "operator")
    with application():
        token = tokens.issue("ops", actor=SYSTEM)
    client = create_app(settings.load()).test_client()
    answer = client.post("/api/v1/process-instances", json={"definition_key": "leave"}, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def _rows(tmp_path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(tmp_path / "var" / "banjie.db", isolation_level=None)) as connection:
        return connection.execute(query).fetchall()


def test_an_account_is_made_once(run: Run) -> None:
    assert run("user", "add", "wang", "--name", "王五", "--roles", "clerk,analyst").exit_code == 0
    with application():
        assert accounts.roles_of("wang") == {"clerk", "analyst"}
    again = run("user", "add", "wang", "--name", "别人", "--roles", "operator")
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr != ""
    with application():
        assert accounts.roles_of("wang") == {"clerk", "analyst"}


@pytest.mark.parametrize("roles", ["king", "system_admin,audit_admin"])
def test_roles_that_are_unknown_or_must_stay_apart_are_refused(run: Run, roles: str) -> None:
    assert run("user", "add", "wang", "--name", "王五", "--roles", roles).exit_code == 1


def test_a_password_is_read_from_standard_input_and_not_from_the_command_line(run: Run) -> None:
    assert run("user", "add", "wang", "--name", "王五", "--password-stdin", given="Liuxi-2026-abc\n").exit_code == 0
    with application():
        assert accounts.sign_in("wang", "Liuxi-2026-abc").login == "wang"
    assert run("user", "add", "li", "--name", "李四", "--password-stdin", given="short\n").exit_code == 1


def test_a_token_is_the_only_line_of_standard_output(run: Run) -> None:
    run("user", "add", "bot", "--name", "接口", "--roles", "integrator")
    done = run("token", "bot", "--scope", "leave,seal_use")
    assert done.exit_code == 0
    (line,) = done.stdout.splitlines()
    with application():
        facts = tokens.load(line)
    assert facts is not None
    assert (facts.login, facts.scope) == ("bot", ("leave", "seal_use"))


def test_nobody_gets_no_token(run: Run) -> None:
    done = run("token", "nobody")
    assert (done.exit_code, done.stdout) == (1, "")


def test_a_deployment_says_its_version_and_makes_none_when_nothing_changed(run: Run, diagram: Path) -> None:
    first = run("deploy", str(diagram))
    assert (first.exit_code, "已部署 请假（leave）第 1 版" in first.stdout) == (0, True)
    again = run("deploy", str(diagram), "--json")
    (deployment,) = json.loads(again.stdout)["deployments"]
    assert (deployment["created"], deployment["definitions"][0]["version"]) == (False, 1)


def test_a_refused_deployment_names_file_line_and_element(run: Run, diagram: Path) -> None:
    diagram.write_text(BAD, "utf-8")
    done = run("deploy", str(diagram))
    assert done.exit_code == 1
    assert "请假：没有部署" in done.stdout
    assert "错误 请假.bpmn:" in done.stdout
    document = json.loads(run("deploy", str(diagram), "--json").stdout)["deployments"][0]
    assert document["id"] is None
    assert {finding["severity"] for finding in document["findings"]} >= {"error"}


@pytest.mark.parametrize("arguments", [("deploy",), ("deploy", "nowhere.bpmn"), ("token",), ("unknown",), ("up", "--port", "x")])
def test_wrong_usage_is_status_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_a_folder_without_models_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("deploy", str(tmp_path / "empty")).exit_code == 1


def test_a_check_plays_the_scenarios_and_needs_no_database(run: Run, tmp_path: Path) -> None:
    (tmp_path / "var" / "banjie.db").unlink()
    done = run("check", str(settings.shipped("bpmn_models") / "leader_decision"), "--json")
    assert done.exit_code == 0, done.stderr
    (checked,) = json.loads(done.stdout)["checked"]
    assert checked["name"] == "leader_decision"
    assert checked["scenarios"]
    assert all(scenario["problems"] == [] for scenario in checked["scenarios"])
    assert not (tmp_path / "var" / "banjie.db").exists()


def test_a_check_that_finds_an_error_is_status_1(run: Run, diagram: Path) -> None:
    assert run("check", str(diagram)).exit_code == 0
    diagram.write_text(BAD, "utf-8")
    done = run("check", str(diagram))
    assert done.exit_code == 1
    assert "错误" in done.stdout


def test_verify_names_the_case_and_the_step_that_was_changed(run: Run, diagram: Path, tmp_path: Path) -> None:
    case = _case(diagram, run)
    assert run("audit", "verify").exit_code == 0
    for (trigger,) in _rows(tmp_path, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'step'"):
        _rows(tmp_path, f"DROP TRIGGER {trigger}")
    _rows(tmp_path, f"UPDATE step SET actor = 'somebody' WHERE instance_id = '{case}' AND seq = 1")
    found = run("audit", "verify")
    assert found.exit_code == 1
    assert f"{case} seq 1" in found.stdout
    assert f"{case} seq 1" in found.stderr
    assert "被改动" in found.stdout
    assert run("audit", "verify", case).exit_code == 1


def test_a_case_whose_row_was_spoilt_is_said_not_to_be_readable(run: Run, diagram: Path, tmp_path: Path) -> None:
    case = _case(diagram, run)
    _rows(tmp_path, f"UPDATE process_instance SET variables = '{{\"a\":' WHERE id = '{case}'")
    found = run("audit", "replay", case)
    assert found.exit_code == 1
    assert case in found.stderr
    assert "读不出来" in found.stderr


def test_a_case_is_replayed_exported_and_rebuilt(run: Run, diagram: Path, tmp_path: Path) -> None:
    case = _case(diagram, run)
    assert run("audit", "replay", case).exit_code == 0
    target = tmp_path / "case.zip"
    assert run("audit", "export", case, "-o", str(target)).exit_code == 0
    with zipfile.ZipFile(target) as archive:
        assert "steps.jsonl" in archive.namelist()
    before = _rows(tmp_path, "SELECT * FROM user_task")
    _rows(tmp_path, "DELETE FROM inbox_entry")
    _rows(tmp_path, "DELETE FROM user_task")
    assert run("rebuild").exit_code == 0
    assert _rows(tmp_path, "SELECT * FROM user_task") == before


@pytest.mark.parametrize("arguments", [("replay", "nowhere"), ("export", "nowhere", "-o", "x.zip"), ("verify", "nowhere")])
def test_a_case_that_is_not_there_is_said(run: Run, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("audit", *arguments).exit_code == 1


def test_the_settings_are_listed_with_secrets_masked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANJIE_DATABASE__URL", "postgresql+psycopg://banjie:geheim@db/banjie")
    done = run("config", "--json")
    assert done.exit_code == 0
    assert "geheim" not in done.stdout
    assert json.loads(done.stdout)["office"]["name"] == "柳溪镇"
    assert 'office.name = "柳溪镇"' in run("config").stdout


@pytest.mark.parametrize(
    ("name", "value"), [("BANJIE_WEB__PROT", "1"), ("BANJIE_WEB__PORT", "many"), ("BANJIE_DEPLOY__UNMAPPED_SERVICE", "x")]
)
def test_a_wrong_setting_stops_and_is_named(run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    done = run("config")
    assert (done.exit_code, done.stdout) == (1, "")
    assert name in done.stderr


def test_without_a_schema_a_command_says_what_to_do(run: Run, tmp_path: Path) -> None:
    (tmp_path / "var" / "banjie.db").unlink()
    done = run("token", "wang")
    assert done.exit_code == 1
    assert "banjie db upgrade" in done.stderr
    assert run("db", "upgrade").exit_code == 0
    assert run("db", "upgrade").exit_code == 0
    assert run("user", "add", "wang", "--name", "王五").exit_code == 0


def test_a_backup_is_made_and_restored_from_the_command_line(run: Run, tmp_path: Path) -> None:
    run("user", "add", "wang", "--name", "王五")
    target = tmp_path / "all.zip"
    assert run("backup", str(target)).exit_code == 0
    run("user", "add", "li", "--name", "李四")
    assert run("restore", str(target)).exit_code == 0
    assert _rows(tmp_path, "SELECT login FROM person") == [("wang",)]
    target.write_bytes(target.read_bytes()[:-40])
    assert run("restore", str(target)).exit_code == 1
    assert _rows(tmp_path, "SELECT login FROM person") == [("wang",)]


def test_the_demo_goes_when_it_is_told_to(run: Run) -> None:
    assert run("demo", "remove").exit_code == 0


def test_what_is_written_belongs_to_its_owner_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "var" / "banjie.db").unlink()
    run("db", "upgrade")
    assert (tmp_path / "var" / "banjie.db").stat().st_mode & 0o077 == 0


def test_an_upgrade_brings_the_holidays_that_the_program_knows(run: Run, tmp_path: Path) -> None:
    assert run("db", "upgrade").exit_code == 0
    holidays = _rows(tmp_path, "SELECT count(*) FROM calendar_day WHERE day = '2026-10-01' AND NOT works")
    assert holidays == [(1,)]
    assert run("db", "upgrade").exit_code == 0
    assert _rows(tmp_path, "SELECT count(*) FROM calendar_day WHERE day = '2026-10-01'") == holidays
