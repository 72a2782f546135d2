from pathlib import Path

import pytest

from processes import scenarios
from processes.scenario_files import read
from tests.models.conftest import FOLDERS, PROCESSES, Office, furnished

SCENARIOS = [(key, name) for key in PROCESSES for name in sorted(FOLDERS[key]) if name.startswith("tests/")]


@pytest.mark.parametrize(("key", "name"), SCENARIOS)
def test_a_scenario_of_a_shipped_model_holds(office: Office, key: str, name: str) -> None:
    with office.open():
        (played,) = scenarios.play_folder(key, {name: FOLDERS[key][name]})
        assert played.problems == []


def test_every_model_has_scenarios() -> None:
    assert {key for key, _ in SCENARIOS} == set(PROCESSES)


def test_a_changed_table_changes_who_is_asked_without_a_changed_diagram(tmp_path: Path) -> None:
    folder = dict(FOLDERS["procurement_regular"])
    table = "decisions/procurement_threshold.dmn"
    folder[table] = folder[table].replace(b"5000", b"5000.01")
    scenario = read("at_limit.toml", folder["tests/at_limit_to_filing.toml"])
    with furnished(tmp_path, {"procurement_regular": folder}).open():
        (problem,) = scenarios.play("procurement_regular", scenario)
    assert "实际是 ['leader_in_charge_approval', 'line_leader_approval', 'mayor_approval']" in problem
